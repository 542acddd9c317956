//! Exploded DNS: very many names below one domain, whoever asks.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{NXDOMAIN, is_reverse, is_shown};
use crate::alert::{EntityKind, Finding, Severity};
use crate::distinct::DistinctSet;
use crate::observation::Observation;
use crate::rule::{Family, Parameter, Rule, RuleInfo, Technique};
use crate::tuning::{PerRole, Tuning};
use crate::window::{Group, Key, Sightings, Span, Window};

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("exploded-dns"),
    title: Cow::Borrowed("Very many names below one domain"),
    description: Cow::Borrowed(
        "All clients together asked for very many different names below one registrable domain within a day. Tunnels \
         write what they carry into names, so that each lookup has one of its own. Many machines that share the work \
         are seen as well, which rules that look at one client miss.",
    ),
    family: Family::Beyond,
    branch: Cow::Borrowed("ExplodedDns"),
    severity: Severity::Low,
    risk_score: 40,
    tactics: Cow::Borrowed(&[
        Cow::Borrowed("Command and Control"),
        Cow::Borrowed("Exfiltration"),
    ]),
    techniques: Cow::Borrowed(&[
        Technique::new("T1071.004", "DNS"),
        Technique::new("T1048", "Exfiltration Over Alternative Protocol"),
    ]),
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://github.com/activecm/rita"),
        Cow::Borrowed("https://attack.mitre.org/techniques/T1071/004/"),
    ]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed("content delivery, telemetry and block list domains: put them on a list"),
        Cow::Borrowed("the site's own zones, where every machine has a name: put them on a list"),
        Cow::Borrowed(
            "subdomain enumeration and random-subdomain attacks: most names do not exist (NonexistentNames)",
        ),
    ]),
    schema: Some("Dns"),
    needs: &[&["DnsQuery"]],
    parameters: &[
        Parameter {
            name: "names",
            unit: "names",
            default: 100,
            about: "from so many different names a day on it is informational",
        },
        Parameter {
            name: "names-low",
            unit: "names",
            default: 500,
            about: "from so many on it is low",
        },
        Parameter {
            name: "names-medium",
            unit: "names",
            default: 800,
            about: "from so many on it is medium",
        },
        Parameter {
            name: "names-high",
            unit: "names",
            default: 1_000,
            about: "from so many on it is high",
        },
    ],
    kql: Cow::Borrowed(
        "_Im_Dns(eventtype='lookup')\n| extend Name = tolower(trim_end(@'\\.', DnsQuery))\n| where Name !endswith \
         '.arpa'\n| extend Domain = extract(@'([^.]+\\.[^.]+)$', 1, Name)\n| where Name != Domain\n| summarize Names = \
         dcount(Name, 2), Clients = dcount(SrcIpAddr), FirstSeen = min(EventStartTime), LastSeen = \
         max(EventStartTime)\n    by Domain, bin(EventStartTime, 1d)\n| where Names >= 100",
    ),
};

/// The rule.
#[derive(Debug)]
pub struct ExplodedDns {
    /// The numbers of names from which on it is worth telling, low, medium, high.
    steps: [PerRole; 4],
}

/// What everybody asked for below one domain.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Exploded {
    sightings: Sightings,
    names: DistinctSet,
    clients: DistinctSet,
    nonexistent: u64,
}

impl ExplodedDns {
    /// The rule with the thresholds of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        let steps = ["names", "names-low", "names-medium", "names-high"];
        Self {
            steps: steps.map(|name| tuning.per_role(&INFO, name)),
        }
    }

    fn severity(&self, names: u64) -> (Severity, u8) {
        let [_, low, medium, high] = &self.steps;
        match names {
            names if names >= high.of(0) => (Severity::High, 80),
            names if names >= medium.of(0) => (Severity::Medium, 60),
            names if names >= low.of(0) => (Severity::Low, 40),
            _ => (Severity::Informational, 20),
        }
    }
}

