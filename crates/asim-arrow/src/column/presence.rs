//! Which rows of a column have a value.

use std::ops::Range;

use arrow_buffer::{BooleanBuffer, NullBuffer};

use super::with_room;

/// One flag a row; no flags at all while every row has a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Presence {
    len: usize,
    flags: Vec<bool>,
}

impl Presence {
    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Adds a row that has a value.
    #[inline]
    pub(crate) fn value(&mut self) {
        self.len += 1;
        if !self.flags.is_empty() {
            self.flags.push(true);
        }
    }

    /// Adds rows without a value.
    pub(crate) fn nulls(&mut self, count: usize) {
        if count > 0 {
            self.flags.resize(self.len, true);
            self.len += count;
            self.flags.resize(self.len, false);
        }
    }

    /// Adds some rows of another column.
    pub(crate) fn extend(&mut self, other: &Self, range: Range<usize>) {
        if other.flags.is_empty() {
            self.len += range.len();
            if !self.flags.is_empty() {
                self.flags.resize(self.len, true);
            }
        } else {
            self.flags.resize(self.len, true);
            self.flags
                .extend_from_slice(other.flags.get(range).unwrap_or_default());
            self.len = self.flags.len();
        }
    }

    /// Whether each row has a value.
    pub(crate) fn is_full(&self) -> bool {
        self.flags.is_empty()
    }

    /// Whether the row has a value.
    #[inline]
    pub(crate) fn has(&self, row: usize) -> bool {
        self.flags.get(row).copied().unwrap_or(row < self.len)
    }

    /// No rows, with room for as many as these are and some more.
    pub(crate) fn as_roomy(&self) -> Self {
        Self {
            len: 0,
            flags: with_room(self.flags.len()),
        }
    }

    /// Forgets all rows.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
        self.flags.clear();
    }

    /// The flags as Arrow has them; none when every row has a value.
    pub(crate) fn finish(self) -> Option<NullBuffer> {
        let some_null = self.flags.contains(&false);
        some_null.then(|| NullBuffer::new(BooleanBuffer::from(self.flags)))
    }
}
