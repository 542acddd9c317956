//! What gives rows of Defender's tables away.

use asim_parse::envelope::TableHeader;
use asim_parse::{Format, Recognition, sniff};
use memchr::memmem;

/// The beginning of the category that events streamed to an event hub have.
pub(crate) const STREAMED: &str = "AdvancedHunting-";

/// The same as it stands in JSON.
const STREAMED_IN_JSON: &[u8] = b"\"AdvancedHunting-";

/// Names of columns that no other table has together, as they stand in JSON.
const COLUMNS: [&str; 4] = [
    "\"ActionType\"",
    "\"InitiatingProcessId\"",
    "\"InitiatingProcessFileName\"",
    "\"ProcessCommandLine\"",
];

/// Tells the format of an input by its first bytes.
pub(crate) fn recognize(head: &[u8]) -> Option<Recognition> {
    if is_table(head) {
        return Some(Recognition {
            format: Format::Csv,
            evidence: "columns of DeviceProcessEvents".to_owned(),
        });
    }
    let format = sniff::json_format(head).filter(|_| claims(head))?;
    Some(Recognition {
        format,
        evidence: "members of DeviceProcessEvents".to_owned(),
    })
}

/// Whether JSON text or a table's header and row is of one of Defender's tables.
pub(crate) fn claims(record: &[u8]) -> bool {
    let text = sniff::without_mark(record).trim_ascii_start();
    if !matches!(text.first(), Some(b'{' | b'[')) {
        return is_table(record);
    }
    let has = |text_in_json: &[u8]| memmem::find(text, text_in_json).is_some();
    has(STREAMED_IN_JSON) || COLUMNS.iter().all(|name| has(name.as_bytes()))
}

/// Whether text begins with a header row that has the columns.
fn is_table(head: &[u8]) -> bool {
    let has = |header: &TableHeader| COLUMNS.iter().all(|name| header.has(name.trim_matches('"')));
    sniff::table_header(head).as_ref().is_some_and(has)
}
