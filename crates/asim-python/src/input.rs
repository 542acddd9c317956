//! Where bytes come from.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use asimkit::{Normalizer, Timestamp, YearEvidence};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::options::Plan;
use crate::python_file::PythonFile;
use crate::range::RangeReader;
use crate::values::{Pieces, Values};

/// One input as the package's Python code hands it over.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Input {
    /// Its name in reports and errors.
    pub(crate) name: Option<String>,
    /// Whether the caller named it, or it was found in a directory.
    pub(crate) named: bool,
    /// When it was last changed, in nanoseconds since 1970.
    changed: Option<i64>,
    /// Whether records without a time get that of the last change.
    assume_changed: bool,
    pub(crate) origin: Origin,
}

#[derive(FromPyObject)]
pub(crate) enum Origin {
    #[pyo3(transparent)]
    Path(PathBuf),
    /// The lines of a file that begin from one place on and before another, behind header lines.
    Part(PathBuf, u64, u64, PyBackedBytes),
    /// The values of a column of texts: their bytes, and where they end.
    Values(PyBackedBytes, PyBackedBytes, bool),
    #[pyo3(transparent)]
    Pieces(Vec<PyBackedBytes>),
    #[pyo3(transparent)]
    File(Py<PyAny>),
}

/// How the places in what is read stand to those in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// They are the same.
    Whole,
    /// What is read is a header of so many bytes, and then the file from about `start` on.
    Part {
        /// The first byte of the file that is read.
        start: u64,
        /// The bytes of the header.
        header: u64,
    },
}

/// An input that is open.
pub(crate) struct Open {
    pub(crate) reader: Box<dyn Read + Send>,
    pub(crate) place: Place,
}

impl Origin {
    /// Opens the input.
    pub(crate) fn open(self) -> io::Result<Open> {
        let whole = |reader| Open {
            reader,
            place: Place::Whole,
        };
        Ok(match self {
            Self::Path(path) => whole(Box::new(File::open(path)?)),
            Self::Part(path, start, end, header) => {
                let range = RangeReader::open(path, start, end)?;
                let place = Place::Part {
                    start: range.start(),
                    header: header.len() as u64,
                };
                Open {
                    reader: Box::new(Pieces::new(vec![header]).chain(range)),
                    place,
                }
            }
            Self::Values(bytes, ends, wide) => whole(Box::new(Values::new(bytes, ends, wide))),
            Self::Pieces(pieces) => whole(Box::new(Pieces::new(pieces))),
            Self::File(file) => whole(Box::new(PythonFile::new(file))),
        })
    }
}

impl Input {
    /// Whether reading it needs the interpreter.
    pub(crate) fn needs_python(&self) -> bool {
        matches!(self.origin, Origin::File(_))
    }

    /// The normalizer with what depends on the input.
    pub(crate) fn normalizer(&self, plan: &Plan) -> Normalizer {
        /// Nanoseconds in a tick.
        const TICK: i64 = 100;

        let mut normalizer = plan.normalizer.clone();
        let changed = self
            .changed
            .and_then(|time| Timestamp::from_ticks(time.div_euclid(TICK)));
        if let Some(changed) = changed {
            if !plan.year_known {
                normalizer = normalizer.year(YearEvidence::EndsBefore(changed));
            }
            if self.assume_changed {
                normalizer = normalizer.assume_time(changed);
            }
        }
        normalizer
    }
}
