//! One block through a mapper.

use std::borrow::Cow;
use std::ops::Range;

use asim_schema::Event;
use xxhash_rust::xxh3::Xxh3;

use super::place::Place;
use super::report::{BlockReport, Cause, Counts};
use crate::context::Context;
use crate::cut::{Block, Content, Group, HeaderLines, Joined, RAW_KEPT, is_blank, too_long, trim_line_end};
use crate::decode::evtx;
use crate::envelope::{self, Bare, Envelope, TableHeader};
use crate::error::Fault;
use crate::filter::CompiledFilter;
use crate::manifest::{Format, Manifest};
use crate::mapper::{Mapper, Record, Refusal};
use crate::note::Notes;
use crate::sniff;
use crate::value::common::{common, common_mut};
use crate::value::device::{self, Identity};
use crate::value::time::NO_TIME;

/// The choices that a worker needs beside the block.
#[derive(Clone, Copy)]
pub struct Task<'t> {
    pub(crate) format: Format,
    /// Whether records stand inside layers that are to be peeled.
    pub(crate) enveloped: bool,
    pub(crate) context: &'t Context,
    pub(crate) filter: Option<&'t CompiledFilter>,
    pub(crate) max_record: usize,
}

/// What makes events of records: a mapper, or several.
pub(crate) trait Reader {
    /// The state that header lines leave behind.
    type Header: HeaderLines;

    /// Whether records of several sources are read.
    const MIXED: bool;

    /// The static facts of the reader.
    fn manifest(&self) -> &'static Manifest;

    /// Whether a text without layers around it is a record that is read here.
    fn claims(&self, text: &[u8]) -> bool;

    /// Whether a row of a table is a record that is read here, where it may as well carry one.
    fn claims_row(&self, _row: &[u8], _table: &TableHeader) -> bool {
        false
    }

    /// Makes the event of a record; none if the filter leaves it out before it is mapped.
    ///
    /// `source` is that of the reader; where several are read, it becomes the record's own.
    fn read<'r>(
        &'r self,
        record: Record<'r, Self::Header>,
        envelope: &Envelope,
        task: Task<'_>,
        notes: &mut Notes,
        source: &mut &'static Manifest,
    ) -> Result<Option<Event<'r>>, Refusal>;
}

impl<M: Mapper> Reader for M {
    type Header = M::Header;
    const MIXED: bool = false;

    fn manifest(&self) -> &'static Manifest {
        M::MANIFEST
    }

    fn claims(&self, text: &[u8]) -> bool {
        Mapper::claims(self, text)
    }

    #[inline]
    fn read<'r>(
        &'r self,
        record: Record<'r, M::Header>,
        envelope: &Envelope,
        task: Task<'_>,
        notes: &mut Notes,
        _: &mut &'static Manifest,
    ) -> Result<Option<Event<'r>>, Refusal> {
        read(self, record, envelope, task, notes)
    }
}

/// Makes the event of a record by its mapper; none if the filter leaves it out before it is mapped.
#[inline]
pub(crate) fn read<'r, M: Mapper>(
    mapper: &M,
    record: Record<'r, M::Header>,
    envelope: &Envelope,
    task: Task<'_>,
    notes: &mut Notes,
) -> Result<Option<Event<'r>>, Refusal> {
    let (context, filter) = (task.context, task.filter);
    if filter.is_some_and(|filter| refuses_bytes(mapper, record, filter)) {
        return Ok(None);
    }
    let raw = mapper.decode(record, context, notes)?;
    let schema = mapper.schema(&raw);
    if !context.schemas.contains(schema) {
        return Err(Refusal::of_schema(schema));
    }
    if filter.is_some_and(|filter| mapper.refuses(&raw, envelope, context, filter)) {
        return Ok(None);
    }
    mapper.map(raw, envelope, context, notes).map(Some)
}

struct Worker<'w, M> {
    mapper: &'w M,
    task: Task<'w>,
    /// The device of records that name none.
    device: Option<Identity<'w>>,
    block: &'w Block,
    report: &'w mut BlockReport,
    /// The notes of the record under way; they count only if it is written.
    notes: Notes,
    /// Line ends were counted up to this byte of the block, for the places of rejects.
    counted: usize,
    /// So many line ends stand before it.
    lines: u64,
    emit: &'w mut dyn FnMut(&Event<'_>, u64),
}

