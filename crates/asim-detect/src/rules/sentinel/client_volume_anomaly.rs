//! A client that asks more than it used to.

use crate::observation::{Observation, Traits};
use crate::rule::RuleInfo;
use crate::window::{Exchanges, Group};

use super::measure::Measure;
use super::what::{CLIENT, is_lookup};

static INFO: RuleInfo = info! {
    id: "client-volume-anomaly",
    title: "Unusual number of lookups by a client",
    about: "A client made far more lookups in a day than in the days before.",
    branch: "ClientVolumeAnomaly",
    severity: Medium,
    risk: 35,
    tactics: ["Command and Control", "Exfiltration"],
    techniques: [
        ("T1568", "Dynamic Resolution"),
        ("T1008", "Fallback Channels"),
        ("T1048", "Exfiltration Over Alternative Protocol"),
    ],
    published: ["DNS Essentials: AnomalousIncreaseInDNSActivityByClients"],
    false_positives: ["new software, an update, a new role of the machine"],
    needs: &[CLIENT],
    parameters: [
        ("days", 14, "days", "so many days are looked at, the one in question among them"),
        ("warm-up", 7, "days", "so many days before must be known"),
        ("threshold", 25, "tenths", "robust standard deviations from which on a day stands out"),
        ("score", 200, "percent", "so much of the threshold is told"),
        ("least", 1000, "lookups", "less than this is never told"),
    ],
    kql: "_Im_Dns\n\
          | make-series Lookups = count() default=0 on EventStartTime from startofday(ago(14d)) to \
          startofday(now()) step 1d by SrcIpAddr\n\
          | extend (Anomalies, Score, Baseline) = series_decompose_anomalies(Lookups, 2.5, -1, 'linefit')\n\
          | where toreal(Score[-1]) >= 5",
};

/// What the rule counts.
#[derive(Debug)]
pub struct ClientVolumeAnomaly;

impl Measure for ClientVolumeAnomaly {
    type Count = Exchanges;

    const COUNTER: &'static str = "Lookups";
    const TRAITS: Traits = Traits::DNS;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        is_lookup(observation).then(|| Group::client(observation))?
    }

    fn add(&self, count: &mut Exchanges, observation: Observation<'_>) {
        count.add(observation);
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, RrType};

    use super::super::Anomaly;
    use super::super::tests::{CLIENT, fortnight, found, from_day};
    use super::*;
    use crate::rules::tests::{counter, request};

    fn event(second: i64, _: i64) -> DnsEvent<'static> {
        request(second, CLIENT, "www.example.com", RrType::A)
    }

    #[test]
    fn a_day_unlike_those_before_is_told() {
        let rule = |tuning: &_| Anomaly::new(ClientVolumeAnomaly, tuning);
        let told = found(rule, "", fortnight(400, 4000, event));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, ClientVolumeAnomaly::COUNTER), Some(4000));
        let details: Vec<_> = alert.details.iter().map(|(name, _)| *name).collect();
        assert_eq!(details, ["Expected", "Score"]);
    }

    #[test]
    fn days_like_the_others_and_the_first_ones_are_quiet() {
        let rule = |tuning: &_| Anomaly::new(ClientVolumeAnomaly, tuning);
        assert!(found(rule, "", fortnight(400, 400, event)).is_empty());
        let always = fortnight(4000, 4000, event);
        assert!(found(rule, "", always).is_empty());
        let last = fortnight(400, 4000, event);
        let new = last
            .into_iter()
            .skip_while(|event| event.event_start_time() < Some(from_day(8)));
        assert!(found(rule, "", new).is_empty());
    }
}
