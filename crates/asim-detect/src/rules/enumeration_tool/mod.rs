//! Enumeration tools: a program that is made to find the names of a domain has started.

mod tokens;
mod tools;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::alert::{EntityKind, Finding};
use crate::observation::Observation;
use crate::rule::{Family, Rule, RuleInfo, Technique};
use crate::tuning::Tuning;
use crate::window::{Group, Key, Sightings, Span, Window};

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("enumeration-tool"),
    title: Cow::Borrowed("DNS enumeration tool"),
    description: Cow::Borrowed(
        "A tool that enumerates names has started on a monitored host, or a DNS client was told to transfer a zone. \
         Programs, scripts and arguments are looked at as whole words; a renamed tool is known by the name that it \
         was built with, or by arguments that only it takes.",
    ),
    family: Family::Reconnaissance,
    branch: Cow::Borrowed("DnsEnumToolExecution"),
    severity: crate::Severity::High,
    risk_score: 80,
    tactics: Cow::Borrowed(&[Cow::Borrowed("Reconnaissance")]),
    techniques: Cow::Borrowed(&[Technique::new("T1596.001", "DNS/Passive DNS")]),
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://attack.mitre.org/techniques/T1596/001/"),
        Cow::Borrowed("https://github.com/darkoperator/dnsrecon"),
        Cow::Borrowed("https://github.com/projectdiscovery/subfinder"),
        Cow::Borrowed("https://github.com/owasp-amass/amass"),
    ]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed(
            "red teams, threat hunters and researchers: exempt them by host, user or program, and time",
        ),
        Cow::Borrowed("administrators who test a secondary server by hand: exempt them by user"),
    ]),
    schema: Some("ProcessEvent"),
    needs: &[&[
        "TargetProcessName",
        "TargetProcessCommandLine",
        "TargetProcessFileOriginalName",
    ]],
    parameters: &[],
    kql: Cow::Borrowed(
        "_Im_ProcessCreate()\n| where TargetProcessCommandLine matches regex \
         @'(?i)(^|[\\s/\\\\])(aiodnsbrute|amass|dnscan|dnsenum|dnsmap|dnsrecon|dnsx|fierce|massdns|subfinder)(\\.(exe|\
         py|pl))?(\\s|$)'\n    or TargetProcessCommandLine matches regex \
         @'(?i)\\b(dig|nslookup|host|kdig|drill)(\\.exe)?\\b.*[\\s=](axfr|ixfr)(\\s|=|$)'",
    ),
};

/// The rule.
#[derive(Debug)]
pub struct EnumerationTool;

/// The runs of one tool on one host.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Runs {
    sightings: Sightings,
    /// The least of each in the order of the alphabet, so that the order of events does not matter.
    computer: Option<Box<str>>,
    program: Option<Box<str>>,
    user: Option<Box<str>>,
    by: Option<Box<str>>,
}

impl EnumerationTool {
    /// The rule; a tuning has nothing to say of it but exemptions.
    pub fn new(_: &Arc<Tuning>) -> Self {
        Self
    }
}

fn hit(observation: Observation<'_>) -> Option<tools::Hit> {
    tools::tool(
        observation.program(),
        observation.original_file_name(),
        observation.command_line(),
    )
}

fn least(place: &mut Option<Box<str>>, text: Option<&str>) {
    if let Some(text) = text
        && place.as_deref().is_none_or(|own| text < own)
    {
        *place = Some(text.into());
    }
}

impl Rule for EnumerationTool {
    type Pane = Runs;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::CLOCK_HOUR
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        if !observation.is_process() {
            return None;
        }
        let hit = hit(observation)?;
        Some(Group::item(observation, hit.tool))
    }

    fn add(&self, pane: &mut Runs, observation: Observation<'_>) {
        let text = observation.command_line().or(observation.program());
        pane.sightings.add(observation, text.unwrap_or_default());
        least(&mut pane.computer, observation.reporter());
        least(&mut pane.program, observation.program());
        least(&mut pane.user, observation.user());
        least(&mut pane.by, hit(observation).map(|hit| hit.by));
    }

    fn merge(&self, into: &mut Runs, from: &Runs) {
        into.sightings.merge(&from.sightings);
        least(&mut into.computer, from.computer.as_deref());
        least(&mut into.program, from.program.as_deref());
        least(&mut into.user, from.user.as_deref());
        least(&mut into.by, from.by.as_deref());
    }

    fn weight(&self, pane: &Runs) -> u64 {
        pane.sightings.count
    }

    fn enough(&self, _: u8) -> u64 {
        1
    }

    fn judge(&self, key: &Key, _: u8, _: Span, pane: &Runs, (): &mut ()) -> Option<Finding> {
        let file = pane.program.as_deref().map(tokens::program);
        let mut finding = Finding::new(&pane.sightings).counter("Runs", pane.sightings.count);
        finding.title = key.item().map(|tool| match tool {
            "zone transfer" => Cow::Borrowed("Zone transfer by a command"),
            tool => Cow::Owned(format!("DNS enumeration tool {tool}")),
        });
        finding.query_type = Some("ProcessExecution".to_owned());
        finding.result_code = file;
        finding.name = pane
            .sightings
            .samples()
            .first()
            .map(|sample| sample.text.to_string());
        finding.computer = pane.computer.as_deref().map(str::to_owned);
        finding
            .details
            .extend(pane.by.as_deref().map(|by| ("FoundBy", by.to_owned())));
        if let Some(program) = &pane.program {
            finding = finding.entity(EntityKind::Process, &**program);
        }
        if let Some(user) = &pane.user {
            finding = finding.entity(EntityKind::Account, &**user);
        }
        Some(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Alert;
    use crate::rules::boxed;
    use crate::rules::tests::{alerts, process};

    fn found(tuning: &str, events: Vec<asim_schema::ProcessEvent<'static>>) -> Vec<Alert> {
        let rule = |tuning: &Arc<Tuning>| boxed(EnumerationTool::new(tuning), tuning);
        alerts(rule, tuning.parse().unwrap(), events)
    }

    #[test]
    fn a_tool_is_told_with_its_command_line() {
        let told = found(
            "",
            vec![process(
                1,
                "ws7",
                "/usr/bin/subfinder",
                "subfinder -d example.com",
            )],
        );
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(
            (alert.risk_score, &*alert.title),
            (80, "DNS enumeration tool subfinder")
        );
        assert_eq!(alert.columns.name.as_deref(), Some("subfinder -d example.com"));
        assert_eq!(alert.columns.result_code.as_deref(), Some("subfinder"));
        assert_eq!(alert.columns.query_type.as_deref(), Some("ProcessExecution"));
    }

    #[test]
    fn a_red_team_is_exempt_by_its_program_and_its_user() {
        let tuning = "[[exemption]]\nname = 'red team'\nrules = ['enumeration-tool']\nprograms = \
                      ['/opt/red/subfinder']\nusers = ['kim']\nreason = 'exercise'\n";
        let of = |program: &str, user: &str| {
            let mut event = process(1, "ws7", program, "subfinder -d example.com");
            event.set_actor_username(user.to_owned());
            found(tuning, vec![event]).remove(0)
        };
        assert!(!of("/opt/red/subfinder", "kim").is_open());
        assert!(of("/tmp/subfinder", "kim").is_open());
        assert!(of("/opt/red/subfinder", "lee").is_open());
    }

    #[test]
    fn other_programs_are_quiet() {
        let events = vec![process(1, "ws7", "/usr/bin/vim", "vim fierce-competition.txt")];
        assert!(found("", events).is_empty());
    }
}
