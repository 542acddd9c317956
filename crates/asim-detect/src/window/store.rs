//! The keys of one shard of a rule, with their panes.

use std::collections::BTreeMap;

use asim_schema::Timestamp;
use hashbrown::HashTable;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::lobby::{First, Lobby, Waiting};
use super::{Group, Key, Span, Window};
use crate::alert::Finding;
use crate::rule::Rule;

/// What was found when a window closed.
pub(crate) struct Closed {
    pub(crate) span: Span,
    pub(crate) key: Key,
    pub(crate) finding: Finding,
}

/// What a store has done, for the summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoreStatistics {
    pub(crate) late: u64,
    pub(crate) evicted: u64,
    pub(crate) keys: u64,
}

#[derive(Serialize, Deserialize)]
struct Entry<P, M> {
    hash: u64,
    key: Key,
    role: u8,
    /// The number of the event that touched it last.
    touched: u64,
    last_pane: i64,
    /// When the pane of this number closes, the window is judged.
    due: Option<i64>,
    /// In ascending order of their numbers.
    panes: Vec<(i64, P)>,
    memory: M,
}

/// The keys of one shard.
pub(crate) struct Store<R: Rule> {
    /// By slot; the free ones are listed in `free`.
    entries: Vec<Option<Entry<R::Pane, R::Memory>>>,
    free: Vec<u32>,
    table: HashTable<u32>,
    /// Groups of which one event has been seen, where the rule allows it.
    lobby: Lobby,
    /// The slots to look at when a pane closes.
    agenda: BTreeMap<i64, Vec<u32>>,
    /// The first pane that has not closed; none before the first event.
    next: Option<i64>,
    events: u64,
    late: u64,
    evicted: u64,
    budget: usize,
}

/// Of a store that is full, one in so many keys is evicted.
const EVICTED_SHARE: usize = 8;
/// So many groups may wait for their second event for each that is kept: they take about a tenth of the room.
const WAITING_SHARE: usize = 4;

impl<R: Rule> Store<R> {
    pub(crate) fn new(budget: usize) -> Self {
        Self {
            entries: Vec::new(),
            free: Vec::new(),
            table: HashTable::new(),
            lobby: Lobby::new(budget.saturating_mul(WAITING_SHARE)),
            agenda: BTreeMap::new(),
            next: None,
            events: 0,
            late: 0,
            evicted: 0,
            budget: budget.max(EVICTED_SHARE),
        }
    }

    pub(crate) fn statistics(&self) -> StoreStatistics {
        StoreStatistics {
            late: self.late,
            evicted: self.evicted,
            keys: (self.table.len() + self.lobby.len()) as u64,
        }
    }

    /// The pane of the group for an event; none if that pane has closed, or the group waits for its second event.
    /// `mark` is the watermark in ticks before the event.
    ///
    /// Whether an event may wait must follow from the event alone: which one of a group comes first does not matter.
    pub(crate) fn pane(
        &mut self,
        rule: &R,
        group: Group<'_>,
        event: First,
        may_wait: bool,
        mark: i64,
        out: &mut Vec<Closed>,
    ) -> Option<&mut R::Pane> {
        self.close(rule, mark, out);
        let window = rule.window();
        let number = window.pane_of(event.ticks);
        if self.next.is_some_and(|next| number < next) {
            self.late += 1;
            return None;
        }
        self.events += 1;
        let slot = match self.table.find(group.hash(), |slot| self.is(*slot, group)) {
            Some(slot) => *slot,
            None if may_wait || self.lobby.len() > 0 => self.admit(rule, group, event, may_wait)?,
            None => self.insert(rule, group),
        };
        let entry = self.entries.get_mut(slot as usize)?.as_mut()?;
        entry.touched = self.events;
        entry.role = entry.role.max(group.role());
        self.open(slot, number)
    }

    /// The pane of this number of an entry.
    fn open(&mut self, slot: u32, number: i64) -> Option<&mut R::Pane> {
        let entry = self.entries.get_mut(slot as usize)?.as_mut()?;
        entry.last_pane = entry.last_pane.max(number);
        // Most events are of the newest pane.
        let place = match entry.panes.last() {
            Some((last, _)) if *last == number => entry.panes.len() - 1,
            _ => match entry.panes.binary_search_by_key(&number, |(own, _)| *own) {
                Ok(place) => place,
                Err(place) => {
                    entry.panes.insert(place, (number, R::Pane::default()));
                    if self.next.is_none_or(|next| number >= next) {
                        self.agenda.entry(number).or_default().push(slot);
                    }
                    place
                }
            },
        };
        entry.panes.get_mut(place).map(|(_, pane)| pane)
    }

