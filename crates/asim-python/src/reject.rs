//! Rejected records as Python and reject files have them.

use asimkit::{Location, Reject};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};
use serde::Serialize;

use crate::input::Place;

/// A rejected record with the name of its input.
#[derive(Debug, Clone)]
pub(crate) struct Rejected {
    pub(crate) file: Option<String>,
    pub(crate) place: Place,
    pub(crate) reject: Reject,
}

/// The columns of a reject file: those that the program writes, without those that a part of a file does not tell.
#[derive(Serialize)]
struct Columns<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    byte: Option<u64>,
    source: &'r str,
    stage: &'r str,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_base64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_length: Option<u64>,
}

impl Rejected {
    /// Number of the record, number of its line, and its first byte, as far as they are known.
    fn location(&self) -> (Option<u64>, Option<u64>, Option<u64>) {
        let Location { record, line, byte } = self.reject.error.location();
        match self.place {
            Place::Whole => (Some(record), Some(line), Some(byte)),
            Place::Part { start, header } => (None, None, Some((start + byte).saturating_sub(header))),
        }
    }

    /// The reject as one JSON object, without a line end.
    pub(crate) fn to_json(&self) -> String {
        let (record, line, byte) = self.location();
        let text = std::str::from_utf8(&self.reject.raw).ok();
        let columns = Columns {
            file: self.file.as_deref(),
            record,
            line,
            byte,
            source: self.reject.error.parser(),
            stage: self.reject.error.stage().as_str(),
            reason: self.reject.error.fault().to_string(),
            raw: text,
            raw_base64: text.is_none().then(|| STANDARD.encode(&self.reject.raw)),
            raw_length: self.reject.is_truncated().then_some(self.reject.length),
        };
        serde_json::to_string(&columns).unwrap_or_default()
    }

    /// The fields of `asimkit.Reject` in its order.
    pub(crate) fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let (record, line, byte) = self.location();
        let error = &self.reject.error;
        (
            &self.file,
            record,
            line,
            byte,
            error.parser(),
            error.stage().as_str(),
            error.fault().to_string(),
            PyBytes::new(py, &self.reject.raw),
            self.reject.length,
        )
            .into_pyobject(py)
    }
}

/// Rejected records, each as the fields of `asimkit.Reject`.
pub(crate) fn tuples<'py>(py: Python<'py>, rejects: &[Rejected]) -> PyResult<Bound<'py, PyList>> {
    let rows: Vec<_> = rejects
        .iter()
        .map(|rejected| rejected.to_python(py))
        .collect::<PyResult<_>>()?;
    PyList::new(py, rows)
}
