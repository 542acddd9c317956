//! Beacons: one client asks for something below one domain at regular times, for hours.

mod arrivals;
mod score;

use std::borrow::Cow;
use std::sync::Arc;

use self::arrivals::{Arrivals, second};
use self::score::{Score, percent};
use super::is_reverse;
use crate::alert::{EntityKind, Finding, Severity};
use crate::observation::Observation;
use crate::rule::{Family, Parameter, Rule, RuleInfo, Technique};
use crate::tuning::{PerRole, Tuning};
use crate::window::{Group, Key, Sample, Sightings, Span, Waited, Window};

/// A day in steps of six hours.
const WINDOW: Window = Window {
    pane: 21_600,
    panes: 4,
};
/// Ticks of 100 nanoseconds in a second.
const TICKS_PER_SECOND: i64 = 10_000_000;
/// So many times are shown.
const SHOWN: usize = 5;

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("beaconing"),
    title: Cow::Borrowed("Lookups at regular times"),
    description: Cow::Borrowed(
        "One client asks for names below one registrable domain at regular times over hours, as an implant does that \
         asks its owner for orders. The score is the mean of three, each from 0 to 100: how regular the gaps between \
         lookups are, how long it lasts, and how even the hours are.",
    ),
    family: Family::Beyond,
    branch: Cow::Borrowed("Beaconing"),
    severity: Severity::Low,
    risk_score: 50,
    tactics: Cow::Borrowed(&[Cow::Borrowed("Command and Control")]),
    techniques: Cow::Borrowed(&[
        Technique::new("T1071.004", "DNS"),
        Technique::new("T1029", "Scheduled Transfer"),
        Technique::new("T1573", "Encrypted Channel"),
    ]),
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://github.com/activecm/rita"),
        Cow::Borrowed("https://attack.mitre.org/techniques/T1071/004/"),
    ]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed(
            "updates, telemetry, time servers and monitoring ask at regular times: put their domains on a list",
        ),
        Cow::Borrowed(
            "resolvers that ask when a record has run out: give them a role with more lookups or a higher score",
        ),
    ]),
    schema: Some("Dns"),
    needs: &[&["DnsQuery"], &["SrcIpAddr", "SrcHostname"]],
    parameters: &[
        Parameter {
            name: "lookups",
            unit: "lookups",
            default: 12,
            about: "fewer lookups a day than this are not judged",
        },
        Parameter {
            name: "gap-score",
            unit: "percent",
            default: 85,
            about: "gaps that are less regular than this are not judged: whatever is used all day lasts and is even, and \
                    gaps of any length up to a minute and a half have 75",
        },
        Parameter {
            name: "score",
            unit: "percent",
            default: 50,
            about: "from this score on it is informational",
        },
        Parameter {
            name: "score-low",
            unit: "percent",
            default: 70,
            about: "from this score on it is low",
        },
        Parameter {
            name: "score-medium",
            unit: "percent",
            default: 90,
            about: "from this score on it is medium",
        },
        Parameter {
            name: "score-high",
            unit: "percent",
            default: 100,
            about: "from this score on it is high",
        },
    ],
    kql: Cow::Borrowed(
        "_Im_Dns(eventtype='lookup')\n| extend Domain = extract(@'([^.]+\\.[^.]+)$', 1, tolower(trim_end(@'\\.', \
         DnsQuery)))\n| sort by SrcIpAddr asc, Domain asc, EventStartTime asc\n| extend Gap = iff(SrcIpAddr == \
         prev(SrcIpAddr) and Domain == prev(Domain), datetime_diff('second', EventStartTime, prev(EventStartTime)), \
         int(null))\n| where Gap > 2\n| summarize Lookups = count(), Hours = dcount(bin(EventStartTime, 1h)), (Low, \
         Middle, High) = percentiles(Gap, 25, 50, 75)\n    by SrcIpAddr, Domain, bin(EventStartTime, 1d)\n| where \
         Lookups >= 12 and Hours >= 6 and High - Low < 0.2 * Middle",
    ),
};

/// The rule.
#[derive(Debug)]
pub struct Beaconing {
    lookups: PerRole,
    gap_score: PerRole,
    /// The scores from which on it is informational, low, medium, high.
    steps: [PerRole; 4],
}

impl Beaconing {
    /// The rule with the thresholds of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        let steps = ["score", "score-low", "score-medium", "score-high"];
        Self {
            lookups: tuning.per_role(&INFO, "lookups"),
            gap_score: tuning.per_role(&INFO, "gap-score"),
            steps: steps.map(|name| tuning.per_role(&INFO, name)),
        }
    }

    /// The score, if there are lookups enough for one that is worth telling.
    fn score(&self, arrivals: &Arrivals, role: u8) -> Option<Score> {
        let [least, ..] = &self.steps;
        let score = Score::of(arrivals)?;
        let enough = score.lookups as u64 >= self.lookups.of(role)
            && percent(score.gaps) >= self.gap_score.of(role)
            && score.percent() >= least.of(role);
        enough.then_some(score)
    }

    fn severity(&self, percent: u64, role: u8) -> Severity {
        let [_, low, medium, high] = &self.steps;
        match percent {
            percent if percent >= high.of(role) => Severity::High,
            percent if percent >= medium.of(role) => Severity::Medium,
            percent if percent >= low.of(role) => Severity::Low,
            _ => Severity::Informational,
        }
    }
}

