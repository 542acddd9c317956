//! Subdomain enumeration: one client asks for very many names of one domain.

use std::borrow::Cow;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::alert::{EntityKind, Finding};
use crate::distinct::DistinctSet;
use crate::observation::Observation;
use crate::rule::{Family, Parameter, Rule, RuleInfo, Technique};
use crate::tuning::{PerRole, Tuning};
use crate::window::{Group, Key, Sightings, Span, Waited, Window};

/// The types that the published query counts, with their numbers (IANA, DNS parameters, read 2026-11-21).
const TYPES: [(u16, &str); 8] = [
    (1, "A"),
    (2, "NS"),
    (5, "CNAME"),
    (6, "SOA"),
    (15, "MX"),
    (16, "TXT"),
    (28, "AAAA"),
    (33, "SRV"),
];

/// NXDOMAIN (RFC 1035 section 4.1.1, there called Name Error).
const NXDOMAIN: u16 = 3;

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("subdomain-sweep"),
    title: Cow::Borrowed("Subdomain enumeration sweep"),
    description: Cow::Borrowed(
        "One client asked for more than a hundred different names below one registrable domain within an hour, as \
         tools do that try lists of words as host names.",
    ),
    family: Family::Reconnaissance,
    branch: Cow::Borrowed("SubdomainEnumerationSweep"),
    severity: crate::Severity::Medium,
    risk_score: 70,
    tactics: Cow::Borrowed(&[Cow::Borrowed("Reconnaissance")]),
    techniques: Cow::Borrowed(&[Technique::new("T1596.001", "DNS/Passive DNS")]),
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://attack.mitre.org/techniques/T1596/001/"),
        Cow::Borrowed("https://publicsuffix.org/"),
    ]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed("inventories, monitoring and security assessments: exempt them by client and time"),
        Cow::Borrowed("crawlers, scanners and health probes: exempt them by client"),
        Cow::Borrowed("resolvers that ask for many people: give them a role with a higher threshold"),
        Cow::Borrowed("content delivery and block list domains: put them on a list"),
    ]),
    schema: Some("Dns"),
    needs: &[
        &["DnsQuery"],
        &["DnsQueryType", "DnsQueryTypeName"],
        &["SrcIpAddr", "SrcHostname"],
    ],
    parameters: &[Parameter {
        name: "names",
        unit: "names",
        default: 100,
        about: "more different names than this under one domain within an hour",
    }],
    kql: Cow::Borrowed(
        "_Im_Dns(eventtype='lookup')\n| where DnsQueryType in (1, 2, 5, 6, 15, 16, 28, 33)\n| extend Name = \
         tolower(trim_end(@'\\.', DnsQuery))\n| extend Domain2 = extract(@'([^.]+\\.[^.]+)$', 1, Name)\n| summarize \
         QueryCount = count(), UniqueSubdomains = dcount(Name, 2), QueryTypes = make_set(DnsQueryTypeName), FirstSeen \
         = min(EventStartTime), LastSeen = max(EventStartTime)\n    by SrcIpAddr, Domain2, bin(EventStartTime, 1h)\n| \
         where UniqueSubdomains > 100",
    ),
};

/// The rule.
#[derive(Debug)]
pub struct SubdomainSweep {
    names: PerRole,
    /// Names whose hash has any of these bits are no samples: most groups are small and never told.
    unsampled: u64,
}

/// What one client asked for below one domain.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Asked {
    sightings: Sightings,
    names: DistinctSet,
    requests: u64,
    responses: u64,
    nonexistent: u64,
    /// A bit for each of [`TYPES`].
    types: u8,
    /// The first server that reported, in the order of the alphabet.
    computer: Option<CompactString>,
}

impl SubdomainSweep {
    /// The rule with the thresholds of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        let names = tuning.per_role(&INFO, "names");
        // Of names that are just enough some six are samples.
        let share = (names.least() / 4).checked_ilog2().unwrap_or_default();
        Self {
            names,
            unsampled: (1 << share) - 1,
        }
    }
}

impl Asked {
    /// Counts what an event is in numbers.
    fn take(&mut self, event: Waited) {
        self.names.insert(event.name_hash);
        if event.is_response {
            self.responses += 1;
        } else {
            self.requests += 1;
        }
        if event.response_code == Some(NXDOMAIN) {
            self.nonexistent += 1;
        }
        if let Some(place) = event.query_type.and_then(place) {
            self.types |= 1 << place;
        }
    }
}

/// The place of a type in [`TYPES`].
fn place(kind: u16) -> Option<usize> {
    TYPES.iter().position(|(number, _)| *number == kind)
}

