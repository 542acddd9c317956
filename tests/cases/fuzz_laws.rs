//! What must hold for any bytes at all: the bodies of the fuzz targets, which the tests call on stable as well.
//!
//! Each law panics where it does not hold.

use std::io::{self, Read};

use asim_parse::cut::{Block, Content, Joined, Slicer, SlicerOptions};
use asim_parse::engine::{Committer, Engine, Options, Reject, Report};
use asim_parse::input::{Damaged, Decompressed};
use asim_parse::{Context, DateOrder, Format, Parser, Schemas};
use asim_schema::{DnsEvent, Event, JsonOptions, JsonWriter};
use asimkit::{NdJson, decoders, registry};

/// A law, and the name of its fuzz target and of the folder of its corpus.
pub(crate) type Law = (&'static str, fn(&[u8]));

/// All laws.
pub(crate) const LAWS: [Law; 11] = [
    ("cut", cut),
    ("zeek_tsv", zeek_tsv),
    ("zeek_json", zeek_json),
    ("bind", bind),
    ("microsoft_dns", microsoft_dns),
    ("sysmon", sysmon),
    ("auditd", auditd),
    ("defender", defender),
    ("decode", decode),
    ("decompress", decompress),
    ("json_roundtrip", json_roundtrip),
];

fn parser(id: &str) -> &'static dyn Parser {
    registry::parser(id).expect("the registry has it")
}

/// Gives out bytes in pieces of a fixed size.
struct Pieces<'b>(&'b [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let size = self.1.min(space.len());
        (&mut self.0).take(size as u64).read(space)
    }
}

/// Where records begin and how long they are; none for one that is longer than the limit.
type Cuts = Vec<(u64, Option<u64>)>;

/// Records, block size and the sizes of reads have nothing to do with one another.
///
/// The first four bytes choose the format, the size of a block, that of a read, and the longest record.
pub(crate) fn cut(data: &[u8]) {
    let Some((&[format, block_size, piece, longest], input)) = data.split_first_chunk::<4>() else {
        return;
    };
    let format = [
        Format::Lines,
        Format::HeaderedLines,
        Format::NdJson,
        Format::JsonValues,
        Format::Csv,
        Format::ContinuedLines,
        Format::WindowsXml,
        Format::Evtx,
    ][usize::from(format) % 8];
    let max_record = if longest == 0 {
        usize::MAX / 2
    } else {
        usize::from(longest)
    };
    let options = |block_size, live| SlicerOptions {
        block_size,
        max_record,
        live,
    };
    let whole = cuts(input, usize::MAX, format, options(input.len() + 1, false));
    let (block_size, piece) = (usize::from(block_size) + 1, usize::from(piece) + 1);
    for live in [false, true] {
        let parts = cuts(input, piece, format, options(block_size, live));
        assert_eq!(whole, parts, "{format}, live: {live}");
    }
}

/// A source whose records are cut so.
fn of_format(format: Format) -> &'static str {
    match format {
        Format::ContinuedLines => "microsoft-dns",
        Format::WindowsXml | Format::Evtx | Format::Csv => "sysmon",
        _ => "zeek",
    }
}

