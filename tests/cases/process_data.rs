//! The parsers of processes on real logs.

use std::fs;
use std::path::Path;

use asim_testkit::Validators;
use asimkit::{Event, Normalized, Normalizer, ProcessEvent, SchemaKind, Schemas};
use serde_json::Value;

use super::data::{beside, files_below};

/// The process events of a file, all of them valid.
fn normalized(path: &Path) -> Normalized {
    let normalizer = Normalizer::new().schemas(Schemas::only(SchemaKind::Process));
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

/// What a column shows, as text.
fn shown(event: &ProcessEvent<'_>, column: &str) -> Option<String> {
    event.get_by_name(column).map(|value| value.to_string())
}

/// An event's own word for a value, in the form in which the schema has it.
fn told(data: &Value, name: &str) -> Option<String> {
    let text = match data.get(name)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (text != "-" && !text.is_empty()).then_some(text)
}

/// Sysmon's names and the columns that take their values as they stand.
const SAME: [(&str, &str); 16] = [
    ("ProcessId", "TargetProcessId"),
    ("Image", "TargetProcessName"),
    ("FileVersion", "TargetProcessFileVersion"),
    ("Description", "TargetProcessFileDescription"),
    ("Product", "TargetProcessFileProduct"),
    ("Company", "TargetProcessFileCompany"),
    ("OriginalFileName", "TargetProcessFileOriginalName"),
    ("CommandLine", "TargetProcessCommandLine"),
    ("CurrentDirectory", "TargetProcessCurrentDirectory"),
    ("User", "TargetUsername"),
    ("IntegrityLevel", "TargetProcessIntegrityLevel"),
    ("ProcessGuid", "TargetProcessGuid"),
    ("ParentProcessId", "ActingProcessId"),
    ("ParentImage", "ActingProcessName"),
    ("ParentCommandLine", "ActingProcessCommandLine"),
    ("ParentUser", "ActorUsername"),
];

/// Compares an event with the data of its record, as another program read it.
fn assert_says(event: &ProcessEvent<'_>, data: &Value, what: &str) {
    for (name, column) in SAME {
        assert_eq!(shown(event, column), told(data, name), "{what}: {column}");
    }
    let time = told(data, "UtcTime").unwrap().replace(' ', "T");
    let start = shown(event, "EventStartTime").unwrap();
    assert!(start.starts_with(&time), "{what}: {start} for {time}");
    let logon = told(data, "LogonId").unwrap();
    let logon = u64::from_str_radix(logon.trim_start_matches("0x"), 16).unwrap();
    assert_eq!(
        shown(event, "TargetUserSessionId"),
        Some(logon.to_string()),
        "{what}"
    );
    let image = told(data, "Image").unwrap();
    let name = image.rsplit('\\').next().map(str::to_owned);
    assert_eq!(shown(event, "TargetProcessFilename"), name, "{what}");
    for hash in told(data, "Hashes").unwrap_or_default().split(',') {
        let Some((kind, value)) = hash.split_once('=') else {
            continue;
        };
        let value = Some(value.to_owned()).filter(|value| value.bytes().any(|byte| byte != b'0'));
        assert_eq!(shown(event, &format!("TargetProcess{kind}")), value, "{what}");
    }
}

#[test]
fn evtx_and_json_of_the_same_processes_say_the_same() {
    let Some(folder) = beside("data/process/sigma-regression") else {
        return;
    };
    let (mut pairs, mut events) = (0, 0);
    for path in files_below(&folder) {
        if path.extension().is_none_or(|extension| extension != "evtx") {
            continue;
        }
        let what = path.display().to_string();
        let json = fs::read(path.with_extension("json")).unwrap();
        let records = serde_json::Deserializer::from_slice(&json).into_iter::<Value>();
        let records: Vec<_> = records.map(Result::unwrap).collect();
        let [from_evtx, from_json] =
            [path.clone(), path.with_extension("json")].map(|path| normalized(&path));
        for normalized in [&from_evtx, &from_json] {
            let counts = normalized.report.counts;
            let expected = records.len() as u64;
            assert_eq!((counts.read, counts.written), (expected, expected), "{what}");
            assert!(normalized.report.notes.is_empty(), "{what}");
        }
        for ((evtx, json), record) in from_evtx.events.iter().zip(&from_json.events).zip(&records) {
            let data = record.pointer("/Event/EventData").unwrap();
            assert_says(process(json), data, &what);
            let edited = |event: &Event<'static>| {
                let columns = [
                    "TargetProcessCommandLine",
                    "TargetProcessName",
                    "ActingProcessCommandLine",
                ];
                columns.map(|column| shown(process(event), column).map(|text| text.trim().to_lowercase()))
            };
            assert_eq!(edited(evtx), edited(json), "{what}");
            for column in [
                "EventStartTime",
                "EventOriginalUid",
                "TargetProcessId",
                "Hash",
                "Dvc",
                "User",
            ] {
                assert_eq!(
                    shown(process(evtx), column),
                    shown(process(json), column),
                    "{what}: {column}"
                );
            }
            events += 1;
        }
        pairs += 1;
    }
    assert_eq!((pairs, events), (136, 151));
}

