//! From files and streams back to events.

mod cells;
mod error;
mod events;
mod files;

pub use error::{ReadError, RowError};
pub use events::{EventReader, Events};
pub use files::Batches;
