//! The way from the web to Tor.

use crate::observation::{NameKind, Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Exchanges, Group, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CLIENT, NAME, client_and_domain, is_lookup, kql_of_domains};

static INFO: RuleInfo = info! {
    id: "tor-gateways",
    title: "Lookup of a gateway to Tor",
    about: "A client looked up a gateway from the web to Tor's onion services, or asked the DNS for an \
            onion service, which a browser of Tor never does. Ransomware sends its victims there.",
    branch: "TorGateway",
    severity: Low,
    risk: 25,
    tactics: ["Exfiltration"],
    techniques: [("T1048", "Exfiltration Over Alternative Protocol")],
    published: ["ASimDNS: imDNS_TorProxies"],
    false_positives: ["people who follow a link to an onion service by mistake"],
    needs: &[NAME, CLIENT],
    parameters: [("at-least", 1, "lookups", "so many lookups or more in an hour")],
    kql: "",
};

/// What the rule counts.
#[derive(Debug)]
pub struct TorGateways;

impl Measure for TorGateways {
    type Count = Exchanges;

    const COUNTER: &'static str = "Lookups";
    const TRAITS: Traits = Traits::named(NameKind::TorGateway);

    fn info(&self) -> RuleInfo {
        RuleInfo {
            kql: kql_of_domains(NameKind::TorGateway).into(),
            ..INFO.clone()
        }
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        if !observation.is_named(NameKind::TorGateway) || !is_lookup(observation) {
            return None;
        }
        client_and_domain(observation)
    }

    fn add(&self, count: &mut Exchanges, observation: Observation<'_>) {
        count.add(observation);
    }
}

impl Limited for TorGateways {
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
        let rule = |tuning: &_| Threshold::new(TorGateways, tuning);
        let told = found(
            rule,
            "",
            [request(1, CLIENT, "abcdefghijklmnop.onion.ws.", RrType::A)],
        );
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(alert.client.as_deref(), Some(CLIENT));
        assert_eq!(alert.evidence[0].text, "abcdefghijklmnop.onion.ws");
        let owner = "[[exemption]]\nname = 'known'\nreason = 'allowed'\nclients = ['192.0.2.9']\n";
        let told = found(
            rule,
            owner,
            [request(1, CLIENT, "abcdefghijklmnop.onion.ws", RrType::A)],
        );
        assert!(!told[0].is_open());
    }

    /// The published query finds the words anywhere in a name.
    #[test]
    fn names_that_only_look_like_it_are_quiet() {
        let rule = |tuning: &_| Threshold::new(TorGateways, tuning);
        for name in ["evil-onion.to", "onion.to.example.com", "onion.example.org"] {
            assert!(
                found(rule, "", [request(1, CLIENT, name, RrType::A)]).is_empty(),
                "{name}"
            );
        }
    }

    #[test]
    fn the_query_names_the_domains() {
        let kql = TorGateways.info().kql;
        assert!(kql.contains("endswith") && kql.matches("', '").count() > 20);
    }

    /// A browser of Tor never asks the DNS for such a name (RFC 7686).
    #[test]
    fn an_onion_service_itself_is_told() {
        let rule = |tuning: &_| Threshold::new(TorGateways, tuning);
        let told = found(
            rule,
            "",
            [request(1, CLIENT, "abcdefghijklmnop.onion", RrType::A)],
        );
        assert_eq!(told.len(), 1);
    }
}
