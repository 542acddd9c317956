//! Whether tables of events, from any producer, keep to their schema.
//!
//! The rules and the checker are those of [`asim_schema::conformance`]; [`Table::read`] brings whole inputs to it: NDJSON,
//! JSON arrays, CSV with the headers of the log portal, and lists of columns as KQL's `getschema` gives them.
//!
//! ```
//! use asimkit::conformance::{Checker, RuleSet, Table};
//!
//! let mut checker = Checker::new(RuleSet::dns());
//! let table = Table::read(&mut checker, "events.csv", &b"EventCount,DnsQuery\n1,www.example.com.\n"[..])?;
//! assert_eq!(table, Table::Csv);
//! assert!(checker.finish().findings.iter().any(|finding| finding.rule == "final-dot"));
//! # Ok::<(), asimkit::conformance::TableError>(())
//! ```

use std::fmt;
use std::io::{self, Read};

use asim_parse::Format;
use asim_parse::cut::{Block, Content, CsvCutter, Cutter, JsonCutter, LinesCutter, Slicer, SlicerOptions};
use asim_parse::engine::Options;
use asim_parse::input::{Decompressed, Utf8};
use asim_parse::sniff;

use asim_schema::SchemaKind;

pub use asim_schema::conformance::*;

/// Blocks of this size are read at a time.
const BLOCK: usize = 256 << 10;

/// The layout of an input, as it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Table {
    /// No record at all.
    Empty,
    /// Records as JSON.
    Json,
    /// Records as rows of CSV.
    Csv,
    /// A list of columns with their types.
    Columns,
}

/// Why an input was not tested to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum TableError {
    /// It is neither JSON nor CSV.
    Unrecognized,
    /// It cannot be read.
    Read(io::Error),
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unrecognized => f.write_str(
                "neither JSON nor CSV with a row of column names; raw logs are read by `asim normalize`",
            ),
            Self::Read(error) => write!(f, "cannot be read: {error}"),
        }
    }
}

impl std::error::Error for TableError {}

impl Table {
    /// Takes a whole input into a checker; compression and UTF-16 are undone.
    ///
    /// # Errors
    ///
    /// When the input is no table, or cannot be read.
    pub fn read(checker: &mut Checker, name: &str, input: impl Read + Send) -> Result<Self, TableError> {
        Self::open(input)?.read(checker, name)
    }

    /// Reads an input's first bytes; what follows is read by [`OpenTable::read`].
    ///
    /// A caller that wants to know of which schema the records say to be takes these two steps instead of
    /// [`read`](Self::read).
    ///
    /// ```
    /// use asimkit::conformance::{Checker, RuleSet, Table};
    /// use asimkit::SchemaKind;
    ///
    /// let table = Table::open(&b"EventCount,EventSchema\n1,ProcessEvent\n"[..])?;
    /// assert_eq!(table.schema(), Some(SchemaKind::Process));
    /// let mut checker = Checker::new(RuleSet::of(SchemaKind::Process));
    /// assert_eq!(table.read(&mut checker, "events.csv")?, Table::Csv);
    /// # Ok::<(), asimkit::conformance::TableError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn open<R: Read + Send>(input: R) -> Result<OpenTable<R>, TableError> {
        let decompressed = Decompressed::new(input).map_err(TableError::Read)?;
        let mut input = Utf8::new(decompressed).map_err(TableError::Read)?;
        let mut head = Vec::new();
        input
            .by_ref()
            .take(sniff::HEAD as u64)
            .read_to_end(&mut head)
            .map_err(TableError::Read)?;
        Ok(OpenTable { head, input })
    }

    /// Hands the records of a whole input on.
    pub(crate) fn read_rows(
        rows: &mut impl Rows,
        name: &str,
        input: impl Read + Send,
    ) -> Result<Self, TableError> {
        Self::open(input)?.rows(rows, name)
    }
}

/// A table whose first bytes are known and whose records are not read yet.
pub struct OpenTable<R: Read> {
    head: Vec<u8>,
    input: Utf8<Decompressed<R>>,
}