impl Rule for Beaconing {
    type Pane = Arrivals;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        WINDOW
    }

    fn group<'o>(&'o self, observation: Observation<'o>) -> Option<Group<'o>> {
        if observation.is_upstream() || observation.listed().is_some() {
            return None;
        }
        second(observation.ticks())?;
        let group = Group::client_and_domain(observation)?;
        (!is_reverse(observation)).then_some(group)
    }

    fn add(&self, pane: &mut Arrivals, observation: Observation<'_>) {
        pane.add(observation.ticks(), observation.place());
    }

    fn waits(&self, observation: Observation<'_>) -> Option<u32> {
        (self.enough(observation.role()) > 1).then_some(0)
    }

    /// So few events have fewer lookups than it takes.
    fn most_waiting(&self, role: u8) -> u64 {
        self.enough(role).saturating_sub(1)
    }

    fn add_waited(&self, pane: &mut Arrivals, event: Waited) {
        pane.add(event.ticks, event.place);
    }

    fn merge(&self, into: &mut Arrivals, from: &Arrivals) {
        into.merge(from);
    }

    fn weight(&self, pane: &Arrivals) -> u64 {
        pane.len()
    }

    fn enough(&self, role: u8) -> u64 {
        self.lookups.of(role)
    }

    fn exceeds(&self, pane: &Arrivals, role: u8) -> bool {
        self.score(pane, role).is_some()
    }

    fn judge(&self, key: &Key, role: u8, _: Span, pane: &Arrivals, (): &mut ()) -> Option<Finding> {
        // More of the day may have shown that it was chance.
        let score = self.score(pane, role)?;
        let (first, place) = pane.earliest()?;
        let ticks = |second: u32| i64::from(second) * TICKS_PER_SECOND;
        let text = key.item().unwrap_or_default();
        let earliest = Sample {
            time: first,
            text: text.into(),
            place,
        };
        let others = pane.seconds().skip(1).take(SHOWN - 1).map(|second| Sample {
            time: ticks(second),
            text: text.into(),
            place: None,
        });
        let last = ticks(pane.last()?).max(first);
        let samples = std::iter::once(earliest).chain(others);
        let total = score.percent();
        let gap = seconds(score.gap);
        let mut finding = Finding::new(&Sightings::between(pane.count(), first, last, samples))
            .counter("Score", total)
            .counter("GapScore", percent(score.gaps))
            .counter("DurationScore", percent(score.duration))
            .counter("HourScore", percent(score.hours))
            .counter("GapSeconds", gap)
            .counter("Lookups", score.lookups as u64)
            .counter("Hours", pane.hours().len() as u64)
            .columns("Beaconing", format!("Score:{total}/GapSeconds:{gap}"));
        finding.severity = Some(self.severity(total, role));
        finding.risk_score = u8::try_from(total.min(100)).ok();
        Some(match key.item() {
            Some(domain) => finding.entity(EntityKind::Dns, domain),
            None => finding,
        })
    }
}

