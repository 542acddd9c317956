//! The layers that shippers and exports put around a record.
//!
//! A record may come inside a syslog message, a JSON object of a search product or a row of a table. Layers are peeled
//! from the outside in, at most [`LAYERS`] of them, and what they know of the record (time, host, address, program,
//! id) is passed on: an inner layer's word goes before an outer one's.

mod json;
mod syslog;
mod table;
mod time;

use std::borrow::Cow;
use std::net::IpAddr;

use asim_schema::Timestamp;

use self::time::Clock;
use crate::context::Context;
use crate::error::Fault;
use crate::note::Notes;

pub(crate) use table::cells;
pub use table::{ColumnZone, TableHeader};

/// At most so many layers are peeled.
pub const LAYERS: usize = 4;

/// What the layers around a record know of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelope {
    /// When the record was made or passed on.
    pub time: Option<Timestamp>,
    /// The `TimeGenerated` of a table's row.
    pub time_generated: Option<Timestamp>,
    /// The host that made it.
    pub host: Option<String>,
    /// That host's address.
    pub address: Option<IpAddr>,
    /// The program that made it.
    pub program: Option<String>,
    /// The layer's own id of it.
    pub id: Option<String>,
    /// Why there is no time although the layers write one.
    pub time_fault: Option<Fault>,
    /// What was the matter with the time; it counts for events that take it.
    pub time_notes: Notes,
    /// Month and day of a time without a year.
    pub(crate) yearless: Option<(u32, u32)>,
}

impl Envelope {
    /// Takes the layer's time, or why there is none.
    fn set_time(&mut self, read: time::Read) {
        (self.time, self.time_fault) = match read.time {
            Ok(time) => (time, None),
            Err(fault) => (None, Some(fault)),
        };
        (self.time_notes, self.yearless) = (read.notes, read.yearless);
    }

    /// Takes over what an inner layer knows.
    fn overlay(&mut self, inner: Self) {
        let Self {
            time,
            time_generated,
            host,
            address,
            program,
            id,
            time_fault,
            time_notes,
            yearless,
        } = inner;
        if time.is_some() || time_fault.is_some() && self.time.is_none() {
            (self.time, self.time_fault, self.time_notes) = (time, time_fault, time_notes);
        }
        self.yearless = yearless.or(self.yearless);
        self.time_generated = time_generated.or(self.time_generated);
        // A host and its address belong together.
        if host.is_some() || address.is_some() {
            (self.host, self.address) = (host, address);
        }
        self.program = program.or_else(|| self.program.take());
        self.id = id.or_else(|| self.id.take());
    }
}

/// What stands inside a layer.
struct Peeled<'r> {
    inner: Cow<'r, [u8]>,
    envelope: Envelope,
}

/// Peels one layer, if there is one.
fn peel<'r>(text: &'r [u8], clock: &Clock<'_>) -> Option<Peeled<'r>> {
    match text.trim_ascii_start().first()? {
        b'{' => json::peel(text, clock),
        _ => syslog::peel(text, clock),
    }
}

/// A record without the layers around it.
#[derive(Debug)]
pub struct Bare<'r> {
    /// The record itself.
    pub text: Cow<'r, [u8]>,
    /// What the layers know of it.
    pub envelope: Envelope,
    /// How many layers were peeled.
    pub layers: usize,
    /// Whether the record was recognized.
    pub recognized: bool,
}

/// Peels layers as long as there are any, down to the innermost text that is recognized; to the innermost text at all
/// where none is.
///
/// Text inside a JSON object that is recognized is not the record: the object is, and tells more.
pub fn peel_all<'r>(text: &'r [u8], context: &Context, recognizes: impl Fn(&[u8]) -> bool) -> Bare<'r> {
    let clock = Clock { context };
    peel_from(Cow::Borrowed(text), Envelope::default(), 0, &clock, recognizes)
}

/// The same for a row of a table; none if the row carries no record.
///
/// # Errors
///
/// When the row has another number of cells than the header.
pub fn peel_row<'r>(
    row: &'r [u8],
    header: &TableHeader,
    context: &Context,
    recognizes: impl Fn(&[u8]) -> bool,
) -> Result<Option<Bare<'r>>, Fault> {
    let clock = Clock { context };
    let carried = header.peel(row, &clock)?;
    Ok(carried.map(|(inner, envelope)| peel_from(inner, envelope, 1, &clock, recognizes)))
}

fn peel_from<'r>(
    text: Cow<'r, [u8]>,
    envelope: Envelope,
    layers: usize,
    clock: &Clock<'_>,
    recognizes: impl Fn(&[u8]) -> bool,
) -> Bare<'r> {
    let recognized = recognizes(&text);
    let mut outer = Bare {
        text,
        envelope,
        layers,
        recognized,
    };
    let mut best: Option<Bare<'r>> = None;
    while outer.layers < LAYERS {
        let inner = match &outer.text {
            // What stays borrowed from the input needs no copy.
            Cow::Borrowed(text) => peel(text, clock).map(|peeled| (peeled.inner, peeled.envelope)),
            Cow::Owned(text) => {
                peel(text, clock).map(|peeled| (Cow::Owned(peeled.inner.into_owned()), peeled.envelope))
            }
        };
        let Some((text, facts)) = inner else { break };
        if outer.recognized && is_object(&outer.text) && !is_object(&text) {
            return outer;
        }
        let mut envelope = outer.envelope.clone();
        envelope.overlay(facts);
        let recognized = recognizes(&text);
        let next = Bare {
            text,
            envelope,
            layers: outer.layers + 1,
            recognized,
        };
        if outer.recognized {
            best = Some(outer);
        }
        outer = next;
    }
    if outer.recognized {
        outer
    } else {
        best.unwrap_or(outer)
    }
}

fn is_object(text: &[u8]) -> bool {
    text.trim_ascii_start().first() == Some(&b'{')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(text: &str) -> (String, Envelope, usize) {
        let bare = peel_all(text.as_bytes(), &Context::default(), |text| {
            text.starts_with(b"RECORD")
        });
        (
            String::from_utf8(bare.text.into_owned()).unwrap(),
            bare.envelope,
            bare.layers,
        )
    }

    #[test]
    fn layers_nest_and_the_inner_word_goes_first() {
        let (text, envelope, layers) = bare(
            r#"{"TimeGenerated":"2026-11-21T09:00:00Z","Computer":"outer","SyslogMessage":"<134>1 2026-11-21T08:00:00.5Z inner zeek 17 - - {\"message\":\"RECORD\"}"}"#,
        );
        assert_eq!((text.as_str(), layers), ("RECORD", 3));
        assert_eq!(envelope.host.as_deref(), Some("inner"));
        assert_eq!(envelope.program.as_deref(), Some("zeek"));
        assert_eq!(envelope.time, Timestamp::parse("2026-11-21T08:00:00.5Z"));
        assert_eq!(envelope.time_generated, Timestamp::parse("2026-11-21T09:00:00Z"));
    }

    #[test]
    fn at_most_four_layers_are_peeled() {
        let mut text = "RECORD".to_owned();
        for _ in 0..5 {
            text = format!(r#"{{"message":{}}}"#, serde_json::to_string(&text).unwrap());
        }
        assert_eq!(bare(&text).2, LAYERS);
    }

    #[test]
    fn a_bare_record_stays_as_it_is() {
        assert_eq!(bare("RECORD <134>Feb 15 05:59:33 host x: y").2, 0);
        assert_eq!(bare("").2, 0);
    }
}
