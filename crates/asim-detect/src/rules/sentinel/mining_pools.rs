//! Miners at work.

use crate::observation::{NameKind, Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Exchanges, Group, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CLIENT, NAME, client_and_domain, is_lookup, kql_of_domains};

static INFO: RuleInfo = info! {
    id: "mining-pools",
    title: "Lookup of a mining pool",
    about: "A client looked up a pool of crypto-currency miners. Who breaks into machines often lets them \
            mine.",
    branch: "MiningPool",
    severity: Low,
    risk: 25,
    tactics: ["Execution", "Impact"],
    techniques: [("T1569.002", "Service Execution"), ("T1496", "Resource Hijacking")],
    published: ["ASimDNS: imDNS_Miners"],
    false_positives: ["people who read about mining", "machines that mine with permission: exempt them"],
    needs: &[NAME, CLIENT],
    parameters: [("at-least", 1, "lookups", "so many lookups or more in an hour")],
    kql: "",
};

/// What the rule counts.
#[derive(Debug)]
pub struct MiningPools;

impl Measure for MiningPools {
    type Count = Exchanges;

    const COUNTER: &'static str = "Lookups";
    const TRAITS: Traits = Traits::named(NameKind::MiningPool);

    fn info(&self) -> RuleInfo {
        RuleInfo {
            kql: kql_of_domains(NameKind::MiningPool).into(),
            ..INFO.clone()
        }
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        if !observation.is_named(NameKind::MiningPool) || !is_lookup(observation) {
            return None;
        }
        client_and_domain(observation)
    }

    fn add(&self, count: &mut Exchanges, observation: Observation<'_>) {
        count.add(observation);
    }
}

impl Limited for MiningPools {
    const WINDOW: Window = Window::CLOCK_HOUR;
}

#[cfg(test)]
mod tests {
    use asim_schema::RrType;

    use super::super::Threshold;
    use super::super::tests::{CLIENT, found};
    use super::*;
    use crate::rules::tests::request;

    #[test]
    fn a_lookup_is_told_with_client_and_domain() {
        let rule = |tuning: &_| Threshold::new(MiningPools, tuning);
        let told = found(rule, "", [request(1, CLIENT, "XMR-EU1.NANOPOOL.ORG.", RrType::A)]);
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(alert.client.as_deref(), Some(CLIENT));
        assert_eq!(alert.evidence[0].text, "xmr-eu1.nanopool.org");
        let owner = "[[exemption]]\nname = 'known'\nreason = 'allowed'\nclients = ['192.0.2.9']\n";
        let told = found(
            rule,
            owner,
            [request(1, CLIENT, "xmr-eu1.nanopool.org", RrType::A)],
        );
        assert!(!told[0].is_open());
    }

    /// The published query finds the words anywhere in a name.
    #[test]
    fn names_that_only_look_like_it_are_quiet() {
        let rule = |tuning: &_| Threshold::new(MiningPools, tuning);
        for name in ["nanopool.org.example.com", "my-nanopool.org", "www.example.com"] {
            assert!(
                found(rule, "", [request(1, CLIENT, name, RrType::A)]).is_empty(),
                "{name}"
            );
        }
    }

    #[test]
    fn the_query_names_the_domains() {
        let kql = MiningPools.info().kql;
        assert!(kql.contains("endswith") && kql.matches("', '").count() > 20);
    }
}
