//! Which value of a record each field comes from. The README says the same by source.

use asim_parse::Provenance;
use asim_parse::schema::DnsField;

/// Rules that several fields share.
const RESULT: &str =
    "from the response code alone; a request is NA; a timeout and an ignored query are Failure with NA";
const CLIENT: &str =
    "the other side of what the server was asked; 127.0.0.1 where the server itself asks as a resolver";
const SERVER: &str = "the server's own address to a client; the other side where the server itself asks";
const DEVICE: &str = "by the form of the server's name; without one, from the layers or --dvc";
const FLAGS: &str =
    "from the packet's header, else the flags, else the value of its own; a request tells RD and CD alone";
const QUESTION: &str = "from the packet's question, else the value of its own";

const HEADER: &[&str] = &["PacketData", "Flags (hex)"];
const CODE: &[&str] = &["PacketData", "RCODE", "ResultCode", "Flags (hex)", "Rcode Full"];
const COMPUTER: &[&str] = &["Computer", "Hostname"];
const TIME: &[&str] = &["TimeCreated", "EventTime", "TimeGenerated", "Date", "Time"];

/// The fields that the parser fills, in schema order.
pub(crate) static PROVENANCE: &[Provenance] = {
    use DnsField as F;
    const fn from(field: DnsField, columns: &'static [&'static str], rule: &'static str) -> Provenance {
        Provenance::new(field, columns, rule)
    }
    &[
        from(F::TimeGenerated, TIME, "a row's own; else as EventStartTime"),
        from(F::EventCount, &[], "one event for each record"),
        from(F::EventStartTime, TIME, "without it, the layers or --assume-time"),
        from(
            F::EventEndTime,
            TIME,
            "EventStartTime: a record tells one instant",
        ),
        from(
            F::EventType,
            &["PacketData", "EventID", "Flags (hex)"],
            "the operation code's name",
        ),
        from(
            F::EventSubType,
            &["EventID", "Flags (hex)"],
            "response for responses and for what became of a request",
        ),
        from(F::EventResult, CODE, RESULT),
        from(F::EventResultDetails, CODE, RESULT),
        from(F::EventProduct, &[], "the same for every event"),
        from(F::EventVendor, &[], "the same for every event"),
        from(F::EventSeverity, CODE, "Low for a Failure, else Informational"),
        from(F::EventMessage, &["Message"], "of a DnsEvents row"),
        from(F::EventOriginalUid, &["GUID"], "without braces"),
        from(F::EventOriginalType, &["EventID"], ""),
        from(F::EventOriginalSubType, &["SubType"], "of a DnsEvents row"),
        from(
            F::EventOriginalResultDetails,
            &["Reason", "Result"],
            "where it says more than the response code's name",
        ),
        from(
            F::EventOriginalSeverity,
            &["Severity"],
            "of a DnsEvents row, whose scale is not documented",
        ),
        from(F::EventReportUrl, &["ReportReferenceLink"], ""),
        from(
            F::Dvc,
            COMPUTER,
            "the first of the Dvc fields; without any, the product",
        ),
        from(
            F::DvcIpAddr,
            &["HostIP", "InterfaceIP"],
            "where it is an address and not a placeholder",
        ),
        from(F::DvcFQDN, COMPUTER, DEVICE),
        from(F::DvcDomain, COMPUTER, DEVICE),
        from(F::DvcDomainType, COMPUTER, DEVICE),
        from(F::DvcHostname, COMPUTER, DEVICE),
        from(F::DvcId, &["_ResourceId"], ""),
        from(F::DvcIdType, &["_ResourceId"], "AzureResourceId"),
        from(
            F::DvcAction,
            &["EventID"],
            "Drop for an ignored query and a dropped response",
        ),
        from(
            F::DvcOriginalAction,
            &["EventID"],
            "the event's name, of ignored queries and rate limiting",
        ),
        from(
            F::SrcIpAddr,
            &["Source", "Destination", "ClientIP", "Remote IP"],
            CLIENT,
        ),
        from(F::SrcPortNumber, &["Port", "Remote addr"], "the client's"),
        from(
            F::DstIpAddr,
            &["InterfaceIP", "Destination", "Source", "Remote IP"],
            SERVER,
        ),
        from(F::DstPortNumber, &["Remote addr"], "the upstream server's"),
        from(
            F::DstHostname,
            &["InterfaceIP", "Destination", "Source", "Remote IP"],
            "the address as text, no name is known",
        ),
        from(
            F::DnsQuery,
            &["PacketData", "QNAME", "Name", "Question Name"],
            QUESTION,
        ),
        from(
            F::DnsQueryType,
            &["PacketData", "QTYPE", "QueryType", "Question Type"],
            QUESTION,
        ),
        from(
            F::DnsQueryTypeName,
            &["PacketData", "QTYPE", "QueryType", "Question Type"],
            "IANA's name",
        ),
        from(F::DnsQueryClass, &["PacketData", "QCLASS"], ""),
        from(
            F::DnsQueryClassName,
            &["PacketData", "QCLASS"],
            "as the published functions spell it",
        ),
        from(
            F::TransactionIdHex,
            &["PacketData", "XID", "Xid (hex)"],
            "lower case, no padding",
        ),
        from(
            F::DnsResponseCode,
            CODE,
            "with the upper bits of EDNS where they are seen",
        ),
        from(
            F::DnsResponseName,
            &["PacketData", "ANSWER SECTION", "IPAddresses"],
            "the answer section as a list in JSON; of a DnsEvents row, its text",
        ),
        from(
            F::DnsFlags,
            HEADER,
            "the event's number; without one, the names of those set",
        ),
        from(F::DnsFlagsAuthenticated, HEADER, FLAGS),
        from(F::DnsFlagsAuthoritative, HEADER, FLAGS),
        from(F::DnsFlagsCheckingDisabled, HEADER, FLAGS),
        from(F::DnsFlagsRecursionAvailable, HEADER, FLAGS),
        from(F::DnsFlagsRecursionDesired, HEADER, FLAGS),
        from(F::DnsFlagsTruncated, HEADER, FLAGS),
        from(F::DnsFlagsZ, HEADER, FLAGS),
        from(F::NetworkProtocol, &["TCP", "UDP/TCP indicator"], ""),
        from(F::DnsSessionId, &["GUID"], "without braces"),
        from(
            F::AdditionalFields,
            &[],
            "every value without a field, and values that do not fit theirs",
        ),
    ]
};
