//! BIND's parser on real logs.

use std::fs;
use std::io::Read;
use std::path::Path;

use asim_schema::{EventResult, Timestamp};
use asim_testkit::Validator;
use asimkit::{DnsEvent, Event, Normalized, Normalizer, Schemas, Source, YearEvidence};
use serde_json::Value;

use super::data::{beside, files_below};

/// A time for the layouts that print none.
const ASSUMED: &str = "2026-11-21T21:00:00Z";

fn normalizer() -> Normalizer {
    Normalizer::new().assume_time(Timestamp::parse(ASSUMED).unwrap())
}

fn normalize(path: &Path) -> Normalized {
    let bytes = fs::read(path).unwrap();
    let normalized = normalizer().events(&bytes).unwrap();
    let counts = normalized.report.counts;
    assert!(
        counts.add_up() && counts.read > 0,
        "{}: {counts:?}",
        path.display()
    );
    normalized
}

fn dns<'e>(event: &'e Event<'static>) -> &'e DnsEvent<'static> {
    match event {
        Event::Dns(event) => event,
        other => panic!("a DNS event, not {other:?}"),
    }
}

/// The events as JSON without times and severity.
fn bare(normalized: &Normalized) -> Vec<Value> {
    let columns = [
        "TimeGenerated",
        "EventStartTime",
        "EventEndTime",
        "EventSeverity",
        "EventOriginalSeverity",
    ];
    let bare = normalized.events.iter().map(|event| {
        let mut value = serde_json::to_value(dns(event)).unwrap();
        for column in columns {
            value.as_object_mut().unwrap().remove(column);
        }
        value
    });
    bare.collect()
}

#[test]
fn all_layouts_of_one_run_give_the_same_events() {
    let Some(folder) = beside("data/bind/9.18.49") else {
        return;
    };
    for (server, least) in [("A", 1_900), ("B", 1_200)] {
        let mut expected: Option<Vec<Value>> = None;
        for layout in [
            "t-c-s",
            "none",
            "t",
            "t-c",
            "t-s",
            "c-s",
            "iso-c-s",
            "isoutc",
            "isoutc-c-s",
        ] {
            let path = folder.join(format!("{server}.{layout}.log"));
            let normalized = normalize(&path);
            assert_eq!(normalized.report.counts.rejected, 0, "{}", path.display());
            let events = bare(&normalized);
            assert!(events.len() >= least, "{}: {}", path.display(), events.len());
            match &expected {
                None => expected = Some(events),
                Some(expected) => {
                    let other = expected.iter().zip(&events).find(|(one, other)| one != other);
                    assert!(other.is_none(), "{}: {other:#?}", path.display());
                    assert_eq!(expected.len(), events.len(), "{}", path.display());
                }
            }
        }
    }
}

#[test]
fn nothing_of_any_version_is_rejected_and_every_event_is_valid() {
    let Some(folder) = beside("data/bind") else { return };
    let validator = Validator::default();
    let mut files = 0;
    for path in files_below(&folder) {
        let name = path.display().to_string();
        let is_log = |path: &Path| path.extension().is_some_and(|extension| extension == "log");
        if !is_log(&path) && !is_log(&path.with_extension("")) {
            continue;
        }
        let normalized = normalize(&path);
        let rejects = &normalized.rejects;
        assert_eq!(
            normalized.report.counts.rejected,
            0,
            "{name}: {:?}",
            rejects.first()
        );
        for event in normalized.events.iter().step_by(7) {
            let json = serde_json::to_string(dns(event)).unwrap();
            let errors = validator.errors(&json);
            assert!(errors.is_empty(), "{name}: {errors:?}\n{json}");
        }
        files += 1;
    }
    assert_eq!(files, 29);
}

/// In 9.20 the response's own line tells what was sent: it must agree with the other lines about the same response.
#[test]
fn other_lines_agree_with_the_response_line() {
    let Some(path) = beside("data/bind/9.20.27/B.t-c-s.log") else {
        return;
    };
    let text = fs::read_to_string(&path).unwrap();
    let mut checked = 0;
    let lines: Vec<&str> = text.lines().collect();
    for pair in lines.windows(2) {
        let [first, second] = pair else { continue };
        let is_outcome =
            first.contains(": query failed (") || first.contains(": rpz ") || first.contains("' denied");
        let client = |line: &str| {
            let (_, rest) = line.split_once("client @")?;
            rest.split_once("): ").map(|(client, _)| client.to_owned())
        };
        if !is_outcome || !second.contains("): response: ") || client(first) != client(second) {
            continue;
        }
        let code = |line: &str| {
            let normalized = normalizer().events(line.as_bytes()).unwrap();
            normalized
                .events
                .first()
                .and_then(|event| dns(event).dns_response_code())
        };
        if let Some(told) = code(first) {
            assert_eq!(Some(told), code(second), "{first}\n{second}");
            checked += 1;
        }
        let both = normalizer()
            .events(format!("{first}\n{second}\n").as_bytes())
            .unwrap();
        assert_eq!(both.events.len(), 1, "{first}\n{second}");
    }
    assert!(checked > 100, "{checked}");
}

