//! A rule that is fulfilled by single events, and what is kept of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::hits::HitRule;
use crate::alert::{EntityKind, Finding};
use crate::observation::{Hit, Observation};
use crate::rule::{Rule, RuleInfo};
use crate::window::{Group, Key, Sightings, Span, Window};

/// So many names, programs and users are kept of a group.
const FEW: usize = 5;
/// So many types and codes.
const CODES: usize = 16;

/// The events of one group that fulfil a rule.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Matches {
    pub(super) sightings: Sightings,
    names: BTreeSet<Box<str>>,
    programs: BTreeSet<Box<str>>,
    users: BTreeSet<Box<str>>,
    types: BTreeSet<u16>,
    codes: BTreeSet<u16>,
    processes: bool,
    /// The first that reported, in the order of the alphabet.
    computer: Option<Box<str>>,
}

/// Keeps the first few in the order of the alphabet, so that the order of events does not matter.
fn keep(texts: &mut BTreeSet<Box<str>>, text: Option<&str>) {
    let Some(text) = text else { return };
    if !texts.contains(text) && (texts.len() < FEW || texts.last().is_some_and(|last| text < &**last)) {
        texts.insert(text.into());
        shorten(texts, FEW);
    }
}

fn shorten<T: Ord>(values: &mut BTreeSet<T>, most: usize) {
    while values.len() > most {
        values.pop_last();
    }
}

impl Matches {
    pub(super) fn add(&mut self, observation: Observation<'_>) {
        let program = observation.program();
        let text = observation.command_line().or(observation.name()).or(program);
        self.sightings.add(observation, text.unwrap_or_default());
        keep(&mut self.names, observation.name());
        keep(&mut self.programs, program);
        keep(&mut self.users, observation.user());
        self.types.extend(observation.query_type());
        self.codes.extend(observation.response_code());
        shorten(&mut self.types, CODES);
        shorten(&mut self.codes, CODES);
        self.processes |= observation.is_process();
        if let Some(reporter) = observation.reporter()
            && self.computer.as_deref().is_none_or(|own| reporter < own)
        {
            self.computer = Some(reporter.into());
        }
    }

    pub(super) fn merge(&mut self, from: &Self) {
        self.sightings.merge(&from.sightings);
        for (own, other) in [
            (&mut self.names, &from.names),
            (&mut self.programs, &from.programs),
            (&mut self.users, &from.users),
        ] {
            for text in other {
                keep(own, Some(text));
            }
        }
        self.types.extend(&from.types);
        self.codes.extend(&from.codes);
        shorten(&mut self.types, CODES);
        shorten(&mut self.codes, CODES);
        self.processes |= from.processes;
        let computers = self.computer.take().into_iter().chain(from.computer.clone());
        self.computer = computers.min();
    }

    /// What there is to tell of them.
    pub(super) fn finding(&self, author: Option<&str>) -> Finding {
        let mut finding = Finding::new(&self.sightings);
        let entities = [
            (EntityKind::Dns, &self.names),
            (EntityKind::Process, &self.programs),
            (EntityKind::Account, &self.users),
        ];
        for (kind, texts) in entities {
            for text in texts {
                finding = finding.entity(kind, &**text);
            }
        }
        let join = |texts: Vec<_>| Some(texts.join(",")).filter(|text| !text.is_empty());
        let types = self.types.iter().map(|code| asim_schema::RrType(*code).text());
        finding.query_type = match join(types.collect()) {
            None if self.processes => Some("ProcessExecution".to_owned()),
            types => types,
        };
        let codes = self.codes.iter().map(|code| asim_schema::Rcode(*code).text());
        finding.result_code = join(codes.collect());
        finding.computer = self.computer.as_deref().map(str::to_owned);
        if let Some(author) = author {
            finding.details.push(("RuleAuthor", author.to_owned()));
        }
        finding
    }
}

/// A rule that is fulfilled by single events: one alert an hour for a client and the name that it asked for, or the
/// program that it started.
#[derive(Debug)]
pub(super) struct Single {
    pub(super) number: u32,
    pub(super) info: Arc<RuleInfo>,
    pub(super) author: Option<String>,
}

impl HitRule for Single {
    fn number(&self) -> u32 {
        self.number
    }

    fn shared_info(&self) -> &Arc<RuleInfo> {
        &self.info
    }

    /// Whatever the rule looks for, its events are kept alike.
    fn shape(&self) -> String {
        String::new()
    }

    fn group_of<'o>(&self, observation: Observation<'o>, _: Hit<'o>) -> Option<Group<'o>> {
        let item = observation
            .name()
            .or(observation.program())
            .or(observation.reporter());
        Some(Group::item(observation, item.unwrap_or_default()))
    }

    fn add_hit(&self, pane: &mut Matches, observation: Observation<'_>, _: Hit<'_>) {
        pane.add(observation);
    }
}

impl Rule for Single {
    type Pane = Matches;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        (*self.info).clone()
    }

    fn window(&self) -> Window {
        Window::CLOCK_HOUR
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        self.group_of(observation, self.first_hit(observation)?)
    }

    fn add(&self, pane: &mut Matches, observation: Observation<'_>) {
        pane.add(observation);
    }

    fn merge(&self, into: &mut Matches, from: &Matches) {
        into.merge(from);
    }

    fn weight(&self, pane: &Matches) -> u64 {
        pane.sightings.count
    }

    fn enough(&self, _: u8) -> u64 {
        1
    }

    fn judge(&self, _: &Key, _: u8, _: Span, pane: &Matches, (): &mut ()) -> Option<Finding> {
        Some(pane.finding(self.author.as_deref()))
    }
}
