//! Inputs made to hurt: never a stop, a panic, a half-written line, or silence.

use std::io::{self, Read, Write};
use std::num::NonZero;

use asimkit::{NormalizeError, Normalized, Normalizer, Source, SourceError};

const HEADER: &str = "#separator \\x09\n#path\tdns\n#fields\tts\tuid\ttrans_id\tquery\tqtype\n#types\ttime\tstring\tcount\tstring\tcount\n";

fn row(number: usize) -> String {
    format!(
        "1795251600.{number:06}\tC{number}\t{}\tn{number}.example.com\t1\n",
        number % 65536
    )
}

fn rows(count: usize) -> String {
    (0..count).map(row).collect()
}

fn zeek() -> Normalizer {
    Normalizer::new().source_named("zeek").unwrap()
}

fn events(input: &[u8]) -> Normalized {
    let normalized = zeek().events(input).unwrap();
    assert!(
        normalized.report.counts.add_up(),
        "{:?}",
        normalized.report.counts
    );
    normalized
}

fn reasons(normalized: &Normalized) -> Vec<String> {
    normalized
        .rejects
        .iter()
        .map(|reject| reject.error.fault().to_string())
        .collect()
}

#[test]
fn nothing_at_all_is_no_record_and_no_error() {
    for input in ["", "\n", "\r\n\r\n", "   ", HEADER] {
        assert_eq!(events(input.as_bytes()).report.counts.read, 0, "{input:?}");
        if input.trim().is_empty() {
            let normalized = Normalizer::new().events(input.as_bytes()).unwrap();
            assert_eq!(normalized.report.counts.read, 0, "{input:?}");
        }
    }
}

#[test]
fn what_no_source_recognizes_says_so() {
    let error = Normalizer::new().events(b"what is this\n").unwrap_err();
    assert!(
        matches!(error, NormalizeError::Source(SourceError::Unrecognized)),
        "{error}"
    );
    assert!(Source::named("nothing").unwrap_err().to_string().contains("zeek"));
}

#[test]
fn json_that_is_none_is_rejected_line_by_line() {
    let good = r#"{"ts":1795251600.5,"uid":"C1","id.orig_h":"192.0.2.1","trans_id":1,"query":"a.example","qtype":1}"#;
    let input = [
        good.as_bytes(),
        b"{\"ts\":1,\"query\":\"\xff\xfe\",\"trans_id\":1,\"qtype\":1}",
        b"{\"ts\":1",
        b"\0\0\0\0",
        b"{}}",
        b"nul",
        good.as_bytes(),
        b"{\"deep\":",
    ]
    .join(&b'\n');
    let normalized = events(&input);
    assert_eq!(
        (
            normalized.report.counts.written,
            normalized.report.counts.rejected
        ),
        (2, 6)
    );
    let invalid = &normalized.rejects[0].to_json(Some("dns.log"));
    assert!(
        invalid.contains("\"raw_base64\":") && invalid.contains("\"line\":2"),
        "{invalid}"
    );
}

#[test]
fn json_ten_thousand_deep_is_rejected() {
    let input = format!(
        "{{\"ts\":1,\"id.orig_h\":\"192.0.2.1\",\"x\":{}{}}}\n",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let normalized = events(input.as_bytes());
    assert_eq!(normalized.report.counts.rejected, 1);
    assert!(
        reasons(&normalized)[0].starts_with("not JSON: recursion limit"),
        "{:?}",
        reasons(&normalized)
    );
}

/// A stream that is never in memory as a whole.
struct Line {
    before: io::Cursor<Vec<u8>>,
    left: u64,
    after: io::Cursor<Vec<u8>>,
}

impl Read for Line {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let read = self.before.read(space)?;
        if read > 0 {
            return Ok(read);
        }
        let size = space.len().min(usize::try_from(self.left).unwrap());
        if size > 0 {
            space[..size].fill(b'x');
            self.left -= size as u64;
            return Ok(size);
        }
        self.after.read(space)
    }
}

#[test]
fn a_line_of_100_megabytes_is_one_reject_in_bounded_memory() {
    let length = 100_000_000;
    for jobs in [1, 2] {
        let input = Line {
            before: io::Cursor::new([HEADER, &row(1)].concat().into_bytes()),
            left: length,
            after: io::Cursor::new(["\n", &row(2)].concat().into_bytes()),
        };
        let mut lines = Vec::new();
        let normalizer = zeek().jobs(NonZero::new(jobs).unwrap());
        let report = normalizer.ndjson(input, &mut lines).unwrap();
        assert_eq!(
            (report.counts.read, report.counts.written, report.counts.rejected),
            (3, 2, 1)
        );
        assert_eq!(report.rejected.get("record too long"), Some(&1));
        assert!(report.bytes > length);
    }
}

