//! What became of all records, in numbers.

mod text;

use std::collections::BTreeMap;
use std::time::Duration;

use asimkit::{Compression, Counts, Outcome, Report};
use serde::Serialize;

/// The summary of a job; its JSON form is what `--summary` writes.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    #[serde(flatten)]
    pub(crate) counts: Counts,
    /// Those of the records filtered out that were known to be so before they were mapped.
    pub(crate) never_mapped: u64,
    /// Bytes read, after decompression.
    pub(crate) bytes: u64,
    pub(crate) seconds: f64,
    pub(crate) files: Vec<FileSummary>,
    pub(crate) sources: BTreeMap<&'static str, Counts>,
    /// For each source and parameter of the filter, how many of the events left out have no value to compare.
    pub(crate) unanswered: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    pub(crate) declined_reasons: BTreeMap<String, u64>,
    pub(crate) rejected_reasons: BTreeMap<String, u64>,
    pub(crate) notes: BTreeMap<String, u64>,
    /// Files in directories that no source recognizes.
    pub(crate) unrecognized: Vec<String>,
    /// What rules have found, where rules ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detections: Option<serde_json::Value>,
}

/// What became of one input.
#[derive(Debug, Default, Serialize)]
pub(crate) struct FileSummary {
    pub(crate) file: String,
    pub(crate) source: Option<&'static str>,
    pub(crate) format: Option<&'static str>,
    pub(crate) compression: Option<&'static str>,
    #[serde(flatten)]
    pub(crate) counts: Counts,
    pub(crate) never_mapped: u64,
    /// The counts of each source, where the input holds records of several.
    #[serde(skip_serializing_if = "is_one")]
    pub(crate) sources: BTreeMap<&'static str, Counts>,
    pub(crate) bytes: u64,
    pub(crate) seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// Whether an input is of one source, which its own counts tell.
fn is_one(sources: &BTreeMap<&'static str, Counts>) -> bool {
    sources.len() < 2
}

impl FileSummary {
    /// Takes in what was found at the beginning of the input.
    pub(crate) fn opened(&mut self, outcome: &Outcome) {
        self.source = outcome
            .recognized
            .as_ref()
            .map(|found| found.parser.manifest().id);
        self.format = outcome.recognized.as_ref().map(|found| found.format.as_str());
        self.compression = outcome.compression.map(Compression::as_str);
    }

    /// What was found at the beginning of the input, in words.
    pub(crate) fn found(&self, outcome: &Outcome) -> String {
        let compression = self
            .compression
            .map(|compression| format!(", {compression}"))
            .unwrap_or_default();
        match &outcome.recognized {
            Some(found) => {
                let id = found.parser.manifest().id;
                format!("{id}, {}{compression}: {}", found.format, found.evidence)
            }
            None => format!("empty{compression}"),
        }
    }

    /// Takes in what became of the input's records.
    pub(crate) fn ended(&mut self, report: &Report, time: Duration) {
        (self.counts, self.bytes, self.seconds) = (report.counts, report.bytes, seconds(time));
        self.sources.clone_from(&report.sources);
        // An input without records has a source all the same.
        if let Some(source) = self.source.filter(|_| self.sources.is_empty()) {
            self.sources.insert(source, report.counts);
        }
        self.never_mapped = report.never_mapped;
    }
}

/// A duration in seconds, to the microsecond.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e6
}

impl Summary {
    /// Adds an input.
    pub(crate) fn add(&mut self, file: FileSummary) {
        self.counts.merge(&file.counts);
        self.never_mapped += file.never_mapped;
        self.bytes += file.bytes;
        for (source, counts) in &file.sources {
            self.sources.entry(source).or_default().merge(counts);
        }
        self.files.push(file);
    }

    /// Takes in the reasons of all inputs, and the time that they took together.
    pub(crate) fn end(&mut self, report: &Report, time: Duration) {
        for (source, parameters) in &report.unanswered {
            let parameters = parameters
                .iter()
                .map(|(parameter, events)| (parameter.as_str(), *events));
            self.unanswered.insert(source, parameters.collect());
        }
        self.declined_reasons.clone_from(&report.declined);
        self.rejected_reasons.clone_from(&report.rejected);
        self.notes = report
            .notes
            .iter()
            .map(|(note, records)| (note.to_string(), records))
            .collect();
        self.seconds = seconds(time);
    }

    /// The summary as JSON, with a line end.
    pub(crate) fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}
