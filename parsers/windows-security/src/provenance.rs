//! Which part of events 4688 and 4689 each field comes from. The README's table of the mapping says the same by name.

use asim_parse::Provenance;
use asim_parse::schema::ProcessField;

const DEVICE: &str = "by the form of the computer's name";
const TABLE: &str = "rows of Azure's tables alone";
const SID: &str = "S-1-0-0 is absent";
const NAME: &str = "DOMAIN\\name where a domain is told";
const ROLE: &str = "by the identifier, and by the name where that tells more";
const LOGON: &str = "in decimal; zero is absent";
const FILE_NAME: &str = "the last part of the path";

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
            &["TimeGenerated", "TimeCreated"],
            "the row's own; else as EventStartTime",
        ),
        from(F::EventCount, &[], "one event for each event"),
        from(
            F::EventStartTime,
            &["TimeCreated", "TimeGenerated"],
            "without both, --assume-time",
        ),
        from(
            F::EventEndTime,
            &["TimeCreated", "TimeGenerated"],
            "EventStartTime: the event tells one instant",
        ),
        from(
            F::EventType,
            &["EventID"],
            "4688 ProcessCreated, 4689 ProcessTerminated",
        ),
        from(F::EventResult, &[], "Success: what is told has happened"),
        from(F::EventProduct, &[], "the same for every event"),
        from(F::EventVendor, &[], "the same for every event"),
        from(
            F::EventSeverity,
            &[],
            "Informational: the log tells no failures of these",
        ),
        from(
            F::EventOriginalUid,
            &["EventRecordID", "EventOriginId"],
            "the first that is told",
        ),
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
        from(F::DvcId, &["_ResourceId", "SourceComputerId"], TABLE),
        from(F::DvcIdType, &["_ResourceId", "SourceComputerId"], TABLE),
        from(F::DvcScopeId, &["_SubscriptionId"], TABLE),
        from(F::DvcOs, &[], "Windows"),
        from(F::ActorUserId, &["SubjectUserSid"], SID),
        from(F::ActorUserIdType, &["SubjectUserSid"], "SID"),
        from(F::ActorUserType, &["SubjectUserSid", "SubjectUserName"], ROLE),
        from(
            F::ActorUsernameType,
            &["SubjectDomainName", "SubjectUserName"],
            "by the form of the name",
        ),
        from(F::ActorUsername, &["SubjectDomainName", "SubjectUserName"], NAME),
        from(F::ActorSessionId, &["SubjectLogonId"], LOGON),
        from(F::ActingProcessId, &["ProcessId"], "4688 alone, in decimal"),
        from(
            F::ActingProcessName,
            &["ParentProcessName"],
            "since version 2 of 4688",
        ),
        from(F::ActingProcessFilename, &["ParentProcessName"], FILE_NAME),
        from(F::TargetUserId, &["TargetUserSid"], SID),
        from(F::TargetUserIdType, &["TargetUserSid"], "SID"),
        from(F::TargetUserType, &["TargetUserSid", "TargetUserName"], ROLE),
        from(
            F::TargetUsernameType,
            &["TargetDomainName", "TargetUserName"],
            "by the form of the name",
        ),
        from(F::TargetUsername, &["TargetDomainName", "TargetUserName"], NAME),
        from(F::TargetUserSessionId, &["TargetLogonId"], LOGON),
        from(
            F::TargetProcessId,
            &["NewProcessId", "ProcessId"],
            "NewProcessId of 4688, ProcessId of 4689; in decimal",
        ),
        from(
            F::TargetProcessName,
            &["NewProcessName", "ProcessName"],
            "NewProcessName of 4688, ProcessName of 4689",
        ),
        from(F::TargetProcessStatusCode, &["Status"], "4689 alone"),
        from(
            F::TargetProcessCommandLine,
            &["CommandLine"],
            "4688 alone, where a policy asks for it",
        ),
        from(
            F::TargetProcessFilename,
            &["NewProcessName", "ProcessName"],
            FILE_NAME,
        ),
        from(
            F::TargetProcessCreationTime,
            &["TimeCreated", "TimeGenerated"],
            "4688 alone",
        ),
        from(
            F::TargetProcessIntegrityLevel,
            &["MandatoryLabel"],
            "the level of the identifier",
        ),
        from(
            F::TargetProcessTokenElevation,
            &["TokenElevationType"],
            "the name of %%1936 to %%1938",
        ),
        from(
            F::AdditionalFields,
            &[],
            "values that do not fit their field, and names that no version has",
        ),
    ]
};
