//! The laws that hold for all rules: neither the size of batches, nor the number of threads, nor a snapshot on the
//! way, nor the order of events within the allowed lateness changes what is told.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as expected"
)]

use std::num::NonZero;
use std::sync::Arc;

use asim_detect::{Alert, Batch, Detector, Observer, Place, Tuning};
use asim_schema::{
    DnsEvent, Event, EventSubType, NetworkProtocol, Opcode, ProcessEvent, ProcessVersion, Rcode, RrType,
    SchemaVersion, Timestamp,
};
use proptest::prelude::*;

/// 2026-11-21T09:00:00Z.
const NINE: i64 = 1_795_251_600;
/// So many seconds events may come late here.
const LATENESS: i64 = 600;

const TYPES: [u16; 9] = [1, 28, 16, 15, 10, 24, 46, 252, 12];
const CODES: [u16; 4] = [0, 3, 2, 5];
const COMMANDS: [&str; 4] = [
    "dnsrecon -d example.com",
    "dig axfr example.com",
    "vim notes.txt",
    "subfinder -d example.org",
];
const DOMAINS: [&str; 10] = [
    "example.com",
    "example.co.uk",
    "tunnel.example",
    "onion.ws",
    "2.0.192.in-addr.arpa",
    "site.github.io",
    "ngrok.io",
    "nanopool.org",
    "wallet.bazar",
    "shop.xyz",
];

/// What an event is made of.
#[derive(Debug, Clone)]
struct Made {
    second: i64,
    client: u8,
    host: u16,
    domain: usize,
    kind: usize,
    code: Option<usize>,
    process: bool,
}

fn made() -> impl Strategy<Value = Made> {
    // Few clients ask for much, so that thresholds are crossed.
    let parts = (
        0_i64..20_000,
        0_u8..3,
        0_u16..400,
        0..DOMAINS.len(),
        0..TYPES.len(),
        proptest::option::of(0..CODES.len()),
        proptest::bool::weighted(0.02),
    );
    parts.prop_map(|(second, client, host, domain, kind, code, process)| Made {
        second,
        client,
        host,
        domain,
        kind,
        code,
        process,
    })
}

impl Made {
    fn event(&self) -> Event<'static> {
        let time = Timestamp::from_unix_seconds(NINE + self.second).unwrap();
        if self.process {
            let mut event = ProcessEvent::new(ProcessVersion::DEFAULT);
            event.set_event_start_time(time);
            event.set_dvc_hostname(format!("ws{}", self.client));
            event.set_target_process_command_line(COMMANDS[usize::from(self.host) % COMMANDS.len()]);
            return Event::Process(event);
        }
        let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
        event.set_event_start_time(time);
        event.set_event_type(Opcode::QUERY);
        event.set_src_ip_addr([192, 0, 2, self.client].into());
        event.set_dns_query(format!("h{}.{}", self.host, DOMAINS[self.domain]));
        event.set_dns_query_type(RrType(TYPES[self.kind]));
        event.set_network_protocol(NetworkProtocol::TCP);
        match self.code {
            Some(code) => {
                event.set_event_sub_type(EventSubType::Response);
                event.set_dns_response_code(Rcode(CODES[code]));
                event.set_dns_response_name(format!("192.168.1.{}", self.host % 250));
            }
            None => event.set_event_sub_type(EventSubType::Request),
        }
        Event::Dns(event)
    }
}

fn tuning() -> Arc<Tuning> {
    // Some wait for all of their window, and some do not.
    let soon = "
        [rule]
        subdomain-sweep.tell-within = 600
        nxdomain-excessive.tell-within = 300
        failing-domains.tell-within = 0
    ";
    let tuning = soon
        .parse::<Tuning>()
        .unwrap()
        .with_lateness(LATENESS.unsigned_abs());
    let low = [
        ("subdomain-sweep", "names", 20),
        ("nxdomain-excessive", "more-than", 3),
        ("sigred", "more-than", 1),
        ("abused-tld", "at-least", 1),
        ("failing-clients", "at-least", 20),
        ("failing-domains", "at-least", 10),
        ("dga-failures", "more-than", 5),
        ("dga-second-level", "more-than", 2),
        ("reverse-lookup-burst", "more-than", 3),
        ("daily-increase", "at-least", 4),
        ("daily-increase", "sample", 1),
        ("daily-increase", "times", 110),
        ("daily-increase", "warm-up", 1),
        ("first-seen-domain", "warm-up", 2),
        ("first-seen-domain", "days", 1),
        ("client-volume-anomaly", "least", 10),
        ("nxdomain-anomaly", "least", 3),
        ("dga-failures-anomaly", "least", 3),
        ("reverse-lookup-anomaly", "least", 2),
        ("errors-same-query-anomaly", "least", 1),
    ];
    let low = low.into_iter().fold(tuning, |tuning, (rule, name, value)| {
        tuning.with_parameter(rule, name, value)
    });
    let anomalies = [
        "client-volume-anomaly",
        "nxdomain-anomaly",
        "dga-failures-anomaly",
        "reverse-lookup-anomaly",
        "errors-same-query-anomaly",
    ];
    let tuning = anomalies.into_iter().fold(low, |tuning, rule| {
        tuning
            .with_parameter(rule, "warm-up", 2)
            .with_parameter(rule, "score", 50)
    });
    Arc::new(tuning)
}

