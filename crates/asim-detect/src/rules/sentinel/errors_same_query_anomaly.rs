//! A name that fails for more clients than it used to.

use crate::observation::{Client, Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Clients, Group, Waited};

use super::measure::Measure;
use super::what::{CLIENT, CODE, NAME, is_error, is_public};

static INFO: RuleInfo = info! {
    id: "errors-same-query-anomaly",
    title: "Unusual number of clients with errors for one name",
    about: "A name failed for far more clients in a day than in the days before.",
    branch: "ErrorsSameQueryAnomaly",
    severity: Medium,
    risk: 40,
    tactics: ["Command and Control"],
    techniques: [
        ("T1568", "Dynamic Resolution"),
        ("T1573", "Encrypted Channel"),
        ("T1008", "Fallback Channels"),
    ],
    published: ["DNS Essentials: MultipleErrorsReportedForSameDNSQueryAnomalyBased"],
    false_positives: ["a popular site whose name servers are down"],
    needs: &[CODE, NAME, CLIENT],
    parameters: [
        ("days", 14, "days", "so many days are looked at, the one in question among them"),
        ("warm-up", 7, "days", "so many days before must be known"),
        ("threshold", 25, "tenths", "robust standard deviations from which on a day stands out"),
        ("score", 200, "percent", "so much of the threshold is told"),
        ("least", 10, "clients", "less than this is never told"),
    ],
    kql: "_Im_Dns\n\
          | where EventResultDetails in ('NXDOMAIN', 'SERVFAIL', 'REFUSED')\n\
          | make-series Clients = dcount(SrcIpAddr) default=0 on EventStartTime from startofday(ago(14d)) \
          to startofday(now()) step 1d by DnsQuery\n\
          | extend (Anomalies, Score, Baseline) = series_decompose_anomalies(Clients, 2.5, -1, 'linefit')\n\
          | where toreal(Score[-1]) >= 5",
};

/// What the rule counts.
#[derive(Debug)]
pub struct ErrorsSameQueryAnomaly;

impl Measure for ErrorsSameQueryAnomaly {
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

    /// Of most names that fail only one client ever hears.
    fn is_remembered(&self, clients: u64) -> bool {
        clients > 1
    }

    fn sample<'o>(&self, _: Observation<'o>) -> Option<&'o str> {
        None
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::DnsEvent;

    use super::super::Anomaly;
    use super::super::tests::{fortnight, found, from_day, nonexistent};
    use super::*;
    use crate::Tuning;
    use crate::rules::tests::{counter, first_ones_count_like_others, lookups_of_64_names};

    fn event(second: i64, place: i64) -> DnsEvent<'static> {
        nonexistent(second, &format!("192.0.2.{place}"), "gone.example.com")
    }

    #[test]
    fn a_day_unlike_those_before_is_told() {
        let rule = |tuning: &_| Anomaly::new(ErrorsSameQueryAnomaly, tuning);
        let told = found(rule, "", fortnight(3, 60, event));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, ErrorsSameQueryAnomaly::COUNTER), Some(60));
        let details: Vec<_> = alert.details.iter().map(|(name, _)| *name).collect();
        assert_eq!(details, ["Expected", "Score"]);
    }

    #[test]
    fn days_like_the_others_and_the_first_ones_are_quiet() {
        let rule = |tuning: &_| Anomaly::new(ErrorsSameQueryAnomaly, tuning);
        assert!(found(rule, "", fortnight(3, 3, event)).is_empty());
        let always = fortnight(60, 60, event);
        assert!(found(rule, "", always).is_empty());
        let last = fortnight(3, 60, event);
        let new = last
            .into_iter()
            .skip_while(|event| event.event_start_time() < Some(from_day(8)));
        assert!(found(rule, "", new).is_empty());
    }

    #[test]
    fn what_waits_is_counted_whole() {
        let rule = Anomaly::new(ErrorsSameQueryAnomaly, &Tuning::default().into());
        assert_eq!(first_ones_count_like_others(&rule, lookups_of_64_names()), 64);
    }
}