/// A gap in whole seconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a gap within a day"
)]
fn seconds(gap: f64) -> u64 {
    gap.max(0.0).round() as u64
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, Rcode, RrType};
    use proptest::prelude::*;

    use super::*;
    use crate::Alert;
    use crate::rules::boxed;
    use crate::rules::tests::{alerts, counter, request, response};

    fn found(tuning: &str, events: Vec<DnsEvent<'static>>) -> Vec<Alert> {
        let rule = |tuning: &Arc<Tuning>| boxed(Beaconing::new(tuning), tuning);
        alerts(rule, tuning.parse().unwrap(), events)
    }

    fn every(seconds: i64, hours: i64, name: &str) -> Vec<DnsEvent<'static>> {
        let times = (0..hours * 3_600 / seconds).map(|number| number * seconds);
        times
            .map(|second| request(second, "192.0.2.7", name, RrType::A))
            .collect()
    }

    /// People at work: runs of lookups with breaks between, by a fixed pattern.
    fn browsing(name: &str) -> Vec<DnsEvent<'static>> {
        let mut second = 0_i64;
        let times = (0..120_i64).map(|number| {
            second += if number % 7 == 0 {
                1_500 + number * number * 131 % 2_400
            } else {
                3 + number * 17 % 90
            };
            second
        });
        times
            .map(|second| request(second, "192.0.2.7", name, RrType::A))
            .collect()
    }

    /// The rule without a lobby.
    struct Plain(Beaconing);

    impl Rule for Plain {
        type Pane = Arrivals;
        type Memory = ();

        fn info(&self) -> RuleInfo {
            self.0.info()
        }

        fn window(&self) -> Window {
            self.0.window()
        }

        fn group<'o>(&'o self, observation: Observation<'o>) -> Option<Group<'o>> {
            self.0.group(observation)
        }

        fn add(&self, pane: &mut Arrivals, observation: Observation<'_>) {
            self.0.add(pane, observation);
        }

        fn merge(&self, into: &mut Arrivals, from: &Arrivals) {
            self.0.merge(into, from);
        }

        fn weight(&self, pane: &Arrivals) -> u64 {
            self.0.weight(pane)
        }

        fn enough(&self, role: u8) -> u64 {
            self.0.enough(role)
        }

        fn exceeds(&self, pane: &Arrivals, role: u8) -> bool {
            self.0.exceeds(pane, role)
        }

        fn judge(
            &self,
            key: &Key,
            role: u8,
            span: Span,
            pane: &Arrivals,
            memory: &mut (),
        ) -> Option<Finding> {
            self.0.judge(key, role, span, pane, memory)
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn waiting_for_a_second_event_changes_nothing(
            events in proptest::collection::vec((0_i64..500_000, 0_u8..12), 0..120),
            lateness in 0_u64..100_000,
        ) {
            // In no order at all, with few events a domain, so that some are late and some wait for days.
            let events: Vec<_> = events
                .iter()
                .map(|(second, name)| request(*second, "192.0.2.7", &format!("d{name}.com"), RrType::A))
                .collect();
            let tuning = || {
                let text = "rule.beaconing = { lookups = 2, gap-score = 0, score = 0 }";
                text.parse::<Tuning>().unwrap().with_lateness(lateness)
            };
            let waiting = alerts(|tuning| boxed(Beaconing::new(tuning), tuning), tuning(), events.clone());
            let plain = alerts(|tuning| boxed(Plain(Beaconing::new(tuning)), tuning), tuning(), events);
            prop_assert_eq!(waiting, plain);
        }
    }

    #[test]
    fn a_beacon_is_told_once_a_day() {
        let told = found("", every(300, 20, "c2.example.net"));
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(counter(alert, "GapSeconds"), Some(300));
        assert_eq!(counter(alert, "GapScore"), Some(100));
        assert_eq!(counter(alert, "Score"), Some(100));
        assert_eq!(alert.severity, Severity::High);
        assert_eq!(alert.count, 240);
        assert_eq!(alert.item.as_deref(), Some("example.net"));
        assert_eq!(alert.evidence.len(), 5);
    }

    #[test]
    fn other_lookups_of_the_client_do_not_hide_a_beacon() {
        let mut events = every(300, 20, "c2.example.net");
        events.extend(browsing("www.example.com"));
        events.sort_by_key(DnsEvent::event_start_time);
        let told = found("", events);
        assert_eq!(
            told.iter()
                .filter_map(|alert| alert.item.as_deref())
                .collect::<Vec<_>>(),
            ["example.net"]
        );
    }

    #[test]
    fn severity_goes_by_the_score() {
        // Seven hours of the day, with gaps that differ by a fifth.
        let mut events = every(600, 7, "c2.example.net");
        for (number, event) in (0_i64..).zip(&mut events) {
            let moved = number * 600 + number * 37 % 120;
            *event = request(moved, "192.0.2.7", "c2.example.net", RrType::A);
        }
        let told = found("", events);
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert!(counter(alert, "Score") < Some(70), "{alert:#?}");
        assert_eq!(alert.severity, Severity::Informational);
    }

    #[test]
    fn browsing_and_short_beacons_are_quiet() {
        assert!(found("", browsing("www.example.com")).is_empty());
        // Regular, but gone after an hour: half the points for gaps alone are not enough.
        assert!(found("", every(60, 1, "c2.example.net")).is_empty());
    }

    #[test]
    fn both_halves_of_lookups_are_one_arrival() {
        let halves = (0..100).flat_map(|number| {
            let second = number * 600;
            [
                request(second, "192.0.2.7", "c2.example.net", RrType::A),
                response(
                    second + 1,
                    "192.0.2.7",
                    "c2.example.net",
                    RrType::A,
                    Rcode::NOERROR,
                    None,
                ),
            ]
        });
        let told = found("", halves.collect());
        assert_eq!(counter(&told[0], "GapSeconds"), Some(600));
        assert_eq!(counter(&told[0], "GapScore"), Some(100));
    }

    #[test]
    fn updates_are_on_a_list_and_resolvers_have_a_role() {
        let list = "[[list]]\nname = 'updates'\ndomains = ['example.net']\n";
        assert!(found(list, every(300, 20, "update.example.net")).is_empty());
        let role = "[[role]]\nname = 'resolver'\nclients = ['192.0.2.7']\nrule.beaconing.lookups = 500\n";
        assert!(found(role, every(300, 20, "c2.example.net")).is_empty());
        assert!(found("", every(300, 20, "7.2.0.192.in-addr.arpa")).is_empty());
    }
}
