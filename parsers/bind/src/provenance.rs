//! Which parts of a line each field comes from. The README's table of the mapping says the same by line.

use asim_parse::Provenance;
use asim_parse::schema::DnsField;

/// Rules that several fields share.
const CLIENT: &str = "the client's; where the server itself asks, 127.0.0.1";
const RESULT: &str = "from the response code alone; a request, and a response whose code is not told, are NA";
const DEVICE: &str = "the host of the layers around the line";
const QUESTION: &str = "of the question, or of the zone of a notify or an update";

/// The fields that the parser fills, in schema order.
pub(crate) static PROVENANCE: &[Provenance] = {
    use DnsField as F;
    const fn from(field: DnsField, columns: &'static [&'static str], rule: &'static str) -> Provenance {
        Provenance::new(field, columns, rule)
    }
    &[
        from(F::TimeGenerated, &["time"], "as EventStartTime"),
        from(F::EventCount, &[], "one event for each DNS message"),
        from(
            F::EventStartTime,
            &["time"],
            "less the duration where one is told; without a time, the layer's, then --assume-time",
        ),
        from(
            F::EventEndTime,
            &["time"],
            "the line's time; the start where no duration is told",
        ),
        from(
            F::EventType,
            &["message"],
            "Query, Notify or Update by the words of the line",
        ),
        from(F::EventSubType, &["message"], "by the words of the line"),
        from(F::EventResult, &["rcode"], RESULT),
        from(F::EventResultDetails, &["rcode"], RESULT),
        from(
            F::EventProduct,
            &["message"],
            "BIND; NIOS where a query's line tells the response",
        ),
        from(
            F::EventVendor,
            &["message"],
            "ISC; Infoblox where a query's line tells the response",
        ),
        from(
            F::EventSeverity,
            &["severity"],
            "critical is High, error Medium, warning Low, all others Informational; not printed: Low for a Failure",
        ),
        from(
            F::EventOriginalType,
            &["message"],
            "the line's own words, such as query failed",
        ),
        from(
            F::EventOriginalResultDetails,
            &["rcode"],
            "the server's own words where they are no response code",
        ),
        from(F::EventOriginalSeverity, &["severity"], ""),
        from(
            F::Dvc,
            &[],
            "the first of the Dvc fields; without any, the product",
        ),
        from(
            F::DvcIpAddr,
            &["local address"],
            "of a connection that the server made; else from the layers around the line",
        ),
        from(F::DvcFQDN, &[], DEVICE),
        from(F::DvcDomain, &[], DEVICE),
        from(F::DvcDomainType, &[], DEVICE),
        from(F::DvcHostname, &[], DEVICE),
        from(
            F::DvcAction,
            &["policy"],
            "of a response policy or the rate limit: Blocked, Redirected, Truncated or Allowed",
        ),
        from(F::DvcOriginalAction, &["policy"], ""),
        from(F::SrcIpAddr, &["client"], CLIENT),
        from(F::SrcPortNumber, &["client"], CLIENT),
        from(
            F::DstIpAddr,
            &["server", "upstream"],
            "the address that was asked",
        ),
        from(
            F::DstPortNumber,
            &["server", "upstream"],
            "where the line tells it",
        ),
        from(
            F::DstHostname,
            &["server", "upstream"],
            "the address as text, no name is known",
        ),
        from(
            F::DnsQuery,
            &["name"],
            "canonical name; the name that the client asked for goes first",
        ),
        from(F::DnsQueryType, &["type"], QUESTION),
        from(F::DnsQueryTypeName, &["type"], "IANA's name of the number"),
        from(F::DnsQueryClass, &["class"], QUESTION),
        from(
            F::DnsQueryClassName,
            &["class"],
            "the name as the published functions spell it",
        ),
        from(
            F::DnsResponseCode,
            &["rcode"],
            "of a response, by its name or number",
        ),
        from(F::DnsResponseName, &["answers"], ""),
        from(F::DnsFlags, &["flags"], ""),
        from(F::DnsFlagsAuthoritative, &["flags"], "A, in NIOS responses"),
        from(
            F::DnsFlagsCheckingDisabled,
            &["flags"],
            "C; not in NIOS responses",
        ),
        from(F::DnsFlagsRecursionDesired, &["flags"], "+ or -"),
        from(
            F::DnsFlagsTruncated,
            &["flags", "policy"],
            "t in NIOS responses; where the rate limit sent a truncated response",
        ),
        from(
            F::NetworkProtocol,
            &["flags", "transport"],
            "TCP for T, else UDP; NIOS names it",
        ),
        from(
            F::DnsNetworkDuration,
            &["statistics"],
            "whole milliseconds of a zone transfer",
        ),
        from(
            F::AdditionalFields,
            &["view", "key", "flags", "reason"],
            "with every part of a line that has no field",
        ),
    ]
};
