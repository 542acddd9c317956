//! A group that is kept, with its panes.

use std::slice;

use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};

use super::panes::Panes;
use crate::rule::Rule;
use crate::window::Key;

/// The bytes of a line of a processor's cache.
const LINE: usize = 64;

/// A group that is kept. What every event reads stands in front.
#[derive(Serialize, Deserialize)]
#[serde(bound(
    serialize = "P: Serialize, M: Serialize",
    deserialize = "P: serde::de::DeserializeOwned, M: serde::de::DeserializeOwned"
))]
#[repr(C)]
pub(super) struct Entry<P, M> {
    pub(super) hash: u64,
    /// The number of the event that touched it last.
    pub(super) touched: u64,
    /// The weight of all its panes; once it is heavy, a part of it.
    pub(super) weight: u64,
    pub(super) role: u8,
    /// Whether they have ever weighed enough: its panes then are on the agenda.
    pub(super) is_heavy: bool,
    pub(super) key: Key,
    pub(super) panes: Panes<P>,
    pub(super) last_pane: i64,
    /// When the pane of this number closes, the window is judged.
    pub(super) due: Option<i64>,
    pub(super) memory: M,
}

impl<P, M: Default + PartialEq> Entry<P, M> {
    /// Has memory bring all of it but its beginning, which has come.
    #[inline]
    pub(super) fn prefetch(&self) {
        // The numbers are of words behind the hash.
        for line in 1..=size_of::<Self>().div_ceil(LINE) {
            prefetch_index(slice::from_ref(&self.hash), line * LINE / size_of::<u64>());
        }
    }

    /// Counts an event with `add` in the pane of a number; whether the pane is a new one. `next` is the first pane that is
    /// open.
    pub(super) fn add<R>(&mut self, rule: &R, number: i64, next: i64, add: impl FnOnce(&mut P)) -> bool
    where
        R: Rule<Pane = P>,
        P: Default,
    {
        let (pane, is_new) = if let Some(pane) = self.panes.latest_of(number) {
            (Some(pane), false)
        } else {
            self.forget(rule, next);
            self.last_pane = self.last_pane.max(number);
            self.panes.open(number)
        };
        match pane {
            // It is known to weigh enough, and what it weighs exactly can take long to tell.
            Some(pane) if self.is_heavy => add(pane),
            Some(pane) => {
                let before = rule.weight(pane);
                add(pane);
                let after = rule.weight(pane);
                self.weight = self.weight.saturating_sub(before).saturating_add(after);
            }
            None => {}
        }
        is_new
    }

    /// Forgets what no window that is still to close has, and a memory that is too old.
    fn forget<R: Rule<Pane = P>>(&mut self, rule: &R, next: i64) {
        if self.due.is_none() {
            let oldest = next.saturating_sub(rule.window().length() - 1);
            self.drop_first(rule, self.panes.count_before(oldest));
        }
        if self.last_pane.saturating_add(rule.retention()) < next && self.memory != M::default() {
            self.memory = M::default();
        }
    }

    /// Drops so many of its first panes.
    pub(super) fn drop_first<R: Rule<Pane = P>>(&mut self, rule: &R, panes: usize) {
        if panes > 0 {
            self.panes.drain(panes).for_each(drop);
            self.weigh(rule);
        }
    }

    /// The weight of all its panes.
    pub(super) fn whole_weight<R: Rule<Pane = P>>(&self, rule: &R) -> u64 {
        if self.is_heavy {
            self.panes.iter().map(|(_, pane)| rule.weight(pane)).sum()
        } else {
            self.weight
        }
    }

    /// Reckons its weight anew.
    pub(super) fn weigh<R: Rule<Pane = P>>(&mut self, rule: &R) {
        self.weight = self.panes.iter().map(|(_, pane)| rule.weight(pane)).sum();
    }

    /// Whether nothing of it matters any more. `next` is the first pane that is open.
    pub(super) fn is_over<R: Rule>(&self, rule: &R, next: i64) -> bool {
        self.due.is_none()
            && self.last_pane.saturating_add(rule.window().length()) <= next
            && (self.last_pane.saturating_add(rule.retention()) < next || self.memory == M::default())
    }
}
