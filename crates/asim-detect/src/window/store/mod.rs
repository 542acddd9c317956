//! The groups of one shard of a rule, with their panes.

mod closing;
mod entry;
mod eviction;
mod panes;
mod prefetch;
mod slot;
mod snapshot;
mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use self::closing::Closed;
use self::entry::Entry;
use self::panes::Panes;
use self::slot::Held;
pub(crate) use self::slot::Slot;
pub(crate) use self::snapshot::Stored;
use self::table::Table;
use super::lobby::{Lobby, MOST_WAITING, Seat, Waited};
use super::{Group, Window};
use crate::rule::Rule;

/// What a store has done, for the summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoreStatistics {
    pub(crate) late: u64,
    pub(crate) evicted: u64,
    pub(crate) keys: u64,
}

/// An event of a group.
#[derive(Clone, Copy)]
pub(crate) struct Arrival<'o> {
    pub(crate) group: Group<'o>,
    /// Where the group has been seen, which may be over.
    pub(crate) seen: Option<Slot>,
    /// The pane of its time.
    pub(crate) pane: i64,
}

/// The groups of one shard.
pub(crate) struct Store<R: Rule> {
    /// By place; the free ones are listed in `free`.
    entries: Vec<Option<Entry<R::Pane, R::Memory>>>,
    free: Vec<u32>,
    /// Groups that are small yet, where the rule allows it.
    lobby: Lobby,
    /// Where each group is, kept or waiting.
    table: Table,
    /// The entries to look at when a pane closes: those that weigh enough to be judged.
    agenda: BTreeMap<i64, Vec<u32>>,
    /// The first pane that has not closed; none before the first event.
    next: Option<i64>,
    /// Nothing is told of windows that end at this instant, in ticks, or before.
    warm: i64,
    /// What it was when groups that are over were last looked for.
    swept: Option<i64>,
    events: u64,
    late: u64,
    evicted: u64,
    budget: usize,
    /// So many panes after the one that gave reason to judge a window may wait for more.
    patience: i64,
}

/// So many events may wait for each group that is kept: they take about a tenth of its room.
const WAITING_SHARE: usize = 4;

/// For so many groups room is set aside at once.
const RESERVED: usize = 1_024;

impl<R: Rule> Store<R> {
    pub(crate) fn new(budget: usize, patience: i64) -> Self {
        Self {
            entries: Vec::new(),
            free: Vec::new(),
            lobby: Lobby::new(budget.saturating_mul(WAITING_SHARE)),
            table: Table::default(),
            agenda: BTreeMap::new(),
            next: None,
            warm: i64::MIN,
            swept: None,
            events: 0,
            late: 0,
            evicted: 0,
            budget: budget.max(eviction::SHARE),
            patience,
        }
    }

    /// Has nothing be told of windows that end at an instant, in ticks, or before.
    pub(crate) fn warm_up_until(&mut self, instant: i64) {
        self.warm = instant;
    }

    pub(crate) fn statistics(&self) -> StoreStatistics {
        StoreStatistics {
            late: self.late,
            evicted: self.evicted,
            keys: self.table.len() as u64,
        }
    }

    /// Where a group of this hash may be: a first look.
    #[inline]
    pub(crate) fn locate(&self, hash: u64) -> Option<Slot> {
        self.table.find(hash, |_| true)
    }

    /// Whether a group of this hash is at a place, as far as the hash tells.
    #[inline]
    pub(crate) fn has(&self, slot: Slot, hash: u64) -> bool {
        let own = match slot.held() {
            Held::Kept(place) => self.entry(place).map(|entry| entry.hash),
            Held::Waiting(seat) => self.lobby.get(seat).map(Seat::hash),
        };
        own == Some(hash)
    }

    #[inline]
    fn entry(&self, place: u32) -> Option<&Entry<R::Pane, R::Memory>> {
        self.entries.get(place as usize)?.as_ref()
    }

