use proptest::prelude::*;

use super::*;
use crate::alert::Finding;
use crate::observation::Observation;
use crate::rule::RuleInfo;
use crate::rules::beyond::AnyFlood;
use crate::tuning::Tuning;
use crate::window::{Key, Sightings, Span};

/// Tells so many good events among which there is no bad one.
struct OnlyGood(u64);

impl Rule for OnlyGood {
    /// The good ones and the bad ones.
    type Pane = (u64, u64);
    type Memory = ();

    fn info(&self) -> RuleInfo {
        AnyFlood::new(&std::sync::Arc::new(Tuning::default())).info()
    }

    fn window(&self) -> Window {
        Window::HOUR
    }

    fn group<'o>(&'o self, _: Observation<'o>) -> Option<Group<'o>> {
        None
    }

    fn add(&self, _: &mut Self::Pane, _: Observation<'_>) {}

    fn add_waited(&self, pane: &mut Self::Pane, _: Waited) {
        pane.0 += 1;
    }

    fn merge(&self, into: &mut Self::Pane, from: &Self::Pane) {
        into.0 += from.0;
        into.1 += from.1;
    }

    fn weight(&self, pane: &Self::Pane) -> u64 {
        pane.0
    }

    fn most_waiting(&self, _: u8) -> u64 {
        self.0 - 1
    }

    fn enough(&self, _: u8) -> u64 {
        self.0
    }

    fn exceeds(&self, pane: &Self::Pane, _: u8) -> bool {
        pane.0 >= self.0 && pane.1 == 0
    }

    fn judge(&self, _: &Key, role: u8, _: Span, pane: &Self::Pane, (): &mut ()) -> Option<Finding> {
        self.exceeds(pane, role)
            .then(|| Finding::new(&Sightings::default()))
    }
}

/// An event at the start of a pane.
fn at(pane: i64) -> Waited {
    Waited {
        ticks: Window::HOUR.start_of(pane),
        place: None,
        name_hash: 0,
        query_type: None,
        response_code: None,
        is_response: false,
        note: 0,
    }
}

/// The first panes of the windows told of events that come in this order: their panes, whether they are good, and the
/// pane of the watermark before each.
fn told(events: &[(i64, bool, i64)], may_wait: bool) -> Vec<i64> {
    let windows = windows(&OnlyGood(2), events, may_wait, i64::MAX);
    windows.into_iter().map(|(first, _)| first).collect()
}

/// The panes of the windows: the first one, and the first one behind them.
fn windows(rule: &OnlyGood, events: &[(i64, bool, i64)], may_wait: bool, patience: i64) -> Vec<(i64, i64)> {
    let mut store = Store::<OnlyGood>::new(64, patience);
    let mut out = Vec::new();
    for (pane, is_good, mark) in events {
        let group = Group::alone("one");
        let arrival = Arrival {
            group,
            seen: store.locate(group.hash()),
            pane: *pane,
        };
        let waited = || (may_wait && *is_good).then(|| at(*pane));
        let add = |pane: &mut (u64, u64)| {
            if *is_good {
                pane.0 += 1;
            } else {
                pane.1 += 1;
            }
        };
        store.count(rule, arrival, *mark, waited, add, &mut out);
    }
    store.finish(rule, &mut out);
    let pane = |time: asim_schema::Timestamp| Window::HOUR.pane_of(time.ticks());
    out.iter()
        .map(|closed| (pane(closed.span.start), pane(closed.span.end)))
        .collect()
}

/// A group may be looked at when none of its panes closes, to see whether it is over. That is no time to judge it.
#[test]
fn a_group_is_judged_only_when_one_of_its_panes_closes() {
    assert_eq!(told(&[(10, true, 0), (11, true, 1)], false), [10]);
    // The bad one is known to be the last when it closes: a look is due when it leaves the window.
    assert_eq!(
        told(&[(2, false, 0), (10, true, 4), (11, true, 5)], false),
        [0; 0]
    );
    // It is not, as the watermark is further behind.
    assert_eq!(
        told(&[(2, false, 0), (10, true, 0), (11, true, 1)], false),
        [0; 0]
    );
}

/// An event that comes late finds the first one, although one that fits no window with that came before.
#[test]
fn a_group_waits_until_no_event_can_join_it() {
    let in_order = [(5, true, 0), (10, true, 6), (17, true, 6)];
    let out_of_order = [(5, true, 0), (17, true, 6), (10, true, 6)];
    assert_eq!(told(&in_order, true), [5]);
    assert_eq!(told(&out_of_order, true), [5]);
}

#[test]
fn a_window_waits_for_more_as_long_as_there_is_patience() {
    let events = [
        (2, true, 0),
        (3, true, 0),
        (5, true, 0),
        (6, true, 0),
        (9, true, 0),
    ];
    assert_eq!(windows(&OnlyGood(2), &events, true, i64::MAX), [(2, 14)]);
    assert_eq!(windows(&OnlyGood(2), &events, true, 11), [(2, 14)]);
    assert_eq!(windows(&OnlyGood(2), &events, true, 3), [(2, 7)]);
    assert_eq!(windows(&OnlyGood(2), &events, true, 0), [(2, 4), (5, 7)]);
}

#[test]
fn groups_that_are_over_are_removed_once_a_window() {
    let mut store = Store::<OnlyGood>::new(64, i64::MAX);
    let mut out = Vec::new();
    let mut keys = Vec::new();
    for (name, pane, mark) in [("one", 2, 0), ("two", 9, 9), ("three", 15, 13), ("four", 30, 26)] {
        let arrival = Arrival {
            group: Group::alone(name),
            seen: None,
            pane,
        };
        store.count(&OnlyGood(2), arrival, mark, || None, |pane| pane.0 += 1, &mut out);
        keys.push(store.statistics().keys);
    }
    // Pane 2 is in the windows that end with pane 13, and pane 15 in those up to pane 26.
    assert_eq!(keys, [1, 2, 3, 2]);
    assert_eq!(store.statistics().evicted, 0);
}

/// Groups that are given up for others are counted, whether one of their events waits or several, and so is none that is
/// over.
#[test]
fn groups_that_wait_are_given_up_for_others() {
    let rule = OnlyGood(4);
    let mut store = Store::<OnlyGood>::new(1, i64::MAX);
    let mut out = Vec::new();
    let mut wait = |name, pane, mark| {
        let arrival = Arrival {
            group: Group::alone(name),
            seen: None,
            pane,
        };
        store.count(
            &rule,
            arrival,
            mark,
            || Some(at(pane)),
            |pane| pane.0 += 1,
            &mut out,
        );
        let statistics = store.statistics();
        (statistics.keys, statistics.evicted)
    };
    // Two events in the older half, of which the first group is over when it is given up.
    assert_eq!(wait("one", 2, 0), (1, 0));
    assert_eq!(wait("two", 9, 0), (2, 0));
    assert_eq!(wait("two", 9, 0), (2, 0));
    assert_eq!(wait("three", 20, 15), (3, 0));
    assert_eq!(wait("four", 20, 15), (2, 1));
    assert_eq!(wait("two", 20, 15), (3, 1));
}

proptest! {
    #[test]
    fn an_event_is_over_when_its_pane_shares_no_window_with_an_open_one(
        ticks in any::<i64>().prop_map(|ticks| ticks / 4),
        later in 0_i64..40,
        pane in 1_u32..100_000,
        panes in 1_u32..30,
    ) {
        let window = Window { pane, panes };
        let own = window.pane_of(ticks);
        let next = own + later;
        prop_assert_eq!(ticks < over_before(window, Some(next)), own + window.length() <= next);
        prop_assert!(ticks >= over_before(window, None));
    }

    /// Waiting is a matter of room alone.
    #[test]
    fn windows_are_the_same_whether_events_wait_or_not(
        steps in proptest::collection::vec((0_i64..20, proptest::bool::weighted(0.8), 0_i64..4), 0..40),
        enough in 1_u64..6,
        patience in prop_oneof![Just(i64::MAX), 0_i64..14],
    ) {
        let mut mark = 0;
        let events: Vec<_> = steps.into_iter().map(|(ahead, is_good, step)| {
            mark += step;
            (mark + ahead - 2, is_good, mark)
        }).collect();
        let rule = OnlyGood(enough);
        // What is reason to judge by itself does not wait.
        prop_assert_eq!(windows(&rule, &events, enough > 1, patience), windows(&rule, &events, false, patience));
    }
}
