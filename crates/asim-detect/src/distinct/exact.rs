//! Different values, all of them known.

use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};

/// A set of values that are hashes already: a hash table whose values stand in one piece of memory, so that one line of it
/// tells whether a value is there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<u64>", into = "Vec<u64>")]
pub(super) struct Exact {
    /// A power of two of them, or none. Those without a value are 0, and a value of 0 stands elsewhere.
    slots: Box<[u64]>,
    len: u32,
    has_zero: bool,
}

impl Exact {
    /// The number of values.
    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    /// The places in which a value may be, the first one first.
    #[inline]
    fn places(&self, value: u64) -> impl Iterator<Item = usize> + use<> {
        let slots = self.slots.len();
        let bits = slots.checked_ilog2().unwrap_or_default();
        let first = usize::try_from(value.checked_shr(64 - bits).unwrap_or_default()).unwrap_or_default();
        (first..slots).chain(0..first)
    }

    /// Has memory bring the first place of a value.
    #[inline]
    pub(super) fn prefetch(&self, value: u64) {
        if let Some(place) = self.places(value).next() {
            prefetch_index(&self.slots, place);
        }
    }

    /// Adds a value.
    pub(super) fn insert(&mut self, value: u64) {
        if value == 0 {
            self.len += u32::from(!self.has_zero);
            self.has_zero = true;
            return;
        }
        if (self.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        for place in self.places(value) {
            match self.slots.get_mut(place) {
                Some(slot) if *slot == 0 => {
                    *slot = value;
                    self.len += 1;
                    return;
                }
                Some(slot) if *slot == value => return,
                _ => {}
            }
        }
    }

    fn grow(&mut self) {
        let slots = (self.slots.len() * 2).max(8);
        let before = std::mem::replace(
            self,
            Self {
                slots: vec![0; slots].into_boxed_slice(),
                len: u32::from(self.has_zero),
                has_zero: self.has_zero,
            },
        );
        self.extend(before.slots.iter().copied().filter(|value| *value != 0));
    }

    /// The values, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> {
        let zero = self.has_zero.then_some(0);
        zero.into_iter()
            .chain(self.slots.iter().copied().filter(|value| *value != 0))
    }
}

impl Extend<u64> for Exact {
    fn extend<I: IntoIterator<Item = u64>>(&mut self, values: I) {
        for value in values {
            self.insert(value);
        }
    }
}

impl From<Vec<u64>> for Exact {
    fn from(values: Vec<u64>) -> Self {
        let mut own = Self::default();
        own.extend(values);
        own
    }
}

impl From<Exact> for Vec<u64> {
    /// In ascending order.
    fn from(exact: Exact) -> Self {
        let mut values: Self = exact.iter().collect();
        values.sort_unstable();
        values
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        Vec::from(self.clone()) == Vec::from(other.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_knows_what_a_sorted_set_knows(
            values in proptest::collection::vec(prop_oneof![0_u64..40, any::<u64>(), (0_u64..40).prop_map(|low| low << 56)], 0..300),
        ) {
            let mut exact = Exact::default();
            let mut set = BTreeSet::new();
            for value in values {
                exact.insert(value);
                set.insert(value);
                prop_assert_eq!(exact.len(), set.len());
            }
            prop_assert_eq!(exact.iter().collect::<BTreeSet<_>>(), set.clone());
            let bytes = postcard::to_allocvec(&exact).unwrap();
            prop_assert_eq!(&postcard::from_bytes::<Exact>(&bytes).unwrap(), &exact);
            prop_assert_eq!(Vec::from(exact), set.into_iter().collect::<Vec<_>>());
        }
    }
}
