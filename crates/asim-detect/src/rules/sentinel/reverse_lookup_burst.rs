//! Names asked for addresses.

use crate::distinct::DistinctSet;
use crate::observation::{NameKind, Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::Group;

use super::measure::Measure;
use super::what::{CLIENT, NAME, is_reverse};

static INFO: RuleInfo = info! {
    id: "reverse-lookup-burst",
    title: "Client that suddenly looks up many addresses",
    about: "A client asked within a day for the names of more than ten addresses, and had not done so in \
            the nine days before. Who looks over a network from inside asks for the names of its addresses.",
    branch: "ReverseLookupBurst",
    severity: Medium,
    risk: 40,
    tactics: ["Reconnaissance"],
    techniques: [("T1590", "Gather Victim Network Information")],
    published: ["DNS Essentials: RareClientObservedWithHighReverseDNSLookupCountStaticThresholdBased"],
    false_positives: [
        "log servers, firewalls and monitoring that show names for addresses: exempt them by client",
        "mail servers: give them a role with a higher threshold",
    ],
    needs: &[NAME, CLIENT],
    parameters: [
        ("more-than", 10, "names", "more different names than this within a day"),
        ("days", 9, "days", "not if it was so many in one of so many days before"),
    ],
    kql: "let Daily = _Im_Dns(domain_has_any=dynamic(['in-addr.arpa', 'ip6.arpa']))\n\
          | where isnotempty(SrcIpAddr)\n\
          | summarize Names = dcount(DnsQuery, 2), Examples = make_set(DnsQuery, 100) by SrcIpAddr, Day = \
          bin(EventStartTime, 1d)\n\
          | where Names > 10;\n\
          Daily\n\
          | where Day >= ago(1d)\n\
          | join kind=leftanti (Daily | where Day between (ago(10d) .. ago(1d))) on SrcIpAddr",
};

/// What the rule counts.
#[derive(Debug)]
pub struct ReverseLookupBurst;

impl Measure for ReverseLookupBurst {
    type Count = DistinctSet;

    const COUNTER: &'static str = "Names";
    const TRAITS: Traits = Traits::named(NameKind::Reverse);

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        is_reverse(observation).then(|| Group::client(observation))?
    }

    fn add(&self, count: &mut DistinctSet, observation: Observation<'_>) {
        count.insert(observation.name_hash());
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, RrType};

    use super::super::Newly;
    use super::super::tests::{CLIENT, DAY, found};
    use super::*;
    use crate::rules::tests::{counter, request};

    /// So many names, from a second on.
    fn asked(from: i64, number: i64) -> Vec<DnsEvent<'static>> {
        let events = (0..number).map(|place| (from + place * 60, place));
        events
            .map(|(second, place)| {
                request(
                    second,
                    CLIENT,
                    &format!("{place}.2.0.192.in-addr.arpa"),
                    RrType::PTR,
                )
            })
            .collect()
    }

    #[test]
    fn the_first_burst_in_days_is_told() {
        let rule = |tuning: &_| Newly::new(ReverseLookupBurst, tuning);
        assert!(found(rule, "", asked(0, 10)).is_empty());
        let told = found(rule, "", asked(0, 11));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, ReverseLookupBurst::COUNTER), Some(11));
    }

    /// The published query looks at the day before it runs, wherever that begins.
    #[test]
    fn a_burst_over_midnight_is_seen_whole() {
        let rule = |tuning: &_| Newly::new(ReverseLookupBurst, tuning);
        let told = found(rule, "", asked(15 * 3_600 - 300, 11));
        assert_eq!(told.len(), 1);
    }

    #[test]
    fn who_does_it_every_day_is_told_once() {
        let rule = |tuning: &_| Newly::new(ReverseLookupBurst, tuning);
        let daily = |days: &[i64]| {
            let events = days.iter().flat_map(|day| asked(day * DAY, 11));
            events.collect::<Vec<_>>()
        };
        assert_eq!(found(rule, "", daily(&[0, 1, 2, 3, 5, 9, 13])).len(), 1);
        assert_eq!(found(rule, "", daily(&[0, 11])).len(), 2);
        let shorter = "[rule.reverse-lookup-burst]\ndays = 2\n";
        assert_eq!(found(rule, shorter, daily(&[0, 1, 5])).len(), 2);
    }

    /// The published query knows the addresses of version 4 alone.
    #[test]
    fn addresses_of_version_6_count_and_service_discovery_does_not() {
        let rule = |tuning: &_| Newly::new(ReverseLookupBurst, tuning);
        let reverse = |place: i64| {
            let zeros = "0.".repeat(29);
            format!("{}.{}.{zeros}2.ip6.arpa", place % 10, place / 10)
        };
        let events = (0..11).map(|place| request(place, CLIENT, &reverse(place), RrType::PTR));
        assert_eq!(found(rule, "", events).len(), 1);
        let discovery = (0..40).map(|place| {
            request(
                place,
                CLIENT,
                &format!("lb._dns-sd._udp.{place}.2.0.192.in-addr.arpa"),
                RrType::PTR,
            )
        });
        assert!(found(rule, "", discovery).is_empty());
        let other = (0..40).map(|place| {
            request(
                place,
                CLIENT,
                &format!("h{place}.in-addr.arpa.example.com"),
                RrType::A,
            )
        });
        assert!(found(rule, "", other).is_empty());
    }
}
