//! What became of all records.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use asimkit::{Compression, Counts, Outcome, Report};
use pyo3::prelude::*;
use pyo3::types::PyList;
use serde::Serialize;

use crate::failure::Failure;
use crate::options::RejectChoice;
use crate::reject::{Rejected, tuples};

/// What became of all records, while they are read and afterwards.
#[derive(Default)]
pub(crate) struct Account(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    complete: bool,
    report: Report,
    files: Vec<FileAccount>,
    unrecognized: Vec<Option<String>>,
    keep: usize,
    rejects: Vec<Rejected>,
    file: Option<(PathBuf, BufWriter<File>)>,
}

/// What became of one input.
#[derive(Serialize)]
struct FileAccount {
    file: Option<String>,
    source: Option<&'static str>,
    format: Option<&'static str>,
    compression: Option<&'static str>,
    counts: Counts,
    bytes: u64,
}

/// The members of `asimkit.Report`.
#[derive(Serialize)]
struct Summary<'i> {
    complete: bool,
    counts: Counts,
    bytes: u64,
    never_mapped: u64,
    sources: &'i BTreeMap<&'static str, Counts>,
    declined: &'i BTreeMap<String, u64>,
    rejected: &'i BTreeMap<String, u64>,
    notes: BTreeMap<String, u64>,
    unanswered: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    files: &'i [FileAccount],
    unrecognized: &'i [Option<String>],
}

impl Account {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the file of rejected records, if there is to be one.
    pub(crate) fn begin(&self, rejects: &RejectChoice) -> Result<(), Failure> {
        let mut inner = self.inner();
        match rejects {
            RejectChoice::Keep(count) => inner.keep = *count,
            RejectChoice::Write(path) => {
                let file = File::create(path).map_err(|error| output(path, error))?;
                inner.file = Some((path.clone(), BufWriter::new(file)));
            }
            RejectChoice::Raise | RejectChoice::Stream => {}
        }
        Ok(())
    }

    /// Takes a rejected record.
    pub(crate) fn reject(&self, rejected: Rejected) -> Result<(), Failure> {
        let mut inner = self.inner();
        if let Some((path, file)) = &mut inner.file {
            let mut line = rejected.to_json();
            line.push('\n');
            return file
                .write_all(line.as_bytes())
                .map_err(|error| output(path, error));
        }
        if inner.rejects.len() < inner.keep {
            inner.rejects.push(rejected);
        }
        Ok(())
    }

    /// Takes in what became of an input.
    pub(crate) fn add(&self, file: Option<&str>, outcome: &Outcome, report: &Report) {
        let mut inner = self.inner();
        inner.report.merge(report);
        let recognized = outcome.recognized.as_ref();
        inner.files.push(FileAccount {
            file: file.map(str::to_owned),
            source: recognized.map(|found| found.parser.manifest().id),
            format: recognized.map(|found| found.format.as_str()),
            compression: outcome.compression.map(Compression::as_str),
            counts: report.counts,
            bytes: report.bytes,
        });
    }

    /// Takes in that a file that was found in a directory is of no source.
    pub(crate) fn unrecognized(&self, file: Option<String>) {
        self.inner().unrecognized.push(file);
    }

    /// Ends the account.
    pub(crate) fn end(&self) -> Result<(), Failure> {
        let mut inner = self.inner();
        if let Some((path, mut file)) = inner.file.take() {
            file.flush().map_err(|error| output(&path, error))?;
        }
        inner.complete = true;
        Ok(())
    }

    /// The account so far as JSON: the members of `asimkit.Report`.
    pub(crate) fn report(&self) -> String {
        let inner = self.inner();
        let report = &inner.report;
        let unanswered = report.unanswered.iter().map(|(source, parameters)| {
            let parameters = parameters
                .iter()
                .map(|(parameter, events)| (parameter.as_str(), *events));
            (*source, parameters.collect())
        });
        let notes = report
            .notes
            .iter()
            .map(|(note, records)| (note.to_string(), records));
        let summary = Summary {
            complete: inner.complete,
            counts: report.counts,
            bytes: report.bytes,
            never_mapped: report.never_mapped,
            sources: &report.sources,
            declined: &report.declined,
            rejected: &report.rejected,
            notes: notes.collect(),
            unanswered: unanswered.collect(),
            files: &inner.files,
            unrecognized: &inner.unrecognized,
        };
        serde_json::to_string(&summary).unwrap_or_default()
    }

    /// The rejected records that were kept, each as the fields of `asimkit.Reject`.
    pub(crate) fn rejects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rejects = self.inner().rejects.clone();
        tuples(py, &rejects)
    }
}

fn output(path: &std::path::Path, error: std::io::Error) -> Failure {
    Failure::Output(Some(path.to_string_lossy().into_owned()), error)
}
