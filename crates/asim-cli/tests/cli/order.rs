//! Events in the order of their times.

use std::process::Stdio;

use serde_json::Value;

use crate::support::{BAD_ROW, Place, asim, log_of, queries, row_at};

/// A log with a row for each time and query.
fn log_at(rows: &[(&str, &str)]) -> String {
    let rows: Vec<_> = rows.iter().map(|(time, query)| row_at(time, query)).collect();
    log_of(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

fn two_logs() -> Place {
    Place::new()
        .with(
            "one.log",
            log_at(&[("5.0", "a"), ("3.0", "b"), ("4.0", "c"), ("4.0", "d")]),
        )
        .with("two.log", log_at(&[("4.0", "e"), ("1.5", "f"), ("-1.0", "g")]))
}

#[test]
fn events_of_all_inputs_come_by_time_and_equal_ones_as_they_were_read() {
    let place = two_logs();
    let sorted = |inputs: [&str; 2]| {
        let arguments = [["--order", "time"], inputs].concat();
        place.normalize(&arguments).ended(0).queries().concat()
    };
    assert_eq!(sorted(["one.log", "two.log"]), "gfbcdea");
    assert_eq!(sorted(["two.log", "one.log"]), "gfbecda");
    let unsorted = place.normalize(&["--order", "input", "one.log", "two.log"]);
    assert_eq!(unsorted.ended(0).queries().concat(), "abcdefg");
}

#[test]
fn a_table_is_sorted_under_its_header() {
    let flags = ["--to", "csv", "--columns", "DnsQuery", "--order", "time"];
    let run = two_logs()
        .normalize(&[flags.as_slice(), &["one.log", "two.log"]].concat())
        .ended(0);
    assert_eq!(run.stdout, "DnsQuery\ng\nf\nb\nc\nd\ne\na\n");
}

#[test]
fn sorting_changes_the_order_alone() {
    let row = |n: u32| match n % 40 {
        3 => BAD_ROW.to_owned(),
        _ => row_at(&format!("{}.25", n * 7919 % 100), &format!("host{n}.example")),
    };
    let rows: Vec<_> = (0..3000).map(row).collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    let place = Place::new().with("dns.log", log_of(&rows));
    let run = |order: &str, jobs: &str, block_size: &str| {
        let flags = ["--order", order, "--jobs", jobs, "--block-size", block_size];
        let files = [
            "--rejects",
            "rejects.ndjson",
            "--summary",
            "summary.json",
            "dns.log",
        ];
        let run = place.normalize(&[flags.as_slice(), &files].concat()).ended(1);
        let counts = place.summary()["written"].clone();
        (run.stdout, place.read("rejects.ndjson"), counts)
    };
    let (unsorted, rejects, written) = run("input", "1", "1M");
    let mut lines: Vec<_> = unsorted.lines().collect();
    lines.sort_by_key(|line| {
        let event: Value = serde_json::from_str(line).unwrap();
        event["TimeGenerated"].as_str().unwrap().to_owned()
    });
    let expected = lines.join("\n") + "\n";
    for (jobs, block_size) in [("1", "1M"), ("2", "4K"), ("5", "700")] {
        let sorted = run("time", jobs, block_size);
        assert!(
            sorted == (expected.clone(), rejects.clone(), written.clone()),
            "{jobs} jobs, blocks of {block_size}"
        );
    }
}

/// So many events of more than 4 KiB each are more than one run.
const LONG: u32 = 20_000;

/// A log whose events are more than one run.
fn long_log() -> String {
    let site = "north".repeat(800);
    let row = |n: u32| {
        let time = n.wrapping_mul(2_654_435_761) >> 8;
        row_at(&format!("{time}.5"), "a.example").replace("north", &site)
    };
    let rows: Vec<_> = (0..LONG).map(row).collect();
    log_of(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn more_than_one_run_is_merged_and_leaves_nothing_behind() {
    let place = Place::new()
        .with("dns.log", long_log())
        .with("temporary/kept", "");
    let flags = ["--order", "time", "--temp-dir", "temporary", "-o", "out.ndjson"];
    place
        .normalize(&[flags.as_slice(), &["dns.log"]].concat())
        .ended(0);
    let text = place.read("out.ndjson");
    assert!(text.len() > 64 << 20, "not more than a run: {}", text.len());
    let times: Vec<_> = text
        .lines()
        .map(|line| {
            let (_, rest) = line.split_once("\"TimeGenerated\":\"").unwrap();
            rest.split_once('"').unwrap().0
        })
        .collect();
    assert!(times.len() == LONG as usize && times.is_sorted());
    assert_eq!(place.names(), ["dns.log", "out.ndjson", "temporary"]);
    let temporary = std::fs::read_dir(place.path().join("temporary")).unwrap();
    assert_eq!(temporary.count(), 1);
}

#[test]
#[cfg(unix)]
fn a_signal_leaves_no_temporary_file() {
    use std::io::Write;
    let place = Place::new().with("temporary/kept", "");
    let arguments = [
        "normalize",
        "--order",
        "time",
        "--temp-dir",
        "temporary",
        "-o",
        "out.ndjson",
    ];
    let mut child = asim(place.path(), &arguments)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(long_log().as_bytes()).unwrap();
    let kill = std::process::Command::new("kill")
        .args(["-s", "TERM", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(place.names(), ["temporary"]);
    let temporary = std::fs::read_dir(place.path().join("temporary")).unwrap();
    assert_eq!(temporary.count(), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_2_and_named() {
    let run = two_logs()
        .normalize(&["--order", "time", "-o", "/dev/full", "one.log"])
        .ended(2);
    assert!(
        run.stderr
            .contains("asim: /dev/full: cannot be written: No space left"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = two_logs();
    let arguments = ["normalize", "--order", "time", "one.log", "two.log"];
    let mut child = asim(place.path(), &arguments).spawn().unwrap();
    drop(child.stdout.take());
    let run: crate::support::Run = child.wait_with_output().unwrap().into();
    assert_eq!(run.ended(0).stderr, "");
}

#[test]
fn a_directory_that_cannot_hold_temporary_files_is_2_at_once() {
    let place = two_logs();
    let cases: [(&[&str], &str); 3] = [
        (
            &["--order", "time", "--temp-dir", "no/such/directory"],
            "no/such/directory: temporary files cannot be written: ",
        ),
        (
            &["--order", "time", "--temp-dir", "two.log"],
            "two.log: temporary files cannot be written: ",
        ),
        (&["--temp-dir", "."], "only --order time makes temporary files"),
    ];
    for (flags, message) in cases {
        let run = place.normalize(&[flags, &["one.log"]].concat()).ended(2);
        assert!(run.stderr.contains(message), "{flags:?}: {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn an_input_that_is_missing_leaves_the_others_sorted() {
    let run = two_logs()
        .normalize(&["--order", "time", "missing.log", "one.log"])
        .ended(2);
    assert_eq!(queries(&run.stdout).concat(), "bcda");
}
