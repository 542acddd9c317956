//! When something was asked for, in bounded room.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::observation::Place;

/// So many different seconds are kept of a pane, the earliest ones: what comes at regular times shows it in a few dozen
/// gaps that follow one another.
const KEPT: usize = 64;

/// Ticks of 100 nanoseconds in a second.
const TICKS_PER_SECOND: i64 = 10_000_000;
pub(super) const SECONDS_PER_HOUR: u32 = 3_600;

/// The times at which a client asked. Neither the order of events nor that of merging changes them: what is kept are
/// the earliest seconds, and of the others the number in each hour.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Arrivals {
    /// The first event, in ticks, and where its record stands.
    earliest: Option<(i64, Option<Place>)>,
    /// Seconds since 1970 and the number of events in each, ascending.
    seconds: Vec<(u32, u32)>,
    /// The hours since 1970 and the number of events in each that are not kept by the second, and the last second.
    beyond: Option<Box<Beyond>>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Beyond {
    hours: BTreeMap<u32, u32>,
    last: u32,
}

/// The second since 1970 of an instant in ticks; none before, and from 2106 on.
pub(super) fn second(ticks: i64) -> Option<u32> {
    u32::try_from(ticks.div_euclid(TICKS_PER_SECOND)).ok()
}

impl Arrivals {
    pub(super) fn add(&mut self, ticks: i64, place: Option<Place>) {
        let Some(second) = second(ticks) else { return };
        let own = Some((ticks, place));
        if self.earliest.is_none() || own < self.earliest {
            self.earliest = own;
        }
        self.put(second, 1, KEPT);
    }

    fn put(&mut self, second: u32, count: u32, kept: usize) {
        // Most events come in the order of time.
        let place = match self.seconds.last_mut() {
            Some((last, times)) if *last == second => {
                *times = times.saturating_add(count);
                return;
            }
            Some((last, _)) if *last > second => self.seconds.partition_point(|(own, _)| *own < second),
            _ => self.seconds.len(),
        };
        if let Some((own, times)) = self.seconds.get_mut(place)
            && *own == second
        {
            *times = times.saturating_add(count);
            return;
        }
        if place >= kept {
            self.put_beyond(second, count);
            return;
        }
        if self.seconds.is_empty() {
            // Most groups have no second one.
            self.seconds.reserve_exact(1);
        }
        self.seconds.insert(place, (second, count));
        if self.seconds.len() > kept
            && let Some((second, count)) = self.seconds.pop()
        {
            self.put_beyond(second, count);
        }
    }

    fn put_beyond(&mut self, second: u32, count: u32) {
        let beyond = self.beyond.get_or_insert_default();
        let hour = beyond.hours.entry(second / SECONDS_PER_HOUR).or_default();
        *hour = hour.saturating_add(count);
        beyond.last = beyond.last.max(second);
    }

    /// Counts in the arrivals of another pane: all that either keeps is kept.
    pub(super) fn merge(&mut self, other: &Self) {
        if self.earliest.is_none() || (other.earliest.is_some() && other.earliest < self.earliest) {
            self.earliest = other.earliest;
        }
        for (second, count) in &other.seconds {
            self.put(*second, *count, usize::MAX);
        }
        if let Some(other) = &other.beyond {
            let own = self.beyond.get_or_insert_default();
            for (hour, count) in &other.hours {
                let number = own.hours.entry(*hour).or_default();
                *number = number.saturating_add(*count);
            }
            own.last = own.last.max(other.last);
        }
    }

    /// The first event, in ticks, with its place.
    pub(super) fn earliest(&self) -> Option<(i64, Option<Place>)> {
        self.earliest
    }

    /// The seconds that are kept, ascending.
    pub(super) fn seconds(&self) -> impl Iterator<Item = u32> + '_ {
        self.seconds.iter().map(|(second, _)| *second)
    }

    /// The number of seconds that are kept.
    pub(super) fn len(&self) -> u64 {
        self.seconds.len() as u64
    }

    /// The last second.
    pub(super) fn last(&self) -> Option<u32> {
        let kept = self.seconds.last().map(|(second, _)| *second);
        kept.max(self.beyond.as_ref().map(|beyond| beyond.last))
    }

    /// The number of events in each hour since 1970 that has any.
    pub(super) fn hours(&self) -> BTreeMap<u32, u32> {
        let mut hours = self
            .beyond
            .as_ref()
            .map(|beyond| beyond.hours.clone())
            .unwrap_or_default();
        for (second, count) in &self.seconds {
            let hour = hours.entry(second / SECONDS_PER_HOUR).or_default();
            *hour = hour.saturating_add(*count);
        }
        hours
    }

    /// The number of events.
    pub(super) fn count(&self) -> u64 {
        self.hours().values().map(|count| u64::from(*count)).sum()
    }

    #[cfg(test)]
    pub(super) fn of(seconds: impl IntoIterator<Item = u32>) -> Self {
        let mut arrivals = Self::default();
        for second in seconds {
            let own = Some((i64::from(second) * TICKS_PER_SECOND, None));
            if arrivals.earliest.is_none() || own < arrivals.earliest {
                arrivals.earliest = own;
            }
            arrivals.put(second, 1, KEPT);
        }
        arrivals
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_earliest_seconds_are_kept_and_the_others_counted() {
        let arrivals = Arrivals::of((0..1_000).rev().map(|number| number * 10));
        assert_eq!(arrivals.len(), 64);
        assert_eq!(arrivals.seconds().last(), Some(630));
        assert_eq!(arrivals.last(), Some(9_990));
        assert_eq!(arrivals.count(), 1_000);
        assert_eq!(
            arrivals.hours().into_iter().collect::<Vec<_>>(),
            [(0, 360), (1, 360), (2, 280)]
        );
    }

    proptest! {
        #[test]
        fn order_changes_nothing(
            (seconds, shuffled) in proptest::collection::vec(0_u32..20_000, 0..400)
                .prop_flat_map(|seconds| (Just(seconds.clone()), Just(seconds).prop_shuffle())),
            cut in 0_usize..400,
        ) {
            let whole = Arrivals::of(seconds.iter().copied());
            prop_assert_eq!(&whole, &Arrivals::of(shuffled.iter().copied()));
            prop_assert_eq!(whole.count(), seconds.len() as u64);
            let cut = cut.min(seconds.len());
            let one = Arrivals::of(seconds.iter().take(cut).copied());
            let other = Arrivals::of(seconds.iter().skip(cut).copied());
            let (mut there, mut back) = (one.clone(), other.clone());
            there.merge(&other);
            back.merge(&one);
            prop_assert_eq!(there, back);
        }
    }
}
