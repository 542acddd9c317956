//! What a file is, and how it can be parted.

use std::io::Read;
use std::path::PathBuf;

use asimkit::{Compression, Format, NormalizeError};
use memchr::memmem;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::failure::Failure;
use crate::input::Input;
use crate::options::Options;
use crate::range::RangeReader;

/// What an input is: a dict with `source`, `format` and `compression`, and in `parts` whether it can be read in parts.
///
/// `parts` is `lines` where each line is a record of its own, `lines under a header` where header lines between them
/// have to be handed along, else none. A file can be read in parts when nothing has to be undone for all of it, and
/// when no record depends on another.
#[pyfunction]
pub(crate) fn inspect(py: Python<'_>, input: Input, options: Options) -> PyResult<Bound<'_, PyDict>> {
    let found = py
        .detach(|| look(input, options))
        .map_err(|failure| failure.raise(py))?;
    let dict = PyDict::new(py);
    dict.set_item("source", found.source)?;
    dict.set_item("format", found.format.map(Format::as_str))?;
    dict.set_item("compression", found.compression.map(Compression::as_str))?;
    dict.set_item("parts", found.parts)?;
    Ok(dict)
}

struct Found {
    source: Option<&'static str>,
    format: Option<Format>,
    compression: Option<Compression>,
    parts: Option<&'static str>,
}

fn look(input: Input, options: Options) -> Result<Found, Failure> {
    let plan = options.plan()?;
    let normalizer = input.normalizer(&plan);
    let name = input.name;
    let unread = |error| Failure::Input(name.clone(), NormalizeError::Read(error));
    let mut reader = input.origin.open().map_err(unread)?.reader;
    let mut start = Vec::new();
    reader.by_ref().take(2).read_to_end(&mut start).map_err(unread)?;
    let utf16 = matches!(start[..], [0xff, 0xfe] | [0xfe, 0xff]);
    let opened = normalizer
        .open(std::io::Cursor::new(start).chain(reader))
        .map_err(|error| Failure::Input(name.clone(), error))?;
    let outcome = opened.outcome();
    let recognized = outcome.recognized.as_ref();
    let whole = utf16
        || outcome.compression.is_some()
        || recognized.is_none_or(|found| found.enveloped || found.parser.joins().is_some());
    let format = recognized.map(|found| found.format);
    Ok(Found {
        source: recognized.map(|found| found.parser.manifest().id),
        format,
        compression: outcome.compression,
        parts: match format {
            Some(Format::NdJson | Format::HeaderedLines) if !whole => format.map(Format::as_str),
            _ => None,
        },
    })
}

/// The header lines, those that begin with `#`, among the lines of a file that begin from one place on and before
/// another.
#[pyfunction]
pub(crate) fn header_lines(
    py: Python<'_>,
    path: PathBuf,
    start: u64,
    end: u64,
) -> PyResult<Bound<'_, PyBytes>> {
    let name = path.to_string_lossy().into_owned();
    let lines = py
        .detach(|| RangeReader::open(path, start, end).and_then(marked_lines))
        .map_err(|error| Failure::Input(Some(name), NormalizeError::Read(error)).raise(py))?;
    Ok(PyBytes::new(py, &lines))
}

fn marked_lines(mut reader: impl Read) -> std::io::Result<Vec<u8>> {
    /// So many bytes are looked at a time.
    const PIECE: usize = 1 << 20;

    let finder = memmem::Finder::new(b"\n#");
    let mut found = Vec::new();
    // A line end stands before the first line too.
    let mut piece = vec![b'\n'; 1];
    loop {
        let kept = piece.len();
        let read = reader.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        let ended = read == 0 && kept > 0;
        let mut at = 0;
        while let Some(place) = piece.get(at..).and_then(|rest| finder.find(rest)) {
            let start = at + place + 1;
            let rest = piece.get(start..).unwrap_or_default();
            match memchr::memchr(b'\n', rest) {
                Some(end) => found.extend_from_slice(rest.get(..=end).unwrap_or_default()),
                None if ended => {
                    found.extend_from_slice(rest);
                    found.push(b'\n');
                    return Ok(found);
                }
                // The rest of the line comes with the next piece.
                None => {
                    at = start - 1;
                    break;
                }
            }
            at = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        }
        if ended {
            return Ok(found);
        }
        let is_open = piece.get(at..).is_some_and(|rest| rest.starts_with(b"\n#"));
        let keep = if is_open {
            at
        } else {
            piece.len().saturating_sub(1)
        };
        piece.drain(..keep);
    }
}
