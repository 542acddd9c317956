//! Which part of event 22 each field comes from. The README's table of the mapping says the same by name.

use asim_parse::Provenance;
use asim_parse::schema::DnsField;

const RESULT: &str = "0 and 9001 to 9023 are response codes, others states of the client";
const DEVICE: &str = "by the form of the computer's name";
const TABLE: &str = "rows of Azure's tables alone";

/// The fields that the parser fills, in schema order.
pub(crate) static PROVENANCE: &[Provenance] = {
    use DnsField as F;
    const fn from(field: DnsField, columns: &'static [&'static str], rule: &'static str) -> Provenance {
        Provenance::new(field, columns, rule)
    }
    &[
        from(
            F::TimeGenerated,
            &["TimeGenerated", "UtcTime"],
            "the row's own; else as EventStartTime",
        ),
        from(F::EventCount, &[], "one event for each event 22"),
        from(
            F::EventStartTime,
            &["UtcTime", "TimeCreated"],
            "without both, --assume-time",
        ),
        from(
            F::EventEndTime,
            &["UtcTime", "TimeCreated"],
            "EventStartTime: the event tells one instant",
        ),
        from(F::EventType, &[], "Query: the event tells of no other operation"),
        from(
            F::EventSubType,
            &[],
            "response: the event is written when the query has ended",
        ),
        from(
            F::EventResult,
            &["QueryStatus"],
            "Success for 0; NA for 9501 and 9701; else Failure",
        ),
        from(F::EventResultDetails, &["QueryStatus"], RESULT),
        from(F::EventProduct, &["Provider"], "Sysmon, or Sysmon for Linux"),
        from(F::EventVendor, &[], "the same for every event"),
        from(
            F::EventSeverity,
            &["QueryStatus"],
            "Low for a Failure, else Informational",
        ),
        from(F::EventOriginalUid, &["EventRecordID"], ""),
        from(F::EventOriginalType, &["EventID"], ""),
        from(
            F::EventOriginalResultDetails,
            &["QueryStatus"],
            "where it is no response code",
        ),
        from(
            F::Dvc,
            &["Computer"],
            "the first of the Dvc fields; without any, the product",
        ),
        from(F::DvcIpAddr, &["Computer"], DEVICE),
        from(F::DvcFQDN, &["Computer"], DEVICE),
        from(F::DvcDomain, &["Computer"], DEVICE),
        from(F::DvcDomainType, &["Computer"], DEVICE),
        from(F::DvcHostname, &["Computer"], DEVICE),
        from(F::DvcId, &["_ResourceId"], TABLE),
        from(F::DvcIdType, &["_ResourceId"], TABLE),
        from(F::DvcScopeId, &["_SubscriptionId"], TABLE),
        from(F::SrcIpAddr, &["Computer"], "where it is an address"),
        from(F::SrcFQDN, &["Computer"], DEVICE),
        from(F::SrcDomain, &["Computer"], DEVICE),
        from(F::SrcDomainType, &["Computer"], DEVICE),
        from(F::SrcHostname, &["Computer"], DEVICE),
        from(F::SrcDvcId, &["_ResourceId"], TABLE),
        from(F::SrcDvcIdType, &["_ResourceId"], TABLE),
        from(F::SrcDvcScopeId, &["_SubscriptionId"], TABLE),
        from(F::SrcUserId, &["User"], "where it is a security identifier"),
        from(F::SrcUserIdType, &["User"], "SID"),
        from(
            F::SrcUserType,
            &["User"],
            "by the identifier, or by the name as far as it tells",
        ),
        from(F::SrcUsernameType, &["User"], "by the form of the name"),
        from(F::SrcUsername, &["User"], "unless it is a security identifier"),
        from(
            F::SrcProcessGuid,
            &["ProcessGuid"],
            "without braces; absent if it is all zeros",
        ),
        from(F::SrcProcessId, &["ProcessId"], ""),
        from(F::SrcProcessName, &["Image"], "absent if the process is unknown"),
        from(F::DnsQuery, &["QueryName"], "canonical name; the root is a dot"),
        from(F::DnsResponseCode, &["QueryStatus"], RESULT),
        from(F::DnsResponseName, &["QueryResults"], ""),
        from(F::RuleName, &["RuleName"], "since schema version 0.1.7"),
        from(
            F::AdditionalFields,
            &["RuleName"],
            "before schema version 0.1.7; values that do not fit their field, and names that no version has",
        ),
    ]
};
