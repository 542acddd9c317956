//! Texts of which there are few, each of them written once.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, PrimitiveArray};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::ArrowError;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use xxhash_rust::xxh3::xxh3_64;

use super::presence::Presence;
use super::text::Texts;

/// Whether two texts are the same. Nearly all have eight to sixteen bytes, which are compared as two numbers.
#[inline]
fn is_same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if a.len() <= 16
        && let (Some(a_first), Some(b_first)) = (a.first_chunk::<8>(), b.first_chunk::<8>())
        && let (Some(a_last), Some(b_last)) = (a.last_chunk::<8>(), b.last_chunk::<8>())
    {
        return u64::from_ne_bytes(*a_first) == u64::from_ne_bytes(*b_first)
            && u64::from_ne_bytes(*a_last) == u64::from_ne_bytes(*b_last);
    }
    if let (Some(a_first), Some(b_first)) = (a.first_chunk::<4>(), b.first_chunk::<4>())
        && a.len() <= 8
        && let (Some(a_last), Some(b_last)) = (a.last_chunk::<4>(), b.last_chunk::<4>())
    {
        return u32::from_ne_bytes(*a_first) == u32::from_ne_bytes(*b_first)
            && u32::from_ne_bytes(*a_last) == u32::from_ne_bytes(*b_last);
    }
    if a.len() < 4 {
        return a.iter().eq(b);
    }
    a == b
}

/// A key a row, and the text of each key in the order in which they occurred.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dictionary {
    keys: Vec<i32>,
    texts: Texts,
    index: HashTable<i32>,
    /// The key of the last row that had a value.
    last: i32,
}

impl Dictionary {
    /// Adds a text.
    #[inline]
    pub(crate) fn push(&mut self, text: &[u8]) {
        let key = self.key(text);
        self.keys.push(key);
    }

    /// Adds rows without a value.
    pub(crate) fn nulls(&mut self, count: usize) {
        self.keys.resize(self.keys.len() + count, 0);
    }

    /// The key of a text, which is added if it is new.
    #[inline]
    fn key(&mut self, text: &[u8]) -> i32 {
        let position = usize::try_from(self.last).unwrap_or_default();
        if position < self.texts.len() && is_same(self.texts.get(position), text) {
            return self.last;
        }
        self.last = self.intern(text);
        self.last
    }

    fn intern(&mut self, text: &[u8]) -> i32 {
        let texts = &self.texts;
        let of = |key: &i32| texts.get(usize::try_from(*key).unwrap_or_default());
        let found = self
            .index
            .entry(xxh3_64(text), |key| of(key) == text, |key| xxh3_64(of(key)));
        match found {
            Entry::Occupied(present) => *present.get(),
            Entry::Vacant(vacant) => {
                let key = i32::try_from(texts.len()).unwrap_or(i32::MAX);
                vacant.insert(key);
                self.texts.push_with(|bytes| bytes.extend_from_slice(text));
                key
            }
        }
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
            let key = known.unwrap_or_else(|| self.intern(other.texts.get(theirs)));
            if let Some(place) = own.get_mut(theirs) {
                *place = Some(key);
            }
            self.keys.push(key);
        }
    }

    /// Forgets all rows and texts.
    pub(crate) fn clear(&mut self) {
        self.keys.clear();
        self.texts.clear();
        self.index.clear();
        self.last = 0;
    }

    /// The rows as an array.
    pub(crate) fn finish(self, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
        let keys = PrimitiveArray::<Int32Type>::try_new(ScalarBuffer::from(self.keys), nulls)?;
        let texts = self.texts.finish(None)?;
        Ok(Arc::new(DictionaryArray::try_new(keys, texts)?))
    }
}