/// The same events over three weeks, for rules that compare days.
fn over_weeks(events: &[Made]) -> Vec<Made> {
    let slow = |event: &Made| Made {
        second: event.second * 90,
        ..event.clone()
    };
    events.iter().map(slow).collect()
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

fn run(events: &[Made], places: bool, way: Way) -> Vec<Alert> {
    let tuning = tuning();
    let observer = Observer::new(tuning.clone());
    let new = || Detector::new(tuning.clone()).jobs(NonZero::new(way.jobs).unwrap());
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
    assert_eq!(detector.statistics().observed, events.len() as u64);
    alerts
}

fn json(alerts: &[Alert]) -> Vec<String> {
    alerts
        .iter()
        .map(|alert| serde_json::to_string(alert).unwrap())
        .collect()
}

/// In the order of time, each event at most `LATENESS` seconds late.
fn shuffled(events: &[Made], late: &[i64]) -> Vec<Made> {
    let mut arrivals: Vec<_> = events
        .iter()
        .zip(late.iter().chain(std::iter::repeat(&0)))
        .map(|(event, late)| (event.second + late, event.clone()))
        .collect();
    arrivals.sort_by_key(|(arrival, _)| *arrival);
    arrivals.into_iter().map(|(_, event)| event).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn batches_threads_and_restarts_change_nothing(
        events in proptest::collection::vec(made(), 1..1_500),
        batch in 1_usize..700,
        restart in 0_usize..6,
    ) {
        let mut events = events;
        events.sort_by_key(|event| event.second);
        let weeks = over_weeks(&events);
        let plain = json(&run(&weeks, true, PLAIN));
        let restarted = json(&run(&weeks, true, Way { batch, jobs: 1, restart: Some(restart) }));
        prop_assert_eq!(&plain, &restarted);
        let plain = json(&run(&events, true, PLAIN));
        let batched = json(&run(&events, true, Way { batch, ..PLAIN }));
        prop_assert_eq!(&plain, &batched);
        let restarted = json(&run(&events, true, Way { batch, jobs: 1, restart: Some(restart) }));
        prop_assert_eq!(&plain, &restarted);
        // Threads come into play with batches of some thousand events.
        let many: Vec<_> = (0..4).flat_map(|turn| events.iter().map(move |event| Made {
            second: event.second + turn * 20_000,
            ..event.clone()
        })).collect();
        let one = json(&run(&many, true, PLAIN));
        for jobs in [2, 3] {
            prop_assert_eq!(&one, &json(&run(&many, true, Way { jobs, ..PLAIN })));
        }
    }

    #[test]
    fn the_order_within_the_lateness_changes_nothing(
        events in proptest::collection::vec(made(), 1..1_500),
        late in proptest::collection::vec(0_i64..=LATENESS, 0..1_500),
    ) {
        let mut events = events;
        events.sort_by_key(|event| event.second);
        let plain = json(&run(&events, false, PLAIN));
        let other = json(&run(&shuffled(&events, &late), false, PLAIN));
        prop_assert_eq!(plain, other);
        let weeks = over_weeks(&events);
        let plain = json(&run(&weeks, false, PLAIN));
        let other = json(&run(&shuffled(&weeks, &late), false, PLAIN));
        prop_assert_eq!(plain, other);
    }
}

/// The laws would hold as well if nothing were ever told.
#[test]
fn the_made_events_set_rules_off() {
    let events: Vec<_> = (0..3_000)
        .map(|number: u16| Made {
            second: i64::from(number) * 5,
            client: 1,
            host: number % 400,
            domain: usize::from(number) % 2,
            kind: usize::from(number) % TYPES.len(),
            code: number.is_multiple_of(3).then_some(1),
            process: number.is_multiple_of(100),
        })
        .collect();
    let alerts = run(&events, true, PLAIN);
    for rule in ["zone-transfer", "subdomain-sweep", "enumeration-tool"] {
        assert!(alerts.iter().any(|alert| alert.info.id == rule), "{rule}");
    }
}

/// So would those of rules that remember days.
#[test]
fn the_made_weeks_set_rules_off() {
    let events: Vec<_> = (0..6_000_u32)
        .map(|number| {
            // Fifteen days, and one with as much as all of them.
            let day = i64::from(number.min(3_000) / 200);
            let host = u16::try_from(number / 30 * 7 % 400).unwrap();
            Made {
                second: day * 960 + i64::from(number) % 300,
                client: u8::try_from(number % 3).unwrap(),
                host,
                domain: usize::try_from(number / 3 % 10).unwrap(),
                kind: usize::try_from(number / 10 % 9).unwrap(),
                code: (!number.is_multiple_of(4)).then_some(1),
                process: false,
            }
        })
        .collect();
    let mut events = over_weeks(&events);
    events.sort_by_key(|event| event.second);
    let alerts = run(&events, true, PLAIN);
    for rule in [
        "abused-tld",
        "client-volume-anomaly",
        "daily-increase",
        "dga-failures",
        "dga-failures-anomaly",
        "dga-second-level",
        "errors-same-query",
        "failing-clients",
        "failing-domains",
        "first-seen-domain",
        "mining-pools",
        "nxdomain-anomaly",
        "nxdomain-excessive",
        "reverse-lookup-anomaly",
        "reverse-lookup-burst",
        "sigred",
        "tor-gateways",
        "tunnel-services",
        "unexpected-tld",
    ] {
        assert!(alerts.iter().any(|alert| alert.info.id == rule), "{rule}");
    }
}

/// Evictions are counted, and they fall on groups that are far from any finding.
#[test]
fn evictions_are_counted_and_spare_what_is_nearly_found() {
    let tuning = Arc::new(Tuning::default().with_keys_per_rule(64 * 16));
    let observer = Observer::new(tuning.clone());
    let mut detector = Detector::new(tuning);
    let mut batch = Batch::default();
    for number in 0..20_000_u16 {
        let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
        let time = NINE + i64::from(number) / 10;
        event.set_event_start_time(Timestamp::from_unix_seconds(time).unwrap());
        event.set_dns_query_type(RrType::A);
        event.set_src_ip_addr([192, 0, 2, 1].into());
        let name = if number % 100 == 0 {
            format!("h{number}.example.com")
        } else {
            format!("www.site{number}.example")
        };
        event.set_dns_query(name);
        observer.observe(&Event::Dns(event), None, &mut batch);
    }
    let mut alerts = detector.observe(&batch);
    alerts.extend(detector.finish());
    let sweep = |alert: &&Alert| alert.info.id == "subdomain-sweep";
    let told: Vec<_> = alerts
        .iter()
        .filter(sweep)
        .filter_map(|alert| alert.item.as_deref())
        .collect();
    assert_eq!(told, ["example.com"]);
    let statistics = detector.statistics();
    let of_rule = statistics
        .rules
        .iter()
        .find(|rule| rule.rule == "subdomain-sweep")
        .unwrap();
    assert!(of_rule.evicted > 10_000, "{of_rule:?}");
}

#[test]
fn late_events_are_counted_and_left_out() {
    let tuning = tuning();
    let observer = Observer::new(tuning.clone());
    let mut detector = Detector::new(tuning);
    let mut batch = Batch::default();
    for second in [0, 30_000, 10] {
        let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
        event.set_event_start_time(Timestamp::from_unix_seconds(NINE + second).unwrap());
        event.set_dns_query_type(RrType::AXFR);
        event.set_src_ip_addr([192, 0, 2, 1].into());
        event.set_dns_query("example.com");
        observer.observe(&Event::Dns(event), None, &mut batch);
    }
    let mut alerts = detector.observe(&batch);
    alerts.extend(detector.finish());
    let transfers = alerts.iter().filter(|alert| alert.info.id == "zone-transfer");
    assert_eq!(transfers.map(|alert| alert.count).collect::<Vec<_>>(), [1, 1]);
    let statistics = detector.statistics();
    let of_rule = statistics
        .rules
        .iter()
        .find(|rule| rule.rule == "zone-transfer")
        .unwrap();
    assert_eq!(of_rule.late, 1);
}
