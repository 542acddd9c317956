//! Top-level domains of ill repute.

use crate::distinct::DistinctSet;
use crate::observation::{NameKind, Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Group, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CLIENT, NAME, is_lookup};

static INFO: RuleInfo = info! {
    id: "abused-tld",
    title: "Many domains under abused top-level domains",
    about: "A client asked within a day for five or more different domains under top-level domains that are \
            cheap, easily had and abused more than others.",
    branch: "AbusedTld",
    severity: Informational,
    risk: 15,
    tactics: ["Command and Control", "Exfiltration"],
    techniques: [
        ("T1568.002", "Domain Generation Algorithms"),
        ("T1008", "Fallback Channels"),
        ("T1048", "Exfiltration Over Alternative Protocol"),
    ],
    published: ["hunting queries over DnsEvents: DNS_CommonlyAbusedTLDs"],
    false_positives: ["ordinary sites under these top-level domains: put them on a list"],
    needs: &[NAME, CLIENT],
    parameters: [("at-least", 5, "domains", "so many different domains or more within a day")],
    kql: "let Abused = dynamic(['buzz', 'cf', 'cfd', 'click', 'club', 'cyou', 'download', 'ga', 'gq', \
          'icu', 'ml', 'rest', 'sbs', 'tk', 'top', 'xxx', 'xyz']);\n\
          _Im_Dns\n\
          | where isnotempty(SrcIpAddr)\n\
          | extend Labels = split(tolower(DnsQuery), '.')\n\
          | where tostring(Labels[-1]) in (Abused)\n\
          | extend Domain = strcat(tostring(Labels[-2]), '.', tostring(Labels[-1]))\n\
          | summarize Domains = dcount(Domain, 2), Names = make_set(DnsQuery, 100) by SrcIpAddr, \
          bin(EventStartTime, 1d)\n\
          | where Domains >= 5",
};

/// What the rule counts.
#[derive(Debug)]
pub struct AbusedTld;

impl Measure for AbusedTld {
    type Count = DistinctSet;

    const COUNTER: &'static str = "Domains";
    const TRAITS: Traits = Traits::named(NameKind::AbusedTld);

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        let counts = observation.is_named(NameKind::AbusedTld)
            && observation.listed().is_none()
            && observation.has_domain()
            && is_lookup(observation);
        counts.then(|| Group::client(observation))?
    }

    fn add(&self, count: &mut DistinctSet, observation: Observation<'_>) {
        count.insert(observation.domain_hash());
    }
}

impl Limited for AbusedTld {
    const WINDOW: Window = Window::DAY;
}

#[cfg(test)]
mod tests {
    use asim_schema::RrType;

    use super::super::Threshold;
    use super::super::tests::{CLIENT, found};
    use super::*;
    use crate::rules::tests::{counter, request};

    #[test]
    fn five_domains_under_abused_suffixes_are_told() {
        let rule = |tuning: &_| Threshold::new(AbusedTld, tuning);
        let asked = |number: i64| {
            (0..number).map(|place| {
                let tld = if place % 2 == 0 { "xyz" } else { "click" };
                request(
                    place * 3_000,
                    CLIENT,
                    &format!("www.shop{place}.{tld}"),
                    RrType::A,
                )
            })
        };
        assert!(found(rule, "", asked(4)).is_empty());
        let told = found(rule, "", asked(5));
        assert_eq!(counter(&told[0], "Domains"), Some(5));
    }

    #[test]
    fn one_site_and_labels_in_the_middle_are_quiet() {
        let rule = |tuning: &_| Threshold::new(AbusedTld, tuning);
        let one = (0..50).map(|place| request(place, CLIENT, &format!("h{place}.shop.xyz"), RrType::A));
        assert!(found(rule, "", one).is_empty());
        let other = (0..50).map(|place| request(place, CLIENT, &format!("xyz.site{place}.com"), RrType::A));
        assert!(found(rule, "", other).is_empty());
    }
}