impl Rule for ExplodedDns {
    type Pane = Exploded;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::DAY
    }

    fn group<'o>(&'o self, observation: Observation<'o>) -> Option<Group<'o>> {
        if observation.listed().is_some() || observation.name_hash() == observation.domain_hash() {
            return None;
        }
        let group = Group::domain(observation)?;
        (!is_reverse(observation)).then_some(group)
    }

    fn add(&self, pane: &mut Exploded, observation: Observation<'_>) {
        // The request and the response of a lookup have one name, and so have the hops of a resolver.
        pane.names.insert(observation.name_hash());
        if !observation.is_upstream() && observation.client().is_some() {
            pane.clients.insert(observation.client_hash());
        }
        pane.nonexistent += u64::from(observation.response_code() == Some(NXDOMAIN));
        if is_shown(observation) {
            pane.sightings
                .add(observation, observation.name().unwrap_or_default());
        } else {
            pane.sightings.count(observation);
        }
    }

    fn prefetch(&self, pane: &Exploded, observation: Observation<'_>) {
        pane.names.prefetch(observation.name_hash());
        pane.clients.prefetch(observation.client_hash());
        pane.sightings.prefetch();
    }

    fn merge(&self, into: &mut Exploded, from: &Exploded) {
        into.sightings.merge(&from.sightings);
        into.names.merge(&from.names);
        into.clients.merge(&from.clients);
        into.nonexistent += from.nonexistent;
    }

    fn weight(&self, pane: &Exploded) -> u64 {
        pane.names.len()
    }

    fn enough(&self, role: u8) -> u64 {
        let [names, ..] = &self.steps;
        names.of(role)
    }

    fn judge(&self, key: &Key, _: u8, _: Span, pane: &Exploded, (): &mut ()) -> Option<Finding> {
        let names = pane.names.len();
        let clients = pane.clients.len();
        let (severity, risk) = self.severity(names);
        let mut finding = Finding::new(&pane.sightings)
            .counter("Names", names)
            .counter("Clients", clients)
            .counter("Events", pane.sightings.count)
            .counter("NonexistentNames", pane.nonexistent)
            .columns("ExplodedDns", format!("Names:{names}/Clients:{clients}"));
        finding.severity = Some(severity);
        finding.risk_score = Some(risk);
        Some(match key.item() {
            Some(domain) => finding.entity(EntityKind::Dns, domain),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, Rcode, RrType};

    use super::*;
    use crate::Alert;
    use crate::rules::boxed;
    use crate::rules::tests::{alerts, counter, request, response};

    fn found(tuning: &str, events: Vec<DnsEvent<'static>>) -> Vec<Alert> {
        let rule = |tuning: &Arc<Tuning>| boxed(ExplodedDns::new(tuning), tuning);
        alerts(rule, tuning.parse().unwrap(), events)
    }

    /// So many names below a domain over a day, from ten clients.
    fn names(count: i64, domain: &str) -> Vec<DnsEvent<'static>> {
        let event = |number: i64| {
            let client = format!("192.0.2.{}", number % 10);
            request(number * 80, &client, &format!("n{number}.{domain}"), RrType::A)
        };
        (0..count).map(event).collect()
    }

    #[test]
    fn severity_grows_with_the_names_of_all_clients() {
        let cases = [
            (100, Severity::Informational, 20),
            (500, Severity::Low, 40),
            (800, Severity::Medium, 60),
            (1_000, Severity::High, 80),
        ];
        for (count, severity, risk) in cases {
            let told = found("", names(count, "example.com"));
            let [alert] = &told[..] else { panic!("{told:#?}") };
            assert_eq!((alert.severity, alert.risk_score), (severity, risk), "{count}");
            assert_eq!(counter(alert, "Names"), Some(count.unsigned_abs()));
            assert_eq!(counter(alert, "Clients"), Some(10));
            assert_eq!(alert.item.as_deref(), Some("example.com"));
            assert!(!alert.evidence.is_empty());
        }
        assert!(found("", names(99, "example.com")).is_empty());
    }

    #[test]
    fn request_and_response_are_one_lookup() {
        let both = |number| {
            let name = format!("n{number}.example.com");
            [
                request(number, "192.0.2.1", &name, RrType::A),
                response(number, "192.0.2.1", &name, RrType::A, Rcode::NOERROR, None),
            ]
        };
        assert!(found("", (0..99).flat_map(both).collect()).is_empty());
        let told = found("", (0..100).flat_map(both).collect());
        assert_eq!(counter(&told[0], "Names"), Some(100));
        assert_eq!(counter(&told[0], "Events"), Some(200));
    }

    #[test]
    fn listed_domains_reverse_names_and_shared_suffixes_are_quiet() {
        let list = "[[list]]\nname = 'delivery'\ndomains = ['example.com']\n";
        assert!(found(list, names(1_000, "example.com")).is_empty());
        assert!(found("", names(1_000, "2.0.192.in-addr.arpa")).is_empty());
        // Each name below a suffix that a company rents out is a domain of its own.
        assert!(found("", names(1_000, "github.io")).is_empty());
    }

    #[test]
    fn a_tuning_moves_the_steps() {
        let tuning = "[rule.exploded-dns]\nnames = 10\nnames-high = 20\n";
        let told = found(tuning, names(20, "example.com"));
        assert_eq!(told[0].severity, Severity::High);
    }
}
