//! What a parser says of itself.

use asim_schema::{FieldSet, ProcessField, ProcessFieldSet, SchemaKind};

use crate::provenance::Provenance;
use crate::schemas::Schemas;

/// How the records of an input are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Format {
    /// One record a line.
    Lines,
    /// One record a line, under header lines that begin with `#`.
    HeaderedLines,
    /// One JSON object a line.
    NdJson,
    /// JSON objects in an array, or one after the other over any number of lines.
    JsonValues,
    /// Comma-separated values (RFC 4180) under a header row; a record may span lines.
    Csv,
    /// Text whose records begin with a line that tells so and go on over the lines that follow.
    ContinuedLines,
    /// Windows events as XML: `Event` elements, one a line or over any number of lines, inside `Events` or not.
    WindowsXml,
    /// A Windows event log file (EVTX): chunks of 64 KiB that hold events in binary XML.
    Evtx,
}

impl Format {
    /// The format's name as `asim sources` and messages write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::HeaderedLines => "lines under a header",
            Self::NdJson => "NDJSON",
            Self::JsonValues => "JSON array or objects",
            Self::Csv => "CSV",
            Self::ContinuedLines => "lines with continuation lines",
            Self::WindowsXml => "Windows event XML",
            Self::Evtx => "EVTX",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The static facts about a parser.
#[derive(Debug)]
pub struct Manifest {
    /// The parser's id: its folder, its key in the registry, and what `--source` takes.
    pub id: &'static str,
    /// What it reads, in a few words.
    pub title: &'static str,
    /// The `EventVendor` of its events.
    pub vendor: &'static str,
    /// The `EventProduct` of its events.
    pub product: &'static str,
    /// `EventVendor` and `EventProduct` of its other events, where it reads the logs of more than one product.
    pub other_products: &'static [(&'static str, &'static str)],
    /// The formats that it reads.
    pub formats: &'static [Format],
    /// The fields of Dns events that it can fill, in schema order, and what it fills them from; aliases and constants
    /// are left out. A parser without any makes no Dns events.
    pub provenance: &'static [Provenance],
    /// The same for process events.
    pub process_provenance: &'static [Provenance<ProcessField>],
    /// The names of the published ASIM parser functions for the same source.
    pub asim_functions: &'static [&'static str],
}

impl Manifest {
    /// Whether the parser's events, or some of them, are of this `EventVendor` and `EventProduct`.
    pub fn makes(&self, vendor: &str, product: &str) -> bool {
        (self.vendor, self.product) == (vendor, product) || self.other_products.contains(&(vendor, product))
    }

    /// The schemas of the parser's events.
    pub fn schemas(&self) -> Schemas {
        let filled = [
            (SchemaKind::Dns, self.provenance.is_empty()),
            (SchemaKind::Process, self.process_provenance.is_empty()),
        ];
        let filled = filled.into_iter().filter(|(_, is_empty)| !is_empty);
        filled.fold(Schemas::NONE, |set, (schema, _)| set.with(schema))
    }

    /// The fields of Dns events that the parser can fill, as a set.
    pub fn filled(&self) -> FieldSet {
        self.provenance
            .iter()
            .fold(FieldSet::EMPTY, |set, entry| set.with(entry.field))
    }

    /// The fields of process events that the parser can fill, as a set.
    pub fn filled_process(&self) -> ProcessFieldSet {
        self.process_provenance
            .iter()
            .fold(ProcessFieldSet::EMPTY, |set, entry| set.with(entry.field))
    }
}

/// What a parser says of an input from its first bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognition {
    /// The layout of the records.
    pub format: Format,
    /// What gave it away, in a few words.
    pub evidence: String,
}
