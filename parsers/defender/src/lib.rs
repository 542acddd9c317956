//! Process creation by Microsoft Defender for Endpoint, to ASIM ProcessEvent.

mod account;
mod map;
mod provenance;
mod raw;
mod recognize;

use asim_parse::schema::{Event, SchemaKind};
use asim_parse::{Context, Envelope, Format, Manifest, Mapper, Notes, Recognition, Record, Refusal};

pub use raw::ProcessRow;

/// The parser.
pub static PARSER: Defender = Defender;

/// The parser of the table `DeviceProcessEvents`.
#[derive(Debug, Clone, Copy)]
pub struct Defender;

static MANIFEST: Manifest = Manifest {
    id: "defender",
    title: "Microsoft Defender for Endpoint: DeviceProcessEvents as CSV, JSON, event hub stream",
    vendor: "Microsoft",
    product: "M365 Defender for Endpoint",
    other_products: &[],
    formats: &[Format::NdJson, Format::JsonValues, Format::Csv],
    provenance: &[],
    process_provenance: provenance::PROVENANCE,
    asim_functions: &["vimProcessEventMicrosoft365D", "ASimProcessEventMicrosoft365D"],
};

impl Mapper for Defender {
    const MANIFEST: &'static Manifest = &MANIFEST;

    type Header = ();
    type Raw<'r> = ProcessRow<'r>;

    fn recognize(&self, head: &[u8]) -> Option<Recognition> {
        recognize::recognize(head)
    }

    fn claims(&self, record: &[u8]) -> bool {
        recognize::claims(record)
    }

    fn decode<'r>(
        &self,
        record: Record<'r, ()>,
        _: &Context,
        notes: &mut Notes,
    ) -> Result<Self::Raw<'r>, Refusal> {
        raw::decode(record.bytes, record.table, notes)
    }

    fn schema(&self, _: &Self::Raw<'_>) -> SchemaKind {
        SchemaKind::Process
    }

    fn map<'r>(
        &self,
        raw: Self::Raw<'r>,
        envelope: &Envelope,
        context: &Context,
        notes: &mut Notes,
    ) -> Result<Event<'r>, Refusal> {
        map::map(raw, envelope, context, notes)
    }
}

#[cfg(test)]
asim_testkit::parser_tests!(PARSER);
