//! The table of writers.

use std::fmt;

use crate::json::{Fixed, Page, room};
use crate::{DnsEvent, FieldInfo};

/// Writes the value that a column shows, nothing when it is absent; see [`room`] for the form.
pub(crate) type WriteValue = fn(&DnsEvent<'_>, &mut Page<'_>, usize) -> Option<usize>;

/// Room for most values.
const TYPICAL_VALUE: usize = 64;

/// One column of a schema, with the function that writes its value as JSON.
///
/// [`DNS_COLUMNS`](crate::DNS_COLUMNS) holds them in schema order; the index is the field's number.
pub struct Column {
    /// What the schema says of it.
    pub info: &'static FieldInfo,
    /// The member's start in a JSON object, with the comma before it: `,"SrcIpAddr":`.
    pub key: &'static [u8],
    /// The key again, for fast copying.
    start: Fixed,
    pub(crate) value: WriteValue,
}

impl Column {
    /// The column of a key and a writer.
    pub(crate) const fn new(info: &'static FieldInfo, key: &'static [u8], value: WriteValue) -> Self {
        Self {
            info,
            key,
            start: Fixed::new(key),
            value,
        }
    }

    /// Appends the value that the column shows as JSON; nothing when it is absent.
    pub fn write(&self, event: &DnsEvent<'_>, out: &mut Vec<u8>) {
        room::append(out, TYPICAL_VALUE, |room| {
            (self.value)(event, &mut Page::new(room), 0)
        });
    }

    /// Writes the key and the value.
    #[inline]
    pub(crate) fn write_member(&self, event: &DnsEvent<'_>, page: &mut Page<'_>, at: usize) -> Option<usize> {
        let at = self.start.write(page.room, at)?;
        (self.value)(event, page, at)
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column")
            .field("name", &self.info.name)
            .finish_non_exhaustive()
    }
}
