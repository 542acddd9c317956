//! `asim explain`: one record, its event, and where each value comes from.

use std::io::Write;

use serde_json::Value;

use super::support::{BAD_ROW, Place, log_of, row, row_at};

fn place() -> Place {
    let log = log_of(&[
        &row("a.example"),
        BAD_ROW,
        "\n",
        &row_at("-", "b.example"),
        &row("c.example"),
    ]);
    Place::new().with("dns.log", log)
}

fn json(place: &Place, arguments: &[&str]) -> Value {
    let run = place.run(&[&["explain", "--json"], arguments].concat()).ended(0);
    serde_json::from_str(&run.stdout).unwrap()
}

fn field<'j>(account: &'j Value, name: &str) -> &'j Value {
    let fields = account["fields"].as_array().unwrap();
    fields.iter().find(|field| field["field"] == name).unwrap()
}

#[test]
fn each_field_has_its_value_its_columns_and_its_rule() {
    let account = json(&place(), &["dns.log"]);
    assert_eq!(account["outcome"], "written");
    assert_eq!(
        account["location"],
        serde_json::json!({"record": 1, "line": 8, "last_line": 8, "byte": log_of(&[]).len()})
    );
    assert_eq!(account["raw"].as_str(), row("a.example").strip_suffix('\n'));
    let query = field(&account, "DnsQuery");
    assert_eq!(
        (&query["value"], &query["from"][0]),
        (&"a.example".into(), &"query".into())
    );
    let alias = field(&account, "Domain");
    assert_eq!(
        (&alias["alias_of"], &alias["from"][0]),
        (&"DnsQuery".into(), &"query".into())
    );
    assert_eq!(field(&account, "EventSchema")["from"], serde_json::json!([]));
    assert_eq!(account["unmapped"], serde_json::json!(["site"]));
}

#[test]
fn a_record_is_found_by_line_and_by_number() {
    let place = place();
    for (arguments, query) in [
        (&["dns.log:8"][..], "a.example"),
        (&["dns.log:12"], "c.example"),
        (&["--record", "4", "dns.log"], "c.example"),
        (
            &["--assume-time", "2026-11-21T09:00:00Z", "dns.log:11"],
            "b.example",
        ),
    ] {
        let account = json(&place, arguments);
        assert_eq!(field(&account, "DnsQuery")["value"], query, "{arguments:?}");
    }
}

#[test]
fn what_became_no_event_has_its_reason() {
    let place = place();
    let account = json(&place, &["dns.log:9"]);
    assert_eq!(
        (&account["outcome"], &account["stage"]),
        (&"rejected".into(), &"decode".into())
    );
    let run = place.run(&["explain", "dns.log:11"]).ended(0);
    assert!(
        run.stdout.contains("rejected at map: no time; use --assume-time"),
        "{}",
        run.stdout
    );
}

#[test]
fn text_is_aligned_and_compressed_input_is_read() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder
        .write_all(log_of(&[&row("a.example")]).as_bytes())
        .unwrap();
    let place = Place::new().with("dns.log:8", encoder.finish().unwrap());
    // A file of the whole name comes first.
    let run = place.run(&["explain", "dns.log:8"]).ended(0);
    let at = |start: &str, column: &str| {
        let line = run.stdout.lines().find(|line| line.starts_with(start)).unwrap();
        line.find(column).unwrap()
    };
    assert_eq!(at("  DnsQuery ", "query"), at("  SrcIpAddr ", "id.orig_h"));
    assert!(!run.stdout.contains('\u{1b}'));
}

#[test]
fn a_record_that_is_not_there_is_status_2_with_a_message() {
    let place = place().with("empty.log", "").with("header.log", log_of(&[]));
    for (arguments, message) in [
        (&["dns.log:3"][..], "dns.log: line 3 holds no record"),
        (&["dns.log:10"], "dns.log: line 10 holds no record"),
        (&["dns.log:13"], "dns.log: no line 13: it has 12 lines"),
        (&["dns.log:0"], "no line 0: lines count from 1"),
        (
            &["--record", "5", "dns.log"],
            "dns.log: no record 5: it has 4 records",
        ),
        (
            &["--record", "1", "dns.log:8"],
            "choose either a line or --record",
        ),
        (&["empty.log"], "empty.log: is empty"),
        (&["header.log"], "header.log: no record 1: it has no records"),
        (&["nothing.log:7"], "nothing.log: cannot be read"),
        (&["."], ".: is a directory"),
    ] {
        let run = place.run(&[&["explain"], arguments].concat()).ended(2);
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
}

#[test]
fn the_event_is_the_one_that_normalize_writes() {
    let place = place();
    for arguments in [
        &["--event-uid"][..],
        &["--additional", "none"],
        &["--additional", "all"],
    ] {
        let written = place.normalize(&[arguments, &["--max-rejects", "9", "dns.log"]].concat());
        let event = written.event();
        let account = json(&place, &[arguments, &["dns.log"]].concat());
        let shown: serde_json::Map<_, _> = account["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| {
                (
                    field["field"].as_str().unwrap().to_owned(),
                    field["value"].clone(),
                )
            })
            .collect();
        assert_eq!(Value::Object(shown), event, "{arguments:?}");
    }
}
