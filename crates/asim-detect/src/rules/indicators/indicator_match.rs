//! A name or an answer that is on a list of indicators.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::indicator::{Indicator, IndicatorKind};
use super::list::{Hit, Indicators};
use crate::alert::{EntityKind, Finding, Severity};
use crate::observation::Observation;
use crate::rule::{Family, Rule, RuleInfo, Technique};
use crate::window::{Group, Key, Sightings, Span, Window};

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("indicator-match"),
    title: Cow::Borrowed("Indicator seen in DNS"),
    description: Cow::Borrowed(
        "A client asked for a name that is on a list of indicators or lies below a domain that is, or was given an \
         address that is on it. Severity and tactics are those of the row; a row that has expired at the time of the \
         event counts for nothing. Of several rows that hold for an event the worst is told.",
    ),
    family: Family::Indicators,
    branch: Cow::Borrowed("IndicatorMatch"),
    severity: Severity::Medium,
    risk_score: 60,
    tactics: Cow::Borrowed(&[Cow::Borrowed("Command and Control")]),
    techniques: Cow::Borrowed(&[Technique::new("T1071", "Application Layer Protocol")]),
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://github.com/Azure/Azure-Sentinel/tree/master/Detections/ASimDNS"),
        Cow::Borrowed("https://attack.mitre.org/techniques/T1071/"),
    ]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed("indicators that are out of date or too wide: give rows a time until which they hold"),
        Cow::Borrowed("addresses that many sites share, such as those of content delivery networks"),
        Cow::Borrowed("analysts and scanners that look indicators up: exempt them by client"),
    ]),
    schema: Some("Dns"),
    needs: &[&["DnsQuery", "DnsResponseName"]],
    parameters: &[],
    kql: Cow::Borrowed(
        "let Indicators = _GetWatchlist('Indicators') | project Value = tolower(tostring(SearchKey)), Severity, \
         Title, ValidUntil = todatetime(ValidUntil);\n_Im_Dns(eventtype='*')\n| extend Labels = \
         split(tolower(trim_end(@'\\.', DnsQuery)), '.')\n| mv-expand Place = range(0, array_length(Labels) - 1) to \
         typeof(int)\n| extend Value = strcat_array(array_slice(Labels, Place, -1), '.')\n| join kind=inner Indicators \
         on Value\n| where isnull(ValidUntil) or EventStartTime < ValidUntil\n| summarize EventCount = count(), \
         FirstSeen = min(EventStartTime), LastSeen = max(EventStartTime)\n    by SrcIpAddr, Value, Severity, Title, \
         bin(EventStartTime, 1h)",
    ),
};

/// The rule with its list.
#[derive(Debug)]
pub struct IndicatorMatch {
    indicators: Arc<Indicators>,
}

/// How often one client met one indicator.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Met {
    sightings: Sightings,
    /// The worst row, with its severity and its number in the list.
    row: Option<(Severity, std::cmp::Reverse<u32>)>,
    by_name: u64,
    responses: u64,
    /// The first program that asked, in the order of the alphabet.
    program: Option<Box<str>>,
    /// The first server that reported, likewise.
    computer: Option<Box<str>>,
}

impl IndicatorMatch {
    /// The rule with a list.
    pub fn new(indicators: Arc<Indicators>) -> Self {
        Self { indicators }
    }

    fn hit(&self, observation: Observation<'_>) -> Option<Hit> {
        let name = observation.name().map(|name| (name, observation.name_hash()));
        self.indicators
            .hit(name, observation.addresses(), observation.time())
    }

    /// The row of a pane; by its value, should another list stand in its place.
    fn indicator(&self, key: &Key, pane: &Met) -> Option<Indicator<'_>> {
        let (_, std::cmp::Reverse(row)) = pane.row?;
        self.indicators
            .indicator(row)
            .filter(|row| Some(row.value) == key.item())
    }
}

