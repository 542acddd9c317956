//! What rules for processes call the values of a ProcessEvent.

use std::borrow::Cow;
use std::fmt::Write;

use asim_schema::{AdditionalFields, ProcessEvent, ProcessField};
use rsigma_eval::EventValue;

use super::field::{Mapped, Mapping, text};
use super::logsource::{Gate, Platform};

/// Names: Sigma's taxonomy for `process_creation`, and those of event 4688.
static MAPPINGS: [Mapping<ProcessField>; 28] = [
    Mapping {
        names: &["Image", "NewProcessName"],
        columns: &["TargetProcessName"],
        read: |event| text(event.target_process_name()),
    },
    Mapping {
        names: &["CommandLine", "ProcessCommandLine"],
        columns: &["TargetProcessCommandLine"],
        read: |event| text(event.target_process_command_line()),
    },
    Mapping {
        names: &["ParentImage", "ParentProcessName"],
        columns: &["ActingProcessName", "ParentProcessName"],
        read: |event| text(event.acting_process_name().or(event.parent_process_name())),
    },
    Mapping {
        names: &["ParentCommandLine"],
        columns: &["ActingProcessCommandLine"],
        read: |event| text(event.acting_process_command_line()),
    },
    Mapping {
        names: &["GrandParentImage"],
        columns: &["ParentProcessName"],
        read: |event| {
            // Where nothing is known of the acting process, the parent stands in its place.
            let name = event.parent_process_name();
            text(name.filter(|_| event.acting_process_name().is_some()))
        },
    },
    Mapping {
        names: &["OriginalFileName"],
        columns: &["TargetProcessFileOriginalName"],
        read: |event| text(event.target_process_file_original_name()),
    },
    Mapping {
        names: &["Company"],
        columns: &["TargetProcessFileCompany"],
        read: |event| text(event.target_process_file_company()),
    },
    Mapping {
        names: &["Product"],
        columns: &["TargetProcessFileProduct"],
        read: |event| text(event.target_process_file_product()),
    },
    Mapping {
        names: &["Description"],
        columns: &["TargetProcessFileDescription"],
        read: |event| text(event.target_process_file_description()),
    },
    Mapping {
        names: &["FileVersion"],
        columns: &["TargetProcessFileVersion"],
        read: |event| text(event.target_process_file_version()),
    },
    Mapping {
        names: &["CurrentDirectory"],
        columns: &["TargetProcessCurrentDirectory"],
        read: |event| text(event.target_process_current_directory()),
    },
    Mapping {
        names: &["IntegrityLevel"],
        columns: &["TargetProcessIntegrityLevel"],
        read: |event| text(event.target_process_integrity_level()),
    },
    Mapping {
        names: &["Hashes", "Hash"],
        columns: &[
            "TargetProcessMD5",
            "TargetProcessSHA1",
            "TargetProcessSHA256",
            "TargetProcessIMPHASH",
        ],
        read: hashes,
    },
    Mapping {
        names: &["md5"],
        columns: &["TargetProcessMD5"],
        read: |event| text(event.target_process_md5()),
    },
    Mapping {
        names: &["sha1"],
        columns: &["TargetProcessSHA1"],
        read: |event| text(event.target_process_sha1()),
    },
    Mapping {
        names: &["sha256"],
        columns: &["TargetProcessSHA256"],
        read: |event| text(event.target_process_sha256()),
    },
    Mapping {
        names: &["Imphash"],
        columns: &["TargetProcessIMPHASH"],
        read: |event| text(event.target_process_imphash()),
    },
    Mapping {
        names: &["User", "TargetUserName"],
        columns: &["TargetUsername", "ActorUsername"],
        read: |event| text(event.target_username().or(event.actor_username())),
    },
    Mapping {
        names: &["ParentUser", "SubjectUserName"],
        columns: &["ActorUsername"],
        read: |event| text(event.actor_username()),
    },
    Mapping {
        names: &["LogonId"],
        columns: &["TargetUserSessionId", "ActorSessionId"],
        read: logon,
    },
    Mapping {
        names: &["LogonGuid"],
        columns: &["TargetUserSessionGuid"],
        read: |event| text(event.target_user_session_guid()),
    },
    Mapping {
        names: &["ProcessId", "NewProcessId"],
        columns: &["TargetProcessId"],
        read: |event| text(event.target_process_id()),
    },
    Mapping {
        names: &["ProcessGuid"],
        columns: &["TargetProcessGuid"],
        read: |event| text(event.target_process_guid()),
    },
    Mapping {
        names: &["ParentProcessId"],
        columns: &["ActingProcessId", "ParentProcessId"],
        read: |event| text(event.acting_process_id().or(event.parent_process_id())),
    },
    Mapping {
        names: &["ParentProcessGuid"],
        columns: &["ActingProcessGuid", "ParentProcessGuid"],
        read: |event| text(event.acting_process_guid().or(event.parent_process_guid())),
    },
    Mapping {
        names: &["EventID"],
        columns: &["EventOriginalType"],
        read: |event| text(event.event_original_type()),
    },
    Mapping {
        names: &["RuleName"],
        columns: &["RuleName"],
        read: |event| text(event.rule_name()),
    },
    Mapping {
        names: &["Computer", "ComputerName", "Hostname"],
        columns: &["DvcFQDN", "DvcHostname"],
        read: |event| text(event.dvc_fqdn().or(event.dvc_hostname())),
    },
];

