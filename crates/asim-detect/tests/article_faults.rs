//! The faults of the published query for T1596.001: ours is right, and the compatible form is as the query is.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as expected"
)]

use std::sync::Arc;

use asim_detect::{Alert, Batch, Detector, KqlCompatible, KqlRow, Observer, Tuning};
use asim_schema::{DnsEvent, Event, ProcessEvent, ProcessVersion, Rcode, RrType, SchemaVersion, Timestamp};

/// 2026-11-21T09:00:00Z.
const NINE: i64 = 1_795_251_600;

fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_seconds(NINE + second).unwrap()
}

fn query(second: i64, name: &str) -> DnsEvent<'static> {
    let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
    event.set_event_start_time(at(second));
    event.set_src_ip_addr([192, 0, 2, 9].into());
    event.set_dns_query(name.to_owned());
    event.set_dns_query_type(RrType::A);
    event.set_dns_query_type_name("A");
    event
}

fn transfer(second: i64, kind: &'static str) -> DnsEvent<'static> {
    let mut event = query(second, "example.com");
    event.set_dns_query_type(RrType::AXFR);
    event.set_dns_query_type_name(kind);
    event.set_dns_response_code(Rcode::REFUSED);
    event
}

fn process(second: i64, line: &str) -> ProcessEvent<'static> {
    let mut event = ProcessEvent::new(ProcessVersion::DEFAULT);
    event.set_event_start_time(at(second));
    event.set_dvc_hostname("ws7");
    event.set_dvc_ip_addr([192, 0, 2, 7].into());
    let program = line.split(' ').next().unwrap().to_owned();
    event.set_target_process_name(program);
    event.set_target_process_command_line(line.to_owned());
    event
}

fn ours<E: Into<Event<'static>> + Clone>(events: &[E]) -> Vec<Alert> {
    let tuning = Arc::new(Tuning::default());
    let observer = Observer::new(tuning.clone());
    let mut batch = Batch::default();
    for event in events {
        observer.observe(&event.clone().into(), None, &mut batch);
    }
    let mut detector = Detector::new(tuning);
    let mut alerts = detector.observe(&batch);
    alerts.extend(detector.finish());
    let article = ["zone-transfer", "subdomain-sweep", "enumeration-tool"];
    alerts.retain(|alert| article.contains(&&*alert.info.id));
    alerts
}

fn theirs<E: Into<Event<'static>> + Clone>(events: &[E]) -> Vec<KqlRow> {
    let mut query = KqlCompatible::new().unwrap();
    for event in events {
        query.observe(&event.clone().into());
    }
    query.rows(None)
}

/// The events of one name each, a second apart.
fn names(names: impl IntoIterator<Item = String>) -> Vec<DnsEvent<'static>> {
    (0..)
        .zip(names)
        .map(|(second, name)| query(second, &name))
        .collect()
}

/// Fault 1: the query takes `LocalIP`, which the table of processes does not have.
#[test]
fn the_host_of_a_process_is_known() {
    let events = [process(1, "subfinder -d example.com")];
    assert_eq!(ours(&events)[0].columns.client_ip.as_deref(), Some("192.0.2.7"));
    assert_eq!(theirs(&events)[0].client_ip, None);
}

/// Fault 2: a number and a text are united, and the column falls apart.
#[test]
fn the_result_is_one_column() {
    let events: Vec<Event<'static>> = vec![
        transfer(1, "AXFR").into(),
        process(2, "subfinder -d example.com").into(),
    ];
    let told: Vec<_> = ours(&events)
        .iter()
        .map(|alert| alert.columns.result_code.clone().unwrap())
        .collect();
    assert_eq!(told, ["subfinder", "REFUSED"]);
    let rows = theirs(&events);
    assert_eq!(
        (rows[0].result_code_int, rows[0].result_code_string.clone()),
        (Some(5), None)
    );
    assert_eq!(
        (rows[1].result_code_int, rows[1].result_code_string.as_deref()),
        (None, Some("subfinder"))
    );
}

