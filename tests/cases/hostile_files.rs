//! Files made to hurt, and files that change while they are read: bounded memory and time, whole lines, counts that
//! add up.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use asimkit::{NormalizeError, Normalizer, Report, SourceError};

use super::data::{beside, files_below, skipped};

const HEADER: &str = "#separator \\x09\n#path\tdns\n#fields\tts\tuid\ttrans_id\tquery\tqtype\n";

fn row(number: usize) -> String {
    format!(
        "1795251600.5\tC{number}\t{}\tn{number}.example\t1\n",
        number % 65536
    )
}

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("asim-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes the events of an input into nothing, but keeps what is needed to see whether they are whole lines.
#[derive(Default)]
struct Lines {
    count: u64,
    last: u8,
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.count += bytes.split(|byte| *byte == b'\n').skip(1).count() as u64;
        self.last = *bytes.last().unwrap_or(&self.last);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        assert!(matches!(self.last, 0 | b'\n'), "half a line was handed on");
        Ok(())
    }
}

fn read(normalizer: &Normalizer, input: impl Read + Send) -> Report {
    let mut lines = Lines::default();
    let report = normalizer.ndjson(input, &mut lines).unwrap();
    assert!(report.counts.add_up(), "{:?}", report.counts);
    assert_eq!(lines.count, report.counts.written, "a line for each event");
    report
}

fn zeek() -> Normalizer {
    Normalizer::new().source_named("zeek").unwrap()
}

/// The same compressed bytes again and again, with something before them.
struct Again {
    before: io::Cursor<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
    times: u64,
}

impl Again {
    fn new(before: Vec<u8>, piece: Vec<u8>, times: u64) -> Self {
        Self {
            before: io::Cursor::new(before),
            piece,
            at: 0,
            times,
        }
    }
}

impl Read for Again {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let read = self.before.read(space)?;
        if read > 0 || self.times == 0 {
            return Ok(read);
        }
        let count = (&self.piece[self.at..]).read(space)?;
        self.at += count;
        if self.at == self.piece.len() {
            (self.at, self.times) = (0, self.times - 1);
        }
        Ok(count)
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

/// The bytes of one piece of a bomb.
const PIECE: usize = 8 << 20;

/// So many rows of the shortest kind.
const BAD_ROWS: usize = 1 << 20;

/// A bomb: its compressed pieces, how often they come, and how many records there are; none where it is not read to its
/// end.
struct Bomb {
    input: Again,
    bytes: u64,
    records: u64,
}

fn bomb(name: &str) -> Bomb {
    let zeros = vec![0; PIECE];
    let bad_rows = b"0\n".repeat(BAD_ROWS / 2);
    let of = |compress: fn(&[u8]) -> Vec<u8>, piece: &[u8], times: u64, records: u64| Bomb {
        input: Again::new(compress(HEADER.as_bytes()), compress(piece), times),
        bytes: HEADER.len() as u64 + piece.len() as u64 * times,
        records,
    };
    match name {
        "zeros.gz" => of(gzip, &zeros, 128, 0),
        "zeros.zst" => of(zstd, &zeros, 128, 0),
        "bad-rows.gz" => of(gzip, &bad_rows, 2, BAD_ROWS as u64),
        other => panic!("no bomb {other}"),
    }
}

/// The largest memory of this process so far, in MB; none where the system does not tell.
fn peak_megabytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes / 1024)
}

const BOMB: &str = "ASIM_TEST_BOMB";

/// Runs in a process of its own, so that its memory is its own.
#[test]
#[ignore = "the tests of bombs call it"]
#[expect(clippy::disallowed_methods, reason = "how its parent tells it which bomb")]
fn reads_a_bomb() {
    let Ok(name) = std::env::var(BOMB) else { return };
    let Bomb {
        input,
        bytes,
        records,
    } = bomb(&name);
    let before = peak_megabytes().unwrap();
    if records == 0 {
        let problem = zeek().ndjson(input, io::sink()).unwrap_err().to_string();
        assert!(problem.contains("500 times as many bytes"), "{problem}");
    } else {
        let report = read(&zeek(), input);
        assert_eq!(report.bytes, bytes);
        assert_eq!((report.counts.read, report.counts.rejected), (records, records));
    }
    eprintln!("peak {} MB, before {before} MB", peak_megabytes().unwrap());
}

/// A bomb in a child process: no more memory and time than this.
#[expect(clippy::disallowed_methods, reason = "a test may measure")]
fn defuse(name: &str, megabytes: u64, seconds: u64) {
    if peak_megabytes().is_none() {
        return skipped("this system does not tell a process its memory");
    }
    let start = Instant::now();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "cases::hostile_files::reads_a_bomb",
            "--ignored",
            "--nocapture",
        ])
        .env(BOMB, name)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let (_, rest) = text.split_once("peak ").unwrap_or_else(|| panic!("{text}"));
    let peak: u64 = rest.split(' ').next().unwrap().parse().unwrap();
    let took = start.elapsed();
    eprintln!("{name}: {peak} MB, {took:?}");
    assert!(peak < megabytes, "{name} took {peak} MB");
    assert!(took < Duration::from_secs(seconds), "{name} took {took:?}");
}

#[test]
fn a_gzip_bomb_of_a_gigabyte_is_an_error() {
    defuse("zeros.gz", 128, 120);
}

#[test]
fn a_zstd_bomb_of_a_gigabyte_is_an_error() {
    defuse("zeros.zst", 128, 120);
}

