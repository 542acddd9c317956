//! Texts of which there are few, each of them written once.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, PrimitiveArray};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::ArrowError;

use super::presence::Presence;
use super::with_room;
use crate::interner::Interner;

/// A key a row, and the text of each key in the order in which they occurred.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dictionary {
    keys: Vec<i32>,
    texts: Interner,
}

impl Dictionary {
    /// Adds a text.
    #[inline]
    pub(crate) fn push(&mut self, text: &[u8]) {
        let key = self.texts.number(text);
        self.keys.push(key);
    }

    /// Adds rows without a value.
    pub(crate) fn nulls(&mut self, count: usize) {
        self.keys.resize(self.keys.len() + count, 0);
    }

    /// Adds some rows of another dictionary.
    pub(crate) fn extend(&mut self, other: &Self, present: &Presence, range: Range<usize>) {
        let mut own = vec![None; other.texts.len()];
        for row in range {
            let key = other.keys.get(row).filter(|_| present.has(row));
            let Some(theirs) = key.and_then(|key| usize::try_from(*key).ok()) else {
                self.keys.push(0);
                continue;
            };
            let known = own.get(theirs).copied().flatten();
            let key = known.unwrap_or_else(|| self.texts.number(other.texts.texts().get(theirs)));
            if let Some(place) = own.get_mut(theirs) {
                *place = Some(key);
            }
            self.keys.push(key);
        }
    }

    /// A dictionary without rows, with room for as many as this one has and some more.
    pub(crate) fn as_roomy(&self) -> Self {
        Self {
            keys: with_room(self.keys.len()),
            texts: Interner::default(),
        }
    }

    /// Forgets all rows and texts.
    pub(crate) fn clear(&mut self) {
        self.keys.clear();
        self.texts.clear();
    }

    /// The rows as an array.
    pub(crate) fn finish(self, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
        let keys = PrimitiveArray::<Int32Type>::try_new(ScalarBuffer::from(self.keys), nulls)?;
        let texts = self.texts.into_texts().finish(None)?;
        Ok(Arc::new(DictionaryArray::try_new(keys, texts)?))
    }
}