impl Mapped for ProcessField {
    const MAPPINGS: &'static [Mapping<Self>] = &MAPPINGS;
    const CLIENT: &'static [&'static str] = &["DvcFQDN", "DvcHostname", "DvcIpAddr"];

    fn additional<'e>(event: &'e ProcessEvent<'e>) -> Option<&'e AdditionalFields<'e>> {
        event.additional_fields()
    }

    fn passes(gate: Gate, event: &ProcessEvent<'_>) -> bool {
        let wanted = gate.platform;
        wanted.is_none_or(|wanted| platforms(event).is_none_or(|own| own.contains(&wanted)))
    }
}

/// The platforms that an event can be of, by the device's system or else by the form of the program's path.
fn platforms(event: &ProcessEvent<'_>) -> Option<&'static [Platform]> {
    let told = [event.dvc_os(), event.event_product()];
    let told = told.into_iter().flatten().find_map(Platform::named_in);
    told.or_else(|| {
        let path = event.target_process_name()?;
        if path.starts_with('/') {
            Some(&[Platform::Linux, Platform::MacOs])
        } else {
            path.contains('\\').then_some(&[Platform::Windows])
        }
    })
}

/// The hashes as Sysmon lists them.
fn hashes<'e>(event: &'e ProcessEvent<'e>) -> Option<EventValue<'e>> {
    let mut list = String::new();
    for (kind, hash) in [
        ("MD5", event.target_process_md5()),
        ("SHA1", event.target_process_sha1()),
        ("SHA256", event.target_process_sha256()),
        ("IMPHASH", event.target_process_imphash()),
    ] {
        if let Some(hash) = hash {
            let comma = if list.is_empty() { "" } else { "," };
            // Writing to a string does not fail.
            let _ = write!(list, "{comma}{kind}={hash}");
        }
    }
    (!list.is_empty()).then_some(EventValue::Str(Cow::Owned(list)))
}

/// The session in the hexadecimal form of Windows, in which rules write it.
fn logon<'e>(event: &'e ProcessEvent<'e>) -> Option<EventValue<'e>> {
    let session = event.target_user_session_id().or(event.actor_session_id())?;
    Some(EventValue::Str(match session.parse::<u64>() {
        Ok(number) => Cow::Owned(format!("0x{number:x}")),
        Err(_) => Cow::Borrowed(session),
    }))
}

#[cfg(test)]
mod tests {
    use asim_schema::ProcessVersion;

    use super::*;

    #[test]
    fn each_name_is_mapped_once_and_each_column_is_one() {
        let mut seen = std::collections::BTreeSet::new();
        for mapping in &MAPPINGS {
            for name in mapping.names {
                assert!(seen.insert(name.to_ascii_lowercase()), "{name} twice");
            }
            for column in mapping.columns {
                assert!(ProcessField::from_name(column).is_some(), "{column}");
            }
        }
    }

    #[test]
    fn hashes_sessions_and_parents_read_as_sysmon_writes_them() {
        let mut event = ProcessEvent::new(ProcessVersion::DEFAULT);
        event.set_target_process_md5("0123");
        event.set_target_process_imphash("4567");
        event.set_target_user_session_id("999");
        event.set_parent_process_name(r"C:\Windows\explorer.exe");
        let value = |name: &str| {
            let is = |mapping: &&Mapping<ProcessField>| mapping.names.contains(&name);
            (MAPPINGS.iter().find(is).unwrap().read)(&event)
        };
        assert_eq!(value("Hashes"), text(Some("MD5=0123,IMPHASH=4567")));
        assert_eq!(value("LogonId"), text(Some("0x3e7")));
        assert_eq!(value("ParentImage"), text(Some(r"C:\Windows\explorer.exe")));
        assert_eq!(value("GrandParentImage"), None);
    }

    #[test]
    fn the_platform_is_told_by_the_system_or_the_path() {
        let mut event = ProcessEvent::new(ProcessVersion::DEFAULT);
        assert_eq!(platforms(&event), None);
        event.set_target_process_name("/usr/bin/dig");
        assert_eq!(platforms(&event), Some(&[Platform::Linux, Platform::MacOs][..]));
        event.set_dvc_os("macOS");
        assert_eq!(platforms(&event), Some(&[Platform::MacOs][..]));
        let gate = Gate {
            platform: Some(Platform::Windows),
            ..Gate::default()
        };
        assert!(!ProcessField::passes(gate, &event));
    }
}
