//! The pattern of an attack on Microsoft's DNS server.

use crate::observation::{Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Exchanges, Group, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CLIENT, TYPE, is_lookup};

/// SIG and RRSIG (IANA, Resource Record TYPEs, read 2026-11-21).
const SIGNATURES: [u16; 2] = [24, 46];

static INFO: RuleInfo = info! {
    id: "sigred",
    title: "SIGRED exploitation pattern",
    about: "A client asked more than fifteen times in a minute for SIG or RRSIG records over TCP. A large \
            signature over TCP is what overflows the server's buffer (CVE-2020-1350).",
    branch: "Sigred",
    severity: High,
    risk: 80,
    tactics: ["Privilege Escalation"],
    techniques: [
        ("T1068", "Exploitation for Privilege Escalation"),
        ("T1055", "Process Injection")
    ],
    published: ["DNS Essentials: CVE-2020-1350 (SIGRED)ExploitationPattern"],
    false_positives: ["tools that check the signatures of zones by TCP"],
    needs: &[TYPE, &["NetworkProtocol"], CLIENT],
    parameters: [("more-than", 15, "lookups", "more lookups than this in a minute")],
    kql: "_Im_Dns\n\
          | where DnsQueryTypeName in~ ('SIG', 'RRSIG') and NetworkProtocol =~ 'TCP' and \
          isnotempty(SrcIpAddr)\n\
          | summarize Lookups = count(), Names = make_set(DnsQuery, 100) by SrcIpAddr, bin(EventStartTime, \
          1m)\n\
          | where Lookups > 15",
};

/// What the rule counts.
#[derive(Debug)]
pub struct Sigred;

impl Measure for Sigred {
    type Count = Exchanges;

    const COUNTER: &'static str = "Lookups";
    const TRAITS: Traits = Traits::TCP;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        let is_signature = observation
            .query_type()
            .is_some_and(|kind| SIGNATURES.contains(&kind));
        if !is_signature || observation.is_tcp() != Some(true) || !is_lookup(observation) {
            return None;
        }
        Group::client(observation)
    }

    fn add(&self, count: &mut Exchanges, observation: Observation<'_>) {
        count.add(observation);
    }
}

impl Limited for Sigred {
    const WINDOW: Window = Window { pane: 20, panes: 3 };
    const MORE_THAN: bool = true;
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, EventSubType, NetworkProtocol, RrType};

    use super::super::Threshold;
    use super::super::tests::{CLIENT, found};
    use super::*;
    use crate::Alert;
    use crate::rules::tests::{counter, request};

    fn told(number: i64, kind: RrType, protocol: NetworkProtocol, both: bool) -> Vec<Alert> {
        let events = (0..number).flat_map(|place| {
            let mut asked: DnsEvent<'static> = request(50 + place, CLIENT, "9.example.com", kind);
            asked.set_network_protocol(protocol);
            let mut answered = asked.clone();
            answered.set_event_sub_type(EventSubType::Response);
            [asked].into_iter().chain(both.then_some(answered))
        });
        found(
            |tuning| Threshold::new(Sigred, tuning),
            "",
            events.collect::<Vec<_>>(),
        )
    }

    /// The published query looks at minutes of the clock: these go over the end of one.
    #[test]
    fn more_than_fifteen_signatures_over_tcp_in_a_minute_are_told() {
        let alerts = told(16, RrType(24), NetworkProtocol::TCP, false);
        let [alert] = &alerts[..] else {
            panic!("{alerts:#?}")
        };
        assert_eq!(counter(alert, "Lookups"), Some(16));
        assert_eq!(alert.severity, crate::Severity::High);
        assert!(told(15, RrType(46), NetworkProtocol::TCP, false).is_empty());
    }

    #[test]
    fn both_halves_of_a_lookup_count_once() {
        assert!(told(12, RrType(46), NetworkProtocol::TCP, true).is_empty());
        assert_eq!(told(20, RrType(46), NetworkProtocol::TCP, true).len(), 1);
    }

    #[test]
    fn other_types_and_udp_are_quiet() {
        assert!(told(30, RrType(24), NetworkProtocol::UDP, false).is_empty());
        assert!(told(30, RrType::DNSKEY, NetworkProtocol::TCP, false).is_empty());
    }
}
