//! How often, from when to when, and a few examples.

use asim_schema::Timestamp;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

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
/// Neither the order of events nor that of merging changes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sightings {
    /// How many.
    pub count: u64,
    /// The times of the first and the last one, in ticks, if there is any.
    first: i64,
    last: i64,
    /// In the order of time, the earliest first.
    pub samples: Vec<Sample>,
    /// The time of the last sample, once there are as many as are kept: what is later is none.
    full: Option<i64>,
}

impl Sightings {
    /// So many events from one instant in ticks to another, for rules that keep them in a form of their own.
    pub(crate) fn between(
        count: u64,
        first: i64,
        last: i64,
        samples: impl IntoIterator<Item = Sample>,
    ) -> Self {
        let mut sightings = Self {
            count,
            first,
            last,
            ..Self::default()
        };
        samples.into_iter().for_each(|sample| sightings.put(sample));
        sightings
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
        let time = observation.ticks();
        self.count(observation);
        if self.full.is_some_and(|last| last < time) {
            return;
        }
        if self
            .samples
            .iter()
            .any(|sample| *sample.text == *text && sample.time <= time)
        {
            return;
        }
        self.samples.retain(|sample| *sample.text != *text);
        self.put(Sample {
            time,
            text: text.into(),
            place: observation.place(),
        });
    }

    fn put(&mut self, sample: Sample) {
        let place = self.samples.partition_point(|own| *own < sample);
        // Most groups are seen once, and there are many of them.
        self.samples.reserve_exact(1);
        self.samples.insert(place, sample);
        self.samples.truncate(SAMPLES);
        self.full = match &self.samples[..] {
            samples @ [.., last] if samples.len() == SAMPLES => Some(last.time),
            _ => None,
        };
    }

    /// Counts in what another one has counted.
    pub fn merge(&mut self, other: &Self) {
        if other.count > 0 {
            self.spread(other.count, other.first, other.last);
        }
        for sample in &other.samples {
            let earlier = |own: &Sample| own.text == sample.text && own.time <= sample.time;
            if !self.samples.iter().any(earlier) {
                self.samples.retain(|own| own.text != sample.text);
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
