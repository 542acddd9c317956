//! Records of one activity, through everything that stands behind the cutter.

use std::fmt::Write as _;
use std::io::Write as _;
use std::num::NonZero;

use asimkit::{Became, Event, Found, Normalized, Normalizer, ProcessEvent, Schemas, Wanted};
use flate2::Compression;
use flate2::write::GzEncoder;

fn normalizer() -> Normalizer {
    Normalizer::new()
        .source_named("auditd")
        .unwrap()
        .schemas(Schemas::ALL)
        .event_uid(true)
}

/// The records of the execution with this number.
fn records(number: usize) -> [String; 3] {
    let stamp = format!(
        "audit({}.{:03}:{number})",
        1_795_294_413 + number / 1000,
        number % 1000
    );
    [
        format!(
            "type=SYSCALL msg={stamp}: arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid={number} uid=0 euid=0 exe=\"/usr/bin/dig\""
        ),
        format!("type=EXECVE msg={stamp}: argc=2 a0=\"dig\" a1=\"n{number}.example\""),
        format!("type=PROCTITLE msg={stamp}: proctitle=646967"),
    ]
}

/// A log in which the records of `wide` events at a time are mixed.
fn log(events: usize, wide: usize) -> String {
    let mut log = String::new();
    for first in (0..events).step_by(wide) {
        let group: Vec<_> = (first..events.min(first + wide)).map(records).collect();
        for place in 0..3 {
            for records in &group {
                writeln!(log, "{}", records[place]).unwrap();
            }
        }
    }
    log
}

fn process<'e>(event: &'e Event<'static>) -> &'e ProcessEvent<'static> {
    match event {
        Event::Process(event) => event,
        other => panic!("a process event, not {other:?}"),
    }
}

/// The command lines, each of which is that of its event.
fn command_lines(normalized: &Normalized) -> Vec<String> {
    let events = normalized.events.iter().map(process);
    events
        .map(|event| {
            let line = event.target_process_command_line().unwrap();
            assert_eq!(
                line,
                format!("dig n{}.example", event.target_process_id().unwrap())
            );
            line.to_owned()
        })
        .collect()
}

#[test]
fn blocks_and_jobs_change_neither_events_nor_their_ids() {
    let log = log(3000, 7);
    let whole = normalizer().events(log.as_bytes()).unwrap();
    assert_eq!(command_lines(&whole).len(), 3000);
    for (block_size, jobs) in [(1, 1), (300, 3), (4096, 2)] {
        let parts = normalizer()
            .block_size(block_size)
            .jobs(NonZero::new(jobs).unwrap())
            .events(log.as_bytes())
            .unwrap();
        assert!(
            whole.events == parts.events,
            "blocks of {block_size}, {jobs} jobs"
        );
        assert_eq!(whole.report, parts.report);
    }
}

#[test]
fn what_was_begun_when_a_compressed_input_breaks_off_is_handed_out() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(log(400, 400).as_bytes()).unwrap();
    let bytes = encoder.finish().unwrap();
    let found = normalizer().events(&bytes[..bytes.len() / 2]).unwrap();
    let counts = found.report.counts;
    assert!(counts.add_up(), "{counts:?}");
    assert_eq!(found.report.rejected.get("damaged input"), Some(&1));
    assert!(counts.written > 100, "{:?}", found.report);
}

#[test]
fn each_line_of_a_record_explains_it() {
    let log = log(4, 4);
    for block_size in [1, 200, 1 << 20] {
        for line in 1..=12_u64 {
            let normalizer = normalizer().block_size(block_size);
            let found = normalizer
                .open(log.as_bytes())
                .unwrap()
                .trace(Wanted::Line(line))
                .unwrap();
            let Found::Record(traced) = found else {
                panic!("line {line}: {found:?}")
            };
            let number = (line - 1) % 4;
            assert_eq!(traced.location.record, number + 1);
            assert_eq!((traced.location.line, traced.last_line), (number + 1, number + 9));
            let raw = String::from_utf8(traced.raw).unwrap();
            assert_eq!(raw, records(usize::try_from(number).unwrap()).join("\n"));
            let Became::Event(event, _) = traced.became else {
                panic!("line {line}: {:?}", traced.became)
            };
            let same = &normalizer.events(log.as_bytes()).unwrap().events[usize::try_from(number).unwrap()];
            assert!(*event == *same, "line {line}");
        }
        let normalizer = normalizer().block_size(block_size);
        let beyond = normalizer
            .open(log.as_bytes())
            .unwrap()
            .trace(Wanted::Line(13))
            .unwrap();
        assert!(
            matches!(
                beyond,
                Found::Beyond {
                    records: 4,
                    lines: 12
                }
            ),
            "{beyond:?}"
        );
    }
}
