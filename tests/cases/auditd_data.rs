//! Linux audit's parser on real logs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use asim_schema::{AdditionalValue, EventResult, SchemaKind};
use asim_testkit::Validators;
use asimkit::{Event, Normalized, Normalizer, ProcessEvent, Schemas};

use super::data::{beside, files_below};

/// A file read as Linux audit's, whose counts add up and whose events the schema allows.
fn normalized(path: &Path) -> Normalized {
    let normalizer = Normalizer::new()
        .source_named("auditd")
        .unwrap()
        .schemas(Schemas::ALL);
    let normalized = normalizer.events(&fs::read(path).unwrap()).unwrap();
    let counts = normalized.report.counts;
    assert!(counts.add_up(), "{}: {counts:?}", path.display());
    let validators = Validators::default();
    for event in normalized.events.iter().map(process) {
        let json = serde_json::to_string(event).unwrap();
        let errors = validators.errors(SchemaKind::Process, &json);
        assert!(errors.is_empty(), "{}: {errors:?}\n{json}", path.display());
    }
    normalized
}

fn process<'e>(event: &'e Event<'static>) -> &'e ProcessEvent<'static> {
    match event {
        Event::Process(event) => event,
        other => panic!("a process event, not {other:?}"),
    }
}

/// The arguments of an event.
fn arguments(event: &ProcessEvent<'_>) -> Option<Vec<String>> {
    let Some(AdditionalValue::List(list)) = event.additional_fields()?.get("argv") else {
        return None;
    };
    let text = |value: &AdditionalValue<'_>| match value {
        AdditionalValue::Text(text) => text.to_string(),
        other => panic!("{other:?}"),
    };
    Some(list.iter().map(text).collect())
}

/// The value behind a name in a line, up to the next blank.
fn word<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let at = line.find(&format!(" {name}="))? + name.len() + 2;
    line[at..].split(' ').next()
}

/// The kernel writes each process's arguments twice: as arguments, and, up to 128 bytes, as its title.
#[test]
fn arguments_are_those_of_the_titles() {
    let Some(path) = beside("data/process/auditd/audit-RAW.log") else {
        return;
    };
    let log = fs::read_to_string(&path).unwrap();
    let normalized = normalized(&path);
    assert_eq!(normalized.report.counts.rejected, 0);
    let titles: BTreeMap<&str, Vec<u8>> = log
        .lines()
        .filter(|line| line.starts_with("type=PROCTITLE"))
        .map(|line| {
            let id = line.split(['(', ')']).nth(1).unwrap();
            let title = word(line, "proctitle").unwrap();
            let bytes = match title.strip_prefix('"') {
                Some(text) => text.trim_end_matches('"').as_bytes().to_vec(),
                None => (0..title.len() / 2)
                    .map(|at| u8::from_str_radix(&title[2 * at..2 * at + 2], 16).unwrap())
                    .collect(),
            };
            (id, bytes)
        })
        .collect();
    let (mut compared, mut executions) = (0, 0);
    for event in normalized.events.iter().map(process) {
        if event.event_result() == Some(EventResult::Failure) {
            assert_eq!(arguments(event), None, "a failed attempt tells no arguments");
            continue;
        }
        executions += 1;
        let title = &titles[event.event_original_uid().unwrap()];
        // A task's title is taken down once, and may be that of the program before.
        let first = &arguments(event).unwrap()[0];
        if !title.starts_with(first.as_bytes()) {
            continue;
        }
        // A folder was renamed in this log, in plain text but not in hexadecimal.
        let joined = arguments(event)
            .unwrap()
            .join("\0")
            .replace("/var/named", "/tmp/work");
        let known = &joined.as_bytes()[..joined.len().min(title.len())];
        let title = title.strip_suffix(&[0]).unwrap_or(title);
        assert_eq!(
            String::from_utf8_lossy(known),
            String::from_utf8_lossy(title),
            "{:?}",
            event.event_original_uid()
        );
        compared += 1;
    }
    assert!(compared > 40, "{compared} titles were compared");
    assert_eq!(
        executions, 64,
        "executions, one of which has three EXECVE records"
    );
}