    /// Lets a new group wait for its second event; the slot of one that has waited, with its first event counted in.
    fn admit(&mut self, rule: &R, group: Group<'_>, event: First, may_wait: bool) -> Option<u32> {
        let window = rule.window();
        let length = i64::from(window.panes.max(1));
        let next = self.next.unwrap_or(i64::MIN);
        // No event that is still to come can share a window with it.
        let is_over =
            |waiting: &Waiting| window.pane_of(waiting.first().ticks).saturating_add(length) <= next;
        let waited = self.lobby.take(group.hash());
        let waited = waited.filter(|waited| !is_over(waited));
        let Some(waited) = waited else {
            if !may_wait {
                return Some(self.insert(rule, group));
            }
            let Self { lobby, evicted, .. } = self;
            lobby.put(group.hash(), event, group.role(), |waiting| {
                *evicted += u64::from(!is_over(&waiting));
            });
            return None;
        };
        let slot = self.insert(rule, group);
        if let Some(entry) = self.entries.get_mut(slot as usize).and_then(Option::as_mut) {
            entry.role = entry.role.max(waited.role);
        }
        if let Some(pane) = self.open(slot, window.pane_of(waited.first().ticks)) {
            rule.add_first(pane, waited.first());
        }
        Some(slot)
    }

    fn is(&self, slot: u32, group: Group<'_>) -> bool {
        let entry = self.entries.get(slot as usize).and_then(Option::as_ref);
        entry.is_some_and(|entry| group.is(&entry.key))
    }

    fn insert(&mut self, rule: &R, group: Group<'_>) -> u32 {
        if self.table.len() >= self.budget {
            self.evict(rule);
        }
        let entry = Entry {
            hash: group.hash(),
            key: group.to_key(),
            role: group.role(),
            touched: self.events,
            last_pane: i64::MIN,
            due: None,
            panes: Vec::with_capacity(1),
            memory: R::Memory::default(),
        };
        self.place(entry)
    }

    fn place(&mut self, entry: Entry<R::Pane, R::Memory>) -> u32 {
        let hash = entry.hash;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            // The budget is far below.
            u32::try_from(self.entries.len() - 1).unwrap_or(u32::MAX)
        });
        if let Some(place) = self.entries.get_mut(slot as usize) {
            *place = Some(entry);
        }
        let entries = &self.entries;
        self.table.insert_unique(hash, slot, |slot| {
            let entry = entries.get(*slot as usize).and_then(Option::as_ref);
            entry.map_or(0, |entry| entry.hash)
        });
        slot
    }

    fn remove(&mut self, slot: u32) {
        let Some(entry) = self.entries.get_mut(slot as usize).and_then(Option::take) else {
            return;
        };
        if let Ok(found) = self.table.find_entry(entry.hash, |own| *own == slot) {
            found.remove();
        }
        self.free.push(slot);
    }

    /// Evicts the keys that were touched longest ago; those that are half way to a finding go last.
    #[cold]
    fn evict(&mut self, rule: &R) {
        let touched = |(slot, entry): (usize, &Option<Entry<_, _>>)| {
            Some((entry.as_ref()?.touched, u32::try_from(slot).ok()?))
        };
        let mut order: Vec<_> = self.entries.iter().enumerate().filter_map(touched).collect();
        let number = (order.len() / EVICTED_SHARE).max(1);
        // Only the older ones are looked into.
        let older = (number * 2).min(order.len());
        if older < order.len() {
            order.select_nth_unstable(older);
        }
        order.truncate(older);
        order.sort_unstable();
        let (near, far): (Vec<_>, Vec<_>) =
            order.into_iter().partition(|(_, slot)| self.is_near(rule, *slot));
        for (_, slot) in far.into_iter().chain(near).take(number) {
            self.remove(slot);
            self.evicted += 1;
        }
    }

    /// Whether a key is half way to a finding.
    fn is_near(&self, rule: &R, slot: u32) -> bool {
        let entry = self.entries.get(slot as usize).and_then(Option::as_ref);
        entry.is_some_and(|entry| {
            let weight: u64 = entry.panes.iter().map(|(_, pane)| rule.weight(pane)).sum();
            entry.due.is_some() || weight * 2 >= rule.enough(entry.role).max(2)
        })
    }

    /// Closes every pane that ends at or before the watermark.
    #[inline]
    pub(crate) fn close(&mut self, rule: &R, mark: i64, out: &mut Vec<Closed>) {
        let window = rule.window();
        let reached = window.pane_of(mark);
        match self.next {
            Some(next) if reached <= next => return,
            _ => {}
        }
        self.close_before(rule, reached, out);
        self.next = Some(reached);
    }

    /// Closes all panes: no further event comes.
    pub(crate) fn finish(&mut self, rule: &R, out: &mut Vec<Closed>) {
        self.close_before(rule, i64::MAX, out);
    }

    #[cold]
    fn close_before(&mut self, rule: &R, end: i64, out: &mut Vec<Closed>) {
        while let Some(first) = self.agenda.first_entry() {
            let pane = *first.key();
            if pane >= end {
                break;
            }
            for slot in first.remove() {
                self.look(rule, slot, pane, out);
            }
        }
    }

    /// Looks at a key when a pane has closed.
    fn look(&mut self, rule: &R, slot: u32, now: i64, out: &mut Vec<Closed>) {
        let window = rule.window();
        let length = i64::from(window.panes.max(1));
        let oldest = now.saturating_sub(length - 1);
        let Some(entry) = self.entries.get_mut(slot as usize).and_then(Option::as_mut) else {
            return;
        };
        let expired = entry.panes.partition_point(|(number, _)| *number < oldest);
        entry.panes.drain(..expired);
        // Whether other looks come between depends on the order of events: only a pane that closes is reason to judge.
        let closes = entry
            .panes
            .binary_search_by_key(&now, |(number, _)| *number)
            .is_ok();
        if closes && entry.due.is_none() {
            let closed = entry.panes.iter().take_while(|(number, _)| *number <= now);
            let weight: u64 = closed.map(|(_, pane)| rule.weight(pane)).sum();
            if weight >= rule.enough(entry.role)
                && let Some(merged) = merged(rule, entry, now)
                && rule.exceeds(&merged, entry.role)
                && let Some((first, _)) = entry.panes.first()
            {
                // The window that begins with the first event of what was seen tells all of it.
                entry.due = Some(first.saturating_add(length - 1));
            }
        }
        if entry.due.is_some_and(|due| due <= now) {
            entry.due = None;
            if let (Some(pane), Some((first, _))) = (merged(rule, entry, now), entry.panes.first()) {
                let span = span(window, *first, length);
                let found = rule.judge(&entry.key, entry.role, span, &pane, &mut entry.memory);
                let judged = entry.panes.partition_point(|(number, _)| *number <= now);
                entry.panes.drain(..judged);
                if let Some(finding) = found {
                    out.push(Closed {
                        span,
                        key: entry.key.clone(),
                        finding,
                    });
                }
            }
        }
        if length == 1 {
            let closed = entry.panes.partition_point(|(number, _)| *number <= now);
            entry.panes.drain(..closed);
        }
        let last = entry.last_pane;
        let next = match entry.due {
            Some(due) => Some(due),
            // Panes still to close have their own place on the agenda.
            None if entry.panes.first().is_some_and(|(number, _)| *number <= now) => {
                Some(last.saturating_add(length))
            }
            None if !entry.panes.is_empty() => None,
            None if entry.memory != R::Memory::default() => Some(last.saturating_add(rule.retention())),
            None => Some(now),
        };
        match next {
            Some(next) if next > now => self.agenda.entry(next).or_default().push(slot),
            Some(_) => self.remove(slot),
            None => {}
        }
    }
}

