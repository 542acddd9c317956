//! What we make of a raw log, beside what a published parser made of it.
//!
//! ```
//! use asimkit::{Normalizer, diff};
//!
//! let log = b"#separator \\x09\n#path\tdns\n#fields\tts\tuid\ttrans_id\tquery\tqtype\n1.5\tC1\t7\ta.example\t28\n";
//! let export = br#"{"EventOriginalUid":"C1","DnsQuery":"a.example","DnsQueryTypeName":"Unassigned"}"#;
//! let difference = diff::compare(&Normalizer::new(), &log[..], &export[..])?;
//! assert_eq!(difference.pairs, 1);
//! assert!(difference.fields.iter().any(|field| field.column == "DnsQueryTypeName" && field.records == 1));
//! # Ok::<(), asimkit::diff::DiffError>(())
//! ```

mod faults;
mod matching;
mod rows;

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use asim_schema::DnsField;
use serde::Serialize;

use crate::conformance::{Table, TableError};
use crate::{NormalizeError, Normalizer};
use rows::{Cell, Collected, Row};

pub use faults::{KNOWN_FAULTS, KnownFault, known_fault};

/// So many examples of a difference are kept.
const EXAMPLES: usize = 5;

/// Why two sides were not compared.
#[derive(Debug)]
#[non_exhaustive]
pub enum DiffError {
    /// The raw log cannot be normalized.
    Raw(NormalizeError),
    /// The export cannot be read.
    Export(TableError),
}

impl fmt::Display for DiffError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raw(error) => error.fmt(f),
            Self::Export(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DiffError {}

/// A pair of values that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Pair {
    /// Ours; empty for none.
    pub ours: String,
    /// The export's; empty for none.
    pub theirs: String,
    /// The number of the event among ours, from 1.
    pub record: usize,
}

/// A column that differs, in one way.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FieldDifference {
    /// The column.
    pub column: String,
    /// The number of the known fault of the published parser, if it is one.
    pub known_fault: Option<u16>,
    /// What the published parser does, for a known fault.
    pub description: Option<&'static str>,
    /// So many pairs of rows differ in it.
    pub records: u64,
    /// The first of them.
    pub examples: Vec<Pair>,
}

/// The rows that a key has brought together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyUse {
    /// The columns of the key.
    pub columns: Vec<&'static str>,
    /// So many pairs.
    pub pairs: usize,
}

/// How two sides differ.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[non_exhaustive]
pub struct Difference {
    /// The number of our events.
    pub ours: usize,
    /// The number of rows of the export.
    pub theirs: usize,
    /// Records of the export that could not be read.
    pub unreadable: u64,
    /// So many pairs of rows were compared.
    pub pairs: usize,
    /// Events of ours without a row of the export.
    pub only_ours: usize,
    /// Rows of the export without an event of ours.
    pub only_theirs: usize,
    /// By which keys rows were brought together.
    pub keys: Vec<KeyUse>,
    /// The columns that differ, those that differ most first.
    pub fields: Vec<FieldDifference>,
    /// Columns of the export that the schema does not have.
    pub other_columns: Vec<String>,
}

impl Difference {
    /// Whether both sides say the same.
    pub fn is_same(&self) -> bool {
        self.fields.is_empty() && self.only_ours + self.only_theirs == 0 && self.unreadable == 0
    }

    /// Leaves columns out, by name.
    #[must_use]
    pub fn without(mut self, columns: &[DnsField]) -> Self {
        let ignored = |name: &str| columns.iter().any(|field| field.name() == name);
        self.fields.retain(|field| !ignored(&field.column));
        self
    }
}

/// Normalizes a raw log, and compares the events with an export of what another parser made of it: NDJSON, a JSON
/// array, or CSV. Both sides are held in memory.
///
/// # Errors
///
/// When one side cannot be read.
pub fn compare(
    normalizer: &Normalizer,
    raw: impl Read + Send,
    export: impl Read + Send,
) -> Result<Difference, DiffError> {
    let mut events = Vec::new();
    normalizer.ndjson(raw, &mut events).map_err(DiffError::Raw)?;
    let (mut ours, mut theirs) = (Collected::default(), Collected::default());
    Table::read_rows(&mut ours, "", &events[..]).map_err(DiffError::Export)?;
    Table::read_rows(&mut theirs, "", export).map_err(DiffError::Export)?;
    let pairs = matching::pair(&ours.rows, &theirs.rows);
    let mut difference = Difference {
        ours: ours.rows.len(),
        theirs: theirs.rows.len(),
        unreadable: theirs.broken,
        pairs: pairs.found.len(),
        only_ours: ours.rows.len() - pairs.found.len(),
        only_theirs: theirs.rows.len() - pairs.found.len(),
        keys: pairs.keys,
        fields: Vec::new(),
        other_columns: other_columns(&theirs.rows),
    };
    let mut fields = BTreeMap::new();
    for (our_place, their_place) in pairs.found {
        if let (Some(one), Some(other)) = (ours.rows.get(our_place), theirs.rows.get(their_place)) {
            rows_differ(one, other, our_place + 1, &mut fields);
        }
    }
    difference.fields = fields.into_values().collect();
    difference
        .fields
        .sort_by_key(|field| std::cmp::Reverse(field.records));
    Ok(difference)
}

