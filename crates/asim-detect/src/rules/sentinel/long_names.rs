//! Names that are too long for people.

use std::sync::Arc;

use crate::distinct::DistinctSet;
use crate::observation::{NameKind, Observation, Traits};
use crate::rule::RuleInfo;
use crate::tuning::{PerRole, Tuning};
use crate::window::{Group, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CLIENT, NAME, client_and_domain, is_lookup, is_public};

static INFO: RuleInfo = info! {
    id: "long-names",
    title: "Very long names",
    about: "A client asked for names of 150 characters or more, as tunnels and exfiltration do that carry \
            data in names.",
    branch: "LongNames",
    severity: Medium,
    risk: 45,
    tactics: ["Command and Control", "Exfiltration"],
    techniques: [
        ("T1568", "Dynamic Resolution"),
        ("T1008", "Fallback Channels"),
        ("T1048", "Exfiltration Over Alternative Protocol"),
    ],
    published: ["DNS Essentials: PossibleDNSTunnelingOrDataExfiltrationActivity"],
    false_positives: [
        "scanners and block lists that are asked by DNS: the common ones are known, others belong on a list",
        "telemetry that names its reports by hashes: put its domain on a list",
    ],
    needs: &[NAME, CLIENT],
    parameters: [
        ("characters", 150, "characters", "names of so many characters or more"),
        ("at-least", 1, "names", "so many different names or more under one domain within an hour"),
    ],
    kql: "_Im_Dns\n\
          | where strlen(DnsQuery) >= 150 and isnotempty(SrcIpAddr)\n\
          | where not(DnsQuery has_any ('spamhaus.org', 'sophosxl.net', 'mcafee.com', 'in-addr.arpa', \
          'ip6.arpa', '_ldap', 'wpad'))\n\
          | extend Labels = split(tolower(DnsQuery), '.')\n\
          | extend Domain = strcat(tostring(Labels[-2]), '.', tostring(Labels[-1]))\n\
          | summarize Names = dcount(DnsQuery, 2), Examples = make_set(DnsQuery, 100) by SrcIpAddr, Domain, \
          bin(EventStartTime, 1h)",
};

/// What the rule counts.
#[derive(Debug)]
pub struct LongNames {
    characters: PerRole,
}

impl LongNames {
    /// The measure with the lengths of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        Self {
            characters: tuning.per_role(&INFO, "characters"),
        }
    }
}

impl Measure for LongNames {
    type Count = DistinctSet;

    const COUNTER: &'static str = "Names";
    const TRAITS: Traits = Traits::DNS;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        let name = observation.name()?;
        if (name.len() as u64) < self.characters.of(observation.role())
            || observation.is_named(NameKind::LookupService)
            || observation.listed().is_some()
            // Where to find the servers of a directory and the proxy of a network.
            || name.starts_with("_ldap.")
            || name.starts_with("wpad.")
            || !is_public(observation)
            || !is_lookup(observation)
        {
            return None;
        }
        client_and_domain(observation)
    }

    fn add(&self, count: &mut DistinctSet, observation: Observation<'_>) {
        count.insert(observation.name_hash());
    }
}

impl Limited for LongNames {
    const WINDOW: Window = Window::HOUR;
}

#[cfg(test)]
mod tests {
    use asim_schema::RrType;

    use super::super::Threshold;
    use super::super::tests::{CLIENT, found};
    use super::*;
    use crate::rules::tests::{counter, request};

    /// A name of so many characters below a domain.
    fn long(length: usize, domain: &str) -> String {
        let mut name = String::new();
        while name.len() + domain.len() + 1 < length {
            let rest = length - name.len() - domain.len() - 1;
            name.push(if name.len() % 40 == 39 && rest > 1 {
                '.'
            } else {
                'x'
            });
        }
        format!("{name}.{domain}")
    }

    #[test]
    fn names_of_150_characters_are_told() {
        let rule = |tuning: &_| Threshold::new(LongNames::new(tuning), tuning);
        let told = found(
            rule,
            "",
            [request(1, CLIENT, &long(150, "example.com"), RrType::TXT)],
        );
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(
            (alert.item.as_deref(), counter(alert, "Names")),
            (Some("example.com"), Some(1))
        );
        assert!(
            found(
                rule,
                "",
                [request(1, CLIENT, &long(149, "example.com"), RrType::TXT)]
            )
            .is_empty()
        );
        let longer = "[rule.long-names]\ncharacters = 200\n";
        assert!(
            found(
                rule,
                longer,
                [request(1, CLIENT, &long(150, "example.com"), RrType::TXT)]
            )
            .is_empty()
        );
    }

    #[test]
    fn services_that_are_asked_so_are_quiet() {
        let rule = |tuning: &_| Threshold::new(LongNames::new(tuning), tuning);
        for domain in [
            "avqs.mcafee.com",
            "dbl.spamhaus.org",
            "sophosxl.net",
            "corp.local",
        ] {
            assert!(
                found(rule, "", [request(1, CLIENT, &long(180, domain), RrType::A)]).is_empty(),
                "{domain}"
            );
        }
        let directory = format!("_ldap.{}", long(180, "example.com"));
        assert!(found(rule, "", [request(1, CLIENT, &directory, RrType::SRV)]).is_empty());
        // The published query leaves out what has such a word anywhere.
        let hidden = format!("wpad-{}", long(180, "spamhaus.org.example.com"));
        assert_eq!(found(rule, "", [request(1, CLIENT, &hidden, RrType::A)]).len(), 1);
        let list = "[[list]]\nname = 'telemetry'\ndomains = ['example.com']\n";
        assert!(
            found(
                rule,
                list,
                [request(1, CLIENT, &long(180, "example.com"), RrType::A)]
            )
            .is_empty()
        );
    }
}
