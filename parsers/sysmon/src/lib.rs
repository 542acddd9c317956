//! Event 22 of Sysmon, a DNS query with its outcome, to ASIM Dns.

mod answers;
mod map;
mod provenance;
mod raw;
mod recognize;
mod refuse;
mod status;

use asim_parse::filter::CompiledFilter;
use asim_parse::schema::Event;
use asim_parse::{Context, Envelope, Format, Manifest, Mapper, Notes, Recognition, Record, Refusal};

pub use answers::{decode_flags, decode_response};
pub use raw::{Origin, SysmonDns};

/// The parser.
pub static PARSER: Sysmon = Sysmon;

/// The parser of Sysmon's event 22.
#[derive(Debug, Clone, Copy)]
pub struct Sysmon;

static MANIFEST: Manifest = Manifest {
    id: "sysmon",
    title: "Sysmon event 22 (DNS query): Windows event XML, EVTX, JSON, CSV",
    vendor: "Microsoft",
    product: "Sysmon",
    formats: &[
        Format::WindowsXml,
        Format::Evtx,
        Format::NdJson,
        Format::JsonValues,
        Format::Csv,
    ],
    provenance: provenance::PROVENANCE,
    process_provenance: &[],
    asim_functions: &[
        "vimDnsMicrosoftSysmon",
        "ASimDnsMicrosoftSysmon",
        "vimDnsMicrosoftSysmonWindowsEvent",
        "ASimDnsMicrosoftSysmonWindowsEvent",
    ],
};

impl Mapper for Sysmon {
    const MANIFEST: &'static Manifest = &MANIFEST;

    type Header = ();
    type Raw<'r> = SysmonDns<'r>;

    fn recognize(&self, head: &[u8]) -> Option<Recognition> {
        recognize::recognize(head)
    }

    fn decode<'r>(
        &self,
        record: Record<'r, ()>,
        _: &Context,
        notes: &mut Notes,
    ) -> Result<Self::Raw<'r>, Refusal> {
        raw::decode(record.bytes, record.table, notes)
    }

    fn refuses(
        &self,
        raw: &Self::Raw<'_>,
        envelope: &Envelope,
        _: &Context,
        filter: &CompiledFilter,
    ) -> bool {
        refuse::refuses(raw, envelope, filter)
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

#[cfg(test)]
mod published_faults;
#[cfg(test)]
mod tests;
