//! Names from a generator: a client tries many domains that do not exist and that nobody would choose.

mod bigrams;
mod lexical;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::lexical::{STEPS, surprise};
use super::{NXDOMAIN, is_public, is_reverse};
use crate::alert::{Finding, Severity};
use crate::distinct::DistinctSet;
use crate::observation::Observation;
use crate::rule::{Family, Parameter, Rule, RuleInfo, Technique};
use crate::tuning::{PerRole, Tuning};
use crate::window::{Group, Key, Sightings, Span, Window};

/// From so much surprise on a label counts as made: 4.75 bits a pair of letters. Six in a hundred names in wide use have
/// as much, and 95 in a hundred strings of letters by chance.
const SURPRISING: u32 = 4 * STEPS + 3 * STEPS / 4;

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("dga-nxdomain"),
    title: Cow::Borrowed("Many generated domains that do not exist"),
    description: Cow::Borrowed(
        "A client was told of many different registrable domains within a day that they do not exist, and most of \
         them look as if a generator had made them: the pairs of their letters are rare in names that people choose. \
         Generators that join syllables or words are not told by their letters.",
    ),
    family: Family::Beyond,
    branch: Cow::Borrowed("DgaNxdomain"),
    severity: Severity::Medium,
    risk_score: 65,
    tactics: Cow::Borrowed(&[Cow::Borrowed("Command and Control")]),
    techniques: Cow::Borrowed(&[Technique::new("T1568.002", "Domain Generation Algorithms")]),
    references: Cow::Borrowed(&[
        Cow::Borrowed(
            "https://www.usenix.org/conference/usenixsecurity12/technical-sessions/presentation/antonakakis",
        ),
        Cow::Borrowed("https://doi.org/10.1016/j.eswa.2020.114551"),
        Cow::Borrowed("https://attack.mitre.org/techniques/T1568/002/"),
    ]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed(
            "names without a public suffix, such as wpad.corp, and those below one domain: not counted",
        ),
        Cow::Borrowed("resolvers that ask for many people: give them a role with more domains"),
        Cow::Borrowed("mail servers that check the domains of senders, and crawlers: exempt them by client"),
    ]),
    schema: Some("Dns"),
    needs: &[
        &["DnsQuery"],
        &["DnsResponseCode", "EventResultDetails"],
        &["SrcIpAddr", "SrcHostname"],
    ],
    parameters: &[
        Parameter {
            name: "domains",
            unit: "domains",
            default: 20,
            about: "from so many domains a day on that look made it is told; from five times as many on it is high",
        },
        Parameter {
            name: "share",
            unit: "percent",
            default: 50,
            about: "so many in a hundred of the domains that do not exist must look made",
        },
    ],
    kql: Cow::Borrowed(
        "_Im_Dns(responsecodename='NXDOMAIN')\n| extend Domain = extract(@'([^.]+\\.[^.]+)$', 1, \
         tolower(trim_end(@'\\.', DnsQuery)))\n| extend Label = tostring(split(Domain, '.')[0])\n| where strlen(Label) \
         >= 7 and Label !startswith 'xn--'\n| extend Made = Label matches regex @'[bcdfghjklmnpqrstvwxz]{5}|\\d.*[a-z].*\\d'\n| \
         summarize Domains = dcount(Domain, 2), Made = dcountif(Domain, Made, 2), Examples = make_set_if(Domain, Made, \
         5)\n    by SrcIpAddr, bin(EventStartTime, 1d)\n| where Made >= 20 and 2 * Made >= Domains",
    ),
};

/// The rule.
#[derive(Debug)]
pub struct DgaNxdomain {
    domains: PerRole,
    share: PerRole,
}

/// The domains that one client asked for and that do not exist.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Nonexistent {
    sightings: Sightings,
    domains: DistinctSet,
    /// Those of them that look made.
    made: DistinctSet,
}

impl DgaNxdomain {
    /// The rule with the thresholds of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        Self {
            domains: tuning.per_role(&INFO, "domains"),
            share: tuning.per_role(&INFO, "share"),
        }
    }
}

/// Whether the label that was registered looks made.
fn is_made(domain: &str) -> bool {
    let label = domain.split('.').next().unwrap_or_default();
    surprise(label).is_some_and(|surprise| surprise >= SURPRISING)
}

