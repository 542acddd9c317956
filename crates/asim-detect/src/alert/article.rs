//! An alert as the published query shows it, and as one JSON object.

use std::borrow::Cow;

use asim_schema::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Alert;

/// The columns of the published query for T1596.001, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ArticleColumns {
    /// When it began, UTC.
    pub time_generated: Timestamp,
    /// Who reports.
    pub computer: Option<String>,
    /// The client's address, or its name where no address is known.
    #[serde(rename = "ClientIP")]
    pub client_ip: Option<String>,
    /// The type that was asked for, or what kind of thing was seen.
    pub query_type: Option<String>,
    /// The zone, the domain or the command line.
    pub name: Option<String>,
    /// The response code, the counts or the program.
    pub result_code: Option<String>,
    /// The branch of the query.
    pub detection_branch: Cow<'static, str>,
    /// From 0 to 100.
    pub risk_score: u8,
}

/// An alert as one JSON object: the columns of the published query, and behind them ours.
#[derive(Debug, Clone, Copy)]
pub struct AlertJson<'a> {
    /// The alert.
    pub alert: &'a Alert,
    /// The names of the inputs, by the numbers that the places of the evidence have.
    pub inputs: &'a dyn Names,
}

/// The names of inputs by their numbers.
pub trait Names: std::fmt::Debug {
    /// The name, if it is known.
    fn name(&self, input: u32) -> Option<&str>;
}

impl Names for () {
    fn name(&self, _: u32) -> Option<&str> {
        None
    }
}

impl Serialize for Alert {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = AlertJson {
            alert: self,
            inputs: &(),
        };
        json.serialize(serializer)
    }
}

impl Serialize for AlertJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let alert = self.alert;
        let columns = &alert.columns;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("TimeGenerated", &columns.time_generated)?;
        map.serialize_entry("Computer", &columns.computer)?;
        map.serialize_entry("ClientIP", &columns.client_ip)?;
        map.serialize_entry("QueryType", &columns.query_type)?;
        map.serialize_entry("Name", &columns.name)?;
        map.serialize_entry("ResultCode", &columns.result_code)?;
        map.serialize_entry("DetectionBranch", &columns.detection_branch)?;
        map.serialize_entry("RiskScore", &columns.risk_score)?;
        map.serialize_entry("AlertId", &alert.id)?;
        map.serialize_entry("RuleId", &alert.info.id)?;
        map.serialize_entry("Title", &alert.title)?;
        map.serialize_entry("Severity", &alert.severity)?;
        map.serialize_entry("Tactics", &alert.tactics)?;
        let techniques: Vec<_> = alert
            .info
            .techniques
            .iter()
            .map(|technique| &technique.id)
            .collect();
        map.serialize_entry("Techniques", &techniques)?;
        map.serialize_entry("Entities", &alert.entities)?;
        map.serialize_entry("WindowStart", &alert.window.start)?;
        map.serialize_entry("WindowEnd", &alert.window.end)?;
        map.serialize_entry("FirstSeen", &alert.first)?;
        map.serialize_entry("LastSeen", &alert.last)?;
        map.serialize_entry("EventCount", &alert.count)?;
        map.serialize_entry("Counters", &Counters(alert))?;
        for (name, text) in &alert.details {
            map.serialize_entry(name, text)?;
        }
        map.serialize_entry("Evidence", &Samples(*self))?;
        if alert.repeats > 0 {
            map.serialize_entry("Repeats", &alert.repeats)?;
        }
        if alert.shadow {
            map.serialize_entry("Shadow", &true)?;
        }
        if let Some(suppression) = &alert.suppressed_by {
            map.serialize_entry("SuppressedBy", suppression)?;
        }
        map.end()
    }
}

struct Counters<'a>(&'a Alert);

impl Serialize for Counters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counters = self
            .0
            .counters
            .iter()
            .map(|counter| (counter.name, counter.value));
        serializer.collect_map(counters)
    }
}

struct Samples<'a>(AlertJson<'a>);

impl Serialize for Samples<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let samples = self.0.alert.evidence.iter().map(|evidence| Sample {
            time: evidence.time,
            text: &evidence.text,
            file: evidence.place.and_then(|place| self.0.inputs.name(place.input)),
            record: evidence.place.map(|place| place.record),
        });
        serializer.collect_seq(samples)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Sample<'a> {
    time: Timestamp,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<u64>,
}
