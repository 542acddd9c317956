//! The reader of the output goes away.

use std::io::{BufRead, BufReader, Read};

use crate::support::{Place, asim, log};

/// A log far larger than a pipe holds.
fn long_log() -> String {
    log(&vec!["a.example"; 20_000])
}

#[test]
fn ends_quietly_and_is_no_failure() {
    let place = Place::new().with("dns.log", long_log());
    for jobs in ["1", "2"] {
        let arguments = [
            "normalize",
            "--jobs",
            jobs,
            "--summary",
            "summary.json",
            "dns.log",
        ];
        let mut child = asim(place.path(), &arguments).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        drop(stdout);
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
        assert!(line.contains("a.example"));
        // A summary of half a job would say nothing of the inputs.
        assert_eq!(place.names(), ["dns.log"]);
    }
}

#[test]
fn other_commands_end_quietly_too() {
    let place = Place::new();
    for arguments in [
        ["schema", "dns"].as_slice(),
        &["sources"],
        &["schema", "dns", "--as", "json-schema"],
    ] {
        let mut child = asim(place.path(), arguments).spawn().unwrap();
        drop(child.stdout.take());
        let run: crate::support::Run = child.wait_with_output().unwrap().into();
        assert_eq!(run.ended(0).stderr, "");
    }
}
