//! Generated domains, by how many do not exist.

use crate::distinct::DistinctSet;
use crate::observation::{Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::Group;

use super::measure::Measure;
use super::what::{CLIENT, CODE, NAME, TYPE, is_failed_address};

static INFO: RuleInfo = info! {
    id: "dga-second-level",
    title: "Possible generated domains by repeated failures",
    about: "A client asked within a day for more than a hundred different registrable domains that do not \
            exist, and had not done so in the nine days before. Generated names mostly differ in the label \
            that somebody registers.",
    branch: "DgaSecondLevel",
    severity: Medium,
    risk: 60,
    tactics: ["Command and Control"],
    techniques: [("T1568", "Dynamic Resolution"), ("T1008", "Fallback Channels")],
    published: ["ASimDNS: imDns_HighNXDomainCount_detection"],
    false_positives: ["crawlers and checkers of links: exempt them by client"],
    needs: &[CODE, NAME, TYPE, CLIENT],
    parameters: [
        ("more-than", 100, "domains", "more different domains than this within a day"),
        ("days", 9, "days", "not if it was so many in one of so many days before"),
    ],
    kql: "let Daily = _Im_Dns(responsecodename='NXDOMAIN')\n\
          | where DnsQueryTypeName in ('A', 'AAAA') and isnotempty(SrcIpAddr) and SrcIpAddr != '127.0.0.1' \
          and DnsQuery has '.'\n\
          | summarize Domains = dcount(tostring(split(DnsQuery, '.')[-2]), 2), Examples = \
          make_set(DnsQuery, 100) by SrcIpAddr, Day = bin(EventStartTime, 1d)\n\
          | where Domains > 100;\n\
          Daily\n\
          | where Day >= ago(1d)\n\
          | join kind=leftanti (Daily | where Day between (ago(10d) .. ago(1d))) on SrcIpAddr",
};

/// What the rule counts.
#[derive(Debug)]
pub struct DgaSecondLevel;

impl Measure for DgaSecondLevel {
    type Count = DistinctSet;

    const COUNTER: &'static str = "Domains";
    const TRAITS: Traits = Traits::NONEXISTENT;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        is_failed_address(observation).then(|| Group::client(observation))?
    }

    fn add(&self, count: &mut DistinctSet, observation: Observation<'_>) {
        count.insert(observation.domain_hash());
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::DnsEvent;

    use super::super::Newly;
    use super::super::tests::{CLIENT, DAY, found, nonexistent};
    use super::*;
    use crate::rules::tests::counter;

    /// So many names, from a second on.
    fn asked(from: i64, number: i64) -> Vec<DnsEvent<'static>> {
        let events = (0..number).map(|place| (from + place * 60, place));
        events
            .map(|(second, place)| nonexistent(second, CLIENT, &format!("www.x{place}.com")))
            .collect()
    }

    #[test]
    fn the_first_burst_in_days_is_told() {
        let rule = |tuning: &_| Newly::new(DgaSecondLevel, tuning);
        assert!(found(rule, "", asked(0, 100)).is_empty());
        let told = found(rule, "", asked(0, 101));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, DgaSecondLevel::COUNTER), Some(101));
    }

    /// The published query looks at the day before it runs, wherever that begins.
    #[test]
    fn a_burst_over_midnight_is_seen_whole() {
        let rule = |tuning: &_| Newly::new(DgaSecondLevel, tuning);
        let told = found(rule, "", asked(15 * 3_600 - 3000, 101));
        assert_eq!(told.len(), 1);
    }

    #[test]
    fn who_does_it_every_day_is_told_once() {
        let rule = |tuning: &_| Newly::new(DgaSecondLevel, tuning);
        let daily = |days: &[i64]| {
            let events = days.iter().flat_map(|day| asked(day * DAY, 101));
            events.collect::<Vec<_>>()
        };
        assert_eq!(found(rule, "", daily(&[0, 1, 2, 3, 5, 9, 13])).len(), 1);
        assert_eq!(found(rule, "", daily(&[0, 11])).len(), 2);
        let shorter = "[rule.dga-second-level]\ndays = 2\n";
        assert_eq!(found(rule, shorter, daily(&[0, 1, 5])).len(), 2);
    }

    /// The published query takes the label before the last, which is that of the registry here.
    #[test]
    fn domains_of_registries_with_two_labels_are_told_apart() {
        let rule = |tuning: &_| Newly::new(DgaSecondLevel, tuning);
        let events = (0..120).map(|place| nonexistent(place, CLIENT, &format!("x{place}.co.uk")));
        assert_eq!(found(rule, "", events).len(), 1);
        let one = (0..300).map(|place| nonexistent(place, CLIENT, &format!("x{place}.example.com")));
        assert!(found(rule, "", one).is_empty());
    }
}
