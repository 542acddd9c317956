//! Inputs that are written while they are read.

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::support::{BAD_ROW, Place, asim, log, queries, row};

/// No answer within this time means that there will be none.
const PATIENCE: Duration = Duration::from_secs(20);

/// The lines of a stream as they come.
fn lines(stream: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            sender.send(line.unwrap()).unwrap();
        }
    });
    receiver
}

#[test]
fn each_event_comes_out_before_the_next_line_comes_in() {
    for jobs in ["1", "2"] {
        let place = Place::new();
        let arguments = ["normalize", "--jobs", jobs, "--rejects", "rejects.ndjson"];
        let mut child = asim(place.path(), &arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let events = lines(child.stdout.take().unwrap());
        input.write_all(log(&["first.example"]).as_bytes()).unwrap();
        assert_eq!(
            queries(&events.recv_timeout(PATIENCE).unwrap()),
            ["first.example"]
        );
        input
            .write_all((BAD_ROW.to_owned() + &row("second.example")).as_bytes())
            .unwrap();
        assert_eq!(
            queries(&events.recv_timeout(PATIENCE).unwrap()),
            ["second.example"]
        );
        input.write_all(row("third.example").as_bytes()).unwrap();
        assert_eq!(
            queries(&events.recv_timeout(PATIENCE).unwrap()),
            ["third.example"]
        );
        // The reject came before the third event, so it is there before the input ends.
        assert_eq!(place.read("rejects.ndjson").lines().count(), 1);
        drop(input);
        assert_eq!(child.wait().unwrap().code(), Some(1));
    }
}

#[test]
#[cfg(unix)]
fn a_named_pipe_is_live_too() {
    let place = Place::new();
    let pipe = place.path().join("pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let mut child = asim(place.path(), &["normalize", "pipe"]).spawn().unwrap();
    let events = lines(child.stdout.take().unwrap());
    let mut input = std::fs::File::options().write(true).open(&pipe).unwrap();
    input.write_all(log(&["first.example"]).as_bytes()).unwrap();
    assert_eq!(
        queries(&events.recv_timeout(PATIENCE).unwrap()),
        ["first.example"]
    );
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Whether this process, and so its children, ignore SIGINT, which is bit 1 of the mask.
#[cfg(unix)]
fn ignores_interrupts() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 0b10 != 0)
}

#[test]
#[cfg(unix)]
fn a_signal_leaves_no_unfinished_output() {
    for (signal, status) in [("INT", 130), ("TERM", 130)] {
        // A signal that the caller ignores, as shells do for what runs in the background, stays ignored.
        if signal == "INT" && ignores_interrupts() {
            continue;
        }
        let place = Place::new();
        let arguments = ["normalize", "-o", "out.ndjson", "--summary", "summary.json"];
        let mut child = asim(place.path(), &arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        while place.names().len() < 2 {
            thread::sleep(Duration::from_millis(5));
        }
        let kill = std::process::Command::new("kill")
            .args(["-s", signal, &child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        assert_eq!(
            (child.wait().unwrap().code(), place.names()),
            (Some(status), vec![])
        );
        drop(input);
    }
}
