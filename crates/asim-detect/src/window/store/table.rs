//! Where the groups of a shard are, in lines of a processor's cache.

use std::num::NonZero;

use prefetch_index::prefetch_index;

use super::slot::{Slot, tag};

/// So many slots are in a line.
const SLOTS: usize = 7;

/// A line of a processor's cache. To look for a group and to write down where it is then takes one line of memory, and
/// memory is what takes the time where groups are very many.
#[derive(Debug, Clone, Default)]
#[repr(align(64))]
struct Line {
    /// Of those places that are free it means nothing.
    tags: [u32; SLOTS],
    at: [Option<NonZero<u32>>; SLOTS],
    /// So many slots belong here, or before, and stand behind: there was no room.
    passed: u32,
}

impl Line {
    /// The places of which `is` holds, a bit for each. It looks at all of them and decides nothing between, because a
    /// processor cannot guess at which place a slot is.
    #[inline]
    fn places(&self, is: impl Fn(u32, Option<NonZero<u32>>) -> bool) -> u32 {
        let slots = self.tags.iter().zip(&self.at).enumerate();
        slots.fold(0, |places, (place, (tag, at))| {
            places | u32::from(is(*tag, *at)) << place
        })
    }

    #[inline]
    fn get(&self, place: usize) -> Option<Slot> {
        Some(Slot::of(*self.tags.get(place)?, (*self.at.get(place)?)?))
    }

    /// The slot of a group's hash of which `is` holds.
    #[inline]
    fn find(&self, hash: u64, is: &impl Fn(Slot) -> bool) -> Option<Slot> {
        let tag = tag(hash);
        let mut places = self.places(|own, at| (own == tag) & at.is_some());
        while places != 0 {
            let slot = self.get(places.trailing_zeros() as usize);
            if slot.is_some_and(is) {
                return slot;
            }
            places &= places - 1;
        }
        None
    }

    /// Takes a slot in, if there is room.
    #[inline]
    fn put(&mut self, slot: Slot) -> bool {
        let free = self.places(|_, at| at.is_none()).trailing_zeros() as usize;
        match (self.tags.get_mut(free), self.at.get_mut(free)) {
            (Some(tag), Some(at)) => {
                (*tag, *at) = (slot.tag(), Some(slot.at()));
                true
            }
            _ => false,
        }
    }

    /// The place of a slot.
    #[inline]
    fn place_of(&self, slot: Slot) -> Option<usize> {
        let places = self.places(|tag, at| (tag == slot.tag()) & (at == Some(slot.at())));
        (places != 0).then_some(places.trailing_zeros() as usize)
    }

    fn slots(&self) -> impl Iterator<Item = Slot> {
        (0..SLOTS).filter_map(|place| self.get(place))
    }
}

/// A hash table of slots. What it goes by is in the slots, so that a table that grows need not ask for the hashes of its
/// groups, which are far apart.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// A power of two, or none.
    lines: Vec<Line>,
    /// So many bits choose a line.
    bits: u32,
    slots: usize,
}

impl Table {
    /// The number of slots.
    pub(super) fn len(&self) -> usize {
        self.slots
    }

    /// The number of the line to which slots of this hash belong.
    #[inline]
    fn home(&self, spread: u64) -> usize {
        usize::try_from(spread.checked_shr(64 - self.bits).unwrap_or_default()).unwrap_or_default()
    }

    /// The numbers of the lines in which a slot of this hash may be, the first one first.
    #[inline]
    fn path(&self, spread: u64) -> impl Iterator<Item = usize> + use<> {
        let home = self.home(spread);
        (home..self.lines.len()).chain(0..home)
    }

    /// Has memory bring the line that [`find`](Self::find) looks into first.
    #[inline]
    pub(super) fn prefetch(&self, hash: u64) {
        prefetch_index(&self.lines, self.home(Slot::spread_of(hash)));
    }

    /// A slot of a group's hash of which `is` holds.
    #[inline]
    pub(super) fn find(&self, hash: u64, is: impl Fn(Slot) -> bool) -> Option<Slot> {
        let line = self.lines.get(self.home(Slot::spread_of(hash)))?;
        match line.find(hash, &is) {
            None if line.passed > 0 => self.find_beyond(hash, &is),
            found => found,
        }
    }

