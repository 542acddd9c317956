//! The form in which events are written, and their columns.

use asimkit::{Collector, Csv, DnsField, Event, FieldSet, JsonOptions, NdJson, SchemaVersion};

use crate::arguments::{NormalizeArguments, OutputForm};

/// Writes events in the form that the caller chose.
#[derive(Debug, Clone)]
pub(crate) enum Lines {
    /// One JSON object a line.
    NdJson(NdJson),
    /// One row of cells a line.
    Csv(Box<Csv>),
}

impl Lines {
    /// The form and the columns that the arguments choose.
    ///
    /// # Errors
    ///
    /// When a column is named twice, or the schema version does not have it.
    pub(crate) fn of(arguments: &NormalizeArguments) -> Result<Self, String> {
        let (named, version) = (&arguments.events.columns, arguments.events.schema_version);
        check(named, version)?;
        let form = arguments.output.to;
        let aliases = &arguments.events.alias;
        let options = JsonOptions {
            aliases: aliases.written(form),
            deprecated_aliases: aliases.deprecated_aliases,
            columns: (!named.is_empty()).then(|| FieldSet::of(named)),
        };
        if form == OutputForm::Ndjson {
            return Ok(Self::NdJson(NdJson::new(options)));
        }
        let csv = if named.is_empty() {
            Csv::new(filled(arguments).intersection(options.chosen()))
        } else {
            Csv::new(named.iter().copied())
        };
        Ok(Self::Csv(Box::new(csv)))
    }

    /// What stands before the first event.
    pub(crate) fn header(&self) -> Vec<u8> {
        match self {
            Self::NdJson(_) => Vec::new(),
            Self::Csv(csv) => csv.header(),
        }
    }
}

impl Collector for Lines {
    type Part = Vec<u8>;

    fn event(&self, part: &mut Vec<u8>, event: Event<'_>) {
        match self {
            Self::NdJson(lines) => lines.event(part, event),
            Self::Csv(rows) => rows.event(part, event),
        }
    }
}

/// The columns that events of this run can show.
fn filled(arguments: &NormalizeArguments) -> FieldSet {
    let columns = arguments.reading.source.columns(arguments.events.schema_version);
    if arguments.events.event_uid {
        columns.with(DnsField::EventUid)
    } else {
        columns
    }
}

/// Each column once, and none that came after the schema version.
fn check(columns: &[DnsField], version: SchemaVersion) -> Result<(), String> {
    let mut seen = FieldSet::EMPTY;
    for column in columns {
        if seen.contains(*column) {
            return Err(format!("--columns: {column} is named twice"));
        }
        if !version.fields().contains(*column) {
            let since = column.info().since;
            return Err(format!(
                "--columns: {column} came with schema version {since}, and the events are of {version}; \
                 choose one with --schema-version"
            ));
        }
        seen = seen.with(*column);
    }
    Ok(())
}
