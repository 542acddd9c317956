//! What gives rows of Defender's tables away.

use asim_parse::{Format, Recognition, sniff};
use memchr::memmem;

/// The beginning of the category that events streamed to an event hub have.
pub(crate) const STREAMED: &str = "AdvancedHunting-";

/// Names of columns that no other table has together.
const COLUMNS: [&str; 4] = [
    "ActionType",
    "InitiatingProcessId",
    "InitiatingProcessFileName",
    "ProcessCommandLine",
];

/// Tells the format of an input by its first bytes.
pub(crate) fn recognize(head: &[u8]) -> Option<Recognition> {
    if let Some(header) = sniff::table_header(head) {
        let is_table = COLUMNS.iter().all(|name| header.has(name));
        return is_table.then(|| Recognition {
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
        return sniff::table_header(record).is_some_and(|header| COLUMNS.iter().all(|name| header.has(name)));
    }
    let has = |name: &str| memmem::find(text, format!("\"{name}\"").as_bytes()).is_some();
    memmem::find(text, format!("\"{STREAMED}").as_bytes()).is_some() || COLUMNS.iter().all(|name| has(name))
}
