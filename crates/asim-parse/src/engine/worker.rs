//! One block through a mapper.

use std::borrow::Cow;
use std::ops::Range;

use asim_schema::Event;
use xxhash_rust::xxh3::Xxh3;

use super::report::{BlockReject, BlockReport};
use crate::context::Context;
use crate::cut::{Block, Content, RAW_KEPT, is_blank, too_long, trim_line_end};
use crate::envelope::{self, Bare, Envelope, TableHeader};
use crate::error::Fault;
use crate::manifest::Format;
use crate::mapper::{Mapper, Record, Refusal};
use crate::note::Notes;
use crate::sniff;
use crate::value::device;

/// The choices that a worker needs beside the block.
#[derive(Clone, Copy)]
pub struct Task<'t> {
    pub(crate) format: Format,
    /// Whether records stand inside layers that are to be peeled.
    pub(crate) enveloped: bool,
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
            Content::Rows(spans, header) => {
                for span in spans {
                    worker.row(span.clone(), header);
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

impl<'w, M: Mapper> Worker<'w, M> {
    fn lines(&mut self, range: Range<usize>, header: &M::Header) {
        let block = self.block;
        let lines = block.bytes.get(range.clone()).unwrap_or_default();
        let mut at = 0;
        while at < lines.len() {
            let rest = lines.get(at..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
            let line = trim_line_end(rest.get(..length).unwrap_or(rest));
            // A line that is too long is a record whatever it holds: in smaller blocks it is not seen as a whole.
            if !is_blank(line) || line.len() > self.task.max_record {
                let start = range.start + at;
                self.record(start..start + line.len(), header);
            }
            at += length;
        }
    }

    /// The bytes of the next record, unless it is too long.
    fn next(&mut self, range: &Range<usize>) -> Option<&'w [u8]> {
        self.report.counts.read += 1;
        let block = self.block;
        let bytes = block.bytes.get(range.clone()).unwrap_or_default();
        if bytes.len() <= self.task.max_record {
            return Some(bytes);
        }
        let length = bytes.len() as u64;
        let fault = too_long(length, self.task.max_record);
        self.reject(
            range.start..range.start + bytes.len().min(RAW_KEPT),
            fault,
            length,
        );
        None
    }

    fn record(&mut self, range: Range<usize>, header: &M::Header) {
        let Some(bytes) = self.next(&range) else { return };
        if self.task.enveloped {
            let bare = envelope::peel_all(bytes, |text| self.mapper.recognize(text).is_some());
            self.bare(range, &bare, header);
        } else {
            let envelope = Envelope::default();
            self.map(range, bytes, self.task.format, header, &envelope);
        }
    }

    /// A row of a table, which may carry a record.
    fn row(&mut self, range: Range<usize>, header: &TableHeader) {
        let Some(bytes) = self.next(&range) else { return };
        match envelope::peel_row(bytes, header, |text| self.mapper.recognize(text).is_some()) {
            Ok(Some(bare)) => self.bare(range, &bare, &M::Header::default()),
            Ok(None) => self.decline("a table row that carries no record".into()),
            Err(fault) => self.reject(range, fault, bytes.len() as u64),
        }
    }

    /// A record out of its layers.
    fn bare(&mut self, range: Range<usize>, bare: &Bare<'_>, header: &M::Header) {
        let text = bare.text.trim_ascii();
        let is_json = text.first() == Some(&b'{');
        if !bare.recognized && !is_json {
            if bare.layers > 0 {
                self.decline("an envelope without a record of this source".into());
            } else {
                let length = range.len() as u64;
                self.reject(
                    range,
                    Fault::decode("neither a record nor a layer around one"),
                    length,
                );
            }
            return;
        }
        let format = match sniff::fallback_format(text, M::MANIFEST.formats) {
            // One record is no array, over however many lines it goes.
            Some(Format::JsonValues) => Format::NdJson,
            format => format.unwrap_or(self.task.format),
        };
        self.map(range, text, format, header, &bare.envelope);
    }

    fn map(
        &mut self,
        range: Range<usize>,
        bytes: &[u8],
        format: Format,
        header: &M::Header,
        envelope: &Envelope,
    ) {
        let record = Record {
            bytes,
            format,
            header,
        };
        let (mapper, context, notes) = (self.mapper, self.task.context, &mut self.notes);
        let event = mapper
            .decode(record, context, notes)
            .and_then(|raw| mapper.map(raw, envelope, context, notes));
        match event {
            Ok(mut event) => {
                complete(&mut event, envelope, context);
                if context.event_uid {
                    set_uid(&mut event, M::MANIFEST.id, self.block, range);
                }
                self.report.counts.written += 1;
                (self.emit)(event);
                if !self.notes.is_empty() {
                    self.report.notes.merge(&self.notes);
                }
            }
            Err(Refusal::Declined(reason)) => self.decline(reason),
            Err(Refusal::Rejected(fault)) => {
                let length = range.len() as u64;
                self.reject(range, fault, length);
            }
        }
        self.notes.clear();
    }

    fn decline(&mut self, reason: Cow<'static, str>) {
        self.report.counts.declined += 1;
        *self.report.declined.entry(reason).or_default() += 1;
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

/// Fills in what the record does not tell, from the layers around it and from the caller.
fn complete<'r>(event: &mut Event<'r>, envelope: &Envelope, context: &'r Context) {
    let Event::Dns(event) = event else { return };
    if let Some(time) = envelope.time_generated {
        event.set_time_generated(time);
    }
    let named = event.dvc_hostname().is_some() || event.dvc_ip_addr().is_some() || event.dvc().is_some();
    if named {
        return;
    }
    if envelope.host.is_some() || envelope.address.is_some() {
        if let Some(host) = &envelope.host {
            device::set_reporting(event, Cow::Owned(host.clone()));
        }
        if let Some(address) = envelope.address {
            event.set_dvc_ip_addr(address);
        }
    } else if let Some(name) = &context.device {
        device::set_reporting(event, Cow::Borrowed(name));
    }
}

/// Sets `EventUid`: the 128-bit XXH3 hash, in hexadecimal, of the source's id, the record's place and its bytes.
fn set_uid(event: &mut Event<'_>, source: &str, block: &Block, range: Range<usize>) {
    let mut hash = Xxh3::new();
    hash.update(source.as_bytes());
    hash.update(&[0]);
    hash.update(&(block.offset + range.start as u64).to_le_bytes());
    hash.update(block.bytes.get(range).unwrap_or_default());
    let Event::Dns(event) = event else { return };
    event.set_event_uid(format!("{:032x}", hash.digest128()));
}