impl Rule for DgaNxdomain {
    type Pane = Nonexistent;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::DAY
    }

    fn group<'o>(&'o self, observation: Observation<'o>) -> Option<Group<'o>> {
        if observation.response_code() != Some(NXDOMAIN)
            || observation.is_upstream()
            || observation.listed().is_some()
        {
            return None;
        }
        if !observation.has_domain() || is_reverse(observation) || !is_public(observation) {
            return None;
        }
        Group::client(observation)
    }

    fn add(&self, pane: &mut Nonexistent, observation: Observation<'_>) {
        pane.domains.insert(observation.domain_hash());
        if observation.domain().is_some_and(is_made) {
            pane.made.insert(observation.domain_hash());
            pane.sightings
                .add(observation, observation.name().unwrap_or_default());
        } else {
            pane.sightings.count(observation);
        }
    }

    fn prefetch(&self, pane: &Nonexistent, observation: Observation<'_>) {
        pane.domains.prefetch(observation.domain_hash());
        pane.made.prefetch(observation.domain_hash());
        pane.sightings.prefetch();
    }

    fn merge(&self, into: &mut Nonexistent, from: &Nonexistent) {
        into.sightings.merge(&from.sightings);
        into.domains.merge(&from.domains);
        into.made.merge(&from.made);
    }

    fn weight(&self, pane: &Nonexistent) -> u64 {
        pane.made.len()
    }

    fn enough(&self, role: u8) -> u64 {
        self.domains.of(role)
    }

    fn exceeds(&self, pane: &Nonexistent, role: u8) -> bool {
        let made = pane.made.len();
        let share = self.share.of(role).saturating_mul(pane.domains.len());
        made >= self.enough(role) && made.saturating_mul(100) >= share
    }

    fn judge(&self, _: &Key, role: u8, _: Span, pane: &Nonexistent, (): &mut ()) -> Option<Finding> {
        // More of the day may have shown that most are names like others.
        if !self.exceeds(pane, role) {
            return None;
        }
        let (made, domains) = (pane.made.len(), pane.domains.len());
        let mut finding = Finding::new(&pane.sightings)
            .counter("MadeDomains", made)
            .counter("NonexistentDomains", domains)
            .counter("Responses", pane.sightings.count)
            .columns(
                "DgaNxdomain",
                format!("MadeDomains:{made}/NonexistentDomains:{domains}"),
            );
        finding.name = pane
            .sightings
            .samples()
            .first()
            .map(|sample| sample.text.to_string());
        if made >= self.enough(role).saturating_mul(5) {
            finding.severity = Some(Severity::High);
            finding.risk_score = Some(85);
        }
        Some(finding)
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, Rcode, RrType};

    use super::lexical::tests::made;
    use super::*;
    use crate::Alert;
    use crate::rules::boxed;
    use crate::rules::tests::{alerts, counter, response};

    fn found(tuning: &str, events: Vec<DnsEvent<'static>>) -> Vec<Alert> {
        let rule = |tuning: &Arc<Tuning>| boxed(DgaNxdomain::new(tuning), tuning);
        alerts(rule, tuning.parse().unwrap(), events)
    }

    fn missing(count: u32, name: impl Fn(u32) -> String) -> Vec<DnsEvent<'static>> {
        let event = |number: u32| {
            let second = i64::from(number) * 80_000 / i64::from(count);
            response(
                second,
                "192.0.2.7",
                &name(number),
                RrType::A,
                Rcode::NXDOMAIN,
                None,
            )
        };
        (0..count).map(event).collect()
    }

    #[test]
    fn a_generator_is_told_however_slowly_it_tries() {
        for family in ["letters", "letters and digits", "hexadecimal"] {
            let told = found("", missing(30, |number| format!("{}.com", made(family, number))));
            let [alert] = &told[..] else {
                panic!("{family}: {told:#?}")
            };
            assert!(counter(alert, "MadeDomains") >= Some(20), "{family}: {alert:#?}");
            assert_eq!(alert.severity, Severity::Medium);
            assert_eq!(alert.evidence.len(), 5);
        }
        let told = found(
            "",
            missing(200, |number| format!("{}.co.uk", made("letters", number))),
        );
        assert_eq!((told[0].severity, told[0].risk_score), (Severity::High, 85));
    }

    #[test]
    fn names_like_others_and_few_names_are_quiet() {
        let words = [
            "garden", "weather", "library", "market", "station", "harbour", "mountain", "bridge",
        ];
        let word = |number: u32| words[usize::try_from(number).unwrap() % words.len()];
        let names = |number: u32| format!("{}{}{}.com", word(number), word(number / 8), word(number / 64));
        assert!(found("", missing(400, names)).is_empty());
        assert!(
            found(
                "",
                missing(15, |number| format!("{}.com", made("letters", number)))
            )
            .is_empty()
        );
        // Made ones are few among what the client mistypes.
        let mixed = |number: u32| match number % 5 {
            0 => format!("{}.com", made("letters", number)),
            _ => names(number),
        };
        assert!(found("", missing(200, mixed)).is_empty());
    }

    #[test]
    fn search_suffixes_are_quiet() {
        for name in [
            |number| format!("{}.corp", made("letters", number)),
            |number| format!("{}.corp.example.com", made("letters", number)),
            |number| made("letters", number),
            |number| format!("{}.2.0.192.in-addr.arpa", number % 250),
        ] {
            assert!(found("", missing(300, name)).is_empty(), "{}", name(1));
        }
        assert!(found("", missing(300, |_| "wpad.corp".to_owned())).is_empty());
    }

    #[test]
    fn a_resolver_has_a_role() {
        let role = "[[role]]\nname = 'resolver'\nclients = ['192.0.2.7']\nrule.dga-nxdomain.domains = 5000\n";
        let events = missing(300, |number| format!("{}.com", made("letters", number)));
        assert!(found(role, events.clone()).is_empty());
        assert_eq!(found("", events).len(), 1);
    }
}
