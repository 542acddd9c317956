//! Events by hand, and the rules that they fulfil.

use std::sync::Arc;

use asim_detect::sigma::SigmaRules;
use asim_detect::{Alert, Batch, Detector, Observer, Tuning};
use asim_schema::{DnsEvent, Event, ProcessEvent, ProcessVersion, RrType, SchemaVersion, Timestamp};

/// 2026-11-21T09:00:00Z.
pub(crate) const NINE: i64 = 1_795_251_600;

/// A lookup as a sensor sees it.
pub(crate) fn lookup(name: &str) -> DnsEvent<'static> {
    let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
    event.set_event_start_time(Timestamp::from_unix_seconds(NINE).unwrap());
    event.set_event_product("Zeek");
    event.set_src_ip_addr("192.0.2.9".parse().unwrap());
    event.set_dns_query(name.to_owned());
    event.set_dns_query_type(RrType::A);
    event
}

/// A lookup as Sysmon sees it: with the program.
pub(crate) fn lookup_by(program: &str, name: &str) -> DnsEvent<'static> {
    let mut event = lookup(name);
    event.set_event_product("Sysmon");
    event.set_event_original_type("22");
    event.set_src_process_name(program.to_owned());
    event
}

/// The same as the log of Windows' DNS client has it.
pub(crate) fn client_log(name: &str) -> DnsEvent<'static> {
    let mut event = lookup(name);
    event.set_event_product("DNS Client");
    event.set_event_original_type("3008");
    event
}

/// A process that started.
pub(crate) fn process(program: &str, command_line: &str) -> ProcessEvent<'static> {
    let mut event = ProcessEvent::new(ProcessVersion::DEFAULT);
    event.set_event_start_time(Timestamp::from_unix_seconds(NINE).unwrap());
    event.set_dvc_hostname("pc1");
    event.set_target_process_name(program.to_owned());
    event.set_target_process_command_line(command_line.to_owned());
    event
}

/// The titles of the rules that an event fulfils.
pub(crate) fn fulfilled(rules: &Arc<SigmaRules>, event: impl Into<Event<'static>>) -> Vec<String> {
    let observer = Observer::new(Arc::new(Tuning::default())).stateless(rules.clone());
    let mut batch = Batch::default();
    observer.observe(&event.into(), None, &mut batch);
    let observation = batch.iter().next().unwrap();
    let hits: Vec<_> = observation.hits().map(|hit| hit.rule).collect();
    assert!(hits.is_sorted());
    let rules: Vec<_> = rules.loaded().collect();
    let titles = hits
        .iter()
        .map(|number| rules[*number as usize].info.title.to_string());
    titles.collect()
}

/// The same event so many seconds after nine.
pub(crate) fn at(second: i64, mut event: DnsEvent<'static>) -> DnsEvent<'static> {
    event.set_event_start_time(Timestamp::from_unix_seconds(NINE + second).unwrap());
    event
}

/// The alerts of the rules over events, all windows closed.
pub(crate) fn alerts(
    rules: &Arc<SigmaRules>,
    tuning: &Arc<Tuning>,
    events: impl IntoIterator<Item = DnsEvent<'static>>,
) -> Vec<Alert> {
    let observer = Observer::new(tuning.clone()).stateless(rules.clone());
    let mut batch = Batch::default();
    for event in events {
        observer.observe(&Event::Dns(event), None, &mut batch);
    }
    let mut detector = Detector::with_rules(rules.rules(tuning), tuning.clone());
    let mut alerts = detector.observe(&batch);
    alerts.extend(detector.finish());
    alerts
}