/// The columns outside the schema.
fn other_columns(rows: &[Row]) -> Vec<String> {
    let mut names: Vec<_> = rows
        .iter()
        .flat_map(Row::keys)
        .filter(|name| {
            let field = DnsField::from_name(name);
            field.is_none_or(|field| field.info().deprecated)
        })
        .cloned()
        .collect();
    names.sort();
    names.dedup();
    names
}

/// A way in which a column differs: its name and the known fault.
type Ways = BTreeMap<(String, Option<u16>), FieldDifference>;

fn rows_differ(ours: &Row, theirs: &Row, record: usize, fields: &mut Ways) {
    let product = ours
        .get("EventProduct")
        .map(ToString::to_string)
        .unwrap_or_default();
    for field in DnsField::ALL {
        let info = field.info();
        let differs = |name: &str| match (ours.get(name), theirs.get(name)) {
            (None, None) => false,
            (Some(one), Some(other)) => !one.agrees(other),
            _ => true,
        };
        // An alias that goes with its target says nothing new.
        let goes_along = info.alias_of.iter().any(|target| differs(target));
        if info.deprecated || !differs(info.name) || goes_along {
            continue;
        }
        let shown = |row: &Row| row.get(info.name).map(Cell::to_string).unwrap_or_default();
        let (one, other) = (shown(ours), shown(theirs));
        let fault = known_fault(&product, info.name, &one, &other);
        let way = fields
            .entry((info.name.to_owned(), fault.map(|fault| fault.number)))
            .or_insert_with(|| FieldDifference {
                column: info.name.to_owned(),
                known_fault: fault.map(|fault| fault.number),
                description: fault.map(|fault| fault.description),
                records: 0,
                examples: Vec::new(),
            });
        way.records += 1;
        if way.examples.len() < EXAMPLES {
            way.examples.push(Pair {
                ours: one,
                theirs: other,
                record,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &[u8] = b"#separator \\x09\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tproto\ttrans_id\tquery\tqtype\trcode\n\
        1.5\tC1\t192.0.2.1\t5353\tudp\t7\ta.example\t28\t0\n2.5\tC1\t192.0.2.1\t5354\tudp\t8\tb.example\t1\t3\n";

    fn own_output() -> Vec<u8> {
        let mut lines = Vec::new();
        Normalizer::new().ndjson(LOG, &mut lines).unwrap();
        lines
    }

    #[test]
    fn our_own_output_is_the_same() {
        let difference = compare(&Normalizer::new(), LOG, &own_output()[..]).unwrap();
        assert!(difference.is_same(), "{difference:#?}");
        assert_eq!((difference.pairs, difference.ours), (2, 2));
    }

    #[test]
    fn differences_are_named_with_known_faults_and_rows_are_told_apart() {
        let export = String::from_utf8(own_output()).unwrap();
        let mut lines: Vec<_> = export
            .lines()
            .map(|line| line.replace("\"UDP\"", "\"udp\""))
            .collect();
        lines.reverse();
        let export = lines
            .join("\n")
            .replace("\"Domain\":\"a.example\"", "\"Domain\":\"x\"")
            + "\n{\"Extra\":1}\n";
        let difference = compare(&Normalizer::new(), LOG, export.as_bytes()).unwrap();
        let fields: Vec<_> = difference
            .fields
            .iter()
            .map(|field| (field.column.as_str(), field.known_fault, field.records))
            .collect();
        assert_eq!(fields, [("NetworkProtocol", Some(14), 2), ("Domain", None, 1)]);
        assert_eq!((difference.only_ours, difference.only_theirs), (0, 1));
        assert_eq!(difference.other_columns, ["Extra"]);
        assert!(!difference.is_same());
    }

    #[test]
    fn an_export_of_the_portal_is_read() {
        let export = "\"EventStartTime [UTC]\",DnsQuery,DnsResponseCode,SrcPortNumber\n\
            \"1/1/1970, 12:00:01.500 AM\",a.example,0,5353\n\"1/1/1970, 12:00:02.500 AM\",b.example,3,5354\n";
        let difference = compare(&Normalizer::new(), LOG, export.as_bytes()).unwrap();
        assert_eq!(difference.pairs, 2);
        let same = ["EventStartTime", "DnsQuery", "DnsResponseCode", "SrcPortNumber"];
        assert!(
            difference
                .fields
                .iter()
                .all(|field| !same.contains(&field.column.as_str()))
        );
    }
}
