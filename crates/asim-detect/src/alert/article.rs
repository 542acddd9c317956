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

/// The columns of the published query, and behind them ours.
impl Serialize for Alert {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = &self.columns;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("TimeGenerated", &columns.time_generated)?;
        map.serialize_entry("Computer", &columns.computer)?;
        map.serialize_entry("ClientIP", &columns.client_ip)?;
        map.serialize_entry("QueryType", &columns.query_type)?;
        map.serialize_entry("Name", &columns.name)?;
        map.serialize_entry("ResultCode", &columns.result_code)?;
        map.serialize_entry("DetectionBranch", &columns.detection_branch)?;
        map.serialize_entry("RiskScore", &columns.risk_score)?;
        map.serialize_entry("AlertId", &self.id)?;
        map.serialize_entry("RuleId", &self.info.id)?;
        map.serialize_entry("Title", &self.title)?;
        map.serialize_entry("Severity", &self.severity)?;
        map.serialize_entry("Tactics", &self.tactics)?;
        let techniques: Vec<_> = self
            .info
            .techniques
            .iter()
            .map(|technique| &technique.id)
            .collect();
        map.serialize_entry("Techniques", &techniques)?;
        map.serialize_entry("Entities", &self.entities)?;
        map.serialize_entry("WindowStart", &self.window.start)?;
        map.serialize_entry("WindowEnd", &self.window.end)?;
        map.serialize_entry("FirstSeen", &self.first)?;
        map.serialize_entry("LastSeen", &self.last)?;
        map.serialize_entry("EventCount", &self.count)?;
        map.serialize_entry("Counters", &Counters(self))?;
        for (name, text) in &self.details {
            map.serialize_entry(name, text)?;
        }
        map.serialize_entry("Evidence", &self.evidence)?;
        if self.repeats > 0 {
            map.serialize_entry("Repeats", &self.repeats)?;
        }
        if self.shadow {
            map.serialize_entry("Shadow", &true)?;
        }
        if let Some(suppression) = &self.suppressed_by {
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
