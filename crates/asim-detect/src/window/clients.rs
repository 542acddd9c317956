//! Which clients there were.

use serde::{Deserialize, Serialize};

use crate::alert::{Entity, EntityKind};
use crate::distinct::DistinctSet;
use crate::observation::{Client, Observation, OwnedClient};

/// So many clients are named.
const NAMED: usize = 10;

/// How many different clients there were, and a few of them: the first in their order, so that the order of events is
/// no matter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Clients {
    distinct: DistinctSet,
    /// Ascending.
    named: Vec<OwnedClient>,
}

impl Clients {
    /// Takes note of an event's client, if it is known.
    pub fn add(&mut self, observation: Observation<'_>) {
        let Some(client) = observation.client() else {
            return;
        };
        self.distinct.insert(observation.client_hash());
        self.name(client);
    }

    fn name(&mut self, client: Client<'_>) {
        let place = self.named.partition_point(|own| own.as_client() < client);
        if place >= NAMED || self.named.get(place).is_some_and(|own| own.as_client() == client) {
            return;
        }
        if self.named.is_empty() {
            // Mostly there is only one.
            self.named.reserve_exact(1);
        }
        self.named.insert(place, client.into());
        self.named.truncate(NAMED);
    }

    /// Takes note of all that another one knows.
    pub fn merge(&mut self, other: &Self) {
        self.distinct.merge(&other.distinct);
        for client in &other.named {
            self.name(client.as_client());
        }
    }

    /// The number of different clients.
    pub fn len(&self) -> u64 {
        self.distinct.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// The first ten.
    pub fn entities(&self) -> impl Iterator<Item = Entity> {
        self.named.iter().map(|client| match client.as_client() {
            Client::Address(address) => Entity {
                kind: EntityKind::Ip,
                value: address.to_string(),
            },
            Client::Host(host) => Entity {
                kind: EntityKind::Host,
                value: host.to_owned(),
            },
        })
    }
}
