//! Sysmon's parser on real logs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use asim_parse::windows::WindowsEvent;
use asim_schema::{EventResult, EventSubType, RrType};
use asim_testkit::Validator;
use asimkit::{DnsEvent, Event, Found, Normalized, Normalizer, Wanted};

use super::data::{beside, files_below};

/// A file read as Sysmon's, whose counts add up.
fn normalized(path: &Path) -> Normalized {
    let normalizer = Normalizer::new().source_named("sysmon").unwrap();
    let normalized = normalizer.events(&fs::read(path).unwrap()).unwrap();
    let counts = normalized.report.counts;
    assert!(counts.add_up(), "{}: {counts:?}", path.display());
    normalized
}

fn dns<'e>(event: &'e Event<'static>) -> &'e DnsEvent<'static> {
    match event {
        Event::Dns(event) => event,
        other => panic!("a DNS event, not {other:?}"),
    }
}

/// Every event is one that the schema allows.
fn assert_valid(normalized: &Normalized, path: &Path) {
    let validator = Validator::default();
    for event in normalized.events.iter().map(dns) {
        let json = serde_json::to_string(event).unwrap();
        let errors = validator.errors(&json);
        assert!(errors.is_empty(), "{}: {errors:?}\n{json}", path.display());
    }
}

#[test]
fn every_event_22_of_four_shippers_is_mapped() {
    let Some(path) = beside("data/sysmon/otrf/sysmon22-a.jsonl") else {
        return;
    };
    let normalized = normalized(&path);
    let counts = normalized.report.counts;
    assert_eq!((counts.read, counts.written), (1065, 1065));
    assert_valid(&normalized, &path);
    let lines = fs::read_to_string(&path).unwrap();
    for (line, event) in lines.lines().zip(normalized.events.iter().map(dns)) {
        let raw: BTreeMap<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        let text = |name: &str| raw.get(name).and_then(serde_json::Value::as_str);
        let name = text("QueryName").map(|name| name.trim_end_matches('.'));
        assert_eq!(event.dns_query(), name, "{line}");
        let time = text("UtcTime").map(|time| time.replace(' ', "T"));
        let start = event.event_start_time().unwrap().to_string();
        assert!(start.starts_with(&time.unwrap()), "{line}");
        let computer = text("Hostname").unwrap();
        assert_eq!(
            event.dvc_fqdn().or(event.dvc_hostname()),
            Some(computer),
            "{line}"
        );
        assert_eq!(event.event_sub_type(), Some(EventSubType::Response));
        let expected = match text("QueryStatus") {
            Some("0") => EventResult::Success,
            Some("9501" | "9701") => EventResult::NA,
            _ => EventResult::Failure,
        };
        assert_eq!(event.event_result(), Some(expected), "{line}");
        let results = text("QueryResults").filter(|text| !text.is_empty() && *text != "-");
        assert_eq!(event.dns_response_name(), results, "{line}");
        if let Some(results) = results {
            let answers = event.answers().unwrap_or_else(|| panic!("no records: {results}"));
            assert_eq!(answers.len(), results.split_terminator(';').count(), "{results}");
            let mapped = results
                .split(';')
                .filter(|text| text.starts_with("::ffff:"))
                .count();
            let found = answers
                .iter()
                .filter(|record| record.rr_type == Some(RrType::A))
                .count();
            assert!(found >= mapped, "{results}");
        }
    }
}

#[test]
fn events_of_the_dns_client_and_server_are_declined_by_name() {
    let Some(path) = beside("data/sysmon/otrf/dns-client-server-provider.jsonl") else {
        return;
    };
    let normalized = normalized(&path);
    let counts = normalized.report.counts;
    assert_eq!((counts.read, counts.declined), (952, 952));
    let reasons = &normalized.report.declined;
    assert!(
        reasons.contains_key("Microsoft-Windows-DNS-Client event 3008"),
        "{reasons:?}"
    );
}

#[test]
fn process_events_of_sysmon_are_declined_by_name() {
    let Some(path) = beside("data/sysmon/otrf/process-dns-tools.jsonl") else {
        return;
    };
    let counts = normalized(&path).report.counts;
    assert_eq!((counts.rejected, counts.declined), (0, counts.read));
}

