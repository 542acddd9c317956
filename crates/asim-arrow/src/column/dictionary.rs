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
        // Their keys that have come, with our own.
        let mut known: Vec<Option<i32>> = vec![None; other.texts.len()];
        let texts = &mut self.texts;
        let mut own = |key: &i32| {
            let theirs = usize::try_from(*key).ok()?;
            let place = known.get_mut(theirs)?;
            Some(*place.get_or_insert_with(|| texts.number(other.texts.texts().get(theirs))))
        };
        let keys = other.keys.get(range.clone()).unwrap_or_default();
        if present.is_full() {
            self.keys
                .extend(keys.iter().map(|key| own(key).unwrap_or_default()));
        } else {
            let present = range.map(|row| present.has(row));
            let keys = keys.iter().zip(present);
            self.keys.extend(
                keys.map(|(key, is_present)| is_present.then(|| own(key)).flatten().unwrap_or_default()),
            );
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
