//! The laws of all rules, with events that set off those beyond the published analytics, and a list of indicators:
//! neither batches, threads and restarts nor the order of events within the allowed lateness change what is told.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::num::NonZero;
use std::sync::Arc;

use asim_detect::rules::indicators::{IndicatorMatch, Indicators};
use asim_detect::{Batch, Detector, Family, Observer, Place, Tuning, rules};
use asim_schema::{DnsEvent, Event, EventSubType, Opcode, Rcode, RrType, SchemaVersion, Timestamp};
use proptest::prelude::*;

/// 2026-11-21T09:00:00Z.
const NINE: i64 = 1_795_251_600;
/// So many seconds events may come late here.
const LATENESS: i64 = 600;

const NAMES: [&str; 8] = [
    "carried-data-{}.tunnel.example.net",
    "{}.example.com",
    "beacon.example.org",
    "xq{}zkvwjqp{}.com",
    "rebind{}.example.co.uk",
    "dns.google",
    "www.evil.example.com",
    "random{}.victim.com",
];
const ANSWERS: [&str; 4] = [
    r#"{"answers":["198.51.100.7"],"ttls":[5]}"#,
    r#"{"answers":["192.168.1.1"],"ttls":[5]}"#,
    r#"{"answers":["0.0.0.0"],"ttls":[2]}"#,
    r#"{"answers":["203.0.113.9","198.51.100.8"],"ttls":[300,300]}"#,
];
const TYPES: [u16; 4] = [1, 16, 25, 255];

/// What an event is made of.
#[derive(Debug, Clone)]
struct Made {
    second: i64,
    client: u8,
    number: u16,
    name: usize,
    kind: usize,
    answer: Option<usize>,
    missing: bool,
}

fn made() -> impl Strategy<Value = Made> {
    let parts = (
        0_i64..90_000,
        0_u8..3,
        0_u16..60,
        0..NAMES.len(),
        0..TYPES.len(),
        proptest::option::of(0..ANSWERS.len()),
        any::<bool>(),
    );
    parts.prop_map(|(second, client, number, name, kind, answer, missing)| Made {
        second,
        client,
        number,
        name,
        kind,
        answer,
        missing,
    })
}

impl Made {
    fn event(&self) -> Event<'static> {
        let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
        event.set_event_start_time(Timestamp::from_unix_seconds(NINE + self.second).unwrap());
        event.set_event_type(Opcode::QUERY);
        event.set_src_ip_addr([192, 0, 2, self.client].into());
        event.set_dns_query(NAMES[self.name].replace("{}", &self.number.to_string()));
        event.set_dns_query_type(RrType(TYPES[self.kind]));
        match self.answer {
            Some(answer) => {
                event.set_event_sub_type(EventSubType::Response);
                event.set_dns_response_code(if self.missing {
                    Rcode::NXDOMAIN
                } else {
                    Rcode::NOERROR
                });
                if !self.missing {
                    event.set_dns_response_name(ANSWERS[answer]);
                }
            }
            None => event.set_event_sub_type(EventSubType::Request),
        }
        Event::Dns(event)
    }
}

fn tuning() -> Arc<Tuning> {
    let tuning = "
        [rule]
        any-flood.queries = 5
        beaconing = { lookups = 4, gap-score = 0, score = 1 }
        dga-nxdomain = { domains = 4, share = 10 }
        dns-tunnel = { names = 5, score = 30 }
        exploded-dns = { names = 10, tell-within = 7200 }
        random-subdomains = { names = 5, unique = 10, tell-within = 0 }
    ";
    Arc::new(
        tuning
            .parse::<Tuning>()
            .unwrap()
            .with_lateness(LATENESS.unsigned_abs()),
    )
}

/// How a run goes.
#[derive(Clone, Copy)]
struct Way {
    batch: usize,
    jobs: usize,
    /// After so many batches the detector is thrown away and restored.
    restart: Option<usize>,
}

const PLAIN: Way = Way {
    batch: usize::MAX,
    jobs: 1,
    restart: None,
};

