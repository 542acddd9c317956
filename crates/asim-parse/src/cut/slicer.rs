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
    length: u64,
    lines_beyond: u64,
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
                    continue;
                }
            }
            let whole_input_seen = self.ended && self.damage.is_none();
            let consumed = self
                .cutter
                .cut(&block.bytes, whole_input_seen, &mut block.segments);
            if consumed > 0 {
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
        let kept = block.bytes.get(..RAW_KEPT).unwrap_or(&block.bytes).to_vec();
        let beyond = block.bytes.get(kept.len()..).unwrap_or_default();
        self.dropping = Some(Dropping {
            offset: self.offset,
            length: block.bytes.len() as u64,
            lines_beyond: line_ends(beyond),
            kept,
        });
        self.offset += block.bytes.len() as u64;
        block.bytes.clear();
        block.bytes.shrink_to(self.options.block_size);
    }

    /// Drops more of a record that is too long; its reject when its end is found or the input ends.
    fn go_on_dropping(&mut self, block: &mut Block) -> Option<Block> {
        let dropping = self.dropping.as_mut()?;
        let dropped = self.cutter.drop_record(&block.bytes);
        let gone = block.bytes.get(..dropped.consumed).unwrap_or_default();
        dropping.length += gone.len() as u64;
        dropping.lines_beyond += line_ends(gone);
        // A line end is not part of the record.
        if dropped.complete && gone.ends_with(b"\n") {
            dropping.length -= 1 + u64::from(gone.ends_with(b"\r\n"));
        }
        self.offset += dropped.consumed as u64;
        block.bytes.drain(..dropped.consumed.min(block.bytes.len()));
        if !dropped.complete && !self.ended {
            return None;
        }
        let dropping = self.dropping.take()?;
        // What follows the record is read on from with the next block.
        self.pending = std::mem::take(&mut block.bytes);
        Some(Block {
            segments: vec![Segment {
                range: 0..dropping.kept.len(),
                content: Content::Rejected {
                    fault: too_long(dropping.length, self.options.max_record),
                    length: dropping.length,
                    lines_beyond: dropping.lines_beyond,
                },
            }],
            offset: dropping.offset,
            bytes: dropping.kept,
        })
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
        block.bytes.truncate(RAW_KEPT);
        block.segments = vec![Segment {
            range: 0..block.bytes.len(),
            content: Content::Rejected {
                fault: Fault::cut("damaged input").with(damaged.to_string()),
                length,
                lines_beyond: 0,
            },
        }];
        Ok(Some(block))
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::super::LinesCutter;
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
}
