//! A client that fails more often than it used to.

use crate::observation::{Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Exchanges, Group};

use super::measure::Measure;
use super::what::{CLIENT, CODE, is_nonexistent};

static INFO: RuleInfo = info! {
    id: "nxdomain-anomaly",
    title: "Unusual number of NXDOMAIN responses for a client",
    about: "A client was told far more often in a day than in the days before that a name does not exist.",
    branch: "NxdomainAnomaly",
    severity: Medium,
    risk: 45,
    tactics: ["Command and Control"],
    techniques: [("T1568", "Dynamic Resolution"), ("T1008", "Fallback Channels")],
    published: ["DNS Essentials: ExcessiveNXDOMAINDNSQueriesAnomalyBased"],
    false_positives: ["a new search list or a new block list on a mail server"],
    needs: &[CODE, CLIENT],
    parameters: [
        ("days", 14, "days", "so many days are looked at, the one in question among them"),
        ("warm-up", 7, "days", "so many days before must be known"),
        ("threshold", 25, "tenths", "robust standard deviations from which on a day stands out"),
        ("score", 200, "percent", "so much of the threshold is told"),
        ("least", 50, "lookups", "less than this is never told"),
    ],
    kql: "_Im_Dns(responsecodename='NXDOMAIN')\n\
          | make-series Lookups = count() default=0 on EventStartTime from startofday(ago(14d)) to \
          startofday(now()) step 1d by SrcIpAddr\n\
          | extend (Anomalies, Score, Baseline) = series_decompose_anomalies(Lookups, 2.5, -1, 'linefit')\n\
          | where toreal(Score[-1]) >= 5",
};

/// What the rule counts.
#[derive(Debug)]
pub struct NxdomainAnomaly;

impl Measure for NxdomainAnomaly {
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

#[cfg(test)]
mod tests {
    use asim_schema::DnsEvent;

    use super::super::Anomaly;
    use super::super::tests::{CLIENT, fortnight, found, from_day, nonexistent};
    use super::*;
    use crate::rules::tests::counter;

    fn event(second: i64, place: i64) -> DnsEvent<'static> {
        nonexistent(second, CLIENT, &format!("n{place}.example.com"))
    }

    #[test]
    fn a_day_unlike_those_before_is_told() {
        let rule = |tuning: &_| Anomaly::new(NxdomainAnomaly, tuning);
        let told = found(rule, "", fortnight(30, 300, event));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, NxdomainAnomaly::COUNTER), Some(300));
        let details: Vec<_> = alert.details.iter().map(|(name, _)| *name).collect();
        assert_eq!(details, ["Expected", "Score"]);
    }

    #[test]
    fn days_like_the_others_and_the_first_ones_are_quiet() {
        let rule = |tuning: &_| Anomaly::new(NxdomainAnomaly, tuning);
        assert!(found(rule, "", fortnight(30, 30, event)).is_empty());
        let always = fortnight(300, 300, event);
        assert!(found(rule, "", always).is_empty());
        let last = fortnight(30, 300, event);
        let new = last
            .into_iter()
            .skip_while(|event| event.event_start_time() < Some(from_day(8)));
        assert!(found(rule, "", new).is_empty());
    }
}
