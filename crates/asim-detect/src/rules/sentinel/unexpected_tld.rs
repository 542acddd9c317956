//! Top-level domains that there are not.

use crate::distinct::DistinctSet;
use crate::observation::{NameKind, Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Group, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CLIENT, NAME, is_lookup, is_public};

static INFO: RuleInfo = info! {
    id: "unexpected-tld",
    title: "Lookup below a top-level domain that does not exist",
    about: "A client asked for a name whose top-level domain is neither in the root zone nor one of those \
            that private networks use. Some malware has its servers in the name spaces of block chains and \
            alternative roots.",
    branch: "UnexpectedTld",
    severity: Low,
    risk: 20,
    tactics: ["Command and Control"],
    techniques: [("T1095", "Non-Application Layer Protocol")],
    published: ["DNS Essentials: UnexpectedTopLevelDomains"],
    false_positives: ["misspelt names", "a suffix that the network uses inside: put it on a list"],
    needs: &[NAME, CLIENT],
    parameters: [("at-least", 1, "names", "so many different names or more within an hour")],
    kql: "_Im_Dns\n\
          | where isnotempty(SrcIpAddr) and DnsQuery has '.'\n\
          | extend Tld = tolower(tostring(split(DnsQuery, '.')[-1]))\n\
          | where Tld !in ('local', 'internal', 'lan', 'home', 'corp', 'arpa', 'test', 'onion')\n\
          | join kind=leftanti (externaldata (Tld: string) \
          [@'https://data.iana.org/TLD/tlds-alpha-by-domain.txt'] with (format='txt')\n\
          \x20   | extend Tld = tolower(Tld)) on Tld\n\
          | summarize Names = dcount(DnsQuery, 2), Examples = make_set(DnsQuery, 100) by SrcIpAddr, Tld, \
          bin(EventStartTime, 1h)",
};

/// What the rule counts.
#[derive(Debug)]
pub struct UnexpectedTld;

impl Measure for UnexpectedTld {
    type Count = DistinctSet;

    const COUNTER: &'static str = "Names";
    const TRAITS: Traits = Traits::named(NameKind::UnknownTld);
    const ABOUT_ITEM: bool = false;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        let counts = observation.is_named(NameKind::UnknownTld)
            && observation.listed().is_none()
            && is_public(observation)
            && is_lookup(observation);
        if !counts {
            return None;
        }
        observation.client()?;
        let tld = observation.name()?.rsplit('.').next()?;
        Some(Group::item(observation, tld))
    }

    fn add(&self, count: &mut DistinctSet, observation: Observation<'_>) {
        count.insert(observation.name_hash());
    }
}

impl Limited for UnexpectedTld {
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
    fn a_suffix_that_is_nowhere_is_told() {
        let rule = |tuning: &_| Threshold::new(UnexpectedTld, tuning);
        let events = [
            request(1, CLIENT, "wallet.bazar", RrType::A),
            request(2, CLIENT, "other.bazar", RrType::A),
            request(3, CLIENT, "x.emc", RrType::A),
        ];
        let told = found(rule, "", events);
        let items: Vec<_> = told.iter().filter_map(|alert| alert.item.as_deref()).collect();
        assert_eq!(items, ["bazar", "emc"]);
        assert_eq!(told[0].severity, crate::Severity::Low);
    }

    /// The published query takes any suffix of more than four letters.
    #[test]
    fn long_suffixes_that_exist_and_private_ones_are_quiet() {
        let rule = |tuning: &_| Threshold::new(UnexpectedTld, tuning);
        for name in [
            "printer.local",
            "app.cloud",
            "dns.google",
            "www.example.museum",
            "dc1.corp",
            "nas.home.arpa",
            "7.2.0.192.in-addr.arpa",
            "localhost",
            "192.0.2.1",
            "abc.onion",
        ] {
            assert!(
                found(rule, "", [request(1, CLIENT, name, RrType::A)]).is_empty(),
                "{name}"
            );
        }
        let list = "[[list]]\nname = 'ours'\ndomains = ['bazar']\n";
        assert!(found(rule, list, [request(1, CLIENT, "wallet.bazar", RrType::A)]).is_empty());
    }

    /// Such names are of the local link and in no zone.
    #[test]
    fn netbios_names_are_quiet() {
        let mut event = request(1, CLIENT, "server.workgrp", RrType::A);
        event.set_dst_port_number(137);
        assert!(found(|tuning| Threshold::new(UnexpectedTld, tuning), "", [event]).is_empty());
    }
}
