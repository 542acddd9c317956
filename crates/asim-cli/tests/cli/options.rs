//! Flags that change what is written.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use crate::support::{BAD_ROW, Place, log, log_of, row, row_at};

fn one() -> Place {
    Place::new().with("dns.log", log(&["a.example"]))
}

#[test]
fn aliases_are_on_unless_told_otherwise() {
    let place = one();
    for (arguments, domain, query) in [
        ([].as_slice(), true, false),
        (&["--aliases"], true, false),
        (&["--no-aliases"], false, false),
        (&["--no-aliases", "--aliases"], true, false),
        (&["--deprecated-aliases"], true, true),
    ] {
        let event = place
            .normalize(&[arguments, &["dns.log"]].concat())
            .ended(0)
            .event();
        assert_eq!(event["DnsQuery"], "a.example");
        assert_eq!(
            (event.get("Domain").is_some(), event.get("Query").is_some()),
            (domain, query),
            "{arguments:?}"
        );
    }
}

#[test]
fn the_schema_version_is_that_of_the_event() {
    let place = one();
    assert_eq!(
        place.normalize(&["dns.log"]).event()["EventSchemaVersion"],
        "0.1.3"
    );
    let run = place
        .normalize(&["--schema-version", "1.0.0", "dns.log"])
        .ended(0);
    assert_eq!(run.event()["EventSchemaVersion"], "1.0.0");
}

#[test]
fn the_device_is_named() {
    let event = one()
        .normalize(&["--dvc", "sensor-3.example.com", "dns.log"])
        .ended(0)
        .event();
    assert_eq!(
        (event["Dvc"].as_str(), event["DvcHostname"].as_str()),
        (Some("sensor-3.example.com"), Some("sensor-3"))
    );
}

#[test]
fn additional_fields_can_be_left_out() {
    let place = one();
    assert_eq!(
        place.normalize(&["dns.log"]).event()["AdditionalFields"]["site"],
        "north"
    );
    let event = place
        .normalize(&["--additional", "none", "dns.log"])
        .ended(0)
        .event();
    assert_eq!(event.get("AdditionalFields"), None);
}

#[test]
fn records_without_a_time_get_the_one_given() {
    let place = Place::new().with("dns.log", log_of(&[&row_at("-", "a.example")]));
    place.normalize(&["dns.log"]).ended(1);
    let time = |given: &str| {
        place
            .normalize(&["--assume-time", given, "dns.log"])
            .ended(0)
            .event()["EventStartTime"]
            .clone()
    };
    assert_eq!(time("2026-11-21T20:47:45+01:00"), "2026-11-21T19:47:45.000000Z");
    let file = std::fs::File::options()
        .write(true)
        .open(place.path().join("dns.log"))
        .unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_millis(1_600_000_000_250))
        .unwrap();
    assert_eq!(time("mtime"), "2020-09-13T12:26:40.250000Z");
}

#[test]
fn jobs_and_block_size_change_nothing_that_is_written() {
    let rows: Vec<_> = (0..3000)
        .map(|n| {
            if n % 50 == 7 {
                BAD_ROW.to_owned()
            } else {
                row(&format!("host{n}.example"))
            }
        })
        .collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    let place = Place::new().with("dns.log", log_of(&rows));
    let run = |jobs: &str, block_size: &str| {
        let limits = ["--jobs", jobs, "--block-size", block_size];
        let files = ["--rejects", "rejects.ndjson", "dns.log"];
        let run = place.normalize(&[limits.as_slice(), &files].concat()).ended(1);
        (run.stdout, place.read("rejects.ndjson"))
    };
    let expected = run("1", "1M");
    assert_eq!(
        (expected.0.lines().count(), expected.1.lines().count()),
        (2940, 60)
    );
    for (jobs, block_size) in [("2", "1M"), ("1", "700"), ("2", "4K"), ("5", "1000")] {
        assert!(
            run(jobs, block_size) == expected,
            "{jobs} jobs, blocks of {block_size}"
        );
    }
}

#[test]
fn a_record_beyond_the_limit_is_rejected() {
    let place = Place::new().with("dns.log", log_of(&[&row(&"x".repeat(2000)), &row("a.example")]));
    let arguments = [
        "--max-record",
        "1K",
        "-o",
        "out.ndjson",
        "--rejects",
        "-",
        "dns.log",
    ];
    let reject: Value = serde_json::from_str(&place.normalize(&arguments).ended(1).stdout).unwrap();
    assert!(
        reject["reason"].as_str().unwrap().starts_with("record too long"),
        "{reject}"
    );
    assert_eq!(crate::support::queries(&place.read("out.ndjson")), ["a.example"]);
}
