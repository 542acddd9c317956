//! Taking in records, and counting what is wrong with them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeSeed;
use serde_json::Deserializer;

use super::across::Across;
use super::columns::Columns;
use super::record::{Members, Names, Others, Record, Scalar, Verdict};
use super::report::Report;
use super::rule::{Own, Rule};
use super::rules::RuleSet;
use super::scan;
use super::table_text::{self, Header};
use super::tally::{Place, Tally};
use crate::{KustoType, Timestamp, Value, VersionNumber};

/// Tests a table, record by record, and keeps counts and a few examples of what is wrong.
///
/// Memory does not grow with the number of records.
///
/// ```
/// use asim_schema::conformance::{Checker, Level, RuleSet};
///
/// let mut checker = Checker::new(RuleSet::dns());
/// checker.begin_input("events.ndjson");
/// checker.json_records([(1, &br#"{"DnsQuery":"www.example.com.","EventCount":"1"}"#[..])]);
/// let report = checker.finish();
/// assert!(report.findings.iter().any(|finding| finding.rule == "final-dot" && finding.level == Level::Error));
/// assert!(report.findings.iter().any(|finding| finding.rule == "type-mismatch"));
/// ```
#[derive(Debug)]
pub struct Checker {
    pub(super) rules: RuleSet,
    pub(super) version: Option<VersionNumber>,
    across: Across,
    names: Names,
    pub(super) others: Others,
    pub(super) columns: Vec<ColumnState>,
    pub(super) tallies: BTreeMap<(usize, Rule), Tally>,
    /// Records that could not be read.
    pub(super) unreadable: Tally,
    pub(super) records: u64,
    pub(super) inputs: Vec<String>,
    place: Place,
    /// The newest schema version that a record names.
    pub(super) newest: Option<VersionNumber>,
    /// The schema version that the last record names.
    last_version: String,
    last_time: (String, Option<Timestamp>),
}

/// What is known of a column so far.
#[derive(Debug, Default)]
pub(super) struct ColumnState {
    /// A record, or the table, names it.
    pub(super) seen: bool,
    /// So many records have a value in it.
    pub(super) filled: u64,
    /// The types that its values, or the table, have, where they are not the schema's.
    pub(super) types: Vec<(&'static str, u64)>,
    /// The type that a list of columns gives, as it stands there.
    pub(super) declared: Option<String>,
    /// The text that was looked at last, and the rule that it breaks.
    last: (String, Option<Rule>),
}

impl ColumnState {
    fn mismatch(&mut self, found: &'static str) {
        match self.types.iter_mut().find(|(name, _)| *name == found) {
            Some((_, count)) => *count += 1,
            None => self.types.push((found, 1)),
        }
    }
}

impl Checker {
    /// A checker that has seen nothing.
    pub fn new(rules: RuleSet) -> Self {
        let count = rules.columns.len();
        Self {
            across: Across::new(&rules),
            names: Names::new(count),
            others: Others::default(),
            columns: std::iter::repeat_with(ColumnState::default).take(count).collect(),
            tallies: BTreeMap::new(),
            unreadable: Tally::default(),
            records: 0,
            inputs: Vec::new(),
            place: Place::default(),
            newest: None,
            last_version: String::new(),
            last_time: (String::new(), None),
            version: None,
            rules,
        }
    }

    /// Asks for a schema version: its columns are those that are looked for, and records of another one are wrong.
    ///
    /// Without it these are the columns of the newest version that a record names, or, for the published rules, all.
    #[must_use]
    pub fn version(mut self, version: impl Into<VersionNumber>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Begins an input; all inputs together are one table.
    pub fn begin_input(&mut self, name: &str) {
        self.inputs.push(name.to_owned());
        self.place = Place {
            input: self.inputs.len() - 1,
            record: 0,
            line: 0,
        };
    }

    /// Takes in records as JSON objects, each with the line on which it begins.
    pub fn json_records<'b>(&mut self, records: impl IntoIterator<Item = (u64, &'b [u8])>) {
        let mut record = Record::new(self.columns.len());
        for (line, bytes) in records {
            self.begin_record(line);
            match self.read(bytes, &mut record) {
                Ok(()) => self.commit(&mut record),
                Err(problem) => self.unreadable(&problem),
            }
        }
    }

