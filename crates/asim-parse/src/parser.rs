//! A parser as everybody but its author sees it.

use asim_schema::Event;

use crate::cut::{Block, CsvCutter, Cutter, HeaderedLinesCutter, JsonCutter, LinesCutter};
use crate::engine::BlockReport;
use crate::manifest::{Format, Manifest, Recognition};
use crate::mapper::Mapper;

pub use crate::engine::Task;

/// A parser whose raw type is erased, for the registry and the engine. Every [`Mapper`] is one.
pub trait Parser: Send + Sync {
    /// The static facts about the parser.
    fn manifest(&self) -> &'static Manifest;

    /// Tells from an input's first bytes (after decompression, at most 64 KiB) whether it is of this source.
    fn recognize(&self, head: &[u8]) -> Option<Recognition>;

    /// The cutter for inputs of a format.
    ///
    /// A header line with more than `max_record` bytes is no header: it is handed out as a record, and rejected.
    fn cutter(&self, format: Format, max_record: usize) -> Box<dyn Cutter>;

    /// Maps every record of a block and hands each event to `emit`.
    fn map_block(
        &self,
        block: &Block,
        task: Task<'_>,
        report: &mut BlockReport,
        emit: &mut dyn FnMut(Event<'_>),
    );
}

impl<M: Mapper> Parser for M {
    fn manifest(&self) -> &'static Manifest {
        M::MANIFEST
    }

    fn recognize(&self, head: &[u8]) -> Option<Recognition> {
        Mapper::recognize(self, head)
    }

    fn cutter(&self, format: Format, max_record: usize) -> Box<dyn Cutter> {
        match format {
            Format::HeaderedLines => Box::new(HeaderedLinesCutter::<M::Header>::new(max_record)),
            Format::JsonValues => Box::new(JsonCutter::default()),
            Format::Csv => Box::new(CsvCutter::new(max_record)),
            Format::Lines | Format::NdJson => Box::new(LinesCutter::with_header(std::sync::Arc::new(
                M::Header::default(),
            ))),
        }
    }

    fn map_block(
        &self,
        block: &Block,
        task: Task<'_>,
        report: &mut BlockReport,
        emit: &mut dyn FnMut(Event<'_>),
    ) {
        crate::engine::map_block(self, block, task, report, emit);
    }
}
