//! The form in which events are written, and their columns.

use asimkit::sentinel::Shape;
use asimkit::{Collector, Csv, DnsField, Event, FieldSet, JsonOptions, NdJson, SchemaVersion};

use crate::arguments::{NormalizeArguments, OutputForm, Profile};

/// Writes events in the form that the caller chose.
#[derive(Debug, Clone)]
pub(crate) enum Lines {
    /// One JSON object a line.
    NdJson(NdJson),
    /// One row of cells a line.
    Csv(Box<Csv>),
    /// One of these, for a table of Microsoft Sentinel.
    Sentinel(Box<(Shape, Self)>),
}

impl Lines {
    /// The form and the columns that the arguments choose.
    ///
    /// # Errors
    ///
    /// When a column is named twice, or the schema version does not have it.
    pub(crate) fn of(arguments: &NormalizeArguments) -> Result<Self, String> {
        if arguments.events.profile == Profile::Sentinel {
            return Ok(Self::sentinel(arguments));
        }
        if arguments.output.to == OutputForm::Csv {
            return Ok(Self::Csv(Box::new(Csv::new(columns(arguments)?))));
        }
        check(&arguments.events.columns, arguments.events.schema_version)?;
        Ok(Self::NdJson(NdJson::new(options(arguments))))
    }

    /// The form for the table of Microsoft Sentinel, with its columns.
    fn sentinel(arguments: &NormalizeArguments) -> Self {
        let shape = Shape::new();
        let columns = shape
            .columns()
            .intersection(arguments.events.schema_version.fields());
        let lines = if arguments.output.to == OutputForm::Ndjson {
            Self::NdJson(NdJson::new(JsonOptions {
                columns: Some(columns),
                ..JsonOptions::default()
            }))
        } else {
            // What has no column of its own goes there, so that one is always written.
            let filled = filled(arguments).with(DnsField::AdditionalFields);
            Self::Csv(Box::new(Csv::new(filled.intersection(columns))))
        };
        Self::Sentinel(Box::new((shape, lines)))
    }

    /// What stands before the first event.
    pub(crate) fn header(&self) -> Vec<u8> {
        match self {
            Self::NdJson(_) => Vec::new(),
            Self::Csv(csv) => csv.header(),
            Self::Sentinel(sentinel) => sentinel.1.header(),
        }
    }
}

impl Collector for Lines {
    type Part = Vec<u8>;

    fn event(&self, part: &mut Vec<u8>, event: Event<'_>) {
        match self {
            Self::NdJson(lines) => lines.event(part, event),
            Self::Csv(rows) => rows.event(part, event),
            Self::Sentinel(sentinel) => sentinel.1.event(part, sentinel.0.shape(event)),
        }
    }
}

/// The columns of a form that always has the same, in order: those that the caller named, else those that events can
/// show.
///
/// # Errors
///
/// When a column is named twice, or the schema version does not have it.
pub(crate) fn columns(arguments: &NormalizeArguments) -> Result<Vec<DnsField>, String> {
    let named = &arguments.events.columns;
    check(named, arguments.events.schema_version)?;
    if named.is_empty() {
        Ok(filled(arguments)
            .intersection(options(arguments).chosen())
            .iter()
            .collect())
    } else {
        Ok(named.clone())
    }
}

/// The columns that are chosen by name or by kind.
fn options(arguments: &NormalizeArguments) -> JsonOptions {
    let named = &arguments.events.columns;
    let aliases = &arguments.events.alias;
    JsonOptions {
        aliases: aliases.written(arguments.output.to),
        deprecated_aliases: aliases.deprecated_aliases,
        columns: (!named.is_empty()).then(|| FieldSet::of(named)),
        ..JsonOptions::default()
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
