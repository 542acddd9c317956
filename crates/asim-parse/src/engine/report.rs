//! The counts of a run: read = written + filtered + declined + rejected.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use super::Reject;
use crate::cut::{Block, Joined};
use crate::error::{Fault, RecordError};
use crate::filter::Parameter;
use crate::location::Location;
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
///
/// A block may hold very many of them, so they are small: the bytes stay in the block, and records that were rejected
/// for the same cause share it.
#[derive(Debug)]
pub(super) struct BlockReject {
    record: u32,
    line: u32,
    start: u32,
    end: u32,
    /// The place of the cause in [`Rejects::causes`].
    cause: u32,
}

/// Why a record was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    /// The id of the parser that rejected it.
    pub(super) source: &'static str,
    pub(super) fault: Fault,
    /// Its length in bytes, where the block does not hold all of them.
    pub(super) length: Option<u64>,
    /// Its bytes and their place, where it was joined of several pieces.
    pub(super) joined: Option<Box<Joined>>,
}

/// The records that were rejected in a block.
#[derive(Debug, Default)]
pub(super) struct Rejects {
    rejects: Vec<BlockReject>,
    causes: Vec<Cause>,
}

/// Memory for so many rejects is kept from block to block.
const REJECTS_KEPT: usize = 4096;

impl Rejects {
    /// Adds the record of this number and line, whose bytes stand at `range` in the block.
    pub(super) fn add(&mut self, record: u64, line: u64, range: &Range<usize>, cause: Cause) {
        if self.causes.last() != Some(&cause) {
            self.causes.push(cause);
        }
        // A block has far less than 4 GiB.
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        self.rejects.push(BlockReject {
            record: small(record),
            line: small(line),
            start: small(range.start as u64),
            end: small(range.end as u64),
            cause: small(self.causes.len() as u64 - 1),
        });
    }

    fn clear(&mut self) {
        self.rejects.clear();
        self.causes.clear();
        self.rejects.shrink_to(REJECTS_KEPT);
        self.causes.shrink_to(REJECTS_KEPT);
    }

    /// Why each record was rejected.
    fn causes(&self) -> impl Iterator<Item = &Cause> {
        self.rejects.iter().filter_map(|reject| self.cause(reject))
    }

    fn cause(&self, reject: &BlockReject) -> Option<&Cause> {
        self.causes.get(reject.cause as usize)
    }

    /// The rejects with their bytes; `records` and `lines` stand before the block.
    pub(super) fn with_bytes<'b>(
        &'b self,
        block: &'b Block,
        records: u64,
        lines: u64,
    ) -> impl Iterator<Item = Reject> + 'b {
        self.rejects.iter().filter_map(move |reject| {
            let cause = self.cause(reject)?;
            let mut location = Location {
                record: records + u64::from(reject.record),
                line: lines + u64::from(reject.line),
                byte: block.offset + u64::from(reject.start),
            };
            let raw = if let Some(joined) = &cause.joined {
                location.byte = joined.byte;
                location.line = joined.first_line(lines);
                joined.text.clone()
            } else {
                block
                    .bytes
                    .get(reject.start as usize..reject.end as usize)?
                    .to_vec()
            };
            Some(Reject {
                error: RecordError::new(cause.source, location, cause.fault.clone(), &raw),
                length: cause.length.unwrap_or(raw.len() as u64),
                raw,
            })
        })
    }
}

/// Numbers of events by source and parameter of the filter.
pub type Unanswered = BTreeMap<&'static str, BTreeMap<Parameter, u64>>;

fn merge_unanswered(all: &mut Unanswered, further: &Unanswered) {
    for (source, parameters) in further {
        let of_source = all.entry(source).or_default();
        for (parameter, events) in parameters {
            *of_source.entry(*parameter).or_default() += events;
        }
    }
}

/// What became of the records of one block.
#[derive(Debug, Default)]
pub struct BlockReport {
    pub(super) counts: Counts,
    pub(super) never_mapped: u64,
    pub(super) unanswered: Unanswered,
    /// The counts of each source by its parser's id, where records of several are read.
    pub(super) sources: BTreeMap<&'static str, Counts>,
    pub(super) lines: u64,
    pub(super) bytes: u64,
    pub(super) declined: BTreeMap<Cow<'static, str>, u64>,
    pub(super) rejects: Rejects,
    pub(super) notes: Notes,
}

impl BlockReport {
    pub(super) fn clear(&mut self) {
        self.counts = Counts::default();
        (self.never_mapped, self.lines, self.bytes) = (0, 0, 0);
        self.unanswered.clear();
        self.sources.clear();
        self.declined.clear();
        self.rejects.clear();
        self.notes.clear();
    }

    /// The counts of a source, where records of several are read.
    pub(super) fn source(&mut self, id: &'static str) -> &mut Counts {
        self.sources.entry(id).or_default()
    }
}

/// What became of the records of one input, with the reasons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The four counts and their sum.
    pub counts: Counts,
    /// Those of the records filtered out that were known to be so before they were mapped.
    pub never_mapped: u64,
    /// For each source and parameter of the filter, how many of the events left out have no value to compare.
    pub unanswered: Unanswered,
    /// The counts of each source, by its parser's id; records that no source claims are those of the parser that asked
    /// all of them.
    pub sources: BTreeMap<&'static str, Counts>,
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
    pub(super) fn merge_block(&mut self, block: &BlockReport, source: &'static str) {
        self.counts.merge(&block.counts);
        if block.sources.is_empty() {
            self.sources.entry(source).or_default().merge(&block.counts);
        }
        for (source, counts) in &block.sources {
            self.sources.entry(source).or_default().merge(counts);
        }
        self.never_mapped += block.never_mapped;
        merge_unanswered(&mut self.unanswered, &block.unanswered);
        self.bytes += block.bytes;
        self.lines += block.lines;
        for (reason, records) in &block.declined {
            count(&mut self.declined, reason, *records);
        }
        for cause in block.rejects.causes() {
            count(&mut self.rejected, cause.fault.class, 1);
        }
        self.notes.merge(&block.notes);
    }

    /// Adds the report of another input.
    pub fn merge(&mut self, other: &Self) {
        self.counts.merge(&other.counts);
        self.never_mapped += other.never_mapped;
        merge_unanswered(&mut self.unanswered, &other.unanswered);
        for (source, counts) in &other.sources {
            self.sources.entry(source).or_default().merge(counts);
        }
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
