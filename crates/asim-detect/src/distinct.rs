//! How many different things were seen, in bounded room.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// Up to so many different values are counted exactly.
const EXACT: usize = 1_024;
/// Up to so many stand in a plain list.
const FEW: usize = 16;
/// The registers of the estimate beyond that: 4,096, for a standard error of 1.04 / 64, which is 1.6 %.
const REGISTERS: usize = 1 << PRECISION;
const PRECISION: u32 = 12;

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
    /// Sorted. Most sets never have a third value.
    Few(SmallVec<[u64; 2]>),
    Exact(hashbrown::HashSet<u64, Identity>),
    Estimate(Box<[u8]>),
}

/// The values are hashes already.
type Identity = std::hash::BuildHasherDefault<IdentityHasher>;

/// Gives a hash for what it is.
#[derive(Debug, Default, Clone, Copy)]
struct IdentityHasher(u64);

impl std::hash::Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
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
                    let mut set: hashbrown::HashSet<_, Identity> = values.iter().copied().collect();
                    set.insert(hash);
                    self.0 = Values::Exact(set);
                }
            }
            Values::Exact(values) => {
                values.insert(hash);
                if values.len() > EXACT {
                    let mut registers = vec![0; REGISTERS].into_boxed_slice();
                    for value in values.iter() {
                        raise(&mut registers, *value);
                    }
                    self.0 = Values::Estimate(registers);
                }
            }
            Values::Estimate(registers) => raise(registers, hash),
        }
    }

    /// Adds all values of another set.
    pub fn merge(&mut self, other: &Self) {
        match &other.0 {
            Values::Few(values) => values.iter().for_each(|value| self.insert(*value)),
            Values::Exact(values) => values.iter().for_each(|value| self.insert(*value)),
            Values::Estimate(theirs) => {
                let mut registers = theirs.clone();
                match &self.0 {
                    Values::Few(values) => values.iter().for_each(|value| raise(&mut registers, *value)),
                    Values::Exact(values) => values.iter().for_each(|value| raise(&mut registers, *value)),
                    Values::Estimate(own) => {
                        for (register, own) in registers.iter_mut().zip(own) {
                            *register = (*register).max(*own);
                        }
                    }
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
            Values::Estimate(registers) => estimate(registers),
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
            Values::Exact(values) => Some(values.iter().copied().collect()),
            Values::Estimate(_) => None,
        }
    }
}

/// Counts a hash in: the first bits choose the register, the run of zeros behind them its value.
#[expect(clippy::cast_possible_truncation, reason = "a number of bits")]
fn raise(registers: &mut [u8], hash: u64) {
    let index = (hash >> (64 - PRECISION)) as usize;
    let rank = ((hash << PRECISION) | (1 << (PRECISION - 1))).leading_zeros() as u8 + 1;
    if let Some(register) = registers.get_mut(index) {
        *register = (*register).max(rank);
    }
}

/// The estimate of Flajolet and others, with linear counting where registers are empty and the number is small.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, never negative"
)]
fn estimate(registers: &[u8]) -> u64 {
    let count = registers.len() as f64;
    let sum: f64 = registers.iter().map(|rank| 0.5_f64.powi(i32::from(*rank))).sum();
    let raw = 0.7213 / (1.0 + 1.079 / count) * count * count / sum;
    let empty = registers
        .iter()
        .map(|rank| usize::from(*rank == 0))
        .sum::<usize>();
    let number = if raw <= 2.5 * count && empty > 0 {
        count * (count / empty as f64).ln()
    } else {
        raw
    };
    number.round() as u64
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
        for size in [1, FEW as u64, FEW as u64 + 1, EXACT as u64] {
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
