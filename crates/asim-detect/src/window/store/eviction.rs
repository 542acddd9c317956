//! Which groups are given up when a shard is full.

use super::{Entry, Store};
use crate::rule::Rule;

/// Of a store that is full, one in so many groups is evicted.
pub(super) const SHARE: usize = 4;

impl<R: Rule> Store<R> {
    /// Removes the groups that are over, and if those are few evicts others.
    #[cold]
    pub(super) fn make_room(&mut self, rule: &R) {
        let before = self.table.len();
        self.sweep(rule, self.next.unwrap_or(i64::MIN));
        if (before - self.table.len()) * SHARE < self.budget {
            self.evict(rule);
        }
    }

    /// Evicts the keys that were touched longest ago; those that are half way to a finding go last.
    fn evict(&mut self, rule: &R) {
        let touched = |(place, entry): (usize, &Option<Entry<_, _>>)| {
            Some((entry.as_ref()?.touched, u32::try_from(place).ok()?))
        };
        let mut order: Vec<_> = self.entries.iter().enumerate().filter_map(touched).collect();
        let number = (order.len() / SHARE).max(1);
        // Only the older ones are looked into.
        let older = (number * 2).min(order.len());
        if older < order.len() {
            order.select_nth_unstable(older);
        }
        order.truncate(older);
        order.sort_unstable();
        let (near, far): (Vec<_>, Vec<_>) = order
            .into_iter()
            .partition(|(_, place)| self.is_near(rule, *place));
        for (_, place) in far.into_iter().chain(near).take(number) {
            self.remove(place);
            self.evicted += 1;
        }
    }

    /// Whether a key is half way to a finding.
    fn is_near(&self, rule: &R, place: u32) -> bool {
        self.entry(place).is_some_and(|entry| {
            entry.due.is_some()
                || entry.whole_weight(rule).saturating_mul(2) >= rule.enough(entry.role).max(2)
        })
    }
}
