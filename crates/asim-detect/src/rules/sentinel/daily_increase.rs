//! A client asks for a domain far more often than on the days before.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::alert::{EntityKind, Finding};
use crate::observation::{Observation, Traits};
use crate::rule::{Rule, RuleInfo};
use crate::tuning::{PerRole, Tuning};
use crate::window::{Daily, Exchanges, Group, Key, MIXER, Sightings, Span, Window};

use super::what::{CLIENT, NAME, is_lookup};

static INFO: RuleInfo = info! {
    id: "daily-increase",
    title: "Threefold increase of a client's lookups of one domain",
    about: "A client made a thousand lookups or more of names under one domain within a day, and more than \
            three times the mean of the working days of the week before.",
    branch: "DailyIncrease",
    severity: Low,
    risk: 30,
    tactics: ["Command and Control", "Exfiltration"],
    techniques: [
        ("T1568", "Dynamic Resolution"),
        ("T1008", "Fallback Channels"),
        ("T1048", "Exfiltration Over Alternative Protocol"),
    ],
    published: ["DNS Essentials: IncreaseInDNSRequestsByClientThanTheDailyAverageCount"],
    false_positives: ["an update, or people who work with a service more than last week"],
    needs: &[NAME, CLIENT],
    parameters: [
        ("at-least", 1000, "lookups", "so many lookups or more within a day"),
        ("times", 300, "percent", "more than so much of the mean of the days before"),
        ("days", 7, "days", "so many days before are looked at"),
        ("warm-up", 3, "days", "so many working days of them must be known"),
        (
            "sample",
            16,
            "lookups",
            "of so many lookups one is counted and stands for all; 1 counts every one and needs as many times the memory"
        ),
    ],
    kql: "let Before = _Im_Dns(starttime=startofday(ago(7d)), endtime=startofday(now()))\n\
          | where isnotempty(SrcIpAddr) and dayofweek(EventStartTime) between (1d .. 5d)\n\
          | summarize Mean = count() / 5.0 by SrcIpAddr, DnsQuery = tolower(DnsQuery);\n\
          _Im_Dns(starttime=startofday(now()))\n\
          | where isnotempty(SrcIpAddr)\n\
          | summarize Lookups = count() by SrcIpAddr, DnsQuery = tolower(DnsQuery)\n\
          | where Lookups >= 1000\n\
          | join kind=inner Before on SrcIpAddr, DnsQuery\n\
          | where Lookups > 3 * Mean",
};

/// A day with less than this share of what is told is not worth to be remembered.
const REMEMBERED: u64 = 10;

/// The rule.
#[derive(Debug)]
pub struct DailyIncrease {
    least: PerRole,
    times: PerRole,
    days: PerRole,
    warm_up: PerRole,
    sample: u64,
}

/// What one client asked for below one domain.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Asked {
    sightings: Sightings,
    exchanges: Exchanges,
}

impl DailyIncrease {
    /// The rule with the thresholds of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        let per_role = |name| tuning.per_role(&INFO, name);
        Self {
            least: per_role("at-least"),
            times: per_role("times"),
            days: per_role("days"),
            warm_up: per_role("warm-up"),
            sample: per_role("sample").of(0).max(1),
        }
    }

    fn lookups(&self, pane: &Asked) -> u64 {
        pane.exchanges.lookups().saturating_mul(self.sample)
    }
}

/// Whether a day is one from Monday to Friday: the first of January 1970 was a Thursday.
fn is_working_day(day: i64) -> bool {
    (day + 3).rem_euclid(7) < 5
}

