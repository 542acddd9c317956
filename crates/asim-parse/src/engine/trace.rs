//! One record of an input, with everything that became of it.

use std::io::Read;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use asim_schema::Event;

use super::report::BlockReport;
use super::worker::Task;
use super::{Engine, RunError, skip_mark};
use crate::cut::{
    Block, Content, Group, Joined, Piece, Segment, Slicer, SlicerOptions, is_blank, trim_line_end,
};
use crate::decode::evtx;
use crate::error::RecordError;
use crate::location::Location;
use crate::manifest::Format;
use crate::note::Notes;

/// Which record is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The record of this number, counted from 1.
    Record(u64),
    /// The first record of which any part stands on this line, counted from 1.
    Line(u64),
}

/// One record, and what became of it.
#[derive(Debug, Clone)]
pub struct Traced {
    /// Where it stands.
    pub location: Location,
    /// The number of the line on which it ends.
    pub last_line: u64,
    /// Its bytes without a line end; of a record that is too long, the first 64 KiB.
    pub raw: Vec<u8>,
    /// How many bytes it has in all.
    pub length: u64,
    /// The id of the parser whose record it is.
    pub source: &'static str,
    /// What became of it.
    pub became: Became,
}

/// What became of a record.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Became {
    /// This event, with what was the matter with single fields.
    Event(Box<Event<'static>>, Notes),
    /// It is well-formed and outside the schemas, for this reason.
    Declined(String),
    /// It was rejected.
    Rejected(RecordError),
}

/// What the search for a record came to.
#[derive(Debug, Clone)]
pub enum Found {
    /// The record.
    Record(Box<Traced>),
    /// The line is there, and holds no record: it is blank, or belongs to a header.
    NoRecord,
    /// The input has no such record or line; it has so many of them.
    Beyond {
        /// Records in the input.
        records: u64,
        /// Lines in the input, the last one with or without an end.
        lines: u64,
    },
}

/// How far the search has come: what stands before the bytes that are looked at.
struct Search {
    wanted: Wanted,
    records: u64,
    lines: u64,
    /// Whether the last byte ended a line.
    at_line_start: bool,
    /// Whether the input has no lines.
    binary: bool,
}

/// A record's place in a block, and on which lines it stands.
struct Place {
    /// Its bytes, as the parser gets them.
    bytes: Vec<u8>,
    content: Content,
    location: Location,
    last_line: u64,
}

enum Step {
    Here(Place),
    Passed,
    Further,
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

impl Search {
    /// Looks through a block.
    fn block(&mut self, block: &Block) -> Step {
        let lines = self.lines;
        for segment in &block.segments {
            let step = match &segment.content {
                Content::EvtxChunk => self.evtx_chunk(block, segment.range.clone()),
                Content::Skipped => self.pass(block, segment.range.clone()),
                Content::Lines(_) => self.lines(block, segment),
                Content::Spans(spans) | Content::Rows(spans, _) => self.spans(block, segment, spans),
                Content::Groups(groups) => match self.groups(block, groups, lines) {
                    Step::Further => self.pass(block, segment.range.clone()),
                    step => step,
                },
                Content::Rejected { lines_beyond, .. } => {
                    let range = segment.range.clone();
                    let step = self.record(block, range.clone(), &segment.content, *lines_beyond);
                    self.lines += lines_beyond;
                    if matches!(step, Step::Further) {
                        self.pass(block, range)
                    } else {
                        step
                    }
                }
            };
            if !matches!(step, Step::Further) {
                return step;
            }
        }
        Step::Further
    }

    /// Counts bytes that hold no record.
    fn pass(&mut self, block: &Block, range: Range<usize>) -> Step {
        let bytes = block.bytes.get(range).unwrap_or_default();
        if self.binary {
            return Step::Further;
        }
        self.lines += line_ends(bytes);
        if let Some(last) = bytes.last() {
            self.at_line_start = *last == b'\n';
        }
        Step::Further
    }

