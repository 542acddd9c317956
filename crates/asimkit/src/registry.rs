//! All parsers, by id.

use std::sync::LazyLock;

use asim_parse::{AutoRecord, Parser};

use crate::generated::PARSERS;

/// All parsers, sorted by id.
///
/// ```
/// let ids: Vec<_> = asimkit::registry::parsers().iter().map(|parser| parser.manifest().id).collect();
/// assert!(ids.contains(&"zeek") && ids.is_sorted());
/// ```
pub fn parsers() -> &'static [&'static dyn Parser] {
    PARSERS
}

/// The parser of all sources for inputs in which the records of several stand.
pub(crate) fn auto_record() -> &'static AutoRecord {
    static AUTO_RECORD: LazyLock<AutoRecord> = LazyLock::new(|| AutoRecord::new(PARSERS));
    &AUTO_RECORD
}

/// The parser with an id.
pub fn parser(id: &str) -> Option<&'static dyn Parser> {
    PARSERS.iter().find(|parser| parser.manifest().id == id).copied()
}