#[test]
fn a_million_bad_rows_take_little_memory() {
    defuse("bad-rows.gz", 512, 240);
}

#[test]
fn a_separator_that_changes_in_mid_file_holds_from_there_on() {
    let log = format!(
        "{HEADER}{}#separator ;\n#fields;ts;trans_id;query;qtype\n2.5;2;b.example;1\n{}#separator \\x7c\\x7c\n\
         #fields||ts||trans_id||query||qtype\n3.5||3||c.example||28\n",
        row(1),
        row(2)
    );
    let normalized = zeek().events(log.as_bytes()).unwrap();
    let counts = normalized.report.counts;
    // The row with tabs behind the second header is one column.
    assert_eq!((counts.written, counts.rejected), (3, 1), "{counts:?}");
    assert_eq!(normalized.rejects[0].error.location().line, 8);
}

#[test]
fn of_columns_named_twice_the_last_one_counts() {
    let log = "#separator \\x09\n#path\tdns\n#fields\tts\tts\ttrans_id\tquery\tquery\tqtype\tx\tx\n\
               1.5\t2.5\t7\ta.example\tb.example\t28\tone\ttwo\n";
    let normalized = zeek().events(log.as_bytes()).unwrap();
    let [asimkit::Event::Dns(event)] = normalized.events.as_slice() else {
        panic!("one event: {:?}", normalized.report)
    };
    assert_eq!(event.dns_query(), Some("b.example"));
    assert_eq!(
        event.get_by_name("EventStartTime").unwrap().to_string(),
        "1970-01-01T00:00:02.500000Z"
    );
    let additional = event.get_by_name("AdditionalFields").unwrap().to_string();
    assert_eq!(additional, r#"{"x":"two"}"#);
    assert!(!normalized.report.notes.is_empty(), "it is noted");
}

/// Writes a log in pieces that end in the middle of rows.
fn write_slowly(mut file: impl Write, rows: usize) {
    let text: String = (0..rows).map(row).collect();
    for piece in text.as_bytes().chunks(1000) {
        file.write_all(piece).unwrap();
        file.flush().unwrap();
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_file_that_grows_while_it_is_read_has_whole_lines() {
    const ROWS: usize = 4000;
    let folder = Folder::new("grows");
    let path = folder.0.join("dns.log");
    fs::write(&path, format!("{HEADER}{}", row(0))).unwrap();
    let appending = File::options().append(true).open(&path).unwrap();
    let writer = thread::spawn(move || write_slowly(appending, ROWS));
    let mut last = 0;
    while !writer.is_finished() {
        let report = read(&Normalizer::new(), File::open(&path).unwrap());
        // At most the last row is broken off.
        assert!(report.counts.rejected <= 1, "{:?}", report.rejected);
        assert!(report.counts.written + 1 >= last, "no row is lost");
        last = report.counts.written;
    }
    writer.join().unwrap();
    let report = read(&Normalizer::new(), File::open(&path).unwrap());
    assert_eq!(report.counts.written, ROWS as u64 + 1);
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_written_in_half_rows_loses_and_breaks_none() {
    const ROWS: usize = 2000;
    let folder = Folder::new("pipe");
    let path = folder.0.join("dns.pipe");
    if !Command::new("mkfifo")
        .arg(&path)
        .status()
        .is_ok_and(|status| status.success())
    {
        return skipped("no named pipe can be made");
    }
    let writing = path.clone();
    let writer = thread::spawn(move || {
        let mut pipe = File::options().write(true).open(writing).unwrap();
        pipe.write_all(HEADER.as_bytes()).unwrap();
        write_slowly(pipe, ROWS);
    });
    let report = read(&Normalizer::new().live(true), File::open(&path).unwrap());
    writer.join().unwrap();
    assert_eq!(
        (report.counts.read, report.counts.written),
        (ROWS as u64, ROWS as u64)
    );
}

/// Whether a file holds Zeek's names of columns: then it may be read as Zeek's wherever it lies.
fn looks_like_zeek(path: &Path) -> bool {
    let bytes = fs::read(path).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    ["#fields", "orig_h", "id_orig_h"]
        .iter()
        .any(|name| text.contains(name))
}

#[test]
fn all_data_beside_the_project_adds_up_whatever_it_is() {
    let Some(folder) = beside("data") else { return };
    let mut recognized = 0;
    for path in files_below(&folder) {
        let what = path.display().to_string();
        let mut lines = Lines::default();
        match Normalizer::new().ndjson(File::open(&path).unwrap(), &mut lines) {
            Ok(report) => {
                assert!(report.counts.add_up(), "{what}: {:?}", report.counts);
                assert_eq!(lines.count, report.counts.written, "{what}");
            }
            // A log whose dates are open is known, and asks.
            Err(
                NormalizeError::Source(SourceError::Unrecognized | SourceError::Ambiguous(_))
                | NormalizeError::Undecided(_),
            ) => continue,
            Err(error) => panic!("{what}: {error}"),
        }
        recognized += 1;
        let outcome = Normalizer::new()
            .open(File::open(&path).unwrap())
            .map(|opened| opened.outcome().clone());
        let source = outcome
            .unwrap()
            .recognized
            .map(|found| found.parser.manifest().id);
        if source == Some("zeek") && !path.starts_with(folder.join("zeek")) {
            assert!(looks_like_zeek(&path), "{what} is no Zeek log");
            eprintln!("read as zeek outside its folder: {what}");
        }
    }
    assert!(recognized > 0, "something is recognized");
}