fn cuts(input: &[u8], piece: usize, format: Format, options: SlicerOptions) -> Cuts {
    let mut slicer = Slicer::new(
        Pieces(input, piece),
        0,
        parser(of_format(format)).cutter(format, options.max_record),
        options,
    );
    let (mut cuts, mut seen) = (Cuts::new(), 0);
    let limit = options.max_record as u64;
    let mut recycled = Block::default();
    while let Some(block) = slicer.next_block(recycled).expect("memory can be read") {
        assert_eq!(block.offset, seen, "blocks follow one another");
        let mut at = 0;
        let place = |start: usize| block.offset + start as u64;
        let mut found = |byte: u64, length: u64| {
            let length = Some(length).filter(|length| *length <= limit);
            cuts.push((byte, length));
        };
        for segment in &block.segments {
            assert_eq!(segment.range.start, at, "segments follow one another");
            at = segment.range.end;
            match &segment.content {
                Content::Lines(_) => {
                    for (start, length) in lines(&block.bytes[segment.range.clone()], options.max_record) {
                        found(place(segment.range.start + start), length as u64);
                    }
                }
                Content::Spans(spans) | Content::Rows(spans, _) => {
                    for span in spans {
                        assert!(segment.range.start <= span.start && span.end <= segment.range.end);
                        found(place(span.start), span.len() as u64);
                    }
                }
                Content::Groups(groups) => {
                    for group in groups {
                        let joined = Joined::of(group, &block);
                        found(joined.byte, joined.text.len() as u64);
                    }
                }
                Content::Rejected {
                    length, bytes_beyond, ..
                } => {
                    found(place(segment.range.start), *length);
                    seen += bytes_beyond;
                }
                _ => {}
            }
        }
        assert_eq!(at, block.bytes.len(), "all bytes are in segments");
        seen += at as u64;
        recycled = block;
    }
    assert_eq!(seen, input.len() as u64, "every byte is handed out");
    cuts
}

/// The lines that are not blank, or too long to tell: their places and lengths without their ends.
fn lines(bytes: &[u8], longest: usize) -> Vec<(usize, usize)> {
    let mut at = 0;
    let mut lines = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.len() > longest || !text.iter().all(|byte| matches!(byte, b' ' | b'\r')) {
            lines.push((at, text.len()));
        }
        at += line.len();
    }
    lines
}

/// Any bytes as a Zeek log in columns.
pub(crate) fn zeek_tsv(data: &[u8]) {
    normalize(parser("zeek"), data, Format::HeaderedLines);
}

/// Any bytes as Zeek's JSON, by lines and by values.
pub(crate) fn zeek_json(data: &[u8]) {
    normalize(parser("zeek"), data, Format::NdJson);
    normalize(parser("zeek"), data, Format::JsonValues);
}

/// Any bytes as a BIND log.
pub(crate) fn bind(data: &[u8]) {
    in_every_format("bind", data);
}

/// Any bytes as what Microsoft DNS Server writes.
pub(crate) fn microsoft_dns(data: &[u8]) {
    in_every_format("microsoft-dns", data);
}

/// Any bytes as Sysmon's events.
pub(crate) fn sysmon(data: &[u8]) {
    in_every_format("sysmon", data);
}

/// Any bytes as Linux audit's records.
pub(crate) fn auditd(data: &[u8]) {
    in_every_format("auditd", data);
    // Records of one event in other layouts, out of their layers.
    normalize(parser("auditd"), data, Format::JsonValues);
}

/// Any bytes as Defender's rows.
pub(crate) fn defender(data: &[u8]) {
    in_every_format("defender", data);
}

fn in_every_format(id: &str, data: &[u8]) {
    let parser = parser(id);
    for format in parser.manifest().formats {
        normalize(parser, data, *format);
    }
}

/// What any decoder makes of any text is JSON.
pub(crate) fn decode(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for source in decoders::sources() {
        let is_json = |json: &str| {
            serde_json::from_str::<serde::de::IgnoredAny>(json)
                .unwrap_or_else(|error| panic!("{json}: {error}"));
        };
        if let Ok(answers) = decoders::response(source, text) {
            is_json(&answers.to_json());
        }
        if let Ok(flags) = decoders::flags(source, text) {
            is_json(&flags.to_json());
        }
    }
}

/// What a parser made of an input.
#[derive(Default)]
struct Run {
    ndjson: Vec<u8>,
    rejects: Vec<Reject>,
    report: Report,
}

impl Committer<Vec<u8>> for Run {
    fn commit(&mut self, part: &mut Vec<u8>) -> io::Result<()> {
        self.ndjson.append(part);
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        self.rejects.push(reject);
        Ok(())
    }
}

