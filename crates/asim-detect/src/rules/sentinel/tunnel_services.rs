//! Ways in through services that tunnel.

use crate::observation::{NameKind, Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Exchanges, Group, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CLIENT, NAME, client_and_domain, is_lookup, kql_of_domains};

static INFO: RuleInfo = info! {
    id: "tunnel-services",
    title: "Lookup of a reverse tunnel service",
    about: "A client looked up ngrok or another service that gives a machine behind the firewall a public \
            name. It lets attackers in without a hole in the firewall.",
    branch: "TunnelService",
    severity: Medium,
    risk: 50,
    tactics: ["Command and Control"],
    techniques: [("T1572", "Protocol Tunneling"), ("T1090", "Proxy"), ("T1102", "Web Service")],
    published: ["DNS Essentials: NgrokReverseProxyOnNetwork"],
    false_positives: ["developers who show their work to others: exempt them by client"],
    needs: &[NAME, CLIENT],
    parameters: [("at-least", 1, "lookups", "so many lookups or more in an hour")],
    kql: "",
};

/// What the rule counts.
#[derive(Debug)]
pub struct TunnelServices;

impl Measure for TunnelServices {
    type Count = Exchanges;

    const COUNTER: &'static str = "Lookups";
    const TRAITS: Traits = Traits::named(NameKind::TunnelService);

    fn info(&self) -> RuleInfo {
        RuleInfo {
            kql: kql_of_domains(NameKind::TunnelService).into(),
            ..INFO.clone()
        }
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        if !observation.is_named(NameKind::TunnelService) || !is_lookup(observation) {
            return None;
        }
        client_and_domain(observation)
    }

    fn add(&self, count: &mut Exchanges, observation: Observation<'_>) {
        count.add(observation);
    }
}

impl Limited for TunnelServices {
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
        let rule = |tuning: &_| Threshold::new(TunnelServices, tuning);
        let told = found(rule, "", [request(1, CLIENT, "a1b2.ngrok.io.", RrType::A)]);
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(alert.client.as_deref(), Some(CLIENT));
        assert_eq!(alert.evidence[0].text, "a1b2.ngrok.io");
        let owner = "[[exemption]]\nname = 'known'\nreason = 'allowed'\nclients = ['192.0.2.9']\n";
        let told = found(rule, owner, [request(1, CLIENT, "a1b2.ngrok.io", RrType::A)]);
        assert!(!told[0].is_open());
    }

    /// The published query finds the words anywhere in a name.
    #[test]
    fn names_that_only_look_like_it_are_quiet() {
        let rule = |tuning: &_| Threshold::new(TunnelServices, tuning);
        for name in ["ngrok.example.org", "my-ngrok.io", "tunnel.com"] {
            assert!(
                found(rule, "", [request(1, CLIENT, name, RrType::A)]).is_empty(),
                "{name}"
            );
        }
    }

    #[test]
    fn the_query_names_the_domains() {
        let kql = TunnelServices.info().kql;
        assert!(kql.contains("endswith") && kql.matches("', '").count() > 20);
    }

    /// The service's own domain is a public suffix, below which others register.
    #[test]
    fn the_domain_of_the_service_itself_is_told() {
        let rule = |tuning: &_| Threshold::new(TunnelServices, tuning);
        let told = found(rule, "", [request(1, CLIENT, "ngrok.io", RrType::A)]);
        assert_eq!(told[0].item.as_deref(), Some("ngrok.io"));
    }
}
