//! Rows of comma-separated values under a header row.

use std::sync::Arc;

use super::lines::DroppedEnd;
use super::{Content, Cutter, Dropped, Segment, is_blank, trim_line_end};
use crate::envelope::TableHeader;

/// Cuts at line ends outside quotes (RFC 4180). The first row is the header.
#[derive(Debug)]
pub struct CsvCutter {
    /// So many bytes were looked at.
    scanned: usize,
    in_quotes: bool,
    header: Option<Arc<TableHeader>>,
    /// A longer row is no header.
    longest: usize,
    /// How the bytes end that were dropped.
    dropped: DroppedEnd,
}

impl CsvCutter {
    /// A cutter for which a row of more than `longest` bytes is no header, so that it is the same whether the row is
    /// seen as a whole or in parts.
    pub fn new(longest: usize) -> Self {
        Self {
            scanned: 0,
            in_quotes: false,
            header: None,
            longest,
            dropped: DroppedEnd::default(),
        }
    }

    /// The place behind the next line end outside quotes.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        loop {
            let rest = bytes.get(self.scanned..).unwrap_or_default();
            let found = if self.in_quotes {
                memchr::memchr(b'"', rest)
            } else {
                memchr::memchr2(b'"', b'\n', rest)
            };
            let Some(at) = found else {
                self.scanned = bytes.len();
                return None;
            };
            self.scanned += at + 1;
            // A doubled quote closes and opens.
            if rest.get(at) == Some(&b'"') {
                self.in_quotes = !self.in_quotes;
            } else {
                return Some(self.scanned);
            }
        }
    }
}

impl Cutter for CsvCutter {
    fn cut(&mut self, bytes: &[u8], at_end: bool, segments: &mut Vec<Segment>) -> usize {
        let (mut rows, mut rows_from, mut whole) = (Vec::new(), 0, 0);
        loop {
            let end = match self.end(bytes) {
                Some(end) => end,
                None if at_end && whole < bytes.len() => bytes.len(),
                None => break,
            };
            let row = trim_line_end(bytes.get(whole..end).unwrap_or_default());
            if self.header.is_none() && !is_blank(row) && row.len() <= self.longest {
                // What came before it was too long to be one.
                if whole > rows_from {
                    let content = Content::Rows(std::mem::take(&mut rows), Arc::default());
                    segments.push(Segment {
                        range: rows_from..whole,
                        content,
                    });
                }
                self.header = Some(Arc::new(TableHeader::new(row)));
                segments.push(Segment {
                    range: whole..end,
                    content: Content::Skipped,
                });
                rows_from = end;
            } else if !is_blank(row) || row.len() > self.longest {
                rows.push(whole..whole + row.len());
            }
            whole = end;
        }
        if whole > rows_from {
            let header = self.header.clone().unwrap_or_default();
            segments.push(Segment {
                range: rows_from..whole,
                content: Content::Rows(rows, header),
            });
        }
        self.scanned -= whole.min(self.scanned);
        if at_end {
            (self.scanned, self.in_quotes) = (0, false);
        }
        whole
    }

    fn droppable(&mut self, bytes: &[u8]) -> usize {
        self.dropped.see(bytes);
        bytes.len()
    }

    fn drop_record(&mut self, bytes: &[u8], _: bool) -> Dropped {
        self.scanned = 0;
        let end = self.end(bytes);
        self.scanned = 0;
        self.dropped.line(bytes, end)
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_records::records;
    use super::*;

    fn rows(input: &[u8], chunk: usize) -> Vec<String> {
        records(&mut CsvCutter::new(usize::MAX), input, chunk)
    }

    #[test]
    fn rows_may_span_lines_whatever_the_chunk_size() {
        let input = b"a,b\r\n1,\"x \"\"y\"\",\nz\"\r\n\r\n2,3\n4,\"open";
        let expected = ["1,\"x \"\"y\"\",\nz\"", "2,3", "4,\"open"];
        for chunk in 1..=input.len() {
            assert_eq!(rows(input, chunk), expected, "chunks of {chunk}");
        }
    }
}
