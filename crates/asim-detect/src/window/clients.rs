//! Which clients there were.

use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};

use crate::alert::Entity;
use crate::distinct::DistinctSet;
use crate::observation::{Client, Observation, OwnedClient};

/// So many clients are named.
const NAMED: usize = 10;

/// A few of the clients that there were: those of the least hashes, so that the order of events is no matter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SomeClients {
    /// Of those that are kept, once they are ten: what has more is none of them.
    largest: Option<u64>,
    /// In the order of their hashes.
    kept: Vec<(u64, OwnedClient)>,
}

impl SomeClients {
    /// Takes note of an event's client, if it is known.
    #[inline]
    pub fn add(&mut self, observation: Observation<'_>) {
        if let Some(client) = observation.client() {
            self.put(observation.client_hash(), client);
        }
    }

    #[inline]
    fn put(&mut self, hash: u64, client: Client<'_>) {
        if self.largest.is_none_or(|largest| hash < largest) {
            self.keep(hash, client);
        }
    }

    fn keep(&mut self, hash: u64, client: Client<'_>) {
        let place = self.kept.partition_point(|(own, _)| *own < hash);
        if self.kept.get(place).is_some_and(|(own, _)| *own == hash) {
            return;
        }
        if self.kept.is_empty() {
            // Mostly there is only one.
            self.kept.reserve_exact(1);
        }
        self.kept.insert(place, (hash, client.into()));
        self.kept.truncate(NAMED);
        if self.kept.len() == NAMED {
            self.largest = self.kept.last().map(|(hash, _)| *hash);
        }
    }

    /// Takes note of all that another one knows.
    pub fn merge(&mut self, other: &Self) {
        for (hash, client) in &other.kept {
            self.put(*hash, client.as_client());
        }
    }

    /// Has memory bring what [`add`](Self::add) will read.
    #[inline]
    pub(crate) fn prefetch(&self) {
        prefetch_index(&self.kept, self.kept.len() / 2);
    }

    /// How many are known: ten at most.
    pub fn len(&self) -> u64 {
        self.kept.len() as u64
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Those that are known, in their order.
    pub fn entities(&self) -> Vec<Entity> {
        let mut clients: Vec<_> = self.kept.iter().map(|(_, client)| client.as_client()).collect();
        clients.sort_unstable();
        let mut room = Vec::new();
        let entities = clients
            .into_iter()
            .map(|client| Entity::client(client, client.to_text(&mut room)));
        entities.collect()
    }
}

/// How many different clients there were, and ten of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Clients {
    some: SomeClients,
    /// All of them, once they are ten or more.
    all: Option<Box<DistinctSet>>,
}

impl Clients {
    /// Takes note of an event's client, if it is known.
    pub fn add(&mut self, observation: Observation<'_>) {
        if let Some(client) = observation.client() {
            self.put(observation.client_hash(), client);
        }
    }

    /// Takes note of a client.
    pub(crate) fn add_client(&mut self, client: Client<'_>) {
        self.put(client.hash(), client);
    }

    fn put(&mut self, hash: u64, client: Client<'_>) {
        self.some.put(hash, client);
        match &mut self.all {
            Some(all) => all.insert(hash),
            None => self.spread(),
        }
    }

    /// Counts apart what is more than the clients that are named.
    fn spread(&mut self) {
        if self.some.kept.len() == NAMED {
            let mut all = DistinctSet::default();
            self.some.kept.iter().for_each(|(hash, _)| all.insert(*hash));
            self.all = Some(Box::new(all));
        }
    }

    /// Takes note of all that another one knows.
    pub fn merge(&mut self, other: &Self) {
        if self.all.is_none() && other.all.is_none() && self.some.len() + other.some.len() < NAMED as u64 {
            self.some.merge(&other.some);
            return;
        }
        if self.all.is_none() && other.all.is_none() {
            let both: std::collections::BTreeSet<u64> = self
                .some
                .kept
                .iter()
                .chain(&other.some.kept)
                .map(|(hash, _)| *hash)
                .collect();
            if both.len() >= NAMED {
                let mut all = DistinctSet::default();
                for hash in both {
                    all.insert(hash);
                }
                self.all = Some(Box::new(all));
            }
        } else {
            let all = self.all.get_or_insert_with(Box::default);
            match &other.all {
                Some(other) => all.merge(other),
                None => other.some.kept.iter().for_each(|(hash, _)| all.insert(*hash)),
            }
            self.some.kept.iter().for_each(|(hash, _)| all.insert(*hash));
        }
        self.some.merge(&other.some);
    }

    /// Has memory bring what [`add`](Self::add) will read.
    #[inline]
    pub(crate) fn prefetch(&self, hash: u64) {
        self.some.prefetch();
        if let Some(all) = &self.all {
            all.prefetch(hash);
        }
    }

    /// The number of different clients.
    pub fn len(&self) -> u64 {
        self.all.as_ref().map_or(self.some.len(), |all| all.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.some.is_empty()
    }

    /// Ten of them at most, in their order.
    pub fn entities(&self) -> Vec<Entity> {
        self.some.entities()
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{Event, RrType};
    use proptest::prelude::*;

    use super::*;
    use crate::rules::tests::request;
    use crate::{Batch, Observer, Tuning};

    fn clients(numbers: &[u8]) -> Clients {
        let observer = Observer::new(Tuning::default().into());
        let mut batch = Batch::default();
        for number in numbers {
            let event = request(0, &format!("192.0.2.{number}"), "example.com", RrType::A);
            observer.observe(&Event::Dns(event), None, &mut batch);
        }
        let mut clients = Clients::default();
        batch.iter().for_each(|observation| clients.add(observation));
        clients
    }

    proptest! {
        #[test]
        fn they_are_counted_in_any_order_and_in_parts(
            one in proptest::collection::vec(0_u8..40, 0..30),
            other in proptest::collection::vec(0_u8..40, 0..30),
        ) {
            let mut all = one.clone();
            all.extend(&other);
            let whole = clients(&all);
            let mut merged = clients(&one);
            merged.merge(&clients(&other));
            all.sort_unstable();
            prop_assert_eq!(&clients(&all), &whole);
            all.dedup();
            prop_assert_eq!(whole.len(), all.len() as u64);
            prop_assert_eq!((merged.len(), merged.entities()), (whole.len(), whole.entities()));
            prop_assert_eq!(whole.entities().len(), all.len().min(NAMED));
        }
    }
}