/// Every query line is one request, whatever stands around it.
#[test]
fn every_query_line_is_one_request() {
    let Some(folder) = beside("data/bind") else { return };
    for file in [
        "9.11.37/A.none.log",
        "9.18.49/A.t-c-s.log",
        "9.18.49/B.debug.t-c-s.log.gz",
        "9.20.27/B.none.log",
    ] {
        let path = folder.join(file);
        let mut text = String::new();
        let bytes = fs::read(&path).unwrap();
        if bytes.starts_with(b"\x1f\x8b") {
            flate2::read::GzDecoder::new(bytes.as_slice())
                .read_to_string(&mut text)
                .unwrap();
        } else {
            text = String::from_utf8(bytes).unwrap();
        }
        let lines = text.lines().filter(|line| line.contains(": query: ")).count();
        let normalized = normalize(&path);
        let requests = normalized
            .events
            .iter()
            .map(dns)
            .filter(|event| event.event_original_type() == Some("query"));
        assert_eq!(requests.count(), lines, "{file}");
    }
}

/// The value of one line of an assert file: `results[..]["parser"][3].Evt.Meta["source_ip"] == "192.0.2.1"`.
fn asserted<'l>(line: &'l str, member: &str) -> Option<(usize, &'l str)> {
    let rest = line.strip_prefix("results[\"s01-parse\"][\"mstilkerich/bind9\"][")?;
    let (index, rest) = rest.split_once(']')?;
    let rest = rest.strip_prefix(member)?.strip_prefix(" == \"")?;
    Some((index.parse().ok()?, rest.strip_suffix('"')?))
}

#[test]
fn crowdsec_expects_the_same_source_name_and_verdict() {
    let Some(folder) = beside("data/bind/crowdsec") else {
        return;
    };
    let mut checked = 0;
    for case in ["bind9-logs", "bind9-syslog"] {
        let log = fs::read(folder.join(format!("{case}/{case}.log"))).unwrap();
        let events = normalizer()
            .year(YearEvidence::BeginsIn(2022))
            .events(&log)
            .unwrap()
            .events;
        let asserts = fs::read_to_string(folder.join(format!("{case}/parser.assert"))).unwrap();
        let find = |index, member| {
            asserts
                .lines()
                .filter_map(|line| asserted(line, member))
                .find(|(place, _)| *place == index)
                .map(|(_, value)| value)
        };
        for (index, event) in events.iter().enumerate() {
            let event = dns(event);
            let source = find(index, ".Evt.Meta[\"source_ip\"]").unwrap();
            assert_eq!(
                event.src_ip_addr(),
                Some(source.parse().unwrap()),
                "{case} {index}"
            );
            let port = find(index, ".Evt.Parsed[\"remote_port\"]").unwrap();
            assert_eq!(
                event.src_port_number(),
                Some(port.parse().unwrap()),
                "{case} {index}"
            );
            let message = find(index, ".Evt.Parsed[\"message\"]").unwrap();
            let (_, quoted) = message.split_once('\'').unwrap();
            let (name, _) = quoted.split_once('/').unwrap();
            assert_eq!(event.dns_query(), Some(name), "{case} {index}");
            assert_eq!(
                find(index, ".Evt.Meta[\"log_type\"]"),
                Some("bind9_denied"),
                "{case} {index}"
            );
            assert_eq!(event.event_result(), Some(EventResult::Failure), "{case} {index}");
            checked += 1;
        }
    }
    assert_eq!(checked, 25);
}

#[test]
fn infoblox_rows_are_all_accounted_for() {
    let Some(path) = beside("data/infoblox/nios-syslog-table.json") else {
        return;
    };
    let normalized = normalize(&path);
    let counts = normalized.report.counts;
    assert_eq!((counts.read, counts.rejected), (78, 0));
    let nios = normalized
        .events
        .iter()
        .map(dns)
        .filter(|event| event.event_vendor() == Some("Infoblox"));
    let mut with_answers = 0;
    let mut all = 0;
    for event in nios {
        all += 1;
        assert!(
            event.network_protocol().is_some()
                && event.src_ip_addr().is_some()
                && event.dvc_hostname().is_some()
        );
        if event.dns_response_name().is_some() {
            assert!(event.answers().is_some_and(|answers| !answers.is_empty()));
            with_answers += 1;
        }
    }
    assert_eq!((all, with_answers), (16, 11));
}

#[test]
fn other_servers_logs_are_not_claimed() {
    let Some(folder) = beside("data/other") else {
        return;
    };
    for path in files_below(&folder) {
        let bytes = fs::read(&path).unwrap();
        let named = Source::Auto.recognize(bytes.get(..65_536).unwrap_or(&bytes), Schemas::ALL);
        let id = named.as_ref().map(|found| found.parser.manifest().id);
        assert!(id != Ok("bind"), "{} is claimed: {named:?}", path.display());
    }
}
