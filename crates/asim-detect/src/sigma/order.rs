//! What is kept of the times of events to know whether rules were fulfilled one after the other.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::observation::{Observation, Place};
use crate::window::Window;

/// A window is cut into so many cells, of each of which the first and the last event of a rule are kept.
const CELLS: i64 = 256;

/// When an event happened, and where its record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Moment {
    /// In ticks.
    time: i64,
    place: Option<Place>,
}

impl Moment {
    pub(super) fn of(observation: Observation<'_>) -> Self {
        Self {
            time: observation.ticks(),
            place: observation.place(),
        }
    }

    /// Whether it is known to come before another one: by time, and at the same time by the records of one input.
    fn is_before(self, other: Self) -> bool {
        match (self.time.cmp(&other.time), self.place, other.place) {
            (Ordering::Less, ..) => true,
            (Ordering::Equal, Some(own), Some(other)) => {
                own.input == other.input && own.record < other.record
            }
            _ => false,
        }
    }
}

/// The first and the last of some moments.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Ends {
    first: Moment,
    last: Moment,
}

/// How the steps of an order are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// The ticks of a cell.
    cell: i64,
    /// The number of the last step.
    last: u32,
}

impl Layout {
    pub(super) fn of(window: Window, last: u32) -> Self {
        Self {
            cell: (window.start_of(window.length()) / CELLS).max(1),
            last,
        }
    }
}

/// When the rules of a correlation were fulfilled, by their places in its list.
///
/// Of the first rule the first cell is kept, as nothing comes before it, and of the last one the last cell. Of those
/// between, each cell is: three rules that follow one another only within one cell are missed, if the one between was
/// fulfilled before and after that in the same cell as well. Neither the order of events nor that of merging changes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Order {
    /// By step and cell.
    ends: BTreeMap<(u32, i64), Ends>,
}

impl Order {
    pub(super) fn add(&mut self, layout: Layout, step: u32, moment: Moment) {
        let cell = moment.time.div_euclid(layout.cell);
        let ends = Ends {
            first: moment,
            last: moment,
        };
        self.put(layout, (step, cell), ends);
    }

    pub(super) fn merge(&mut self, layout: Layout, from: &Self) {
        for (at, ends) in &from.ends {
            self.put(layout, *at, *ends);
        }
    }

    fn put(&mut self, layout: Layout, at: (u32, i64), ends: Ends) {
        let own = self.ends.entry(at).or_insert(ends);
        own.first = own.first.min(ends.first);
        own.last = own.last.max(ends.last);
        let step = at.0;
        if step == 0 || step == layout.last {
            let mut cells = self.cells(step);
            let surplus = match (cells.next(), cells.next_back()) {
                (Some((first, _)), Some((last, _))) => Some(if step == 0 { *last } else { *first }),
                _ => None,
            };
            drop(cells);
            if let Some(surplus) = surplus {
                self.ends.remove(&surplus);
            }
        }
    }

    fn cells(&self, step: u32) -> std::collections::btree_map::Range<'_, (u32, i64), Ends> {
        self.ends.range((step, i64::MIN)..=(step, i64::MAX))
    }

    /// How many of the rules, at most, were fulfilled one after the other in the order of the list.
    pub(super) fn longest(&self) -> u64 {
        // Where rows of one step, of two steps and so on can end at the earliest.
        let mut fronts: Vec<Front> = Vec::new();
        let steps: BTreeSet<_> = self.ends.keys().map(|(step, _)| *step).collect();
        for step in steps {
            let moments = self.cells(step).flat_map(|(_, ends)| [ends.first, ends.last]);
            let moments: Vec<_> = moments.collect();
            // The longest first: no rule follows itself.
            for length in (0..=fronts.len()).rev() {
                let before = length.checked_sub(1).and_then(|shorter| fronts.get(shorter));
                let mut reached = fronts.get(length).cloned().unwrap_or_default();
                for moment in &moments {
                    if length == 0 || before.is_some_and(|front| front.leads_to(*moment)) {
                        reached.take(*moment);
                    }
                }
                match fronts.get_mut(length) {
                    Some(own) => *own = reached,
                    None if reached.0.is_empty() => {}
                    None => fronts.push(reached),
                }
            }
        }
        fronts.len() as u64
    }
}

/// Moments of one time, the earliest that there is.
#[derive(Debug, Clone, Default)]
struct Front(Vec<Moment>);

impl Front {
    /// Whether another moment comes after one of these.
    fn leads_to(&self, other: Moment) -> bool {
        self.0.iter().any(|own| own.is_before(other))
    }

