//! Different texts, each of them once.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use xxhash_rust::xxh3::xxh3_64;

use crate::column::Texts;

/// So many texts that came of late are found without a look into the table.
const LATE: usize = 32;

/// Texts with the numbers from zero on that they got in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interner {
    texts: Texts,
    index: HashTable<i32>,
    /// Numbers of texts that came of late, each in the place that follows from its text.
    late: [i32; LATE],
}

impl Interner {
    /// The number of texts.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The texts in the order of their numbers.
    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The texts in the order of their numbers.
    pub(crate) fn into_texts(self) -> Texts {
        self.texts
    }

    /// The number of a text, which gets the next one if it is new. In most columns few texts come again and again.
    #[inline]
    pub(crate) fn number(&mut self, text: &[u8]) -> i32 {
        let place = place(text);
        let number = self.late.get(place).copied().unwrap_or_default();
        let position = usize::try_from(number).unwrap_or_default();
        if position < self.texts.len() && is_same(self.texts.get(position), text) {
            return number;
        }
        let number = self.find(text);
        if let Some(late) = self.late.get_mut(place) {
            *late = number;
        }
        number
    }

    fn find(&mut self, text: &[u8]) -> i32 {
        let texts = &self.texts;
        let of = |number: &i32| texts.get(usize::try_from(*number).unwrap_or_default());
        let found = self.index.entry(
            xxh3_64(text),
            |number| is_same(of(number), text),
            |number| xxh3_64(of(number)),
        );
        match found {
            Entry::Occupied(present) => *present.get(),
            Entry::Vacant(vacant) => {
                let number = i32::try_from(texts.len()).unwrap_or(i32::MAX);
                vacant.insert(number);
                self.texts.push_with(|bytes| bytes.extend_from_slice(text));
                number
            }
        }
    }

    /// Forgets all texts and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.texts.clear();
        self.index.clear();
        self.late = [0; LATE];
    }
}

/// The place of a text among those that came of late, by its length and its last bytes.
#[inline]
fn place(text: &[u8]) -> usize {
    let last = text.last_chunk::<2>().map_or(0, |last| u16::from_ne_bytes(*last));
    let mixed = usize::from(last).wrapping_mul(0x9e5b) >> 7;
    (mixed ^ text.len()) % LATE
}

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
