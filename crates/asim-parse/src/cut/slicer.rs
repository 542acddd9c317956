//! From a reader to blocks of whole records, in bounded memory.

use std::io::{self, Read};

use super::{Block, Content, Cutter, Segment};
use crate::error::Fault;
use crate::input::Damaged;

/// Of a record that is too long, or that is refused, so many bytes are kept.
pub(crate) const RAW_KEPT: usize = 64 << 10;

/// A live input is read in pieces of at most this size.
const LIVE_READ: usize = 64 << 10;

/// The limits of a [`Slicer`].
#[derive(Debug, Clone, Copy)]
pub struct SlicerOptions {
    /// So many bytes are read before records are cut.
    pub block_size: usize,
    /// A longer record is one reject, of which only the first bytes are kept.
    pub max_record: usize,
    /// The input is written while it is read: records are handed on as soon as a read returns.
    pub live: bool,
}

/// Reads an input and hands out blocks of whole records.
pub struct Slicer<R> {
    reader: R,
    cutter: Box<dyn Cutter>,
    options: SlicerOptions,
    /// What was read and not yet handed out.
    pending: Vec<u8>,
    /// Where `pending` begins in the input.
    offset: u64,
    /// The record under way, if it is too long to keep.
    dropping: Option<Dropping>,
    ended: bool,
    /// Why the input broke off, if it did.
    damage: Option<Damaged>,
    error: Option<io::Error>,
}

struct Dropping {
    kept: Vec<u8>,
    offset: u64,
    /// So many bytes were dropped.
    length: u64,
    /// So many line ends are in them.
    lines: u64,
}

impl Dropping {
    fn add(&mut self, bytes: &[u8]) {
        let room = RAW_KEPT - self.kept.len();
        self.kept.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        self.length += bytes.len() as u64;
        self.lines += line_ends(bytes);
    }

    /// The reject of the record, whose last `trailing` bytes are not its own.
    fn reject(mut self, trailing: u64, limit: usize) -> Block {
        let length = self.length - trailing.min(self.length);
        self.kept.truncate(usize::try_from(length).unwrap_or(RAW_KEPT));
        let content = Content::Rejected {
            fault: too_long(length, limit),
            length,
            bytes_beyond: self.length - self.kept.len() as u64,
            lines_beyond: self.lines - line_ends(&self.kept),
        };
        Block {
            segments: vec![Segment {
                range: 0..self.kept.len(),
                content,
            }],
            offset: self.offset,
            bytes: self.kept,
        }
    }
}

/// The class of the fault of a record that is longer than the limit.
pub(crate) const TOO_LONG: &str = "record too long";

/// The fault of a record that is longer than the limit.
pub(crate) fn too_long(length: u64, limit: usize) -> Fault {
    Fault::cut(TOO_LONG).with(format!("{length} bytes, the limit is {limit}"))
}

impl<R: Read> Slicer<R> {
    /// A slicer over decompressed bytes, the first of which stands at `offset` in the input.
    pub fn new(reader: R, offset: u64, cutter: Box<dyn Cutter>, options: SlicerOptions) -> Self {
        Self {
            reader,
            cutter,
            options,
            pending: Vec::new(),
            offset,
            dropping: None,
            ended: false,
            damage: None,
            error: None,
        }
    }

    /// The next block, or `None` at the end of the input. `recycled` lends its memory.
    pub fn next_block(&mut self, mut recycled: Block) -> io::Result<Option<Block>> {
        recycled.segments.clear();
        recycled.bytes.clear();
        // The bytes left over last time come first; the two buffers change places so that both keep their memory.
        std::mem::swap(&mut recycled.bytes, &mut self.pending);
        let mut block = recycled;
        block.offset = self.offset;
        let mut wanted = self.options.block_size.max(1);
        loop {
            self.fill(&mut block.bytes, wanted);
            if self.dropping.is_some() {
                if let Some(done) = self.go_on_dropping(&mut block) {
                    return Ok(Some(done));
                }
                if !self.ended {
                    wanted = block.bytes.len().saturating_add(self.options.block_size.max(1));
                    continue;
                }
            }
            let whole_input_seen = self.ended && self.damage.is_none();
            let consumed = self
                .cutter
                .cut(&block.bytes, whole_input_seen, &mut block.segments);
            if consumed > 0 || !block.segments.is_empty() {
                self.keep_rest(&mut block, consumed);
                return Ok(Some(block));
            }
            if self.ended {
                return self.finish(block);
            }
            // Two bytes more than the limit: the line end does not count.
            if block.bytes.len() > self.options.max_record.saturating_add(2) {
                self.begin_dropping(&mut block);
            }
            wanted = block.bytes.len().saturating_add(self.options.block_size.max(1));
        }
    }