fn lesser(one: Option<Box<str>>, other: Option<&str>) -> Option<Box<str>> {
    match (one, other) {
        (Some(one), Some(other)) if *other < *one => Some(other.into()),
        (None, Some(other)) => Some(other.into()),
        (one, _) => one,
    }
}

const fn risk(severity: Severity) -> u8 {
    match severity {
        Severity::Informational => 20,
        Severity::Low => 40,
        Severity::Medium => 60,
        Severity::High => 90,
    }
}

impl Rule for IndicatorMatch {
    type Pane = Met;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::CLOCK_HOUR
    }

    fn group<'o>(&'o self, observation: Observation<'o>) -> Option<Group<'o>> {
        if observation.is_upstream() {
            return None;
        }
        let hit = self.hit(observation)?;
        Some(Group::item(observation, self.indicators.value_of(hit)))
    }

    fn add(&self, pane: &mut Met, observation: Observation<'_>) {
        pane.sightings
            .add(observation, observation.name().unwrap_or_default());
        pane.responses += u64::from(observation.is_response());
        pane.program = lesser(pane.program.take(), observation.program());
        pane.computer = lesser(pane.computer.take(), observation.reporter());
        let row = self.hit(observation).and_then(|hit| {
            let row = self.indicators.indicator(hit.row)?;
            let of_name = matches!(row.kind, IndicatorKind::Domain | IndicatorKind::Exact);
            pane.by_name += u64::from(of_name);
            Some((row.severity, std::cmp::Reverse(hit.row)))
        });
        pane.row = pane.row.max(row);
    }

    fn merge(&self, into: &mut Met, from: &Met) {
        into.sightings.merge(&from.sightings);
        into.row = into.row.max(from.row);
        into.by_name += from.by_name;
        into.responses += from.responses;
        into.program = lesser(into.program.take(), from.program.as_deref());
        into.computer = lesser(into.computer.take(), from.computer.as_deref());
    }

    fn weight(&self, pane: &Met) -> u64 {
        pane.sightings.count
    }

    fn enough(&self, _: u8) -> u64 {
        1
    }

    fn judge(&self, key: &Key, _: u8, _: Span, pane: &Met, (): &mut ()) -> Option<Finding> {
        let row = self.indicator(key, pane)?;
        let count = pane.sightings.count;
        let mut finding = Finding::new(&pane.sightings)
            .counter("Events", count)
            .counter("ByName", pane.by_name)
            .counter("ByAnswer", count - pane.by_name.min(count))
            .counter("Responses", pane.responses);
        if let Some(confidence) = row.confidence {
            finding = finding.counter("Confidence", u64::from(confidence));
        }
        finding = finding.columns(
            "Indicator",
            row.title.map_or_else(|| row.value.to_owned(), str::to_owned),
        );
        finding.severity = Some(row.severity);
        finding.risk_score = Some(risk(row.severity));
        finding.title = row
            .title
            .map(|title| Cow::Owned(format!("Indicator seen in DNS: {title}")));
        finding.tactics = row.tactics.map(|tactics| {
            tactics
                .split("; ")
                .map(|tactic| Cow::Owned(tactic.to_owned()))
                .collect()
        });
        finding.computer = pane.computer.as_deref().map(str::to_owned);
        let details = [
            ("Indicator", Some(row.value.to_owned())),
            ("IndicatorKind", Some(row.kind.to_string())),
            ("Threat", row.title.map(str::to_owned)),
            ("Source", row.source.map(str::to_owned)),
            ("Techniques", row.techniques.map(str::to_owned)),
            ("ValidUntil", row.valid_until.map(|until| until.to_string())),
        ];
        let details = details.into_iter().filter_map(|(name, text)| Some((name, text?)));
        finding.details.extend(details);
        if let Some(program) = &pane.program {
            finding = finding.entity(EntityKind::Process, &**program);
        }
        Some(match row.kind {
            IndicatorKind::Ip => finding.entity(EntityKind::Ip, row.value),
            IndicatorKind::Domain | IndicatorKind::Exact => finding.entity(EntityKind::Dns, row.value),
            IndicatorKind::Cidr => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, Rcode, RrType};

    use super::*;
    use crate::Alert;
    use crate::rules::boxed;
    use crate::rules::tests::{alerts, counter, request, response};
    use crate::tuning::Tuning;

    fn found(list: &str, tuning: &str, events: Vec<DnsEvent<'static>>) -> Vec<Alert> {
        let list = Arc::new(Indicators::from_csv(list.as_bytes()).unwrap());
        let rule = |tuning: &Arc<Tuning>| boxed(IndicatorMatch::new(list.clone()), tuning);
        alerts(rule, tuning.parse().unwrap(), events)
    }

    const LIST: &str = "value,kind,severity,title,tactics,techniques,source,confidence,valid_until\n\
                        evil.example,domain,High,Loader,Command and Control;Impact,T1071.004,feed,90,2026-11-21T09:30:00Z\n\
                        pool.example,,Low,Miner,Impact,T1496,feed,,\n\
                        203.0.113.0/24,,Medium,Bulletproof hosting,,,,,\n";

    #[test]
    fn the_alert_names_the_row() {
        let told = found(
            LIST,
            "",
            vec![
                request(1, "192.0.2.7", "www.evil.example", RrType::A),
                response(2, "192.0.2.7", "a.EVIL.example", RrType::A, Rcode::NXDOMAIN, None),
                request(3, "192.0.2.8", "pool.example", RrType::A),
            ],
        );
        let [high, low] = &told[..] else {
            panic!("{told:#?}")
        };
        assert_eq!((high.severity, high.risk_score), (Severity::High, 90));
        assert_eq!(high.title, "Indicator seen in DNS: Loader");
        assert_eq!(*high.tactics, ["Command and Control", "Impact"]);
        assert_eq!(high.item.as_deref(), Some("evil.example"));
        assert_eq!((high.count, counter(high, "Confidence")), (2, Some(90)));
        assert_eq!(high.evidence[0].text, "www.evil.example");
        assert_eq!((low.severity, low.count), (Severity::Low, 1));
        assert_eq!(*low.tactics, ["Impact"]);
    }

    #[test]
    fn an_answer_may_be_what_is_listed() {
        let answers = r#"{"answers":["cdn.example.net","203.0.113.77"],"ttls":[60,60]}"#;
        let told = found(
            LIST,
            "",
            vec![response(
                1,
                "192.0.2.7",
                "www.example.net",
                RrType::A,
                Rcode::NOERROR,
                Some(answers),
            )],
        );
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(alert.item.as_deref(), Some("203.0.113.0/24"));
        assert_eq!(
            (counter(alert, "ByName"), counter(alert, "ByAnswer")),
            (Some(0), Some(1))
        );
        assert_eq!(
            *alert.tactics,
            ["Command and Control"],
            "the rule's own, as the row has none"
        );
    }

    #[test]
    fn rows_expire_by_the_time_of_the_event() {
        let asked = |second| vec![request(second, "192.0.2.7", "evil.example", RrType::A)];
        assert_eq!(found(LIST, "", asked(1_799)).len(), 1);
        assert!(found(LIST, "", asked(1_800)).is_empty());
    }

    #[test]
    fn names_that_only_look_alike_are_quiet() {
        let names = [
            "not-evil.example",
            "evil.example.com",
            "example",
            "pool.example.net",
            "203.0.113.7.example.com",
        ];
        let events = names.map(|name| request(1, "192.0.2.7", name, RrType::A));
        assert!(found(LIST, "", events.to_vec()).is_empty());
    }

    #[test]
    fn an_analyst_is_exempt() {
        let tuning = "[[exemption]]\nname = 'analysts'\nclients = ['192.0.2.7']\nrules = ['indicator-match']\n\
                      reason = 'looks indicators up'\n";
        let told = found(
            LIST,
            tuning,
            vec![request(1, "192.0.2.7", "evil.example", RrType::A)],
        );
        assert!(!told[0].is_open());
    }
}
