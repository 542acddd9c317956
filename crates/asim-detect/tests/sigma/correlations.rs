//! Correlations run on this crate's windows, and have none of the faults that the engine's own have.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Instant;

use asim_detect::sigma::SigmaRules;
use asim_detect::{Alert, Batch, Detector, Observer, SnapshotError, Tuning};
use asim_schema::{DnsEvent, Event, Rcode};

use crate::events::{alerts, at, lookup};

const NAMES: &str = include_str!("rules/names.yml");
const CORRELATIONS: &str = include_str!("rules/correlations.yml");

fn rules() -> Arc<SigmaRules> {
    let rules = SigmaRules::load([("names.yml", NAMES), ("correlations.yml", CORRELATIONS)]);
    assert!(rules.unloadable().is_empty(), "{:?}", rules.unloadable());
    Arc::new(rules)
}

fn told(events: impl IntoIterator<Item = DnsEvent<'static>>) -> Vec<Alert> {
    alerts(&rules(), &Arc::new(Tuning::default()), events)
}

fn of<'a>(alerts: &'a [Alert], title: &str) -> Vec<&'a Alert> {
    alerts.iter().filter(|alert| alert.title == title).collect()
}

fn from(client: &str, mut event: DnsEvent<'static>) -> DnsEvent<'static> {
    event.set_src_ip_addr(client.parse().unwrap());
    event
}

#[test]
fn events_are_counted_within_the_time_span() {
    let few = told([0, 30].map(|second| at(second, lookup("a.bad.example"))));
    assert!(of(&few, "Many lookups of the tests").is_empty());
    let apart = told([0, 100, 200].map(|second| at(second, lookup("a.bad.example"))));
    assert!(of(&apart, "Many lookups of the tests").is_empty());
    // Across the minute, and as far apart as the time span allows.
    let many = told([45, 75, 104].map(|second| at(second, lookup("a.bad.example"))));
    let [alert] = of(&many, "Many lookups of the tests")[..] else {
        panic!("{many:#?}")
    };
    assert_eq!((alert.count, alert.client.as_deref()), (3, Some("192.0.2.9")));
    assert_eq!(alert.details, [("RuleAuthor", "asimkit".to_owned())]);
    let strangers = told([
        at(0, from("192.0.2.1", lookup("a.bad.example"))),
        at(1, from("192.0.2.2", lookup("a.bad.example"))),
        at(2, from("192.0.2.3", lookup("a.bad.example"))),
    ]);
    assert!(of(&strangers, "Many lookups of the tests").is_empty());
}

#[test]
fn it_fires_once_for_a_window_and_not_for_each_event_behind_the_threshold() {
    let many = told((0..50).map(|second| at(second, lookup("a.bad.example"))));
    let [alert] = of(&many, "Many lookups of the tests")[..] else {
        panic!("{many:#?}")
    };
    assert_eq!(alert.count, 50);
}

#[test]
fn a_late_event_is_counted_in_its_own_time() {
    // The third comes last but happened 100 seconds before the others.
    let late = told([
        at(1_000, lookup("a.bad.example")),
        at(1_010, lookup("a.bad.example")),
        at(900, lookup("a.bad.example")),
    ]);
    assert!(of(&late, "Many lookups of the tests").is_empty());
}

#[test]
fn different_values_are_counted_for_each_group() {
    let same = told([0, 1, 2, 3].map(|second| at(second, lookup("a.bad.example"))));
    assert!(of(&same, "Many names of the tests").is_empty());
    let names = ["a.bad.example", "b.bad.example", "c.bad.example", "A.BAD.example"];
    let many = told(
        names
            .into_iter()
            .zip(0..)
            .map(|(name, second)| at(second * 600, lookup(name))),
    );
    let [alert] = of(&many, "Many names of the tests")[..] else {
        panic!("{many:#?}")
    };
    assert_eq!(alert.counters[0].name, "DistinctValues");
    assert_eq!(alert.counters[0].value, 3);
    assert_eq!(alert.item.as_deref(), Some("a"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn a_client_that_asks_for_very_many_names_does_not_stall_it() {
    let run = |number: u32| {
        let events =
            (0..number).map(|number| at(i64::from(number / 100), lookup(&format!("n{number}.bad.example"))));
        let start = Instant::now();
        let told = told(events);
        assert_eq!(of(&told, "Many names of the tests").len(), 1);
        start.elapsed()
    };
    // Other programs may slow any one run.
    let time = |number| (0..3).map(|_| run(number)).min().unwrap();
    let (few, many) = (time(2_000), time(8_000));
    assert!(many < few * 12, "{few:?} for 2,000, {many:?} for 8,000");
}

#[test]
fn rules_are_seen_together() {
    let refused = |second| {
        let mut event = lookup("www.example.com");
        event.set_event_result_details("REFUSED");
        event.set_dns_response_code(Rcode::REFUSED);
        at(second, event)
    };
    let name = |second| at(second, lookup("a.bad.example"));
    let title = "Name and transfer on one host";
    assert!(of(&told([name(0), name(10)]), title).is_empty());
    assert!(of(&told([name(0), refused(700)]), title).is_empty());
    // The order does not matter to `temporal`.
    for events in [[name(0), refused(299)], [refused(0), name(299)]] {
        let told = told(events);
        assert_eq!(of(&told, title).len(), 1, "{told:#?}");
        // Its rules do not tell by themselves, except that others of its rules ask for that.
        assert!(of(&told, "Refused name of the tests").is_empty());
    }
}

#[test]
fn the_state_of_a_correlation_that_counts_otherwise_is_refused() {
    let tuning = Arc::new(Tuning::default());
    let detector = |correlations: &str| {
        let rules = SigmaRules::load([("names.yml", NAMES), ("correlations.yml", correlations)]);
        Detector::with_rules(rules.rules(&tuning), tuning.clone())
    };
    let state = detector(CORRELATIONS).snapshot().unwrap();
    assert_eq!(detector(CORRELATIONS).restore(&state), Ok(()));
    let renamed = CORRELATIONS.replace("Many lookups of the tests", "Very many lookups of the tests");
    assert_eq!(detector(&renamed).restore(&state), Ok(()));
    let longer = CORRELATIONS.replacen("timespan: 1m", "timespan: 2m", 1);
    assert_ne!(longer, CORRELATIONS);
    assert_eq!(detector(&longer).restore(&state), Err(SnapshotError::OtherRules));
}

#[test]
fn batches_threads_and_snapshots_change_nothing() {
    let rules = rules();
    let tuning = Arc::new(Tuning::default());
    let events: Vec<Event<'static>> = (0..4_000_i64)
        .map(|number| {
            let client = format!("192.0.2.{}", number * 7 % 40);
            let name = format!("n{}.bad.example", number % 9);
            Event::Dns(at(number * 3 + number * 31 % 17, from(&client, lookup(&name))))
        })
        .collect();
    let observer = Observer::new(tuning.clone()).stateless(rules.clone());
    let run = |batch_size: usize, jobs: usize, snapshots: bool| {
        let detector =
            || Detector::with_rules(rules.rules(&tuning), tuning.clone()).jobs(NonZero::new(jobs).unwrap());
        let (mut all, mut running) = (Vec::new(), detector());
        for chunk in events.chunks(batch_size) {
            let mut batch = Batch::default();
            for event in chunk {
                observer.observe(event, None, &mut batch);
            }
            all.extend(running.observe(&batch));
            if snapshots {
                let snapshot = running.snapshot().unwrap();
                running = detector();
                running.restore(&snapshot).unwrap();
            }
        }
        all.extend(running.finish());
        all
    };
    let expected = run(4_000, 1, false);
    assert!(expected.len() > 100);
    for (batch_size, jobs, snapshots) in [(1_300, 1, true), (4_000, 4, false), (2_048, 3, true)] {
        let mut found = run(batch_size, jobs, snapshots);
        let mut expected = expected.clone();
        found.sort_by(|one, other| one.id.cmp(&other.id));
        expected.sort_by(|one, other| one.id.cmp(&other.id));
        assert_eq!(found, expected);
    }
}

#[test]
fn what_the_windows_do_not_do_is_told() {
    let reason = |correlation: &str| {
        let text = format!("title: C\ncorrelation:\n{correlation}");
        let rules = SigmaRules::load([("names.yml", NAMES), ("c.yml", text.as_str())]);
        assert_eq!(rules.loaded().count(), 2);
        rules.unloadable()[0].reason.clone()
    };
    for (correlation, words) in [
        (
            "  type: value_sum\n  rules: test_name\n  timespan: 1m\n  condition:\n    gt: 5\n",
            "no field",
        ),
        (
            "  type: value_avg\n  rules: test_name\n  timespan: 1m\n  condition:\n    field: [qtype, rcode]\n    gt: 5\n",
            "several",
        ),
        (
            "  type: value_sum\n  rules: test_name\n  timespan: 1m\n  condition:\n    field: qtype\n    lt: -5\n",
            "below zero",
        ),
        (
            "  type: value_avg\n  rules: test_name\n  timespan: 1m\n  condition:\n    field: qtype\n    gt: 2.5\n",
            "numeric value",
        ),
        (
            "  type: value_percentile\n  rules: test_name\n  timespan: 1m\n  condition:\n    field: qtype\n    gt: 5\n",
            "`percentile`",
        ),
        (
            "  type: value_percentile\n  rules: test_name\n  timespan: 1m\n  condition:\n    field: qtype\n    percentile: 99.9\n    gt: 5\n",
            "`percentile`",
        ),
        (
            "  type: temporal_ordered\n  rules: [test_name, test_refused]\n  timespan: 1m\n  condition: test_name and test_refused\n",
            "`temporal_ordered`",
        ),
        (
            "  type: event_count\n  rules: other\n  timespan: 1m\n  condition:\n    gt: 5\n",
            "`other`",
        ),
        (
            "  type: value_count\n  rules: test_name\n  timespan: 1m\n  condition:\n    gt: 5\n",
            "no field",
        ),
        (
            "  type: event_count\n  rules: test_name\n  timespan: 0m\n  condition:\n    gt: 5\n",
            "no window",
        ),
    ] {
        let reason = reason(correlation);
        assert!(reason.contains(words), "{reason}");
    }
}