    fn lines(&mut self, block: &Block, segment: &Segment) -> Step {
        let mut at = segment.range.start;
        while let Some(rest) = block
            .bytes
            .get(at..segment.range.end)
            .filter(|rest| !rest.is_empty())
        {
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
            let line = trim_line_end(rest.get(..length).unwrap_or(rest));
            if !is_blank(line) {
                let step = self.record(block, at..at + line.len(), &segment.content, 0);
                if !matches!(step, Step::Further) {
                    return step;
                }
            }
            self.pass(block, at..at + length);
            at += length;
        }
        Step::Further
    }

    fn spans(&mut self, block: &Block, segment: &Segment, spans: &[Range<usize>]) -> Step {
        let mut at = segment.range.start;
        for span in spans {
            self.pass(block, at..span.start);
            let step = self.record(block, span.clone(), &segment.content, 0);
            if !matches!(step, Step::Further) {
                return step;
            }
            self.pass(block, span.clone());
            at = span.end;
        }
        self.pass(block, at..segment.range.end)
    }

    /// Groups, in a block before which so many lines stand.
    fn groups(&mut self, block: &Block, groups: &[Group], lines: u64) -> Step {
        for group in groups {
            self.records += 1;
            let joined = Joined::of(group, block);
            let location = Location {
                record: self.records,
                line: joined.first_line(lines),
                byte: joined.byte,
            };
            let covered: Vec<_> = joined.lines_covered(lines).collect();
            let wanted = match self.wanted {
                Wanted::Record(number) => number == self.records,
                // Lines of a group may stand anywhere behind those of another one.
                Wanted::Line(line) => covered.iter().any(|lines| lines.contains(&line)),
            };
            if !wanted {
                continue;
            }
            let earlier = group.earlier.iter().flat_map(|earlier| &earlier.pieces);
            let tables = earlier
                .map(|piece| &piece.table)
                .chain(group.here.iter().map(|piece| &piece.table));
            let pieces = joined.pieces.iter().zip(tables);
            let here = pieces.map(|(range, table)| Piece {
                range: range.clone(),
                line: 0,
                table: table.clone(),
            });
            let content = Content::Groups(vec![Group {
                earlier: None,
                here: here.collect(),
            }]);
            return Step::Here(Place {
                last_line: covered.last().map_or(location.line, |lines| *lines.end()),
                bytes: joined.text,
                content,
                location,
            });
        }
        Step::Further
    }

    /// Whether the record at `range`, before which everything was counted, is the wanted one.
    fn record(&mut self, block: &Block, range: Range<usize>, content: &Content, lines_beyond: u64) -> Step {
        self.records += 1;
        let location = Location {
            record: self.records,
            line: self.lines + 1,
            byte: block.offset + range.start as u64,
        };
        let inside = if self.binary {
            0
        } else {
            line_ends(block.bytes.get(range.clone()).unwrap_or_default())
        };
        let last_line = location.line + inside + lines_beyond;
        match self.wanted {
            Wanted::Record(number) if number == location.record => {}
            Wanted::Line(line) if line < location.line => return Step::Passed,
            Wanted::Line(line) if line <= last_line => {}
            _ => return Step::Further,
        }
        let content = match content {
            Content::Spans(_) => Content::Spans(iter::once(0..range.len()).collect()),
            Content::Rows(_, header) => {
                Content::Rows(iter::once(0..range.len()).collect(), Arc::clone(header))
            }
            other => other.clone(),
        };
        Step::Here(Place {
            bytes: block.bytes.get(range).unwrap_or_default().to_vec(),
            content,
            location,
            last_line,
        })
    }