    fn read<'b>(&mut self, bytes: &'b [u8], record: &mut Record<'b>) -> Result<(), String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
        record.begin();
        if scan::read(text, &self.rules, &mut self.names, record).is_some() {
            return Ok(());
        }
        record.begin();
        let mut json = Deserializer::from_str(text);
        let members = Members {
            rules: &self.rules,
            names: &mut self.names,
            others: &mut self.others,
            record,
        };
        let read = members.deserialize(&mut json).and_then(|()| json.end());
        read.map_err(|error| error.to_string())
    }

    /// The columns of a CSV table by its first row.
    pub fn header<'h>(&mut self, cells: impl IntoIterator<Item = &'h str>) -> Header {
        let header = Header::new(&self.rules, cells);
        for place in header.places() {
            if let Some(column) = self.columns.get_mut(place) {
                column.seen = true;
            }
        }
        for name in &header.others {
            self.others.add(name);
        }
        header
    }

    /// Takes in a row of a CSV table, with the line on which it begins.
    pub fn row<'c>(&mut self, line: u64, header: &Header, cells: impl IntoIterator<Item = &'c str>) {
        self.begin_record(line);
        let mut record = Record::new(self.columns.len());
        record.begin();
        let mut count = 0;
        for (cell, place) in cells.into_iter().zip(header.cells()) {
            count += 1;
            let Some(place) = place else { continue };
            if let Some(column) = self.rules.column(place) {
                record.set(place, table_text::value(cell, column.column_type));
            }
        }
        if count < header.len() {
            return self.unreadable(&format!("{count} cells in a table of {} columns", header.len()));
        }
        self.commit(&mut record);
    }

    /// Takes in rows of a table whose cells have types, each with its number and with the names and values of its
    /// columns. A column that has no value in a row is left out of it.
    pub fn typed_rows<'v, R>(&mut self, rows: impl IntoIterator<Item = (u64, R)>)
    where
        R: IntoIterator<Item = (&'v str, Value<'v>)>,
    {
        let mut record = Record::new(self.columns.len());
        for (number, cells) in rows {
            self.begin_record(number);
            record.begin();
            let mut before = self.rules.columns.len();
            for (name, value) in cells {
                let Some(place) = self.names.find(&self.rules, before, name) else {
                    self.others.add(name);
                    continue;
                };
                if let Some(column) = self.rules.column(place) {
                    record.set(place, table_text::typed(value, column.column_type));
                }
                before = place;
            }
            self.commit(&mut record);
        }
    }

    /// Takes in a record that could not be cut, with the reason.
    pub fn broken_record(&mut self, line: u64, problem: &str) {
        self.begin_record(line);
        self.unreadable(problem);
    }

    /// Takes in a row of a list of columns, as KQL's `getschema` gives it.
    pub fn schema_column(&mut self, name: &str, column_type: &str) {
        let Some(place) = self.rules.place(name) else {
            return self.others.add(name);
        };
        let wanted = self.rules.column(place).map(|column| column.column_type.as_str());
        if let Some(column) = self.columns.get_mut(place) {
            column.seen = true;
            column.declared = (wanted != Some(column_type)).then(|| column_type.to_owned());
        }
    }

    /// Takes in such a row as a JSON object, with the line on which it begins.
    pub fn json_column(&mut self, line: u64, bytes: &[u8]) {
        #[derive(serde::Deserialize)]
        struct Row<'r> {
            #[serde(rename = "ColumnName", borrow)]
            name: Cow<'r, str>,
            #[serde(rename = "ColumnType", borrow)]
            column_type: Cow<'r, str>,
        }
        match serde_json::from_slice::<Row<'_>>(bytes) {
            Ok(row) => self.schema_column(&row.name, &row.column_type),
            Err(error) => self.broken_record(line, &error.to_string()),
        }
    }

    /// The results.
    pub fn finish(self) -> Report {
        Report::new(&self)
    }

    fn begin_record(&mut self, line: u64) {
        self.records += 1;
        self.place.record += 1;
        self.place.line = line;
    }

    fn unreadable(&mut self, problem: &str) {
        self.unreadable.add(problem, self.place);
    }

    fn broken(&mut self, place: usize, rule: Rule, value: &str) {
        self.tallies
            .entry((place, rule))
            .or_default()
            .add(value, self.place);
    }

    /// Looks at a record that was read as a whole.
    fn commit(&mut self, record: &mut Record<'_>) {
        for index in 0..record.present.len() {
            if let Some(place) = record.present.get(index) {
                self.value(*place, record);
            }
        }
        if self.rules.published {
            return;
        }
        let (tallies, at) = (&mut self.tallies, self.place);
        let mut found = |place: usize, rule: Own, value: &str| {
            tallies
                .entry((place, Rule::Own(rule)))
                .or_default()
                .add(value, at);
        };
        self.across.check(&self.rules, self.version, record, &mut found);
        let version = record.text(self.across.version);
        if let Some(text) = version.filter(|text| *text != self.last_version) {
            text.clone_into(&mut self.last_version);
            self.newest = self.newest.max(self.rules.kind().version_named(text));
        }
    }

    /// Looks at the value of one column.
    fn value(&mut self, place: usize, record: &mut Record<'_>) {
        let (Some(rules), Some(state)) = (self.rules.columns.get(place), self.columns.get_mut(place)) else {
            return;
        };
        state.seen = true;
        let reused = rules.same_form_as.and_then(|target| record.slot(target));
        let Some(slot) = record.slot(place) else { return };
        if !slot.value.is_filled() {
            return;
        }
        state.filled += 1;
        let verdict = match (rules.column_type, &slot.value) {
            (KustoType::String, Scalar::Text(text)) => match reused {
                Some(target) if target.value == slot.value => match target.verdict {
                    Verdict::Good => None,
                    Verdict::Breaks(rule) => Some(rule),
                    Verdict::Pending => rules.form.text(text),
                },
                _ => text_verdict(rules.form, state, text),
            },
            #[expect(clippy::cast_precision_loss, reason = "it fits 32 bits")]
            (KustoType::Int, Scalar::Integer(value)) if i32::try_from(*value).is_ok() => {
                rules.form.number(*value as f64)
            }
            (KustoType::Real, Scalar::Real(value)) => rules.form.number(*value),
            #[expect(clippy::cast_precision_loss, reason = "a real number has no more digits")]
            (KustoType::Real, Scalar::Integer(value)) => rules.form.number(*value as f64),
            (KustoType::Long, Scalar::Integer(_))
            | (KustoType::Bool, Scalar::Boolean(_))
            | (KustoType::Datetime, Scalar::Time(_))
            | (KustoType::Dynamic, Scalar::Object) => None,
            (KustoType::Dynamic, Scalar::Array) => {
                (!self.rules.published && rules.form_is_object()).then_some(Rule::Own(Own::NotAnObject))
            }
            (KustoType::Datetime, Scalar::Text(text)) => {
                if self.last_time.0 != **text {
                    self.last_time.0.clear();
                    self.last_time.0.push_str(text);
                    self.last_time.1 = Timestamp::parse(text);
                }
                if let Some(time) = self.last_time.1 {
                    if let Some(slot) = record.slot_mut(place) {
                        slot.value = Scalar::Time(time.ticks());
                    }
                } else {
                    state.mismatch("string");
                    self.type_example(place, record);
                }
                return;
            }
            (_, value) => {
                state.mismatch(type_name(value));
                return self.type_example(place, record);
            }
        };
        if let Some(rule) = verdict {
            let value: Cow<'_, str> = match &slot.value {
                Scalar::Text(text) => Cow::Borrowed(text),
                other => Cow::Owned(other.to_string()),
            };
            self.tallies
                .entry((place, rule))
                .or_default()
                .add(&value, self.place);
        }
        if let Some(slot) = record.slot_mut(place) {
            slot.verdict = verdict.into();
        }
    }

    /// Keeps a value of a wrong type as an example.
    fn type_example(&mut self, place: usize, record: &Record<'_>) {
        let value = record
            .value(Some(place))
            .map_or_else(String::new, Scalar::to_string);
        self.broken(place, Rule::TypeMismatch, &value);
    }
}

