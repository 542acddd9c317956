//! The panes of a group.

use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};

/// The panes of a group in ascending order of their numbers.
///
/// Nearly all events are of the latest pane, which therefore stands in the group's own entry; the others are elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Panes<P> {
    latest: Option<(i64, P)>,
    earlier: Vec<(i64, P)>,
}

impl<P> Default for Panes<P> {
    fn default() -> Self {
        Self {
            latest: None,
            earlier: Vec::new(),
        }
    }
}

impl<P> Panes<P> {
    pub(super) fn is_empty(&self) -> bool {
        self.latest.is_none()
    }

    /// Has memory bring the panes before the latest one.
    #[inline]
    pub(super) fn prefetch(&self) {
        for place in 0..self.earlier.len() {
            prefetch_index(&self.earlier, place);
            // Where it ends and the next one begins.
            prefetch_index(&self.earlier, place + 1);
        }
    }

    /// The latest pane with its number.
    #[inline]
    pub(super) fn latest(&self) -> Option<&(i64, P)> {
        self.latest.as_ref()
    }

    /// The latest pane, if it has this number.
    #[inline]
    pub(super) fn latest_of(&mut self, number: i64) -> Option<&mut P> {
        let (own, pane) = self.latest.as_mut()?;
        (*own == number).then_some(pane)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(i64, P)> + Clone {
        self.earlier.iter().chain(&self.latest)
    }

    /// The numbers of the panes.
    pub(super) fn numbers(&self) -> impl Iterator<Item = i64> {
        self.iter().map(|(number, _)| *number)
    }

    /// The number of panes before this one.
    pub(super) fn count_before(&self, number: i64) -> usize {
        self.numbers().take_while(|own| *own < number).count()
    }

    /// Whether there is a pane of this number.
    pub(super) fn has(&self, number: i64) -> bool {
        self.numbers().any(|own| own == number)
    }

    /// The pane of this number, and whether it is a new one.
    pub(super) fn open(&mut self, number: i64) -> (Option<&mut P>, bool)
    where
        P: Default,
    {
        let latest = self.latest.as_ref().map(|(own, _)| *own);
        if latest == Some(number) {
            return (self.latest_of(number), false);
        }
        if latest.is_none_or(|latest| latest < number) {
            if let Some(latest) = self.latest.replace((number, P::default())) {
                self.earlier.push(latest);
            }
            return (self.latest_of(number), true);
        }
        let (place, is_new) = match self.earlier.binary_search_by_key(&number, |(own, _)| *own) {
            Ok(place) => (place, false),
            Err(place) => {
                self.earlier.insert(place, (number, P::default()));
                (place, true)
            }
        };
        (self.earlier.get_mut(place).map(|(_, pane)| pane), is_new)
    }

    /// Takes out so many of the first panes.
    pub(super) fn drain(&mut self, panes: usize) -> impl Iterator<Item = (i64, P)> {
        let earlier = self.earlier.len().min(panes);
        let latest = if panes > earlier { self.latest.take() } else { None };
        self.earlier.drain(..earlier).chain(latest)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_what_a_sorted_table_has(
            steps in proptest::collection::vec((0_i64..12, proptest::option::of(0_usize..4)), 0..40),
        ) {
            let mut panes = Panes::<u32>::default();
            let mut table = BTreeMap::<i64, u32>::new();
            for (number, drained) in steps {
                let known = table.contains_key(&number);
                *table.entry(number).or_default() += 1;
                let (pane, is_new) = panes.open(number);
                *pane.unwrap() += 1;
                prop_assert_eq!(is_new, !known);
                prop_assert_eq!(panes.count_before(number), table.range(..number).count());
                prop_assert!(panes.has(number));
                if let Some(drained) = drained {
                    let gone: Vec<_> = panes.drain(drained).collect();
                    let first: Vec<_> = table.iter().take(drained).map(|(number, pane)| (*number, *pane)).collect();
                    table.retain(|number, _| first.iter().all(|(own, _)| own != number));
                    prop_assert_eq!(gone, first);
                }
                prop_assert!(panes.iter().map(|(number, pane)| (number, pane)).eq(&table));
                prop_assert_eq!(panes.latest().map(|(number, _)| *number), table.keys().last().copied());
                prop_assert_eq!(panes.is_empty(), table.is_empty());
            }
        }
    }
}
