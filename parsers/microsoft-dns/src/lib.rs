//! Microsoft's DNS server to ASIM Dns: the events of its analytical channel, its debug log, and the rows of the table
//! `DnsEvents`.

mod activity;
mod agent_row;
mod answers;
mod debug_log;
mod decode;
mod flags;
mod map;
mod provenance;
mod raw;
mod recognize;
mod refuse;
mod rendered;
mod server_event;

use asim_parse::cut::RecordStarts;
use asim_parse::filter::CompiledFilter;
use asim_parse::schema::Event;
use asim_parse::{Context, Envelope, Format, Manifest, Mapper, Notes, Recognition, Record, Refusal};

pub use answers::decode_response;
pub use flags::decode_flags;
pub use raw::MicrosoftDns;

/// The parser.
pub static PARSER: DnsServer = DnsServer;

/// The parser of Microsoft's DNS server.
#[derive(Debug, Clone, Copy)]
pub struct DnsServer;

static MANIFEST: Manifest = Manifest {
    id: "microsoft-dns",
    title: "Windows DNS Server: analytical events, debug log, DnsEvents rows",
    vendor: "Microsoft",
    product: "DNS Server",
    other_products: &[],
    formats: &[
        Format::ContinuedLines,
        Format::Lines,
        Format::NdJson,
        Format::JsonValues,
        Format::Csv,
        Format::WindowsXml,
        Format::Evtx,
    ],
    provenance: provenance::PROVENANCE,
    process_provenance: &[],
    asim_functions: &[
        "vimDnsMicrosoftOMS",
        "ASimDnsMicrosoftOMS",
        "vimDnsMicrosoftNXlog",
        "ASimDnsMicrosoftNXlog",
    ],
};

impl Mapper for DnsServer {
    const MANIFEST: &'static Manifest = &MANIFEST;

    type Header = ();
    type Raw<'r> = MicrosoftDns<'r>;

    fn recognize(&self, head: &[u8]) -> Option<Recognition> {
        recognize::recognize(head)
    }

    fn claims(&self, record: &[u8]) -> bool {
        recognize::claims(record)
    }

    fn record_starts(&self) -> Box<dyn RecordStarts> {
        Box::new(debug_log::Starts)
    }

    fn settle(&self, head: &[u8], context: &mut Context) -> Result<(), String> {
        debug_log::settle(head, context)
    }

    fn decode<'r>(
        &self,
        record: Record<'r, ()>,
        context: &Context,
        notes: &mut Notes,
    ) -> Result<Self::Raw<'r>, Refusal> {
        decode::decode(record, context, notes)
    }

    fn refuses(
        &self,
        raw: &Self::Raw<'_>,
        envelope: &Envelope,
        context: &Context,
        filter: &CompiledFilter,
    ) -> bool {
        refuse::refuses(raw, envelope, context, filter)
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
mod published_faults;

#[cfg(test)]
asim_testkit::parser_tests!(PARSER);
