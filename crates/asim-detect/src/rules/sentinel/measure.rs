//! What a rule counts, and of whom.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::alert::{Entity, EntityKind, Finding};
use crate::distinct::DistinctSet;
use crate::observation::{Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Clients, Exchanges, Group, Key, Reporter, Sampling, Sightings, Waited};

/// What a rule counts, and of whom.
pub trait Measure: Send + Sync + 'static {
    /// What the events of a group add up to.
    type Count: Count;

    /// What an alert calls it.
    const COUNTER: &'static str;

    /// Whether the item of the group is a name that the alert is about.
    const ABOUT_ITEM: bool = true;

    /// What events must have one of to count; see [`Rule::traits`](crate::Rule::traits).
    const TRAITS: Traits;

    /// Whether an alert says who reported. Where groups are very many, that takes too much room.
    const REPORTS: bool = true;

    /// What is written about the rule.
    fn info(&self) -> RuleInfo;

    /// The group of an event; none if the rule does not count it.
    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>>;

    /// Counts an event.
    fn add(&self, count: &mut Self::Count, observation: Observation<'_>);

    /// What is noted of an event if a group that begins with it may wait; see [`Rule::waits`](crate::Rule::waits).
    fn note(&self, _: Observation<'_>) -> Option<u32> {
        None
    }

    /// Counts an event that has waited.
    fn add_waited(&self, count: &mut Self::Count, event: Waited) {
        let _ = (count, event);
    }

    /// What an alert shows of an event that has waited; see [`sample`](Self::sample).
    fn sample_of_waited(&self, _: Waited) -> Option<&'static str> {
        None
    }

    /// Whether a day with so much is worth to be remembered of a group of which nothing is known.
    fn is_remembered(&self, _: u64) -> bool {
        true
    }

    /// What an alert shows of an event; none where the group says it already.
    fn sample<'o>(&self, observation: Observation<'o>) -> Option<&'o str> {
        observation.name()
    }
}

/// What adds up, in any order.
pub trait Count: Default + Clone + Send + Serialize + DeserializeOwned {
    /// Adds another one.
    fn merge(&mut self, other: &Self);

    /// How much it is. Merged it is never more than apart.
    fn value(&self) -> u64;

    /// Has memory bring what adding an event will read; see [`Rule::prefetch`](crate::Rule::prefetch).
    fn prefetch(&self, _: Observation<'_>) {}

    /// What it consists of, where that is worth to be told.
    fn entities(&self) -> Vec<Entity> {
        Vec::new()
    }
}

impl Count for Exchanges {
    fn merge(&mut self, other: &Self) {
        self.merge(other);
    }

    fn value(&self) -> u64 {
        self.lookups()
    }
}

impl Count for DistinctSet {
    fn merge(&mut self, other: &Self) {
        self.merge(other);
    }

    fn value(&self) -> u64 {
        self.len()
    }

    /// Most sets are of names.
    fn prefetch(&self, observation: Observation<'_>) {
        self.prefetch(observation.name_hash());
    }
}

impl Count for Clients {
    fn merge(&mut self, other: &Self) {
        self.merge(other);
    }

    fn value(&self) -> u64 {
        self.len()
    }

    fn prefetch(&self, observation: Observation<'_>) {
        self.prefetch(observation.client_hash());
    }

    fn entities(&self) -> Vec<Entity> {
        self.entities()
    }
}

/// What was counted of one group.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Counted<C> {
    pub(super) count: C,
    pub(super) sightings: Sightings,
    pub(super) reporter: Reporter,
}

impl<C: Count> Counted<C> {
    /// Counts an event; of those that `sampling` has it keeps samples.
    pub(super) fn add<M: Measure<Count = C>>(
        &mut self,
        measure: &M,
        sampling: Sampling,
        observation: Observation<'_>,
    ) {
        measure.add(&mut self.count, observation);
        match measure.sample(observation).filter(|_| sampling.has(observation)) {
            Some(text) => self.sightings.add(observation, text),
            None => self.sightings.count(observation),
        }
        if M::REPORTS {
            self.reporter.add(observation);
        }
    }

    pub(super) fn prefetch(&self, observation: Observation<'_>) {
        self.count.prefetch(observation);
        self.sightings.prefetch();
    }

    /// Counts an event that has waited, as [`add`](Self::add) would have done. Who reported it is not known any more.
    pub(super) fn add_waited<M: Measure<Count = C>>(
        &mut self,
        measure: &M,
        sampling: Sampling,
        event: Waited,
    ) {
        measure.add_waited(&mut self.count, event);
        match measure
            .sample_of_waited(event)
            .filter(|_| sampling.has_waited(event))
        {
            Some(text) => self.sightings.add_at(event.ticks, event.place, text),
            None => self.sightings.count_at(event.ticks),
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.count.merge(&other.count);
        self.sightings.merge(&other.sightings);
        self.reporter.merge(&other.reporter);
    }

    /// What there is to tell of it.
    pub(super) fn finding<M: Measure<Count = C>>(&self, measure: &M, key: &Key) -> Finding {
        let value = self.count.value();
        let mut finding = Finding::new(&self.sightings)
            .counter(M::COUNTER, value)
            .columns(measure.info().branch, format!("{}:{value}", M::COUNTER));
        finding.computer = self.reporter.name();
        finding.entities.extend(self.count.entities());
        match key.item() {
            Some(item) if M::ABOUT_ITEM => finding.entity(EntityKind::Dns, item),
            _ => finding,
        }
    }
}
