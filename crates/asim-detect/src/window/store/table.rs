//! Where the groups of a shard are, in lines of a processor's cache.

use super::slot::Slot;

/// So many slots are in a line.
const SLOTS: usize = 7;

/// A line of a processor's cache. To look for a group and to write down where it is then takes one line of memory, and
/// memory is what takes the time where groups are very many.
#[derive(Debug, Clone, Default)]
#[repr(align(64))]
struct Line {
    slots: [Option<Slot>; SLOTS],
    /// So many slots belong here, or before, and stand behind: there was no room.
    passed: u32,
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

impl Line {
    /// The slot of a group's hash of which `is` holds.
    #[inline]
    fn find(&self, hash: u64, is: &impl Fn(Slot) -> bool) -> Option<Slot> {
        let mut slots = self.slots.iter().copied().flatten();
        slots.find(|slot| slot.may_be(hash) && is(*slot))
    }
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
    fn path(&self, spread: u64) -> impl Iterator<Item = usize> + use<> {
        let home = self.home(spread);
        (home..self.lines.len()).chain(0..home)
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
            if let Some(free) = line.slots.iter_mut().find(|own| own.is_none()) {
                *free = Some(slot);
                return;
            }
            line.passed += 1;
        }
    }

    /// Removes a slot.
    pub(super) fn remove(&mut self, slot: Slot) {
        let is = |own: &Option<Slot>| *own == Some(slot);
        let mut path = self.path(slot.spread());
        let holds = |number: &usize| {
            self.lines
                .get(*number)
                .is_some_and(|line| line.slots.iter().any(is))
        };
        let Some(held) = path.find(holds) else { return };
        for number in self.path(slot.spread()) {
            let Some(line) = self.lines.get_mut(number) else {
                return;
            };
            if number == held {
                for own in line.slots.iter_mut().filter(|own| is(own)) {
                    *own = None;
                }
                self.slots -= 1;
                return;
            }
            line.passed -= 1;
        }
    }

    /// Removes the slots of which `keeps` does not hold.
    pub(super) fn retain(&mut self, keeps: impl Fn(Slot) -> bool) {
        let lines = self.lines.len();
        self.rebuild(lines, keeps);
    }

    fn grow(&mut self) {
        self.rebuild((self.lines.len() * 2).max(1), |_| true);
    }

    fn rebuild(&mut self, lines: usize, keeps: impl Fn(Slot) -> bool) {
        let before = std::mem::replace(&mut self.lines, vec![Line::default(); lines]);
        self.bits = lines.checked_ilog2().unwrap_or_default();
        self.slots = 0;
        let slots = before.iter().flat_map(|line| &line.slots).copied().flatten();
        for slot in slots.filter(|slot| keeps(*slot)) {
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
        assert_eq!((size_of::<Line>(), size_of::<Option<Slot>>()), (64, 8));
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
