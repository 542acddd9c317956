//! Files, directories, standard input.

use std::fs::{self, File};
use std::io::Write;

use crate::support::{Place, Run, asim, log, queries};

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn come_in_the_order_in_which_they_are_named() {
    let place = Place::new()
        .with("z.log", log(&["z.example"]))
        .with("a.log", log(&["a.example"]));
    let run = place.normalize_input(
        &["z.log", "-", "a.log", "z.log"],
        log(&["stdin.example"]).as_bytes(),
    );
    assert_eq!(
        run.ended(0).queries(),
        ["z.example", "stdin.example", "a.example", "z.example"]
    );
}

#[test]
fn standard_input_is_read_when_nothing_is_named() {
    let run = Place::new().normalize_input(&[], log(&["a.example"]).as_bytes());
    assert_eq!(run.ended(0).queries(), ["a.example"]);
}

#[test]
fn a_redirected_file_is_read_like_a_named_one() {
    let place = Place::new().with("dns.log", log(&["a.example"]));
    let mut command = asim(place.path(), &["normalize"]);
    let run: Run = command
        .stdin(File::open(place.path().join("dns.log")).unwrap())
        .output()
        .unwrap()
        .into();
    assert_eq!(run.ended(0).queries(), ["a.example"]);
}

#[test]
fn gzip_is_undone_whatever_the_name() {
    let place = Place::new()
        .with("dns.log", gzip(&log(&["a.example"])))
        .with("dns.gz", log(&["b.example"]));
    let run = place
        .normalize(&["--summary", "summary.json", "dns.log", "dns.gz"])
        .ended(0);
    assert_eq!(run.queries(), ["a.example", "b.example"]);
    let files = &place.summary()["files"];
    assert_eq!(
        (files[0]["compression"].as_str(), files[1]["compression"].as_str()),
        (Some("gzip"), None)
    );
}

#[test]
fn directories_are_read_in_order_and_strangers_in_them_are_only_named() {
    let place = Place::new()
        .with("logs/b/2.log", log(&["2.example"]))
        .with("logs/a.log", log(&["a.example"]))
        .with("logs/README", "read me\n")
        .with("logs/c.log", log(&["c.example"]));
    let run = place.normalize(&["--summary", "summary.json", "logs"]).ended(0);
    assert_eq!(run.queries(), ["a.example", "2.example", "c.example"]);
    assert!(
        run.stderr.contains("recognized by no source:\n  logs/README\n"),
        "{}",
        run.stderr
    );
    let summary = place.summary();
    assert_eq!(summary["unrecognized"], serde_json::json!(["logs/README"]));
    assert_eq!(summary["files"].as_array().unwrap().len(), 3);
}

#[test]
fn the_output_in_a_directory_that_is_read_is_no_input() {
    let place = Place::new().with("logs/a.log", log(&["a.example"]));
    let first = place
        .normalize(&["--source", "zeek", "-o", "logs/out.log", "logs"])
        .ended(0);
    let events = place.read("logs/out.log");
    let second = place
        .normalize(&["--source", "zeek", "-o", "logs/out.log", "logs"])
        .ended(0);
    assert_eq!(
        (queries(&events), place.read("logs/out.log")),
        (vec!["a.example".to_owned()], events)
    );
    for run in [first, second] {
        assert!(run.stderr.starts_with("1 read = 1 written"), "{}", run.stderr);
    }
}

#[test]
#[cfg(unix)]
fn standard_output_and_error_in_a_directory_that_is_read_are_no_inputs() {
    let place = Place::new().with("logs/a.log", log(&["a.example"]));
    let file = |name| File::create(place.path().join(name)).unwrap();
    let mut command = asim(place.path(), &["normalize", "--source", "zeek", "logs"]);
    let status = command
        .stdout(file("logs/out.log"))
        .stderr(file("logs/errors.log"))
        .status()
        .unwrap();
    assert_eq!(
        (status.code(), queries(&place.read("logs/out.log"))),
        (Some(0), vec!["a.example".to_owned()])
    );
    assert!(place.read("logs/errors.log").starts_with("1 read = 1 written"));
}

#[test]
fn an_output_that_is_named_as_input_is_refused_and_stays() {
    let content = log(&["a.example"]);
    let place = Place::new().with("dns.log", &content);
    for flag in ["-o", "--rejects", "--summary"] {
        let run = place.normalize(&[flag, "./dns.log", "dns.log"]).ended(2);
        assert!(
            run.stderr.contains("dns.log: is input and output at once"),
            "{}",
            run.stderr
        );
        assert_eq!(
            (place.read("dns.log"), place.names()),
            (content.clone(), vec!["dns.log".to_owned()])
        );
    }
}

#[test]
#[cfg(unix)]
fn a_log_that_standard_output_grows_is_refused() {
    let content = log(&["a.example"]);
    let place = Place::new().with("dns.log", &content);
    let end = fs::OpenOptions::new()
        .append(true)
        .open(place.path().join("dns.log"))
        .unwrap();
    let mut command = asim(place.path(), &["normalize", "dns.log"]);
    let run: Run = command.stdout(end).output().unwrap().into();
    assert!(run.ended(2).stderr.contains("is input and output at once"));
    assert_eq!(place.read("dns.log"), content);
}

#[test]
#[cfg(target_os = "linux")]
fn names_need_not_be_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    let name = std::ffi::OsStr::from_bytes(b"d\xe9p\xf4t.log");
    let place = Place::new();
    fs::write(place.path().join(name), log(&["a.example"])).unwrap();
    let out = std::ffi::OsStr::from_bytes(b"out\xff");
    let arguments = [
        "normalize".as_ref(),
        "--summary".as_ref(),
        "summary.json".as_ref(),
        "-o".as_ref(),
        out,
        name,
    ];
    let run: Run = asim(place.path(), &arguments).output().unwrap().into();
    run.ended(0);
    assert_eq!(
        queries(&fs::read_to_string(place.path().join(out)).unwrap()),
        ["a.example"]
    );
    assert_eq!(place.summary()["files"][0]["file"], "d\u{fffd}p\u{fffd}t.log");
}

#[test]
fn verbose_tells_source_and_evidence() {
    let place = Place::new()
        .with("dns.log", log(&["a.example"]))
        .with("empty.log", "");
    let run = place.normalize(&["-v", "-q", "dns.log", "empty.log"]).ended(0);
    let expected =
        "asim: dns.log: zeek, lines under a header: the header line #separator\nasim: empty.log: empty\n";
    assert_eq!(run.stderr, expected);
}
