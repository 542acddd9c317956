use super::*;
use crate::alert::Finding;
use crate::observation::Observation;
use crate::rule::RuleInfo;
use crate::rules::beyond::AnyFlood;
use crate::tuning::Tuning;
use crate::window::{Key, Sightings, Span};

/// Tells two good events among which there is no bad one.
struct OnlyGood;

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

    fn add_first(&self, pane: &mut Self::Pane, _: First) {
        pane.0 += 1;
    }

    fn merge(&self, into: &mut Self::Pane, from: &Self::Pane) {
        into.0 += from.0;
        into.1 += from.1;
    }

    fn weight(&self, pane: &Self::Pane) -> u64 {
        pane.0
    }

    fn enough(&self, _: u8) -> u64 {
        2
    }

    fn exceeds(&self, pane: &Self::Pane, _: u8) -> bool {
        pane.0 >= 2 && pane.1 == 0
    }

    fn judge(&self, _: &Key, role: u8, _: Span, pane: &Self::Pane, (): &mut ()) -> Option<Finding> {
        self.exceeds(pane, role)
            .then(|| Finding::new(&Sightings::default()))
    }
}

/// An event at the start of a pane.
fn at(pane: i64) -> First {
    First {
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
    let windows = windows(events, may_wait, i64::MAX);
    windows.into_iter().map(|(first, _)| first).collect()
}

/// The panes of the windows: the first one, and the first one behind them.
fn windows(events: &[(i64, bool, i64)], may_wait: bool, patience: i64) -> Vec<(i64, i64)> {
    let mut store = Store::<OnlyGood>::new(64, patience);
    let mut out = Vec::new();
    for (pane, is_good, mark) in events {
        let group = Group::alone("one");
        let arrival = Arrival {
            group,
            seen: store.locate(group.hash()),
            pane: *pane,
        };
        let first = || may_wait.then(|| at(*pane));
        let add = |pane: &mut (u64, u64)| {
            if *is_good {
                pane.0 += 1;
            } else {
                pane.1 += 1;
            }
        };
        store.count(&OnlyGood, arrival, *mark, first, add, &mut out);
    }
    store.finish(&OnlyGood, &mut out);
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
    assert_eq!(windows(&events, true, i64::MAX), [(2, 14)]);
    assert_eq!(windows(&events, true, 11), [(2, 14)]);
    assert_eq!(windows(&events, true, 3), [(2, 7)]);
    assert_eq!(windows(&events, true, 0), [(2, 4), (5, 7)]);
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
        store.count(&OnlyGood, arrival, mark, || None, |pane| pane.0 += 1, &mut out);
        keys.push(store.statistics().keys);
    }
    // Pane 2 is in the windows that end with pane 13, and pane 15 in those up to pane 26.
    assert_eq!(keys, [1, 2, 3, 2]);
    assert_eq!(store.statistics().evicted, 0);
}
