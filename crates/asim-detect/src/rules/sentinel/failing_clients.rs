//! Who is told of most failures.

use crate::observation::{Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Exchanges, Group, Window};

use super::measure::Measure;
use super::threshold::Limited;
use super::what::{CLIENT, CODE, is_failure};

static INFO: RuleInfo = info! {
    id: "failing-clients",
    title: "Client with very many failed lookups",
    about: "A client was told of very many failures within a day. A machine that is misled, misconfigured \
            or infected stands out so.",
    branch: "FailingClients",
    severity: Low,
    risk: 20,
    tactics: ["Command and Control"],
    techniques: [("T1095", "Non-Application Layer Protocol")],
    published: ["DNS Essentials: Sources(Clients)WithHighNumberOfErrors"],
    false_positives: [
        "mail servers and monitoring: exempt them by client",
        "resolvers that ask for many people: give them a role with a higher threshold",
    ],
    needs: &[CODE, CLIENT],
    parameters: [("at-least", 2000, "lookups", "so many failed lookups or more within a day")],
    kql: "_Im_Dns(eventsubtype='response')\n\
          | where EventResultDetails != 'NOERROR'\n\
          | summarize Lookups = count(), Codes = make_set(EventResultDetails), Names = make_set(DnsQuery, \
          100) by SrcIpAddr, bin(EventStartTime, 1d)\n\
          | where Lookups >= 2000",
};

/// What the rule counts.
#[derive(Debug)]
pub struct FailingClients;

impl Measure for FailingClients {
    type Count = Exchanges;

    const COUNTER: &'static str = "Lookups";
    const TRAITS: Traits = Traits::FAILURE;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        if !is_failure(observation) || observation.listed().is_some() {
            return None;
        }
        Group::client(observation)
    }

    fn add(&self, count: &mut Exchanges, observation: Observation<'_>) {
        count.add(observation);
    }
}

impl Limited for FailingClients {
    const WINDOW: Window = Window::DAY;
}

#[cfg(test)]
mod tests {
    use asim_schema::{Rcode, RrType};

    use super::super::Threshold;
    use super::super::tests::{CLIENT, found};
    use super::*;
    use crate::rules::tests::{counter, response};

    #[test]
    fn very_many_failures_within_a_day_are_told() {
        let rule = |tuning: &_| Threshold::new(FailingClients, tuning);
        let events = |number: i64, code| {
            (0..number).map(move |place| {
                let name = format!("n{place}.example.com");
                response(place * 30, CLIENT, &name, RrType::A, code, None)
            })
        };
        assert!(found(rule, "", events(1_999, Rcode::SERVFAIL)).is_empty());
        let told = found(rule, "", events(2_000, Rcode::SERVFAIL));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, "Lookups"), Some(2_000));
        assert!(found(rule, "", events(3_000, Rcode::NOERROR)).is_empty());
    }

    #[test]
    fn failures_of_many_clients_are_not_those_of_one() {
        let rule = |tuning: &_| Threshold::new(FailingClients, tuning);
        let events = (0..4_000).map(|place| {
            let client = format!("192.0.2.{}", place % 200);
            response(
                place * 10,
                &client,
                "www.example.com",
                RrType::A,
                Rcode::SERVFAIL,
                None,
            )
        });
        assert!(found(rule, "", events).is_empty());
    }
}
