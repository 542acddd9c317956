//! Times that leave something open: zone and year.

use std::fs::File;
use std::time::{Duration, UNIX_EPOCH};

use crate::support::{Place, Run};

/// Three records around the turn of the year, in syslog messages whose times name neither year nor zone.
const SYSLOG: &str = r#"Dec 31 23:30:00 sensor zeek: {"_path":"dns","id.orig_h":"192.0.2.6","trans_id":1,"query":"a.example","qtype":1}
Jan  1 00:30:00 sensor zeek: {"_path":"dns","id.orig_h":"192.0.2.6","trans_id":2,"query":"b.example","qtype":1}
Jan  1 01:30:00 sensor zeek: {"_path":"dns","ts":1767229200.5,"id.orig_h":"192.0.2.6","trans_id":3,"query":"c.example","qtype":1}
"#;

fn times(run: &Run) -> Vec<String> {
    let event = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    run.stdout
        .lines()
        .map(|line| event(line)["EventStartTime"].as_str().unwrap().to_owned())
        .collect()
}

const UTC_2025: [&str; 3] = [
    "2025-12-31T23:30:00.000000Z",
    "2026-01-01T00:30:00.000000Z",
    "2026-01-01T01:00:00.500000Z",
];

#[test]
fn a_pipe_needs_the_year_and_the_rejected_records_say_so() {
    let place = Place::new();
    let run = place
        .normalize_input(
            &["--rejects", "rejects.ndjson", "--source", "zeek"],
            SYSLOG.as_bytes(),
        )
        .ended(1);
    // The third record has a time of its own.
    assert_eq!(times(&run), UTC_2025[2..]);
    let rejects = place.read("rejects.ndjson");
    assert_eq!(
        rejects.matches("time without a year; use --year").count(),
        2,
        "{rejects}"
    );
    let run = place
        .normalize_input(&["--year", "2025", "--source", "zeek"], SYSLOG.as_bytes())
        .ended(0);
    assert_eq!(times(&run), UTC_2025);
}

#[test]
fn a_file_tells_the_year_by_its_last_change() {
    let place = Place::new().with("dns.log", SYSLOG);
    let changed = UNIX_EPOCH + Duration::from_mins(29_453_850);
    let file = File::options()
        .append(true)
        .open(place.path().join("dns.log"))
        .unwrap();
    file.set_modified(changed).unwrap();
    assert_eq!(times(&place.normalize(&["dns.log"]).ended(0)), UTC_2025);
    let run = place.normalize(&["--year", "2019", "dns.log"]).ended(0);
    assert_eq!(
        times(&run)[..2],
        ["2019-12-31T23:30:00.000000Z", "2020-01-01T00:30:00.000000Z"]
    );
}

#[test]
fn the_zone_is_named_or_taken_as_utc_with_one_note_or_refused() {
    let place = Place::new().with("dns.log", SYSLOG);
    let run = |more: &[&str]| {
        place.normalize(&[&["--year", "2025", "--summary", "summary.json", "dns.log"], more].concat())
    };
    let utc = run(&[]).ended(0);
    assert_eq!(times(&utc), UTC_2025);
    let note = "2 syslog time: no zone, taken as UTC (--timezone names one)";
    assert_eq!(utc.stderr.matches(note).count(), 1, "{}", utc.stderr);
    let notes = place.summary()["notes"].clone();
    assert_eq!(
        notes,
        serde_json::json!({"syslog time: no zone, taken as UTC (--timezone names one)": 2})
    );
    let quiet = run(&["--quiet"]).ended(0);
    assert!(quiet.stderr.is_empty(), "{}", quiet.stderr);

    let denver = run(&["--timezone", "America/Denver"]).ended(0);
    assert_eq!(
        times(&denver),
        [
            "2026-01-01T06:30:00.000000Z",
            "2026-01-01T07:30:00.000000Z",
            "2026-01-01T01:00:00.500000Z"
        ]
    );
    assert!(!denver.stderr.contains("notes"), "{}", denver.stderr);
    let strict = run(&["--strict-time"]).ended(1);
    assert_eq!(times(&strict), UTC_2025[2..]);
    assert!(
        strict.stderr.contains("2 time without a zone; use --timezone"),
        "{}",
        strict.stderr
    );
    assert_eq!(
        times(&run(&["--strict-time", "--timezone", "UTC"]).ended(0)),
        UTC_2025
    );
}

#[test]
fn a_zone_that_there_is_not_is_refused_with_those_like_it() {
    let place = Place::new();
    let run = place
        .normalize(&["--timezone", "europe/berlin", "x.log"])
        .ended(2);
    assert!(
        run.stderr.contains("did you mean Europe/Berlin?"),
        "{}",
        run.stderr
    );
    for arguments in [["--year", "0"], ["--year", "x"], ["--date-order", "ymd"]] {
        place.normalize(&arguments).ended(2);
    }
}
