//! Floods of queries for ANY, whose large answers are sent to somebody who has not asked.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::alert::{Finding, Severity};
use crate::distinct::DistinctSet;
use crate::observation::Observation;
use crate::rule::{Family, Parameter, Rule, RuleInfo, Technique};
use crate::tuning::{PerRole, Tuning};
use crate::window::{Group, Key, Sightings, Span, Window};

/// The query type ANY (RFC 8482).
const ANY: u16 = 255;

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("any-flood"),
    title: Cow::Borrowed("Flood of queries for ANY"),
    description: Cow::Borrowed(
        "From one address came very many queries for all records of names within an hour. Their answers are many times \
         as large as they are, and the address is mostly that of a victim, to whom the answers are sent.",
    ),
    family: Family::Beyond,
    branch: Cow::Borrowed("AnyFlood"),
    severity: Severity::Medium,
    risk_score: 50,
    tactics: Cow::Borrowed(&[Cow::Borrowed("Impact")]),
    techniques: Cow::Borrowed(&[Technique::new("T1498.002", "Reflection Amplification")]),
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://www.rfc-editor.org/rfc/rfc8482"),
        Cow::Borrowed("https://attack.mitre.org/techniques/T1498/002/"),
    ]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed("old mail servers that ask for ANY: exempt them by client"),
        Cow::Borrowed("surveys of the network: exempt them by client and time"),
    ]),
    schema: Some("Dns"),
    needs: &[
        &["DnsQueryType", "DnsQueryTypeName"],
        &["SrcIpAddr", "SrcHostname"],
    ],
    parameters: &[Parameter {
        name: "queries",
        unit: "queries",
        default: 200,
        about: "so many queries for ANY from one client within an hour; from ten times as many on it is high",
    }],
    kql: Cow::Borrowed(
        "_Im_Dns(eventtype='lookup')\n| where DnsQueryType == 255\n| summarize Requests = countif(EventSubType == \
         'request'), Responses = countif(EventSubType == 'response'), Names = dcount(DnsQuery, 2)\n    by SrcIpAddr, \
         bin(EventStartTime, 1h)\n| where max_of(Requests, Responses) >= 200",
    ),
};

/// The rule.
#[derive(Debug)]
pub struct AnyFlood {
    queries: PerRole,
}

/// One client's queries for ANY.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Flood {
    sightings: Sightings,
    requests: u64,
    responses: u64,
    names: DistinctSet,
}

impl Flood {
    /// The queries: a source may write both halves of one.
    fn queries(&self) -> u64 {
        self.requests.max(self.responses)
    }
}

impl AnyFlood {
    /// The rule with the thresholds of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        Self {
            queries: tuning.per_role(&INFO, "queries"),
        }
    }
}

impl Rule for AnyFlood {
    type Pane = Flood;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::HOUR
    }

    fn group<'o>(&'o self, observation: Observation<'o>) -> Option<Group<'o>> {
        if observation.query_type() != Some(ANY) || observation.is_upstream() {
            return None;
        }
        Group::client(observation)
    }

    fn add(&self, pane: &mut Flood, observation: Observation<'_>) {
        pane.sightings
            .add(observation, observation.name().unwrap_or_default());
        pane.names.insert(observation.name_hash());
        if observation.is_response() {
            pane.responses += 1;
        } else {
            pane.requests += 1;
        }
    }

    fn merge(&self, into: &mut Flood, from: &Flood) {
        into.sightings.merge(&from.sightings);
        into.names.merge(&from.names);
        into.requests += from.requests;
        into.responses += from.responses;
    }

    fn weight(&self, pane: &Flood) -> u64 {
        pane.queries()
    }

    fn enough(&self, role: u8) -> u64 {
        self.queries.of(role)
    }

    fn judge(&self, _: &Key, role: u8, _: Span, pane: &Flood, (): &mut ()) -> Option<Finding> {
        let (queries, names) = (pane.queries(), pane.names.len());
        let mut finding = Finding::new(&pane.sightings)
            .counter("Queries", queries)
            .counter("Names", names)
            .counter("Responses", pane.responses)
            .columns("ANY", format!("Queries:{queries}/Names:{names}"));
        finding.name = pane
            .sightings
            .samples()
            .first()
            .map(|sample| sample.text.to_string());
        if queries >= self.enough(role).saturating_mul(10) {
            finding.severity = Some(Severity::High);
            finding.risk_score = Some(70);
        }
        Some(finding)
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
        let rule = |tuning: &Arc<Tuning>| boxed(AnyFlood::new(tuning), tuning);
        alerts(rule, tuning.parse().unwrap(), events)
    }

    fn queries(count: i64, kind: RrType) -> Vec<DnsEvent<'static>> {
        let both = |number: i64| {
            let second = number * 3_000 / count;
            [
                request(second, "203.0.113.9", "example.com", kind),
                response(second, "203.0.113.9", "example.com", kind, Rcode::NOERROR, None),
            ]
        };
        (0..count).flat_map(both).collect()
    }

    #[test]
    fn a_flood_is_told_with_its_victim() {
        let told = found("", queries(200, RrType(255)));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(
            (counter(alert, "Queries"), counter(alert, "Names")),
            (Some(200), Some(1))
        );
        assert_eq!(alert.client.as_deref(), Some("203.0.113.9"));
        assert_eq!(alert.columns.name.as_deref(), Some("example.com"));
        assert_eq!(found("", queries(2_000, RrType(255)))[0].severity, Severity::High);
    }

    #[test]
    fn fewer_queries_other_types_and_known_clients_are_quiet() {
        assert!(found("", queries(199, RrType(255))).is_empty());
        assert!(found("", queries(2_000, RrType::A)).is_empty());
        let exemption = "[[exemption]]\nname = 'mail'\nclients = ['203.0.113.9']\nrules = ['any-flood']\nreason = 'old'\n";
        assert!(!found(exemption, queries(300, RrType(255)))[0].is_open());
    }
}
