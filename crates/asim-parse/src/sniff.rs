//! Helpers for telling a source from an input's first bytes.

use crate::cut::{Content, CsvCutter, Cutter, JsonCutter, LinesCutter};
use crate::envelope::{self, TableHeader};
use crate::manifest::{Format, Recognition};

/// So many bytes of an input are shown to the parsers, after decompression.
pub const HEAD: usize = 64 << 10;

/// The input without a UTF-8 byte order mark.
pub fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

/// The lines that are not blank, without their ends; the last one may be cut off.
pub fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    head.split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
}

/// The JSON format of an input that begins like JSON: one object a line, or values over any number of lines.
///
/// ```
/// use asim_parse::{Format, sniff::json_format};
/// assert_eq!(json_format(b"{\"a\":1}\n{\"a\":2}\n"), Some(Format::NdJson));
/// assert_eq!(json_format(b"{\n\"a\":1}\n"), Some(Format::JsonValues));
/// assert_eq!(json_format(b" [{\"a\":1}]"), Some(Format::JsonValues));
/// assert_eq!(json_format(b"text"), None);
/// ```
pub fn json_format(head: &[u8]) -> Option<Format> {
    let text = without_mark(head).trim_ascii_start();
    match text.first()? {
        b'[' => Some(Format::JsonValues),
        b'{' => {
            let (first, more) = match text.iter().position(|byte| *byte == b'\n') {
                Some(end) => (text.get(..end)?, true),
                None => (text, false),
            };
            // An object that closes on its line; the rest of a first line that is cut off is not seen.
            let closes = first.trim_ascii_end().ends_with(b"}") || !more;
            Some(if closes {
                Format::NdJson
            } else {
                Format::JsonValues
            })
        }
        _ => None,
    }
}

/// The format of an input that no parser recognizes, among those that the caller's parser reads.
pub fn fallback_format(head: &[u8], formats: &[Format]) -> Option<Format> {
    let json = json_format(head).filter(|format| formats.contains(format));
    let is_lines = |format: &&Format| matches!(format, Format::Lines | Format::HeaderedLines);
    json.or_else(|| formats.iter().find(is_lines).copied())
        .or_else(|| formats.first().copied())
}

/// So many records are looked into for layers.
const RECORDS: usize = 50;

/// What is found inside the layers around an input's first records.
///
/// The input is a table in CSV, JSON, or lines; a record of it counts if, out of at least one layer, `recognizes`
/// knows it.
pub fn inside(head: &[u8], recognizes: impl Fn(&[u8]) -> bool) -> Option<Recognition> {
    let head = without_mark(head);
    let format = json_format(head)
        .or_else(|| csv_format(head))
        .unwrap_or(Format::Lines);
    let mut cutter: Box<dyn Cutter> = match format {
        Format::JsonValues => Box::new(JsonCutter::default()),
        Format::Csv => Box::new(CsvCutter::new(usize::MAX)),
        _ => Box::new(LinesCutter::default()),
    };
    let mut segments = Vec::new();
    cutter.cut(head, true, &mut segments);
    let layers = segments.iter().find_map(|segment| match &segment.content {
        Content::Rows(rows, header) => rows.iter().take(RECORDS).find_map(|row| {
            let row = head.get(row.clone())?;
            let bare = envelope::peel_row(row, header, &recognizes).ok().flatten()?;
            bare.recognized.then_some(bare.layers)
        }),
        Content::Spans(spans) => spans
            .iter()
            .take(RECORDS)
            .find_map(|span| layers_of(head.get(span.clone())?, &recognizes)),
        Content::Lines(_) => lines(head)
            .take(RECORDS)
            .find_map(|line| layers_of(line, &recognizes)),
        Content::Skipped | Content::Rejected { .. } => None,
    })?;
    let evidence = match layers {
        1 => "records of it inside one layer".to_owned(),
        layers => format!("records of it inside {layers} layers"),
    };
    Some(Recognition { format, evidence })
}

fn layers_of(record: &[u8], recognizes: &impl Fn(&[u8]) -> bool) -> Option<usize> {
    let bare = envelope::peel_all(record, recognizes);
    (bare.recognized && bare.layers > 0).then_some(bare.layers)
}

/// CSV under a header row in which a column is known to carry records.
fn csv_format(head: &[u8]) -> Option<Format> {
    let row = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .find(|row| !row.is_empty())?;
    (row.contains(&b',') && TableHeader::new(row).has_carrier()).then_some(Format::Csv)
}
