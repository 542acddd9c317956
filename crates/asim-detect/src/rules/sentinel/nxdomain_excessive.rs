//! Very many answers that a name does not exist.

use crate::observation::{Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Exchanges, Group, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CLIENT, CODE, is_nonexistent};

static INFO: RuleInfo = info! {
    id: "nxdomain-excessive",
    title: "Excessive NXDOMAIN responses for a client",
    about: "A client was told more than two hundred times in a quarter of an hour that a name does not \
            exist. Malware that generates the names of its servers is told so for most of them.",
    branch: "ExcessiveNxdomain",
    severity: Medium,
    risk: 50,
    tactics: ["Command and Control"],
    techniques: [("T1568", "Dynamic Resolution"), ("T1008", "Fallback Channels")],
    published: [
        "DNS Essentials: ExcessiveNXDOMAINDNSQueriesStaticThresholdBased",
        "ASimDNS: imDns_ExcessiveNXDOMAINDNSQueries",
    ],
    false_positives: [
        "mail servers that ask block lists: the common ones are known, others belong on a list",
        "clients whose search list appends a suffix to every name",
        "resolvers that ask for many people: give them a role with a higher threshold",
    ],
    needs: &[CODE, CLIENT],
    parameters: [("more-than", 200, "lookups", "more failed lookups than this in 15 minutes")],
    kql: "_Im_Dns(responsecodename='NXDOMAIN')\n\
          | where isnotempty(SrcIpAddr)\n\
          | summarize Lookups = count(), Names = make_set(DnsQuery, 100), FirstSeen = min(EventStartTime), \
          LastSeen = max(EventStartTime)\n\
          \x20   by SrcIpAddr, bin(EventStartTime, 15m)\n\
          | where Lookups > 200",
};

/// What the rule counts.
#[derive(Debug)]
pub struct NxdomainExcessive;

impl Measure for NxdomainExcessive {
    type Count = Exchanges;

    const COUNTER: &'static str = "Lookups";
    const TRAITS: Traits = Traits::NONEXISTENT;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        is_nonexistent(observation).then(|| Group::client(observation))?
    }

    fn add(&self, count: &mut Exchanges, observation: Observation<'_>) {
        count.add(observation);
    }
}

impl Limited for NxdomainExcessive {
    const WINDOW: Window = Window { pane: 300, panes: 3 };
    const MORE_THAN: bool = true;
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, RrType};

    use super::super::Threshold;
    use super::super::tests::{CLIENT, found, nonexistent};
    use super::*;
    use crate::rules::tests::{counter, request};

    fn failures(from: i64, number: i64, client: &str) -> Vec<DnsEvent<'static>> {
        let names =
            (0..number).map(|place| nonexistent(from + place, client, &format!("n{place}.example.com")));
        names.collect()
    }

    #[test]
    fn more_than_two_hundred_in_a_quarter_of_an_hour_are_told() {
        let rule = |tuning: &_| Threshold::new(NxdomainExcessive, tuning);
        assert!(found(rule, "", failures(0, 200, CLIENT)).is_empty());
        let told = found(rule, "", failures(0, 201, CLIENT));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, "Lookups"), Some(201));
        assert_eq!(alert.client.as_deref(), Some(CLIENT));
        assert_eq!(alert.columns.result_code.as_deref(), Some("Lookups:201"));
    }

    /// The published query looks at quarters of the clock.
    #[test]
    fn a_burst_over_the_end_of_a_quarter_is_seen_whole() {
        let rule = |tuning: &_| Threshold::new(NxdomainExcessive, tuning);
        let told = found(rule, "", failures(790, 220, CLIENT));
        assert_eq!(counter(&told[0], "Lookups"), Some(220));
    }

    /// The published query makes one group of all events whose client is not known.
    #[test]
    fn clients_that_are_not_known_are_not_one_client() {
        let rule = |tuning: &_| Threshold::new(NxdomainExcessive, tuning);
        let nobody = (0..300).map(|place| {
            let mut event = DnsEvent::new(asim_schema::SchemaVersion::DEFAULT);
            let time = crate::rules::tests::NINE + place;
            event.set_event_start_time(asim_schema::Timestamp::from_unix_seconds(time).unwrap());
            event.set_dns_query(format!("n{place}.example.com"));
            event.set_dns_response_code(asim_schema::Rcode::NXDOMAIN);
            event
        });
        assert!(found(rule, "", nobody).is_empty());
    }

    #[test]
    fn a_resolvers_own_half_of_a_lookup_does_not_count_again() {
        let rule = |tuning: &_| Threshold::new(NxdomainExcessive, tuning);
        let upstream = failures(0, 300, "127.0.0.1").into_iter().map(|mut event| {
            event.set_dst_ip_addr([198, 51, 100, 1].into());
            event
        });
        assert!(found(rule, "", upstream).is_empty());
    }

    #[test]
    fn requests_and_block_lists_do_not_count_and_a_resolver_may_fail_more() {
        let rule = |tuning: &_| Threshold::new(NxdomainExcessive, tuning);
        let requests = (0..300).map(|second| request(second, CLIENT, "www.example.com", RrType::A));
        assert!(found(rule, "", requests).is_empty());
        let lists =
            (0..300).map(|place| nonexistent(place, CLIENT, &format!("{place}.2.0.192.zen.spamhaus.org")));
        assert!(found(rule, "", lists).is_empty());
        let role =
            "[[role]]\nname = 'resolver'\nclients = ['192.0.2.9']\nrule.nxdomain-excessive.more-than = 500\n";
        assert!(found(rule, role, failures(0, 400, CLIENT)).is_empty());
    }
}
