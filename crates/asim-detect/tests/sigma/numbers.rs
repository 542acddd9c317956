//! Correlations that reckon with the numbers of a field.

use std::sync::Arc;

use asim_detect::sigma::SigmaRules;
use asim_detect::{Alert, Tuning};
use asim_schema::DnsEvent;

use crate::events::{alerts, at, lookup};

const NAMES: &str = include_str!("rules/names.yml");
const NUMBERS: &str = include_str!("rules/numbers.yml");

const SUM: &str = "Many bytes of names";
const AVERAGE: &str = "Slow on the average";
const MEDIAN: &str = "Mostly slow";
const PERCENTILE: &str = "A tenth is very slow";

pub(crate) fn rules() -> Arc<SigmaRules> {
    let rules = SigmaRules::load([("names.yml", NAMES), ("numbers.yml", NUMBERS)]);
    assert!(rules.unloadable().is_empty(), "{:?}", rules.unloadable());
    Arc::new(rules)
}

fn told(title: &str, events: impl IntoIterator<Item = DnsEvent<'static>>) -> Vec<Alert> {
    let mut alerts = alerts(&rules(), &Arc::new(Tuning::default()), events);
    alerts.retain(|alert| alert.title == title);
    alerts
}

pub(crate) fn took(second: i64, milliseconds: i32) -> DnsEvent<'static> {
    let mut event = at(second, lookup("a.bad.example"));
    event.set_dns_network_duration(milliseconds);
    event
}

fn number(alert: &Alert, name: &str) -> Option<String> {
    let detail = alert.details.iter().find(|(own, _)| *own == name);
    detail.map(|(_, text)| text.clone())
}

#[test]
fn numbers_add_up_within_the_time_span() {
    // Each name is of 13 bytes.
    let events = |seconds: &[i64]| {
        seconds
            .iter()
            .map(|second| at(*second, lookup("a.bad.example")))
            .collect::<Vec<_>>()
    };
    assert!(told(SUM, events(&[0, 1, 2])).is_empty());
    assert!(told(SUM, events(&[0, 1, 2, 90])).is_empty());
    let alerts = told(SUM, events(&[45, 60, 75, 104]));
    let [alert] = &alerts[..] else {
        panic!("{alerts:#?}")
    };
    assert_eq!(number(alert, "Sum").as_deref(), Some("52"));
    assert_eq!((alert.counters[0].name, alert.counters[0].value), ("Numbers", 4));
    assert_eq!(alert.client.as_deref(), Some("192.0.2.9"));
}

#[test]
fn an_average_is_judged_when_its_window_is_complete() {
    let average = |numbers: &[i32]| {
        let events = (0..)
            .zip(numbers)
            .map(|(place, number)| took(place * 60, *number));
        let alerts = told(AVERAGE, events);
        assert!(alerts.len() < 2);
        alerts.first().and_then(|alert| number(alert, "Average"))
    };
    // It is above on the way, and not in the end.
    assert_eq!(average(&[20, 20, 20, 1, 1, 1, 1]), None);
    assert_eq!(average(&[1, 1, 20, 20]).as_deref(), Some("10.5"));
    assert_eq!(average(&[10, 10]), None);
    assert_eq!(average(&[20, 20, 21]), None);
    assert_eq!(average(&[10, 10, 11]).as_deref(), Some("10.333333"));
}

#[test]
fn events_without_a_number_count_for_nothing() {
    let without = |second| at(second, lookup("a.bad.example"));
    let alerts = told(AVERAGE, [took(0, 20), without(1), without(2), without(3)]);
    let [alert] = &alerts[..] else {
        panic!("{alerts:#?}")
    };
    assert_eq!(
        (alert.count, number(alert, "Average").as_deref()),
        (1, Some("20"))
    );
    assert!(told(AVERAGE, [without(0), without(1)]).is_empty());
}

#[test]
fn the_middle_and_a_percentile_do_not_mind_a_few() {
    let numbers = |numbers: &[i32]| -> Vec<_> {
        (0..)
            .zip(numbers)
            .map(|(place, number)| took(place, *number))
            .collect()
    };
    assert!(told(MEDIAN, numbers(&[50, 99, 30_000])).is_empty());
    let alerts = told(
        MEDIAN,
        numbers(&[3, 101, 102, 2]).into_iter().chain(numbers(&[30_000])),
    );
    assert_eq!(number(&alerts[0], "Median").as_deref(), Some("101"));
    // One of ten is not more than a tenth, two are.
    let mut ten = [5; 10];
    ten[3] = 2_000;
    assert!(told(PERCENTILE, numbers(&ten)).is_empty());
    ten[7] = 3_000;
    let alerts = told(PERCENTILE, numbers(&ten));
    assert_eq!(number(&alerts[0], "Percentile").as_deref(), Some("2000"));
}

#[test]
fn aliases_name_the_number_of_each_rule() {
    let refused = |port| {
        let mut event = at(5, lookup("www.example.com"));
        event.set_event_result_details("REFUSED");
        event.set_src_port_number(port);
        event
    };
    let title = "Slow by either name";
    assert_eq!(told(title, [took(0, 7), refused(50_000)]).len(), 1);
    assert!(told(title, [took(0, 8), refused(50_000)]).is_empty());
}
