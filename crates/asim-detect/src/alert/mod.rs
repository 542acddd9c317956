//! What a rule tells.

mod alert_event;
mod article;
mod cooldown;
mod severity;

pub use article::{AlertJson, ArticleColumns, Names};
pub(crate) use cooldown::Cooldown;
pub use severity::Severity;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write;
use std::sync::Arc;

use asim_schema::Timestamp;
use compact_str::CompactString;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use crate::observation::{Client, Place, organization_domain};
use crate::rule::RuleInfo;
use crate::window::{Key, Sightings, Span};

/// A number with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counter {
    /// Its name, such as `UniqueSubdomains`.
    pub name: &'static str,
    /// Its value.
    pub value: u64,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub enum EntityKind {
    /// An address.
    Ip,
    /// A host's name.
    Host,
    /// A domain name.
    Dns,
    /// The path of a program.
    Process,
    /// A user.
    Account,
}

/// One thing that an alert is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Its name.
    pub value: String,
}

impl Entity {
    /// A client, of which the text is known.
    pub(crate) fn client(client: Client<'_>, text: String) -> Self {
        let kind = match client {
            Client::Address(_) => EntityKind::Ip,
            Client::Host(_) => EntityKind::Host,
        };
        Self { kind, value: text }
    }
}

/// One event that a rule counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// When, UTC.
    pub time: Timestamp,
    /// What was seen.
    pub text: CompactString,
    /// Where its record stands.
    pub place: Option<Place>,
}

/// Why an alert is not to trouble anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Suppression {
    /// The name of the exemption, or `cool-down`.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// What a rule says of a window; the engine makes the [`Alert`] of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Finding {
    /// How bad it is, where that differs from the rule's own.
    pub severity: Option<Severity>,
    /// The risk score, where it differs from the rule's own.
    pub risk_score: Option<u8>,
    /// What it is, where that differs from the rule's title.
    pub title: Option<Cow<'static, str>>,
    /// The tactics, where they differ from the rule's own.
    pub tactics: Option<Vec<Cow<'static, str>>>,
    /// The numbers.
    pub counters: Vec<Counter>,
    /// How often, from when to when, and the events to look at.
    pub sightings: Sightings,
    /// What else there is to tell: a name and a text.
    pub details: Vec<(&'static str, String)>,
    /// What it is about, beside the client of the group.
    pub entities: Vec<Entity>,
    /// Who reports.
    pub computer: Option<String>,
    /// What the published query shows as `QueryType`.
    pub query_type: Option<String>,
    /// What it shows as `Name`, where that is not the item of the group.
    pub name: Option<String>,
    /// What it shows as `ResultCode`.
    pub result_code: Option<String>,
}

impl Finding {
    /// A finding with the sightings of its window.
    pub fn new(sightings: &Sightings) -> Self {
        Self {
            sightings: sightings.clone(),
            ..Self::default()
        }
    }

    /// Adds a number.
    #[must_use]
    pub fn counter(mut self, name: &'static str, value: u64) -> Self {
        self.counters.push(Counter { name, value });
        self
    }

    /// Says what the published query would show as `QueryType` and `ResultCode`.
    #[must_use]
    pub fn columns(mut self, query_type: impl Into<String>, result_code: impl Into<String>) -> Self {
        self.query_type = Some(query_type.into());
        self.result_code = Some(result_code.into());
        self
    }

    /// Adds something that it is about.
    #[must_use]
    pub fn entity(mut self, kind: EntityKind, value: impl Into<String>) -> Self {
        self.entities.push(Entity {
            kind,
            value: value.into(),
        });
        self
    }
}

