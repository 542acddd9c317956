//! The lines of a part of a file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// The buffer in front of the file.
const BUFFER: usize = 256 << 10;

/// Reads the lines of a file that begin from one place on and before another, whole.
///
/// Each line of a file is therefore in exactly one of the parts of which one begins where the other ends.
pub(crate) struct RangeReader {
    file: BufReader<File>,
    start: u64,
    at: u64,
    end: u64,
    /// Whether the byte before `at` ends a line.
    line_ended: bool,
}

impl RangeReader {
    /// Opens a file and goes to the first line that begins at `start` or later.
    pub(crate) fn open(path: impl AsRef<Path>, start: u64, end: u64) -> io::Result<Self> {
        let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
        let mut at = start;
        if let Some(before) = start.checked_sub(1) {
            file.seek(SeekFrom::Start(before))?;
            at = before + file.skip_until(b'\n')? as u64;
        }
        Ok(Self {
            file,
            start: at,
            at,
            end,
            line_ended: true,
        })
    }

    /// Where the first line begins.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }
}

impl Read for RangeReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.end && self.line_ended {
            return Ok(0);
        }
        let room = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let count = if room > 0 {
            let room = room.min(out.len());
            let out = out.get_mut(..room).unwrap_or_default();
            let count = self.file.read(out)?;
            self.line_ended = count == 0 || out.get(count - 1) == Some(&b'\n');
            count
        } else {
            // The last line goes on behind the end.
            let rest = self.file.fill_buf()?;
            let line = memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
            let count = line.min(out.len());
            if let (Some(to), Some(from)) = (out.get_mut(..count), rest.get(..count)) {
                to.copy_from_slice(from);
                self.line_ended = count == 0 || from.ends_with(b"\n");
            }
            self.file.consume(count);
            count
        };
        if count == 0 {
            self.end = self.at;
        }
        self.at += count as u64;
        Ok(count)
    }
}
