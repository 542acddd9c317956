//! One name fails for several clients.

use crate::observation::{Client, Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Clients, Group, Waited, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CLIENT, CODE, NAME, error_name, error_of, is_error, is_public};

static INFO: RuleInfo = info! {
    id: "errors-same-query",
    title: "Errors for the same name from several clients",
    about: "Two or more clients were told within ten minutes that a name does not exist, cannot be resolved \
            or is refused: the server of an attack that was taken down, or a generated name that several \
            victims share.",
    branch: "ErrorsSameQuery",
    severity: Medium,
    risk: 40,
    tactics: ["Command and Control"],
    techniques: [
        ("T1568", "Dynamic Resolution"),
        ("T1573", "Encrypted Channel"),
        ("T1008", "Fallback Channels"),
    ],
    published: ["DNS Essentials: MultipleErrorsReportedForSameDNSQueryStaticThresholdBased"],
    false_positives: [
        "a popular site whose name servers are down",
        "a misspelt name in a configuration that many machines share",
        "trackers that the network's resolver refuses: put them on a list",
    ],
    needs: &[CODE, NAME, CLIENT],
    parameters: [("at-least", 2, "clients", "so many clients or more within 10 minutes")],
    kql: "_Im_Dns\n\
          | where EventResultDetails in ('NXDOMAIN', 'SERVFAIL', 'REFUSED') and isnotempty(SrcIpAddr)\n\
          | summarize Clients = dcount(SrcIpAddr, 2), SrcIpAddrs = make_set(SrcIpAddr, 100) by DnsQuery = \
          tolower(DnsQuery), bin(EventStartTime, 10m)\n\
          | where Clients >= 2",
};

/// What the rule counts.
#[derive(Debug)]
pub struct ErrorsSameQuery;

impl Measure for ErrorsSameQuery {
    type Count = Clients;

    const COUNTER: &'static str = "Clients";
    const TRAITS: Traits = Traits::FAILURE;
    const REPORTS: bool = false;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        if !is_error(observation) || !is_public(observation) || observation.listed().is_some() {
            return None;
        }
        observation.client()?;
        Group::name(observation)
    }

    fn add(&self, count: &mut Clients, observation: Observation<'_>) {
        count.add(observation);
    }

    /// Most names that fail are asked for once.
    fn note(&self, observation: Observation<'_>) -> Option<u32> {
        observation.client()?.to_note()
    }

    fn add_waited(&self, count: &mut Clients, event: Waited) {
        count.add_client(Client::of_note(event.note));
    }

    fn sample_of_waited(&self, event: Waited) -> Option<&'static str> {
        error_of(event.response_code?)
    }

    fn sample<'o>(&self, observation: Observation<'o>) -> Option<&'o str> {
        error_name(observation)
    }
}

impl Limited for ErrorsSameQuery {
    const WINDOW: Window = Window { pane: 120, panes: 5 };
}

#[cfg(test)]
mod tests {
    use asim_schema::{Rcode, RrType};

    use super::super::Threshold;
    use super::super::tests::{found, nonexistent};
    use super::*;
    use crate::Tuning;
    use crate::rules::tests::{counter, first_ones_count_like_others, lookups_of_64_names, response};

    #[test]
    fn two_clients_with_the_same_failing_name_are_told() {
        let rule = |tuning: &_| Threshold::new(ErrorsSameQuery, tuning);
        let events = [
            response(
                550,
                "192.0.2.9",
                "Gone.example.com",
                RrType::A,
                Rcode::SERVFAIL,
                None,
            ),
            response(
                650,
                "192.0.2.8",
                "gone.example.com.",
                RrType::A,
                Rcode::REFUSED,
                None,
            ),
            nonexistent(660, "192.0.2.8", "other.example.com"),
        ];
        let told = found(rule, "", events);
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(alert.item.as_deref(), Some("gone.example.com"));
        assert_eq!(counter(alert, "Clients"), Some(2));
        let about: Vec<_> = alert.entities.iter().map(|entity| &*entity.value).collect();
        assert_eq!(about, ["192.0.2.8", "192.0.2.9", "gone.example.com"]);
    }

    #[test]
    fn one_client_and_names_that_fail_everywhere_are_quiet() {
        let rule = |tuning: &_| Threshold::new(ErrorsSameQuery, tuning);
        let mut events = Vec::new();
        for second in 0..20 {
            events.push(nonexistent(second, "192.0.2.9", "gone.example.com"));
        }
        for client in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
            for name in ["wpad", "printer.local", "7.2.0.192.in-addr.arpa", "192.0.2.1"] {
                events.push(nonexistent(30, client, name));
            }
            events.push(response(
                31,
                client,
                "www.example.com",
                RrType::A,
                Rcode::NOERROR,
                None,
            ));
        }
        // More than ten minutes lie between these.
        events.push(nonexistent(100, "192.0.2.1", "late.example.com"));
        events.push(nonexistent(900, "192.0.2.2", "late.example.com"));
        assert!(found(rule, "", events).is_empty());
    }

    #[test]
    fn what_waits_is_counted_whole() {
        // With the larger number not all events are samples.
        for tuning in ["", "[rule.errors-same-query]\nat-least = 100"] {
            let tuning: Tuning = tuning.parse().unwrap();
            let rule = Threshold::new(ErrorsSameQuery, &tuning.into());
            assert_eq!(first_ones_count_like_others(&rule, lookups_of_64_names()), 64);
        }
    }
}
