//! Which events are samples.

use super::{MIXER, Waited};
use crate::observation::{Observation, Place};

/// Chooses one event in so many, the same ones in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    one_in: u64,
}

impl Sampling {
    /// For groups that are told from so many events on: of those some ten are chosen, and all where they are few.
    ///
    /// Most groups are smaller and never told, and samples of them would only take time and room.
    pub fn for_groups_of(events: u64) -> Self {
        Self {
            one_in: (events / 10).max(1),
        }
    }

    /// Whether an event is chosen. That goes by its time, name and record, so that a burst of one name within a second
    /// has chosen events like any other.
    #[inline]
    pub fn has(self, observation: Observation<'_>) -> bool {
        self.chooses(observation.ticks(), observation.place(), observation.name_hash())
    }

    /// Whether an event that has waited is chosen, as [`has`](Self::has) would have said.
    #[inline]
    pub(crate) fn has_waited(self, event: Waited) -> bool {
        self.chooses(event.ticks, event.place, event.name_hash)
    }

    #[inline]
    fn chooses(self, ticks: i64, place: Option<Place>, name_hash: u64) -> bool {
        if self.one_in == 1 {
            return true;
        }
        let record = place.map_or(0, |place| place.record);
        let event = ticks.unsigned_abs() ^ record.rotate_left(32) ^ name_hash;
        (event.wrapping_mul(MIXER) >> 32).is_multiple_of(self.one_in)
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{Event, RrType};

    use super::*;
    use crate::rules::tests::request;
    use crate::{Batch, Observer, Tuning};

    #[test]
    fn a_burst_of_one_name_within_a_second_has_samples() {
        let observer = Observer::new(Tuning::default().into());
        let mut batch = Batch::default();
        for record in 1..=2_000 {
            let event = request(0, "192.0.2.1", "www.example.com", RrType::A);
            observer.observe(&Event::Dns(event), Some(Place { input: 0, record }), &mut batch);
        }
        for events in [50, 200, 2_000] {
            let sampling = Sampling::for_groups_of(events);
            let told = batch.iter().take(usize::try_from(events).unwrap());
            let chosen = told.filter(|observation| sampling.has(*observation)).count();
            assert!((4..=25).contains(&chosen), "{chosen} of {events}");
        }
        let all = Sampling::for_groups_of(19);
        assert!(batch.iter().all(|observation| all.has(observation)));
    }
}
