//! Events of Sysmon to ASIM: event 22, a DNS query with its outcome, to Dns, and events 1 and 5, the start and the end
//! of a process, to ProcessEvent.

mod answers;
mod map;
mod process;
mod provenance;
mod raw;
mod recognize;
mod refuse;
mod status;

use asim_parse::filter::CompiledFilter;
use asim_parse::schema::{Event, SchemaKind};
use asim_parse::{Context, Envelope, Format, Manifest, Mapper, Notes, Recognition, Record, Refusal};

pub use answers::{decode_flags, decode_response};
pub use process::SysmonProcess;
pub use raw::{Origin, SysmonDns, SysmonEvent};

/// The parser.
pub static PARSER: Sysmon = Sysmon;

/// The parser of Sysmon's events 22, 1 and 5.
#[derive(Debug, Clone, Copy)]
pub struct Sysmon;

static MANIFEST: Manifest = Manifest {
    id: "sysmon",
    title: "Sysmon events 22 (DNS query), 1 and 5 (process): Windows event XML, EVTX, JSON, CSV",
    vendor: "Microsoft",
    product: "Sysmon",
    other_products: &[("Microsoft", "Sysmon for Linux")],
    formats: &[
        Format::WindowsXml,
        Format::Evtx,
        Format::NdJson,
        Format::JsonValues,
        Format::Csv,
    ],
    provenance: provenance::PROVENANCE,
    process_provenance: process::PROVENANCE,
    asim_functions: &[
        "vimDnsMicrosoftSysmon",
        "ASimDnsMicrosoftSysmon",
        "vimDnsMicrosoftSysmonWindowsEvent",
        "ASimDnsMicrosoftSysmonWindowsEvent",
        "vimProcessCreateMicrosoftSysmon",
        "ASimProcessCreateMicrosoftSysmon",
        "vimProcessCreateMicrosoftSysmonWindowsEvent",
        "ASimProcessCreateMicrosoftSysmonWindowsEvent",
        "vimProcessTerminateMicrosoftSysmon",
        "ASimProcessTerminateMicrosoftSysmon",
        "vimProcessTerminateMicrosoftSysmonWindowsEvent",
        "ASimProcessTerminateMicrosoftSysmonWindowsEvent",
    ],
};

impl Mapper for Sysmon {
    const MANIFEST: &'static Manifest = &MANIFEST;

    type Header = ();
    type Raw<'r> = SysmonEvent<'r>;

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

    fn schema(&self, raw: &Self::Raw<'_>) -> SchemaKind {
        match raw {
            SysmonEvent::Dns(_) => SchemaKind::Dns,
            SysmonEvent::Process(_) => SchemaKind::Process,
        }
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
        match raw {
            SysmonEvent::Dns(raw) => map::map(raw, envelope, context, notes),
            SysmonEvent::Process(raw) => process::map(*raw, envelope, context, notes),
        }
    }
}

#[cfg(test)]
asim_testkit::parser_tests!(PARSER);

#[cfg(test)]
mod published_faults;
#[cfg(test)]
mod tests;
