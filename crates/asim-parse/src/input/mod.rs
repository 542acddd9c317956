//! From an input's bytes to decompressed UTF-8.

mod decompress;
mod utf8;

pub use decompress::{Compression, Damaged, Decompressed};
pub use utf8::Utf8;
