//! Which part of events 1 and 5 each field comes from. The README's table of the mapping says the same by name.

use asim_parse::Provenance;
use asim_parse::schema::ProcessField;

const DEVICE: &str = "by the form of the computer's name";
const TABLE: &str = "rows of Azure's tables alone";
const CREATED: &str = "event 1 alone";
const HASH: &str = "event 1 alone; absent if it is all zeros";
const FILE_NAME: &str = "the last part of the path";
const GUID: &str = "without braces; absent if it is all zeros";
const SID: &str = "where it is a security identifier";
const ROLE: &str = "by the identifier, or by the name as far as it tells";

/// The fields that the parser fills, in schema order.
pub(crate) static PROVENANCE: &[Provenance<ProcessField>] = {
    use ProcessField as F;
    const fn from(
        field: ProcessField,
        columns: &'static [&'static str],
        rule: &'static str,
    ) -> Provenance<ProcessField> {
        Provenance::new(field, columns, rule)
    }
    &[
        from(
            F::TimeGenerated,
            &["TimeGenerated", "UtcTime"],
            "the row's own; else as EventStartTime",
        ),
        from(F::EventCount, &[], "one event for each event"),
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
        from(
            F::EventType,
            &["EventID"],
            "1 ProcessCreated, 5 ProcessTerminated",
        ),
        from(F::EventResult, &[], "Success: what is told has happened"),
        from(F::EventProduct, &["Provider"], "Sysmon, or Sysmon for Linux"),
        from(F::EventVendor, &[], "the same for every event"),
        from(F::EventSeverity, &[], "Informational: Sysmon tells no failures"),
        from(F::EventOriginalUid, &["EventRecordID"], ""),
        from(F::EventOriginalType, &["EventID"], ""),
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
        from(F::DvcOs, &["Provider"], "Windows, or Linux"),
        from(F::ActorUserId, &["ParentUser"], SID),
        from(F::ActorUserIdType, &["ParentUser"], "SID"),
        from(F::ActorUserType, &["ParentUser"], ROLE),
        from(F::ActorUsernameType, &["ParentUser"], "by the form of the name"),
        from(
            F::ActorUsername,
            &["ParentUser"],
            "unless it is a security identifier",
        ),
        from(F::ActingProcessGuid, &["ParentProcessGuid"], GUID),
        from(F::ActingProcessId, &["ParentProcessId"], ""),
        from(
            F::ActingProcessName,
            &["ParentImage"],
            "absent if the process is unknown",
        ),
        from(F::ActingProcessCommandLine, &["ParentCommandLine"], ""),
        from(F::ActingProcessFilename, &["ParentImage"], FILE_NAME),
        from(F::TargetUserId, &["User"], SID),
        from(F::TargetUserIdType, &["User"], "SID"),
        from(F::TargetUserType, &["User"], ROLE),
        from(F::TargetUsernameType, &["User"], "by the form of the name"),
        from(F::TargetUsername, &["User"], "unless it is a security identifier"),
        from(F::TargetUserSessionGuid, &["LogonGuid"], GUID),
        from(F::TargetUserSessionId, &["LogonId"], "in decimal"),
        from(F::TargetProcessGuid, &["ProcessGuid"], GUID),
        from(F::TargetProcessId, &["ProcessId"], ""),
        from(
            F::TargetProcessName,
            &["Image"],
            "absent if the process is unknown",
        ),
        from(F::TargetProcessCurrentDirectory, &["CurrentDirectory"], CREATED),
        from(F::TargetProcessCommandLine, &["CommandLine"], CREATED),
        from(F::TargetProcessFilename, &["Image"], FILE_NAME),
        from(F::TargetProcessCreationTime, &["UtcTime"], CREATED),
        from(
            F::TargetProcessIntegrityLevel,
            &["IntegrityLevel"],
            "by name or security identifier",
        ),
        from(F::TargetProcessFileCompany, &["Company"], CREATED),
        from(F::TargetProcessFileDescription, &["Description"], CREATED),
        from(F::TargetProcessFileProduct, &["Product"], CREATED),
        from(F::TargetProcessFileVersion, &["FileVersion"], CREATED),
        from(F::TargetProcessFileOriginalName, &["OriginalFileName"], CREATED),
        from(F::TargetProcessMD5, &["Hashes"], HASH),
        from(F::TargetProcessSHA1, &["Hashes"], HASH),
        from(F::TargetProcessSHA256, &["Hashes"], HASH),
        from(F::TargetProcessIMPHASH, &["Hashes"], HASH),
        from(F::HashType, &["Hashes"], "the kind of the hash that Hash shows"),
        from(F::RuleName, &["RuleName"], ""),
        from(
            F::AdditionalFields,
            &["TerminalSessionId"],
            "values that do not fit their field, and names that no version has",
        ),
    ]
};
