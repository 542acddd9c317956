//! Driving a parser over an input: cut, map in parallel, commit in order.

mod pipeline;
mod place;
mod report;
mod trace;
mod worker;

use std::io::{self, Read};
use std::num::NonZero;

use asim_schema::Event;

use crate::context::Context;
use crate::cut::{Slicer, SlicerOptions};
use crate::error::RecordError;
use crate::filter::CompiledFilter;
use crate::manifest::Format;
use crate::parser::Parser;

pub use report::{BlockReport, Counts, Report, Unanswered};
pub use trace::{Became, Found, Traced, Wanted};
pub use worker::Task;
pub(crate) use worker::{Reader, map_block, read};

/// The limits of a run.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Options {
    /// So many blocks are mapped at a time.
    pub jobs: NonZero<usize>,
    /// So many bytes make a block.
    pub block_size: usize,
    /// A record with more bytes is rejected, and only its first 64 KiB are kept.
    pub max_record: usize,
    /// The input is written while it is read: records are handed on as soon as a read returns.
    pub live: bool,
}

impl Options {
    /// The bytes of a block unless the caller says otherwise: 256 KiB, so that a block and what becomes of it stay near
    /// the processor.
    pub const BLOCK_SIZE: usize = 256 << 10;
    /// The bytes of the longest record unless the caller says otherwise: 16 MiB.
    pub const MAX_RECORD: usize = 16 << 20;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jobs: NonZero::<usize>::MIN,
            block_size: Self::BLOCK_SIZE,
            max_record: Self::MAX_RECORD,
            live: false,
        }
    }
}

/// What is made of events, block by block.
///
/// Events are collected by several threads at a time, each into the part of its own block.
pub trait Collector: Sync {
    /// What one block's events become. A part is used again after it was committed.
    type Part: Default + Send;

    /// Takes one event into a part.
    fn event(&self, part: &mut Self::Part, event: &Event<'_>);

    /// Takes one event into a part, with the number of its record in the block, counted from one.
    fn event_of_record(&self, part: &mut Self::Part, event: &Event<'_>, _record: u64) {
        self.event(part, event);
    }
}

/// A record that was rejected, with its bytes.
#[derive(Debug, Clone)]
pub struct Reject {
    /// Where it stands and why it was rejected.
    pub error: RecordError,
    /// Its bytes, at most the first 64 KiB of a record that is too long.
    pub raw: Vec<u8>,
    /// How many bytes it has in all.
    pub length: u64,
}

/// Takes the results in the order of the input, on the caller's thread.
pub trait Committer<P> {
    /// Tells how many records of the input stand before the block whose part comes next.
    fn block_after(&mut self, _records: u64) {}

    /// Takes the part of one block and leaves it empty.
    fn commit(&mut self, part: &mut P) -> io::Result<()>;

    /// Takes a record that was rejected.
    fn reject(&mut self, reject: Reject) -> io::Result<()>;
}

/// Why a run ended before its input did.
#[derive(Debug)]
#[non_exhaustive]
pub enum RunError {
    /// The input could not be read.
    Read(io::Error),
    /// The committer could not go on.
    Commit(io::Error),
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Read(error) => write!(f, "the input cannot be read: {error}"),
            Self::Commit(error) => write!(f, "the output cannot be written: {error}"),
        }
    }
}

impl std::error::Error for RunError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error) | Self::Commit(error) => Some(error),
        }
    }
}

/// A parser and the caller's choices for one input.
#[derive(Clone, Copy)]
pub struct Engine<'e> {
    /// The parser that reads the input.
    pub parser: &'e dyn Parser,
    /// The layout of the input.
    pub format: Format,
    /// Whether its records stand inside layers of shippers or exports.
    pub enveloped: bool,
    /// The caller's choices.
    pub context: &'e Context,
    /// Which events are wanted; without it all are.
    pub filter: Option<&'e CompiledFilter>,
    /// The limits.
    pub options: Options,
}

impl Engine<'_> {
    /// Reads an input (decompressed) to its end and returns what became of its records.
    ///
    /// Parts and rejects reach the committer in the order of the input, and are the same whatever the block size and
    /// the number of jobs.
    ///
    /// # Errors
    ///
    /// When the input cannot be read or the committer cannot go on; `report` tells what was done until then.
    pub fn run<C: Collector>(
        &self,
        input: impl Read + Send,
        collector: &C,
        committer: &mut dyn Committer<C::Part>,
        report: &mut Report,
    ) -> Result<(), RunError> {
        let (mark, input) = skip_mark(input).map_err(RunError::Read)?;
        let slicer = Slicer::new(
            input,
            mark,
            self.parser.cutter(self.format, self.options.max_record),
            SlicerOptions {
                block_size: self.options.block_size,
                max_record: self.options.max_record,
                live: self.options.live,
            },
        );
        if self.options.jobs.get() == 1 {
            pipeline::in_order(self, slicer, collector, committer, report)
        } else {
            pipeline::in_parallel(self, slicer, collector, committer, report)
        }
    }
}

/// The UTF-8 byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Leaves out a byte order mark at the front; its length, and the input behind it.
fn skip_mark<R: Read>(mut input: R) -> io::Result<(u64, impl Read + use<R>)> {
    let mut head = Vec::with_capacity(MARK.len());
    input.by_ref().take(MARK.len() as u64).read_to_end(&mut head)?;
    let mark = if head == MARK {
        std::mem::take(&mut head).len() as u64
    } else {
        0
    };
    Ok((mark, io::Cursor::new(head).chain(input)))
}
