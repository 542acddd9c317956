//! What the tests of these rules share.

use std::sync::Arc;

use asim_schema::{DnsEvent, Rcode, RrType, Timestamp};

use crate::Alert;
use crate::Tuning;
use crate::rule::Rule;
use crate::rules::boxed;
use crate::rules::tests::{NINE, alerts, response};

/// Seconds in a day.
pub(super) const DAY: i64 = 86_400;
/// The client of most events.
pub(super) const CLIENT: &str = "192.0.2.9";

/// The alerts of one rule under a tuning as it is written.
pub(super) fn found<R: Rule>(
    rule: impl Fn(&Arc<Tuning>) -> R,
    tuning: &str,
    events: impl IntoIterator<Item = DnsEvent<'static>>,
) -> Vec<Alert> {
    alerts(|own| boxed(rule(own), own), tuning.parse().unwrap(), events)
}

/// A client is told at a second that a name does not exist.
pub(super) fn nonexistent(second: i64, client: &str, name: &str) -> DnsEvent<'static> {
    response(second, client, name, RrType::A, Rcode::NXDOMAIN, None)
}

/// Two weeks of days with so many events each, made by their second and number, and a last day with another number.
pub(super) fn fortnight(
    daily: i64,
    last: i64,
    event: impl Fn(i64, i64) -> DnsEvent<'static>,
) -> Vec<DnsEvent<'static>> {
    let days = (0..14).map(|day| (day, if day == 13 { last } else { daily + day % 3 }));
    let events =
        days.flat_map(|(day, number)| (0..number).map(move |place| (day * DAY + place % 40_000, place)));
    events.map(|(second, place)| event(second, place)).collect()
}

/// Nine o'clock of a day after the first.
pub(super) fn from_day(day: i64) -> Timestamp {
    Timestamp::from_unix_seconds(NINE + day * DAY).unwrap()
}
