//! What a vendor writes: a raw struct, how it is decoded, and how it becomes an event.

use std::borrow::Cow;

use asim_schema::{Event, SchemaKind};

use crate::context::Context;
use crate::cut::{EveryLine, HeaderLines, Joins, RecordStarts};
use crate::envelope::{Envelope, TableHeader};
use crate::error::Fault;
use crate::filter::CompiledFilter;
use crate::manifest::{Format, Manifest, Recognition};
use crate::note::Notes;

/// One record as the cutter found it.
#[derive(Debug)]
pub struct Record<'r, H: ?Sized> {
    /// The record's bytes, without its line end.
    pub bytes: &'r [u8],
    /// The layout of the input.
    pub format: Format,
    /// The header in force at this record.
    pub header: &'r H,
    /// The columns of the table whose row the record is, for [`Format::Csv`].
    pub table: Option<&'r TableHeader>,
}

// Derived impls would ask the same of `H`.
impl<H: ?Sized> Clone for Record<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H: ?Sized> Copy for Record<'_, H> {}

/// Why a record does not become an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is well-formed, and not what the schemas are about; the text says what it is.
    Declined(Cow<'static, str>),
    /// It is not what its format demands, or lacks what an event must have.
    Rejected(Fault),
}

impl Refusal {
    /// Of a record whose event would be of a schema that the caller does not want.
    pub(crate) fn of_schema(schema: SchemaKind) -> Self {
        Self::Declined(Cow::Borrowed(match schema {
            SchemaKind::Process => "a ProcessEvent record; use --schema process or all",
            _ => "a Dns record; use --schema dns or all",
        }))
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Rejected(fault)
    }
}

/// A vendor's parser, as its author writes it.
///
/// The two steps are apart so that formats and vendors add up instead of multiplying: every format of a vendor
/// decodes into the one raw struct, and one `map` makes the event of it.
pub trait Mapper: Send + Sync + 'static {
    /// The static facts about the parser.
    const MANIFEST: &'static Manifest;

    /// The state that header lines leave behind; `()` where the formats have none.
    type Header: HeaderLines;

    /// What the vendor writes, borrowed from the record.
    type Raw<'r>;

    /// Tells from an input's first bytes (after decompression, at most 64 KiB) whether it is of this source.
    fn recognize(&self, head: &[u8]) -> Option<Recognition>;

    /// Whether one record without layers around it is of this source, by cheap evidence.
    ///
    /// It is asked for every text found in the layers around a record, and for every record of an input in which those
    /// of several sources stand.
    fn claims(&self, record: &[u8]) -> bool {
        self.recognize(record).is_some()
    }

    /// Tells which lines begin a record, for inputs in [`Format::ContinuedLines`].
    fn record_starts(&self) -> Box<dyn RecordStarts> {
        Box::new(EveryLine)
    }

    /// Tells which records belong to one activity, for sources that write several for it; they are decoded as one, with
    /// a line feed between them.
    fn joins(&self) -> Option<Box<dyn Joins>> {
        None
    }

    /// Settles from an input's first bytes what no single record tells, such as the order of day and month, and what
    /// the caller has not decided.
    ///
    /// # Errors
    ///
    /// A sentence that asks the caller, when the input leaves open what the parser must know.
    fn settle(&self, _head: &[u8], _context: &mut Context) -> Result<(), String> {
        Ok(())
    }

    /// Reads a record's bytes.
    fn decode<'r>(
        &self,
        record: Record<'r, Self::Header>,
        context: &Context,
        notes: &mut Notes,
    ) -> Result<Self::Raw<'r>, Refusal>;

    /// The bytes in which the name of a record stands as it is, if that is told without decoding the record.
    ///
    /// They are [plain](crate::filter::is_plain), and if the record's event has a `DnsQuery`, it is the root or stands
    /// in them, whatever the letter case. Records whose bytes hold no name that the filter wants are left out before
    /// they are decoded; where there is any doubt, or the record is none of this source, there are no such bytes.
    fn plain_name<'r>(&self, _record: Record<'r, Self::Header>) -> Option<&'r [u8]> {
        None
    }

    /// The schema of the event that a raw record becomes.
    ///
    /// Where the caller does not want it, the engine declines the record before it is mapped.
    fn schema(&self, _raw: &Self::Raw<'_>) -> SchemaKind {
        SchemaKind::Dns
    }

    /// Whether a filter leaves out the event of a raw record, as far as that is told without mapping it.
    ///
    /// Only what the filter would refuse in the event may be refused here, and no record that `map` would decline or
    /// reject. The record's own facts go before those of the layers, as in `map`.
    fn refuses(
        &self,
        _raw: &Self::Raw<'_>,
        _envelope: &Envelope,
        _context: &Context,
        _filter: &CompiledFilter,
    ) -> bool {
        false
    }

    /// Makes the event of a raw record.
    ///
    /// The record's own facts go before those of the layers around it. The reporting device and a table row's
    /// `TimeGenerated` are not the mapper's matter: the engine fills them in where the event has none.
    fn map<'r>(
        &self,
        raw: Self::Raw<'r>,
        envelope: &Envelope,
        context: &Context,
        notes: &mut Notes,
    ) -> Result<Event<'r>, Refusal>;
}
