//! Which of Zeek's columns each field comes from. The README's table of the mapping says the same by column.

use asim_parse::Provenance;
use asim_parse::schema::DnsField;

/// Rules that several fields share.
const CLIENT: &str = "the client's; of a lone response from port 53, the responder's";
const SERVER: &str = "the server's; of a lone response from port 53, the originator's";
const RESULT: &str = "from the response code alone; a request is NA";
const DEVICE: &str = "by the form of the sensor's name; without one, from --dvc";
const ANSWERED: &str = "where an answer record was seen, or the flag is set";

/// The fields that the parser fills, in schema order.
pub(crate) static PROVENANCE: &[Provenance] = {
    use DnsField as F;
    const fn from(field: DnsField, columns: &'static [&'static str], rule: &'static str) -> Provenance {
        Provenance::new(field, columns, rule)
    }
    &[
        from(F::TimeGenerated, &["ts"], "as EventStartTime"),
        from(F::EventCount, &[], "one event for each row"),
        from(F::EventStartTime, &["ts"], "without it, --assume-time"),
        from(
            F::EventEndTime,
            &["ts", "rtt"],
            "start plus the unrounded time; without rtt, the start",
        ),
        from(
            F::EventType,
            &["opcode"],
            "the operation code's name; without the column, Query",
        ),
        from(
            F::EventSubType,
            &["rcode", "rcode_name"],
            "response where there is a response code, else request",
        ),
        from(F::EventResult, &["rcode", "rcode_name"], RESULT),
        from(F::EventResultDetails, &["rcode", "rcode_name"], RESULT),
        from(F::EventProduct, &[], "the same for every event"),
        from(F::EventVendor, &[], "the same for every event"),
        from(
            F::EventSeverity,
            &["rcode", "rcode_name"],
            "Low for a Failure, else Informational",
        ),
        from(F::EventOriginalUid, &["uid"], ""),
        from(F::EventOriginalType, &["opcode_name"], ""),
        from(
            F::EventOriginalResultDetails,
            &["rcode_name"],
            "where it says something else than rcode",
        ),
        from(
            F::Dvc,
            &["_system_name"],
            "the first of the Dvc fields; without any, the product",
        ),
        from(F::DvcIpAddr, &["_system_name"], DEVICE),
        from(F::DvcFQDN, &["_system_name"], DEVICE),
        from(F::DvcDomain, &["_system_name"], DEVICE),
        from(F::DvcDomainType, &["_system_name"], DEVICE),
        from(F::DvcHostname, &["_system_name"], DEVICE),
        from(F::SrcIpAddr, &["id.orig_h"], CLIENT),
        from(F::SrcPortNumber, &["id.orig_p"], CLIENT),
        from(F::DstIpAddr, &["id.resp_h"], SERVER),
        from(F::DstPortNumber, &["id.resp_p"], SERVER),
        from(
            F::DstHostname,
            &["id.resp_h"],
            "the server's address as text, no name is known",
        ),
        from(F::DnsQuery, &["query"], "canonical name; the root is a dot"),
        from(
            F::DnsQueryType,
            &["qtype", "qtype_name"],
            "the number; without it, from Zeek's name",
        ),
        from(
            F::DnsQueryTypeName,
            &["qtype", "qtype_name"],
            "IANA's name; on port 137, NetBIOS's",
        ),
        from(
            F::DnsQueryClass,
            &["qclass", "qclass_name"],
            "the number without the top bit of mDNS; without it, from Zeek's name",
        ),
        from(
            F::DnsQueryClassName,
            &["qclass", "qclass_name"],
            "the class's name as the published functions spell it",
        ),
        from(
            F::TransactionIdHex,
            &["trans_id"],
            "hexadecimal, lower case, no padding",
        ),
        from(
            F::DnsResponseCode,
            &["rcode", "rcode_name"],
            "the number; without it, from Zeek's name",
        ),
        from(
            F::DnsResponseName,
            &["answers", "TTLs"],
            "both lists as one JSON text",
        ),
        from(
            F::DnsFlags,
            &["AA", "TC", "RD", "RA", "Z"],
            "the names of those set",
        ),
        from(
            F::DnsFlagsAuthenticated,
            &["Z"],
            "bit 2, in a response; not on port 137",
        ),
        from(F::DnsFlagsAuthoritative, &["AA"], ANSWERED),
        from(F::DnsFlagsCheckingDisabled, &["Z"], "bit 1; not on port 137"),
        from(F::DnsFlagsRecursionAvailable, &["RA"], ANSWERED),
        from(F::DnsFlagsRecursionDesired, &["RD"], "where a question was seen"),
        from(F::DnsFlagsTruncated, &["TC"], ANSWERED),
        from(F::DnsFlagsZ, &["Z"], "bit 4, in a response; not on port 137"),
        from(F::NetworkProtocol, &["proto"], "in upper case"),
        from(
            F::DnsNetworkDuration,
            &["rtt"],
            "whole milliseconds, rounded to the nearest",
        ),
        from(F::DnsSessionId, &["uid"], ""),
        from(
            F::AdditionalFields,
            &["rejected"],
            "with every column that has no field, and values that do not fit theirs",
        ),
    ]
};

#[cfg(test)]
mod tests {
    use super::PROVENANCE;
    use crate::column::Column;

    #[test]
    fn every_column_is_one_that_the_parser_knows_under_its_own_name() {
        for name in PROVENANCE.iter().flat_map(|entry| entry.columns) {
            assert_eq!(Column::of(name).map(Column::name), Some(*name), "{name}");
        }
    }
}