/// What a rule tells of one group in one window.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// A hash of rule, group and window: the same on every run.
    pub id: String,
    /// The rule.
    pub info: Arc<RuleInfo>,
    /// What it is.
    pub title: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// From 0 to 100.
    pub risk_score: u8,
    /// The tactics of MITRE ATT&CK.
    pub tactics: Cow<'static, [Cow<'static, str>]>,
    /// The client, if the rule groups by it.
    pub client: Option<String>,
    /// The item that the rule groups by: mostly a domain.
    pub item: Option<String>,
    /// What it is about.
    pub entities: Vec<Entity>,
    /// The window.
    pub window: Span,
    /// The first event, UTC.
    pub first: Timestamp,
    /// The last event, UTC.
    pub last: Timestamp,
    /// The events.
    pub count: u64,
    /// The numbers.
    pub counters: Vec<Counter>,
    /// What else there is to tell: a name and a text.
    pub details: Vec<(&'static str, String)>,
    /// The earliest few events.
    pub evidence: Vec<Evidence>,
    /// The columns of the published query.
    pub columns: ArticleColumns,
    /// Whether the rule is only being tried out.
    pub shadow: bool,
    /// Why it is not to trouble anybody.
    pub suppressed_by: Option<Suppression>,
    /// How many like it a cool-down has kept back since the last one.
    pub repeats: u64,
    key: Key,
}

/// What tells an alert from all others, and is the same on every run.
fn id(rule: &str, client: Option<&str>, item: Option<&str>, window: Span) -> String {
    let (client, item) = (client.unwrap_or_default(), item.unwrap_or_default());
    let mut identity = String::with_capacity(rule.len() + client.len() + item.len() + 64);
    for text in [rule, client, item] {
        identity.push_str(text);
        identity.push('\0');
    }
    // Writing to a string does not fail.
    let _ = write!(identity, "{}", window.start);
    let hash = xxh3_128(identity.as_bytes());
    identity.clear();
    let _ = write!(identity, "{hash:032x}");
    identity.shrink_to_fit();
    identity
}

impl Alert {
    pub(crate) fn of(info: Arc<RuleInfo>, key: &Key, window: Span, finding: Finding) -> Self {
        let client = key.client().map(|client| client.to_text(&mut Vec::new()));
        let item = key.item().map(str::to_owned);
        let mut entities = Vec::with_capacity(finding.entities.len() + 1);
        if let (Some(own), Some(text)) = (key.client(), &client) {
            entities.push(Entity::client(own, text.clone()));
        }
        entities.extend(finding.entities);
        let first = finding.sightings.first().unwrap_or(window.start);
        let last = finding.sightings.last().unwrap_or(first);
        let count = finding.sightings.count;
        let evidence = finding.sightings.into_samples().filter_map(|sample| {
            Some(Evidence {
                time: Timestamp::from_ticks(sample.time)?,
                text: sample.text,
                place: sample.place,
            })
        });
        let evidence: Vec<_> = evidence.collect();
        let risk_score = finding.risk_score.unwrap_or(info.risk_score);
        let id = id(&info.id, client.as_deref(), item.as_deref(), window);
        let columns = ArticleColumns {
            time_generated: first,
            computer: finding.computer,
            client_ip: client.clone(),
            query_type: finding.query_type,
            name: finding.name.or_else(|| item.clone()),
            result_code: finding.result_code,
            detection_branch: info.branch.clone(),
            risk_score,
        };
        Self {
            id,
            title: finding.title.unwrap_or_else(|| info.title.clone()),
            severity: finding.severity.unwrap_or(info.severity),
            risk_score,
            tactics: finding.tactics.map_or_else(|| info.tactics.clone(), Cow::Owned),
            client,
            item,
            entities,
            window,
            first,
            last,
            count,
            counters: finding.counters,
            details: finding.details,
            evidence,
            columns,
            shadow: false,
            suppressed_by: None,
            repeats: 0,
            key: key.clone(),
            info,
        }
    }

    /// By the time of closing, rule and group: the order in which alerts come.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let rank = |alert: &Self| (alert.window.end, alert.window.start);
        rank(self)
            .cmp(&rank(other))
            .then_with(|| self.info.id.cmp(&other.info.id))
            .then_with(|| self.key.cmp(&other.key))
    }

    /// By risk score, then time, both descending: the order of the published query. The id decides between equals.
    pub fn by_risk(&self, other: &Self) -> Ordering {
        other
            .risk_score
            .cmp(&self.risk_score)
            .then_with(|| other.first.cmp(&self.first))
            .then_with(|| self.id.cmp(&other.id))
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// Whether somebody should look at it: no exemption, no cool-down and no shadow.
    pub fn is_open(&self) -> bool {
        self.suppressed_by.is_none() && !self.shadow
    }

    /// The domain of the item by the registries alone, for reports.
    pub fn organization(&self) -> Option<&str> {
        organization_domain(self.item.as_deref()?)
    }
}