    /// A record of a chunk is shown as the XML that becomes of it.
    fn evtx_chunk(&mut self, block: &Block, chunk: Range<usize>) -> Step {
        let bytes = block.bytes.get(chunk.clone()).unwrap_or_default();
        let mut step = Step::Further;
        evtx::records(bytes, |range, event| {
            if !matches!(step, Step::Further) {
                return;
            }
            let range = chunk.start + range.start..chunk.start + range.end;
            let content = match &event {
                Ok(_) => Content::Spans(Vec::new()),
                Err(fault) => Content::Rejected {
                    fault: fault.clone(),
                    length: range.len() as u64,
                    bytes_beyond: 0,
                    lines_beyond: 0,
                },
            };
            step = self.record(block, range, &content, 0);
            if let (Step::Here(place), Ok(xml)) = (&mut step, event) {
                place.content = Content::Spans(iter::once(0..xml.len()).collect());
                place.bytes = xml.to_vec();
            }
        });
        step
    }

    /// What the whole input means in which the record was not found.
    fn ended(&self) -> Found {
        let lines = self.lines + u64::from(!self.at_line_start);
        match self.wanted {
            Wanted::Line(line) if (1..=lines).contains(&line) => Found::NoRecord,
            _ => Found::Beyond {
                records: self.records,
                lines,
            },
        }
    }
}

impl Engine<'_> {
    /// Looks for one record of an input (decompressed) and tells what becomes of it. No other record is mapped.
    ///
    /// # Errors
    ///
    /// When the input cannot be read.
    pub fn trace(&self, input: impl Read, wanted: Wanted) -> Result<Found, RunError> {
        let (mark, input) = skip_mark(input).map_err(RunError::Read)?;
        let options = SlicerOptions {
            block_size: self.options.block_size,
            max_record: self.options.max_record,
            live: self.options.live,
        };
        let mut slicer = Slicer::new(
            input,
            mark,
            self.parser.cutter(self.format, self.options.max_record),
            options,
        );
        let mut search = Search {
            wanted,
            records: 0,
            lines: 0,
            at_line_start: true,
            binary: self.format == Format::Evtx,
        };
        let mut block = Block::default();
        while let Some(next) = slicer.next_block(block).map_err(RunError::Read)? {
            block = next;
            match search.block(&block) {
                Step::Here(place) => return Ok(Found::Record(Box::new(self.map_one(place)))),
                Step::Passed => return Ok(Found::NoRecord),
                Step::Further => {}
            }
        }
        Ok(search.ended())
    }

    /// Maps one record of a block, as if it were a block of its own.
    fn map_one(&self, place: Place) -> Traced {
        let raw = place.bytes;
        let length = match &place.content {
            Content::Rejected { length, .. } => *length,
            _ => raw.len() as u64,
        };
        let format = match self.format {
            Format::Evtx => Format::WindowsXml,
            format => format,
        };
        let one = Block {
            offset: place.location.byte,
            segments: vec![Segment {
                range: 0..raw.len(),
                content: place.content,
            }],
            bytes: raw,
        };
        let task = Task {
            format,
            enveloped: self.enveloped,
            context: self.context,
            // What becomes of a record does not depend on who wants to see it.
            filter: None,
            max_record: self.options.max_record,
        };
        let (mut report, mut event) = (BlockReport::default(), None);
        self.parser.map_block(&one, task, &mut report, &mut |mapped, _| {
            event = Some(mapped.clone().into_owned());
        });
        let claimed = report.sources.keys().next().copied();
        let source = claimed.unwrap_or(self.parser.manifest().id);
        let (records, lines) = (place.location.record - 1, place.location.line - 1);
        let reject = report.rejects.with_bytes(&one, records, lines).next();
        let became = match (event, reject) {
            (Some(event), _) => Became::Event(Box::new(event), report.notes),
            (None, Some(reject)) => Became::Rejected(reject.error),
            (None, None) => Became::Declined(
                report
                    .declined
                    .into_keys()
                    .next()
                    .unwrap_or_default()
                    .into_owned(),
            ),
        };
        Traced {
            location: place.location,
            last_line: place.last_line,
            raw: one.bytes,
            length,
            source,
            became,
        }
    }
}