/// Every SYSCALL record of execve is an event, with what the record says.
#[test]
fn every_execution_and_every_attempt_is_an_event() {
    let Some(path) = beside("data/process/auditd/audit-RAW.log") else {
        return;
    };
    let log = fs::read_to_string(&path).unwrap();
    let normalized = normalized(&path);
    let records: Vec<_> = log
        .lines()
        .filter(|line| line.starts_with("type=SYSCALL"))
        .filter(|line| word(line, "syscall") == Some("59"))
        .collect();
    assert_eq!(normalized.events.len(), records.len());
    let events: BTreeMap<_, _> = normalized
        .events
        .iter()
        .map(process)
        .map(|event| (event.event_original_uid().unwrap(), event))
        .collect();
    for line in records {
        let event = events[line.split(['(', ')']).nth(1).unwrap()];
        let exe = word(line, "exe").unwrap().trim_matches('"');
        let failed = word(line, "success") == Some("no");
        let shown = if failed {
            event.acting_process_name()
        } else {
            event.target_process_name()
        };
        assert_eq!(shown, Some(exe), "{line}");
        assert_eq!(event.target_process_id(), word(line, "pid"), "{line}");
        let parent = if failed {
            event.parent_process_id()
        } else {
            event.acting_process_id()
        };
        assert_eq!(parent, word(line, "ppid"), "{line}");
        assert_eq!(event.actor_user_id(), word(line, "uid"), "{line}");
        assert_eq!(
            event.rule_name(),
            Some("proc_exec").filter(|_| line.contains("proc_exec"))
        );
        assert_eq!(event.actor_session_id(), None, "unset: {line}");
    }
}

/// What another program reads of each record, by serial number: `Meta` and `Unmarshaled` fields of an assertion file.
fn expected(folder: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut fields: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for path in files_below(folder) {
        if path.extension().is_none_or(|extension| extension != "assert") {
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some((left, right)) = line.split_once(" == \"") else {
                continue;
            };
            let value = right.trim_end_matches('"').to_owned();
            let record = if let Some((record, rest)) = left.split_once("].Evt.") {
                let is_field = left.contains("auditd-logs\"]") && rest.starts_with("Meta");
                is_field.then(|| (record, rest.split('"').nth(1)))
            } else if let Some((record, rest)) = left.split_once("].GetMeta(") {
                Some((record, rest.split('"').nth(1)))
            } else {
                None
            };
            if let Some((record, Some(name))) = record {
                let record = format!("{}:{record}", path.display());
                fields.entry(record).or_default().insert(name.to_owned(), value);
            }
        }
    }
    fields
        .into_values()
        .filter_map(|record| Some((record.get("auditd_eventid")?.clone(), record)))
        .collect()
}

/// Another program's reading of the same lines is an independent truth.
#[test]
fn fields_are_those_that_another_program_reads() {
    let Some(folder) = beside("data/process/auditd") else {
        return;
    };
    let mut compared = 0;
    for log in files_below(&folder) {
        let parent = log.parent().unwrap();
        if parent == folder || log.extension().is_none_or(|extension| extension != "log") {
            continue;
        }
        let expected = expected(parent);
        for event in normalized(&log).events.iter().map(process) {
            let serial = event.event_original_uid().unwrap().split(':').nth(1).unwrap();
            let Some(fields) = expected.get(serial) else {
                continue;
            };
            let additional = |name: &str| match event.additional_fields()?.get(name)? {
                AdditionalValue::Text(text) => Some(text.to_string()),
                AdditionalValue::Integer(number) => Some(number.to_string()),
                other => panic!("{other:?}"),
            };
            let time = event.event_start_time().unwrap().to_string();
            for (name, value) in fields {
                let ours = match name.as_str() {
                    "exe" => event.target_process_name().map(str::to_owned),
                    "pid" => event.target_process_id().map(str::to_owned),
                    "ppid" => event.acting_process_id().map(str::to_owned),
                    "uid" => event.actor_user_id().map(str::to_owned),
                    "euid" => event.target_user_id().map(str::to_owned),
                    "ses" => event.actor_session_id().map(str::to_owned),
                    "str_UID" => event.actor_username().map(str::to_owned),
                    "auid" | "gid" | "comm" | "subj" | "tty" => additional(name),
                    "str_GID" => additional("GID"),
                    "timestamp" => {
                        assert!(
                            time.starts_with(value.trim_end_matches('Z')),
                            "{time}, not {value}"
                        );
                        Some(value.clone())
                    }
                    _ => continue,
                };
                assert_eq!(
                    ours.as_deref(),
                    Some(value.as_str()),
                    "{name} of {}: {serial}",
                    log.display()
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 80, "{compared} values were compared");
}
