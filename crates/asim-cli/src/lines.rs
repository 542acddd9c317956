//! The form in which events are written, and their columns.

use asimkit::schema::{ProcessFieldSet, SchemaField};
use asimkit::sentinel::Shape;
use asimkit::{
    Collector, Csv, DnsField, Event, FieldSet, JsonOptions, NdJson, ProcessField, ProcessVersion,
    VersionNumber,
};

use crate::arguments::{NormalizeArguments, OutputForm, Profile, SchemaChoice};

/// Writes events in the form that the caller chose.
#[derive(Debug, Clone)]
pub(crate) enum Lines {
    /// One JSON object a line.
    NdJson(NdJson),
    /// One row of cells a line.
    Csv(Box<Csv>),
    /// The same of process events.
    ProcessCsv(Box<Csv<ProcessField>>),
    /// One of these, for a table of Microsoft Sentinel.
    Sentinel(Box<(Shape, Self)>),
}

impl Lines {
    /// The form and the columns that the arguments choose.
    ///
    /// # Errors
    ///
    /// When a column is named twice, the schema does not have it in the chosen version, or the form is not for the
    /// chosen schemas.
    pub(crate) fn of(arguments: &NormalizeArguments) -> Result<Self, String> {
        if arguments.events.profile == Profile::Sentinel {
            if arguments.events.schema.schema != SchemaChoice::Dns {
                return Err(
                    "--profile sentinel: only with --schema dns, of which ASimDnsActivityLogs is the table"
                        .to_owned(),
                );
            }
            return Ok(Self::sentinel(arguments));
        }
        if arguments.output.to == OutputForm::Csv {
            return Ok(match columns(arguments)? {
                Columns::Dns(columns) => Self::Csv(Box::new(Csv::new(columns))),
                Columns::Process(columns) => Self::ProcessCsv(Box::new(Csv::new(columns))),
            });
        }
        Ok(Self::NdJson(NdJson::new(options(arguments)?)))
    }

    /// The form for the table of Microsoft Sentinel, with its columns.
    fn sentinel(arguments: &NormalizeArguments) -> Self {
        let shape = Shape::new();
        let columns = shape
            .columns()
            .intersection(arguments.events.schema.dns_version().fields());
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
            Self::ProcessCsv(csv) => csv.header(),
            Self::Sentinel(sentinel) => sentinel.1.header(),
        }
    }
}

impl Collector for Lines {
    type Part = Vec<u8>;

    fn event(&self, part: &mut Vec<u8>, event: &Event<'_>) {
        match self {
            Self::NdJson(lines) => lines.event(part, event),
            Self::Csv(rows) => rows.event(part, event),
            Self::ProcessCsv(rows) => rows.event(part, event),
            Self::Sentinel(sentinel) => sentinel.1.event(part, &sentinel.0.shape(event.clone())),
        }
    }
}

/// The columns of a form that always has the same, in order: those that the caller named, else those that events can
/// show.
///
/// # Errors
///
/// When a column is named twice, or the schema does not have it in the chosen version.
pub(crate) fn columns(arguments: &NormalizeArguments) -> Result<Columns, String> {
    let events = &arguments.events;
    Ok(match events.schema.schema {
        SchemaChoice::Dns => Columns::Dns(chosen(
            named(arguments, events.schema.dns_version().number())?,
            filled(arguments)
                .intersection(options(arguments)?.chosen())
                .iter(),
        )),
        SchemaChoice::Process => {
            let version = events.schema.process_version()?;
            let filled = filled_process(arguments, version);
            Columns::Process(chosen(
                named(arguments, version.number())?,
                filled.intersection(options(arguments)?.chosen_process()).iter(),
            ))
        }
        SchemaChoice::All => {
            return Err(
                "--schema all: only with --to ndjson; the schemas have columns of their own".to_owned(),
            );
        }
    })
}

/// Columns of one schema, in order.
#[derive(Debug, Clone)]
pub(crate) enum Columns {
    /// Those of Dns events.
    Dns(Vec<DnsField>),
    /// Those of process events.
    Process(Vec<ProcessField>),
}

fn chosen<F>(named: Vec<F>, filled: impl Iterator<Item = F>) -> Vec<F> {
    if named.is_empty() { filled.collect() } else { named }
}

/// The columns that are chosen by name or by kind.
///
/// # Errors
///
/// When a column is named twice, or no schema has it in the chosen version.
fn options(arguments: &NormalizeArguments) -> Result<JsonOptions, String> {
    let events = &arguments.events;
    let aliases = &events.alias;
    let mut options = JsonOptions {
        aliases: aliases.written(arguments.output.to),
        deprecated_aliases: aliases.deprecated_aliases,
        ..JsonOptions::default()
    };
    if events.columns.is_empty() {
        return Ok(options);
    }
    if events.schema.schema != SchemaChoice::Process {
        let columns = named(arguments, events.schema.dns_version().number())?;
        options.columns = Some(FieldSet::of(&columns));
    }
    if events.schema.schema != SchemaChoice::Dns {
        let columns = named(arguments, events.schema.process_version()?.number())?;
        options.process_columns = Some(ProcessFieldSet::of(&columns));
    }
    Ok(options)
}

/// The columns that Dns events of this run can show.
fn filled(arguments: &NormalizeArguments) -> FieldSet {
    let version = arguments.events.schema.dns_version();
    let columns = arguments.reading.source.columns(version);
    if arguments.events.event_uid {
        columns.with(DnsField::EventUid)
    } else {
        columns
    }
}

/// The columns that process events of this run can show.
fn filled_process(arguments: &NormalizeArguments, version: ProcessVersion) -> ProcessFieldSet {
    let columns = arguments.reading.source.process_columns(version);
    if arguments.events.event_uid {
        columns.with(ProcessField::EventUid)
    } else {
        columns
    }
}

/// The columns of a schema that the caller named: each once, and none that came after the version. Of several schemas,
/// each has its own.
fn named<F: SchemaField>(arguments: &NormalizeArguments, version: VersionNumber) -> Result<Vec<F>, String> {
    let mut columns = Vec::new();
    let names = &arguments.events.columns;
    for (place, name) in names.iter().enumerate() {
        if names.iter().take(place).any(|other| other == name) {
            return Err(format!("--columns: {name} is named twice"));
        }
        let Some(column) = F::from_name(name) else {
            if arguments.events.schema.schema == SchemaChoice::All {
                continue;
            }
            let schema = F::SCHEMA;
            return Err(format!(
                "--columns: {name} is no column of the {} schema; `asim schema {}` lists them",
                schema.name(),
                schema.id()
            ));
        };
        let since = column.info().since;
        if since > version {
            return Err(format!(
                "--columns: {column} came with schema version {since}, and the events are of {version}; \
                 choose one with --schema-version"
            ));
        }
        columns.push(column);
    }
    Ok(columns)
}
