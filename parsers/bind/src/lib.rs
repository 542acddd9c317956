//! The log of BIND 9's named, in every layout that it prints, and of Infoblox NIOS to ASIM Dns.
//!
//! `prefix` reads what stands in front of a message, `client` who it is about, `message` what it tells; `raw` holds
//! what was read, `map` says what it means. `starts` tells where records begin, for several lines can tell of one DNS
//! message.

mod answers;
mod client;
mod flags;
mod map;
mod message;
mod name;
mod prefix;
mod provenance;
#[cfg(test)]
mod published_faults;
mod raw;
mod recognize;
mod record;
mod refuse;
mod starts;
mod text;

use asim_parse::cut::RecordStarts;
use asim_parse::filter::CompiledFilter;
use asim_parse::schema::Event;
use asim_parse::{Context, Envelope, Format, Manifest, Mapper, Notes, Recognition, Record, Refusal};

pub use answers::decode_response;
pub use flags::decode_flags;
pub use raw::{
    Action, Activity, BindLine, Client, Detail, Direction, Endpoint, LogTime, Operation, Outcome, Severity,
    Transport,
};

/// The parser.
pub static PARSER: Bind = Bind;

/// The parser of named's log.
#[derive(Debug, Clone, Copy)]
pub struct Bind;

static MANIFEST: Manifest = Manifest {
    id: "bind",
    title: "BIND 9 named and Infoblox NIOS, all categories and print layouts",
    vendor: "ISC",
    product: "BIND",
    other_products: &[("Infoblox", "NIOS")],
    formats: &[Format::ContinuedLines],
    provenance: provenance::PROVENANCE,
    process_provenance: &[],
    // The published functions read the lines of NIOS, and BIND's query lines beside them.
    asim_functions: &["vimDnsInfobloxNIOS", "ASimDnsInfobloxNIOS"],
};

impl Mapper for Bind {
    const MANIFEST: &'static Manifest = &MANIFEST;

    type Header = ();
    type Raw<'r> = BindLine<'r>;

    fn recognize(&self, head: &[u8]) -> Option<Recognition> {
        recognize::recognize(head)
    }

    fn record_starts(&self) -> Box<dyn RecordStarts> {
        Box::new(starts::Starts::default())
    }

    fn decode<'r>(
        &self,
        record: Record<'r, ()>,
        _: &Context,
        _: &mut Notes,
    ) -> Result<Self::Raw<'r>, Refusal> {
        record::decode(record.bytes)
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
asim_testkit::parser_tests!(PARSER);
