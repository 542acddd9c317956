//! Joining the records of one activity, whatever the layout that they stand in.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use asim_schema::Timestamp;

use super::joins::{Earlier, EarlierPiece, Group, Joins, Part, Piece};
use super::{Content, Cutter, Dropped, Segment, is_blank, trim_line_end};
use crate::context::Context;
use crate::envelope::{self, TableHeader};

/// At most so many activities are open at a time; one more closes the oldest.
const OPEN: usize = 1024;

/// Hands out the records that another cutter finds in groups, one for each activity.
///
/// A group is handed out when it is complete; when a record of the same origin is further away in time than the
/// window; when too many groups are open, or hold too many bytes; and at the end of the input. All of that follows from
/// the records and their order alone, so that blocks change nothing.
pub struct JoiningCutter {
    cutter: Box<dyn Cutter>,
    joins: Box<dyn Joins>,
    /// A record of more bytes is none of a group, and all open groups together hold no more.
    max_record: usize,
    /// The open groups, the oldest first.
    open: VecDeque<Open>,
    /// So many bytes are in open groups, with one more for each record.
    held: usize,
    /// Bytes and line ends of the input before those that are cut.
    before: Counted,
    /// What the cutter found.
    segments: Vec<Segment>,
    /// Origin and activity of the record under way.
    key: Vec<u8>,
    context: Context,
}

/// How far an input was counted.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    bytes: u64,
    lines: u64,
}

impl Counted {
    fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.lines += line_ends(bytes);
    }
}

/// A group that may not be complete.
struct Open {
    /// Origin and activity.
    key: Vec<u8>,
    /// So much of the key is the origin.
    origin: usize,
    time: Timestamp,
    has_main: bool,
    has_last: bool,
    /// What it counts among the bytes that are held.
    size: usize,
    /// Records of earlier blocks; their line numbers count from the input's beginning.
    kept: Vec<EarlierPiece>,
    text: Vec<u8>,
    /// Where the first of them begins in the input.
    first_byte: u64,
    here: Vec<Piece>,
}

/// What a record says of its activity, beside the key.
struct Said {
    origin: usize,
    time: Timestamp,
    part: Part,
}

/// A block in the middle of being cut.
struct Cut<'b> {
    bytes: &'b [u8],
    /// Line ends were counted up to here.
    counted: usize,
    lines: u64,
    /// The groups that are done, in the order in which they were.
    done: Vec<Group>,
}