impl<R: Read + Send> OpenTable<R> {
    /// The schema that the first record with an `EventSchema` names, if it is one of those that are known.
    pub fn schema(&self) -> Option<SchemaKind> {
        const COLUMN: &[u8] = b"EventSchema";
        let head = sniff::without_mark(&self.head);
        let is_json = sniff::json_format(head).is_some();
        let named = memchr::memmem::find_iter(head, COLUMN)
            .filter_map(|at| head.get(at + COLUMN.len()..))
            .find(|behind| !behind.starts_with(b"Version"))?;
        let value = |value: &[u8]| {
            let mut schemas = SchemaKind::ALL.into_iter();
            schemas.find(|schema| schema.name().as_bytes() == value)
        };
        if is_json {
            let text = named.strip_prefix(b"\"")?.trim_ascii_start();
            let text = text.strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
            return value(text.split(|byte| *byte == b'"').next()?);
        }
        // The names of schemas are plain, so that their cells are too.
        let mut cells = named.split(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n'));
        cells.find_map(value)
    }

    /// Takes the whole input into a checker.
    ///
    /// # Errors
    ///
    /// When the input is no table, or cannot be read.
    pub fn read(self, checker: &mut Checker, name: &str) -> Result<Table, TableError> {
        let mut rows = Checked {
            checker,
            header: None,
        };
        self.rows(&mut rows, name)
    }

    fn rows(self, rows: &mut impl Rows, name: &str) -> Result<Table, TableError> {
        let Self { head, input } = self;
        rows.input(name);
        if head.trim_ascii().is_empty() {
            return Ok(Table::Empty);
        }
        let whole = io::Cursor::new(head.clone()).chain(input);
        let json: Option<Box<dyn Cutter>> = match sniff::json_format(&head) {
            Some(Format::NdJson) => Some(Box::new(LinesCutter::default())),
            Some(_) => Some(Box::new(JsonCutter::default())),
            None => None,
        };
        let max_record = Options::MAX_RECORD;
        let (table, cutter) = match json {
            Some(cutter) if is_list_of_columns(&head) => (Table::Columns, cutter),
            Some(cutter) => (Table::Json, cutter),
            None if has_names(&head) => (
                Table::Csv,
                Box::new(CsvCutter::new(max_record)) as Box<dyn Cutter>,
            ),
            None => return Err(TableError::Unrecognized),
        };
        let options = SlicerOptions {
            block_size: BLOCK,
            max_record,
            live: false,
        };
        let mut reading = Reading {
            rows,
            table,
            line: 1,
            cells: Cells::default(),
            head: None,
        };
        let mut slicer = Slicer::new(whole, 0, cutter, options);
        let mut block = Block::default();
        while let Some(next) = slicer.next_block(block).map_err(TableError::Read)? {
            reading.block(&next);
            block = next;
        }
        Ok(reading.table)
    }
}

/// Whether the first object of JSON is a row of `getschema`.
fn is_list_of_columns(head: &[u8]) -> bool {
    let first = head
        .split_inclusive(|byte| *byte == b'}')
        .next()
        .unwrap_or_default();
    let has = |name: &[u8]| first.windows(name.len()).any(|window| window == name);
    has(b"\"ColumnName\"") && has(b"\"ColumnType\"")
}

/// Whether an input begins with a row of names.
fn has_names(head: &[u8]) -> bool {
    let Some(row) = sniff::lines(sniff::without_mark(head)).next() else {
        return false;
    };
    let mut cells = Cells::default();
    let is_name = |cell: &str| {
        let name = cell.split(" [").next().unwrap_or_default().trim();
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    cells.read(row) && cells.texts().all(is_name)
}

/// What takes in the records of an input.
pub(crate) trait Rows {
    /// The next records are of this input.
    fn input(&mut self, name: &str);
    /// Records as JSON, with their lines.
    fn json<'b>(&mut self, records: impl Iterator<Item = (u64, &'b [u8])>);
    /// The first row of a table.
    fn header<'h>(&mut self, cells: impl Iterator<Item = &'h str>);
    /// A row of a table.
    fn row<'c>(&mut self, line: u64, cells: impl Iterator<Item = &'c str>);
    /// A row of a list of columns, as JSON.
    fn column_json(&mut self, line: u64, row: &[u8]);
    /// A column of a list, with its type.
    fn column(&mut self, name: &str, column_type: &str);
    /// A record that cannot be read.
    fn broken(&mut self, line: u64, problem: &str);
}

/// A checker as it takes in one input.
struct Checked<'c> {
    checker: &'c mut Checker,
    header: Option<Header>,
}

impl Rows for Checked<'_> {
    fn input(&mut self, name: &str) {
        self.checker.begin_input(name);
    }

    fn json<'b>(&mut self, records: impl Iterator<Item = (u64, &'b [u8])>) {
        self.checker.json_records(records);
    }

    fn header<'h>(&mut self, cells: impl Iterator<Item = &'h str>) {
        self.header = Some(self.checker.header(cells));
    }

    fn row<'c>(&mut self, line: u64, cells: impl Iterator<Item = &'c str>) {
        if let Some(header) = &self.header {
            self.checker.row(line, header, cells);
        }
    }

    fn column_json(&mut self, line: u64, row: &[u8]) {
        self.checker.json_column(line, row);
    }

    fn column(&mut self, name: &str, column_type: &str) {
        self.checker.schema_column(name, column_type);
    }

    fn broken(&mut self, line: u64, problem: &str) {
        self.checker.broken_record(line, problem);
    }
}

