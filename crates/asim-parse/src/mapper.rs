//! What a vendor writes: a raw struct, how it is decoded, and how it becomes an event.

use std::borrow::Cow;

use asim_schema::Event;

use crate::context::Context;
use crate::cut::HeaderLines;
use crate::envelope::Envelope;
use crate::error::Fault;
use crate::manifest::{Format, Manifest, Recognition};
use crate::note::Notes;

/// One record as the cutter found it.
#[derive(Debug)]
pub struct Record<'r, H> {
    /// The record's bytes, without its line end.
    pub bytes: &'r [u8],
    /// The layout of the input.
    pub format: Format,
    /// The header in force at this record.
    pub header: &'r H,
}

// Derived impls would ask the same of `H`.
impl<H> Clone for Record<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for Record<'_, H> {}

/// Why a record does not become an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is well-formed, and not what the schemas are about; the text says what it is.
    Declined(Cow<'static, str>),
    /// It is not what its format demands, or lacks what an event must have.
    Rejected(Fault),
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

    /// Reads a record's bytes.
    fn decode<'r>(
        &self,
        record: Record<'r, Self::Header>,
        context: &Context,
        notes: &mut Notes,
    ) -> Result<Self::Raw<'r>, Refusal>;

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
