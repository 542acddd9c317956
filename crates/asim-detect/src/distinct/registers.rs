//! An estimate of how many different values were seen.

use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};

/// The first bits of a hash, which choose its register.
const PRECISION: u32 = 12;
/// 4,096 of them, for a standard error of 1.04 / 64, which is 1.6 %.
const REGISTERS: usize = 1 << PRECISION;
/// The bits behind the point in [`Registers::sum`]. No rank is larger.
const FRACTION: u32 = 64 - PRECISION + 1;

/// `HyperLogLog` (Flajolet and others, 2007), which tells its estimate without a look at all registers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Registers {
    ranks: Box<[u8]>,
    /// The sum of two to the power of minus each rank, as a whole number so that no order of events changes it.
    sum: u128,
    /// So many registers have no value yet.
    empty: u32,
}

impl Registers {
    /// Counts a hash in: the first bits choose the register, the run of zeros behind them its value.
    pub(super) fn raise(&mut self, hash: u64) {
        let zeros = ((hash << PRECISION) | (1 << (PRECISION - 1))).leading_zeros();
        self.raise_to(register_of(hash), u8::try_from(zeros + 1).unwrap_or(u8::MAX));
    }

    fn raise_to(&mut self, register: usize, rank: u8) {
        let Some(own) = self.ranks.get_mut(register).filter(|own| **own < rank) else {
            return;
        };
        self.sum = self.sum + share(rank) - share(*own);
        self.empty -= u32::from(*own == 0);
        *own = rank;
    }

    /// Counts in what other ones have counted.
    pub(super) fn merge(&mut self, other: &Self) {
        for (register, rank) in other.ranks.iter().enumerate() {
            self.raise_to(register, *rank);
        }
    }

    /// Has memory bring the register of a hash.
    #[inline]
    pub(super) fn prefetch(&self, hash: u64) {
        prefetch_index(&self.ranks, register_of(hash));
    }

    /// The estimate of Flajolet and others, with linear counting where registers are empty and the number is small.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate, never negative"
    )]
    pub(super) fn estimate(&self) -> u64 {
        let count = self.ranks.len() as f64;
        let sum = self.sum as f64 / (1_u64 << FRACTION) as f64;
        let raw = 0.7213 / (1.0 + 1.079 / count) * count * count / sum;
        let number = if raw <= 2.5 * count && self.empty > 0 {
            count * (count / f64::from(self.empty)).ln()
        } else {
            raw
        };
        number.round() as u64
    }
}

/// Two to the power of minus a rank.
fn share(rank: u8) -> u128 {
    1 << FRACTION.saturating_sub(rank.into())
}

fn register_of(hash: u64) -> usize {
    (hash >> (64 - PRECISION)) as usize
}

impl Extend<u64> for Registers {
    fn extend<I: IntoIterator<Item = u64>>(&mut self, hashes: I) {
        hashes.into_iter().for_each(|hash| self.raise(hash));
    }
}

impl FromIterator<u64> for Registers {
    fn from_iter<I: IntoIterator<Item = u64>>(hashes: I) -> Self {
        let mut registers = Self {
            ranks: vec![0; REGISTERS].into_boxed_slice(),
            sum: REGISTERS as u128 * share(0),
            empty: 1 << PRECISION,
        };
        registers.extend(hashes);
        registers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_that_of_the_registers() {
        let hashes = (0..9_000_u64).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let registers: Registers = hashes.chain([0, u64::MAX]).collect();
        let sum: u128 = registers.ranks.iter().map(|rank| share(*rank)).sum();
        let empty: u32 = registers.ranks.iter().map(|rank| u32::from(*rank == 0)).sum();
        assert_eq!((registers.sum, registers.empty), (sum, empty));
    }
}
