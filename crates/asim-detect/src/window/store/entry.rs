//! A group that is kept, with its panes.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::rule::Rule;
use crate::window::Key;

/// A group that is kept.
#[derive(Serialize, Deserialize)]
#[serde(bound(
    serialize = "P: Serialize, M: Serialize",
    deserialize = "P: serde::de::DeserializeOwned, M: serde::de::DeserializeOwned"
))]
pub(super) struct Entry<P, M> {
    pub(super) hash: u64,
    pub(super) key: Key,
    pub(super) role: u8,
    /// The number of the event that touched it last.
    pub(super) touched: u64,
    pub(super) last_pane: i64,
    /// When the pane of this number closes, the window is judged.
    pub(super) due: Option<i64>,
    /// The weight of all its panes.
    pub(super) weight: u64,
    /// Whether they have ever weighed enough: its panes then are on the agenda.
    pub(super) is_heavy: bool,
    /// In ascending order of their numbers. Most groups have one.
    pub(super) panes: SmallVec<[(i64, P); 1]>,
    pub(super) memory: M,
}

impl<P, M: Default + PartialEq> Entry<P, M> {
    /// Counts an event with `add` in the pane of a number; whether the pane is a new one.
    pub(super) fn add<R: Rule<Pane = P>>(&mut self, rule: &R, number: i64, add: impl FnOnce(&mut P)) -> bool
    where
        P: Default,
    {
        self.last_pane = self.last_pane.max(number);
        // Most events are of the newest pane.
        let (at, is_new) = match self.panes.last() {
            Some((last, _)) if *last == number => (self.panes.len() - 1, false),
            _ => match self.panes.binary_search_by_key(&number, |(own, _)| *own) {
                Ok(at) => (at, false),
                Err(at) => {
                    self.panes.insert(at, (number, P::default()));
                    (at, true)
                }
            },
        };
        if let Some((_, pane)) = self.panes.get_mut(at) {
            let before = rule.weight(pane);
            add(pane);
            let after = rule.weight(pane);
            self.weight = self.weight.saturating_sub(before).saturating_add(after);
        }
        is_new
    }

    /// Forgets what no window that is still to close has, and a memory that is too old. `next` is the first pane that is
    /// open.
    pub(super) fn forget<R: Rule<Pane = P>>(&mut self, rule: &R, next: i64) {
        let length = rule.window().length();
        if self.due.is_none()
            && self
                .panes
                .first()
                .is_some_and(|(first, _)| first.saturating_add(length) <= next)
        {
            let over = self
                .panes
                .partition_point(|(number, _)| number.saturating_add(length) <= next);
            self.drop_first(rule, over);
        }
        if self.last_pane.saturating_add(rule.retention()) < next && self.memory != M::default() {
            self.memory = M::default();
        }
    }

    /// Drops so many of its first panes.
    pub(super) fn drop_first<R: Rule<Pane = P>>(&mut self, rule: &R, panes: usize) {
        if panes > 0 {
            self.panes.drain(..panes);
            self.weigh(rule);
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
