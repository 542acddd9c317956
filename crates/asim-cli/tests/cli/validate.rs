//! `asim validate`, `asim schema --as kql` and the profile `sentinel`.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Place, asim, log};

/// Our own events of a small log.
fn events(place: &Place) -> String {
    place.normalize(&["--quiet", "dns.log"]).ended(0).stdout
}

#[test]
fn our_own_events_have_no_errors() {
    let place = Place::new().with("dns.log", log(&["www.example.com", "mail.example.com"]));
    let events = events(&place);
    let place = place.with("events.ndjson", &events);
    let run = place.run(&["validate", "events.ndjson"]).ended(0);
    assert!(
        run.stdout
            .lines()
            .last()
            .unwrap()
            .starts_with("Dns version 0.1.3: 2 records, "),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("(0) Error"), "{}", run.stdout);
    let run = place
        .run(&[
            "validate",
            "--published-rules",
            "--fail-on",
            "never",
            "--to",
            "csv",
            "events.ndjson",
        ])
        .ended(0);
    assert_eq!(run.stdout.lines().next(), Some("Result"));
    assert!(
        run.stdout
            .contains("\"(0) Error: Missing mandatory field [Type]\"\n")
    );
    place
        .run(&["validate", "--published-rules", "events.ndjson"])
        .ended(1);
}

#[test]
fn the_status_follows_the_worst_level() {
    let place = Place::new().with("dns.log", log(&["www.example.com"]));
    let good = events(&place);
    let dotted = good.replace("www.example.com", "www.example.com.");
    let place = place.with("good.ndjson", &good).with("bad.ndjson", &dotted);
    let run = place.run(&["validate", "good.ndjson", "bad.ndjson"]).ended(1);
    assert!(run.stdout.contains("which ends with a dot"), "{}", run.stdout);
    assert!(
        run.stdout.contains("first in bad.ndjson, record 1, line 1"),
        "{}",
        run.stdout
    );
    place
        .run(&["validate", "--fail-on", "never", "bad.ndjson"])
        .ended(0);
    place
        .run(&["validate", "--fail-on", "warning", "good.ndjson"])
        .ended(1);
    let run = place.run(&["validate", "--to", "json", "bad.ndjson"]).ended(1);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let finding = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["rule"] == "final-dot");
    assert_eq!(finding.unwrap()["examples"][0]["line"], 1);
    assert_eq!(
        (&finding.unwrap()["ours"], &finding.unwrap()["level"]),
        (&Value::Bool(true), &"error".into())
    );
}

#[test]
fn what_is_no_table_is_unusable() {
    let place = Place::new()
        .with("dns.log", log(&["a.example"]))
        .with("empty", "");
    let run = place.run(&["validate", "dns.log"]).ended(2);
    assert!(
        run.stderr.contains("dns.log: neither JSON nor CSV"),
        "{}",
        run.stderr
    );
    place.run(&["validate", "missing.ndjson"]).ended(2);
    place.run(&["validate", "empty"]).ended(0);
    place
        .run(&["validate", "--schema-version", "7", "empty"])
        .ended(2);
}