/// The rule that a text breaks; repeated texts are looked at once.
fn text_verdict(form: super::form::Form, state: &mut ColumnState, text: &str) -> Option<Rule> {
    if matches!(form, super::form::Form::Free) {
        return None;
    }
    if state.last.0 != text {
        state.last.0.clear();
        state.last.0.push_str(text);
        state.last.1 = form.text(text);
    }
    state.last.1
}

/// The type that a table would give a value.
fn type_name(value: &Scalar<'_>) -> &'static str {
    match value {
        Scalar::Empty | Scalar::Text(_) => "string",
        Scalar::Time(_) => "datetime",
        Scalar::Integer(_) => "long",
        Scalar::Real(_) => "real",
        Scalar::Boolean(_) => "bool",
        Scalar::Object | Scalar::Array => "dynamic",
    }
}

impl Columns for Checker {
    fn has(&self, place: usize) -> bool {
        self.columns.get(place).is_some_and(|column| column.seen)
    }

    fn other_type(&self, place: usize) -> Option<&str> {
        let column = self.columns.get(place)?;
        column
            .declared
            .as_deref()
            .or_else(|| column.types.first().map(|(name, _)| *name))
    }

    fn others(&self) -> Vec<&str> {
        self.others.0.keys().map(String::as_str).collect()
    }
}