/// An input on its way.
struct Reading<'c, S> {
    rows: &'c mut S,
    table: Table,
    /// The line on which the next block begins.
    line: u64,
    cells: Cells,
    head: Option<Head>,
}

/// The first row of a table.
enum Head {
    /// That of records.
    Records,
    /// The cells that hold a column's name and its type.
    Columns { name: usize, column_type: usize },
}

impl<S: Rows> Reading<'_, S> {
    fn block(&mut self, block: &Block) {
        for segment in &block.segments {
            let bytes = block.bytes.get(segment.range.clone()).unwrap_or_default();
            let mut beyond = 0;
            match &segment.content {
                Content::Lines(_) => self.records(lines(bytes, self.line)),
                Content::Spans(spans) => {
                    let (mut line, mut from) = (self.line, segment.range.start);
                    let numbered: Vec<_> = spans
                        .iter()
                        .map(|span| {
                            line += line_ends(block.bytes.get(from..span.start).unwrap_or_default());
                            from = span.start;
                            (line, block.bytes.get(span.clone()).unwrap_or_default())
                        })
                        .collect();
                    self.records(numbered.into_iter());
                }
                Content::Rows(rows, _) => {
                    let (mut line, mut from) = (self.line, segment.range.start);
                    for row in rows {
                        line += line_ends(block.bytes.get(from..row.start).unwrap_or_default());
                        from = row.start;
                        self.row(line, block.bytes.get(row.clone()).unwrap_or_default());
                    }
                }
                Content::Rejected {
                    fault, lines_beyond, ..
                } => {
                    self.rows.broken(self.line, &fault.to_string());
                    beyond = *lines_beyond;
                }
                Content::Skipped if self.table == Table::Csv && self.head.is_none() => self.first_row(bytes),
                _ => {}
            }
            self.line += line_ends(bytes) + beyond;
        }
    }

    fn records<'b>(&mut self, records: impl Iterator<Item = (u64, &'b [u8])>) {
        if self.table == Table::Columns {
            for (line, record) in records {
                self.rows.column_json(line, record);
            }
        } else {
            self.rows.json(records);
        }
    }

    fn first_row(&mut self, row: &[u8]) {
        if !self.cells.read(row) {
            return;
        }
        let place = |wanted: &str| self.cells.texts().position(|cell| cell.trim() == wanted);
        self.head = Some(
            if let (Some(name), Some(column_type)) = (place("ColumnName"), place("ColumnType")) {
                self.table = Table::Columns;
                Head::Columns { name, column_type }
            } else {
                self.rows.header(self.cells.texts());
                Head::Records
            },
        );
    }

    fn row(&mut self, line: u64, row: &[u8]) {
        if !self.cells.read(row) {
            return self.rows.broken(line, "not UTF-8");
        }
        match &self.head {
            Some(Head::Records) => self.rows.row(line, self.cells.texts()),
            Some(Head::Columns { name, column_type }) => {
                let cell = |place: usize| self.cells.texts().nth(place).unwrap_or_default().trim();
                self.rows.column(cell(*name), cell(*column_type));
            }
            None => self.rows.broken(line, "a row without a header"),
        }
    }
}