/// All panes of an entry up to one, merged.
fn merged<R: Rule>(rule: &R, entry: &Entry<R::Pane, R::Memory>, last: i64) -> Option<R::Pane> {
    let mut panes = entry.panes.iter().take_while(|(number, _)| *number <= last);
    let (_, mut merged) = panes.next().cloned()?;
    for (_, pane) in panes {
        rule.merge(&mut merged, pane);
    }
    Some(merged)
}

fn span(window: Window, first: i64, length: i64) -> Span {
    let instant = |pane| Timestamp::from_ticks(window.start_of(pane));
    Span {
        start: instant(first).unwrap_or(Timestamp::MIN),
        end: instant(first.saturating_add(length)).unwrap_or(Timestamp::MAX),
    }
}

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
            waiting: self.lobby.drain(),
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
            lobby: Lobby::restore(budget.saturating_mul(WAITING_SHARE), stored.waiting),
            ..Self::new(budget)
        };
        let length = i64::from(rule.window().panes.max(1));
        let open = stored.next.unwrap_or(i64::MIN);
        for entry in stored.entries {
            let numbers: Vec<_> = entry.panes.iter().map(|(number, _)| *number).collect();
            let (due, last) = (entry.due, entry.last_pane);
            let has_memory = entry.memory != R::Memory::default();
            let slot = store.place(entry);
            let mut panes: Vec<_> = numbers.iter().copied().filter(|number| *number >= open).collect();
            panes.extend(due);
            if numbers.first().is_some_and(|number| *number < open) && due.is_none() {
                panes.push(last.saturating_add(length));
            }
            if numbers.is_empty() && has_memory {
                panes.push(last.saturating_add(rule.retention()).max(open));
            }
            for pane in panes {
                store.agenda.entry(pane).or_default().push(slot);
            }
        }
        store
    }
}

#[cfg(test)]
mod tests;