impl Cut<'_> {
    /// The piece of a record. Records come in the order of the block.
    fn piece(&mut self, range: Range<usize>, table: Option<&Arc<TableHeader>>) -> Piece {
        self.lines += line_ends(self.bytes.get(self.counted..range.start).unwrap_or_default());
        self.counted = range.start;
        Piece {
            range,
            line: self.lines,
            table: table.cloned(),
        }
    }

    fn alone(&mut self, piece: Piece) {
        self.done.push(Group {
            earlier: None,
            here: vec![piece],
        });
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

impl JoiningCutter {
    /// A cutter that joins the records which `cutter` finds, none of which has more than `max_record` bytes.
    ///
    /// Layouts whose header lines or chunks give a meaning to their records are handed on as they are.
    pub fn new(cutter: Box<dyn Cutter>, joins: Box<dyn Joins>, max_record: usize) -> Self {
        Self {
            cutter,
            joins,
            max_record,
            open: VecDeque::new(),
            held: 0,
            before: Counted::default(),
            segments: Vec::new(),
            key: Vec::new(),
            context: Context::default(),
        }
    }

    /// Asks what a record says of its activity, out of its layers where it has some; the key is left in `self.key`.
    fn ask(&mut self, text: &[u8], table: Option<&Arc<TableHeader>>) -> Option<Said> {
        let joins = &*self.joins;
        if table.is_none()
            && let Some(member) = joins.member(text)
        {
            self.key.clear();
            return Some(Said::of(&mut self.key, b"", member));
        }
        let recognizes = |text: &[u8]| joins.member(text).is_some();
        let bare = match table {
            Some(table) => envelope::peel_row(text, table, &self.context, recognizes)
                .ok()
                .flatten()?,
            None => envelope::peel_all(text, &self.context, recognizes),
        };
        let member = joins.member(bare.text.trim_ascii())?;
        let address = bare.envelope.address.map(|address| address.to_string());
        let host = bare.envelope.host.or(address).unwrap_or_default();
        self.key.clear();
        Some(Said::of(&mut self.key, host.as_bytes(), member))
    }

    /// Takes the record at `range`, under the columns of a table if it is a row.
    fn record(&mut self, cut: &mut Cut<'_>, range: Range<usize>, table: Option<&Arc<TableHeader>>) {
        let bytes = cut.bytes;
        let text = bytes.get(range.clone()).unwrap_or_default();
        let piece = cut.piece(range, table);
        let said = (text.len() <= self.max_record)
            .then(|| self.ask(text, table))
            .flatten();
        let Some(said) = said else {
            return cut.alone(piece);
        };
        self.close_out_of_window(cut, &said);
        if said.part == Part::Whole {
            return cut.alone(piece);
        }
        let size = text.len() + 1;
        while self.held + size > self.max_record && !self.open.is_empty() {
            self.close(cut, 0);
        }
        let place = match self.open.iter().rposition(|open| open.key == self.key) {
            Some(place) => place,
            None if said.part == Part::End => return,
            None => self.open_group(cut, &said),
        };
        self.held += size;
        let Some(open) = self.open.get_mut(place) else {
            return;
        };
        open.size += size;
        open.here.push(piece);
        open.has_main |= said.part == Part::Main;
        open.has_last |= said.part == Part::Last;
        if said.part == Part::End || open.has_main && open.has_last {
            self.close(cut, place);
        }
    }

    fn open_group(&mut self, cut: &mut Cut<'_>, said: &Said) -> usize {
        if self.open.len() >= OPEN {
            self.close(cut, 0);
        }
        self.open.push_back(Open {
            key: self.key.clone(),
            origin: said.origin,
            time: said.time,
            has_main: false,
            has_last: false,
            size: 0,
            kept: Vec::new(),
            text: Vec::new(),
            first_byte: 0,
            here: Vec::new(),
        });
        self.open.len() - 1
    }

    /// Closes the groups of a record's origin that are too far away from it in time.
    fn close_out_of_window(&mut self, cut: &mut Cut<'_>, said: &Said) {
        let window = self.joins.window().unsigned_abs();
        let origin = self.key.get(..said.origin).unwrap_or_default();
        let is_over = |open: &Open| {
            open.time.ticks().abs_diff(said.time.ticks()) > window
                && open.key.get(..open.origin).is_some_and(|own| own == origin)
        };
        // Most of the time none is, and few are open.
        if !self.open.iter().any(is_over) {
            return;
        }
        let (over, open) = std::mem::take(&mut self.open).into_iter().partition(is_over);
        self.open = open;
        let over: VecDeque<Open> = over;
        for group in over {
            self.done(cut, group);
        }
    }

    fn close(&mut self, cut: &mut Cut<'_>, place: usize) {
        if let Some(group) = self.open.remove(place) {
            self.done(cut, group);
        }
    }

    fn done(&mut self, cut: &mut Cut<'_>, group: Open) {
        self.held -= group.size;
        let earlier = (!group.kept.is_empty()).then(|| {
            let mut pieces = group.kept;
            for piece in &mut pieces {
                piece.lines_back = self.before.lines - piece.lines_back;
            }
            Box::new(Earlier {
                text: group.text,
                pieces,
                bytes_back: self.before.bytes - group.first_byte,
            })
        });
        cut.done.push(Group {
            earlier,
            here: group.here,
        });
    }

    fn close_all(&mut self, cut: &mut Cut<'_>) {
        while !self.open.is_empty() {
            self.close(cut, 0);
        }
    }

    /// Keeps what open groups have in bytes that are handed out.
    fn keep(&mut self, bytes: &[u8]) {
        for open in &mut self.open {
            for piece in open.here.drain(..) {
                if open.kept.is_empty() {
                    open.first_byte = self.before.bytes + piece.range.start as u64;
                } else {
                    open.text.push(b'\n');
                }
                let start = open.text.len();
                open.text
                    .extend_from_slice(bytes.get(piece.range).unwrap_or_default());
                open.kept.push(EarlierPiece {
                    range: start..open.text.len(),
                    lines_back: self.before.lines + piece.line,
                    table: piece.table,
                });
            }
        }
        self.before.add(bytes);
    }
}

impl Said {
    /// Writes origin and activity of a record into the key.
    fn of(key: &mut Vec<u8>, host: &[u8], member: super::joins::Member<'_>) -> Self {
        // Lengths keep the parts apart.
        for part in [host, member.origin] {
            key.extend_from_slice(&part.len().to_le_bytes());
            key.extend_from_slice(part);
        }
        let origin = key.len();
        key.extend_from_slice(member.activity);
        Self {
            origin,
            time: member.time,
            part: member.part,
        }
    }
}

impl Cutter for JoiningCutter {
    fn cut(&mut self, bytes: &[u8], at_end: bool, segments: &mut Vec<Segment>) -> usize {
        let mut found = std::mem::take(&mut self.segments);
        let consumed = self.cutter.cut(bytes, at_end, &mut found);
        let mut cut = Cut {
            bytes,
            counted: 0,
            lines: 0,
            done: Vec::new(),
        };
        for Segment { range, content } in found.drain(..) {
            match &content {
                Content::Lines(_) => {
                    let lines = bytes.get(range.clone()).unwrap_or_default();
                    let mut start = range.start;
                    for line in lines.split_inclusive(|byte| *byte == b'\n') {
                        let text = trim_line_end(line);
                        if !is_blank(text) || text.len() > self.max_record {
                            self.record(&mut cut, start..start + text.len(), None);
                        }
                        start += line.len();
                    }
                }
                Content::Spans(spans) => {
                    for span in spans {
                        self.record(&mut cut, span.clone(), None);
                    }
                }
                Content::Rows(rows, header) => {
                    for row in rows {
                        self.record(&mut cut, row.clone(), Some(header));
                    }
                }
                _ => {
                    segments.push(Segment { range, content });
                    continue;
                }
            }
            segments.push(Segment {
                range,
                content: Content::Groups(std::mem::take(&mut cut.done)),
            });
        }
        self.segments = found;
        if at_end && !self.open.is_empty() {
            self.close_all(&mut cut);
            segments.push(Segment {
                range: consumed..consumed,
                content: Content::Groups(cut.done),
            });
        }
        self.keep(bytes.get(..consumed).unwrap_or_default());
        consumed
    }

    fn rest(&mut self, segments: &mut Vec<Segment>) {
        let mut cut = Cut {
            bytes: &[],
            counted: 0,
            lines: 0,
            done: Vec::new(),
        };
        self.close_all(&mut cut);
        if !cut.done.is_empty() {
            segments.push(Segment {
                range: 0..0,
                content: Content::Groups(cut.done),
            });
        }
    }

    fn droppable(&mut self, bytes: &[u8]) -> usize {
        let count = self.cutter.droppable(bytes).min(bytes.len());
        self.before.add(bytes.get(..count).unwrap_or_default());
        count
    }

    fn drop_record(&mut self, bytes: &[u8], at_end: bool) -> Dropped {
        let dropped = self.cutter.drop_record(bytes, at_end);
        self.before.add(bytes.get(..dropped.consumed).unwrap_or(bytes));
        dropped
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_records::Lettered;
    use super::super::{Block, Joined, LinesCutter, Slicer, SlicerOptions};
    use super::*;

    fn joined(input: &str, chunk: usize, max_record: usize) -> Vec<String> {
        let lines = Box::new(LinesCutter::default());
        let cutter = JoiningCutter::new(lines, Box::new(Lettered), max_record);
        let options = SlicerOptions {
            block_size: chunk,
            max_record,
            live: false,
        };
        let mut slicer = Slicer::new(input.as_bytes(), 0, Box::new(cutter), options);
        let mut found = Vec::new();
        while let Some(block) = slicer.next_block(Block::default()).unwrap() {
            for segment in &block.segments {
                let Content::Groups(groups) = &segment.content else {
                    panic!("{segment:?}")
                };
                let texts = groups.iter().map(|group| Joined::of(group, &block).text);
                found.extend(texts.map(|text| String::from_utf8(text).unwrap()));
            }
        }
        found
    }

    #[test]
    fn records_of_one_activity_are_one_record_whatever_the_chunk_size() {
        let cases: [(&str, &[&str]); 12] = [
            ("", &[]),
            ("am0\naf0\nal0\n", &["am0\naf0\nal0"]),
            ("am0\nbm0\nal0\nbf0\nbl0", &["am0\nal0", "bm0\nbf0\nbl0"]),
            ("al0\naf0\nam0\n", &["al0\naf0\nam0"]),
            // A mark ends what it finds open, and is no record where that is nothing.
            ("af0\nae0\nam0\nal0\nae0\nx", &["af0\nae0", "am0\nal0", "x"]),
            // What is not complete is handed out when time has passed, and at the end.
            ("am0\nbf2\ncf3\n", &["am0", "bf2", "cf3"]),
            ("am0\nbf1\ncf3\n", &["am0", "bf1", "cf3"]),
            ("am5\nbf2\n", &["am5", "bf2"]),
            // A whole one tells the time as well, and stands alone, as what is no part does.
            ("am0\nbw3\n", &["am0", "bw3"]),
            ("am0\ntext\n\nbw0\nal0\r\n", &["text", "bw0", "am0\nal0"]),
            // Late parts are an activity of their own.
            ("am0\nal0\naf0\nam0\nal0\n", &["am0\nal0", "af0\nam0\nal0"]),
            ("am0\naf9\nal9\n", &["am0", "af9\nal9"]),
        ];
        for (input, expected) in cases {
            for chunk in 1..=input.len().max(1) {
                assert_eq!(
                    joined(input, chunk, usize::MAX / 2),
                    expected,
                    "{input:?} in chunks of {chunk}"
                );
            }
        }
    }

    #[test]
    fn open_groups_hold_no_more_bytes_than_a_record_may_have() {
        let input = "am0\nbm0\ncm0\naf0\ncl0\nbl0\n";
        assert_eq!(
            joined(input, 1, 12),
            ["am0", "bm0", "cm0\ncl0", "af0", "bl0"],
            "three records, and a line feed for each"
        );
        assert_eq!(joined(input, 1000, 12), joined(input, 1, 12));
    }

    #[test]
    fn open_groups_are_bounded_in_number() {
        struct Numbered;
        impl Joins for Numbered {
            fn member<'t>(&self, text: &'t [u8]) -> Option<super::super::Member<'t>> {
                Some(super::super::Member {
                    origin: b"",
                    activity: text,
                    time: Timestamp::from_ticks(0)?,
                    part: Part::Further,
                })
            }

            fn window(&self) -> i64 {
                0
            }
        }
        let lines = Box::new(LinesCutter::default());
        let mut cutter = JoiningCutter::new(lines, Box::new(Numbered), usize::MAX / 2);
        let numbers: Vec<_> = (0..OPEN + 10).map(|number| number.to_string()).collect();
        let input = numbers.join("\n") + "\n";
        let mut segments = Vec::new();
        cutter.cut(input.as_bytes(), false, &mut segments);
        let [segment] = segments.as_slice() else {
            panic!("{segments:?}")
        };
        assert!(matches!(&segment.content, Content::Groups(groups) if groups.len() == 10));
        assert_eq!(cutter.open.len(), OPEN);
    }
}
