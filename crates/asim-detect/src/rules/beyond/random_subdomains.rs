//! Random-subdomain attacks: very many names of one domain that do not exist, none asked for twice.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::verdicts::{VerdictServices, is_reversed_address};
use super::{NXDOMAIN, is_reverse, is_shown};
use crate::alert::{EntityKind, Finding, Severity};
use crate::distinct::DistinctSet;
use crate::observation::Observation;
use crate::rule::{Family, Parameter, Rule, RuleInfo, Technique};
use crate::tuning::{PerRole, Tuning};
use crate::window::{Group, Key, Sightings, Span, Window};

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("random-subdomains"),
    title: Cow::Borrowed("Random names below one domain that do not exist"),
    description: Cow::Borrowed(
        "Within an hour very many names below one registrable domain were answered NXDOMAIN, and hardly any of them \
         was asked for twice. No cache helps against that, so that every lookup reaches the domain's own name servers: \
         an attack on these, by way of the resolvers that ask them.",
    ),
    family: Family::Beyond,
    branch: Cow::Borrowed("RandomSubdomains"),
    severity: Severity::Medium,
    risk_score: 55,
    tactics: Cow::Borrowed(&[Cow::Borrowed("Impact")]),
    techniques: Cow::Borrowed(&[Technique::new("T1498.001", "Direct Network Flood")]),
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://www.rfc-editor.org/rfc/rfc8198"),
        Cow::Borrowed("https://attack.mitre.org/techniques/T1498/001/"),
    ]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed(
            "subdomain enumeration by one client: Clients is 1, and subdomain-sweep tells it as well",
        ),
        Cow::Borrowed(
            "block lists that answer NXDOMAIN for what is not on them: well-known ones are left out, put others on a list",
        ),
    ]),
    schema: Some("Dns"),
    needs: &[&["DnsQuery"], &["DnsResponseCode", "EventResultDetails"]],
    parameters: &[
        Parameter {
            name: "names",
            unit: "names",
            default: 500,
            about: "so many different names that do not exist within an hour; from ten times as many on it is high",
        },
        Parameter {
            name: "unique",
            unit: "percent",
            default: 90,
            about: "so many in a hundred of the answers must be for a name of their own",
        },
    ],
    kql: Cow::Borrowed(
        "_Im_Dns(responsecodename='NXDOMAIN')\n| extend Name = tolower(trim_end(@'\\.', DnsQuery))\n| where Name \
         !endswith '.arpa'\n| extend Domain = extract(@'([^.]+\\.[^.]+)$', 1, Name)\n| summarize Responses = count(), \
         Names = dcount(Name, 2), Clients = dcount(SrcIpAddr)\n    by Domain, bin(EventStartTime, 1h)\n| where Names >= \
         500 and Names > 0.9 * Responses",
    ),
};

/// The rule.
#[derive(Debug)]
pub struct RandomSubdomains {
    names: PerRole,
    unique: PerRole,
    verdicts: VerdictServices,
}

/// The names below one domain that do not exist.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Missing {
    sightings: Sightings,
    names: DistinctSet,
    clients: DistinctSet,
}

impl RandomSubdomains {
    /// The rule with the thresholds of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        Self {
            names: tuning.per_role(&INFO, "names"),
            unique: tuning.per_role(&INFO, "unique"),
            verdicts: VerdictServices::new(),
        }
    }
}