#[test]
fn the_limit_on_records_is_the_same_whatever_the_block_size() {
    let input = [
        HEADER,
        &row(1),
        &"y".repeat(300),
        "\n",
        &row(2),
        &"z".repeat(301),
        "\r\n",
        &row(3),
    ]
    .concat();
    for block_size in [1, 100, 301, 302, 303, 10_000] {
        let normalized = zeek()
            .max_record(300)
            .block_size(block_size)
            .events(input.as_bytes())
            .unwrap();
        assert_eq!(
            (
                normalized.report.counts.written,
                normalized.report.counts.rejected
            ),
            (3, 2)
        );
        let reasons = reasons(&normalized);
        assert!(
            reasons[0].starts_with("wrong number of columns"),
            "{reasons:?}, blocks of {block_size}"
        );
        assert_eq!(
            reasons[1], "record too long: 301 bytes, the limit is 300",
            "blocks of {block_size}"
        );
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut child = std::process::Command::new("gzip")
        .arg("-c")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output.stdout
}

#[test]
fn gzip_members_follow_one_another() {
    let input = [gzip(&[HEADER, &rows(100)].concat()), gzip(&rows(50))].concat();
    assert_eq!(events(&input).report.counts.written, 150);
}

#[test]
fn a_damaged_gzip_member_keeps_what_came_before_and_is_one_reject() {
    let whole = gzip(&[HEADER, &rows(50_000)].concat());
    let cut = &whole[..whole.len() / 2];
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle..middle + 64].fill(0xa5);
    for damaged in [cut, &flipped] {
        for jobs in [1, 2] {
            let normalized = zeek().jobs(NonZero::new(jobs).unwrap()).events(damaged).unwrap();
            let counts = normalized.report.counts;
            assert!(counts.add_up() && counts.written > 10_000, "{counts:?}");
            let last = normalized.rejects.last().unwrap();
            assert!(
                last.error
                    .fault()
                    .to_string()
                    .starts_with("damaged input: gzip: "),
                "{}",
                last.error
            );
            assert!(counts.rejected >= 1);
        }
    }
}

#[test]
fn a_header_of_100_000_columns_and_one_that_changes_in_mid_file() {
    let names: Vec<_> = (0..100_000).map(|n| format!("c{n}")).collect();
    let cells = vec!["v"; 100_000].join("\t");
    let wide = format!(
        "#separator \\x09\n#path\tdns\n#fields\tts\ttrans_id\tquery\tqtype\t{}\n1.5\t1\ta.example\t1\t{cells}\n",
        names.join("\t")
    );
    let input =
        format!("{wide}#separator ;\n#path;dns\n#fields;ts;trans_id;query;qtype\n2.5;2;b.example;1\n");
    let normalized = events(input.as_bytes());
    assert_eq!(normalized.report.counts.written, 2, "{:?}", reasons(&normalized));
    assert_eq!(
        normalized
            .report
            .notes
            .iter()
            .map(|(_, count)| count)
            .sum::<u64>(),
        1,
        "what is over 64 KiB is noted"
    );
}

#[test]
fn an_endless_run_of_header_lines_is_read_in_bounded_time() {
    let input = [HEADER, &format!("#comment\n{}", row(1)).repeat(20_000)].concat();
    assert_eq!(events(input.as_bytes()).report.counts.written, 20_000);
}

#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for jobs in [1, 2] {
        let input = [HEADER, &rows(200_000)].concat();
        let error = zeek()
            .jobs(NonZero::new(jobs).unwrap())
            .ndjson(input.as_bytes(), Full)
            .unwrap_err();
        assert!(matches!(error, NormalizeError::Write(_)), "{error}");
    }
}

#[test]
fn an_input_that_cannot_be_read_is_an_error_and_what_came_before_is_written() {
    struct Breaks(io::Cursor<Vec<u8>>);
    impl Read for Breaks {
        fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
            match self.0.read(space)? {
                0 => Err(io::Error::from_raw_os_error(5)),
                read => Ok(read),
            }
        }
    }
    for jobs in [1, 2] {
        let input = Breaks(io::Cursor::new([HEADER, &rows(100_000)].concat().into_bytes()));
        let mut lines = Vec::new();
        let error = zeek()
            .jobs(NonZero::new(jobs).unwrap())
            .ndjson(input, &mut lines)
            .unwrap_err();
        assert!(matches!(error, NormalizeError::Read(_)), "{error}");
        assert!(lines.ends_with(b"}\n") && lines.len() > 1_000_000);
    }
}