/// The lines that are not blank, with their numbers.
fn lines(bytes: &[u8], first: u64) -> impl Iterator<Item = (u64, &[u8])> {
    let mut rest = bytes;
    let mut line = first;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let (text, behind) = rest.split_at(end);
            rest = behind;
            let number = line;
            line += 1;
            let text = text.trim_ascii();
            if !text.is_empty() {
                return Some((number, text));
            }
        }
    })
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// The cells of one row of CSV.
#[derive(Default)]
struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    /// Reads a row; false if it is not UTF-8.
    fn read(&mut self, row: &[u8]) -> bool {
        let mut reader = csv_core::Reader::new();
        let mut text = vec![0; row.len() + 1];
        let mut ends = vec![0; row.len() + 2];
        let (mut filled, mut count, mut rest) = (0, 0, row);
        loop {
            let (_, read, wrote, found) = reader.read_record(
                rest,
                text.get_mut(filled..).unwrap_or_default(),
                ends.get_mut(count..).unwrap_or_default(),
            );
            rest = rest.get(read..).unwrap_or_default();
            (filled, count) = (filled + wrote, count + found);
            // The empty input behind a row ends it.
            if read == 0 {
                break;
            }
        }
        text.truncate(filled);
        ends.truncate(count);
        self.ends = ends;
        match String::from_utf8(text) {
            Ok(text) => self.text = text,
            Err(_) => return false,
        }
        true
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| self.text.get(start..*end).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the bytes are, every record is counted and nothing breaks.
        #[test]
        fn any_input_is_taken(
            kind in 0..3_usize,
            text in "[\\[\\]{}:,\"a-zA-Z0-9.\\\\ \n\r\u{fc}\u{0}]{0,200}",
        ) {
            let start = ["", "EventCount,DnsQuery,AdditionalFields\n", "{\"DnsQuery\":\"a.example.\"}\n"];
            let input = format!("{}{text}", start.get(kind).unwrap());
            for rules in [RuleSet::dns(), RuleSet::dns_published()] {
                let mut checker = Checker::new(rules);
                let _ = Table::read(&mut checker, "any", input.as_bytes());
                let report = checker.finish();
                prop_assert!(report.findings.iter().all(|finding| finding.records.unwrap_or(0) <= report.records));
            }
        }
    }

    fn read(input: &str) -> (Table, Report) {
        let mut checker = Checker::new(RuleSet::dns());
        let table = Table::read(&mut checker, "t", input.as_bytes()).unwrap();
        (table, checker.finish())
    }

    fn rules(report: &Report) -> Vec<(&str, u64)> {
        let mut rules: Vec<_> = report
            .findings
            .iter()
            .filter_map(|finding| Some((finding.rule, finding.examples.first()?.line)))
            .collect();
        rules.sort_unstable();
        rules
    }

    #[test]
    fn every_layout_is_found_and_tells_the_line() {
        for (input, table) in [
            (
                "\n{\"DnsQuery\":\"a.example.\",\"Domain\":\"a.example.\"}\n",
                Table::Json,
            ),
            (
                "[\n{\"DnsQuery\":\"a.example.\",\n\"Domain\":\"a.example.\"}]",
                Table::Json,
            ),
            ("DnsQuery,Domain,Other\na.example.,a.example.,x\n", Table::Csv),
            (
                "\u{feff}\"TimeGenerated [UTC]\",DnsQuery,Domain\n\"11/21/2026, 8:47:45.218 PM\",a.example.,a.example.\n",
                Table::Csv,
            ),
        ] {
            let (found, report) = read(input);
            assert_eq!((found, report.records), (table, 1), "{input}");
            assert_eq!(rules(&report), [("final-dot", 2), ("final-dot", 2)], "{input}");
        }
        assert_eq!(read(" \n").0, Table::Empty);
        let mut checker = Checker::new(RuleSet::dns());
        let raw = Table::read(&mut checker, "t", &b"#separator \\x09\n1.5\tx\n"[..]);
        assert!(matches!(raw, Err(TableError::Unrecognized)));
    }

    #[test]
    fn a_list_of_columns_in_each_layout() {
        for input in [
            "ColumnName,ColumnOrdinal,DataType,ColumnType\nEventCount,0,System.Int64,long\nQueryCount,1,System.Int32,int\n",
            "{\"ColumnName\":\"EventCount\",\"ColumnType\":\"long\"}\n{\"ColumnName\":\"QueryCount\",\"ColumnType\":\"int\"}\n",
            "[{\"ColumnName\":\"EventCount\",\"ColumnType\":\"long\"},{\"ColumnName\":\"QueryCount\",\"ColumnType\":\"int\"}]",
        ] {
            let (table, report) = read(input);
            assert_eq!(
                (table, report.records, report.columns),
                (Table::Columns, 0, 1),
                "{input}"
            );
            for text in [
                "(0) Error: type mismatch for column [EventCount]. It is currently long and should be int",
                "(2) Info: extra unnormalized column [QueryCount]",
            ] {
                assert!(
                    report.findings.iter().any(|finding| finding.text == text),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn broken_records_are_told_and_the_rest_is_tested() {
        let (_, report) = read("{\"EventCount\":1}\n{\"EventCount\":\n[1]\n{\"EventCount\":2}\n");
        let broken = report
            .findings
            .iter()
            .find(|finding| finding.rule == "not-a-record")
            .unwrap();
        assert_eq!((report.records, broken.records), (4, Some(2)));
        let (_, report) = read("EventCount,DnsQuery\n1,a.example\n2\n");
        assert!(
            report
                .findings
                .iter()
                .any(|finding| finding.rule == "not-a-record")
        );
    }
}
