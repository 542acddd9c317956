//! Zeek's `dns.log`, as tab-separated text and as JSON, to ASIM Dns.

mod answers;
mod column;
mod escape;
mod flags;
mod header;
mod json;
mod json_scan;
mod map;
mod provenance;
mod raw;
mod recognize;
mod refuse;
mod tsv;

use asim_parse::filter::CompiledFilter;
use asim_parse::schema::Event;
use asim_parse::{Context, Envelope, Format, Manifest, Mapper, Notes, Recognition, Record, Refusal};

pub use answers::decode_response;
pub use flags::{decode_flags, flag_list};
pub use header::ZeekHeader;
pub use raw::ZeekDns;

/// The parser.
pub static PARSER: Zeek = Zeek;

/// The parser of Zeek's DNS log.
#[derive(Debug, Clone, Copy)]
pub struct Zeek;

static MANIFEST: Manifest = Manifest {
    id: "zeek",
    title: "Zeek dns.log, TSV and JSON",
    // As the published parser has it, so that existing content finds the events.
    vendor: "Corelight",
    product: "Zeek",
    other_products: &[],
    formats: &[Format::HeaderedLines, Format::NdJson, Format::JsonValues],
    provenance: provenance::PROVENANCE,
    process_provenance: &[],
    asim_functions: &["vimDnsCorelightZeek", "ASimDnsCorelightZeek"],
};

impl Mapper for Zeek {
    const MANIFEST: &'static Manifest = &MANIFEST;

    type Header = ZeekHeader;
    type Raw<'r> = ZeekDns<'r>;

    fn recognize(&self, head: &[u8]) -> Option<Recognition> {
        recognize::recognize(head)
    }

    fn decode<'r>(
        &self,
        record: Record<'r, ZeekHeader>,
        _: &Context,
        notes: &mut Notes,
    ) -> Result<Self::Raw<'r>, Refusal> {
        match record.format {
            Format::NdJson | Format::JsonValues => json::decode(record.bytes, notes),
            _ => tsv::decode(record.bytes, record.header, notes),
        }
    }

    fn plain_name<'r>(&self, record: Record<'r, ZeekHeader>) -> Option<&'r [u8]> {
        match record.format {
            Format::NdJson | Format::JsonValues => refuse::member(record.bytes),
            _ => refuse::cell(record.bytes, record.header),
        }
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
