//! The records of a group as one text.

use std::ops::{Range, RangeInclusive};

use super::{Block, Group};

/// The records of one activity as one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Their bytes, with a line feed between them.
    pub text: Vec<u8>,
    /// Where each of them stands in the text.
    pub pieces: Vec<Range<usize>>,
    /// Where the first of them begins in the input.
    pub byte: u64,
    /// On which line each of them begins, counted from the block's first line as 0; on lines before it, less.
    pub lines: Vec<i64>,
}

impl Joined {
    /// The text of a group that is handed out with a block.
    pub fn of(group: &Group, block: &Block) -> Self {
        let mut joined = match &group.earlier {
            Some(earlier) => Self {
                text: earlier.text.clone(),
                pieces: earlier.pieces.iter().map(|piece| piece.range.clone()).collect(),
                byte: block.offset.saturating_sub(earlier.bytes_back),
                lines: earlier
                    .pieces
                    .iter()
                    .map(|piece| -signed(piece.lines_back))
                    .collect(),
            },
            None => Self {
                text: Vec::new(),
                pieces: Vec::new(),
                byte: block.offset + group.here.first().map_or(0, |piece| piece.range.start as u64),
                lines: Vec::new(),
            },
        };
        for piece in &group.here {
            if !joined.pieces.is_empty() {
                joined.text.push(b'\n');
            }
            let start = joined.text.len();
            joined
                .text
                .extend_from_slice(block.bytes.get(piece.range.clone()).unwrap_or_default());
            joined.pieces.push(start..joined.text.len());
            joined.lines.push(signed(piece.line));
        }
        joined
    }

    /// The number of the line on which it begins, where so many lines stand before the block.
    pub fn first_line(&self, lines: u64) -> u64 {
        let line = self.lines.first().copied().unwrap_or_default();
        number_of(line, lines)
    }

    /// The numbers of the lines on which each of its pieces stands, where so many lines stand before the block.
    pub fn lines_covered(&self, lines: u64) -> impl Iterator<Item = RangeInclusive<u64>> + '_ {
        self.lines.iter().zip(&self.pieces).map(move |(line, piece)| {
            let first = number_of(*line, lines);
            let piece = self.text.get(piece.clone()).unwrap_or_default();
            first..=first + memchr::memchr_iter(b'\n', piece).count() as u64
        })
    }
}

/// The number of a line that is told from the block's first one.
fn number_of(line: i64, lines_before: u64) -> u64 {
    lines_before.saturating_add_signed(line).saturating_add(1)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
