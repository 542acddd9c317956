//! Where a record stands in its input.

use serde::Serialize;

/// The place of a record in one input, after decompression.
///
/// Records and lines count from 1; `byte` is the offset of the record's first byte and counts from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Location {
    /// Number of the record: header, comment and blank lines are not records.
    pub record: u64,
    /// Number of the line on which the record begins.
    pub line: u64,
    /// Offset of the record's first byte.
    pub byte: u64,
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "record {}, line {}, byte {}",
            self.record, self.line, self.byte
        )
    }
}
