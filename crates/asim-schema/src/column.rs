//! The table of writers.

use std::fmt;

use crate::json::{Fixed, Page, room};
use crate::{DnsField, FieldInfo, SchemaField};

/// Writes the value that a column shows, nothing when it is absent; see [`room`] for the form.
pub(crate) type WriteValue<F> = fn(&<F as SchemaField>::Event<'_>, &mut Page<'_>, usize) -> Option<usize>;

/// Room for most values.
const TYPICAL_VALUE: usize = 64;

/// One column of a schema, with the function that writes its value as JSON.
///
/// [`DNS_COLUMNS`](crate::DNS_COLUMNS) and [`PROCESS_COLUMNS`](crate::PROCESS_COLUMNS) hold them in schema order; the
/// index is the field's number. `KEY` is the room for the key, in bytes; a longer one does not compile.
pub struct Column<F: SchemaField = DnsField, const KEY: usize = 32> {
    /// What the schema says of it.
    pub info: &'static FieldInfo,
    /// The member's start in a JSON object, with the comma before it: `,"SrcIpAddr":`.
    pub key: &'static [u8],
    /// The key again, for fast copying.
    start: Fixed<KEY>,
    pub(crate) value: WriteValue<F>,
}

impl<F: SchemaField, const KEY: usize> Column<F, KEY> {
    /// The column of a key and a writer.
    pub(crate) const fn new(info: &'static FieldInfo, key: &'static [u8], value: WriteValue<F>) -> Self {
        Self {
            info,
            key,
            start: Fixed::new(key),
            value,
        }
    }

    /// Appends the value that the column shows as JSON; nothing when it is absent.
    pub fn write(&self, event: &F::Event<'_>, out: &mut Vec<u8>) {
        room::append(out, TYPICAL_VALUE, |room| {
            (self.value)(event, &mut Page::new(room), 0)
        });
    }

    /// Writes the key and the value.
    #[inline]
    pub(crate) fn write_member(&self, event: &F::Event<'_>, page: &mut Page<'_>, at: usize) -> Option<usize> {
        let at = self.start.write(page.room, at)?;
        (self.value)(event, page, at)
    }
}

impl<F: SchemaField, const KEY: usize> fmt::Debug for Column<F, KEY> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column")
            .field("name", &self.info.name)
            .finish_non_exhaustive()
    }
}
