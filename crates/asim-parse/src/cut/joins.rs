//! Records that are parts of one activity, and how they are told.

use std::ops::Range;
use std::sync::Arc;

use asim_schema::Timestamp;

use crate::envelope::TableHeader;

/// Tells which records belong to one activity, for sources that write several records for it and mix them with those
/// of other activities.
///
/// It is asked for every record of an input once, in order, without the layers around it.
pub trait Joins: Send {
    /// What a record says of its activity; none if it stands alone.
    fn member<'t>(&self, text: &'t [u8]) -> Option<Member<'t>>;

    /// Records whose times lie further apart than this, in 100 ns ticks, are not of one activity.
    fn window(&self) -> i64;
}

/// A record as a part of an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'t> {
    /// Who wrote it, as the record says; activities of different origins are never joined. Empty if it does not say.
    pub origin: &'t [u8],
    /// The name of the activity, the same in all its records and in no other activity's within the window.
    pub activity: &'t [u8],
    /// When the activity was, by the record's own word.
    pub time: Timestamp,
    /// Which part the record is.
    pub part: Part,
}

/// Which part of an activity a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// All of it.
    Whole,
    /// The part without which it is not complete.
    Main,
    /// Any other part.
    Further,
    /// The part that is written last. An activity is complete with it and its main part, whichever comes first.
    Last,
    /// Nothing but a mark that it is complete. Where nothing is left to be completed, it is no record.
    End,
}

/// The records of one activity, in the order of the input.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Those that stand in blocks before this one.
    pub earlier: Option<Box<Earlier>>,
    /// Those that stand in this block.
    pub here: Vec<Piece>,
}

/// A record of a group in the block.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Where it stands in the block.
    pub range: Range<usize>,
    /// So many line ends of the block stand before it.
    pub line: u64,
    /// The columns of the table whose row it is.
    pub table: Option<Arc<TableHeader>>,
}

/// The records of a group that were kept from blocks before.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Their bytes, with a line feed between them.
    pub text: Vec<u8>,
    /// The records, none of which is missing.
    pub pieces: Vec<EarlierPiece>,
    /// So many bytes before the block the first of them begins.
    pub bytes_back: u64,
}

/// A record of a group that stands before the block.
#[derive(Debug, Clone)]
pub struct EarlierPiece {
    /// Where it stands in the text that was kept.
    pub range: Range<usize>,
    /// So many line ends stand between its beginning and the block.
    pub lines_back: u64,
    /// The columns of the table whose row it is.
    pub table: Option<Arc<TableHeader>>,
}
