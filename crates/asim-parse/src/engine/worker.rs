//! One block through a mapper.

use std::ops::Range;

use asim_schema::Event;

use super::report::{BlockReject, BlockReport};
use crate::context::Context;
use crate::cut::{Block, Content, RAW_KEPT, is_blank, too_long, trim_line_end};
use crate::error::Fault;
use crate::manifest::Format;
use crate::mapper::{Mapper, Record, Refusal};
use crate::note::Notes;

/// The choices that a worker needs beside the block.
#[derive(Clone, Copy)]
pub struct Task<'t> {
    pub(crate) format: Format,
    pub(crate) context: &'t Context,
    pub(crate) max_record: usize,
}

struct Worker<'w, M> {
    mapper: &'w M,
    task: Task<'w>,
    block: &'w Block,
    report: &'w mut BlockReport,
    /// The notes of the record under way; they count only if it is written.
    notes: Notes,
    emit: &'w mut dyn FnMut(Event<'_>),
}

/// Decodes and maps every record of a block.
pub(crate) fn map_block<M: Mapper>(
    mapper: &M,
    block: &Block,
    task: Task<'_>,
    report: &mut BlockReport,
    emit: &mut dyn FnMut(Event<'_>),
) {
    report.bytes = block.bytes.len() as u64;
    report.lines = memchr::memchr_iter(b'\n', &block.bytes).count() as u64;
    let mut worker = Worker {
        mapper,
        task,
        block,
        report,
        notes: Notes::default(),
        emit,
    };
    for segment in &block.segments {
        match &segment.content {
            Content::Skipped => {}
            Content::Lines(header) => {
                if let Some(header) = header.downcast_ref::<M::Header>() {
                    worker.lines(segment.range.clone(), header);
                }
            }
            Content::Spans(spans) => {
                let header = M::Header::default();
                for span in spans {
                    worker.record(span.clone(), &header);
                }
            }
            Content::Rejected {
                fault,
                length,
                lines_beyond,
            } => {
                worker.report.counts.read += 1;
                worker.reject(segment.range.clone(), fault.clone(), *length);
                // The bytes that were not kept count as well.
                worker.report.bytes += length.saturating_sub(segment.range.len() as u64);
                worker.report.lines += lines_beyond;
            }
        }
    }
}

impl<M: Mapper> Worker<'_, M> {
    fn lines(&mut self, range: Range<usize>, header: &M::Header) {
        let block = self.block;
        let lines = block.bytes.get(range.clone()).unwrap_or_default();
        let mut at = 0;
        while at < lines.len() {
            let rest = lines.get(at..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
            let line = trim_line_end(rest.get(..length).unwrap_or(rest));
            if !is_blank(line) {
                let start = range.start + at;
                self.record(start..start + line.len(), header);
            }
            at += length;
        }
    }

    fn record(&mut self, range: Range<usize>, header: &M::Header) {
        self.report.counts.read += 1;
        let block = self.block;
        let bytes = block.bytes.get(range.clone()).unwrap_or_default();
        if bytes.len() > self.task.max_record {
            let fault = too_long(bytes.len() as u64, self.task.max_record);
            self.reject(
                range.start..range.start + bytes.len().min(RAW_KEPT),
                fault,
                bytes.len() as u64,
            );
            return;
        }
        let record = Record {
            bytes,
            format: self.task.format,
            header,
        };
        let (mapper, context, notes) = (self.mapper, self.task.context, &mut self.notes);
        let event = mapper
            .decode(record, context, notes)
            .and_then(|raw| mapper.map(raw, context, notes));
        match event {
            Ok(event) => {
                self.report.counts.written += 1;
                (self.emit)(event);
                if !self.notes.is_empty() {
                    self.report.notes.merge(&self.notes);
                }
            }
            Err(Refusal::Declined(reason)) => {
                self.report.counts.declined += 1;
                *self.report.declined.entry(reason).or_default() += 1;
            }
            Err(Refusal::Rejected(fault)) => self.reject(range, fault, bytes.len() as u64),
        }
        self.notes.clear();
    }

    #[cold]
    fn reject(&mut self, range: Range<usize>, fault: Fault, length: u64) {
        self.report.counts.rejected += 1;
        let before = self.block.bytes.get(..range.start).unwrap_or_default();
        self.report.rejects.push(BlockReject {
            record: self.report.counts.read,
            line: memchr::memchr_iter(b'\n', before).count() as u64 + 1,
            byte: self.block.offset + range.start as u64,
            fault,
            raw: self.block.bytes.get(range).unwrap_or_default().to_vec(),
            length,
        });
    }
}
