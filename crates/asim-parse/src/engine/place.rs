//! Where a record's bytes stand.

use std::ops::Range;

use crate::cut::{Block, Joined};

/// Where a record's bytes stand: in the block as one piece, or in a text that was joined of several.
#[derive(Debug, Clone)]
pub(super) struct Place<'p> {
    /// The piece in the block; of a joined text, nothing.
    pub(super) range: Range<usize>,
    /// How many line ends of the block stand before it, where that was counted.
    pub(super) line: Option<u64>,
    /// The joined text.
    pub(super) joined: Option<&'p Joined>,
}

impl From<Range<usize>> for Place<'_> {
    fn from(range: Range<usize>) -> Self {
        Self {
            range,
            line: None,
            joined: None,
        }
    }
}

impl<'p> From<&'p Joined> for Place<'p> {
    fn from(joined: &'p Joined) -> Self {
        Self {
            range: 0..0,
            line: None,
            joined: Some(joined),
        }
    }
}

impl Place<'_> {
    /// Where its first byte stands in the input.
    pub(super) fn byte(&self, block: &Block) -> u64 {
        match self.joined {
            Some(joined) => joined.byte,
            None => block.offset + self.range.start as u64,
        }
    }

    /// Its bytes.
    pub(super) fn bytes<'b>(&'b self, block: &'b Block) -> &'b [u8] {
        match self.joined {
            Some(joined) => &joined.text,
            None => block.bytes.get(self.range.clone()).unwrap_or_default(),
        }
    }

    /// How many bytes it has.
    pub(super) fn length(&self) -> u64 {
        self.joined.map_or(self.range.len(), |joined| joined.text.len()) as u64
    }
}