    /// Looks into the lines behind the first one.
    #[cold]
    fn find_beyond(&self, hash: u64, is: &impl Fn(Slot) -> bool) -> Option<Slot> {
        for number in self.path(Slot::spread_of(hash)).skip(1) {
            let line = self.lines.get(number)?;
            let found = line.find(hash, is);
            if found.is_some() || line.passed == 0 {
                return found;
            }
        }
        None
    }

    /// Adds a slot, which must not be there.
    pub(super) fn insert(&mut self, slot: Slot) {
        if self.slots * 5 >= self.lines.len() * SLOTS * 4 {
            self.grow();
        }
        self.slots += 1;
        for number in self.path(slot.spread()) {
            let Some(line) = self.lines.get_mut(number) else {
                return;
            };
            if line.put(slot) {
                return;
            }
            line.passed += 1;
        }
    }

    /// Removes a slot.
    pub(super) fn remove(&mut self, slot: Slot) {
        let mut path = self.path(slot.spread());
        let held = path.find_map(|number| Some((number, self.lines.get(number)?.place_of(slot)?)));
        if let Some((line, place)) = held {
            self.take(slot, line, place);
        }
    }

    /// Removes the slots of which `keeps` does not hold.
    pub(super) fn retain(&mut self, keeps: impl Fn(Slot) -> bool) {
        self.rebuild(self.lines.len(), keeps);
    }

    /// Takes a slot out of a place of a line.
    fn take(&mut self, slot: Slot, line: usize, place: usize) {
        for number in self.path(slot.spread()) {
            let Some(own) = self.lines.get_mut(number) else {
                return;
            };
            if number == line {
                if let Some(at) = own.at.get_mut(place) {
                    *at = None;
                    self.slots -= 1;
                }
                return;
            }
            own.passed -= 1;
        }
    }

    fn grow(&mut self) {
        self.rebuild((self.lines.len() * 2).max(1), |_| true);
    }

    /// Puts the slots anew, so that as many as can be are where they belong.
    fn rebuild(&mut self, lines: usize, keeps: impl Fn(Slot) -> bool) {
        let before = std::mem::replace(&mut self.lines, vec![Line::default(); lines]);
        self.bits = lines.checked_ilog2().unwrap_or_default();
        self.slots = 0;
        for slot in before.iter().flat_map(Line::slots).filter(|slot| keeps(*slot)) {
            self.insert(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_one_of_the_cache() {
        assert_eq!(size_of::<Line>(), 64);
    }

    proptest! {
        #[test]
        fn it_knows_what_a_map_knows(
            steps in proptest::collection::vec((0_u8..12, 0_u64..80), 0..400),
            alike: bool,
        ) {
            // Hashes whose slots all belong to few lines, or to as many as there are.
            let hash = |number: u64| if alike { number << 55 | 7 << 24 } else { number << 24 };
            let mut table = Table::default();
            let mut map = BTreeMap::<u64, Slot>::new();
            for (place, (step, number)) in (0_u32..).zip(steps) {
                match step {
                    0..=6 => {
                        let slot = Slot::kept(hash(number), place);
                        if let Some(old) = map.insert(number, slot) {
                            table.remove(old);
                        }
                        table.insert(slot);
                    }
                    7..=10 => {
                        if let Some(slot) = map.remove(&number) {
                            table.remove(slot);
                        }
                        table.remove(Slot::kept(hash(number), u32::MAX >> 2));
                    }
                    _ => {
                        let gone: Vec<_> = map.iter().filter(|(own, _)| **own % 3 == number % 3).map(|(_, slot)| *slot).collect();
                        map.retain(|own, _| own % 3 != number % 3);
                        table.retain(|slot| !gone.contains(&slot));
                    }
                }
                prop_assert_eq!(table.len(), map.len());
                for number in 0..80 {
                    let slot = map.get(&number).copied();
                    let found = table.find(hash(number), |own| slot.is_none_or(|slot| slot == own));
                    prop_assert!(slot.is_none() && alike || found == slot, "{found:?} {slot:?}");
                }
            }
        }
    }
}
