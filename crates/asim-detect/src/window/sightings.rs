//! How often, from when to when, and a few examples.

use asim_schema::Timestamp;
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
    pub text: Box<str>,
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
    first: Option<i64>,
    last: Option<i64>,
    /// In the order of time, the earliest first.
    pub samples: Vec<Sample>,
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
            first: Some(first),
            last: Some(last),
            samples: Vec::new(),
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
        self.count += 1;
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
    }

    /// Counts one event; `text` says what was seen.
    pub fn add(&mut self, observation: Observation<'_>, text: &str) {
        let time = observation.ticks();
        self.count(observation);
        let last = self.samples.last().map(|sample| sample.time);
        if self.samples.len() == SAMPLES && last.is_some_and(|last| last < time) {
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
    }

    /// Counts in what another one has counted.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.max(other.last);
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
        self.first.and_then(Timestamp::from_ticks)
    }

    /// The last time.
    pub fn last(&self) -> Option<Timestamp> {
        self.last.and_then(Timestamp::from_ticks)
    }
}
