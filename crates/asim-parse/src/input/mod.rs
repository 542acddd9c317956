//! From an input's bytes to decompressed bytes.

mod decompress;

pub use decompress::{Compression, Damaged, Decompressed};
