//! Which columns of a row each field comes from. The README's table of the mapping says the same by name.

use asim_parse::Provenance;
use asim_parse::schema::ProcessField;

const DEVICE: &str = "by the form of the device's name";

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
            &["TimeGenerated", "Timestamp"],
            "the row's own; else as EventStartTime",
        ),
        from(F::EventCount, &[], "one event for each row"),
        from(
            F::EventStartTime,
            &["Timestamp", "TimeGenerated"],
            "without both, the stream's time, then --assume-time",
        ),
        from(
            F::EventEndTime,
            &["Timestamp", "TimeGenerated"],
            "EventStartTime: a row tells one instant",
        ),
        from(
            F::EventType,
            &["ActionType"],
            "ProcessCreated: other rows are declined",
        ),
        from(F::EventResult, &[], "Success: what failed is not in the table"),
        from(F::EventProduct, &[], "the same for every event"),
        from(F::EventVendor, &[], "the same for every event"),
        from(F::EventSeverity, &[], "Informational: the source has none"),
        from(F::EventOriginalUid, &["ReportId"], ""),
        from(F::EventOriginalType, &["ActionType"], ""),
        from(F::Dvc, &["DeviceName", "DeviceId"], DEVICE),
        from(F::DvcIpAddr, &["LocalIP"], "where the export has the column"),
        from(F::DvcFQDN, &["DeviceName"], DEVICE),
        from(F::DvcDomain, &["DeviceName"], DEVICE),
        from(F::DvcDomainType, &["DeviceName"], "FQDN beside DvcDomain"),
        from(F::DvcHostname, &["DeviceName"], DEVICE),
        from(F::DvcId, &["DeviceId"], ""),
        from(F::DvcIdType, &["DeviceId"], "MDEid"),
        from(
            F::DvcOs,
            &["FolderPath"],
            "Windows where the path begins with a drive or a share",
        ),
        from(
            F::ActorUserId,
            &["InitiatingProcessAccountSid", "InitiatingProcessAccountObjectId"],
            "the security identifier, else the object id",
        ),
        from(
            F::ActorUserIdType,
            &["InitiatingProcessAccountSid", "InitiatingProcessAccountObjectId"],
            "SID, else AADID",
        ),
        from(
            F::ActorUserType,
            &["InitiatingProcessAccountName", "InitiatingProcessAccountSid"],
            "by the rules of the published function for user types",
        ),
        from(
            F::ActorUsernameType,
            &[
                "InitiatingProcessAccountUpn",
                "InitiatingProcessAccountDomain",
                "InitiatingProcessAccountName",
            ],
            "UPN, Windows, or Simple without a domain",
        ),
        from(
            F::ActorUsername,
            &[
                "InitiatingProcessAccountUpn",
                "InitiatingProcessAccountDomain",
                "InitiatingProcessAccountName",
            ],
            "the principal name, else domain and name",
        ),
        from(F::ActorSessionId, &["InitiatingProcessLogonId"], "in decimal"),
        from(
            F::ActorUserAadId,
            &["InitiatingProcessAccountObjectId"],
            "beside a security identifier",
        ),
        from(
            F::ActorWindowsUsername,
            &["InitiatingProcessAccountDomain", "InitiatingProcessAccountName"],
            "beside a principal name",
        ),
        from(
            F::ActorSimpleUsername,
            &["InitiatingProcessAccountName"],
            "beside a principal name, without a domain",
        ),
        from(F::ActingProcessId, &["InitiatingProcessId"], "in decimal"),
        from(
            F::ActingProcessName,
            &["InitiatingProcessFolderPath", "InitiatingProcessFileName"],
            "a folder alone is completed with the file's name",
        ),
        from(F::ActingProcessCommandLine, &["InitiatingProcessCommandLine"], ""),
        from(
            F::ActingProcessFilename,
            &["InitiatingProcessFileName", "InitiatingProcessFolderPath"],
            "else the last part of the path",
        ),
        from(
            F::ActingProcessCreationTime,
            &["InitiatingProcessCreationTime"],
            "",
        ),
        from(
            F::ActingProcessIntegrityLevel,
            &["InitiatingProcessIntegrityLevel"],
            "the level's name in one letter case",
        ),
        from(
            F::ActingProcessTokenElevation,
            &["InitiatingProcessTokenElevation"],
            "",
        ),
        from(
            F::ActingProcessFileCompany,
            &["InitiatingProcessVersionInfoCompanyName"],
            "",
        ),
        from(
            F::ActingProcessFileDescription,
            &["InitiatingProcessVersionInfoFileDescription"],
            "",
        ),
        from(
            F::ActingProcessFileProduct,
            &["InitiatingProcessVersionInfoProductName"],
            "",
        ),
        from(
            F::ActingProcessFileVersion,
            &["InitiatingProcessVersionInfoProductVersion"],
            "",
        ),
        from(
            F::ActingProcessFileInternalName,
            &["InitiatingProcessVersionInfoInternalFileName"],
            "",
        ),
        from(
            F::ActingProcessFileOriginalName,
            &["InitiatingProcessVersionInfoOriginalFileName"],
            "",
        ),
        from(F::ActingProcessFileSize, &["InitiatingProcessFileSize"], ""),
        from(F::ActingProcessMD5, &["InitiatingProcessMD5"], ""),
        from(F::ActingProcessSHA1, &["InitiatingProcessSHA1"], ""),
        from(F::ActingProcessSHA256, &["InitiatingProcessSHA256"], ""),
        from(F::ParentProcessId, &["InitiatingProcessParentId"], "in decimal"),
        from(
            F::ParentProcessName,
            &["InitiatingProcessParentFileName"],
            "without a path: the table has none",
        ),
        from(
            F::ParentProcessCreationTime,
            &["InitiatingProcessParentCreationTime"],
            "",
        ),
        from(
            F::TargetUserId,
            &["AccountSid", "AccountObjectId"],
            "the security identifier, else the object id",
        ),
        from(
            F::TargetUserIdType,
            &["AccountSid", "AccountObjectId"],
            "SID, else AADID",
        ),
        from(
            F::TargetUserType,
            &["AccountName", "AccountSid"],
            "by the rules of the published function for user types",
        ),
        from(
            F::TargetUsernameType,
            &["AccountUpn", "AccountDomain", "AccountName"],
            "UPN, Windows, or Simple without a domain",
        ),
        from(
            F::TargetUsername,
            &["AccountUpn", "AccountDomain", "AccountName"],
            "the principal name, else domain and name",
        ),
        from(F::TargetUserSessionId, &["LogonId"], "in decimal"),
        from(
            F::TargetUserAadId,
            &["AccountObjectId"],
            "beside a security identifier",
        ),
        from(
            F::TargetWindowsUsername,
            &["AccountDomain", "AccountName"],
            "beside a principal name",
        ),
        from(
            F::TargetSimpleUsername,
            &["AccountName"],
            "beside a principal name, without a domain",
        ),
        from(F::TargetProcessId, &["ProcessId"], "in decimal"),
        from(
            F::TargetProcessName,
            &["FolderPath", "FileName"],
            "a folder alone is completed with the file's name",
        ),
        from(F::TargetProcessCommandLine, &["ProcessCommandLine"], ""),
        from(
            F::TargetProcessFilename,
            &["FileName", "FolderPath"],
            "else the last part of the path",
        ),
        from(F::TargetProcessCreationTime, &["ProcessCreationTime"], ""),
        from(
            F::TargetProcessIntegrityLevel,
            &["ProcessIntegrityLevel"],
            "the level's name in one letter case",
        ),
        from(F::TargetProcessTokenElevation, &["ProcessTokenElevation"], ""),
        from(
            F::TargetProcessFileCompany,
            &["ProcessVersionInfoCompanyName"],
            "",
        ),
        from(
            F::TargetProcessFileDescription,
            &["ProcessVersionInfoFileDescription"],
            "",
        ),
        from(
            F::TargetProcessFileProduct,
            &["ProcessVersionInfoProductName"],
            "",
        ),
        from(
            F::TargetProcessFileVersion,
            &["ProcessVersionInfoProductVersion"],
            "",
        ),
        from(
            F::TargetProcessFileInternalName,
            &["ProcessVersionInfoInternalFileName"],
            "",
        ),
        from(
            F::TargetProcessFileOriginalName,
            &["ProcessVersionInfoOriginalFileName"],
            "",
        ),
        from(F::TargetProcessFileSize, &["FileSize"], ""),
        from(F::TargetProcessMD5, &["MD5"], ""),
        from(F::TargetProcessSHA1, &["SHA1"], ""),
        from(F::TargetProcessSHA256, &["SHA256"], ""),
        from(F::HashType, &["SHA256", "SHA1", "MD5"], "of the longest"),
        from(
            F::AdditionalFields,
            &[],
            "every column without a field, and values that do not fit theirs",
        ),
    ]
};
