//! Texts that are kept once, one behind the other.

use std::num::NonZeroU32;

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

/// The number of a text, from one: four bytes, also where there may be none, so that a row of a long list is small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextId(NonZeroU32);

impl TextId {
    /// Of the place of a text.
    fn of(place: u32) -> Option<Self> {
        place.checked_add(1).and_then(NonZeroU32::new).map(Self)
    }
}

/// Texts without repetition.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    arena: String,
    /// Where each text ends, in their order.
    ends: Vec<u32>,
    known: HashTable<u32>,
}

impl Texts {
    /// The id of a text, which is kept; none when four gigabytes are full.
    pub(super) fn put(&mut self, text: &str) -> Option<TextId> {
        let Self { arena, ends, known } = self;
        let get = |id: &u32| slice(arena, ends, *id);
        let hash = xxh3_64(text.as_bytes());
        if let Some(id) = known.find(hash, |id| get(id) == Some(text)) {
            return TextId::of(*id);
        }
        let id = u32::try_from(ends.len()).ok()?;
        let end = u32::try_from(arena.len().checked_add(text.len())?).ok()?;
        known.insert_unique(hash, id, |id| xxh3_64(get(id).unwrap_or_default().as_bytes()));
        arena.push_str(text);
        ends.push(end);
        TextId::of(id)
    }

    pub(super) fn get(&self, id: TextId) -> &str {
        slice(&self.arena, &self.ends, id.0.get() - 1).unwrap_or_default()
    }

    /// Gives back the room that is only needed while texts are put in.
    pub(super) fn settle(&mut self) {
        self.arena.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.known = HashTable::new();
    }

    /// The bytes of memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.arena.capacity() + self.ends.capacity() * size_of::<u32>() + self.known.allocation_size()
    }
}

fn slice<'t>(arena: &'t str, ends: &[u32], id: u32) -> Option<&'t str> {
    let place = usize::try_from(id).ok()?;
    let start = match place.checked_sub(1) {
        Some(before) => *ends.get(before)?,
        None => 0,
    };
    arena.get(start as usize..*ends.get(place)? as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_kept_once() {
        let mut texts = Texts::default();
        let ids: Vec<_> = ["a", "", "bc", "a", ""]
            .iter()
            .map(|text| texts.put(text).unwrap())
            .collect();
        assert_eq!((ids[0], ids[1]), (ids[3], ids[4]));
        assert_eq!(
            (texts.get(ids[0]), texts.get(ids[1]), texts.get(ids[2])),
            ("a", "", "bc")
        );
        texts.settle();
        assert_eq!(texts.get(ids[2]), "bc");
    }
}
