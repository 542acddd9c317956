//! Times as Windows events and their shippers write them.

use asim_schema::Timestamp;

use crate::value::{self, local_time};

/// The longest text that can be a time.
const LONGEST: usize = 40;

/// A time of a field that is in UTC by its definition: RFC 3339, with `T` or a blank, with a zone or without.
///
/// ```
/// use asim_parse::windows::utc;
/// assert_eq!(utc("2026-11-21 20:47:45.218"), utc("2026-11-21T20:47:45.2180000Z"));
/// assert_eq!(utc("21.11.2026"), None);
/// ```
pub fn utc(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| without_zone(text))
}

/// The same for a text without a zone, and nothing else.
fn without_zone(text: &str) -> Option<Timestamp> {
    let mut room = [0; LONGEST];
    let bytes = text.as_bytes();
    room.get_mut(..bytes.len())?.copy_from_slice(bytes);
    *room.get_mut(bytes.len())? = b'Z';
    Timestamp::parse(std::str::from_utf8(room.get(..=bytes.len())?).ok()?)
}

/// Whether a text is a date and a time of day that names no zone.
pub(super) fn is_local(text: &str) -> bool {
    without_zone(text).is_some()
}

/// Seconds since the epoch with a fraction, as some converters write `SystemTime`.
pub(super) fn epoch(text: &str) -> Option<Timestamp> {
    value::time::from_text(text)
}

/// A time as portals export it, in a column that is in UTC.
pub(super) fn of_portal(text: &str) -> Option<Timestamp> {
    Timestamp::from_datetime(local_time::parse(text)?.and_utc())
}
