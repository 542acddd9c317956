//! Zone transfers: somebody asks for all records of a zone at once.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::alert::{EntityKind, Finding, Severity};
use crate::observation::{Observation, Traits};
use crate::rule::{Family, Rule, RuleInfo, Technique};
use crate::tuning::Tuning;
use crate::window::{Group, Key, Sightings, Span, Window};

/// IXFR and AXFR (IANA, DNS parameters, Resource Record TYPEs, read 2026-11-21).
const TRANSFERS: [u16; 2] = [251, 252];
const AXFR: u16 = 252;
const REFUSALS: [u16; 2] = [5, 9];

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("zone-transfer"),
    title: Cow::Borrowed("Zone transfer attempt"),
    description: Cow::Borrowed(
        "A client asked for a whole zone (AXFR) or its changes (IXFR). Secondary servers do so; anybody else who is \
         answered has the zone's every name and address.",
    ),
    family: Family::Reconnaissance,
    branch: Cow::Borrowed("ZoneTransferAttempt"),
    severity: Severity::High,
    risk_score: 90,
    tactics: Cow::Borrowed(&[Cow::Borrowed("Reconnaissance")]),
    techniques: Cow::Borrowed(&[Technique::new("T1596.001", "DNS/Passive DNS")]),
    references: Cow::Borrowed(&[Cow::Borrowed("https://attack.mitre.org/techniques/T1596/001/")]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed("secondary servers: name them as transfer-peers"),
        Cow::Borrowed("zone inventories and planned tests: exempt them by client and time"),
    ]),
    schema: Some("Dns"),
    needs: &[
        &["DnsQueryType", "DnsQueryTypeName"],
        &["SrcIpAddr", "SrcHostname"],
    ],
    parameters: &[],
    kql: Cow::Borrowed(
        "_Im_Dns(eventtype='*')\n| where DnsQueryType in (251, 252)\n| summarize EventCount = count(), FirstSeen = \
         min(EventStartTime), LastSeen = max(EventStartTime), ResultCodes = make_set(EventResultDetails)\n    by \
         SrcIpAddr, DnsQuery, bin(EventStartTime, 1h)",
    ),
};

/// The rule.
#[derive(Debug)]
pub struct ZoneTransfer;

/// The transfers of one zone that one client has asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Transfers {
    sightings: Sightings,
    requests: u64,
    answered: u64,
    refused: u64,
    failed: u64,
    full: bool,
    /// The response codes that were seen, ascending.
    codes: Vec<u16>,
    /// The first server that reported, in the order of the alphabet.
    computer: Option<Box<str>>,
}

impl ZoneTransfer {
    /// The rule; a tuning has nothing to say of it but exemptions.
    pub fn new(_: &Arc<Tuning>) -> Self {
        Self
    }
}