    /// Counts an event with `add` in the pane of its group, unless that pane has closed or the group waits for more.
    /// `next` is the first pane that the watermark has left open before the event, and `waited` says what is kept of the
    /// event if it may wait, which must follow from the event alone: which ones of a group come first does not matter.
    pub(crate) fn count(
        &mut self,
        rule: &R,
        arrival: Arrival<'_>,
        next: i64,
        waited: impl FnOnce() -> Option<Waited>,
        add: impl FnOnce(&mut R::Pane),
        out: &mut Vec<Closed>,
    ) {
        self.close(rule, next, out);
        if arrival.pane < next {
            self.late += 1;
            return;
        }
        self.events += 1;
        let group = arrival.group;
        let place = match arrival.seen.and_then(|slot| self.kept(slot, group)) {
            Some(place) => Some(place),
            None => self.find_or_admit(rule, group, waited),
        };
        if let Some(place) = place {
            self.add(rule, place, group.role(), arrival.pane, add);
        }
    }

    /// The place of a group that is kept, if it is still there.
    #[inline]
    fn kept(&self, slot: Slot, group: Group<'_>) -> Option<u32> {
        match slot.held() {
            Held::Kept(place) if group.is(&self.entry(place)?.key) => Some(place),
            _ => None,
        }
    }

    /// The place of a group; none if it waits, and the event with it.
    fn find_or_admit(
        &mut self,
        rule: &R,
        group: Group<'_>,
        waited: impl FnOnce() -> Option<Waited>,
    ) -> Option<u32> {
        let hash = group.hash();
        let Self {
            entries,
            lobby,
            table,
            ..
        } = self;
        let found = table.find(hash, |slot| match slot.held() {
            Held::Kept(place) => {
                let entry = entries.get(place as usize).and_then(Option::as_ref);
                entry.is_some_and(|entry| group.is(&entry.key))
            }
            Held::Waiting(seat) => lobby.get(seat).is_some_and(|seat| seat.hash() == hash),
        });
        match found.map(|slot| (slot, slot.held())) {
            Some((_, Held::Kept(place))) => Some(place),
            Some((slot, Held::Waiting(seat))) => self.join(rule, group, slot, seat, waited),
            None => self.admit(rule, group, waited()),
        }
    }

    /// Keeps a new group, or lets it wait if its event may.
    fn admit(&mut self, rule: &R, group: Group<'_>, waited: Option<Waited>) -> Option<u32> {
        let Some(waited) = waited else {
            return Some(self.insert(rule, group));
        };
        if self.lobby.is_full() {
            self.give_up_older(rule.window());
        }
        let seat = self.lobby.enter(group.hash(), waited, group.role());
        self.table.insert(Slot::waiting(group.hash(), seat));
        None
    }

    /// Lets an event wait with those of its group, or keeps the group with those of them that are not over.
    fn join(
        &mut self,
        rule: &R,
        group: Group<'_>,
        slot: Slot,
        seat: u32,
        waited: impl FnOnce() -> Option<Waited>,
    ) -> Option<u32> {
        let hash = group.hash();
        let Some(first) = self.leave_over(rule.window(), seat) else {
            self.table.remove(slot);
            return self.admit(rule, group, waited());
        };
        let own = if first == seat {
            slot
        } else {
            self.table.remove(slot);
            let own = Slot::waiting(hash, first);
            self.table.insert(own);
            own
        };
        let (events, role) = self.lobby.get(first).map(|seat| (seat.events(), seat.role()))?;
        let role = role.max(group.role());
        if u64::from(events) < rule.most_waiting(role).min(MOST_WAITING.into())
            && let Some(waited) = waited()
        {
            if self.lobby.is_full() {
                let is_older = self.lobby.is_older(first);
                self.give_up_older(rule.window());
                if is_older {
                    return self.admit(rule, group, Some(waited));
                }
            }
            self.lobby.join(first, waited, role);
            return None;
        }
        let events = self.lobby.leave(first);
        self.table.remove(own);
        let place = self.insert(rule, group);
        let (window, next) = (rule.window(), self.next);
        let over = over_before(window, next);
        for event in events.into_iter().filter(|event| event.ticks >= over) {
            let pane = window.pane_of(event.ticks);
            self.add(rule, place, role, pane, |pane| rule.add_waited(pane, event));
        }
        Some(place)
    }