impl Rule for DailyIncrease {
    type Pane = Asked;
    type Memory = Daily;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::DAY
    }

    fn retention(&self) -> i64 {
        let days = self.days.most().saturating_add(2);
        i64::try_from(days.saturating_mul(24)).unwrap_or(i64::MAX)
    }

    fn traits(&self) -> Traits {
        Traits::DNS
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        // The halves of a lookup are seconds apart at most, and names come again and again: time and name choose well
        // enough, and the same in any order.
        let second = observation.ticks().div_euclid(10_000_000).unsigned_abs();
        let chosen = (second ^ observation.name_hash()).wrapping_mul(MIXER) >> 32;
        if !chosen.is_multiple_of(self.sample) || !is_lookup(observation) || observation.listed().is_some() {
            return None;
        }
        Group::client_and_domain(observation)
    }

    fn add(&self, pane: &mut Asked, observation: Observation<'_>) {
        pane.exchanges.add(observation);
        pane.sightings.count(observation);
    }

    fn merge(&self, into: &mut Asked, from: &Asked) {
        into.sightings.merge(&from.sightings);
        into.exchanges.merge(&from.exchanges);
    }

    fn weight(&self, pane: &Asked) -> u64 {
        self.lookups(pane)
    }

    fn enough(&self, role: u8) -> u64 {
        (self.least.of(role) / REMEMBERED).max(1)
    }

    fn judge(&self, key: &Key, role: u8, span: Span, pane: &Asked, memory: &mut Daily) -> Option<Finding> {
        let day = Daily::day_of(span);
        let days = self.days.of(role);
        let before: Vec<_> = memory
            .days_before(day, days)
            .filter_map(|(day, lookups)| is_working_day(day).then_some(lookups))
            .collect();
        let lookups = self.lookups(pane);
        memory.put(day, lookups, days);
        let known = u64::try_from(before.len()).unwrap_or(u64::MAX);
        if known < self.warm_up.of(role).max(1) || lookups < self.least.of(role) {
            return None;
        }
        let sum: u64 = before.iter().sum();
        let now = u128::from(lookups) * u128::from(known) * 100;
        if now <= u128::from(sum) * u128::from(self.times.of(role)) {
            return None;
        }
        let mean = sum / known;
        let finding = Finding::new(&pane.sightings)
            .counter("Lookups", lookups)
            .counter("MeanBefore", mean)
            .columns(
                INFO.branch.clone(),
                format!("Lookups:{lookups}/MeanBefore:{mean}"),
            );
        Some(match key.item() {
            Some(domain) => finding.entity(EntityKind::Dns, domain),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, EventSubType, RrType};

    use super::super::tests::{CLIENT, DAY, found};
    use super::*;
    use crate::rules::tests::{counter, request};

    const EVERY: &str = "[rule.daily-increase]\nsample = 1\n";

    /// For each day, from Saturday the 21st on, so many lookups of different names.
    fn days(numbers: &[i64]) -> Vec<DnsEvent<'static>> {
        let days = numbers.iter().enumerate();
        let events = days.flat_map(|(day, number)| {
            let start = i64::try_from(day).unwrap() * DAY;
            (0..*number).map(move |place| (start + place * 20, place))
        });
        events
            .map(|(second, place)| request(second, CLIENT, &format!("n{place}.example.com"), RrType::A))
            .collect()
    }

    #[test]
    fn more_than_three_times_the_mean_is_told() {
        // Saturday and Sunday are no part of the mean.
        let told = found(
            DailyIncrease::new,
            EVERY,
            days(&[3_000, 3_000, 400, 400, 400, 1_300]),
        );
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(
            (counter(alert, "Lookups"), counter(alert, "MeanBefore")),
            (Some(1_300), Some(400))
        );
        assert_eq!(alert.item.as_deref(), Some("example.com"));
    }

    #[test]
    fn less_and_what_is_new_is_quiet() {
        for numbers in [
            &[0, 0, 400, 400, 400, 1_200][..],
            &[0, 0, 200, 200, 200, 999],
            &[0, 0, 0, 0, 400, 2_000],
            &[0, 0, 0, 0, 0, 2_000],
        ] {
            assert!(
                found(DailyIncrease::new, EVERY, days(numbers)).is_empty(),
                "{numbers:?}"
            );
        }
    }

    /// The published query looks at days of the calendar, and takes each name of a tunnel for another.
    #[test]
    fn an_increase_over_midnight_is_seen_whole() {
        let mut events = days(&[0, 0, 400, 400, 400]);
        // Nine in the morning and fifteen hours are midnight.
        let start = 5 * DAY + 15 * 3_600 - 700;
        events.extend(
            (0..1_400)
                .map(|place| request(start + place, CLIENT, &format!("m{place}.example.com"), RrType::A)),
        );
        let told = found(DailyIncrease::new, EVERY, events);
        assert_eq!(
            told.iter()
                .map(|alert| counter(alert, "Lookups"))
                .collect::<Vec<_>>(),
            [Some(1_400)]
        );
    }

    #[test]
    fn both_halves_of_a_lookup_count_once() {
        let both = days(&[0, 0, 400, 400, 400, 1_100]).into_iter().flat_map(|event| {
            let mut answer = event.clone();
            answer.set_event_sub_type(EventSubType::Response);
            [event, answer]
        });
        assert!(found(DailyIncrease::new, EVERY, both.collect::<Vec<_>>()).is_empty());
    }

    /// One in sixteen stands for all.
    #[test]
    fn samples_tell_nearly_the_same() {
        let told = found(DailyIncrease::new, "", days(&[0, 0, 1_000, 1_000, 1_000, 4_200]));
        let lookups = counter(&told[0], "Lookups").unwrap();
        assert!((3_400..5_000).contains(&lookups), "{lookups}");
        assert!(found(DailyIncrease::new, "", days(&[0, 0, 1_000, 1_000, 1_000, 2_000])).is_empty());
    }
}
