//! Bytes that Python holds: pieces of an input, and the values of a column.

use std::io::{self, Read};

use pyo3::pybacked::PyBackedBytes;

/// Pieces of an input, one behind the other; a line end is put behind a piece that has none.
pub(crate) struct Pieces {
    waiting: std::vec::IntoIter<PyBackedBytes>,
    piece: Option<PyBackedBytes>,
    at: usize,
    /// Whether a line end is still to come behind the piece before.
    line_end: bool,
}

impl Pieces {
    pub(crate) fn new(pieces: Vec<PyBackedBytes>) -> Self {
        Self {
            waiting: pieces.into_iter(),
            piece: None,
            at: 0,
            line_end: false,
        }
    }
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let rest = self.piece.as_ref().and_then(|piece| piece.get(self.at..));
            if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
                let count = copy(rest, out);
                self.at += count;
                return Ok(count);
            }
            let ended = self.piece.take();
            self.line_end |= ended.is_some_and(|piece| !piece.is_empty() && !piece.ends_with(b"\n"));
            let Some(next) = self.waiting.next() else {
                return Ok(0);
            };
            (self.piece, self.at) = (Some(next), 0);
            if std::mem::take(&mut self.line_end) {
                return Ok(copy(b"\n", out));
            }
        }
    }
}

/// The values of a column of texts as one input: a line end is put behind each value that has none.
///
/// The texts stand one behind the other, and a list of numbers tells where each begins and the last one ends, as Arrow
/// has them. A value that is empty, or null, is no record.
pub(crate) struct Values {
    bytes: PyBackedBytes,
    /// Numbers of 32 bits, or of 64, in the processor's order.
    ends: PyBackedBytes,
    wide: bool,
    /// The value under way.
    value: usize,
    at: usize,
}

impl Values {
    pub(crate) fn new(bytes: PyBackedBytes, ends: PyBackedBytes, wide: bool) -> Self {
        let mut values = Self {
            bytes,
            ends,
            wide,
            value: 0,
            at: 0,
        };
        values.at = values.offset(0).unwrap_or_default();
        values
    }

    /// Where a value begins.
    fn offset(&self, value: usize) -> Option<usize> {
        if self.wide {
            let bytes = self.ends.get(value * 8..)?.first_chunk()?;
            usize::try_from(i64::from_ne_bytes(*bytes)).ok()
        } else {
            let bytes = self.ends.get(value * 4..)?.first_chunk()?;
            usize::try_from(i32::from_ne_bytes(*bytes)).ok()
        }
    }
}

impl Read for Values {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < out.len() {
            let (Some(begin), Some(end)) = (self.offset(self.value), self.offset(self.value + 1)) else {
                break;
            };
            let room = out.get_mut(filled..).unwrap_or_default();
            let rest = self.bytes.get(self.at..end).unwrap_or_default();
            if rest.is_empty() {
                let value = self.bytes.get(begin..end).unwrap_or_default();
                if !value.is_empty() && !value.ends_with(b"\n") {
                    filled += copy(b"\n", room);
                }
                self.value += 1;
                self.at = end;
                continue;
            }
            let count = copy(rest, room);
            self.at += count;
            filled += count;
        }
        Ok(filled)
    }
}

/// Copies as many bytes as there is room for.
fn copy(from: &[u8], to: &mut [u8]) -> usize {
    let count = from.len().min(to.len());
    if let (Some(to), Some(from)) = (to.get_mut(..count), from.get(..count)) {
        to.copy_from_slice(from);
    }
    count
}
