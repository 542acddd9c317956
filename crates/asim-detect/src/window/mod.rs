//! Event-time windows over keys, in bounded room.

mod clients;
mod daily;
mod exchanges;
mod key;
mod latest_pane;
mod lobby;
mod reporter;
pub mod robust;
mod sampling;
mod sightings;
mod store;

pub use clients::{Clients, SomeClients};
pub use daily::Daily;
pub use exchanges::Exchanges;
pub use key::{Group, Key};
pub(crate) use latest_pane::LatestPane;
pub use lobby::Waited;
pub use reporter::Reporter;
pub use sampling::Sampling;
pub use sightings::{Sample, Sightings};
pub(crate) use store::{Arrival, Closed, Slot, Store, StoreStatistics, Stored};

use asim_schema::Timestamp;
use serde::{Deserialize, Serialize};

/// Spreads a number over 64 bits when it is multiplied with it: the odd number next to 2^64 divided by the golden ratio
/// (Knuth, The Art of Computer Programming, volume 3, 6.4).
pub(crate) const MIXER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Ticks of 100 nanoseconds in a second.
const TICKS_PER_SECOND: i64 = 10_000_000;

/// How long a rule looks, and in which steps: a window of `panes` panes, each of `pane` seconds, that begin at whole
/// multiples of the pane since 1970 in UTC.
///
/// A window of one pane is a tumbling window. With more panes it hops by one pane, so that what goes over the hour
/// is seen as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The seconds of a pane.
    pub pane: u32,
    /// The number of panes.
    pub panes: u32,
}

impl Window {
    /// One hour in steps of five minutes.
    pub const HOUR: Self = Self { pane: 300, panes: 12 };
    /// One day in steps of one hour.
    pub const DAY: Self = Self {
        pane: 3_600,
        panes: 24,
    };
    /// The hours of the clock, which bring together what is one event by itself.
    pub const CLOCK_HOUR: Self = Self {
        pane: 3_600,
        panes: 1,
    };

    /// The days of the calendar in UTC, for what is counted by day and compared with other days.
    pub const CLOCK_DAY: Self = Self {
        pane: 86_400,
        panes: 1,
    };

    /// The pane of an instant in ticks.
    pub(crate) fn pane_of(self, ticks: i64) -> i64 {
        ticks.div_euclid(i64::from(self.pane.max(1)) * TICKS_PER_SECOND)
    }

    /// The number of panes, as numbers of panes are counted.
    pub(crate) fn length(self) -> i64 {
        i64::from(self.panes.max(1))
    }

    /// The first tick of a pane.
    pub(crate) fn start_of(self, pane: i64) -> i64 {
        pane.saturating_mul(i64::from(self.pane.max(1)) * TICKS_PER_SECOND)
    }

    /// The window's length in seconds.
    pub fn seconds(self) -> u64 {
        u64::from(self.pane) * u64::from(self.panes)
    }
}

/// A stretch of time: from `start` to before `end`, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}
