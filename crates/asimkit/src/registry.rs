//! All parsers, by id.

use asim_parse::Parser;

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

/// The parser with an id.
pub fn parser(id: &str) -> Option<&'static dyn Parser> {
    PARSERS.iter().find(|parser| parser.manifest().id == id).copied()
}
