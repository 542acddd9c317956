//! Observations in the order of their times, whatever the order of the inputs.

use std::io::{self, Write};
use std::path::PathBuf;

use asim_detect::{Batch, SnapshotError};
use asimkit::{OrderError, TimeOrder, TimedLines};

use crate::failure::Failure;

/// So many observations are handed on at a time.
const OBSERVATIONS: usize = 4096;
/// The bytes of a length in front of a packed observation.
const LENGTH: usize = size_of::<u32>();

/// Sorts observations in bounded memory, with temporary files where there are many.
pub(super) struct Sorted {
    order: TimeOrder,
    lines: TimedLines,
}

impl Sorted {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self {
            order: TimeOrder::new(directory, TimeOrder::RUN_SIZE),
            lines: TimedLines::default(),
        }
    }

    /// Takes the observations of a block.
    pub(super) fn add(&mut self, batch: &Batch) -> Result<(), Failure> {
        let lines = &mut self.lines;
        let mut framed = Vec::new();
        let packed = batch.pack(|time, bytes| {
            let length = u32::try_from(bytes.len()).unwrap_or_default();
            framed.clear();
            framed.extend_from_slice(&length.to_ne_bytes());
            framed.extend_from_slice(bytes);
            lines.push(Some(time), &framed);
        });
        packed.map_err(broken)?;
        self.order.add(&mut self.lines).map_err(unsorted)
    }

    /// Hands all observations on in the order of their times.
    pub(super) fn finish(self, each: &mut dyn FnMut(&Batch)) -> Result<(), Failure> {
        let mut unpacked = Unpacked {
            each,
            bytes: Vec::new(),
            batch: Batch::default(),
        };
        self.order.finish(&mut unpacked).map_err(unsorted)?;
        unpacked.hand_on();
        Ok(())
    }
}

/// Reads the packed observations that are written to it.
struct Unpacked<'e> {
    each: &'e mut dyn FnMut(&Batch),
    /// The beginning of an observation whose end is still to come.
    bytes: Vec<u8>,
    batch: Batch,
}

impl Unpacked<'_> {
    fn hand_on(&mut self) {
        (self.each)(&self.batch);
        self.batch.clear();
    }
}

impl Write for Unpacked<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        let mut at = 0;
        while let Some((length, rest)) = self.bytes.get(at..).and_then(<[u8]>::split_first_chunk::<LENGTH>) {
            let length = u32::from_ne_bytes(*length) as usize;
            let Some(packed) = rest.get(..length) else { break };
            self.batch.unpack(packed).map_err(io::Error::other)?;
            at += LENGTH + length;
            if self.batch.len() >= OBSERVATIONS {
                (self.each)(&self.batch);
                self.batch.clear();
            }
        }
        self.bytes.drain(..at);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// State that cannot be read or written.
pub(super) fn broken(error: SnapshotError) -> Failure {
    Failure::Output(None, io::Error::other(error))
}

fn unsorted(error: OrderError) -> Failure {
    match error {
        OrderError::Temporary(error) | OrderError::Output(error) => Failure::Output(None, error),
        other => Failure::Output(None, io::Error::other(other.to_string())),
    }
}
