//! A shard as a snapshot has it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Entry, Slot, Store};
use crate::rule::Rule;
use crate::window::lobby::Waiting;

/// A store as a snapshot has it.
#[derive(Serialize, Deserialize)]
#[serde(bound(
    serialize = "P: Serialize, M: Serialize",
    deserialize = "P: DeserializeOwned, M: DeserializeOwned"
))]
pub(crate) struct Stored<P, M> {
    entries: Vec<Entry<P, M>>,
    waiting: [Vec<Waiting>; 2],
    next: Option<i64>,
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
            events: self.events,
            late: self.late,
            evicted: self.evicted,
        }
    }

    /// A store that knows what a snapshot tells.
    pub(crate) fn restore(rule: &R, budget: usize, stored: Stored<R::Pane, R::Memory>) -> Self {
        let mut store = Self {
            next: stored.next,
            events: stored.events,
            late: stored.late,
            evicted: stored.evicted,
            ..Self::new(budget)
        };
        for (hash, slot) in store.lobby.restore(stored.waiting) {
            store.note(hash, Slot::waiting(hash, slot));
        }
        let length = rule.window().length();
        let open = stored.next.unwrap_or(i64::MIN);
        for entry in stored.entries {
            let numbers: Vec<_> = entry.panes.iter().map(|(number, _)| *number).collect();
            let (due, last) = (entry.due, entry.last_pane);
            let has_memory = entry.memory != R::Memory::default();
            let place = store.place(entry);
            let mut panes: Vec<_> = numbers.iter().copied().filter(|number| *number >= open).collect();
            panes.extend(due);
            if numbers.first().is_some_and(|number| *number < open) && due.is_none() {
                panes.push(last.saturating_add(length));
            }
            if numbers.is_empty() && has_memory {
                panes.push(last.saturating_add(rule.retention()).max(open));
            }
            for pane in panes {
                store.agenda.entry(pane).or_default().push(place);
            }
        }
        store
    }
}