impl Rule for RandomSubdomains {
    type Pane = Missing;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::HOUR
    }

    fn group<'o>(&'o self, observation: Observation<'o>) -> Option<Group<'o>> {
        if observation.response_code() != Some(NXDOMAIN)
            || observation.is_upstream()
            || observation.listed().is_some()
            || observation.name_hash() == observation.domain_hash()
            || self.verdicts.has(observation.domain_hash())
        {
            return None;
        }
        let group = Group::domain(observation)?;
        let skipped = is_reverse(observation) || is_reversed_address(observation.below_domain()?);
        (!skipped).then_some(group)
    }

    fn add(&self, pane: &mut Missing, observation: Observation<'_>) {
        pane.names.insert(observation.name_hash());
        if observation.client().is_some() {
            pane.clients.insert(observation.client_hash());
        }
        if is_shown(observation) {
            pane.sightings
                .add(observation, observation.name().unwrap_or_default());
        } else {
            pane.sightings.count(observation);
        }
    }

    fn prefetch(&self, pane: &Missing, observation: Observation<'_>) {
        pane.names.prefetch(observation.name_hash());
        pane.clients.prefetch(observation.client_hash());
        pane.sightings.prefetch();
    }

    fn merge(&self, into: &mut Missing, from: &Missing) {
        into.sightings.merge(&from.sightings);
        into.names.merge(&from.names);
        into.clients.merge(&from.clients);
    }

    fn weight(&self, pane: &Missing) -> u64 {
        pane.names.len()
    }

    fn enough(&self, role: u8) -> u64 {
        self.names.of(role)
    }

    fn exceeds(&self, pane: &Missing, role: u8) -> bool {
        let names = pane.names.len();
        let unique = self.unique.of(role).saturating_mul(pane.sightings.count);
        names >= self.enough(role) && names.saturating_mul(100) >= unique
    }

    fn judge(&self, key: &Key, role: u8, _: Span, pane: &Missing, (): &mut ()) -> Option<Finding> {
        if !self.exceeds(pane, role) {
            return None;
        }
        let (names, clients) = (pane.names.len(), pane.clients.len());
        let mut finding = Finding::new(&pane.sightings)
            .counter("Names", names)
            .counter("Responses", pane.sightings.count)
            .counter("Clients", clients)
            .columns("RandomSubdomains", format!("Names:{names}/Clients:{clients}"));
        if names >= self.enough(role).saturating_mul(10) {
            finding.severity = Some(Severity::High);
            finding.risk_score = Some(75);
        }
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
    use crate::rules::tests::{alerts, counter, response};

    fn found(tuning: &str, events: Vec<DnsEvent<'static>>) -> Vec<Alert> {
        let rule = |tuning: &Arc<Tuning>| boxed(RandomSubdomains::new(tuning), tuning);
        alerts(rule, tuning.parse().unwrap(), events)
    }

    fn answered(count: i64, code: Rcode, name: impl Fn(i64) -> String) -> Vec<DnsEvent<'static>> {
        let event = |number: i64| {
            let client = format!("192.0.2.{}", number % 50);
            response(
                number * 3_000 / count,
                &client,
                &name(number),
                RrType::A,
                code,
                None,
            )
        };
        (0..count).map(event).collect()
    }

    #[test]
    fn an_attack_is_told_for_the_domain() {
        let told = found(
            "",
            answered(600, Rcode::NXDOMAIN, |number| {
                format!("r{number}.www.example.com")
            }),
        );
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(
            (counter(alert, "Names"), counter(alert, "Clients")),
            (Some(600), Some(50))
        );
        assert_eq!(
            (alert.item.as_deref(), alert.severity),
            (Some("example.com"), Severity::Medium)
        );
        let told = found(
            "",
            answered(6_000, Rcode::NXDOMAIN, |number| format!("r{number}.example.com")),
        );
        assert_eq!(told[0].severity, Severity::High);
    }

    #[test]
    fn names_that_exist_that_repeat_and_of_block_lists_are_quiet() {
        let random = |number| format!("r{number}.example.com");
        assert!(found("", answered(1_000, Rcode::NOERROR, random)).is_empty());
        assert!(found("", answered(499, Rcode::NXDOMAIN, random)).is_empty());
        assert!(
            found(
                "",
                answered(2_000, Rcode::NXDOMAIN, |number| random(number % 600))
            )
            .is_empty()
        );
        let address = |number| format!("{}.{}.0.203.bl.example.net", number % 250, number / 250);
        assert!(found("", answered(1_000, Rcode::NXDOMAIN, address)).is_empty());
        assert!(
            found(
                "",
                answered(1_000, Rcode::NXDOMAIN, |number| format!(
                    "d{number}.com.dbl.spamhaus.org"
                ))
            )
            .is_empty()
        );
        assert!(
            found(
                "",
                answered(1_000, Rcode::NXDOMAIN, |number| format!("r{number}.com"))
            )
            .is_empty()
        );
    }
}
