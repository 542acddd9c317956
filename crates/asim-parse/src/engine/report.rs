//! The counts of a run: read = written + filtered + declined + rejected.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::Fault;
use crate::note::Notes;

/// What became of the records of an input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Records found in the input.
    pub read: u64,
    /// Records that became an event and passed the filter.
    pub written: u64,
    /// Records that the filter left out.
    pub filtered: u64,
    /// Well-formed records outside the chosen schemas.
    pub declined: u64,
    /// Records that could not be cut, decoded or mapped.
    pub rejected: u64,
}

impl Counts {
    /// Whether every record is accounted for.
    pub fn add_up(&self) -> bool {
        self.read == self.written + self.filtered + self.declined + self.rejected
    }

    /// Adds the counts of another input.
    pub fn merge(&mut self, other: &Self) {
        self.read += other.read;
        self.written += other.written;
        self.filtered += other.filtered;
        self.declined += other.declined;
        self.rejected += other.rejected;
    }
}

/// A record that was rejected in a block; its number and line count from the block's first.
#[derive(Debug)]
pub(super) struct BlockReject {
    pub(super) record: u64,
    pub(super) line: u64,
    pub(super) byte: u64,
    pub(super) fault: Fault,
    pub(super) raw: Vec<u8>,
    pub(super) length: u64,
}

/// What became of the records of one block.
#[derive(Debug, Default)]
pub struct BlockReport {
    pub(super) counts: Counts,
    pub(super) lines: u64,
    pub(super) bytes: u64,
    pub(super) declined: BTreeMap<Cow<'static, str>, u64>,
    pub(super) rejects: Vec<BlockReject>,
    pub(super) notes: Notes,
}

impl BlockReport {
    pub(super) fn clear(&mut self) {
        self.counts = Counts::default();
        (self.lines, self.bytes) = (0, 0);
        self.declined.clear();
        self.rejects.clear();
        self.notes.clear();
    }
}

/// What became of the records of one input, with the reasons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The four counts and their sum.
    pub counts: Counts,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Why records were declined, with the number of records.
    pub declined: BTreeMap<String, u64>,
    /// Why records were rejected, with the number of records.
    pub rejected: BTreeMap<String, u64>,
    /// What was the matter with records that were written all the same.
    pub notes: Notes,
    pub(super) lines: u64,
}

/// So many different reasons are told apart; the records of any further ones are counted together.
const REASONS: usize = 1000;

/// The reason under which records are counted when there are too many reasons.
const FURTHER_REASONS: &str = "further reasons";

fn count(reasons: &mut BTreeMap<String, u64>, reason: &str, records: u64) {
    if let Some(known) = reasons.get_mut(reason) {
        *known += records;
    } else if reasons.len() < REASONS {
        reasons.insert(reason.to_owned(), records);
    } else {
        *reasons.entry(FURTHER_REASONS.to_owned()).or_default() += records;
    }
}

impl Report {
    /// Takes in the next block's counts; its rejects are handed on separately.
    pub(super) fn merge_block(&mut self, block: &BlockReport) {
        self.counts.merge(&block.counts);
        self.bytes += block.bytes;
        self.lines += block.lines;
        for (reason, records) in &block.declined {
            count(&mut self.declined, reason, *records);
        }
        for reject in &block.rejects {
            count(&mut self.rejected, reject.fault.class, 1);
        }
        self.notes.merge(&block.notes);
    }

    /// Adds the report of another input.
    pub fn merge(&mut self, other: &Self) {
        self.counts.merge(&other.counts);
        self.bytes += other.bytes;
        self.lines += other.lines;
        for (reason, records) in &other.declined {
            count(&mut self.declined, reason, *records);
        }
        for (reason, records) in &other.rejected {
            count(&mut self.rejected, reason, *records);
        }
        self.notes.merge(&other.notes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_bounded_and_their_records_are_not_lost() {
        let mut reasons = BTreeMap::new();
        for n in 0..3000 {
            count(&mut reasons, &format!("reason {n}"), 2);
        }
        assert_eq!(reasons.len(), REASONS + 1);
        assert_eq!(reasons.values().sum::<u64>(), 6000);
    }
}
