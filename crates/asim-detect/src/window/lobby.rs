//! Groups of which one event has been seen, in little room.

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};

use crate::observation::{Observation, Place};

/// What is kept of a group's first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct First {
    /// When, in ticks.
    pub ticks: i64,
    /// Where its record stands.
    pub place: Option<Place>,
    /// The hash of the name.
    pub name_hash: u64,
    /// The type that was asked for.
    pub query_type: Option<u16>,
    /// The response code.
    pub response_code: Option<u16>,
    /// Whether it is a response.
    pub is_response: bool,
}

impl First {
    pub(crate) fn of(observation: Observation<'_>) -> Self {
        Self {
            ticks: observation.ticks(),
            place: observation.place(),
            name_hash: observation.name_hash(),
            query_type: observation.query_type(),
            response_code: observation.response_code(),
            is_response: observation.is_response(),
        }
    }
}

/// A group that waits for its second event, in 48 bytes.
///
/// It is known by its hash alone: among a million groups two share one of 64 bits in one of 40 million runs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Waiting {
    hash: u64,
    ticks: i64,
    record: u64,
    name_hash: u64,
    input: u32,
    query_type: Option<u16>,
    response_code: Option<u16>,
    has_place: bool,
    is_response: bool,
    pub(crate) role: u8,
}

impl Waiting {
    fn new(hash: u64, first: First, role: u8) -> Self {
        let place = first.place.unwrap_or(Place { input: 0, record: 0 });
        Self {
            hash,
            ticks: first.ticks,
            record: place.record,
            name_hash: first.name_hash,
            input: place.input,
            query_type: first.query_type,
            response_code: first.response_code,
            has_place: first.place.is_some(),
            is_response: first.is_response,
            role,
        }
    }

    /// Its first event.
    pub(crate) fn first(&self) -> First {
        First {
            ticks: self.ticks,
            place: self.has_place.then_some(Place {
                input: self.input,
                record: self.record,
            }),
            name_hash: self.name_hash,
            query_type: self.query_type,
            response_code: self.response_code,
            is_response: self.is_response,
        }
    }
}

/// Groups that wait: the newer and the older half. When the newer half is full, the older one is given up.
#[derive(Debug, Default)]
pub(crate) struct Lobby {
    newer: HashTable<Waiting>,
    older: HashTable<Waiting>,
    half: usize,
}

impl Lobby {
    /// A lobby for so many groups.
    pub(crate) fn new(room: usize) -> Self {
        Self {
            half: (room / 2).max(1),
            ..Self::default()
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.newer.len() + self.older.len()
    }

    /// Takes a group out.
    pub(crate) fn take(&mut self, hash: u64) -> Option<Waiting> {
        for half in [&mut self.newer, &mut self.older] {
            if let Ok(found) = half.find_entry(hash, |waiting| waiting.hash == hash) {
                return Some(found.remove().0);
            }
        }
        None
    }

    /// Lets a group wait. Gives those up that are in the way.
    pub(crate) fn put(&mut self, hash: u64, first: First, role: u8, given_up: impl FnMut(Waiting)) {
        if self.newer.len() >= self.half {
            let older = std::mem::replace(&mut self.older, std::mem::take(&mut self.newer));
            older.into_iter().for_each(given_up);
        }
        let waiting = Waiting::new(hash, first, role);
        self.newer.insert_unique(hash, waiting, |waiting| waiting.hash);
    }

    /// All of them, the halves apart, by their hashes.
    pub(crate) fn drain(&mut self) -> [Vec<Waiting>; 2] {
        [&mut self.newer, &mut self.older].map(|half| {
            let mut all: Vec<_> = half.drain().collect();
            all.sort_unstable_by_key(|waiting| waiting.hash);
            all
        })
    }

    /// A lobby as it was drained.
    pub(crate) fn restore(room: usize, halves: [Vec<Waiting>; 2]) -> Self {
        let table = |all: Vec<Waiting>| {
            let mut half = HashTable::with_capacity(all.len());
            for waiting in all {
                half.insert_unique(waiting.hash, waiting, |waiting: &Waiting| waiting.hash);
            }
            half
        };
        let [newer, older] = halves.map(table);
        Self {
            newer,
            older,
            ..Self::new(room)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: First = First {
        ticks: 7,
        place: None,
        name_hash: 9,
        query_type: Some(1),
        response_code: None,
        is_response: false,
    };

    #[test]
    fn the_older_half_gives_way() {
        let mut lobby = Lobby::new(4);
        let mut given_up = Vec::new();
        for hash in 1..=5 {
            lobby.put(hash, FIRST, 0, |waiting| given_up.push(waiting.hash));
        }
        given_up.sort_unstable();
        assert_eq!((given_up, lobby.len()), (vec![1, 2], 3));
        assert!(lobby.take(1).is_none() && lobby.take(3).is_some() && lobby.take(5).is_some());
        assert!(lobby.take(5).is_none());
        let halves = lobby.drain();
        let mut restored = Lobby::restore(4, halves);
        assert_eq!(restored.take(4).map(|waiting| waiting.first()), Some(FIRST));
        let none = First { place: None, ..FIRST };
        assert_eq!(Waiting::new(1, none, 0).first(), none);
        assert_eq!(size_of::<Waiting>(), 48);
    }
}