#[test]
fn security_events_of_nxlog_are_mapped() {
    let Some(path) = beside("data/sysmon/otrf/process-dns-tools.jsonl") else {
        return;
    };
    let normalized = normalized(&path);
    let counts = normalized.report.counts;
    assert_eq!((counts.read, counts.written), (3, 3));
    let lines = fs::read_to_string(&path).unwrap();
    for (line, event) in lines.lines().zip(normalized.events.iter().map(process)) {
        let data: Value = serde_json::from_str(line).unwrap();
        let decimal = |name| {
            let text = told(&data, name).unwrap();
            let number = u64::from_str_radix(text.trim_start_matches("0x"), 16).unwrap();
            Some(number.to_string())
        };
        assert_eq!(shown(event, "TargetProcessId"), decimal("NewProcessId"), "{line}");
        assert_eq!(shown(event, "ActingProcessId"), decimal("ProcessId"), "{line}");
        assert_eq!(
            shown(event, "ActorSessionId"),
            decimal("SubjectLogonId"),
            "{line}"
        );
        assert_eq!(
            shown(event, "TargetProcessName"),
            told(&data, "NewProcessName"),
            "{line}"
        );
        assert_eq!(
            shown(event, "ActingProcessName"),
            told(&data, "ParentProcessName"),
            "{line}"
        );
        assert_eq!(shown(event, "CommandLine"), told(&data, "CommandLine"), "{line}");
        assert_eq!(
            shown(event, "ActorUserId"),
            told(&data, "SubjectUserSid"),
            "{line}"
        );
        assert_eq!(shown(event, "TargetUserId"), None, "{line}");
        assert_eq!(shown(event, "DvcFQDN"), told(&data, "Hostname"), "{line}");
    }
}

#[test]
fn a_security_event_log_file_is_mapped() {
    let Some(folder) = beside("data/sysmon/evtx") else {
        return;
    };
    let path = files_below(&folder)
        .into_iter()
        .find(|path| path.to_string_lossy().contains("ID4688"))
        .unwrap();
    let normalized = normalized(&path);
    let counts = normalized.report.counts;
    assert!(counts.written > 0 && counts.rejected == 0, "{counts:?}");
    for event in normalized.events.iter().map(process) {
        for column in [
            "TargetProcessName",
            "TargetProcessId",
            "ActingProcessId",
            "ActorUsername",
        ] {
            assert!(shown(event, column).is_some(), "{column}: {event:?}");
        }
    }
}

/// Without a choice, processes are declined, and the reason says what to choose.
#[test]
fn processes_are_declined_unless_they_are_chosen() {
    let Some(path) = beside("data/sysmon/otrf/process-dns-tools.jsonl") else {
        return;
    };
    let report = Normalizer::new().events(&fs::read(path).unwrap()).unwrap().report;
    let reasons: Vec<_> = report.declined.into_iter().collect();
    assert_eq!(
        reasons,
        [("a ProcessEvent record; use --schema process or all".to_owned(), 3)]
    );
}