/// Fault 3: `in` tells small letters from capitals.
#[test]
fn a_transfer_in_small_letters_is_one() {
    let events = [transfer(1, "axfr")];
    assert_eq!(ours(&events).len(), 1);
    assert_eq!(theirs(&events), []);
}

/// Fault 4: the expression for the root domain finds nothing in a name that ends with a dot.
#[test]
fn a_final_dot_hides_nothing() {
    let events = names((0..120).map(|host| format!("h{host}.example.com.")));
    assert_eq!(ours(&events).len(), 1);
    assert_eq!(theirs(&events), []);
}

/// Fault 5: the last two labels are not what somebody registered.
#[test]
fn sites_under_one_suffix_are_no_sweep() {
    let events = names((0..120).map(|site| format!("www.site{site}.co.uk")));
    assert_eq!(ours(&events), []);
    let rows = theirs(&events);
    assert_eq!(rows[0].name.as_deref(), Some("co.uk"));
    assert_eq!(
        rows[0].result_code_string.as_deref(),
        Some("UniqueSubdomains:120/QueryCount:120")
    );
}

/// Fault 6: letter case splits the groups.
#[test]
fn letters_at_random_hide_nothing() {
    let mixed = (0..120).map(|host| {
        let domain = if host % 2 == 0 {
            "ExAmple.com"
        } else {
            "exaMPle.com"
        };
        format!("h{host}.{domain}")
    });
    let events = names(mixed);
    assert_eq!(ours(&events).len(), 1);
    assert_eq!(theirs(&events), []);
}

/// Fault 7: hours of the clock cut a sweep in two.
#[test]
fn the_end_of_an_hour_hides_nothing() {
    let events: Vec<_> = (0..120)
        .map(|host| query(3_540 + host, &format!("h{host}.example.com")))
        .collect();
    assert_eq!(ours(&events).len(), 1);
    assert_eq!(theirs(&events), []);
}

/// Fault 8: `axfr ` wants a letter behind it, and `fierce` is in many a file's name.
#[test]
fn arguments_are_words() {
    let events = [process(1, "dig example.com AXFR")];
    assert_eq!(ours(&events).len(), 1);
    assert_eq!(theirs(&events), []);
    let events = [process(1, "vim fierce-competition.txt")];
    assert_eq!(ours(&events), []);
    assert_eq!(theirs(&events).len(), 1);
    let events = [process(1, "amass  enum  -d example.com")];
    assert_eq!(ours(&events).len(), 1);
}

/// Fault 9: the types, the last time and the examples are counted and then dropped.
#[test]
fn what_was_counted_is_told() {
    let events = names((0..120).map(|host| format!("h{host}.example.com")));
    let alert = &ours(&events)[0];
    assert_eq!(alert.details, [("QueryTypes", "A".to_owned())]);
    assert_eq!((alert.first, alert.last), (at(0), at(119)));
    assert!(!alert.evidence.is_empty());
    let row = serde_json::to_value(&theirs(&events)[0]).unwrap();
    assert!(row.get("LastSeen").is_none() && row.get("QueryTypes").is_none());
}

/// `ago(24h)` counts from the newest event unless a time is given.
#[test]
fn the_day_of_the_query_ends_with_the_newest_event() {
    let events = [transfer(0, "AXFR"), transfer(86_400, "AXFR")];
    assert_eq!(theirs(&events).len(), 1);
    let mut query = KqlCompatible::new().unwrap();
    for event in &events {
        query.observe(&Event::Dns(event.clone()));
    }
    assert_eq!(query.rows(Some(at(3_600))).len(), 2);
    assert_eq!(query.rows(Some(at(200_000))).len(), 0);
}

/// The order of the query: risk score, then time, both descending.
#[test]
fn rows_are_sorted_as_the_query_sorts() {
    let events: Vec<Event<'static>> = vec![
        process(5, "dnsx -l names").into(),
        transfer(1, "AXFR").into(),
        transfer(9, "IXFR").into(),
    ];
    let rows: Vec<_> = theirs(&events)
        .iter()
        .map(|row| (row.risk_score, row.time_generated))
        .collect();
    assert_eq!(rows, [(90, at(9)), (90, at(1)), (80, at(5))]);
}
