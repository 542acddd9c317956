//! One record a line, under header lines that begin with `#`.

use std::any::Any;
use std::sync::Arc;

use memchr::memmem::Finder;

use super::lines::LineEnds;
use super::{Content, Cutter, Dropped, HeaderSnapshot, Segment, trim_line_end};

/// What header lines mean to a source.
pub trait HeaderLines: Any + Clone + Default + Send + Sync {
    /// Takes in one header line, without its line end; true if it changes how records are read.
    fn line(&mut self, line: &[u8]) -> bool;
}

impl HeaderLines for () {
    fn line(&mut self, _: &[u8]) -> bool {
        false
    }
}

/// Cuts at line ends and reads the header lines between the records, wherever they stand.
#[derive(Debug)]
pub struct HeaderedLinesCutter<H> {
    ends: LineEnds,
    header: H,
    snapshot: Option<HeaderSnapshot>,
    /// A longer line is no header.
    longest: usize,
    marked_line: Finder<'static>,
}

impl<H: HeaderLines> HeaderedLinesCutter<H> {
    /// A cutter for which a line of more than `longest` bytes is no header, so that it is the same whether the line is
    /// seen as a whole or in parts.
    pub fn new(longest: usize) -> Self {
        Self {
            ends: LineEnds::default(),
            header: H::default(),
            snapshot: None,
            longest,
            marked_line: Finder::new(b"\n#").into_owned(),
        }
    }

    fn snapshot(&mut self) -> HeaderSnapshot {
        let header = &self.header;
        Arc::clone(self.snapshot.get_or_insert_with(|| Arc::new(header.clone())))
    }
}

impl<H: HeaderLines> Cutter for HeaderedLinesCutter<H> {
    fn cut(&mut self, bytes: &[u8], at_end: bool, segments: &mut Vec<Segment>) -> usize {
        let end = self.ends.whole_lines(bytes, at_end);
        let lines = bytes.get(..end).unwrap_or_default();
        let mut at = 0;
        while let Some(rest) = lines.get(at..).filter(|rest| !rest.is_empty()) {
            if rest.first() == Some(&b'#') {
                let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
                let line = trim_line_end(rest.get(..length).unwrap_or(rest));
                let content = if line.len() > self.longest {
                    Content::Lines(self.snapshot())
                } else {
                    if self.header.line(line) {
                        self.snapshot = None;
                    }
                    Content::Skipped
                };
                segments.push(Segment {
                    range: at..at + length,
                    content,
                });
                at += length;
            } else {
                let length = self
                    .marked_line
                    .find(rest)
                    .map_or(rest.len(), |newline| newline + 1);
                let content = Content::Lines(self.snapshot());
                segments.push(Segment {
                    range: at..at + length,
                    content,
                });
                at += length;
            }
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

#[cfg(test)]
mod tests {
    use super::super::test_records::in_chunks;
    use super::*;

    #[derive(Clone, Default)]
    struct Last(Vec<u8>);

    impl HeaderLines for Last {
        fn line(&mut self, line: &[u8]) -> bool {
            self.0 = line.to_vec();
            line != b"#comment"
        }
    }

    /// Each record with the header line that was in force.
    fn records(input: &[u8], chunk: usize) -> Vec<(String, String)> {
        let mut cutter = HeaderedLinesCutter::<Last>::new(usize::MAX);
        let mut found = Vec::new();
        in_chunks(&mut cutter, input, chunk, |bytes, segment| {
            let Content::Lines(header) = &segment.content else {
                return;
            };
            let header = header.downcast_ref::<Last>().unwrap();
            for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                found.push((text(&header.0), text(line)));
            }
        });
        found
    }

    #[test]
    fn every_record_has_the_header_in_force_whatever_the_chunk_size() {
        let input = b"#one\na\nb\n#comment\nc\n#two\n#three\nd#d\n\ne";
        let expected = [
            ("#one", "a"),
            ("#one", "b"),
            ("#one", "c"),
            ("#three", "d#d"),
            ("#three", "e"),
        ];
        for chunk in 1..=input.len() {
            let found = records(input, chunk);
            let found: Vec<_> = found.iter().map(|(h, r)| (h.as_str(), r.as_str())).collect();
            // A comment changes the state but not the snapshot, which still shows the header before it.
            assert_eq!(found, expected, "chunks of {chunk}");
        }
    }
}
