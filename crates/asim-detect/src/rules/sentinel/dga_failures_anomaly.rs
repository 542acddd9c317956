//! A client that asks for more names that do not exist than it used to.

use crate::distinct::DistinctSet;
use crate::observation::{Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::Group;

use super::measure::Measure;
use super::what::{CLIENT, CODE, NAME, TYPE, is_failed_address};

static INFO: RuleInfo = info! {
    id: "dga-failures-anomaly",
    title: "Unusual number of names that do not exist",
    about: "A client asked in a day for far more different names that do not exist than in the days before.",
    branch: "DgaFailuresAnomaly",
    severity: Medium,
    risk: 50,
    tactics: ["Command and Control"],
    techniques: [("T1568", "Dynamic Resolution"), ("T1008", "Fallback Channels")],
    published: ["DNS Essentials: PotentialDGADetectedviaRepetitiveFailuresAnomalyBased"],
    false_positives: ["crawlers and checkers of links: exempt them by client"],
    needs: &[CODE, NAME, TYPE, CLIENT],
    parameters: [
        ("days", 14, "days", "so many days are looked at, the one in question among them"),
        ("warm-up", 7, "days", "so many days before must be known"),
        ("threshold", 25, "tenths", "robust standard deviations from which on a day stands out"),
        ("score", 200, "percent", "so much of the threshold is told"),
        ("least", 30, "names", "less than this is never told"),
    ],
    kql: "_Im_Dns(responsecodename='NXDOMAIN')\n\
          | where DnsQueryTypeName in ('A', 'AAAA')\n\
          | make-series Names = dcount(DnsQuery) default=0 on EventStartTime from startofday(ago(14d)) to \
          startofday(now()) step 1d by SrcIpAddr\n\
          | extend (Anomalies, Score, Baseline) = series_decompose_anomalies(Names, 2.5, -1, 'linefit')\n\
          | where toreal(Score[-1]) >= 5",
};

/// What the rule counts.
#[derive(Debug)]
pub struct DgaFailuresAnomaly;

impl Measure for DgaFailuresAnomaly {
    type Count = DistinctSet;

    const COUNTER: &'static str = "Names";
    const TRAITS: Traits = Traits::NONEXISTENT;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        is_failed_address(observation).then(|| Group::client(observation))?
    }

    fn add(&self, count: &mut DistinctSet, observation: Observation<'_>) {
        count.insert(observation.name_hash());
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
        let rule = |tuning: &_| Anomaly::new(DgaFailuresAnomaly, tuning);
        let told = found(rule, "", fortnight(10, 120, event));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, DgaFailuresAnomaly::COUNTER), Some(120));
        let details: Vec<_> = alert.details.iter().map(|(name, _)| *name).collect();
        assert_eq!(details, ["Expected", "Score"]);
    }

    #[test]
    fn days_like_the_others_and_the_first_ones_are_quiet() {
        let rule = |tuning: &_| Anomaly::new(DgaFailuresAnomaly, tuning);
        assert!(found(rule, "", fortnight(10, 10, event)).is_empty());
        let always = fortnight(120, 120, event);
        assert!(found(rule, "", always).is_empty());
        let last = fortnight(10, 120, event);
        let new = last
            .into_iter()
            .skip_while(|event| event.event_start_time() < Some(from_day(8)));
        assert!(found(rule, "", new).is_empty());
    }
}
