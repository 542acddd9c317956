//! How often, from when to when, and a few examples.

use std::num::NonZero;

use asim_schema::Timestamp;
use compact_str::CompactString;
use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use crate::observation::{Observation, Place};

/// So many samples are kept, those of the earliest times.
const SAMPLES: usize = 5;

/// One event that a rule counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sample {
    /// When, in ticks.
    pub time: i64,
    /// What was seen: a name, a command line.
    pub text: CompactString,
    /// Where its record stands.
    pub place: Option<Place>,
}

/// The number of events, the first and the last time, and the earliest few of them.
///
/// Neither the order of events nor that of merging changes it. There are very many, so what most have none of stands
/// elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sightings {
    /// How many.
    pub count: u64,
    /// The times of the first and the last one, in ticks, if there is any.
    first: i64,
    last: i64,
    /// Once there is room for no more samples, the time of the last one, in ticks: no later event is one of them.
    full_until: Option<NonZero<i64>>,
    /// In the order of time, the earliest first.
    samples: ThinVec<Sample>,
}

impl Sightings {
    /// So many events from one instant in ticks to another, for rules that keep them in a form of their own. Samples come
    /// in the order of time.
    pub(crate) fn between(
        count: u64,
        first: i64,
        last: i64,
        samples: impl IntoIterator<Item = Sample>,
    ) -> Self {
        let samples: ThinVec<_> = samples.into_iter().take(SAMPLES).collect();
        Self {
            count,
            first,
            last,
            full_until: time_of_last(&samples),
            samples,
        }
    }

    /// Counts one event without keeping it as a sample: for rules of which most groups never tell anything.
    pub fn count(&mut self, observation: Observation<'_>) {
        self.count_at(observation.ticks());
    }

    /// Counts one event at a time in ticks.
    pub(crate) fn count_at(&mut self, time: i64) {
        self.spread(1, time, time);
    }

    /// Counts so many events from one instant to another.
    fn spread(&mut self, count: u64, first: i64, last: i64) {
        if self.count == 0 {
            (self.first, self.last) = (first, last);
        } else {
            self.first = self.first.min(first);
            self.last = self.last.max(last);
        }
        self.count += count;
    }

    /// Counts one event; `text` says what was seen.
    pub fn add(&mut self, observation: Observation<'_>, text: &str) {
        self.add_at(observation.ticks(), observation.place(), text);
    }

    /// Counts one event at a time in ticks, with its place.
    pub(crate) fn add_at(&mut self, time: i64, place: Option<Place>, text: &str) {
        self.count_at(time);
        // What stands elsewhere need not be looked at for most events of large groups.
        if self.full_until.is_some_and(|last| last.get() < time) {
            return;
        }
        let mut earlier = self
            .samples
            .iter()
            .filter(|sample| (sample.time, sample.place) <= (time, place));
        if earlier.any(|sample| *sample.text == *text) {
            return;
        }
        self.put(Sample {
            time,
            text: text.into(),
            place,
        });
    }

    /// The earliest few, each with another text, in the order of time.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// Its samples alone, in the order of time.
    pub(crate) fn into_samples(self) -> impl Iterator<Item = Sample> {
        self.samples.into_iter()
    }

    /// Puts a sample in the place of a later one of the same text.
    fn put(&mut self, sample: Sample) {
        self.samples.retain(|own| own.text != sample.text);
        let place = self.samples.partition_point(|own| *own < sample);
        if self.samples.is_empty() {
            // Mostly there is only one.
            self.samples.reserve_exact(1);
        }
        self.samples.insert(place, sample);
        self.samples.truncate(SAMPLES);
        self.full_until = time_of_last(&self.samples);
    }

    /// Has memory bring what [`add`](Self::add) will read.
    #[inline]
    pub(crate) fn prefetch(&self) {
        if self.full_until.is_none() {
            prefetch_index(&self.samples, 0);
        }
    }

    /// Counts in what another one has counted.
    pub fn merge(&mut self, other: &Self) {
        if other.count > 0 {
            self.spread(other.count, other.first, other.last);
        }
        for sample in other.samples() {
            let place = |sample: &Sample| (sample.time, sample.place);
            let earlier = |own: &Sample| own.text == sample.text && place(own) <= place(sample);
            if !self.samples().iter().any(earlier) {
                self.put(sample.clone());
            }
        }
    }

    /// The first time.
    pub fn first(&self) -> Option<Timestamp> {
        Timestamp::from_ticks(self.first).filter(|_| self.count > 0)
    }

    /// The last time.
    pub fn last(&self) -> Option<Timestamp> {
        Timestamp::from_ticks(self.last).filter(|_| self.count > 0)
    }
}

/// The time of the last sample, if there is room for no more. For 1970 itself there is none, which costs time alone.
fn time_of_last(samples: &[Sample]) -> Option<NonZero<i64>> {
    NonZero::new(samples.get(SAMPLES - 1)?.time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Event = (i64, u64, u8);

    fn sightings(events: &[Event]) -> Sightings {
        let mut sightings = Sightings::default();
        for (time, record, text) in events {
            let place = Place {
                input: 0,
                record: *record,
            };
            sightings.add_at(*time, Some(place), &format!("text {text}"));
        }
        sightings
    }

    fn in_two_orders() -> impl Strategy<Value = (Vec<Event>, Vec<Event>)> {
        proptest::collection::vec((0_i64..6, 0_u64..4, 0_u8..9), 0..40)
            .prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle()))
    }

    proptest! {
        #[test]
        fn neither_order_nor_merging_changes_them((events, shuffled) in in_two_orders(), cut in 0_usize..40) {
            let all = sightings(&events);
            prop_assert_eq!(&sightings(&shuffled), &all);
            let (one, other) = shuffled.split_at(cut.min(shuffled.len()));
            let mut merged = sightings(one);
            merged.merge(&sightings(other));
            prop_assert_eq!(&merged, &all);
        }
    }
}
