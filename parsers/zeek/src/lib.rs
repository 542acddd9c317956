//! Zeek's `dns.log`, as tab-separated text and as JSON, to ASIM Dns.

mod column;
mod escape;
mod header;
mod json;
mod map;
mod raw;
mod recognize;
mod tsv;

use asim_parse::schema::{DnsField, Event};
use asim_parse::{Context, Format, Manifest, Mapper, Notes, Recognition, Record, Refusal};

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
    formats: &[Format::HeaderedLines, Format::NdJson, Format::JsonValues],
    fills: &[
        DnsField::TimeGenerated,
        DnsField::EventCount,
        DnsField::EventStartTime,
        DnsField::EventEndTime,
        DnsField::EventType,
        DnsField::EventSubType,
        DnsField::EventResult,
        DnsField::EventResultDetails,
        DnsField::EventOriginalUid,
        DnsField::EventOriginalType,
        DnsField::EventOriginalResultDetails,
        DnsField::EventSeverity,
        DnsField::EventProduct,
        DnsField::EventVendor,
        DnsField::Dvc,
        DnsField::DvcIpAddr,
        DnsField::DvcHostname,
        DnsField::DvcDomain,
        DnsField::DvcDomainType,
        DnsField::DvcFQDN,
        DnsField::SrcIpAddr,
        DnsField::SrcPortNumber,
        DnsField::DstIpAddr,
        DnsField::DstPortNumber,
        DnsField::DstHostname,
        DnsField::NetworkProtocol,
        DnsField::TransactionIdHex,
        DnsField::DnsSessionId,
        DnsField::DnsQuery,
        DnsField::DnsQueryType,
        DnsField::DnsQueryTypeName,
        DnsField::DnsQueryClass,
        DnsField::DnsQueryClassName,
        DnsField::DnsResponseCode,
        DnsField::DnsResponseName,
        DnsField::DnsNetworkDuration,
        DnsField::DnsFlags,
        DnsField::DnsFlagsAuthenticated,
        DnsField::DnsFlagsAuthoritative,
        DnsField::DnsFlagsCheckingDisabled,
        DnsField::DnsFlagsRecursionAvailable,
        DnsField::DnsFlagsRecursionDesired,
        DnsField::DnsFlagsTruncated,
        DnsField::DnsFlagsZ,
        DnsField::AdditionalFields,
    ],
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

    fn map<'r>(
        &self,
        raw: Self::Raw<'r>,
        context: &Context,
        notes: &mut Notes,
    ) -> Result<Event<'r>, Refusal> {
        map::map(raw, context, notes)
    }
}

#[cfg(test)]
asim_testkit::parser_tests!(PARSER);
