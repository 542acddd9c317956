//! Helpers for telling a source from an input's first bytes.

use crate::context::Context;
use crate::cut::{Content, CsvCutter, Cutter, EVTX_SIGNATURE, JsonCutter, LinesCutter, begins_records};
use crate::envelope::{self, Bare, TableHeader};
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

/// The JSON format of an input that begins like JSON: one object a line, or values over any number of lines or in the
/// array of a `{"records":[...]}`.
///
/// ```
/// use asim_parse::{Format, sniff::json_format};
/// assert_eq!(json_format(b"{\"a\":1}\n{\"a\":2}\n"), Some(Format::NdJson));
/// assert_eq!(json_format(b"{\n\"a\":1}\n"), Some(Format::JsonValues));
/// assert_eq!(json_format(b" [{\"a\":1}]"), Some(Format::JsonValues));
/// assert_eq!(json_format(b"{\"records\":[{\"a\":1}]}\n"), Some(Format::JsonValues));
/// assert_eq!(json_format(b"text"), None);
/// ```
pub fn json_format(head: &[u8]) -> Option<Format> {
    let text = without_mark(head).trim_ascii_start();
    match text.first()? {
        b'[' => Some(Format::JsonValues),
        // However many stand on a line, the values of the array are the records.
        b'{' if begins_records(text) => Some(Format::JsonValues),
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

/// Whether an input is an EVTX file, by its first bytes.
pub fn is_evtx(head: &[u8]) -> bool {
    head.starts_with(EVTX_SIGNATURE)
}

/// Whether an input begins like XML: a name or an XML declaration in a tag. (A syslog priority is no name.)
///
/// ```
/// use asim_parse::sniff::is_xml;
/// assert!(is_xml(b"<?xml version=\"1.0\"?>") && is_xml(b"\n<Event xmlns='x'>") && is_xml(b"<e:Events>"));
/// assert!(!is_xml(b"<134>Feb 15 05:59:33 host x: y") && !is_xml(b"text"));
/// ```
pub fn is_xml(head: &[u8]) -> bool {
    match without_mark(head).trim_ascii_start() {
        [b'<', first, ..] => first.is_ascii_alphabetic() || matches!(first, b'?' | b'_' | b'!'),
        _ => false,
    }
}

/// The header of an input that begins like a table in CSV: at least two names with commas between them.
///
/// ```
/// use asim_parse::sniff::table_header;
/// let header = table_header(b"TimeGenerated [UTC],Computer,EventData\n1,2,3\n").unwrap();
/// assert!(header.has("TimeGenerated") && !header.has("Message"));
/// assert!(table_header(b"{\"a\":1,\"b\":2}\n").is_none());
/// ```
pub fn table_header(head: &[u8]) -> Option<TableHeader> {
    let row = lines(without_mark(head)).next()?;
    let is_text = !matches!(row.first(), Some(b'{' | b'[' | b'<' | b'#'));
    let header = (is_text && row.contains(&b',')).then(|| TableHeader::new(row))?;
    let is_name = |name: &String| {
        let name = name.trim();
        !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains(|sign: char| sign.is_control())
    };
    (header.names().len() > 1 && header.names().iter().all(is_name)).then_some(header)
}

/// No column has a longer name.
const LONGEST_NAME: usize = 128;

/// The format of an input that no parser recognizes, among those that the caller's parser reads.
pub fn fallback_format(head: &[u8], formats: &[Format]) -> Option<Format> {
    let by_first_bytes = if is_evtx(head) {
        Some(Format::Evtx)
    } else if is_xml(head) {
        Some(Format::WindowsXml)
    } else {
        json_format(head)
    };
    let is_lines = |format: &&Format| {
        matches!(
            format,
            Format::Lines | Format::HeaderedLines | Format::ContinuedLines
        )
    };
    by_first_bytes
        .filter(|format| formats.contains(format))
        .or_else(|| formats.iter().find(is_lines).copied())
        .or_else(|| formats.first().copied())
}

/// So many records are looked into for layers.
pub(crate) const RECORDS: usize = 50;

/// What is found inside the layers around an input's first records.
///
/// The input is a table in CSV, JSON, or lines; a record of it counts if, out of at least one layer, `recognizes`
/// knows it.
pub fn inside(head: &[u8], recognizes: impl Fn(&[u8]) -> bool) -> Option<Recognition> {
    let (format, layers) = first_records(head, recognizes, |bare| {
        (bare.recognized && bare.layers > 0).then_some(bare.layers)
    })?;
    let evidence = match layers {
        1 => "records of it inside one layer".to_owned(),
        layers => format!("records of it inside {layers} layers"),
    };
    Some(Recognition { format, evidence })
}

/// The month and day of the first time without a year in the layers around an input's first records.
pub fn first_day_without_year(head: &[u8]) -> Option<(u32, u32)> {
    first_records(head, |_| false, |bare| bare.envelope.yearless).map(|(_, day)| day)
}

/// What is first found in an input's first records, out of their layers, and the input's format.
fn first_records<T>(
    head: &[u8],
    recognizes: impl Fn(&[u8]) -> bool,
    find: impl Fn(Bare<'_>) -> Option<T>,
) -> Option<(Format, T)> {
    if is_evtx(head) {
        return None;
    }
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
    let context = Context::default();
    let of_record = |record: &[u8]| find(envelope::peel_all(record, &context, &recognizes));
    let found = segments.iter().find_map(|segment| match &segment.content {
        Content::Rows(rows, header) => rows.iter().take(RECORDS).find_map(|row| {
            let row = head.get(row.clone())?;
            find(
                envelope::peel_row(row, header, &context, &recognizes)
                    .ok()
                    .flatten()?,
            )
        }),
        Content::Spans(spans) => {
            let records = spans.iter().take(RECORDS);
            records
                .filter_map(|span| head.get(span.clone()))
                .find_map(of_record)
        }
        Content::Lines(_) => lines(head).take(RECORDS).find_map(of_record),
        Content::Skipped | Content::Groups(_) | Content::EvtxChunk | Content::Rejected { .. } => None,
    })?;
    Some((format, found))
}

/// CSV under a header row in which a column is known to carry records.
fn csv_format(head: &[u8]) -> Option<Format> {
    let row = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .find(|row| !row.is_empty())?;
    (row.contains(&b',') && TableHeader::new(row).has_carrier()).then_some(Format::Csv)
}
