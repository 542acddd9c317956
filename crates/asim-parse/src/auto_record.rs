//! A parser for inputs in which records of several sources stand.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use asim_schema::Event;

use crate::context::Context;
use crate::cut::{
    Block, CsvCutter, Cutter, EvtxCutter, HeaderSnapshot, JoiningCutter, Joins, JsonCutter, LinesCutter,
    Member, WindowsXmlCutter,
};
use crate::engine::{self, BlockReport, Reader, Task};
use crate::envelope::{Envelope, TableHeader};
use crate::manifest::{Format, Manifest, Recognition};
use crate::mapper::{Record, Refusal};
use crate::note::Notes;
use crate::parser::Parser;
use crate::sniff;

static MANIFEST: Manifest = Manifest {
    id: "auto-record",
    title: "Records of several sources in one input, each found by itself",
    vendor: "",
    product: "",
    other_products: &[],
    formats: &[
        Format::Lines,
        Format::NdJson,
        Format::JsonValues,
        Format::Csv,
        Format::WindowsXml,
        Format::Evtx,
    ],
    provenance: &[],
    process_provenance: &[],
    asim_functions: &[],
};

/// Reads each record by the one parser that claims it.
///
/// For inputs in which records of several sources stand, such as what a relay has collected. A record must stand alone:
/// header lines and continuation lines belong to none; the records of one activity are joined. What no parser claims is declined, and so is what several
/// claim.
pub struct AutoRecord {
    parsers: Vec<(&'static dyn Parser, HeaderSnapshot)>,
}

impl AutoRecord {
    /// Over these parsers.
    pub fn new(parsers: &[&'static dyn Parser]) -> Self {
        let parsers = parsers.iter().map(|parser| (*parser, parser.default_header()));
        Self {
            parsers: parsers.collect(),
        }
    }

    /// The parsers that claim a record.
    fn claimants<'a>(
        &'a self,
        record: &'a [u8],
    ) -> impl Iterator<Item = &'a (&'static dyn Parser, HeaderSnapshot)> {
        self.parsers.iter().filter(|(parser, _)| parser.claims(record))
    }

    /// The parsers that claim a row of a table as a record of theirs.
    fn row_claimants(&self, row: &[u8], table: &TableHeader) -> Vec<&(&'static dyn Parser, HeaderSnapshot)> {
        let text = [table.row(), b"\n", row].concat();
        let reads_rows = |parser: &dyn Parser| parser.manifest().formats.contains(&Format::Csv);
        self.parsers
            .iter()
            .filter(|(parser, _)| reads_rows(*parser) && parser.claims(&text))
            .collect()
    }
}

impl Reader for AutoRecord {
    type Header = ();
    const MIXED: bool = true;

    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn claims(&self, text: &[u8]) -> bool {
        self.claimants(text).next().is_some()
    }

    fn claims_row(&self, row: &[u8], table: &TableHeader) -> bool {
        !self.row_claimants(row, table).is_empty()
    }

    fn read<'r>(
        &'r self,
        record: Record<'r, ()>,
        envelope: &Envelope,
        task: Task<'_>,
        notes: &mut Notes,
        source: &mut &'static Manifest,
    ) -> Result<Option<Event<'r>>, Refusal> {
        let claimants = match record.table {
            Some(table) => self.row_claimants(record.bytes, table),
            None => self.claimants(record.bytes).collect(),
        };
        let [(parser, header)] = claimants.as_slice() else {
            return Err(Refusal::Declined(unclaimed(&claimants)));
        };
        let manifest = parser.manifest();
        *source = manifest;
        let format = match (
            record.table,
            sniff::fallback_format(record.bytes, manifest.formats),
        ) {
            (Some(_), _) => Format::Csv,
            // One record is no array, over however many lines it goes.
            (None, Some(Format::JsonValues)) => Format::NdJson,
            (None, format) => format.unwrap_or(record.format),
        };
        let record = Record {
            bytes: record.bytes,
            format,
            header: &**header as &(dyn Any + Send + Sync),
            table: record.table,
        };
        parser.read_record(record, envelope, task, notes)
    }
}