#[test]
fn a_list_of_columns_is_tested_as_such() {
    let place = Place::new().with(
        "schema.csv",
        "ColumnName,ColumnOrdinal,DataType,ColumnType\nEventCount,0,System.Int64,long\n",
    );
    let run = place.run(&["validate", "schema.csv"]).ended(1);
    assert!(
        run.stdout
            .contains("type mismatch for column [EventCount]. It is currently long and should be int"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_profile_sentinel_has_the_columns_of_the_table() {
    let place = Place::new().with("dns.log", log(&["www.example.com"]));
    let run = place
        .normalize(&["--quiet", "--profile", "sentinel", "--event-uid", "dns.log"])
        .ended(0);
    let event: Value = serde_json::from_str(run.stdout.lines().next().unwrap()).unwrap();
    assert!(
        event.get("Domain").is_none()
            && event.get("EventSchema").is_none()
            && event.get("EventUid").is_none()
    );
    assert_eq!(event["DnsQuery"], "www.example.com");
    assert_eq!(event["Dst"], "192.0.2.53");
    assert!(
        event["AdditionalFields"]["EventUid"].is_string() && event["AdditionalFields"]["site"] == "north"
    );
    let run = place
        .normalize(&["--quiet", "--profile", "sentinel", "--to", "csv", "dns.log"])
        .ended(0);
    let header = run.stdout.lines().next().unwrap();
    assert!(
        header.contains("AdditionalFields") && !header.contains("EventSchema,"),
        "{header}"
    );
    place
        .normalize(&["--profile", "sentinel", "--columns", "DnsQuery", "dns.log"])
        .ended(2);
}

#[test]
fn kql_is_for_a_version_and_a_source() {
    let place = Place::new();
    let run = place
        .run(&["schema", "dns", "--as", "kql", "--source", "zeek"])
        .ended(0);
    for text in [
        ".create-merge table AsimDns_CL",
        "vimDnsCorelightZeek",
        "EventVendor == 'Corelight'",
        "Microsoft-ASimDnsActivityLogs",
    ] {
        assert!(run.stdout.contains(text), "{text}");
    }
    let run = place.run(&["schema", "dns", "--as", "dcr"]).ended(0);
    assert!(serde_json::from_str::<Value>(&run.stdout).is_ok());
    place
        .run(&["schema", "dns", "--as", "csv", "--source", "zeek"])
        .ended(2);
}

#[test]
fn a_difference_is_named_and_ends_with_status_1() {
    let place = Place::new().with("dns.log", log(&["www.example.com"]));
    let same = events(&place);
    let other = same.replace("\"UDP\"", "\"udp\"");
    let place = place.with("same.ndjson", &same).with("other.ndjson", &other);
    place.run(&["diff", "dns.log", "same.ndjson"]).ended(0);
    let run = place.run(&["diff", "dns.log", "other.ndjson"]).ended(1);
    assert!(
        run.stdout.starts_with("NetworkProtocol: 1 row (known fault 14: "),
        "{}",
        run.stdout
    );
    place
        .run(&["diff", "--ignore", "NetworkProtocol", "dns.log", "other.ndjson"])
        .ended(0);
    let run = place
        .run(&["diff", "--to", "json", "dns.log", "other.ndjson"])
        .ended(1);
    let difference: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(difference["fields"][0]["known_fault"], 14);
    place.run(&["diff", "dns.log", "missing"]).ended(2);
    place.run(&["diff", "-", "-"]).ended(2);
}

#[test]
fn tables_are_tested_as_their_events_are() {
    let place = Place::new().with("dns.log", log(&["www.example.com", "mail.example.com"]));
    place
        .normalize(&["--quiet", "-o", "e.ndjson", "dns.log"])
        .ended(0);
    for form in ["parquet", "arrow"] {
        let file = format!("e.{form}");
        place
            .normalize(&["--quiet", "--aliases", "--to", form, "-o", &file, "dns.log"])
            .ended(0);
        let report = |file: &str| {
            let run = place.run(&["validate", "--to", "json", file]).ended(0);
            run.stdout.replace(file, "e")
        };
        assert_eq!(report(&file), report("e.ndjson"), "{form}");
    }
    // Through a pipe a stream is read, and a file whose end tells what is in it is not.
    for (file, status) in [("e.arrow", 0), ("e.parquet", 2)] {
        let mut child = asim(place.path(), &["validate", "-"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let bytes = std::fs::read(place.path().join(file)).unwrap();
        child.stdin.take().unwrap().write_all(&bytes).unwrap();
        let run = child.wait_with_output().unwrap();
        assert_eq!(run.status.code(), Some(status), "{run:?}");
    }
    let place = place.with("cut.parquet", b"PAR1 and no more");
    let run = place.run(&["validate", "cut.parquet"]).ended(2);
    assert!(
        run.stderr.contains("cut.parquet: not a Parquet file"),
        "{}",
        run.stderr
    );
}
