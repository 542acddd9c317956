//! What the tests of all rules share: events by hand, and the laws that hold for every rule.

use std::sync::Arc;

use asim_schema::{
    DnsEvent, Event, EventSubType, Opcode, ProcessEvent, Rcode, RrType, SchemaVersion, Timestamp,
};

use crate::rule::{AnyRule, Rule};
use crate::window::Waited;
use crate::{Alert, Batch, Detector, Observer, Tuning};

/// 2026-11-21T09:00:00Z, at the beginning of an hour.
pub(crate) const NINE: i64 = 1_795_251_600;

/// A request at so many seconds after nine.
pub(crate) fn request(second: i64, client: &str, name: &str, kind: RrType) -> DnsEvent<'static> {
    let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
    event.set_event_start_time(Timestamp::from_unix_seconds(NINE + second).unwrap());
    event.set_event_type(Opcode::QUERY);
    event.set_event_sub_type(EventSubType::Request);
    event.set_src_ip_addr(client.parse().unwrap());
    event.set_dns_query(name.to_owned());
    event.set_dns_query_type(kind);
    event
}

/// A response at so many seconds after nine, with its answers as `DnsResponseName` has them, if any.
pub(crate) fn response(
    second: i64,
    client: &str,
    name: &str,
    kind: RrType,
    code: Rcode,
    answers: Option<&str>,
) -> DnsEvent<'static> {
    let mut event = request(second, client, name, kind);
    event.set_event_sub_type(EventSubType::Response);
    event.set_dns_response_code(code);
    if let Some(answers) = answers {
        event.set_dns_response_name(answers.to_owned());
    }
    event
}

/// A process that started at so many seconds after nine.
pub(crate) fn process(second: i64, host: &str, program: &str, command_line: &str) -> ProcessEvent<'static> {
    let mut event = ProcessEvent::new(asim_schema::ProcessVersion::DEFAULT);
    event.set_event_start_time(Timestamp::from_unix_seconds(NINE + second).unwrap());
    event.set_dvc_hostname(host.to_owned());
    event.set_target_process_name(program.to_owned());
    event.set_target_process_command_line(command_line.to_owned());
    event
}

/// The alerts of one rule over events, all windows closed.
pub(crate) fn alerts<E: Into<Event<'static>>>(
    rule: impl Fn(&Arc<Tuning>) -> Box<dyn AnyRule>,
    tuning: Tuning,
    events: impl IntoIterator<Item = E>,
) -> Vec<Alert> {
    let tuning = Arc::new(tuning);
    let observer = Observer::new(tuning.clone());
    let mut batch = Batch::default();
    for event in events {
        observer.observe(&event.into(), None, &mut batch);
    }
    let mut detector = Detector::with_rules(vec![rule(&tuning)], tuning);
    let mut alerts = detector.observe(&batch);
    alerts.extend(detector.finish());
    alerts
}

/// The value of a counter.
pub(crate) fn counter(alert: &Alert, name: &str) -> Option<u64> {
    let found = alert.counters.iter().find(|counter| counter.name == name);
    found.map(|counter| counter.value)
}

/// What a rule keeps of events that may wait is all that it would have counted; their number.
pub(crate) fn first_ones_count_like_others<R: Rule>(
    rule: &R,
    events: impl IntoIterator<Item = DnsEvent<'static>>,
) -> usize {
    let observer = Observer::new(Tuning::default().into());
    let mut batch = Batch::default();
    for event in events {
        observer.observe(&event.into(), None, &mut batch);
    }
    let mut waiting = 0;
    for observation in batch.iter().filter(|one| rule.group(*one).is_some()) {
        let Some(note) = rule.waits(observation) else {
            continue;
        };
        let (mut first, mut other) = (R::Pane::default(), R::Pane::default());
        rule.add_waited(&mut first, Waited::of(observation, note));
        rule.add(&mut other, observation);
        let bytes = |pane| postcard::to_allocvec(pane).unwrap();
        assert_eq!(bytes(&first), bytes(&other));
        waiting += 1;
    }
    waiting
}

/// The two halves of lookups by one client of 64 names below `example.net`, short ones and long ones.
pub(crate) fn lookups_of_64_names() -> Vec<DnsEvent<'static>> {
    let lookups = (0..64).flat_map(|number| {
        let name = format!("{number}.{}carried.example.net", "x".repeat(number));
        let second = i64::try_from(number).unwrap();
        [
            request(second, "192.0.2.7", &name, RrType::TXT),
            response(second, "192.0.2.7", &name, RrType::A, Rcode::NXDOMAIN, None),
        ]
    });
    lookups.collect()
}
