//! Which rows of a page have a value.

use arrow_buffer::NullBuffer;

use super::hybrid;

/// The definition levels of a page under way, and how many there are in the column chunk.
#[derive(Debug, Clone, Default)]
pub(super) struct Levels {
    rows: usize,
    /// Whether each of the first rows has a value, as one and zero; the others have.
    flags: Vec<u32>,
    nulls: u64,
}

impl Levels {
    /// The rows of the page.
    #[inline]
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The rows of the chunk that have no value.
    pub(super) fn nulls(&self) -> u64 {
        self.nulls
    }

    /// Adds a row that has a value.
    #[inline]
    pub(super) fn push(&mut self) {
        self.rows += 1;
        if !self.flags.is_empty() {
            self.flags.push(1);
        }
    }

    /// Adds rows that have a value.
    pub(super) fn push_many(&mut self, count: usize) {
        if !self.flags.is_empty() {
            self.flags.resize(self.rows + count, 1);
        }
        self.rows += count;
    }

    /// Adds a row that has none.
    pub(super) fn push_null(&mut self) {
        if self.flags.is_empty() {
            self.flags.resize(self.rows, 1);
        }
        self.rows += 1;
        self.nulls += 1;
        self.flags.push(0);
    }

    /// Adds the rows of an array of this length.
    pub(super) fn extend(&mut self, nulls: Option<&NullBuffer>, len: usize) {
        let Some(nulls) = nulls else {
            return self.push_many(len);
        };
        self.flags.resize(self.rows, 1);
        self.flags.extend(nulls.iter().map(u32::from));
        self.rows += len;
        self.nulls += u64::try_from(nulls.null_count()).unwrap_or_default();
    }

    /// Appends the levels with their length before them, and begins a new page.
    pub(super) fn take(&mut self, bytes: &mut Vec<u8>) {
        let start = bytes.len();
        bytes.extend([0; 4]);
        if self.flags.is_empty() {
            hybrid::append_run(bytes, 1, 1, self.rows);
        } else {
            hybrid::append(bytes, 1, &self.flags);
        }
        let length = u32::try_from(bytes.len() - start - 4).unwrap_or(u32::MAX);
        if let Some(place) = bytes.get_mut(start..start + 4) {
            place.copy_from_slice(&length.to_le_bytes());
        }
        self.rows = 0;
        self.flags.clear();
    }
}