#[test]
fn rows_of_the_event_table_are_mapped() {
    let Some(path) = beside("data/sysmon/Microsoft_Sysmon_Event-table_rows-1-7.csv") else {
        return;
    };
    let normalized = normalized(&path);
    let counts = normalized.report.counts;
    assert_eq!((counts.read, counts.written), (7, 7));
    assert_valid(&normalized, &path);
    let event = dns(normalized.events.first().unwrap());
    assert_eq!(event.dns_query(), Some("gcs.prod.monitoring.core.windows.net"));
    assert_eq!(
        event.event_start_time().map(|time| time.to_string()).as_deref(),
        Some("2023-11-24T07:27:05.247000Z")
    );
    assert_eq!(
        event.src_process_guid(),
        Some("8CAD0A01-5048-6560-9900-000000000F00")
    );
    assert_eq!(event.src_username(), Some(r"NT AUTHORITY\SYSTEM"));
    assert!(event.dvc_id().is_some_and(|id| id.starts_with("/subscriptions/")));
    let answers = event.answers().unwrap().to_json();
    assert!(
        answers.contains(r#""Type":"A","Response":"20.42.65.129""#),
        "{answers}"
    );
}

#[test]
fn evtx_files_of_other_channels_are_declined_by_name() {
    let Some(folder) = beside("data/sysmon/evtx") else {
        return;
    };
    let mut read = 0;
    for path in files_below(&folder) {
        if path.extension().is_none_or(|extension| extension != "evtx") {
            continue;
        }
        let normalized = normalized(&path);
        let counts = normalized.report.counts;
        assert_eq!(
            (counts.rejected, counts.declined),
            (0, counts.read),
            "{}",
            path.display()
        );
        assert!(counts.read > 0, "{}", path.display());
        assert!(
            normalized
                .report
                .declined
                .keys()
                .all(|reason| reason.starts_with("Microsoft-")),
            "{:?}",
            normalized.report.declined
        );
        read += counts.read;
    }
    assert!(read >= 5, "{read}");
}

/// A value as all converters write it: GUIDs come with braces and without, blanks at the ends get lost, and so does
/// letter case, of GUIDs always and of a path that somebody edited once.
fn written(text: &str) -> String {
    let text = text.trim();
    let bare = text.trim_matches(['{', '}']);
    let is_guid = bare.len() == 36 && bare.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    let text = if is_guid { bare } else { text };
    text.to_lowercase()
}

/// What an event says, without the types that XML does not have; its time in microseconds, which is all that converters
/// write.
fn plain(event: &WindowsEvent<'_>) -> impl PartialEq + std::fmt::Debug {
    let data: BTreeMap<String, String> = event
        .data
        .iter()
        .map(|(name, value)| (name.to_string(), written(value.as_str().unwrap_or_default())))
        .collect();
    let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
    (
        data,
        [
            &event.provider,
            &event.channel,
            &event.computer,
            &event.user_sid,
            &event.version,
        ]
        .map(text),
        (
            event.event_id,
            event.record_id,
            event.time_created.map(|time| time.ticks() / 10),
            event.process_id,
            event.thread_id,
        ),
    )
}

/// The XML of the events in an EVTX file, as `asim explain` shows it, and no event more.
fn events_of(path: &Path, count: u64) -> Vec<Vec<u8>> {
    let bytes = fs::read(path).unwrap();
    let normalizer = Normalizer::new().source_named("sysmon").unwrap();
    let trace = |number| {
        let opened = normalizer.open(&bytes[..]).unwrap();
        opened.trace(Wanted::Record(number)).unwrap()
    };
    assert!(
        matches!(trace(count + 1), Found::Beyond { .. }),
        "{}",
        path.display()
    );
    let event = |number| match trace(number) {
        Found::Record(traced) => traced.raw.clone(),
        other => panic!("{}: {other:?}", path.display()),
    };
    (1..=count).map(event).collect()
}

#[test]
fn evtx_and_json_of_the_same_events_say_the_same() {
    let Some(folder) = beside("data/process/sigma-regression") else {
        return;
    };
    let mut pairs = 0;
    for path in files_below(&folder) {
        if path.extension().is_none_or(|extension| extension != "evtx") {
            continue;
        }
        let json = fs::read(path.with_extension("json")).unwrap();
        let from_json: Vec<_> = serde_json::Deserializer::from_slice(&json)
            .into_iter::<Box<serde_json::value::RawValue>>()
            .map(Result::unwrap)
            .collect();
        let from_xml = events_of(&path, from_json.len() as u64);
        for (json, xml) in from_json.iter().zip(&from_xml) {
            let json = WindowsEvent::json(json.get().as_bytes()).unwrap();
            let xml = WindowsEvent::xml(xml).unwrap();
            assert_eq!(plain(&json), plain(&xml), "{}", path.display());
            assert!(!json.data.is_empty());
        }
        let counts =
            [normalized(&path), normalized(&path.with_extension("json"))].map(|run| run.report.counts);
        let expected = from_json.len() as u64;
        for counts in counts {
            assert_eq!(
                (counts.read, counts.declined),
                (expected, expected),
                "{}",
                path.display()
            );
        }
        pairs += 1;
    }
    assert_eq!(pairs, 136);
}
