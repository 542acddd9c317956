//! Within the lateness, the order in which events arrive changes no alert; nor do batches, threads and snapshots.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::sync::Arc;

use asim_detect::sigma::SigmaRules;
use asim_detect::{Alert, Batch, Detector, Observer, Place, Tuning};
use asim_schema::{DnsEvent, Event, RrType};
use proptest::prelude::*;

use crate::events::{at, lookup};

const FILES: [(&str, &str); 4] = [
    ("names.yml", include_str!("rules/names.yml")),
    ("correlations.yml", include_str!("rules/correlations.yml")),
    ("ordered.yml", include_str!("rules/ordered.yml")),
    ("numbers.yml", include_str!("rules/numbers.yml")),
];

/// No event comes after one that is later by more than this, in seconds.
const LATENESS: u64 = 300;

#[derive(Debug, Clone)]
struct Made {
    second: i64,
    client: u8,
    /// What it is: a name, a text record, a refusal, or two of these.
    kind: u8,
    milliseconds: Option<i32>,
    /// By so much it is late.
    late: i64,
}

fn made() -> impl Strategy<Value = Made> {
    // Few times, so that many are equal.
    let second = (0_i64..400).prop_map(|time| time * 30);
    let late = 0..i64::try_from(LATENESS).unwrap();
    (
        second,
        0_u8..3,
        0_u8..5,
        proptest::option::of(-5_i32..3_000),
        late,
    )
        .prop_map(|(second, client, kind, milliseconds, late)| Made {
            second,
            client,
            kind,
            milliseconds,
            late,
        })
}

impl Made {
    /// The text of each event is its own, as of equal ones the samples keep any.
    fn event(&self, number: u64) -> DnsEvent<'static> {
        let tree = if matches!(self.kind, 0 | 3 | 4) {
            "bad.example"
        } else {
            "example.com"
        };
        let mut event = at(self.second, lookup(&format!("n{number}.{tree}")));
        event.set_src_ip_addr([192, 0, 2, self.client].into());
        if matches!(self.kind, 1 | 3) {
            event.set_dns_query_type(RrType::TXT);
        }
        if matches!(self.kind, 2 | 4) {
            event.set_event_result_details("REFUSED");
        }
        if let Some(milliseconds) = self.milliseconds {
            event.set_dns_network_duration(milliseconds);
        }
        event
    }
}

struct Way {
    batch: usize,
    jobs: usize,
    snapshots: bool,
}

const PLAIN: Way = Way {
    batch: usize::MAX,
    jobs: 1,
    snapshots: false,
};

fn run(rules: &Arc<SigmaRules>, events: &[(u64, Made)], way: &Way) -> Vec<Alert> {
    let tuning = Arc::new(Tuning::default().with_lateness(LATENESS));
    let observer = Observer::new(tuning.clone()).stateless(rules.clone());
    let new = || {
        let jobs = NonZero::new(way.jobs).unwrap();
        Detector::with_rules(rules.rules(&tuning), tuning.clone()).jobs(jobs)
    };
    let (mut alerts, mut detector) = (Vec::new(), new());
    for events in events.chunks(way.batch.min(events.len()).max(1)) {
        let mut batch = Batch::default();
        for (number, made) in events {
            let place = Place {
                input: u32::from(made.client % 2),
                record: *number,
            };
            observer.observe(&Event::Dns(made.event(*number)), Some(place), &mut batch);
        }
        alerts.extend(detector.observe(&batch));
        if way.snapshots {
            let snapshot = detector.snapshot().unwrap();
            detector = new();
            detector.restore(&snapshot).unwrap();
        }
    }
    alerts.extend(detector.finish());
    alerts.sort_by(|one, other| one.id.cmp(&other.id));
    alerts
}

fn rules() -> Arc<SigmaRules> {
    let rules = SigmaRules::load(FILES);
    assert!(rules.unloadable().is_empty(), "{:?}", rules.unloadable());
    Arc::new(rules)
}

fn in_order(mut events: Vec<Made>) -> Vec<(u64, Made)> {
    events.sort_by_key(|event| event.second);
    (1..).zip(events).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_arrival_changes_nothing(
        events in proptest::collection::vec(made(), 1..400),
        batch in 1_usize..200,
    ) {
        let rules = rules();
        let events = in_order(events);
        let expected = run(&rules, &events, &PLAIN);
        let mut late = events;
        late.sort_by_key(|(_, event)| event.second + event.late);
        prop_assert_eq!(&expected, &run(&rules, &late, &PLAIN));
        prop_assert_eq!(&expected, &run(&rules, &late, &Way { batch, jobs: 3, snapshots: true }));
    }
}

/// The law above is about something.
#[test]
fn each_kind_of_correlation_is_told() {
    let rules = rules();
    let made = |number: i64| Made {
        second: number * 7,
        client: 0,
        kind: u8::try_from(number * number % 5).unwrap(),
        milliseconds: (number % 3 > 0).then(|| i32::try_from(number % 40).unwrap()),
        late: 0,
    };
    let many = run(&rules, &in_order((0..2_000).map(made).collect()), &PLAIN);
    let mut told: BTreeSet<_> = many.iter().map(|alert| alert.info.id.to_string()).collect();
    let slow = |number| Made {
        milliseconds: Some(2_000),
        kind: 0,
        ..made(number)
    };
    let slow = run(&rules, &in_order((0..20).map(slow).collect()), &PLAIN);
    told.extend(slow.iter().map(|alert| alert.info.id.to_string()));
    for end in ["11", "12", "13", "21", "22", "23", "24", "31", "32", "33", "34"] {
        let id = format!("0b6f7c9e-5a3d-4f5e-9a57-3d1f0a6c2e{end}");
        assert!(told.contains(&id), "{end}: {told:?}");
    }
}
