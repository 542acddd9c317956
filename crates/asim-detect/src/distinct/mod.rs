//! How many different things were seen, in bounded room.

mod exact;
mod registers;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use self::exact::Exact;
use self::registers::Registers;

/// Up to so many different values are counted exactly.
const MOST: usize = 1_024;
/// Up to so many stand in the set itself. Most sets never have a third value.
const FEW: usize = 2;

/// A set of 64-bit hashes that can tell its size: exactly up to 1,024 values, by `HyperLogLog` (Flajolet and others,
/// 2007) beyond.
///
/// Sets merge, and neither the order of what is added nor that of merging changes what they tell.
///
/// ```
/// let mut names = asim_detect::DistinctSet::default();
/// for hash in [7, 9, 7] {
///     names.insert(hash);
/// }
/// assert_eq!(names.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistinctSet(Values);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Values {
    /// Sorted.
    Few(SmallVec<[u64; FEW]>),
    Exact(Exact),
    Estimate(Box<Registers>),
}

impl Default for DistinctSet {
    fn default() -> Self {
        Self(Values::Few(SmallVec::new()))
    }
}

impl DistinctSet {
    /// Adds a value by its hash.
    pub fn insert(&mut self, hash: u64) {
        match &mut self.0 {
            Values::Few(values) => {
                let Err(place) = values.binary_search(&hash) else {
                    return;
                };
                if values.len() < FEW {
                    values.insert(place, hash);
                } else {
                    let mut exact = Exact::default();
                    exact.extend(values.iter().copied());
                    exact.insert(hash);
                    self.0 = Values::Exact(exact);
                }
            }
            Values::Exact(values) => {
                values.insert(hash);
                if values.len() > MOST {
                    self.0 = Values::Estimate(Box::new(values.iter().collect()));
                }
            }
            Values::Estimate(registers) => registers.raise(hash),
        }
    }

    /// Has memory bring what [`insert`](Self::insert) will read.
    #[inline]
    pub(crate) fn prefetch(&self, hash: u64) {
        match &self.0 {
            Values::Few(_) => {}
            Values::Exact(values) => values.prefetch(hash),
            Values::Estimate(registers) => registers.prefetch(hash),
        }
    }

    /// Adds all values of another set.
    pub fn merge(&mut self, other: &Self) {
        match &other.0 {
            Values::Few(values) => values.iter().for_each(|value| self.insert(*value)),
            Values::Exact(values) => values.iter().for_each(|value| self.insert(value)),
            Values::Estimate(theirs) => {
                let mut registers = theirs.clone();
                match &self.0 {
                    Values::Few(values) => registers.extend(values.iter().copied()),
                    Values::Exact(values) => registers.extend(values.iter()),
                    Values::Estimate(own) => registers.merge(own),
                }
                self.0 = Values::Estimate(registers);
            }
        }
    }

    /// The number of different values; an estimate where [`is_exact`](Self::is_exact) is false.
    pub fn len(&self) -> u64 {
        match &self.0 {
            Values::Few(values) => values.len() as u64,
            Values::Exact(values) => values.len() as u64,
            Values::Estimate(registers) => registers.estimate(),
        }
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the number is exact.
    pub fn is_exact(&self) -> bool {
        !matches!(self.0, Values::Estimate(_))
    }

    /// The values, where they are still known, in ascending order.
    pub fn values(&self) -> Option<BTreeSet<u64>> {
        match &self.0 {
            Values::Few(values) => Some(values.iter().copied().collect()),
            Values::Exact(values) => Some(values.iter().collect()),
            Values::Estimate(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use xxhash_rust::xxh3::xxh3_64;

    use super::*;

    fn set(values: impl IntoIterator<Item = u64>) -> DistinctSet {
        let mut set = DistinctSet::default();
        for value in values {
            set.insert(xxh3_64(&value.to_le_bytes()));
        }
        set
    }

    #[test]
    fn small_numbers_are_exact_and_large_ones_near() {
        assert!(set([]).is_empty());
        for size in [1, FEW as u64, FEW as u64 + 1, MOST as u64] {
            let set = set(0..size);
            assert!(set.is_exact());
            assert_eq!(set.len(), size);
        }
        for size in [1_025, 5_000, 100_000, 1_000_000] {
            let set = set(0..size);
            assert!(!set.is_exact());
            let error = set.len().abs_diff(size) * 1_000 / size;
            assert!(error < 50, "{size}: {}", set.len());
        }
    }

    proptest! {
        #[test]
        fn order_and_merging_change_nothing(
            values in proptest::collection::vec(0_u64..4_000, 0..3_000),
            cut in 0_usize..3_000,
        ) {
            let whole = set(values.iter().copied());
            let backwards = set(values.iter().rev().copied());
            let cut = cut.min(values.len());
            let mut merged = set(values.iter().take(cut).copied());
            merged.merge(&set(values.iter().skip(cut).copied()));
            prop_assert_eq!(whole.len(), backwards.len());
            prop_assert_eq!(whole.len(), merged.len());
            prop_assert_eq!(&whole, &merged);
        }
    }
}