    /// Has the first events of a group leave that are over; the first seat of what is left.
    fn leave_over(&mut self, window: Window, first: u32) -> Option<u32> {
        let over = over_before(window, self.next);
        let mut first = Some(first);
        while let Some(seat) = first
            && self.lobby.get(seat).is_some_and(|seat| seat.ticks() < over)
        {
            first = self.lobby.leave_first(seat);
        }
        first
    }

    /// Gives up the groups that have waited longest: there is no room for another event.
    #[cold]
    fn give_up_older(&mut self, window: Window) {
        let (lobby, over) = (&self.lobby, over_before(window, self.next));
        let lives = |first: &u32| lobby.events(*first).any(|event| event.ticks >= over);
        self.evicted += lobby.older().filter(lives).count() as u64;
        self.table.retain(|slot| match slot.held() {
            Held::Waiting(seat) => !lobby.is_older(seat),
            Held::Kept(_) => true,
        });
        self.lobby.turn();
    }

    /// Keeps a group.
    fn insert(&mut self, rule: &R, group: Group<'_>) -> u32 {
        if self.entries.len() - self.free.len() >= self.budget {
            self.make_room(rule);
        }
        self.place(Entry {
            hash: group.hash(),
            key: group.to_key(),
            role: group.role(),
            touched: self.events,
            last_pane: i64::MIN,
            due: None,
            weight: 0,
            is_heavy: false,
            panes: Panes::default(),
            memory: R::Memory::default(),
        })
    }

    fn place(&mut self, entry: Entry<R::Pane, R::Memory>) -> u32 {
        let hash = entry.hash;
        let place = self.free.pop().unwrap_or_else(|| {
            if self.entries.is_empty() {
                // Room that is not used yet costs nothing, and entries that move do.
                self.entries.reserve_exact(self.budget.min(RESERVED));
            }
            self.entries.push(None);
            // The budget is far below.
            u32::try_from(self.entries.len() - 1).unwrap_or(u32::MAX)
        });
        if let Some(own) = self.entries.get_mut(place as usize) {
            *own = Some(entry);
        }
        self.table.insert(Slot::kept(hash, place));
        place
    }

    fn remove(&mut self, place: u32) {
        let Some(entry) = self.entries.get_mut(place as usize).and_then(Option::take) else {
            return;
        };
        self.table.remove(Slot::kept(entry.hash, place));
        self.free.push(place);
    }

    /// Counts an event with `add` in a pane of an entry.
    fn add(&mut self, rule: &R, place: u32, role: u8, number: i64, add: impl FnOnce(&mut R::Pane)) {
        let (events, next) = (self.events, self.next.unwrap_or(i64::MIN));
        let Some(entry) = self.entries.get_mut(place as usize).and_then(Option::as_mut) else {
            return;
        };
        entry.touched = events;
        entry.role = entry.role.max(role);
        let is_new = entry.add(rule, number, next, add);
        if entry.is_heavy {
            if is_new && number >= next {
                self.agenda.entry(number).or_default().push(place);
            }
        } else if entry.weight >= rule.enough(entry.role) {
            entry.is_heavy = true;
            for number in entry.panes.numbers().filter(|number| *number >= next) {
                self.agenda.entry(number).or_default().push(place);
            }
        }
    }
}

/// The instant in ticks before which no event shares a window with one that is still to come. `next` is the first pane that
/// is open.
fn over_before(window: Window, next: Option<i64>) -> i64 {
    next.map_or(i64::MIN, |next| {
        window.start_of(next.saturating_sub(window.length() - 1))
    })
}

#[cfg(test)]
mod tests;
