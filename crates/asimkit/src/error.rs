//! Why an input could not be normalized to its end.

use std::fmt;
use std::io;

use asim_parse::engine::RunError;

use crate::source::SourceError;

/// Why an input could not be normalized to its end. A bad record is no such error: it is rejected and counted.
#[derive(Debug)]
#[non_exhaustive]
pub enum NormalizeError {
    /// No parser was chosen.
    Source(SourceError),
    /// The input leaves open what its parser must know, and the caller has not said it; the text asks for it.
    Undecided(String),
    /// The input could not be read.
    Read(io::Error),
    /// The output could not be written.
    Write(io::Error),
}

impl fmt::Display for NormalizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::Undecided(question) => f.write_str(question),
            Self::Read(error) => write!(f, "the input cannot be read: {error}"),
            Self::Write(error) => write!(f, "the output cannot be written: {error}"),
        }
    }
}

impl std::error::Error for NormalizeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Source(error) => Some(error),
            Self::Undecided(_) => None,
            Self::Read(error) | Self::Write(error) => Some(error),
        }
    }
}

impl From<SourceError> for NormalizeError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl From<RunError> for NormalizeError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Commit(error) => Self::Write(error),
            RunError::Read(error) => Self::Read(error),
            other => Self::Read(io::Error::other(other.to_string())),
        }
    }
}
