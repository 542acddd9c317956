//! Files that are written: events and rejected records.

use serde_json::{Value, json};

use crate::support::{BAD_ROW, Place, log, log_of, queries, row};

#[test]
fn a_file_takes_its_place_whole_and_leaves_nothing_beside_it() {
    let place = Place::new()
        .with("dns.log", log(&["a.example"]))
        .with("out.ndjson", "old\n");
    let run = place.normalize(&["-o", "out.ndjson", "dns.log"]).ended(0);
    assert_eq!(
        (run.stdout.as_str(), place.names()),
        ("", vec!["dns.log".to_owned(), "out.ndjson".to_owned()])
    );
    assert_eq!(queries(&place.read("out.ndjson")), ["a.example"]);
}

#[test]
fn a_file_is_written_although_records_are_rejected_or_an_input_is_missing() {
    let place = Place::new().with("dns.log", log_of(&[BAD_ROW, &row("a.example")]));
    for (inputs, status) in [(["dns.log"].as_slice(), 1), (&["missing.log", "dns.log"], 2)] {
        let place_out = ["-o", "out.ndjson"];
        place.normalize(&[&place_out, inputs].concat()).ended(status);
        assert_eq!(queries(&place.read("out.ndjson")), ["a.example"]);
        std::fs::remove_file(place.path().join("out.ndjson")).unwrap();
    }
}

#[test]
fn a_file_stays_as_it_was_when_nothing_could_be_read() {
    let place = Place::new().with("out.ndjson", "old\n");
    place.normalize(&["-o", "out.ndjson", "missing.log"]).ended(2);
    assert_eq!(
        (place.read("out.ndjson"), place.names()),
        ("old\n".to_owned(), vec!["out.ndjson".to_owned()])
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_stays_as_it_was_when_the_job_breaks_off() {
    let content = log_of(&[BAD_ROW, &row("a.example")]);
    let place = Place::new().with("dns.log", content).with("out.ndjson", "old\n");
    place
        .normalize(&["-o", "out.ndjson", "--rejects", "/dev/full", "dns.log"])
        .ended(2);
    assert_eq!(place.read("out.ndjson"), "old\n");
    assert_eq!(place.names(), ["dns.log", "out.ndjson"]);
}

#[test]
#[cfg(unix)]
fn a_device_is_written_directly() {
    let place = Place::new().with("dns.log", log(&["a.example"]));
    place
        .normalize(&[
            "-o",
            "/dev/null",
            "--rejects",
            "/dev/null",
            "--summary",
            "/dev/null",
            "dns.log",
        ])
        .ended(0);
    let metadata = std::fs::metadata("/dev/null").unwrap();
    assert!(!metadata.is_file(), "the device was replaced by a file");
}

#[test]
#[cfg(unix)]
fn a_new_file_has_the_usual_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new().with("dns.log", log(&["a.example"]));
    place.normalize(&["-o", "out.ndjson", "dns.log"]).ended(0);
    let mode = |name| {
        std::fs::metadata(place.path().join(name))
            .unwrap()
            .permissions()
            .mode()
    };
    assert_eq!(mode("out.ndjson"), mode("dns.log"));
}

#[test]
fn rejected_records_are_kept_with_place_reason_and_bytes() {
    let content = log_of(&[&row("a.example"), BAD_ROW]);
    let place = Place::new().with("logs/dns.log", &content);
    for (arguments, file) in [(["logs"].as_slice(), "logs/dns.log"), (&["-"], "-")] {
        let arguments = [&["-o", "out.ndjson", "--rejects", "-"], arguments].concat();
        let run = place.normalize_input(&arguments, content.as_bytes()).ended(1);
        let line: Value = serde_json::from_str(&run.stdout).unwrap();
        let byte = content.find(BAD_ROW).unwrap();
        let lines = content.lines().count();
        let expected = json!({
            "file": file, "record": 2, "line": lines, "byte": byte, "source": "zeek", "stage": "decode",
            "reason": line["reason"], "raw": BAD_ROW.trim_end(),
        });
        assert_eq!(line, expected);
        assert!(line["reason"].as_str().unwrap().contains("columns"), "{line}");
    }
}

#[test]
fn the_reject_file_is_empty_when_all_is_well() {
    let place = Place::new()
        .with("dns.log", log(&["a.example"]))
        .with("rejects.ndjson", "old\n");
    place
        .normalize(&["--rejects", "rejects.ndjson", "dns.log"])
        .ended(0);
    assert_eq!(place.read("rejects.ndjson"), "");
}
