//! The summary, for people and as JSON.

use serde_json::{Value, json};

use crate::support::{BAD_ROW, Place, log, log_of, row};

/// The five counts in an object, which must add up.
#[track_caller]
fn counts(object: &Value) -> [u64; 5] {
    let found =
        ["read", "written", "filtered", "declined", "rejected"].map(|name| object[name].as_u64().unwrap());
    assert_eq!(found[0], found[1..].iter().sum::<u64>(), "{object}");
    found
}

#[test]
fn adds_up_over_files_and_sources() {
    let conn = "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tservice\n1588205199.824370\tCvf4XX17hSAgXDdGEd\tdns\n";
    let place = Place::new()
        .with("a.log", log_of(&[&row("a.example"), BAD_ROW]))
        .with("b.log", log(&["b.example", "c.example"]))
        .with("conn.log", conn)
        .with("empty.log", "");
    let files = ["a.log", "missing.log", "b.log", "conn.log", "empty.log"];
    place
        .normalize(&[&["--summary", "summary.json"], files.as_slice()].concat())
        .ended(2);
    let summary = place.summary();
    let total = counts(&summary);
    assert_eq!(total, [5, 3, 0, 1, 1]);
    let mut sum = [0; 5];
    for (file, name) in summary["files"].as_array().unwrap().iter().zip(files) {
        assert_eq!(file["file"], name);
        assert_eq!(file["error"].is_string(), name == "missing.log", "{file}");
        sum = std::array::from_fn(|place| sum[place] + counts(file)[place]);
    }
    assert_eq!((sum, counts(&summary["sources"]["zeek"])), (total, total));
    let declined = summary["declined_reasons"]
        .as_object()
        .unwrap()
        .values()
        .map(|n| n.as_u64().unwrap());
    let rejected = summary["rejected_reasons"]
        .as_object()
        .unwrap()
        .values()
        .map(|n| n.as_u64().unwrap());
    assert_eq!((declined.sum::<u64>(), rejected.sum::<u64>()), (1, 1));
    let bytes = ["a.log", "b.log", "conn.log"]
        .map(|name| place.read(name).len())
        .iter()
        .sum::<usize>();
    assert_eq!(summary["bytes"], bytes);
    assert!(summary["seconds"].as_f64().unwrap() > 0.0);
    assert_eq!(summary["unrecognized"], json!([]));
}

#[test]
fn names_file_source_and_format() {
    let place = Place::new().with("dns.log", log(&["a.example"]));
    place
        .normalize(&["--summary", "summary.json", "dns.log"])
        .ended(0);
    let file = &place.summary()["files"][0];
    assert_eq!(file["source"], "zeek");
    assert_eq!(file["format"], "lines under a header");
    assert_eq!(file["compression"], Value::Null);
}

#[test]
fn counts_what_was_noted() {
    let bad_port = row("a.example").replace("\t54243\t", "\t70000\t");
    let place = Place::new().with("dns.log", log_of(&[&bad_port, &bad_port]));
    let run = place
        .normalize(&["--summary", "summary.json", "dns.log"])
        .ended(0);
    let summary = place.summary();
    let notes = summary["notes"].as_object().unwrap();
    assert!(
        notes
            .iter()
            .any(|(note, records)| note.starts_with("id.orig_p: ") && *records == 2),
        "{notes:?}"
    );
    assert!(run.stderr.contains("notes:\n  2 id.orig_p: "), "{}", run.stderr);
}

#[test]
fn groups_thousands_for_people_only() {
    let place = Place::new().with("dns.log", log(&vec!["a.example"; 1234]));
    let run = place
        .normalize(&["-o", "out.ndjson", "--summary", "-", "dns.log"])
        .ended(0);
    assert!(
        run.stderr
            .starts_with("1,234 read = 1,234 written + 0 filtered + 0 declined + 0 rejected\n")
    );
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(counts(&summary), [1234, 1234, 0, 0, 0]);
}

#[test]
fn nothing_moves_where_no_terminal_is_and_quiet_says_nothing() {
    let place = Place::new().with("dns.log", log(&vec!["a.example"; 5000]));
    let run = place.normalize(&["-o", "out.ndjson", "dns.log"]).ended(0);
    assert!(!run.stderr.contains(['\r', '\u{1b}']), "{:?}", run.stderr);
    assert_eq!(
        place
            .normalize(&["--quiet", "-o", "out.ndjson", "dns.log"])
            .ended(0)
            .stderr,
        ""
    );
}
