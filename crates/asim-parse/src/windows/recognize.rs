//! Telling the events of a provider from an input's first bytes.

use memchr::memmem;

use crate::envelope::TableHeader;
use crate::manifest::{Format, Recognition};
use crate::sniff;

/// What stands around a name that is a value: quotes, tags, separators.
///
/// A name in the middle of other text is somebody talking about the provider.
const BEFORE: &[u8] = b"\"'>,;=";
const BEHIND: &[u8] = b"\"'<,;/\\";

/// The layout of an input in which one of these providers, or a channel that begins with its name, stands as a value;
/// `is_table` tells whether a table with a header is one of its events.
pub fn recognize(
    head: &[u8],
    names: &[&[u8]],
    is_table: impl Fn(&TableHeader) -> bool,
) -> Option<Recognition> {
    let text = sniff::without_mark(head);
    let recognition = |format, name: &[u8]| Recognition {
        format,
        evidence: format!("the provider {}", name.escape_ascii()),
    };
    let mut names = names.iter();
    if sniff::is_evtx(text) {
        let name = names.find(|name| memmem::find(text, &in_utf16(name)).is_some())?;
        return Some(recognition(Format::Evtx, name));
    }
    let name = names.find(|name| is_value(text, name))?;
    if sniff::is_xml(text) {
        return Some(recognition(Format::WindowsXml, name));
    }
    if let Some(format) = sniff::json_format(text) {
        return Some(recognition(format, name));
    }
    let header = sniff::table_header(text)?;
    is_table(&header).then(|| recognition(Format::Csv, name))
}

/// The name as EVTX holds it.
fn in_utf16(name: &[u8]) -> Vec<u8> {
    name.iter().flat_map(|byte| [*byte, 0]).collect()
}

/// Whether the name stands somewhere as a value, or as a channel's first part.
fn is_value(text: &[u8], name: &[u8]) -> bool {
    memmem::find_iter(text, name).any(|at| {
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        let behind = text.get(at + name.len());
        before.is_some_and(|byte| BEFORE.contains(byte)) && behind.is_none_or(|byte| BEHIND.contains(byte))
    })
}
