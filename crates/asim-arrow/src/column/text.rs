//! Texts one behind the other.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;

use super::with_room;

/// Texts in one buffer, and where each of them ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    /// The number of texts.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a text.
    #[inline]
    pub(crate) fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(self.bytes.len());
    }

    /// Adds the text that a function appends.
    #[inline]
    pub(crate) fn push_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    /// Adds empty texts.
    pub(crate) fn empty(&mut self, count: usize) {
        self.ends.resize(self.ends.len() + count, self.bytes.len());
    }

    /// Where a text starts; for the number of texts, where the last one ends.
    #[inline]
    fn start(&self, index: usize) -> usize {
        let before = index.checked_sub(1).and_then(|before| self.ends.get(before));
        before.copied().unwrap_or_default()
    }

    /// The bytes of a text.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> &[u8] {
        self.span(index..index + 1)
    }

    /// The bytes of some texts.
    #[inline]
    fn span(&self, range: Range<usize>) -> &[u8] {
        self.bytes
            .get(self.start(range.start)..self.start(range.end))
            .unwrap_or_default()
    }

    /// How many bytes some texts have.
    pub(crate) fn size(&self, range: Range<usize>) -> usize {
        self.span(range).len()
    }

    /// Adds some texts of another column.
    pub(crate) fn extend(&mut self, other: &Self, range: Range<usize>) {
        let (from, to) = (other.start(range.start), self.bytes.len());
        self.bytes.extend_from_slice(other.span(range.clone()));
        let ends = other.ends.get(range).unwrap_or_default();
        self.ends.extend(ends.iter().map(|end| end - from + to));
    }

    /// Texts, none yet, with room for as many as these are and some more.
    pub(crate) fn as_roomy(&self) -> Self {
        Self {
            bytes: with_room(self.bytes.len()),
            ends: with_room(self.ends.len()),
        }
    }

    /// Forgets all texts.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// The texts as an array.
    pub(crate) fn finish(self, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
        let mut offsets = Vec::with_capacity(self.ends.len() + 1);
        offsets.push(0);
        offsets.extend(
            self.ends
                .iter()
                .map(|end| i32::try_from(*end).unwrap_or(i32::MAX)),
        );
        if i32::try_from(self.bytes.len()).is_err() {
            return Err(ArrowError::OffsetOverflowError(self.bytes.len()));
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        let array = StringArray::try_new(offsets, Buffer::from_vec(self.bytes), nulls)?;
        Ok(Arc::new(array))
    }
}
