//! Where a group is, in eight bytes.

use std::num::NonZero;

use crate::window::MIXER;

/// Marks a group that waits.
const WAITS: u32 = 1 << 31;

/// Where a group is, with some bits of its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    tag: u32,
    /// The place or seat and one more.
    at: NonZero<u32>,
}

/// What a slot leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// A group that is kept, by its place.
    Kept(u32),
    /// One that waits, by its seat in the lobby.
    Waiting(u32),
}

/// The bits of a group's hash that a slot has.
#[expect(clippy::cast_possible_truncation, reason = "32 bits of it")]
pub(super) fn tag(hash: u64) -> u32 {
    (hash >> 24) as u32
}

/// What a table goes by, in the upper bits.
#[inline]
fn spread(tag: u32) -> u64 {
    u64::from(tag).wrapping_mul(MIXER)
}

impl Slot {
    pub(super) fn kept(hash: u64, place: u32) -> Self {
        Self::new(hash, place, 0)
    }

    pub(super) fn waiting(hash: u64, seat: u32) -> Self {
        Self::new(hash, seat, WAITS)
    }

    fn new(hash: u64, at: u32, mark: u32) -> Self {
        // Places and seats are far fewer.
        let at = NonZero::<u32>::MIN.saturating_add(at.min(!WAITS - 1));
        Self {
            tag: tag(hash),
            at: at | mark,
        }
    }

    /// What a table goes by for a group of this hash.
    #[inline]
    pub(super) fn spread_of(hash: u64) -> u64 {
        spread(tag(hash))
    }

    /// What a table goes by for this slot.
    #[inline]
    pub(super) fn spread(self) -> u64 {
        spread(self.tag)
    }

    /// The slot that has these parts.
    #[inline]
    pub(super) fn of(tag: u32, at: NonZero<u32>) -> Self {
        Self { tag, at }
    }

    /// The bits of its group's hash.
    #[inline]
    pub(super) fn tag(self) -> u32 {
        self.tag
    }

    /// Where it leads, as one number.
    #[inline]
    pub(super) fn at(self) -> NonZero<u32> {
        self.at
    }

    #[inline]
    pub(super) fn held(self) -> Held {
        let at = self.at.get();
        if at & WAITS == 0 {
            Held::Kept(at - 1)
        } else {
            Held::Waiting((at & !WAITS) - 1)
        }
    }
}