/// The records of several sources that write several for one activity.
struct AnyJoins(Vec<Box<dyn Joins>>);

impl Joins for AnyJoins {
    fn member<'t>(&self, text: &'t [u8]) -> Option<Member<'t>> {
        self.0.iter().find_map(|joins| joins.member(text))
    }

    /// The widest window of them.
    fn window(&self) -> i64 {
        self.0
            .iter()
            .map(|joins| joins.window())
            .max()
            .unwrap_or_default()
    }
}

/// Why a record is not read that not exactly one parser claims.
fn unclaimed(claimants: &[&(&'static dyn Parser, HeaderSnapshot)]) -> Cow<'static, str> {
    if claimants.is_empty() {
        return "unknown: no source claims it".into();
    }
    let ids: Vec<_> = claimants.iter().map(|(parser, _)| parser.manifest().id).collect();
    format!("unknown: {} claim it", ids.join(" and ")).into()
}

impl Parser for AutoRecord {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn recognize(&self, head: &[u8]) -> Option<Recognition> {
        let rows = || {
            let row = sniff::table_header(head)?;
            let text = |parser: &dyn Parser| {
                parser
                    .recognize(head)
                    .is_some_and(|found| found.format == Format::Csv)
            };
            let is_record = self.parsers.iter().any(|(parser, _)| text(*parser));
            (is_record || row.has_carrier()).then_some(Format::Csv)
        };
        let format = if sniff::is_evtx(head) {
            Format::Evtx
        } else if sniff::is_xml(head) {
            Format::WindowsXml
        } else {
            sniff::json_format(head).or_else(rows).unwrap_or(Format::Lines)
        };
        Some(Recognition {
            format,
            evidence: "each record by its own source".to_owned(),
        })
    }

    fn settle(&self, head: &[u8], context: &mut Context) -> Result<(), String> {
        for (parser, _) in &self.parsers {
            let is_there = || {
                let claims = |text: &[u8]| parser.claims(text);
                parser.recognize(head).is_some()
                    || sniff::lines(head).take(sniff::RECORDS).any(claims)
                    || sniff::inside(head, claims).is_some()
            };
            if is_there() {
                parser.settle(head, context)?;
            }
        }
        Ok(())
    }

    fn cutter(&self, format: Format, max_record: usize) -> Box<dyn Cutter> {
        let cutter: Box<dyn Cutter> = match format {
            Format::JsonValues => Box::new(JsonCutter::default()),
            Format::Csv => Box::new(CsvCutter::new(max_record)),
            Format::WindowsXml => return Box::new(WindowsXmlCutter::default()),
            Format::Evtx => return Box::new(EvtxCutter::default()),
            _ => Box::new(LinesCutter::default()),
        };
        match Parser::joins(self) {
            Some(joins) => Box::new(JoiningCutter::new(cutter, joins, max_record)),
            None => cutter,
        }
    }

    fn joins(&self) -> Option<Box<dyn Joins>> {
        let joins: Vec<_> = self
            .parsers
            .iter()
            .filter_map(|(parser, _)| parser.joins())
            .collect();
        (!joins.is_empty()).then(|| Box::new(AnyJoins(joins)) as Box<dyn Joins>)
    }

    fn claims(&self, record: &[u8]) -> bool {
        Reader::claims(self, record)
    }

    fn default_header(&self) -> HeaderSnapshot {
        Arc::new(())
    }

    fn read_record<'r>(
        &self,
        _: Record<'r, dyn Any + Send + Sync>,
        _: &Envelope,
        _: Task<'_>,
        _: &mut Notes,
    ) -> Result<Option<Event<'r>>, Refusal> {
        // It stands in no list of parsers, so nobody asks it for a record.
        Err(Refusal::Declined(unclaimed(&[])))
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
