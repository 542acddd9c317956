//! Which events are samples.

use crate::observation::Observation;

/// The odd number next to 2^64 divided by the golden ratio (Knuth, The Art of Computer Programming, volume 3, 6.4).
const MIXER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Chooses one event in so many, the same ones in any order, and both halves of a lookup mostly together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    one_in: u64,
}

impl Sampling {
    /// One event in so many.
    pub fn one_in(number: u64) -> Self {
        Self {
            one_in: number.max(1),
        }
    }

    /// For groups that are told from so many events on: of those some ten are chosen, and all where they are few.
    ///
    /// Most groups are smaller and never told, and samples of them would only take time and room.
    pub fn for_groups_of(events: u64) -> Self {
        Self::one_in(events / 10)
    }

    /// Whether an event is chosen.
    #[inline]
    pub fn has(self, observation: Observation<'_>) -> bool {
        // The halves of a lookup are seconds apart at most, and names come again and again: time and name choose well
        // enough.
        let second = observation.ticks().div_euclid(10_000_000).unsigned_abs();
        let lot = (second ^ observation.name_hash()).wrapping_mul(MIXER) >> 32;
        self.one_in == 1 || lot.is_multiple_of(self.one_in)
    }
}