    fn take(&mut self, moment: Moment) {
        match self.0.first().map(|first| moment.time.cmp(&first.time)) {
            Some(Ordering::Greater) => return,
            Some(Ordering::Equal) => {}
            Some(Ordering::Less) | None => self.0.clear(),
        }
        self.0.push(moment);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(time: i64, record: u64) -> Moment {
        let place = (record > 0).then_some(Place { input: 0, record });
        Moment { time, place }
    }

    fn layout(cell: i64, last: u32) -> Layout {
        Layout { cell, last }
    }

    fn of(layout: Layout, events: &[(u32, Moment)]) -> Order {
        let mut order = Order::default();
        for (step, moment) in events {
            order.add(layout, *step, *moment);
        }
        order
    }

    #[test]
    fn steps_count_in_the_order_of_their_times() {
        for (events, longest) in [
            (&[][..], 0),
            (&[(0, 5), (1, 6), (2, 7)], 3),
            (&[(2, 7), (0, 5), (1, 6)], 3),
            (&[(0, 7), (1, 6), (2, 5)], 1),
            (&[(0, 5), (1, 4), (2, 7)], 2),
            (&[(1, 5), (2, 6)], 2),
            (&[(0, 5), (0, 9), (1, 4), (1, 8), (2, 7)], 2),
            (&[(0, 5), (0, 9), (1, 4), (1, 8), (2, 7), (2, 10)], 3),
        ] {
            let events: Vec<_> = events.iter().map(|(step, time)| (*step, at(*time, 0))).collect();
            assert_eq!(of(layout(1, 2), &events).longest(), longest, "{events:?}");
        }
    }

    #[test]
    fn at_one_time_the_records_of_an_input_tell() {
        let longest = |events: &[(u32, Moment)]| of(layout(1, 1), events).longest();
        assert_eq!(longest(&[(0, at(5, 1)), (1, at(5, 2))]), 2);
        assert_eq!(longest(&[(0, at(5, 2)), (1, at(5, 1))]), 1);
        // One event that fulfils both, and events whose places are not known.
        assert_eq!(longest(&[(0, at(5, 1)), (1, at(5, 1))]), 1);
        assert_eq!(longest(&[(0, at(5, 0)), (1, at(5, 0))]), 1);
        let mut elsewhere = at(5, 2);
        elsewhere.place = Some(Place { input: 1, record: 2 });
        assert_eq!(longest(&[(0, at(5, 1)), (1, elsewhere)]), 1);
    }

    #[test]
    fn many_events_take_bounded_room() {
        let layout = Layout::of(Window { pane: 150, panes: 25 }, 2);
        let mut order = Order::default();
        for number in 0..30_000 {
            for step in 0..3 {
                order.add(layout, step, at(number * 1_000_000, 1));
            }
        }
        assert_eq!(order.cells(0).count() + order.cells(2).count(), 2);
        assert!(order.cells(1).count() <= 257);
    }

    #[test]
    fn two_rules_are_exact_however_large_the_cells() {
        let mut events = vec![(1, at(0, 0)), (0, at(1, 0)), (0, at(99, 0))];
        assert_eq!(of(layout(1_000, 1), &events).longest(), 1);
        events.push((1, at(2, 0)));
        assert_eq!(of(layout(1_000, 1), &events).longest(), 2);
    }

    /// The same by looking at all events.
    fn all(events: &[(u32, Moment)], from: Option<(u32, Moment)>) -> u64 {
        let after = events.iter().filter(|(step, moment)| {
            from.is_none_or(|(last, before)| *step > last && before.is_before(*moment))
        });
        let longest = after.map(|event| 1 + all(events, Some(*event)));
        longest.max().unwrap_or_default()
    }

    proptest! {
        #[test]
        fn it_says_what_all_events_say_in_any_order_and_merged(
            events in proptest::collection::vec((0_u32..4, 0_i64..12, 0_u64..6, 0_usize..3), 0..14),
            cell in 1_i64..9,
        ) {
            let parts: Vec<_> = events.iter().map(|event| event.3).collect();
            let events: Vec<_> = events.iter().map(|(step, time, record, _)| (*step, at(*time, *record))).collect();
            let layout = layout(cell, 3);
            let plain = of(layout, &events);
            let backwards: Vec<_> = events.iter().copied().rev().collect();
            prop_assert_eq!(&plain, &of(layout, &backwards));
            for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
                let mut merged = Order::default();
                for part in order {
                    let own = events.iter().zip(&parts).filter(|(_, place)| **place == part);
                    let own: Vec<_> = own.map(|(event, _)| *event).collect();
                    merged.merge(layout, &of(layout, &own));
                }
                prop_assert_eq!(&plain, &merged);
            }
            // Never more than there is.
            prop_assert!(plain.longest() <= all(&events, None));
        }

        #[test]
        fn with_cells_as_small_as_times_differ_nothing_is_missed(
            events in proptest::collection::vec((0_u32..4, 0_i64..12), 0..14),
        ) {
            let events: Vec<_> = events.iter().map(|(step, time)| (*step, at(*time, 0))).collect();
            prop_assert_eq!(of(layout(1, 3), &events).longest(), all(&events, None));
        }
    }
}
