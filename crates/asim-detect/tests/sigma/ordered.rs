//! Rules that are fulfilled one after the other.

use std::sync::Arc;

use asim_detect::sigma::SigmaRules;
use asim_detect::{Alert, Batch, Detector, Observer, Place, Tuning};
use asim_schema::{DnsEvent, Event, RrType};

use crate::events::{at, lookup};

const NAMES: &str = include_str!("rules/names.yml");
const ORDERED: &str = include_str!("rules/ordered.yml");

const TWO: &str = "Name and then refusal";
const THREE: &str = "Name, text and then refusal";
const ANY_TWO: &str = "Any two of three in order";
const BACK: &str = "There and back";

pub(crate) fn rules() -> Arc<SigmaRules> {
    let rules = SigmaRules::load([("names.yml", NAMES), ("ordered.yml", ORDERED)]);
    assert!(rules.unloadable().is_empty(), "{:?}", rules.unloadable());
    Arc::new(rules)
}

pub(crate) fn name(second: i64) -> DnsEvent<'static> {
    at(second, lookup("a.bad.example"))
}

pub(crate) fn text(second: i64) -> DnsEvent<'static> {
    let mut event = at(second, lookup("www.example.com"));
    event.set_dns_query_type(RrType::TXT);
    event
}

pub(crate) fn refused(second: i64) -> DnsEvent<'static> {
    let mut event = at(second, lookup("www.example.com"));
    event.set_event_result_details("REFUSED");
    event
}

/// The alerts of a title, over events with the numbers of their inputs, or without places.
fn told(title: &str, events: impl IntoIterator<Item = (Option<u32>, DnsEvent<'static>)>) -> Vec<Alert> {
    let (rules, tuning) = (rules(), Arc::new(Tuning::default()));
    let observer = Observer::new(tuning.clone()).stateless(rules.clone());
    let mut batch = Batch::default();
    for (record, (input, event)) in (1..).zip(events) {
        let place = input.map(|input| Place { input, record });
        observer.observe(&Event::Dns(event), place, &mut batch);
    }
    let mut detector = Detector::with_rules(rules.rules(&tuning), tuning);
    let mut alerts = detector.observe(&batch);
    alerts.extend(detector.finish());
    alerts.retain(|alert| alert.title == title);
    alerts
}

/// The number of alerts of a title over the records of one input.
fn count(title: &str, events: impl IntoIterator<Item = DnsEvent<'static>>) -> usize {
    told(title, events.into_iter().map(|event| (Some(0), event))).len()
}

#[test]
fn the_order_of_the_list_is_the_order_in_time() {
    let alerts = told(TWO, [(None, name(0)), (None, refused(299))]);
    let [alert] = &alerts[..] else {
        panic!("{alerts:#?}")
    };
    assert_eq!(
        (alert.counters[0].name, alert.counters[0].value),
        ("RulesInOrder", 2)
    );
    assert_eq!((alert.count, alert.client.as_deref()), (2, Some("192.0.2.9")));
    assert_eq!(count(TWO, [refused(0), name(299)]), 0);
    assert_eq!(count(TWO, [name(0)]), 0);
    assert_eq!(count(TWO, [name(0), refused(700)]), 0);
    // What comes before does not stand in the way.
    assert_eq!(count(TWO, [refused(0), name(10), refused(20), name(30)]), 1);
    // Late, but in time.
    assert_eq!(count(TWO, [refused(299), name(0)]), 1);
}

#[test]
fn three_rules_must_follow_each_other() {
    assert_eq!(count(THREE, [name(0), text(900), refused(1_800)]), 1);
    assert_eq!(count(THREE, [text(0), name(900), refused(1_800)]), 0);
    assert_eq!(count(THREE, [name(0), refused(900), text(1_800)]), 0);
    assert_eq!(count(THREE, [text(0), name(900), text(901), refused(902)]), 1);
    // Other clients bring nothing.
    let mut stranger = text(900);
    stranger.set_src_ip_addr("192.0.2.10".parse().unwrap());
    assert_eq!(count(THREE, [name(0), stranger, refused(1_800)]), 0);
}

#[test]
fn so_many_of_the_rules_are_enough_where_the_condition_says_so() {
    assert_eq!(count(ANY_TWO, [name(0), refused(900)]), 1);
    assert_eq!(count(ANY_TWO, [text(0), refused(900)]), 1);
    assert_eq!(count(ANY_TWO, [refused(0), text(900), name(1_800)]), 0);
    // Its windows are the hours of the clock.
    assert_eq!(count(ANY_TWO, [name(3_500), refused(3_700)]), 0);
}

#[test]
fn a_rule_may_stand_in_the_list_twice() {
    assert_eq!(count(BACK, [name(0), text(1), name(2)]), 1);
    assert_eq!(count(BACK, [name(0), name(1), text(2)]), 0);
}

#[test]
fn at_the_same_time_the_records_of_one_input_have_an_order() {
    assert_eq!(count(TWO, [name(5), refused(5)]), 1);
    assert_eq!(count(TWO, [refused(5), name(5)]), 0);
    let both = || {
        let mut event = name(5);
        event.set_event_result_details("REFUSED");
        event
    };
    assert_eq!(count(TWO, [both()]), 0);
    assert_eq!(count(TWO, [both(), both()]), 1);
    let unknown = [(None, name(5)), (None, refused(5))];
    assert!(told(TWO, unknown).is_empty());
    let apart = [(Some(0), name(5)), (Some(1), refused(5))];
    assert!(told(TWO, apart).is_empty());
}

#[test]
fn aliases_name_the_group_of_each_rule() {
    let title = "Asked and then refused by the one that asks";
    let asked = |address: &str, second| {
        let mut event = name(second);
        event.set_dst_ip_addr(address.parse().unwrap());
        event
    };
    let refused_by = |host: &'static str, second| {
        let mut event = refused(second);
        event.set_dvc_hostname(host);
        event
    };
    assert_eq!(
        count(title, [asked("192.0.2.53", 0), refused_by("192.0.2.53", 9)]),
        1
    );
    assert_eq!(
        count(title, [asked("192.0.2.53", 0), refused_by("192.0.2.54", 9)]),
        0
    );
    assert_eq!(count(title, [asked("192.0.2.53", 0), refused(9)]), 0);
}

#[test]
fn it_tells_once_and_its_rules_tell_nothing() {
    let events = (0..200).flat_map(|second| [name(second), refused(second)]);
    assert_eq!(count(TWO, events.clone()), 1);
    assert_eq!(count("Name of the tests", events), 0);
}