    /// Reads until the buffer holds `wanted` bytes, the input ends, or a live input pauses.
    fn fill(&mut self, buffer: &mut Vec<u8>, wanted: usize) {
        let mut filled = buffer.len();
        if self.ended || filled >= wanted {
            return;
        }
        // A live input gives little at a time; no need to clear a whole block for it.
        let wanted = if self.options.live {
            wanted.min(filled + LIVE_READ)
        } else {
            wanted
        };
        buffer.resize(wanted, 0);
        while let Some(space) = buffer.get_mut(filled..).filter(|space| !space.is_empty()) {
            match self.reader.read(space) {
                Ok(0) => self.ended = true,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.ended = true;
                    match Damaged::of(&error) {
                        Some(damaged) => self.damage = Some(damaged),
                        None => self.error = Some(error),
                    }
                }
            }
            if self.ended || self.options.live {
                break;
            }
        }
        buffer.truncate(filled);
    }

    /// Puts the bytes behind the block's records aside for the next one.
    fn keep_rest(&mut self, block: &mut Block, consumed: usize) {
        self.pending.clear();
        self.pending
            .extend_from_slice(block.bytes.get(consumed..).unwrap_or_default());
        block.bytes.truncate(consumed);
        self.offset += consumed as u64;
    }

    /// Begins to drop the record that fills the buffer.
    fn begin_dropping(&mut self, block: &mut Block) {
        let count = self.cutter.droppable(&block.bytes).min(block.bytes.len());
        if count == 0 {
            return;
        }
        let mut dropping = Dropping {
            kept: Vec::new(),
            offset: self.offset,
            length: 0,
            lines: 0,
        };
        dropping.add(block.bytes.get(..count).unwrap_or_default());
        self.dropping = Some(dropping);
        self.offset += count as u64;
        block.bytes.drain(..count);
        block.bytes.shrink_to(self.options.block_size);
    }

    /// Drops more of a record that is too long; its reject when its end is found or the input ends.
    fn go_on_dropping(&mut self, block: &mut Block) -> Option<Block> {
        let dropping = self.dropping.as_mut()?;
        let dropped = self.cutter.drop_record(&block.bytes, self.ended);
        let consumed = dropped.consumed.min(block.bytes.len());
        dropping.add(block.bytes.get(..consumed).unwrap_or_default());
        self.offset += consumed as u64;
        block.bytes.drain(..consumed);
        if !dropped.complete && !self.ended {
            return None;
        }
        // What follows the record is read on from with the next block.
        self.pending = std::mem::take(&mut block.bytes);
        let dropping = self.dropping.take()?;
        Some(dropping.reject(dropped.trailing, self.options.max_record))
    }

    /// The last block: the record under way when the input broke off, or nothing.
    fn finish(&mut self, mut block: Block) -> io::Result<Option<Block>> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let Some(damaged) = self.damage.take() else {
            return Ok(None);
        };
        let length = block.bytes.len() as u64;
        let lines_beyond = line_ends(block.bytes.get(RAW_KEPT..).unwrap_or_default());
        block.bytes.truncate(RAW_KEPT);
        self.cutter.rest(&mut block.segments);
        block.segments.push(Segment {
            range: 0..block.bytes.len(),
            content: Content::Rejected {
                fault: Fault::cut("damaged input").with(damaged.to_string()),
                length,
                bytes_beyond: length - block.bytes.len() as u64,
                lines_beyond,
            },
        });
        Ok(Some(block))
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::test_records::Lettered;
    use super::super::{
        ContinuedLinesCutter, CsvCutter, Joined, JoiningCutter, JsonCutter, LinesCutter, RecordStarts,
        WindowsXmlCutter, is_blank, trim_line_end,
    };
    use super::*;

    /// Gives out its bytes in pieces of a fixed size.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
            let size = self.1.min(space.len());
            (&mut self.0).take(size as u64).read(space)
        }
    }

    fn blocks(input: &[u8], piece: usize, options: SlicerOptions) -> Vec<Block> {
        let mut slicer = Slicer::new(Pieces(input, piece), 0, Box::new(LinesCutter::default()), options);
        let mut found = Vec::new();
        while let Some(block) = slicer.next_block(Block::default()).unwrap() {
            found.push(block);
        }
        found
    }

    #[test]
    fn every_byte_is_handed_out_once_and_in_place() {
        let input = b"one\ntwo\n\nthree\r\nfour".as_slice();
        for piece in 1..8 {
            for block_size in 1..16 {
                for live in [false, true] {
                    let options = SlicerOptions {
                        block_size,
                        max_record: 16,
                        live,
                    };
                    let mut seen = Vec::new();
                    for block in blocks(input, piece, options) {
                        assert_eq!(block.offset, seen.len() as u64);
                        assert_eq!(
                            block.segments.iter().map(|s| s.range.len()).sum::<usize>(),
                            block.bytes.len()
                        );
                        seen.extend_from_slice(&block.bytes);
                    }
                    assert_eq!(seen, input);
                }
            }
        }
    }

    #[test]
    fn a_record_too_long_is_one_reject_and_the_next_one_is_read() {
        let long = "x".repeat(100_000);
        let input = format!("a\n{long}\nb\n{long}");
        for block_size in [7, 4096, 70_000] {
            let options = SlicerOptions {
                block_size,
                max_record: 1000,
                live: false,
            };
            let (mut rejects, mut lines) = (Vec::new(), String::new());
            for block in blocks(input.as_bytes(), usize::MAX, options) {
                for segment in &block.segments {
                    match &segment.content {
                        Content::Rejected { fault, length, .. } => {
                            assert_eq!(
                                fault.to_string(),
                                "record too long: 100000 bytes, the limit is 1000"
                            );
                            rejects.push((block.offset, *length));
                            assert!(segment.range.len() <= RAW_KEPT);
                        }
                        _ => {
                            lines.push_str(std::str::from_utf8(&block.bytes[segment.range.clone()]).unwrap());
                        }
                    }
                }
            }
            if block_size < 70_000 {
                assert_eq!(rejects, [(2, 100_000), (100_005, 100_000)]);
                assert_eq!(lines, "a\nb\n");
            }
        }
    }

    /// A cutter, and what its inputs are made of.
    type Cut = (fn(usize) -> Box<dyn Cutter>, &'static [&'static str]);

    /// Lines that begin with `>` begin a record.
    struct Marked;

    impl RecordStarts for Marked {
        fn begins(&mut self, line: &[u8]) -> bool {
            line.starts_with(b">")
        }
    }

    const CUTS: [Cut; 7] = [
        (
            |_| Box::new(LinesCutter::default()),
            &["a", "b\r", "\n", " ", "\r\n", "longer text"],
        ),
        (
            |_| Box::new(JsonCutter::default()),
            &[
                "{",
                "}",
                "\"",
                "a",
                ",",
                "\n",
                "[",
                "]",
                "\\",
                "longer text",
                "{\"records\" :[",
                "{\"records",
            ],
        ),
        (
            |max| Box::new(CsvCutter::new(max)),
            &["a,", "\"", "\n", "\r\n", "b", " ", "longer text"],
        ),
        (
            |max| Box::new(ContinuedLinesCutter::new(Box::new(Marked), max)),
            &[">a", "b", "\n", "\r\n", " ", "\n>c\n", "longer text", "\n\n"],
        ),
        (
            |max| {
                Box::new(JoiningCutter::new(
                    Box::new(LinesCutter::default()),
                    Box::new(Lettered),
                    max,
                ))
            },
            &[
                "am0",
                "al0",
                "bf1",
                "\n",
                "bm1\r\n",
                "bl1\n",
                "cf9\n",
                "ce9",
                " ",
                "longer text\n",
                "\n\n",
            ],
        ),
        (
            |max| {
                Box::new(JoiningCutter::new(
                    Box::new(JsonCutter::default()),
                    Box::new(Lettered),
                    max,
                ))
            },
            &[
                "{\"message\":\"am0\"}",
                "{\"message\":\n\"al0\"}",
                "{\"message\":\"bm0\"}",
                "{\"message\":\"bl5\"}",
                "{}",
                "\n",
                ",",
                "[",
            ],
        ),
        (
            |_| Box::new(WindowsXmlCutter::default()),
            &[
                "<Event>",
                "</Event>",
                "<a>",
                "<![CDATA[",
                "]]>",
                "text",
                "\n",
                "<!--",
                "-->",
                "<Event a='",
            ],
        ),
    ];

    /// Where each record stands, its length, and its bytes unless it is too long; and the bytes and lines in all.
    type Sliced = (Vec<(u64, u64, Vec<u8>)>, u64, u64);

    fn sliced(input: &[u8], cut: &Cut, block_size: usize, max_record: usize) -> Sliced {
        let options = SlicerOptions {
            block_size,
            max_record,
            live: false,
        };
        let mut slicer = Slicer::new(input, 0, cut.0(max_record), options);
        let (mut records, mut bytes, mut lines) = (Vec::new(), 0, 0);
        while let Some(block) = slicer.next_block(Block::default()).unwrap() {
            bytes += block.bytes.len() as u64;
            lines += line_ends(&block.bytes);
            let at = |start: usize| block.offset + start as u64;
            let mut add = |byte: u64, record: &[u8], length: u64| {
                let kept = record.get(..RAW_KEPT).unwrap_or(record).to_vec();
                records.push((byte, length, kept));
            };
            for segment in &block.segments {
                match &segment.content {
                    Content::Skipped | Content::EvtxChunk => {}
                    Content::Lines(_) => {
                        let mut start = segment.range.start;
                        for line in block.bytes[segment.range.clone()].split_inclusive(|byte| *byte == b'\n')
                        {
                            let content = trim_line_end(line);
                            if !is_blank(content) || content.len() > max_record {
                                add(at(start), content, content.len() as u64);
                            }
                            start += line.len();
                        }
                    }
                    Content::Spans(spans) | Content::Rows(spans, _) => {
                        for span in spans {
                            add(at(span.start), &block.bytes[span.clone()], span.len() as u64);
                        }
                    }
                    Content::Groups(groups) => {
                        for group in groups {
                            let joined = Joined::of(group, &block);
                            add(joined.byte, &joined.text, joined.text.len() as u64);
                        }
                    }
                    Content::Rejected {
                        length,
                        bytes_beyond,
                        lines_beyond,
                        ..
                    } => {
                        add(
                            at(segment.range.start),
                            &block.bytes[segment.range.clone()],
                            *length,
                        );
                        bytes += bytes_beyond;
                        lines += lines_beyond;
                    }
                }
            }
        }
        (records, bytes, lines)
    }

    proptest! {
        /// A record that is too long is the same one whether it is seen as a whole or dropped in parts.
        #[test]
        fn block_size_changes_nothing_about_records_too_long(
            cut in 0..CUTS.len(),
            words in proptest::collection::vec(0..100_usize, 0..60),
            block_size in 1..30_usize,
            max_record in 1..40_usize,
        ) {
            let (_, parts) = &CUTS[cut];
            let input: String = words.iter().map(|word| parts[word % parts.len()]).collect();
            let whole = sliced(input.as_bytes(), &CUTS[cut], input.len() + 1, max_record);
            prop_assert_eq!(whole.1, input.len() as u64);
            prop_assert_eq!(whole.2, line_ends(input.as_bytes()));
            let parts = sliced(input.as_bytes(), &CUTS[cut], block_size, max_record);
            prop_assert_eq!(parts, whole, "{:?}", input);
        }
    }
}