/// Decodes and maps every record of a block.
pub(crate) fn map_block<M: Reader>(
    mapper: &M,
    block: &Block,
    task: Task<'_>,
    report: &mut BlockReport,
    emit: &mut dyn FnMut(&Event<'_>, u64),
) {
    report.bytes = block.bytes.len() as u64;
    // Binary inputs have no lines.
    if task.format != Format::Evtx {
        report.lines = line_ends(&block.bytes);
    }
    let mut worker = Worker {
        mapper,
        task,
        device: task
            .context
            .device
            .as_deref()
            .map(|name| Identity::of(name.into())),
        block,
        report,
        notes: Notes::default(),
        counted: 0,
        lines: 0,
        emit,
    };
    for segment in &block.segments {
        match &segment.content {
            Content::Skipped => {}
            Content::EvtxChunk => worker.evtx_chunk(segment.range.clone()),
            Content::Lines(header) => {
                if let Some(header) = header.downcast_ref::<M::Header>() {
                    worker.lines(segment.range.clone(), header);
                }
            }
            Content::Spans(spans) => {
                let header = M::Header::default();
                for span in spans {
                    worker.record(&span.clone().into(), &header);
                }
            }
            Content::Groups(groups) => {
                for group in groups {
                    worker.group(group);
                }
            }
            Content::Rows(spans, header) => {
                for span in spans {
                    worker.row(&span.clone().into(), header);
                }
            }
            Content::Rejected {
                fault,
                length,
                bytes_beyond,
                lines_beyond,
            } => {
                worker.report.counts.read += 1;
                worker.reject(&segment.range.clone().into(), fault.clone(), *length);
                // The bytes that were not kept count as well.
                worker.report.bytes += bytes_beyond;
                worker.report.lines += lines_beyond;
            }
        }
    }
}

impl<'w, M: Reader> Worker<'w, M> {
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
                self.record(&(start..start + line.len()).into(), header);
            }
            at += length;
        }
    }

    /// The bytes of the next record, unless it is too long.
    fn next(&mut self, place: &Place<'_>) -> Option<&'w [u8]> {
        self.report.counts.read += 1;
        let block = self.block;
        let range = &place.range;
        let bytes = block.bytes.get(range.clone()).unwrap_or_default();
        if bytes.len() <= self.task.max_record {
            return Some(bytes);
        }
        let length = bytes.len() as u64;
        let fault = too_long(length, self.task.max_record);
        let kept = Place {
            range: range.start..range.start + bytes.len().min(RAW_KEPT),
            ..place.clone()
        };
        self.reject(&kept, fault, length);
        None
    }

    fn record(&mut self, place: &Place<'_>, header: &M::Header) {
        let Some(bytes) = self.next(place) else { return };
        if self.task.enveloped {
            let bare = envelope::peel_all(bytes, self.task.context, |text| self.mapper.claims(text));
            self.bare(place, &bare, header);
        } else {
            let record = Record {
                bytes,
                format: self.task.format,
                header,
                table: None,
            };
            self.map(place, record, &Envelope::default());
        }
    }

    /// The records of a chunk of an EVTX file, each as XML.
    fn evtx_chunk(&mut self, chunk: Range<usize>) {
        let block = self.block;
        let bytes = block.bytes.get(chunk.clone()).unwrap_or_default();
        let header = M::Header::default();
        evtx::records(bytes, |range, event| {
            self.report.counts.read += 1;
            let range = chunk.start + range.start..chunk.start + range.end;
            match event {
                Ok(xml) => {
                    let record = Record {
                        bytes: xml,
                        format: Format::WindowsXml,
                        header: &header,
                        table: None,
                    };
                    self.map(&range.into(), record, &Envelope::default());
                }
                Err(fault) => {
                    let length = range.len() as u64;
                    self.reject(&range.into(), fault, length);
                }
            }
        });
    }

    /// A row of a table, which is a record or carries one.
    fn row(&mut self, place: &Place<'_>, table: &TableHeader) {
        let Some(bytes) = self.next(place) else { return };
        let is_record = if M::MIXED {
            self.mapper.claims_row(bytes, table)
        } else {
            !self.task.enveloped && self.mapper.manifest().formats.contains(&Format::Csv)
        };
        if is_record {
            let record = Record {
                bytes,
                format: Format::Csv,
                header: &M::Header::default(),
                table: Some(table),
            };
            return self.map(place, record, &Envelope::default());
        }
        let bare = envelope::peel_row(bytes, table, self.task.context, |text| self.mapper.claims(text));
        match bare {
            Ok(Some(bare)) => self.bare(place, &bare, &M::Header::default()),
            Ok(None) => self.decline("a table row that carries no record".into()),
            Err(fault) => self.reject(place, fault, bytes.len() as u64),
        }
    }

    /// The records of one activity, read as one.
    fn group(&mut self, group: &Group) {
        let header = M::Header::default();
        if let (None, [piece]) = (&group.earlier, group.here.as_slice()) {
            let place = Place {
                line: Some(piece.line),
                ..piece.range.clone().into()
            };
            return match &piece.table {
                Some(table) => self.row(&place, table),
                None => self.record(&place, &header),
            };
        }
        self.report.counts.read += 1;
        let joined = Joined::of(group, self.block);
        let tables = group
            .earlier
            .iter()
            .flat_map(|earlier| &earlier.pieces)
            .map(|piece| &piece.table)
            .chain(group.here.iter().map(|piece| &piece.table));
        if self.task.enveloped || tables.clone().any(Option::is_some) {
            let pieces = joined
                .pieces
                .iter()
                .map(|range| joined.text.get(range.clone()).unwrap_or_default());
            let bare = self.peel_each(pieces.zip(tables.map(Option::as_deref)));
            self.bare(&(&joined).into(), &bare, &header);
        } else {
            let record = Record {
                bytes: &joined.text,
                format: self.task.format,
                header: &header,
                table: None,
            };
            self.map(&(&joined).into(), record, &Envelope::default());
        }
    }

    /// Peels the layers around each record of a group; what they know is what those around the first one know.
    fn peel_each<'p, 't>(
        &self,
        pieces: impl Iterator<Item = (&'p [u8], Option<&'t TableHeader>)>,
    ) -> Bare<'static> {
        let (context, claims) = (self.task.context, |text: &[u8]| self.mapper.claims(text));
        let mut text = Vec::new();
        let mut first: Option<Bare<'_>> = None;
        for (piece, table) in pieces {
            let row = table.and_then(|table| envelope::peel_row(piece, table, context, claims).ok()?);
            let bare = row.unwrap_or_else(|| envelope::peel_all(piece, context, claims));
            if first.is_some() {
                text.push(b'\n');
            }
            text.extend_from_slice(bare.text.trim_ascii());
            first.get_or_insert(bare);
        }
        let (envelope, layers, recognized) = first.map_or_else(Default::default, |bare| {
            (bare.envelope, bare.layers, bare.recognized)
        });
        Bare {
            text: Cow::Owned(text),
            envelope,
            layers,
            recognized,
        }
    }

    /// A record out of its layers.
    fn bare(&mut self, place: &Place<'_>, bare: &Bare<'_>, header: &M::Header) {
        let text = bare.text.trim_ascii();
        let is_json = text.first() == Some(&b'{');
        if !bare.recognized && !is_json && !M::MIXED {
            if bare.layers > 0 {
                self.decline("an envelope without a record of this source".into());
            } else {
                let length = place.length();
                self.reject(
                    place,
                    Fault::decode("neither a record nor a layer around one"),
                    length,
                );
            }
            return;
        }
        let format = match sniff::fallback_format(text, self.mapper.manifest().formats) {
            // One record is no array, over however many lines it goes.
            Some(Format::JsonValues) => Format::NdJson,
            format => format.unwrap_or(self.task.format),
        };
        let record = Record {
            bytes: text,
            format,
            header,
            table: None,
        };
        self.map(place, record, &bare.envelope);
    }

    fn map(&mut self, place: &Place<'_>, record: Record<'_, M::Header>, envelope: &Envelope) {
        let (task, context) = (self.task, self.task.context);
        let mut source = self.mapper.manifest();
        let mut event = self
            .mapper
            .read(record, envelope, task, &mut self.notes, &mut source);
        // Looked at where it is: it is large enough for moving it to count.
        match &mut event {
            Ok(Some(event)) => {
                complete(event, envelope, self.device.as_ref());
                if !envelope.time_notes.is_empty() && takes_time(event, envelope) {
                    self.notes.merge(&envelope.time_notes);
                }
                if let Some(filter) = task.filter.filter(|filter| !filter.selects(event, source)) {
                    for parameter in filter.unanswered(event) {
                        let of_source = self.report.unanswered.entry(source.id).or_default();
                        *of_source.entry(parameter).or_default() += 1;
                    }
                    self.count(source, |counts| &mut counts.filtered);
                } else {
                    if context.event_uid {
                        set_uid(event, source.id, self.block, place);
                    }
                    self.count(source, |counts| &mut counts.written);
                    (self.emit)(event, self.report.counts.read);
                    if !self.notes.is_empty() {
                        self.report.notes.merge(&self.notes);
                    }
                }
            }
            Ok(None) => {
                self.count(source, |counts| &mut counts.filtered);
                self.report.never_mapped += 1;
            }
            Err(Refusal::Declined(reason)) => self.decline_of(source, std::mem::take(reason)),
            Err(Refusal::Rejected(fault)) => {
                let length = place.length();
                // The layers may tell why there is no time.
                let fault = match &envelope.time_fault {
                    Some(better) if fault.class == NO_TIME => better.clone(),
                    _ => fault.clone(),
                };
                self.reject_of(source, place, fault, length);
            }
        }
        self.notes.clear();
    }

    /// Counts what became of a record of a source.
    #[inline]
    fn count(&mut self, source: &'static Manifest, what: impl Fn(&mut Counts) -> &mut u64) {
        *what(&mut self.report.counts) += 1;
        if M::MIXED {
            let counts = self.report.source(source.id);
            counts.read += 1;
            *what(counts) += 1;
        }
    }

    fn decline(&mut self, reason: Cow<'static, str>) {
        self.decline_of(self.mapper.manifest(), reason);
    }

    fn decline_of(&mut self, source: &'static Manifest, reason: Cow<'static, str>) {
        self.count(source, |counts| &mut counts.declined);
        *self.report.declined.entry(reason).or_default() += 1;
    }

    #[cold]
    fn reject(&mut self, place: &Place<'_>, fault: Fault, length: u64) {
        self.reject_of(self.mapper.manifest(), place, fault, length);
    }

    #[cold]
    fn reject_of(&mut self, source: &'static Manifest, place: &Place<'_>, fault: Fault, length: u64) {
        self.count(source, |counts| &mut counts.rejected);
        let range = place.range.clone();
        if self.task.format != Format::Evtx && place.line.is_none() && place.joined.is_none() {
            // Records come in order, so no byte is counted twice.
            let between = self
                .block
                .bytes
                .get(self.counted..range.start)
                .unwrap_or_default();
            self.lines += line_ends(between);
            self.counted = self.counted.max(range.start);
        }
        let cause = Cause {
            source: source.id,
            fault,
            length: (length != place.length()).then_some(length),
            joined: place.joined.cloned().map(Box::new),
        };
        let line = place.line.unwrap_or(self.lines) + 1;
        self.report
            .rejects
            .add(self.report.counts.read, line, &range, cause);
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Whether an event has its time from the layers around its record.
fn takes_time(event: &Event<'_>, envelope: &Envelope) -> bool {
    common(event).is_some_and(|event| event.event_start_time() == envelope.time)
}

/// Whether a filter leaves out a record because its bytes hold no name that it wants.
fn refuses_bytes<M: Mapper>(mapper: &M, record: Record<'_, M::Header>, filter: &CompiledFilter) -> bool {
    filter.searches_names()
        && mapper
            .plain_name(record)
            .is_some_and(|name| !filter.may_select_name_in(name))
}

/// Fills in what the record does not tell, from the layers around it and from the caller.
fn complete<'r>(event: &mut Event<'r>, envelope: &Envelope, device: Option<&Identity<'r>>) {
    let Some(event) = common_mut(event) else { return };
    if let Some(time) = envelope.time_generated {
        event.set_time_generated(time);
    }
    if event.names_device() {
        return;
    }
    if envelope.host.is_some() || envelope.address.is_some() {
        if let Some(host) = &envelope.host {
            device::set_reporting(event, Cow::Owned(host.clone()));
        }
        if let Some(address) = envelope.address {
            event.set_dvc_ip_addr(address);
        }
    } else if let Some(device) = device {
        device.clone().report(event);
    }
}

/// Sets `EventUid`: the 128-bit XXH3 hash, in hexadecimal, of the source's id, the record's place and its bytes.
fn set_uid(event: &mut Event<'_>, source: &str, block: &Block, place: &Place<'_>) {
    let mut hash = Xxh3::new();
    hash.update(source.as_bytes());
    hash.update(&[0]);
    hash.update(&place.byte(block).to_le_bytes());
    hash.update(place.bytes(block));
    if let Some(event) = common_mut(event) {
        event.set_event_uid(format!("{:032x}", hash.digest128()));
    }
}
