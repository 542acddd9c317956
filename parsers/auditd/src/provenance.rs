//! Which record of an event each field comes from. The README's table of the mapping says the same by name.

use asim_parse::Provenance;
use asim_parse::schema::ProcessField;

const TIME: &str = "of every record: seconds and milliseconds since 1970";
const DEVICE: &str = "by the form of the name; without it, what the layers around the record name";
const NAME: &str = "added by log_format = ENRICHED";
const FAILED: &str = "of a failed attempt: the program that made it";

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
            &["msg"],
            "the table row's own; else as EventStartTime",
        ),
        from(
            F::EventCount,
            &[],
            "one event for all records of the same time and serial number",
        ),
        from(F::EventStartTime, &["msg"], TIME),
        from(
            F::EventEndTime,
            &["msg"],
            "EventStartTime: the records tell one instant",
        ),
        from(
            F::EventType,
            &[],
            "ProcessCreated: a process goes on with another program",
        ),
        from(
            F::EventResult,
            &["success"],
            "Success, Failure; NA where it is missing",
        ),
        from(
            F::EventResultDetails,
            &["exit"],
            "the error's name, of a failed attempt",
        ),
        from(F::EventProduct, &[], "the same for every event"),
        from(F::EventVendor, &[], "the same for every event"),
        from(
            F::EventSeverity,
            &["success"],
            "Low for a Failure, else Informational",
        ),
        from(
            F::EventOriginalUid,
            &["msg"],
            "time and serial number as they are written",
        ),
        from(
            F::EventOriginalType,
            &["type"],
            "SYSCALL: the record without which there is no event",
        ),
        from(
            F::EventOriginalSubType,
            &["syscall", "SYSCALL"],
            "execve or execveat, by the number on the architecture",
        ),
        from(F::EventOriginalResultDetails, &["exit"], "of a failed attempt"),
        from(F::Dvc, &["node"], DEVICE),
        from(F::DvcIpAddr, &["node"], DEVICE),
        from(F::DvcFQDN, &["node"], DEVICE),
        from(F::DvcDomain, &["node"], DEVICE),
        from(F::DvcDomainType, &["node"], "FQDN beside DvcDomain"),
        from(F::DvcHostname, &["node"], DEVICE),
        from(F::DvcOs, &[], "Linux"),
        from(F::ActorUserId, &["uid"], "the real user"),
        from(F::ActorUserIdType, &["uid"], "UID"),
        from(F::ActorUsernameType, &["UID"], "by the name's form"),
        from(F::ActorUsername, &["UID"], NAME),
        from(F::ActorSessionId, &["ses"], "absent where it is unset"),
        from(
            F::ActingProcessId,
            &["ppid", "pid"],
            "the parent; of a failed attempt, the process that made it",
        ),
        from(F::ActingProcessName, &["exe"], FAILED),
        from(F::ActingProcessCommandLine, &["proctitle"], FAILED),
        from(F::ActingProcessFilename, &["exe"], FAILED),
        from(F::ParentProcessId, &["ppid"], "of a failed attempt"),
        from(F::TargetUserId, &["euid"], "the effective user"),
        from(F::TargetUserIdType, &["euid"], "UID"),
        from(F::TargetUsernameType, &["EUID"], "by the name's form"),
        from(F::TargetUsername, &["EUID"], NAME),
        from(F::TargetUserSessionId, &["ses"], "absent where it is unset"),
        from(F::TargetProcessId, &["pid"], ""),
        from(
            F::TargetProcessName,
            &["exe", "name"],
            "exe; of a failed attempt, the name of PATH item 0 in the directory",
        ),
        from(F::TargetProcessCurrentDirectory, &["cwd"], ""),
        from(
            F::TargetProcessCommandLine,
            &["a0", "a1", "proctitle"],
            "the arguments of EXECVE, quoted as a POSIX shell takes them",
        ),
        from(
            F::TargetProcessFilename,
            &["exe", "name"],
            "the last part of TargetProcessName",
        ),
        from(
            F::TargetProcessCreationTime,
            &["msg"],
            "absent of a failed attempt",
        ),
        from(F::RuleName, &["key"], "several keys with commas between them"),
        from(
            F::AdditionalFields,
            &["argv", "name", "comm", "tty"],
            "the arguments as a list, and the fields of SYSCALL that have no other place",
        ),
    ]
};
