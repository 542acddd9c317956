//! A shard as a snapshot has it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Entry, Slot, Store};
use crate::rule::Rule;
use crate::window::lobby::Guests;

/// A store as a snapshot has it.
#[derive(Serialize, Deserialize)]
#[serde(bound(
    serialize = "P: Serialize, M: Serialize",
    deserialize = "P: DeserializeOwned, M: DeserializeOwned"
))]
pub(crate) struct Stored<P, M> {
    entries: Vec<Entry<P, M>>,
    waiting: Guests,
    next: Option<i64>,
    swept: Option<i64>,
    events: u64,
    late: u64,
    evicted: u64,
}

impl<R: Rule> Store<R> {
    /// All that it knows, in the order of its keys.
    pub(crate) fn take(&mut self) -> Stored<R::Pane, R::Memory> {
        let mut entries: Vec<_> = self.entries.drain(..).flatten().collect();
        entries.sort_by(|one, other| one.key.cmp(&other.key));
        Stored {
            entries,
            waiting: self.lobby.take(),
            next: self.next,
            swept: self.swept,
            events: self.events,
            late: self.late,
            evicted: self.evicted,
        }
    }

    /// A store that knows what a snapshot tells.
    pub(crate) fn restore(budget: usize, patience: i64, stored: Stored<R::Pane, R::Memory>) -> Self {
        let mut store = Self {
            next: stored.next,
            swept: stored.swept,
            events: stored.events,
            late: stored.late,
            evicted: stored.evicted,
            ..Self::new(budget, patience)
        };
        for (hash, seat) in store.lobby.restore(stored.waiting) {
            store.table.insert(Slot::waiting(hash, seat));
        }
        let open = stored.next.unwrap_or(i64::MIN);
        for entry in stored.entries {
            let mut panes = Vec::new();
            if entry.is_heavy {
                panes.extend(entry.panes.numbers().filter(|number| *number >= open));
                panes.extend(entry.due);
            }
            let place = store.place(entry);
            for pane in panes {
                store.agenda.entry(pane).or_default().push(place);
            }
        }
        store
    }
}
