//! A parser as everybody but its author sees it.

use std::any::Any;
use std::sync::Arc;

use asim_schema::Event;

use crate::context::Context;
use crate::cut::{
    Block, ContinuedLinesCutter, CsvCutter, Cutter, EvtxCutter, HeaderSnapshot, HeaderedLinesCutter,
    JoiningCutter, Joins, JsonCutter, LinesCutter, WindowsXmlCutter,
};
use crate::engine::{self, BlockReport};
use crate::envelope::Envelope;
use crate::error::Fault;
use crate::manifest::{Format, Manifest, Recognition};
use crate::mapper::{Mapper, Record, Refusal};
use crate::note::Notes;

pub use crate::engine::Task;

/// A parser whose raw type is erased, for the registry and the engine. Every [`Mapper`] is one.
pub trait Parser: Send + Sync {
    /// The static facts about the parser.
    fn manifest(&self) -> &'static Manifest;

    /// Tells from an input's first bytes (after decompression, at most 64 KiB) whether it is of this source.
    fn recognize(&self, head: &[u8]) -> Option<Recognition>;

    /// Settles from an input's first bytes what no single record tells; see [`Mapper::settle`].
    ///
    /// # Errors
    ///
    /// A sentence that asks the caller, when the input leaves open what the parser must know.
    fn settle(&self, head: &[u8], context: &mut Context) -> Result<(), String>;

    /// The cutter for inputs of a format.
    ///
    /// A header line with more than `max_record` bytes is no header: it is handed out as a record, and rejected.
    fn cutter(&self, format: Format, max_record: usize) -> Box<dyn Cutter>;

    /// Tells which records belong to one activity; see [`Mapper::joins`].
    fn joins(&self) -> Option<Box<dyn Joins>>;

    /// Whether one record without layers around it is of this source; see [`Mapper::claims`].
    fn claims(&self, record: &[u8]) -> bool;

    /// The header in force where there are no header lines.
    fn default_header(&self) -> HeaderSnapshot;

    /// Makes the event of one record, under a header of this parser; none if the filter leaves it out before it is
    /// mapped.
    ///
    /// # Errors
    ///
    /// When the record is declined or rejected.
    fn read_record<'r>(
        &self,
        record: Record<'r, dyn Any + Send + Sync>,
        envelope: &Envelope,
        task: Task<'_>,
        notes: &mut Notes,
    ) -> Result<Option<Event<'r>>, Refusal>;

    /// Maps every record of a block and hands each event to `emit`, with the number of its record in the block, counted from one.
    fn map_block(
        &self,
        block: &Block,
        task: Task<'_>,
        report: &mut BlockReport,
        emit: &mut dyn FnMut(&Event<'_>, u64),
    );
}

impl<M: Mapper> Parser for M {
    fn manifest(&self) -> &'static Manifest {
        M::MANIFEST
    }

    fn recognize(&self, head: &[u8]) -> Option<Recognition> {
        Mapper::recognize(self, head)
    }

    fn settle(&self, head: &[u8], context: &mut Context) -> Result<(), String> {
        Mapper::settle(self, head, context)
    }

    fn cutter(&self, format: Format, max_record: usize) -> Box<dyn Cutter> {
        let cutter: Box<dyn Cutter> = match format {
            Format::ContinuedLines => Box::new(ContinuedLinesCutter::new(self.record_starts(), max_record)),
            Format::WindowsXml => return Box::new(WindowsXmlCutter::default()),
            Format::Evtx => return Box::new(EvtxCutter::default()),
            Format::HeaderedLines => return Box::new(HeaderedLinesCutter::<M::Header>::new(max_record)),
            Format::JsonValues => Box::new(JsonCutter::default()),
            Format::Csv => Box::new(CsvCutter::new(max_record)),
            Format::Lines | Format::NdJson => {
                Box::new(LinesCutter::with_header(Arc::new(M::Header::default())))
            }
        };
        match Mapper::joins(self) {
            Some(joins) => Box::new(JoiningCutter::new(cutter, joins, max_record)),
            None => cutter,
        }
    }

    fn joins(&self) -> Option<Box<dyn Joins>> {
        Mapper::joins(self)
    }

    fn claims(&self, record: &[u8]) -> bool {
        Mapper::claims(self, record)
    }

    fn default_header(&self) -> HeaderSnapshot {
        Arc::new(M::Header::default())
    }

    fn read_record<'r>(
        &self,
        record: Record<'r, dyn Any + Send + Sync>,
        envelope: &Envelope,
        task: Task<'_>,
        notes: &mut Notes,
    ) -> Result<Option<Event<'r>>, Refusal> {
        let Some(header) = record.header.downcast_ref::<M::Header>() else {
            return Err(Fault::decode("the header of another source").into());
        };
        let record = Record {
            bytes: record.bytes,
            format: record.format,
            header,
            table: record.table,
        };
        engine::read(self, record, envelope, task, notes)
    }

    fn map_block(
        &self,
        block: &Block,
        task: Task<'_>,
        report: &mut BlockReport,
        emit: &mut dyn FnMut(&Event<'_>, u64),
    ) {
        engine::map_block(self, block, task, report, emit);
    }
}
