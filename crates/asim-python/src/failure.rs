//! Why a run ended before its inputs did, as a Python exception.

use std::fmt;
use std::io;

use asimkit::{FilterError, NormalizeError, SourceError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::reject::Rejected;

/// Why a run ended before its inputs did.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A choice cannot be used.
    Option {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The filter cannot be used.
    Filter(FilterError),
    /// An input of this name cannot be normalized, or not to its end.
    Input(Option<String>, NormalizeError),
    /// A record was rejected, and the caller wanted none to be.
    Record(Box<Rejected>),
    /// What was made of the events cannot be written to the file of this name.
    Output(Option<String>, io::Error),
    /// Whoever took the events has gone away.
    Closed,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |name: &Option<String>| name.as_ref().map(|name| format!("{name}: "));
        match self {
            Self::Option { name, problem } => write!(f, "{name}: {problem}"),
            Self::Filter(error) => write!(f, "filter: {error}"),
            Self::Input(name, NormalizeError::Source(error)) => {
                write!(f, "{}{}", of(name).unwrap_or_default(), unchosen(error))
            }
            Self::Input(name, NormalizeError::Undecided(question)) => {
                write!(f, "{}{}", of(name).unwrap_or_default(), as_option(question))
            }
            Self::Input(name, error) => write!(f, "{}{error}", of(name).unwrap_or_default()),
            Self::Record(rejected) => {
                write!(
                    f,
                    "{}{}",
                    of(&rejected.file).unwrap_or_default(),
                    rejected.reject.error
                )
            }
            Self::Output(name, error) => {
                write!(f, "{}cannot be written: {error}", of(name).unwrap_or_default())
            }
            Self::Closed => f.write_str("the events were closed"),
        }
    }
}

impl std::error::Error for Failure {}

/// Why no source was chosen, in Python's terms.
fn unchosen(error: &SourceError) -> String {
    match error {
        SourceError::Unrecognized => {
            "no source recognizes it; name one with source= if you know it".to_owned()
        }
        SourceError::Ambiguous(ids) => {
            format!(
                "it could be {}; choose with source=, auto-record if records of several sources are mixed in it",
                ids.join(" or ")
            )
        }
        other => other.to_string(),
    }
}

/// A question that names a flag of the program, with the option of that name.
fn as_option(question: &str) -> String {
    let words = question.split(' ').map(|word| match word.strip_prefix("--") {
        Some(flag) => format!("{}=", flag.replace('-', "_")),
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

impl Failure {
    /// The name of the class in `asimkit.errors`.
    fn class(&self) -> &'static str {
        match self {
            Self::Option { name: "source", .. } | Self::Input(_, NormalizeError::Source(_)) => "SourceError",
            Self::Option { name: "filter", .. } | Self::Filter(_) => "FilterError",
            Self::Option { .. } => "OptionError",
            Self::Input(_, NormalizeError::Undecided(_)) => "UndecidedError",
            Self::Input(_, _) => "ReadError",
            Self::Record(_) => "RecordError",
            Self::Output(..) => "WriteError",
            Self::Closed => "AsimError",
        }
    }

    /// The exception.
    pub(crate) fn raise(self, py: Python<'_>) -> PyErr {
        self.exception(py).unwrap_or_else(|error| error)
    }

    fn exception(self, py: Python<'_>) -> PyResult<PyErr> {
        let arguments = PyDict::new(py);
        match &self {
            Self::Option { name, .. } => arguments.set_item("option", name)?,
            Self::Filter(error) => {
                arguments.set_item("option", "filter")?;
                arguments.set_item("parameter", error.parameter().as_str())?;
            }
            Self::Input(file, _) | Self::Output(file, _) => arguments.set_item("file", file)?,
            Self::Record(rejected) => {
                arguments.set_item("file", &rejected.file)?;
                arguments.set_item("reject", rejected.to_python(py)?)?;
            }
            Self::Closed => {}
        }
        let class = py.import("asimkit.errors")?.getattr(self.class())?;
        let exception = PyErr::from_value(class.call((self.to_string(),), Some(&arguments))?);
        if let Some(cause) = self.cause(py) {
            exception.set_cause(py, Some(cause));
        }
        Ok(exception)
    }

    /// The exception of a Python file that lies beneath.
    fn cause(self, py: Python<'_>) -> Option<PyErr> {
        let (Self::Input(_, NormalizeError::Read(error) | NormalizeError::Write(error))
        | Self::Output(_, error)) = self
        else {
            return None;
        };
        let inner = error.into_inner()?.downcast::<PyErr>().ok()?;
        Some(inner.clone_ref(py))
    }
}
