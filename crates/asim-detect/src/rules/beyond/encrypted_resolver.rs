//! Lookups of public resolvers that are reached over HTTPS or TLS.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::alert::{EntityKind, Finding, Severity};
use crate::observation::Observation;
use crate::rule::{Family, Rule, RuleInfo, Technique};
use crate::tuning::Tuning;
use crate::window::{Group, Key, Sightings, Span, Window};

/// The names under which the operators of public resolvers offer DNS over HTTPS (RFC 8484) and over TLS (RFC 7858).
const NAMES: [&str; 36] = [
    "1dot1dot1dot1.cloudflare-dns.com",
    "chrome.cloudflare-dns.com",
    "cloudflare-dns.com",
    "dns-family.adguard.com",
    "dns-unfiltered.adguard.com",
    "dns.adguard-dns.com",
    "dns.adguard.com",
    "dns.alidns.com",
    "dns.controld.com",
    "dns.dnshome.de",
    "dns.google",
    "dns.google.com",
    "dns.mullvad.net",
    "dns.nextdns.io",
    "dns.quad9.net",
    "dns.sb",
    "dns.switch.ch",
    "dns.twnic.tw",
    "dns10.quad9.net",
    "dns11.quad9.net",
    "dns64.dns.google",
    "dns9.quad9.net",
    "doh.cleanbrowsing.org",
    "doh.dns.sb",
    "doh.familyshield.opendns.com",
    "doh.libredns.gr",
    "doh.mullvad.net",
    "doh.opendns.com",
    "doh.pub",
    "doh.umbrella.com",
    "doh.xfinity.com",
    "dot.pub",
    "family.cloudflare-dns.com",
    "freedns.controld.com",
    "mozilla.cloudflare-dns.com",
    "security.cloudflare-dns.com",
];

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("encrypted-resolver"),
    title: Cow::Borrowed("Lookup of a public encrypted resolver"),
    description: Cow::Borrowed(
        "A client asked for the name of a public resolver that is reached over HTTPS or TLS. What it asks there is \
         seen by no log of the site's own resolvers, and implants ask there for that reason.",
    ),
    family: Family::Beyond,
    branch: Cow::Borrowed("EncryptedResolver"),
    severity: Severity::Low,
    risk_score: 30,
    tactics: Cow::Borrowed(&[
        Cow::Borrowed("Command and Control"),
        Cow::Borrowed("Defense Evasion"),
    ]),
    techniques: Cow::Borrowed(&[
        Technique::new("T1572", "Protocol Tunneling"),
        Technique::new("T1071.004", "DNS"),
    ]),
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://www.rfc-editor.org/rfc/rfc8484"),
        Cow::Borrowed("https://attack.mitre.org/techniques/T1572/"),
    ]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed(
            "browsers and phones whose users have switched it on: exempt them by program or client",
        ),
        Cow::Borrowed("a resolver that the site itself has chosen: put its domain on a list"),
    ]),
    schema: Some("Dns"),
    needs: &[&["DnsQuery"], &["SrcIpAddr", "SrcHostname"]],
    parameters: &[],
    kql: Cow::Borrowed(
        "_Im_Dns(domain_has_any=dynamic(['cloudflare-dns.com', 'dns.google', 'dns.quad9.net', 'dns.nextdns.io', \
         'doh.opendns.com', 'dns.adguard-dns.com']))\n| summarize EventCount = count(), Programs = \
         make_set(SrcProcessName, 5)\n    by SrcIpAddr, DnsQuery, bin(EventStartTime, 1h)",
    ),
};

/// The rule.
#[derive(Debug)]
pub struct EncryptedResolver {
    /// The hashes of the names, ascending.
    names: Vec<u64>,
}

/// One client's lookups of one resolver.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Lookups {
    sightings: Sightings,
    /// The first program that asked, in the order of the alphabet.
    program: Option<Box<str>>,
}

impl EncryptedResolver {
    /// The rule; a tuning has nothing to say of it but lists and exemptions.
    pub fn new(_: &Arc<Tuning>) -> Self {
        let mut names: Vec<_> = NAMES.iter().map(|name| xxh3_64(name.as_bytes())).collect();
        names.sort_unstable();
        Self { names }
    }
}

impl Rule for EncryptedResolver {
    type Pane = Lookups;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::CLOCK_HOUR
    }

    fn group<'o>(&'o self, observation: Observation<'o>) -> Option<Group<'o>> {
        if self.names.binary_search(&observation.name_hash()).is_err()
            || observation.is_upstream()
            || observation.listed().is_some()
        {
            return None;
        }
        Group::client_and_name(observation)
    }

    fn add(&self, pane: &mut Lookups, observation: Observation<'_>) {
        pane.sightings
            .add(observation, observation.name().unwrap_or_default());
        if let Some(program) = observation.program()
            && pane.program.as_deref().is_none_or(|own| program < own)
        {
            pane.program = Some(program.into());
        }
    }

    fn merge(&self, into: &mut Lookups, from: &Lookups) {
        into.sightings.merge(&from.sightings);
        into.program = into.program.take().into_iter().chain(from.program.clone()).min();
    }

    fn weight(&self, pane: &Lookups) -> u64 {
        pane.sightings.count
    }

    fn enough(&self, _: u8) -> u64 {
        1
    }

    fn judge(&self, key: &Key, _: u8, _: Span, pane: &Lookups, (): &mut ()) -> Option<Finding> {
        let mut finding = Finding::new(&pane.sightings)
            .counter("Events", pane.sightings.count)
            .columns("EncryptedResolver", format!("Events:{}", pane.sightings.count));
        if let Some(program) = &pane.program {
            finding = finding.entity(EntityKind::Process, &**program);
        }
        Some(match key.item() {
            Some(name) => finding.entity(EntityKind::Dns, name),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, RrType};

    use super::*;
    use crate::Alert;
    use crate::rules::boxed;
    use crate::rules::tests::{alerts, request};

    fn found(tuning: &str, events: Vec<DnsEvent<'static>>) -> Vec<Alert> {
        let rule = |tuning: &Arc<Tuning>| boxed(EncryptedResolver::new(tuning), tuning);
        alerts(rule, tuning.parse().unwrap(), events)
    }

    #[test]
    fn a_client_that_asks_for_a_resolver_is_told_with_its_program() {
        let mut event = request(1, "192.0.2.7", "Dns.Google.", RrType::A);
        event.set_src_process_name("C:\\Users\\a\\update.exe");
        let told = found(
            "",
            vec![event, request(2, "192.0.2.7", "dns.google", RrType::AAAA)],
        );
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!((alert.item.as_deref(), alert.count), (Some("dns.google"), 2));
        assert!(
            alert
                .entities
                .iter()
                .any(|entity| entity.value == "C:\\Users\\a\\update.exe")
        );
    }

    #[test]
    fn other_names_the_canary_and_the_resolver_of_the_site_are_quiet() {
        for name in [
            "www.google",
            "x.dns.google",
            "use-application-dns.net",
            "cloudflare.com",
        ] {
            assert!(
                found("", vec![request(1, "192.0.2.7", name, RrType::A)]).is_empty(),
                "{name}"
            );
        }
        let list = "[[list]]\nname = 'chosen'\ndomains = ['quad9.net']\n";
        assert!(found(list, vec![request(1, "192.0.2.7", "dns.quad9.net", RrType::A)]).is_empty());
    }
}
