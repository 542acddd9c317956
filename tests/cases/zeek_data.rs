//! Zeek's parser on real logs.

use std::fs;

use asim_schema::{EventResult, EventSubType};
use asim_testkit::Validator;
use asimkit::{DnsEvent, Event, Normalized, Normalizer};

use super::data::{beside, files_below};

/// Every record of a DNS log becomes an event that the schema allows.
fn all_written(path: &std::path::Path) -> Normalized {
    let normalized = Normalizer::new().events(&fs::read(path).unwrap()).unwrap();
    let counts = normalized.report.counts;
    assert!(
        counts.add_up() && counts.written == counts.read && counts.read > 0,
        "{}: {counts:?}",
        path.display()
    );
    normalized
}

fn dns<'e>(event: &'e Event<'static>) -> &'e DnsEvent<'static> {
    match event {
        Event::Dns(event) => event,
        other => panic!("a DNS event, not {other:?}"),
    }
}

#[test]
fn every_record_of_real_logs_becomes_a_valid_event() {
    let Some(folder) = beside("data/zeek") else { return };
    let validator = Validator::default();
    let mut events = 0;
    for path in files_below(&folder) {
        if path.extension().is_none_or(|extension| extension != "log") {
            continue;
        }
        let normalized = all_written(&path);
        for event in &normalized.events {
            let json = serde_json::to_string(dns(event)).unwrap();
            let errors = validator.errors(&json);
            assert!(errors.is_empty(), "{}: {errors:?}\n{json}", path.display());
            events += 1;
        }
    }
    // 54 and 50 of zat, 303 of otrf-apt29, 14 of bro-2018.
    assert_eq!(events, 421);
}

#[test]
fn results_come_from_the_response_code_alone() {
    let Some(path) = beside("data/zeek/zat/data/json/dns.log") else {
        return;
    };
    let normalized = all_written(&path);
    for event in normalized.events.iter().map(dns) {
        let response = event.event_sub_type() == Some(EventSubType::Response);
        assert_eq!(response, event.dns_response_code().is_some());
        let expected = match event.dns_response_code() {
            None => EventResult::NA,
            Some(code) if code == asim_schema::Rcode::NOERROR => EventResult::Success,
            Some(_) => EventResult::Failure,
        };
        assert_eq!(event.event_result(), Some(expected));
    }
}

#[test]
fn a_lone_response_between_two_ports_53_keeps_its_roles() {
    let Some(path) = beside("data/zeek/bro-2018/scripts.base.protocols.dns.flip/dns.log") else {
        return;
    };
    let normalized = all_written(&path);
    let [event] = normalized.events.as_slice() else {
        panic!("one event")
    };
    let event = dns(event);
    assert_eq!(event.src_ip_addr(), Some([10, 20, 1, 31].into()));
    assert_eq!(
        (event.src_port_number(), event.dst_port_number()),
        (Some(53), Some(53))
    );
}
