//! JSON text: the writer of whole events, and the writers of single values that it is made of.

mod address;
mod event;
mod fixed;
pub(crate) mod number;
mod page;
pub(crate) mod room;
mod string;

pub use event::{JsonEvent, JsonOptions, JsonWriter};

pub(crate) use event::write_object;

pub(crate) use address::{ip, ip_text};
pub(crate) use fixed::Fixed;
pub(crate) use number::{integer, real, unsigned};
pub(crate) use page::Page;
pub(crate) use string::string;

/// Writes `true` or `false`.
#[inline]
pub(crate) fn boolean(value: bool, room: &mut [u8], at: usize) -> Option<usize> {
    if value {
        room::put(*b"true", room, at)
    } else {
        room::put(*b"false", room, at)
    }
}

/// Writes an instant as a JSON string.
#[inline]
pub(crate) fn time(value: crate::Timestamp, room: &mut [u8], at: usize) -> Option<usize> {
    let at = room::put([b'"'], room, at)?;
    let at = at + value.write_at(room.get_mut(at..)?.first_chunk_mut()?);
    room::put([b'"'], room, at)
}
