//! The exit status for each cause.

use crate::support::{BAD_ROW, Place, log, log_of, row};

/// A log with two good rows and one bad one between them.
fn mixed() -> String {
    log_of(&[&row("a.example"), BAD_ROW, &row("b.example")])
}

#[test]
fn a_good_log_and_an_empty_one_are_0() {
    let place = Place::new()
        .with("dns.log", log(&["a.example"]))
        .with("empty.log", "");
    let run = place.normalize(&["dns.log", "empty.log"]).ended(0);
    assert_eq!(run.queries(), ["a.example"]);
    assert_eq!(place.normalize(&["empty.log"]).ended(0).stdout, "");
    assert_eq!(place.normalize(&[]).ended(0).stdout, "");
}

#[test]
fn a_rejected_record_is_1_and_the_others_are_written() {
    let run = Place::new()
        .with("dns.log", mixed())
        .normalize(&["dns.log"])
        .ended(1);
    assert_eq!(run.queries(), ["a.example", "b.example"]);
    assert!(
        run.stderr
            .contains("1 of 3 records were rejected, --max-rejects allows 0"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("the first was record 2 of dns.log: "),
        "{}",
        run.stderr
    );
}

#[test]
fn as_many_rejects_as_are_allowed_are_0() {
    let place = Place::new().with("dns.log", mixed());
    for (allowed, status) in [
        ("0", 1),
        ("1", 0),
        ("33.3%", 1),
        ("33.4%", 0),
        ("0%", 1),
        ("100%", 0),
    ] {
        place
            .normalize(&["--max-rejects", allowed, "dns.log"])
            .ended(status);
    }
}

#[test]
fn a_missing_file_is_2_and_the_other_inputs_still_run() {
    let place = Place::new().with("dns.log", log(&["a.example"]));
    let run = place.normalize(&["missing.log", "dns.log"]).ended(2);
    assert_eq!(run.queries(), ["a.example"]);
    assert!(
        run.stderr.contains("asim: missing.log: cannot be read: "),
        "{}",
        run.stderr
    );
}

#[test]
fn a_named_file_that_no_source_recognizes_is_2_and_the_other_inputs_still_run() {
    let place = Place::new()
        .with("dns.log", log(&["a.example"]))
        .with("notes.txt", "to do\n");
    let run = place.normalize(&["notes.txt", "dns.log"]).ended(2);
    assert_eq!(run.queries(), ["a.example"]);
    assert!(
        run.stderr.contains("asim: notes.txt: no source recognizes it"),
        "{}",
        run.stderr
    );
    place.normalize(&["--source", "zeek", "notes.txt"]).ended(1);
}

#[test]
fn of_1_and_2_the_status_is_2() {
    Place::new()
        .with("dns.log", mixed())
        .normalize(&["dns.log", "missing.log"])
        .ended(2);
}

#[test]
#[cfg(unix)]
fn a_file_that_breaks_off_is_2_and_its_events_stay() {
    // Reading a process's memory from its beginning fails, although it can be opened.
    let place = Place::new().with("dns.log", log(&["a.example"]));
    if std::path::Path::new("/proc/self/mem").exists() {
        let run = place.normalize(&["/proc/self/mem", "dns.log"]).ended(2);
        assert_eq!(run.queries(), ["a.example"]);
        assert!(
            run.stderr
                .contains("asim: /proc/self/mem: the input cannot be read: "),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn arguments_that_make_no_sense_are_2() {
    let place = Place::new().with("dns.log", log(&["a.example"]));
    let cases: [(&[&str], &str); 14] = [
        (&["--jobs", "0"], "not a number from 1"),
        (&["--block-size", "1.5M"], "not a size"),
        (&["--max-record", "0"], "not a size"),
        (&["--max-rejects", "101%"], "percentage from 0% to 100%"),
        (
            &["--schema-version", "0.1.2"],
            "0.1.3, 0.1.4, 0.1.5, 0.1.6, 0.1.7, 1.0.0",
        ),
        (&["--source", "zeke"], "[possible values: auto, "),
        (&["--to", "xml"], "ndjson"),
        (&["--assume-time", "noon"], "neither a time"),
        (
            &["--assume-time", "mtime", "-"],
            "standard input has no such time",
        ),
        (&["--dvc", " "], "a device needs a name"),
        (&["--rejects", "-"], "standard output is taken by --output"),
        (
            &["--summary", "same", "--rejects", "same"],
            "is given for two outputs",
        ),
        (
            &["-o", "no/such/directory/out"],
            "no/such/directory/out: cannot be written: ",
        ),
        (&["-o", "."], ".: cannot be written: is a directory"),
    ];
    for (arguments, message) in cases {
        let run = place.normalize(&[arguments, &["dns.log"]].concat()).ended(2);
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
        assert_eq!(
            (run.stdout.as_str(), place.names().as_slice()),
            ("", ["dns.log".to_owned()].as_slice())
        );
    }
    place.run(&[]).ended(2);
    place.run(&["normalise"]).ended(2);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_2_and_named() {
    let place = Place::new().with("dns.log", log_of(&[&row("a.example"), BAD_ROW]));
    for flag in ["-o", "--rejects", "--summary"] {
        let run = place.normalize(&[flag, "/dev/full", "dns.log"]).ended(2);
        assert!(
            run.stderr
                .contains("asim: /dev/full: cannot be written: No space left"),
            "{}",
            run.stderr
        );
    }
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    for arguments in [
        ["normalize", "dns.log"].as_slice(),
        &["sources"],
        &["schema", "dns"],
    ] {
        let mut command = crate::support::asim(place.path(), arguments);
        let run: crate::support::Run = command.stdout(full.try_clone().unwrap()).output().unwrap().into();
        let run = run.ended(2);
        assert!(
            run.stderr.contains("asim: standard output: cannot be written: "),
            "{}",
            run.stderr
        );
    }
}
