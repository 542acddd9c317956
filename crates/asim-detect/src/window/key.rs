//! What events are grouped by.

use compact_str::CompactString;
use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};

use crate::observation::{Client, Observation, OwnedClient};

/// What an observation is grouped by: its client, an item such as a domain, or both.
///
/// It is known by its hash; its texts are looked up when they are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Group<'o> {
    /// Whose client it is grouped by.
    client: Option<Observation<'o>>,
    item: Option<Item<'o>>,
    hash: u64,
    role: u8,
}

#[derive(Debug, Clone, Copy)]
enum Item<'o> {
    Domain(Observation<'o>),
    Name(Observation<'o>),
    Text(&'o str),
}

/// Mixes two hashes so that every bit of both counts.
fn mix(one: u64, other: u64) -> u64 {
    let product = u128::from(one ^ super::MIXER) * u128::from(other | 1);
    #[expect(clippy::cast_possible_truncation, reason = "the halves of the product")]
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high ^ other.rotate_left(32)
}

impl<'o> Group<'o> {
    /// By client; none where the client is not known: an empty key would bring strangers together.
    pub fn client(observation: Observation<'o>) -> Option<Self> {
        observation.has_client().then(|| Self {
            client: Some(observation),
            item: None,
            hash: mix(observation.client_hash(), 1),
            role: observation.role(),
        })
    }

    /// By client and registrable domain.
    pub fn client_and_domain(observation: Observation<'o>) -> Option<Self> {
        (observation.has_client() && observation.has_domain()).then(|| Self {
            client: Some(observation),
            item: Some(Item::Domain(observation)),
            hash: mix(observation.client_hash(), observation.domain_hash()),
            role: observation.role(),
        })
    }

    /// By client and name.
    pub fn client_and_name(observation: Observation<'o>) -> Option<Self> {
        (observation.has_client() && observation.has_name()).then(|| Self {
            client: Some(observation),
            item: Some(Item::Name(observation)),
            hash: mix(observation.client_hash(), observation.name_hash()),
            role: observation.role(),
        })
    }

    /// By registrable domain, whoever asks.
    pub fn domain(observation: Observation<'o>) -> Option<Self> {
        observation.has_domain().then(|| Self {
            client: None,
            item: Some(Item::Domain(observation)),
            hash: mix(2, observation.domain_hash()),
            role: 0,
        })
    }

    /// By name, whoever asks.
    pub fn name(observation: Observation<'o>) -> Option<Self> {
        observation.has_name().then(|| Self {
            client: None,
            item: Some(Item::Name(observation)),
            hash: mix(3, observation.name_hash()),
            role: 0,
        })
    }

    /// By client, where it is known, and an item of the rule's own.
    pub fn item(observation: Observation<'o>, item: &'o str) -> Self {
        let client = observation.has_client().then_some(observation);
        let hash = xxhash_rust::xxh3::xxh3_64(item.as_bytes());
        Self {
            client,
            item: Some(Item::Text(item)),
            hash: mix(client.map_or(4, Observation::client_hash), hash),
            role: observation.role(),
        }
    }

    /// By an item of the rule's own, whoever asks.
    pub fn alone(item: &'o str) -> Self {
        Self {
            client: None,
            item: Some(Item::Text(item)),
            hash: mix(5, xxhash_rust::xxh3::xxh3_64(item.as_bytes())),
            role: 0,
        }
    }

    fn client_of(self) -> Option<Client<'o>> {
        self.client?.client()
    }

    fn text(self) -> Option<&'o str> {
        match self.item? {
            Item::Domain(observation) => observation.domain(),
            Item::Name(observation) => observation.name(),
            Item::Text(text) => Some(text),
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn role(&self) -> u8 {
        self.role
    }

    pub(crate) fn to_key(self) -> Key {
        Key {
            client: self.client_of().map(OwnedClient::from),
            item: self.text().map(CompactString::from),
        }
    }

    pub(crate) fn is(&self, key: &Key) -> bool {
        self.text() == key.item.as_deref() && self.client_of() == key.client()
    }
}

/// A group that is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    client: Option<OwnedClient>,
    item: Option<CompactString>,
}

impl Key {
    /// Has memory bring the text, where it stands elsewhere.
    #[inline]
    pub(crate) fn prefetch(&self) {
        if let Some(item) = self.item.as_ref().filter(|item| item.is_heap_allocated()) {
            prefetch_index(item.as_bytes(), 0);
        }
    }

    /// The client.
    pub fn client(&self) -> Option<Client<'_>> {
        self.client.as_ref().map(OwnedClient::as_client)
    }

    /// The item: a domain, a name, or what the rule chose.
    pub fn item(&self) -> Option<&str> {
        self.item.as_deref()
    }
}
