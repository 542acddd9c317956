//! Records that begin with a line that tells so and go on over the lines that follow.

use std::ops::Range;

use super::lines::DroppedEnd;
use super::{Content, Cutter, Dropped, Segment, is_blank, trim_line_end};

/// Tells which lines begin a record.
///
/// Every line of an input is shown once, in order, without its line end; blank lines too. Of a line of more than
/// 64 KiB, or of more bytes than a record may have, only the first part is shown.
pub trait RecordStarts: Send {
    /// Whether the line begins a record; otherwise it belongs to the record before it.
    ///
    /// Lines before the first one that begins a record are a record of their own. A blank line that begins a record
    /// only ends the one before it.
    fn begins(&mut self, line: &[u8]) -> bool;
}

/// Every line begins a record.
#[derive(Debug, Clone, Copy, Default)]
pub struct EveryLine;

impl RecordStarts for EveryLine {
    fn begins(&mut self, _: &[u8]) -> bool {
        true
    }
}

/// Of a longer line, so many bytes are shown.
const SHOWN: usize = 64 << 10;

/// Cuts in front of the lines that begin a record. Blank lines at a record's end belong to none.
pub struct ContinuedLinesCutter {
    starts: Box<dyn RecordStarts>,
    /// Of a longer line, so many bytes are shown.
    shown: usize,
    /// The record under way, from its first line to the last one that is not blank.
    record: Option<Range<usize>>,
    /// Where the line under way begins.
    line: usize,
    /// So many bytes were searched for a line end.
    searched: usize,
    /// What was said of the line under way, once it was shown.
    said: Option<Said>,
    /// So many bytes at the end of what was dropped are line ends and blank lines.
    trailing: u64,
    /// How the bytes end that were dropped of the last line that is not blank.
    dropped: DroppedEnd,
}

/// What a line is.
#[derive(Clone, Copy)]
struct Said {
    begins: bool,
    blank: bool,
}

impl ContinuedLinesCutter {
    /// A cutter that asks `starts` for every line, for records of at most `max_record` bytes.
    pub fn new(starts: Box<dyn RecordStarts>, max_record: usize) -> Self {
        Self {
            starts,
            shown: SHOWN.min(max_record),
            record: None,
            line: 0,
            searched: 0,
            said: None,
            trailing: 0,
            dropped: DroppedEnd::default(),
        }
    }

    /// Shows the line under way, unless that was done; `content` are its bytes as far as they are known.
    fn show(&mut self, content: &[u8]) -> Said {
        if let Some(said) = self.said {
            return said;
        }
        let shown = content.get(..self.shown).unwrap_or(content);
        let said = Said {
            begins: self.starts.begins(shown),
            blank: content.len() < self.shown && is_blank(content),
        };
        self.said = Some(said);
        said
    }

    /// The end of the line under way, its line end included.
    fn line_end(&mut self, bytes: &[u8], at_end: bool) -> Option<usize> {
        let unseen = bytes.get(self.searched..).unwrap_or_default();
        if let Some(at) = memchr::memchr(b'\n', unseen) {
            return Some(self.searched + at + 1);
        }
        self.searched = bytes.len();
        (at_end && self.line < bytes.len()).then_some(bytes.len())
    }

    /// Goes on to the line behind `end`.
    fn next_line(&mut self, end: usize) {
        (self.line, self.searched, self.said) = (end, end, None);
    }

    /// Shows the line under way although its end is not there yet, if what is there is all that would be shown.
    fn show_part(&mut self, bytes: &[u8]) -> Option<Said> {
        let part = bytes.get(self.line..).unwrap_or_default();
        (self.said.is_some() || part.len() > self.shown).then(|| self.show(part))
    }
}

impl Cutter for ContinuedLinesCutter {
    fn cut(&mut self, bytes: &[u8], at_end: bool, segments: &mut Vec<Segment>) -> usize {
        let mut spans = Vec::new();
        while let Some(end) = self.line_end(bytes, at_end) {
            let content = trim_line_end(bytes.get(self.line..end).unwrap_or_default());
            let said = self.show(content);
            if said.begins {
                spans.extend(self.record.take());
            }
            if !said.blank {
                let content_end = self.line + content.len();
                self.record.get_or_insert(self.line..content_end).end = content_end;
            }
            self.next_line(end);
        }
        // The line under way may be known to end the record before it.
        if self.show_part(bytes).is_some_and(|said| said.begins) {
            spans.extend(self.record.take());
        }
        if at_end {
            spans.extend(self.record.take());
        }
        let whole = self.record.as_ref().map_or(self.line, |record| record.start);
        self.line -= whole;
        self.searched -= whole;
        if let Some(record) = &mut self.record {
            *record = record.start - whole..record.end - whole;
        }
        if whole > 0 {
            segments.push(Segment {
                range: 0..whole,
                content: Content::Spans(spans),
            });
        }
        whole
    }

