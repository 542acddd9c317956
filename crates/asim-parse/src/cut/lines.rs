//! One record a line.

use std::sync::Arc;

use super::{Content, Cutter, Dropped, HeaderSnapshot, Segment};

/// Cuts at line ends.
#[derive(Debug)]
pub struct LinesCutter {
    ends: LineEnds,
    header: HeaderSnapshot,
}

impl Default for LinesCutter {
    fn default() -> Self {
        Self {
            ends: LineEnds::default(),
            header: Arc::new(()),
        }
    }
}

impl LinesCutter {
    /// A cutter for lines under a header that never changes.
    pub fn with_header(header: HeaderSnapshot) -> Self {
        Self {
            ends: LineEnds::default(),
            header,
        }
    }
}

impl Cutter for LinesCutter {
    fn cut(&mut self, bytes: &[u8], at_end: bool, segments: &mut Vec<Segment>) -> usize {
        let end = self.ends.whole_lines(bytes, at_end);
        if end > 0 {
            segments.push(Segment {
                range: 0..end,
                content: Content::Lines(Arc::clone(&self.header)),
            });
        }
        end
    }

    fn droppable(&mut self, bytes: &[u8]) -> usize {
        self.ends.droppable(bytes)
    }

    fn drop_record(&mut self, bytes: &[u8], _: bool) -> Dropped {
        self.ends.drop_line(bytes)
    }
}

/// Where whole lines end, without looking twice at bytes that hold no line end.
#[derive(Debug, Default)]
pub(super) struct LineEnds {
    /// So many bytes at the front are known to hold no line end.
    without: usize,
    /// How the bytes end that were dropped.
    dropped: DroppedEnd,
}

impl LineEnds {
    /// The number of bytes at the front that are whole lines; at the end of the input, all of them.
    pub(super) fn whole_lines(&mut self, bytes: &[u8], at_end: bool) -> usize {
        if at_end {
            self.without = 0;
            return bytes.len();
        }
        let unseen = bytes.get(self.without..).unwrap_or_default();
        if let Some(at) = memchr::memrchr(b'\n', unseen) {
            let end = self.without + at + 1;
            self.without = bytes.len() - end;
            end
        } else {
            self.without = bytes.len();
            0
        }
    }

    /// All bytes of a line that is not kept can go.
    pub(super) fn droppable(&mut self, bytes: &[u8]) -> usize {
        self.dropped.see(bytes);
        bytes.len()
    }

    /// The rest of a line that is not kept.
    pub(super) fn drop_line(&mut self, bytes: &[u8]) -> Dropped {
        self.without = 0;
        let end = memchr::memchr(b'\n', bytes).map(|newline| newline + 1);
        self.dropped.line(bytes, end)
    }
}

/// How many line ends the dropped bytes of a record end with, however they were cut.
#[derive(Debug, Default)]
pub(super) struct DroppedEnd {
    trailing: u64,
    after_return: bool,
}

impl DroppedEnd {
    /// Takes in the next bytes; the length of the line end behind all of them.
    pub(super) fn see(&mut self, bytes: &[u8]) -> u64 {
        let Some((last, before)) = bytes.split_last() else {
            return self.trailing;
        };
        let returned = before.last().map_or(self.after_return, |byte| *byte == b'\r');
        self.after_return = *last == b'\r';
        self.trailing = match last {
            b'\n' => 1 + u64::from(returned),
            b'\r' => 1,
            _ => 0,
        };
        self.trailing
    }

    /// What is dropped of a line or row that ends at `end`.
    pub(super) fn line(&mut self, bytes: &[u8], end: Option<usize>) -> Dropped {
        let consumed = end.unwrap_or(bytes.len());
        Dropped {
            consumed,
            complete: end.is_some(),
            trailing: self.see(bytes.get(..consumed).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_out_whole_lines_and_keeps_the_rest() {
        let mut cutter = LinesCutter::default();
        let mut segments = Vec::new();
        assert_eq!(cutter.cut(b"one\ntwo\nthr", false, &mut segments), 8);
        assert_eq!(segments.len(), 1);
        assert_eq!(cutter.cut(b"three", false, &mut segments), 0);
        assert_eq!(cutter.cut(b"three\nfour", false, &mut segments), 6);
        assert_eq!(
            cutter.cut(b"four", true, &mut segments),
            4,
            "a last line without an end is a line"
        );
    }
}
