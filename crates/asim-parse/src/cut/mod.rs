//! Finding where records end, without knowing any vendor.
//!
//! A cutter is the only part of the data flow that runs strictly in order. It carries the state that crosses records
//! (header, nesting) and hands out runs of whole records, each with the header in force.

mod block;
mod csv;
mod headered;
mod json;
mod lines;
mod slicer;

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use crate::envelope::TableHeader;
use crate::error::Fault;

pub use block::Block;
pub use csv::CsvCutter;
pub use headered::{HeaderLines, HeaderedLinesCutter};
pub use json::JsonCutter;
pub use lines::LinesCutter;
pub(crate) use slicer::{RAW_KEPT, too_long};
pub use slicer::{Slicer, SlicerOptions};

/// An immutable copy of the header in force at a run of records.
pub type HeaderSnapshot = Arc<dyn Any + Send + Sync>;

/// A run of bytes of a block, and what it holds.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Where the run stands in the block.
    pub range: Range<usize>,
    /// What the run holds.
    pub content: Content,
}

/// What a run of bytes holds.
#[derive(Debug, Clone)]
pub enum Content {
    /// Every line that is not blank is a record.
    Lines(HeaderSnapshot),
    /// The records stand at these places of the block.
    Spans(Vec<Range<usize>>),
    /// The rows of a table stand at these places of the block.
    Rows(Vec<Range<usize>>, Arc<TableHeader>),
    /// Header lines and punctuation: no record.
    Skipped,
    /// One record that could not be cut.
    Rejected {
        /// Why.
        fault: Fault,
        /// Its length in bytes, of which the run holds the first part.
        length: u64,
        /// How many line ends it has beyond the part that the run holds.
        lines_beyond: u64,
    },
}

/// How far a cutter came in dropping a record that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped {
    /// So many bytes belong to the record.
    pub consumed: usize,
    /// The record ends with them.
    pub complete: bool,
}

/// Finds record ends in a stream of bytes.
pub trait Cutter: Send {
    /// Cuts the whole records at the front of `bytes` and returns how many bytes they take.
    ///
    /// `bytes` begins where the last call's records ended; what was not consumed is seen again, with more behind it.
    /// At the end of the input everything is consumed.
    fn cut(&mut self, bytes: &[u8], at_end: bool, segments: &mut Vec<Segment>) -> usize;

    /// Goes on with a record whose first bytes were taken away because it is too long.
    ///
    /// `seen` bytes of it were shown to [`cut`](Self::cut) before.
    fn drop_record(&mut self, bytes: &[u8]) -> Dropped;
}

/// The line's bytes without the line end, `\n` or `\r\n`.
pub(crate) fn trim_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Whether a line holds nothing but blanks.
pub(crate) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\r'))
}