    fn droppable(&mut self, bytes: &[u8]) -> usize {
        // A line that was not shown may begin the next record.
        let part_goes = self
            .said
            .is_some_and(|said| !said.begins || self.record.is_none());
        let count = if part_goes { bytes.len() } else { self.line };
        let content = self.record.take().map_or(self.line, |record| record.end);
        self.trailing = if part_goes {
            self.dropped.see(bytes)
        } else {
            count.saturating_sub(content) as u64
        };
        (self.line, self.searched) = (0, self.searched.saturating_sub(count));
        // The part that goes belongs to the record, whatever is said of the line.
        if let Some(said) = self.said.as_mut().filter(|_| part_goes) {
            said.begins = false;
        }
        count
    }

    fn drop_record(&mut self, bytes: &[u8], at_end: bool) -> Dropped {
        let complete = loop {
            let end = self.line_end(bytes, at_end);
            let part = bytes
                .get(self.line..end.unwrap_or(bytes.len()))
                .unwrap_or_default();
            let said = match end {
                Some(_) => Some(self.show(trim_line_end(part))),
                None => self.show_part(bytes),
            };
            match said {
                Some(said) if said.begins => break true,
                Some(said) => {
                    if said.blank {
                        self.trailing += part.len() as u64;
                    } else {
                        self.trailing = self.dropped.see(part);
                    }
                    let Some(end) = end else {
                        (self.line, self.searched) = (bytes.len(), bytes.len());
                        break false;
                    };
                    self.next_line(end);
                }
                None => break false,
            }
            if self.line == bytes.len() {
                break false;
            }
        };
        let consumed = self.line;
        (self.line, self.searched) = (0, self.searched - consumed);
        Dropped {
            consumed,
            complete,
            trailing: self.trailing,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::test_records::records;
    use super::*;

    /// Lines that begin with `>` begin a record; what was shown is written down.
    #[derive(Default)]
    struct Marked(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

    impl RecordStarts for Marked {
        fn begins(&mut self, line: &[u8]) -> bool {
            self.0
                .lock()
                .unwrap()
                .push(String::from_utf8_lossy(line).into_owned());
            line.starts_with(b">")
        }
    }

    fn cut(input: &[u8], chunk: usize) -> (Vec<String>, Vec<String>) {
        let starts = Marked::default();
        let shown = std::sync::Arc::clone(&starts.0);
        let mut cutter = ContinuedLinesCutter::new(Box::new(starts), usize::MAX);
        let found = records(&mut cutter, input, chunk);
        let shown = shown.lock().unwrap().clone();
        (found, shown)
    }

    #[test]
    fn lines_belong_to_the_record_before_them_whatever_the_chunk_size() {
        let cases: [(&str, &[&str]); 9] = [
            ("", &[]),
            ("\n \r\n", &[]),
            (">a", &[">a"]),
            (">a\n>b\r\n", &[">a", ">b"]),
            (
                ">a\n  more\n\nand more\n\n \n>b\n\n",
                &[">a\n  more\n\nand more", ">b"],
            ),
            ("before\nthe first\n>a\n", &["before\nthe first", ">a"]),
            ("\n\nbefore\r\n\r\n>a\r\nx\r\n", &["before", ">a\r\nx"]),
            (">a\n>b\nno end", &[">a", ">b\nno end"]),
            (">\n>\n", &[">", ">"]),
        ];
        for (input, expected) in cases {
            for chunk in 1..=input.len().max(1) {
                let (found, shown) = cut(input.as_bytes(), chunk);
                assert_eq!(found, expected, "{input:?} in chunks of {chunk}");
                let lines: Vec<_> = input.lines().collect();
                assert_eq!(shown, lines, "{input:?} in chunks of {chunk}");
            }
        }
    }

    proptest! {
        /// Neither cut nor what is shown depends on the chunks.
        #[test]
        fn chunks_change_nothing(input in "(>|a| |\r|\n){0,60}", chunk in 1..20_usize) {
            prop_assert_eq!(cut(input.as_bytes(), chunk), cut(input.as_bytes(), usize::MAX));
        }
    }
}
