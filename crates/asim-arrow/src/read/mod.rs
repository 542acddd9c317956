//! From files and streams back to events.

mod any;
mod cells;
mod check;
mod error;
mod events;
mod files;
mod shown;

pub use any::for_each_event;
pub use check::check_rows;
pub use error::{ReadError, RowError};
pub use events::{EventReader, Events};
pub use files::Batches;
