//! The writer of whole events.

use std::cell::RefCell;

use super::{Page, room};
use crate::generated::{alert_columns, dns_columns, process_columns};
use crate::schema::sealed::Sealed;
use crate::{AlertFieldSet, Column, Event, FieldSet, ProcessFieldSet, SchemaEvent};

/// Room for nearly every event.
const TYPICAL_EVENT: usize = 4_096;
/// Room for an event that does not fit there, to begin with.
const LARGE_EVENT: usize = 4 * TYPICAL_EVENT;

thread_local! {
    /// Where an event is written before it is appended: the same few cache lines for all events. The vector's own end
    /// would first have to be filled, and reading a value there again waits until the memory behind it has come.
    static DRAFT: RefCell<[u8; TYPICAL_EVENT]> = const { RefCell::new([0; TYPICAL_EVENT]) };
}

/// Which columns a [`JsonWriter`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonOptions {
    /// Whether alias columns are written; true unless told otherwise.
    pub aliases: bool,
    /// Whether aliases that newer schema versions no longer list are written; false unless told otherwise.
    pub deprecated_aliases: bool,
    /// Of Dns events exactly these columns, whatever `aliases` and `deprecated_aliases` are; none unless told otherwise.
    pub columns: Option<FieldSet>,
    /// Of process events exactly these columns, in the same way.
    pub process_columns: Option<ProcessFieldSet>,
    /// Of alerts exactly these columns, in the same way.
    pub alert_columns: Option<AlertFieldSet>,
}

impl Default for JsonOptions {
    fn default() -> Self {
        Self {
            aliases: true,
            deprecated_aliases: false,
            columns: None,
            process_columns: None,
            alert_columns: None,
        }
    }
}

impl JsonOptions {
    /// The columns of Dns events that may be written.
    #[inline]
    pub const fn chosen(self) -> FieldSet {
        if let Some(columns) = self.columns {
            return columns;
        }
        let mut columns = FieldSet::ALL;
        if !self.aliases {
            columns = columns.difference(dns_columns::ALIASES);
        }
        if !self.deprecated_aliases {
            columns = columns.difference(dns_columns::DEPRECATED_ALIASES);
        }
        columns
    }

    /// The columns of process events that may be written.
    #[inline]
    pub const fn chosen_process(self) -> ProcessFieldSet {
        if let Some(columns) = self.process_columns {
            return columns;
        }
        let mut columns = ProcessFieldSet::ALL;
        if !self.aliases {
            columns = columns.difference(process_columns::ALIASES);
        }
        if !self.deprecated_aliases {
            columns = columns.difference(process_columns::DEPRECATED_ALIASES);
        }
        columns
    }

    /// The columns of alerts that may be written.
    #[inline]
    pub const fn chosen_alert(self) -> AlertFieldSet {
        if let Some(columns) = self.alert_columns {
            return columns;
        }
        let mut columns = AlertFieldSet::ALL;
        if !self.aliases {
            columns = columns.difference(alert_columns::ALIASES);
        }
        if !self.deprecated_aliases {
            columns = columns.difference(alert_columns::DEPRECATED_ALIASES);
        }
        columns
    }
}

/// Writes events as JSON objects, the columns in schema order.
///
/// ```
/// use asim_schema::{DnsEvent, JsonOptions, JsonWriter};
///
/// let mut event = DnsEvent::default();
/// event.set_dns_query("example.com");
///
/// let mut line = Vec::new();
/// let options = JsonOptions { aliases: false, ..JsonOptions::default() };
/// JsonWriter { options }.write_event(&event, &mut line);
/// assert!(!String::from_utf8(line).unwrap().contains("\"Domain\""));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JsonWriter {
    /// Which columns are written.
    pub options: JsonOptions,
}

impl JsonWriter {
    /// Appends an event as one object without a final line break.
    #[inline]
    pub fn write_event(&self, event: &impl JsonEvent, out: &mut Vec<u8>) {
        event.write_json(self.options, out);
    }
}

/// An event that a [`JsonWriter`] can write: an [`Event`], or that of one schema, such as
/// [`DnsEvent`](crate::DnsEvent).
pub trait JsonEvent: Sealed {
    /// Appends the event as one object without a final line break.
    fn write_json(&self, options: JsonOptions, out: &mut Vec<u8>);
}

/// Appends an event of one schema as one object: the columns whose bits are set, in schema order.
pub(crate) fn write_object<'r, E: SchemaEvent<'r>, const KEY: usize, const WORDS: usize>(
    event: &E,
    columns: &[Column<E::Field, KEY>],
    chosen: [u64; WORDS],
    out: &mut Vec<u8>,
) {
    let write = |room: &mut [u8]| {
        let mut page = Page::new(room);
        let mut at = 0;
        for (word, mut bits) in chosen.into_iter().enumerate() {
            while bits != 0 {
                if let Some(column) = columns.get(word * 64 + bits.trailing_zeros() as usize) {
                    at = column.write_member(event, &mut page, at)?;
                }
                bits &= bits - 1;
            }
        }
        // Every key starts with a comma; the first one opens the object.
        room::put([b'{'], page.room, 0)?;
        room::put([b'}'], page.room, at.max(1))
    };
    let done = DRAFT.with(|draft| {
        let mut room = draft.try_borrow_mut().ok()?;
        let length = write(room.as_mut_slice())?;
        out.extend_from_slice(room.get(..length)?);
        Some(())
    });
    if done.is_none() {
        room::append(out, LARGE_EVENT, write);
    }
}

impl JsonEvent for Event<'_> {
    #[inline]
    fn write_json(&self, options: JsonOptions, out: &mut Vec<u8>) {
        match self {
            Self::Dns(event) => event.write_json(options, out),
            Self::Alert(event) => event.write_json(options, out),
            Self::Process(event) => event.write_json(options, out),
        }
    }
}

impl Sealed for Event<'_> {}
