//! Whose names fail most.

use crate::observation::{NameKind, Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Exchanges, Group, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CODE, NAME, is_failure, is_public};

static INFO: RuleInfo = info! {
    id: "failing-domains",
    title: "Domain with very many failed lookups",
    about: "Lookups below a domain failed very often within a day: its servers are down, somebody guesses \
            names below it, or they are generated.",
    branch: "FailingDomains",
    severity: Low,
    risk: 20,
    tactics: ["Command and Control"],
    techniques: [("T1095", "Non-Application Layer Protocol")],
    published: ["DNS Essentials: DNSQueryWithFailuresInLast24Hours"],
    false_positives: [
        "block lists for mail: the common ones are known, others belong on a list",
        "domains whose name servers are down",
    ],
    needs: &[CODE, NAME],
    parameters: [("at-least", 2000, "lookups", "so many failed lookups or more within a day")],
    kql: "_Im_Dns(eventsubtype='response')\n\
          | where EventResultDetails != 'NOERROR'\n\
          | extend Labels = split(tolower(DnsQuery), '.')\n\
          | extend Domain = strcat(tostring(Labels[-2]), '.', tostring(Labels[-1]))\n\
          | summarize Lookups = count(), Codes = make_set(EventResultDetails), Names = make_set(DnsQuery, \
          100) by Domain, bin(EventStartTime, 1d)\n\
          | where Lookups >= 2000",
};

/// What the rule counts.
#[derive(Debug)]
pub struct FailingDomains;

impl Measure for FailingDomains {
    type Count = Exchanges;

    const COUNTER: &'static str = "Lookups";
    const TRAITS: Traits = Traits::FAILURE;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        let counts = is_failure(observation)
            && observation.listed().is_none()
            && !observation.is_named(NameKind::LookupService)
            && is_public(observation);
        counts.then(|| Group::domain(observation))?
    }

    fn add(&self, count: &mut Exchanges, observation: Observation<'_>) {
        count.add(observation);
    }
}

impl Limited for FailingDomains {
    const WINDOW: Window = Window::DAY;
}

#[cfg(test)]
mod tests {
    use asim_schema::{Rcode, RrType};

    use super::super::Threshold;
    use super::super::tests::{CLIENT, found};
    use super::*;
    use crate::rules::tests::{counter, response};

    #[test]
    fn very_many_failures_within_a_day_are_told() {
        let rule = |tuning: &_| Threshold::new(FailingDomains, tuning);
        let events = |number: i64, code| {
            (0..number).map(move |place| {
                let name = format!("n{place}.example.com");
                response(place * 30, CLIENT, &name, RrType::A, code, None)
            })
        };
        assert!(found(rule, "", events(1_999, Rcode::SERVFAIL)).is_empty());
        let told = found(rule, "", events(2_000, Rcode::SERVFAIL));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, "Lookups"), Some(2_000));
        assert!(found(rule, "", events(3_000, Rcode::NOERROR)).is_empty());
    }

    /// The published query takes the whole name, under which each of these failed once, or would take two labels.
    #[test]
    fn sites_of_one_registry_are_not_one_domain() {
        let rule = |tuning: &_| Threshold::new(FailingDomains, tuning);
        let sites = (0..2_500).map(|place| {
            let name = format!("www.site{place}.co.uk");
            response(place * 30, CLIENT, &name, RrType::A, Rcode::SERVFAIL, None)
        });
        assert!(found(rule, "", sites).is_empty());
    }
}
