//! A client that looks up more addresses than it used to.

use crate::distinct::DistinctSet;
use crate::observation::{NameKind, Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::Group;

use super::measure::Measure;
use super::what::{CLIENT, NAME, is_reverse};

static INFO: RuleInfo = info! {
    id: "reverse-lookup-anomaly",
    title: "Unusual number of addresses looked up by a client",
    about: "A client asked in a day for the names of far more addresses than in the days before.",
    branch: "ReverseLookupAnomaly",
    severity: Medium,
    risk: 40,
    tactics: ["Reconnaissance"],
    techniques: [("T1590", "Gather Victim Network Information")],
    published: ["DNS Essentials: RareClientObservedWithHighReverseDNSLookupCountAnomalyBased"],
    false_positives: ["a new log server or firewall that shows names for addresses"],
    needs: &[NAME, CLIENT],
    parameters: [
        ("days", 14, "days", "so many days are looked at, the one in question among them"),
        ("warm-up", 7, "days", "so many days before must be known"),
        ("threshold", 25, "tenths", "robust standard deviations from which on a day stands out"),
        ("score", 200, "percent", "so much of the threshold is told"),
        ("least", 20, "names", "less than this is never told"),
    ],
    kql: "_Im_Dns(domain_has_any=dynamic(['in-addr.arpa', 'ip6.arpa']))\n\
          | make-series Names = dcount(DnsQuery) default=0 on EventStartTime from startofday(ago(14d)) to \
          startofday(now()) step 1d by SrcIpAddr\n\
          | extend (Anomalies, Score, Baseline) = series_decompose_anomalies(Names, 2.5, -1, 'linefit')\n\
          | where toreal(Score[-1]) >= 5",
};

/// What the rule counts.
#[derive(Debug)]
pub struct ReverseLookupAnomaly;

impl Measure for ReverseLookupAnomaly {
    type Count = DistinctSet;

    const COUNTER: &'static str = "Names";
    const TRAITS: Traits = Traits::named(NameKind::Reverse);

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        is_reverse(observation).then(|| Group::client(observation))?
    }

    fn add(&self, count: &mut DistinctSet, observation: Observation<'_>) {
        count.insert(observation.name_hash());
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, RrType};

    use super::super::Anomaly;
    use super::super::tests::{CLIENT, fortnight, found, from_day};
    use super::*;
    use crate::rules::tests::{counter, request};

    fn event(second: i64, place: i64) -> DnsEvent<'static> {
        request(
            second,
            CLIENT,
            &format!("{place}.2.0.192.in-addr.arpa"),
            RrType::PTR,
        )
    }

    #[test]
    fn a_day_unlike_those_before_is_told() {
        let rule = |tuning: &_| Anomaly::new(ReverseLookupAnomaly, tuning);
        let told = found(rule, "", fortnight(4, 60, event));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, ReverseLookupAnomaly::COUNTER), Some(60));
        let details: Vec<_> = alert.details.iter().map(|(name, _)| *name).collect();
        assert_eq!(details, ["Expected", "Score"]);
    }

    #[test]
    fn days_like_the_others_and_the_first_ones_are_quiet() {
        let rule = |tuning: &_| Anomaly::new(ReverseLookupAnomaly, tuning);
        assert!(found(rule, "", fortnight(4, 4, event)).is_empty());
        let always = fortnight(60, 60, event);
        assert!(found(rule, "", always).is_empty());
        let last = fortnight(4, 60, event);
        let new = last
            .into_iter()
            .skip_while(|event| event.event_start_time() < Some(from_day(8)));
        assert!(found(rule, "", new).is_empty());
    }
}