/// The alerts as text, and the rules that told them.
fn run(events: &[Made], places: bool, way: Way) -> (Vec<String>, BTreeSet<String>) {
    let tuning = tuning();
    let list = "value,severity,title\nevil.example.com,High,Loader\n203.0.113.0/24,Low,Hosting\n";
    let list = Arc::new(Indicators::from_csv(list.as_bytes()).unwrap());
    let observer = Observer::new(tuning.clone());
    let new = || {
        let mut own = rules::all(&tuning);
        own.retain(|rule| rule.info().family == Family::Beyond);
        own.push(rules::boxed(IndicatorMatch::new(list.clone()), &tuning));
        Detector::with_rules(own, tuning.clone()).jobs(NonZero::new(way.jobs).unwrap())
    };
    let mut detector = new();
    let mut alerts = Vec::new();
    let mut number = 0;
    for (place, events) in events.chunks(way.batch.min(events.len()).max(1)).enumerate() {
        if way.restart == Some(place) {
            let snapshot = detector.snapshot().unwrap();
            detector = new();
            detector.restore(&snapshot).unwrap();
        }
        let mut batch = Batch::default();
        for event in events {
            number += 1;
            let at = places.then_some(Place {
                input: 0,
                record: number,
            });
            observer.observe(&event.event(), at, &mut batch);
        }
        alerts.extend(detector.observe(&batch));
    }
    alerts.extend(detector.finish());
    let ids = alerts.iter().map(|alert| alert.info.id.to_string()).collect();
    let texts = alerts.iter().map(|alert| serde_json::to_string(alert).unwrap());
    (texts.collect(), ids)
}

fn sorted(mut events: Vec<Made>) -> Vec<Made> {
    events.sort_by_key(|event| event.second);
    events
}

/// Fails with the alerts that only one of two runs told.
fn same(one: &[String], other: &[String]) -> Result<(), TestCaseError> {
    let only = |these: &[String], those: &[String]| -> Vec<_> {
        let only = these.iter().filter(|alert| !those.contains(alert));
        only.cloned().collect()
    };
    prop_assert_eq!(only(one, other), only(other, one));
    prop_assert!(one == other, "the same alerts in another order");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn batches_threads_and_restarts_change_nothing(
        events in proptest::collection::vec(made(), 1..1_500),
        batch in 1_usize..700,
        restart in 0_usize..6,
    ) {
        let events = sorted(events);
        let (plain, _) = run(&events, true, PLAIN);
        let (restarted, _) = run(&events, true, Way { batch, jobs: 1, restart: Some(restart) });
        same(&plain, &restarted)?;
        let many: Vec<_> = (0..2).flat_map(|turn| events.iter().map(move |event| Made {
            second: event.second + turn * 90_000,
            ..event.clone()
        })).collect();
        let (one, _) = run(&many, true, PLAIN);
        same(&one, &run(&many, true, Way { jobs: 2, ..PLAIN }).0)?;
    }

    #[test]
    fn the_order_within_the_lateness_changes_nothing(
        events in proptest::collection::vec(made(), 1..1_500),
        late in proptest::collection::vec(0_i64..=LATENESS, 0..1_500),
    ) {
        let events = sorted(events);
        let mut shuffled: Vec<_> = events
            .iter()
            .zip(late.iter().chain(std::iter::repeat(&0)))
            .map(|(event, late)| (event.second + late, event.clone()))
            .collect();
        shuffled.sort_by_key(|(arrival, _)| *arrival);
        let shuffled: Vec<_> = shuffled.into_iter().map(|(_, event)| event).collect();
        same(&run(&events, false, PLAIN).0, &run(&shuffled, false, PLAIN).0)?;
    }
}

/// The laws would hold as well if nothing were ever told.
#[test]
fn the_made_events_set_all_rules_off() {
    let events: Vec<_> = (0..4_000_u16)
        .map(|number| Made {
            second: i64::from(number) * 20,
            client: 1,
            number: number / 8 % 60,
            name: usize::from(number) % NAMES.len(),
            kind: usize::from(number / 8) % TYPES.len(),
            answer: (number % 3 > 0).then_some(usize::from(number / 16) % ANSWERS.len()),
            missing: number % 5 == 0,
        })
        .collect();
    let (_, told) = run(&events, true, PLAIN);
    let told: Vec<_> = told.iter().map(String::as_str).collect();
    let all = [
        "any-flood",
        "beaconing",
        "dga-nxdomain",
        "dns-rebinding",
        "dns-tunnel",
        "encrypted-resolver",
        "exploded-dns",
        "indicator-match",
        "random-subdomains",
    ];
    assert_eq!(told, all);
}
