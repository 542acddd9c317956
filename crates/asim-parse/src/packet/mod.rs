//! DNS messages in wire format (RFC 1035, section 4), as records of some sources carry them.
//!
//! A message in a log may be cut off, and may be hostile. It gives what it holds: what is in front of the place where
//! it ends or breaks is read, and a record whose data makes no sense is skipped by its length.

mod flags;
mod hexadecimal;
mod message;
mod name;
mod record;
mod record_data;

pub use flags::MessageFlags;
pub use hexadecimal::{Hexadecimal, from_hexadecimal};
pub use message::{Edns, Message, WireQuestion};
pub use name::WireName;
pub use record::{Records, WireRecord};

#[cfg(test)]
mod tests;
