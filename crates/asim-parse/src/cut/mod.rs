//! Finding where records end, without knowing any vendor.
//!
//! A cutter is the only part of the data flow that runs strictly in order. It carries the state that crosses records
//! (header, nesting) and hands out runs of whole records, each with the header in force.

mod block;
mod continued;
mod csv;
mod evtx;
mod headered;
mod joined;
mod joining;
mod joins;
mod json;
mod lines;
mod slicer;
#[cfg(test)]
mod test_records;
mod windows_xml;

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use crate::envelope::TableHeader;
use crate::error::Fault;

pub use block::Block;
pub use continued::{ContinuedLinesCutter, EveryLine, RecordStarts};
pub use csv::CsvCutter;
pub use evtx::EvtxCutter;
pub(crate) use evtx::{CHUNK as EVTX_CHUNK, FILE_SIGNATURE as EVTX_SIGNATURE};
pub use headered::{HeaderLines, HeaderedLinesCutter};
pub use joined::Joined;
pub use joining::JoiningCutter;
pub use joins::{Earlier, EarlierPiece, Group, Joins, Member, Part, Piece};
pub use json::JsonCutter;
pub(crate) use json::begins_records;
pub use lines::LinesCutter;
pub(crate) use slicer::{RAW_KEPT, too_long};
pub use slicer::{Slicer, SlicerOptions};
pub use windows_xml::WindowsXmlCutter;

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
    /// The records are these groups, in this order; the run may have ended further ones, or only begun some.
    Groups(Vec<Group>),
    /// A chunk of an EVTX file, which holds any number of records.
    EvtxChunk,
    /// Header lines and punctuation: no record.
    Skipped,
    /// One record that could not be cut.
    Rejected {
        /// Why.
        fault: Fault,
        /// Its length in bytes, of which the run holds the first part.
        length: u64,
        /// How many bytes of the input were left out behind the run: the rest of the record, and what ends it.
        bytes_beyond: u64,
        /// How many line ends these have.
        lines_beyond: u64,
    },
}

/// How far a cutter came in dropping a record that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped {
    /// So many bytes are done with.
    pub consumed: usize,
    /// The record ends with them.
    pub complete: bool,
    /// So many bytes at the end of everything that was dropped are not the record's: line ends and blank lines.
    pub trailing: u64,
}

/// Finds record ends in a stream of bytes.
pub trait Cutter: Send {
    /// Cuts the whole records at the front of `bytes` and returns how many bytes they take.
    ///
    /// `bytes` begins where the last call's records ended; what was not consumed is seen again, with more behind it.
    /// At the end of the input everything is consumed.
    fn cut(&mut self, bytes: &[u8], at_end: bool, segments: &mut Vec<Segment>) -> usize;

    /// Hands out what is held of records that were begun, when the input breaks off.
    fn rest(&mut self, _segments: &mut Vec<Segment>) {}

    /// How many of the bytes that the last call of [`cut`](Self::cut) left can be taken away, because they belong to
    /// a record that is too long. What remains of them is shown to [`drop_record`](Self::drop_record). If it is 0,
    /// more bytes are read first.
    fn droppable(&mut self, bytes: &[u8]) -> usize {
        bytes.len()
    }

    /// Goes on with a record whose first bytes were taken away.
    ///
    /// What was not consumed is seen again, with more behind it. At the end of the input everything is consumed, up to
    /// where the next record begins.
    fn drop_record(&mut self, bytes: &[u8], at_end: bool) -> Dropped;
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