fn run(parser: &dyn Parser, data: &[u8], format: Format, block_size: usize) -> Run {
    let mut options = Options::default();
    options.block_size = block_size;
    options.max_record = 1 << 20;
    let mut context = Context::default();
    context.schemas = Schemas::ALL;
    // An input that leaves open what the parser must know is not read at all.
    if parser.settle(data, &mut context).is_err() {
        context.date_order = Some(DateOrder::MonthDayYear);
    }
    let engine = Engine {
        parser,
        format,
        enveloped: false,
        context: &context,
        filter: None,
        options,
    };
    let (mut run, mut report) = (Run::default(), Report::default());
    engine
        .run(data, &NdJson::new(JsonOptions::default()), &mut run, &mut report)
        .expect("memory can be read and written");
    run.report = report;
    run
}

/// The counts add up, rejects point to their bytes, events read back, and small blocks change nothing.
fn normalize(parser: &dyn Parser, data: &[u8], format: Format) {
    let whole = run(parser, data, format, data.len() + 1);
    let counts = &whole.report.counts;
    assert!(counts.add_up(), "{counts:?}");
    assert_eq!(whole.rejects.len() as u64, counts.rejected);
    let text = std::str::from_utf8(&whole.ndjson).expect("NDJSON is UTF-8");
    assert_eq!(text.lines().count() as u64, counts.written);
    for line in text.lines() {
        reads_back(line);
    }
    for reject in &whole.rejects {
        let at = usize::try_from(reject.error.location().byte).expect("it is in memory");
        let there = asim_testkit::stands_at(parser, data, at, &reject.raw);
        assert!(there, "{}: other bytes stand there", reject.error);
    }
    let parts = run(parser, data, format, 16);
    assert_eq!(
        text,
        String::from_utf8_lossy(&parts.ndjson),
        "events in blocks of 16"
    );
    assert_eq!(whole.report, parts.report, "the report in blocks of 16");
}

/// A line of events is written again as it was read.
fn reads_back(line: &str) {
    let event: Event<'_> = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    let mut again = Vec::new();
    JsonWriter::default().write_event(&event, &mut again);
    assert_eq!(String::from_utf8_lossy(&again), line);
}

/// So much is read of what a few bytes decompress to.
const MOST: u64 = 16 << 20;

/// Decompression never panics, says what is damaged, and gives the same bytes whatever the reads' sizes.
pub(crate) fn decompress(data: &[u8]) {
    let read = |piece: usize| {
        let mut bytes = Vec::new();
        let mut decompressed = Decompressed::new(Pieces(data, piece)).expect("memory can be read");
        let problem = decompressed
            .by_ref()
            .take(MOST)
            .read_to_end(&mut bytes)
            .err()
            .map(|error| {
                Damaged::of(&error)
                    .unwrap_or_else(|| panic!("not damage: {error}"))
                    .to_string()
            });
        if decompressed.compression().is_none() {
            assert!(bytes == data || data.len() as u64 > MOST, "plain bytes pass");
        }
        (bytes, problem)
    };
    let (whole, problem) = read(usize::MAX);
    let (parts, same) = read(3);
    assert_eq!(problem.is_some(), same.is_some(), "{problem:?} or {same:?}");
    if problem.is_none() {
        assert!(whole == parts, "the same bytes whatever the reads' sizes");
    }
}

/// What reads as an event is written, and reads back as the same event.
pub(crate) fn json_roundtrip(data: &[u8]) {
    let Ok(event) = serde_json::from_slice::<DnsEvent<'_>>(data) else {
        return;
    };
    let mut json = Vec::new();
    JsonWriter::default().write_event(&event, &mut json);
    let line = std::str::from_utf8(&json).expect("JSON is UTF-8");
    assert!(!line.contains('\n'), "an event is one line: {line}");
    let again: DnsEvent<'_> = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    assert!(event == again, "{event:?}\nbecame\n{again:?}");
    reads_back(line);
}