impl Rule for SubdomainSweep {
    type Pane = Asked;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::HOUR
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        place(observation.query_type()?)?;
        if observation.is_upstream() || observation.listed().is_some() {
            return None;
        }
        Group::client_and_domain(observation)
    }

    /// A name that is a sample does not wait, because its text is wanted.
    fn waits(&self, observation: Observation<'_>) -> Option<u32> {
        let is_sample = observation.name_hash() & self.unsampled == 0;
        (!is_sample && self.enough(observation.role()) > 1).then_some(0)
    }

    /// So few events have fewer names than it takes.
    fn most_waiting(&self, role: u8) -> u64 {
        self.names.of(role)
    }

    fn add_waited(&self, pane: &mut Asked, event: Waited) {
        pane.sightings.count_at(event.ticks);
        pane.take(event);
    }

    fn add(&self, pane: &mut Asked, observation: Observation<'_>) {
        let sampled = observation.name_hash() & self.unsampled == 0;
        if sampled {
            pane.sightings
                .add(observation, observation.name().unwrap_or_default());
        } else {
            pane.sightings.count(observation);
        }
        pane.take(Waited::of(observation, 0));
        if sampled
            && let Some(reporter) = observation.reporter()
            && pane.computer.as_deref().is_none_or(|own| reporter < own)
        {
            pane.computer = Some(reporter.into());
        }
    }

    fn prefetch(&self, pane: &Asked, observation: Observation<'_>) {
        pane.names.prefetch(observation.name_hash());
        pane.sightings.prefetch();
    }

    fn merge(&self, into: &mut Asked, from: &Asked) {
        into.sightings.merge(&from.sightings);
        into.names.merge(&from.names);
        into.requests += from.requests;
        into.responses += from.responses;
        into.nonexistent += from.nonexistent;
        into.types |= from.types;
        into.computer = into
            .computer
            .take()
            .into_iter()
            .chain(from.computer.clone())
            .min();
    }

    fn weight(&self, pane: &Asked) -> u64 {
        pane.names.len()
    }

    fn enough(&self, role: u8) -> u64 {
        self.names.of(role).saturating_add(1)
    }

    fn judge(&self, key: &Key, _: u8, _: Span, pane: &Asked, (): &mut ()) -> Option<Finding> {
        let names = pane.names.len();
        // A source may write both halves of a lookup.
        let queries = pane.requests.max(pane.responses);
        let types = TYPES.iter().enumerate();
        let types = types.filter(|(place, _)| pane.types & (1 << place) != 0);
        let types: Vec<_> = types.map(|(_, (_, name))| *name).collect();
        let mut finding = Finding::new(&pane.sightings)
            .counter("UniqueSubdomains", names)
            .counter("QueryCount", queries)
            .counter("NonexistentNames", pane.nonexistent)
            .columns(
                "EnumerationSweep",
                format!("UniqueSubdomains:{names}/QueryCount:{queries}"),
            );
        finding.details.push(("QueryTypes", types.join(",")));
        finding.computer = pane.computer.as_deref().map(str::to_owned);
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
    use crate::rules::tests::{
        alerts, counter, first_ones_count_like_others, lookups_of_64_names, request, response,
    };

    fn found(tuning: &str, events: impl IntoIterator<Item = DnsEvent<'static>>) -> Vec<Alert> {
        let rule = |tuning: &Arc<Tuning>| boxed(SubdomainSweep::new(tuning), tuning);
        alerts(rule, tuning.parse().unwrap(), events)
    }

    /// So many names under a domain, one in so many seconds, from a second on.
    fn sweep(from: i64, step: i64, number: i64, domain: &str) -> Vec<DnsEvent<'static>> {
        let names = (0..number).map(|place| {
            request(
                from + place * step,
                "192.0.2.9",
                &format!("h{place}.{domain}"),
                RrType::A,
            )
        });
        names.collect()
    }

    #[test]
    fn more_than_a_hundred_names_in_an_hour_are_a_sweep() {
        assert!(found("", sweep(0, 10, 100, "example.com")).is_empty());
        let told = found("", sweep(0, 10, 101, "example.com"));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(alert.item.as_deref(), Some("example.com"));
        assert_eq!(
            alert.columns.result_code.as_deref(),
            Some("UniqueSubdomains:101/QueryCount:101")
        );
        assert_eq!(alert.columns.query_type.as_deref(), Some("EnumerationSweep"));
        assert_eq!(alert.details, [("QueryTypes", "A".to_owned())]);
        assert_eq!(
            (alert.first.to_string(), alert.last.to_string()),
            (
                "2026-11-21T09:00:00.000000Z".to_owned(),
                "2026-11-21T09:16:40.000000Z".to_owned()
            )
        );
        assert!(
            alert
                .evidence
                .iter()
                .all(|sample| sample.text.ends_with(".example.com"))
        );
        assert!(!alert.evidence.is_empty());
    }

    /// The published query looks at hours of the clock.
    #[test]
    fn a_sweep_over_the_end_of_an_hour_is_seen_whole() {
        let told = found("", sweep(3_540, 1, 120, "example.com"));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, "UniqueSubdomains"), Some(120));
    }

    /// What comes after the threshold was crossed is told as well.
    #[test]
    fn a_sweep_is_told_once_with_all_of_its_hour() {
        let told = found("", sweep(0, 3, 1_000, "example.com"));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, "UniqueSubdomains"), Some(1_000));
    }

    #[test]
    fn a_sweep_is_told_soon_if_that_is_wanted() {
        let soon = "[rule.subdomain-sweep]\ntell-within = 600\n";
        let told = found(soon, sweep(0, 3, 1_000, "example.com"));
        let names: Vec<_> = told
            .iter()
            .map(|alert| counter(alert, "UniqueSubdomains"))
            .collect();
        // Two panes of a hundred names reach the threshold, and two more are waited for.
        assert_eq!(names, [Some(400), Some(400), Some(200)]);
        assert_eq!(told[0].window.end.to_string(), "2026-11-21T09:20:00.000000Z");
        let global = found("tell-within = 600\n", sweep(0, 3, 1_000, "example.com"));
        assert_eq!(global, told);
    }

    /// The published query takes the last two labels.
    #[test]
    fn sites_of_one_registry_are_not_one_domain() {
        let sites =
            (0..150).map(|site| request(site, "192.0.2.9", &format!("www.site{site}.co.uk"), RrType::A));
        assert!(found("", sites).is_empty());
        let pages =
            (0..150).map(|site| request(site, "192.0.2.9", &format!("site{site}.github.io"), RrType::A));
        assert!(found("", pages).is_empty());
    }

    /// Resolvers mix the case of letters at random (the 0x20 bits), and names may end with a dot.
    #[test]
    fn letter_case_and_final_dots_do_not_hide_a_sweep() {
        let mixed = (0..120).map(|place| {
            let domain = if place % 2 == 0 {
                "ExAmPlE.com"
            } else {
                "eXaMpLe.COM."
            };
            request(place, "192.0.2.9", &format!("H{place}.{domain}"), RrType::A)
        });
        let told = found("", mixed);
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(alert.item.as_deref(), Some("example.com"));
        let same = (0..200).map(|place| {
            let name = if place % 2 == 0 {
                "www.example.com"
            } else {
                "WWW.example.com"
            };
            request(place, "192.0.2.9", name, RrType::A)
        });
        assert!(found("", same).is_empty());
    }

    #[test]
    fn both_halves_of_a_lookup_count_once() {
        let both = (0..120).flat_map(|place| {
            let name = format!("h{place}.example.com");
            [
                request(place, "192.0.2.9", &name, RrType::A),
                response(place, "192.0.2.9", &name, RrType::A, Rcode::NXDOMAIN, None),
            ]
        });
        let told = found("", both);
        assert_eq!(
            told[0].columns.result_code.as_deref(),
            Some("UniqueSubdomains:120/QueryCount:120")
        );
        assert_eq!(counter(&told[0], "NonexistentNames"), Some(120));
    }

    #[test]
    fn a_resolver_may_have_a_threshold_of_its_own() {
        let tuning =
            "[[role]]\nname = 'resolver'\nclients = ['192.0.2.9']\nrule.subdomain-sweep.names = 500\n";
        assert!(found(tuning, sweep(0, 1, 400, "example.com")).is_empty());
        assert_eq!(found(tuning, sweep(0, 1, 501, "example.com")).len(), 1);
    }

    #[test]
    fn listed_domains_and_other_types_are_not_counted() {
        let list = "[[list]]\nname = 'delivery'\ndomains = ['example.net']\n";
        assert!(found(list, sweep(0, 1, 400, "example.net")).is_empty());
        let reverse = (0..200).map(|host| {
            request(
                host,
                "192.0.2.9",
                &format!("{host}.2.0.192.in-addr.arpa"),
                RrType::PTR,
            )
        });
        assert!(found("", reverse).is_empty());
    }

    #[test]
    fn a_planned_test_is_told_as_such_and_only_in_its_time() {
        let planned = "[[exemption]]\nname = 'test 7'\nclients = ['192.0.2.9']\nreason = 'planned'\n\
                       from = '2026-11-21T08:00:00Z'\nuntil = '2026-11-21T10:00:00Z'\n";
        let told = found(planned, sweep(0, 1, 200, "example.com"));
        assert_eq!(
            told[0].suppressed_by.as_ref().map(|by| by.by.as_str()),
            Some("test 7")
        );
        let told = found(planned, sweep(7_200, 1, 200, "example.com"));
        assert!(told[0].is_open());
    }

    #[test]
    fn what_waits_is_counted_whole() {
        let rule = SubdomainSweep::new(&Tuning::default().into());
        let waiting = first_ones_count_like_others(&rule, lookups_of_64_names());
        assert!((32..128).contains(&waiting), "{waiting}");
    }
}