impl Rule for ZoneTransfer {
    type Pane = Transfers;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::CLOCK_HOUR
    }

    fn traits(&self) -> Traits {
        Traits::TRANSFER
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        let kind = observation.query_type()?;
        if !TRANSFERS.contains(&kind) || observation.is_upstream() {
            return None;
        }
        Group::client_and_name(observation)
    }

    fn add(&self, pane: &mut Transfers, observation: Observation<'_>) {
        pane.sightings
            .add(observation, observation.name().unwrap_or_default());
        pane.full |= observation.query_type() == Some(AXFR);
        match observation.response_code() {
            None => pane.requests += 1,
            Some(code) => {
                if let Err(place) = pane.codes.binary_search(&code) {
                    pane.codes.insert(place, code);
                }
                match code {
                    0 => pane.answered += 1,
                    code if REFUSALS.contains(&code) => pane.refused += 1,
                    _ => pane.failed += 1,
                }
            }
        }
        if let Some(reporter) = observation.reporter()
            && pane.computer.as_deref().is_none_or(|own| reporter < own)
        {
            pane.computer = Some(reporter.into());
        }
    }

    fn merge(&self, into: &mut Transfers, from: &Transfers) {
        into.sightings.merge(&from.sightings);
        into.requests += from.requests;
        into.answered += from.answered;
        into.refused += from.refused;
        into.failed += from.failed;
        into.full |= from.full;
        into.codes.extend(&from.codes);
        into.codes.sort_unstable();
        into.codes.dedup();
        into.computer = into
            .computer
            .take()
            .into_iter()
            .chain(from.computer.clone())
            .min();
    }

    fn weight(&self, pane: &Transfers) -> u64 {
        pane.sightings.count
    }

    fn enough(&self, _: u8) -> u64 {
        1
    }

    fn judge(&self, key: &Key, _: u8, _: Span, pane: &Transfers, (): &mut ()) -> Option<Finding> {
        let kind = if pane.full { "AXFR" } else { "IXFR" };
        let (title, severity) = if pane.answered > 0 {
            ("Zone transfer that was answered", Severity::High)
        } else if pane.refused > 0 {
            ("Zone transfer that was refused", Severity::Medium)
        } else {
            ("Zone transfer attempt", Severity::High)
        };
        let names = pane.codes.iter().map(|code| asim_schema::Rcode(*code).text());
        let codes = names.collect::<Vec<_>>().join(",");
        let mut finding = Finding::new(&pane.sightings)
            .counter("Requests", pane.requests)
            .counter("Answered", pane.answered)
            .counter("Refused", pane.refused)
            .counter("Failed", pane.failed)
            .columns(kind, codes);
        finding.title = Some(Cow::Borrowed(title));
        finding.severity = Some(severity);
        finding.computer = pane.computer.as_deref().map(str::to_owned);
        finding.result_code = finding.result_code.filter(|codes| !codes.is_empty());
        Some(match key.item() {
            Some(zone) => finding.entity(EntityKind::Dns, zone),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{Rcode, RrType};

    use super::*;
    use crate::Alert;
    use crate::rules::boxed;
    use crate::rules::tests::{alerts, counter, request, response};

    fn found(tuning: &str, events: Vec<asim_schema::DnsEvent<'static>>) -> Vec<Alert> {
        let rule = |tuning: &Arc<Tuning>| boxed(ZoneTransfer::new(tuning), tuning);
        alerts(rule, tuning.parse().unwrap(), events)
    }

    #[test]
    fn a_transfer_is_told_with_its_outcome() {
        let told = found(
            "",
            vec![
                request(1, "192.0.2.9", "example.com", RrType::AXFR),
                response(2, "192.0.2.9", "example.com", RrType::AXFR, Rcode::REFUSED, None),
                request(3, "192.0.2.10", "example.com", RrType::IXFR),
                response(4, "192.0.2.10", "example.com", RrType::IXFR, Rcode::NOERROR, None),
            ],
        );
        let [refused, answered] = &told[..] else {
            panic!("{told:#?}")
        };
        assert_eq!(refused.title, "Zone transfer that was refused");
        assert_eq!(refused.severity, Severity::Medium);
        assert_eq!(
            (counter(refused, "Requests"), counter(refused, "Refused")),
            (Some(1), Some(1))
        );
        assert_eq!(refused.columns.query_type.as_deref(), Some("AXFR"));
        assert_eq!(refused.columns.result_code.as_deref(), Some("REFUSED"));
        assert_eq!(answered.title, "Zone transfer that was answered");
        assert_eq!(answered.severity, Severity::High);
        assert_eq!(answered.columns.query_type.as_deref(), Some("IXFR"));
        assert_eq!((refused.risk_score, answered.risk_score), (90, 90));
    }

    #[test]
    fn a_secondary_server_is_known_and_others_are_not() {
        let peers =
            "[[transfer-peers]]\nzones = ['example.com']\npeers = ['192.0.2.53']\nowner = 'dns team'\n";
        let told = found(
            peers,
            vec![
                request(1, "192.0.2.53", "example.com", RrType::AXFR),
                request(1, "192.0.2.53", "example.net", RrType::AXFR),
                request(1, "192.0.2.54", "example.com", RrType::AXFR),
            ],
        );
        let open: Vec<_> = told.iter().filter(|alert| alert.is_open()).collect();
        assert_eq!((told.len(), open.len()), (3, 2));
        let known = told.iter().find(|alert| !alert.is_open()).unwrap();
        let suppression = known.suppressed_by.as_ref().unwrap();
        assert_eq!(suppression.by, "transfer peers of example.com");
        assert_eq!(suppression.owner.as_deref(), Some("dns team"));
    }

    #[test]
    fn other_types_are_not_told() {
        let events = vec![request(1, "192.0.2.9", "example.com", RrType::SOA)];
        assert!(found("", events).is_empty());
    }
}
