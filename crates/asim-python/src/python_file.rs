//! Files of Python: whatever has a `read` that returns bytes.

use std::io::{self, Read};

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

/// So many bytes are asked for at a time.
const PIECE: usize = 256 << 10;

/// Reads an object with a method `read(size)`.
pub(crate) struct PythonFile {
    file: Py<PyAny>,
    piece: Option<PyBackedBytes>,
    at: usize,
}

impl PythonFile {
    pub(crate) fn new(file: Py<PyAny>) -> Self {
        Self {
            file,
            piece: None,
            at: 0,
        }
    }
}

impl Read for PythonFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(piece) = &self.piece {
                let rest = piece.get(self.at..).unwrap_or_default();
                if !rest.is_empty() {
                    let count = rest.len().min(out.len());
                    if let (Some(to), Some(from)) = (out.get_mut(..count), rest.get(..count)) {
                        to.copy_from_slice(from);
                    }
                    self.at += count;
                    return Ok(count);
                }
            }
            let piece = Python::try_attach(|py| {
                let piece = self.file.bind(py).call_method1("read", (PIECE,))?;
                piece.extract::<PyBackedBytes>().map_err(|_| {
                    pyo3::exceptions::PyTypeError::new_err(
                        "read() did not return bytes; open the file in binary mode",
                    )
                })
            });
            let piece = piece.ok_or_else(|| io::Error::other("the interpreter is about to end"))??;
            if piece.is_empty() {
                return Ok(0);
            }
            (self.piece, self.at) = (Some(piece), 0);
        }
    }
}
