//! Events 4688 and 4689 of the Windows Security log, the start and the end of a process, to ASIM ProcessEvent.

mod map;
mod provenance;
mod raw;

use asim_parse::filter::CompiledFilter;
use asim_parse::schema::{Event, SchemaKind};
use asim_parse::{Context, Envelope, Format, Manifest, Mapper, Notes, Recognition, Record, Refusal, windows};

pub use raw::SecurityProcess;

/// The parser.
pub static PARSER: WindowsSecurity = WindowsSecurity;

/// The parser of events 4688 and 4689.
#[derive(Debug, Clone, Copy)]
pub struct WindowsSecurity;

static MANIFEST: Manifest = Manifest {
    id: "windows-security",
    title: "Windows Security events 4688 and 4689 (process): Windows event XML, EVTX, JSON, CSV",
    vendor: "Microsoft",
    product: "Security Events",
    other_products: &[],
    formats: &[
        Format::WindowsXml,
        Format::Evtx,
        Format::NdJson,
        Format::JsonValues,
        Format::Csv,
    ],
    provenance: &[],
    process_provenance: provenance::PROVENANCE,
    asim_functions: &[
        "vimProcessCreateMicrosoftSecurityEvents",
        "ASimProcessCreateMicrosoftSecurityEvents",
        "vimProcessCreateMicrosoftWindowsEvents",
        "ASimProcessCreateMicrosoftWindowsEvents",
        "vimProcessTerminateMicrosoftSecurityEvents",
        "ASimProcessTerminateMicrosoftSecurityEvents",
        "vimProcessTerminateMicrosoftWindowsEvents",
        "ASimProcessTerminateMicrosoftWindowsEvents",
    ],
};

impl Mapper for WindowsSecurity {
    const MANIFEST: &'static Manifest = &MANIFEST;

    type Header = ();
    type Raw<'r> = SecurityProcess<'r>;

    fn recognize(&self, head: &[u8]) -> Option<Recognition> {
        windows::recognize(head, &[raw::PROVIDER.as_bytes()], |header| {
            header.has("EventID") && (header.has("EventData") || header.has("NewProcessName"))
        })
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

    fn refuses(
        &self,
        raw: &Self::Raw<'_>,
        envelope: &Envelope,
        _: &Context,
        filter: &CompiledFilter,
    ) -> bool {
        // An event whose time the event log does not tell is for `map`.
        let Some(start) = raw.event.time_created else {
            return false;
        };
        let generated = raw.event.generated_for(start);
        generated.is_some_and(|time| filter.refuses_time(time, envelope))
            || filter.refuses_schema(SchemaKind::Process)
            || filter.refuses_process_type(raw.event_type())
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
