//! Where a group is, in eight bytes.

/// Marks a group that waits.
const WAITS: u32 = 1 << 31;

/// Where a group is, with some bits of its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    tag: u32,
    at: u32,
}

/// What a slot leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// A group that is kept, by its place.
    Kept(u32),
    /// One that waits, by its seat in the lobby.
    Waiting(u32),
}

/// Bits of a hash that a table does not go by: it takes the lowest ones and the upper seven.
#[expect(clippy::cast_possible_truncation, reason = "32 bits of it")]
fn tag(hash: u64) -> u32 {
    (hash >> 24) as u32
}

impl Slot {
    pub(super) fn kept(hash: u64, place: u32) -> Self {
        Self {
            tag: tag(hash),
            at: place & !WAITS,
        }
    }

    pub(super) fn waiting(hash: u64, seat: u32) -> Self {
        Self {
            tag: tag(hash),
            at: seat | WAITS,
        }
    }

    /// Whether it may be of this hash.
    #[inline]
    pub(super) fn may_be(self, hash: u64) -> bool {
        self.tag == tag(hash)
    }

    #[inline]
    pub(super) fn held(self) -> Held {
        if self.at & WAITS == 0 {
            Held::Kept(self.at)
        } else {
            Held::Waiting(self.at & !WAITS)
        }
    }
}
