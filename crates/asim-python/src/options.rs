//! What the caller chose.

use std::num::NonZero;
use std::path::PathBuf;
use std::thread;

use arrow_schema::SchemaRef;
use asim_arrow::{BatchBuilder, Table, TableOptions};
use asimkit::schema::{ProcessFieldSet, SchemaField};
use asimkit::{
    Additional, DateOrder, DnsField, FieldSet, Filter, JsonOptions, Normalizer, ProcessField, ProcessVersion,
    SchemaKind, SchemaVersion, Schemas, Source, Timestamp, YearEvidence,
};
use pyo3::prelude::*;

use crate::failure::Failure;

/// The choices as the package's Python code hands them over: a dict with all of these names.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own by its own name"
)]
pub(crate) struct Options {
    source: String,
    schema: String,
    schema_version: Option<String>,
    /// The filter as JSON.
    filter: Option<String>,
    columns: Option<Vec<String>>,
    aliases: bool,
    answers: bool,
    dictionaries: bool,
    additional: String,
    event_uid: bool,
    timezone: Option<String>,
    strict_time: bool,
    year: Option<i32>,
    date_order: Option<String>,
    assume_time: Option<String>,
    device: Option<String>,
    jobs: Option<usize>,
    block_size: Option<usize>,
    max_record: Option<usize>,
    batch_rows: Option<usize>,
    /// Whether the first rejected record ends the run.
    raise_reject: bool,
    /// So many rejected records are kept.
    keep_rejects: usize,
    /// Whether rejected records are handed on between the batches instead.
    stream_rejects: bool,
    /// The file to write rejected records to.
    rejects: Option<PathBuf>,
}

/// What becomes of rejected records.
#[derive(Debug, Clone)]
pub(crate) enum RejectChoice {
    /// The first so many are kept.
    Keep(usize),
    /// All are written to a file.
    Write(PathBuf),
    /// The first one ends the run.
    Raise,
    /// All are handed on between the batches.
    Stream,
}

/// The choices, checked.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) normalizer: Normalizer,
    /// Whether the events are of one schema, whose columns the table has.
    one_schema: bool,
    pub(crate) table: Table,
    pub(crate) columns: JsonOptions,
    pub(crate) answers: bool,
    pub(crate) batch_rows: usize,
    pub(crate) rejects: RejectChoice,
    /// Whether the caller told the year, so that files' own times do not.
    pub(crate) year_known: bool,
}

impl Plan {
    /// The Arrow schema of the events.
    pub(crate) fn schema(&self) -> &SchemaRef {
        self.table.schema()
    }

    /// Whether the events can be a table.
    pub(crate) fn check_table(&self) -> Result<(), Failure> {
        if self.one_schema {
            return Ok(());
        }
        Err(wrong(
            "schema",
            "the schemas have columns of their own; choose one for a table, or take dicts",
        ))
    }

    /// A builder of batches.
    pub(crate) fn builder(&self) -> BatchBuilder {
        BatchBuilder::new(self.table.clone()).limits(self.batch_rows, BatchBuilder::SIZE)
    }
}

/// An error about a choice.
fn wrong(name: &'static str, problem: impl std::fmt::Display) -> Failure {
    Failure::Option {
        name,
        problem: problem.to_string(),
    }
}

impl Options {
    /// Checks the choices.
    pub(crate) fn plan(self) -> Result<Plan, Failure> {
        let schemas = self.schemas()?;
        let source = Source::named(&self.source).map_err(|error| wrong("source", error))?;
        let mut table = TableOptions::default();
        (table.dictionaries, table.answers) = (self.dictionaries, self.answers);
        let mut columns = JsonOptions {
            aliases: self.aliases,
            ..JsonOptions::default()
        };
        let mut normalizer = self.normalizer(source)?.schemas(schemas);
        let table = if schemas == Schemas::only(SchemaKind::Process) {
            let version = self.version(ProcessVersion::SELECTABLE, ProcessVersion::as_str)?;
            normalizer = normalizer.process_version(version);
            let named = self.columns(version.fields().iter())?;
            columns.process_columns = named.as_deref().map(ProcessFieldSet::of);
            let shown = named.unwrap_or_else(|| {
                let uid = ProcessFieldSet::of(if self.event_uid {
                    &[ProcessField::EventUid]
                } else {
                    &[]
                });
                let filled = source.process_columns(version).union(uid);
                filled.intersection(columns.chosen_process()).iter().collect()
            });
            Table::process(version, shown, table)
        } else {
            let version = self.version(SchemaVersion::SELECTABLE, SchemaVersion::as_str)?;
            normalizer = normalizer.schema_version(version);
            let named = self.columns(version.fields().iter())?;
            columns.columns = named.as_deref().map(FieldSet::of);
            let shown = named.unwrap_or_else(|| {
                let uid = FieldSet::of(if self.event_uid {
                    &[DnsField::EventUid]
                } else {
                    &[]
                });
                let filled = source.columns(version).union(uid);
                filled.intersection(columns.chosen()).iter().collect()
            });
            Table::dns(version, shown, table)
        };
        Ok(Plan {
            normalizer,
            one_schema: schemas.single().is_some(),
            table,
            columns,
            answers: self.answers,
            batch_rows: self.batch_rows.unwrap_or(BatchBuilder::ROWS),
            year_known: self.year.is_some(),
            rejects: match self.rejects {
                _ if self.raise_reject => RejectChoice::Raise,
                _ if self.stream_rejects => RejectChoice::Stream,
                Some(path) => RejectChoice::Write(path),
                None => RejectChoice::Keep(self.keep_rejects),
            },
        })
    }

    fn schemas(&self) -> Result<Schemas, Failure> {
        let found = SchemaKind::ALL
            .into_iter()
            .find(|kind| kind.id() == self.schema && *kind != SchemaKind::Alert);
        match found {
            Some(kind) => Ok(Schemas::only(kind)),
            None if self.schema == "all" => Ok(Schemas::ALL),
            None => {
                let problem = format!("`{}` is none of dns, process, all", self.schema);
                Err(wrong("schema", problem))
            }
        }
    }

    /// The version that the caller chose, or the one that events have unless told otherwise.
    fn version<V: Copy + Default>(
        &self,
        selectable: &[V],
        name: impl Fn(V) -> &'static str,
    ) -> Result<V, Failure> {
        let Some(wanted) = &self.schema_version else {
            return Ok(V::default());
        };
        let found = selectable
            .iter()
            .copied()
            .find(|version| name(*version) == wanted);
        found.ok_or_else(|| {
            let known: Vec<_> = selectable.iter().map(|version| name(*version)).collect();
            let problem = format!(
                "no version `{wanted}` of the schema; there are {}",
                known.join(", ")
            );
            wrong("schema_version", problem)
        })
    }

    /// The columns that the caller named, each once, and all of the version.
    fn columns<F: SchemaField>(
        &self,
        of_version: impl Iterator<Item = F>,
    ) -> Result<Option<Vec<F>>, Failure> {
        let Some(names) = &self.columns else {
            return Ok(None);
        };
        let of_version: Vec<_> = of_version.collect();
        let mut columns = Vec::with_capacity(names.len());
        for name in names {
            let field = F::from_name(name).ok_or_else(|| {
                wrong(
                    "columns",
                    format!("no column `{name}`; asimkit.schema() lists them"),
                )
            })?;
            if !of_version.contains(&field) {
                let since = field.info().since;
                let problem =
                    format!("{field} came with schema version {since}, later than that of the events");
                return Err(wrong("columns", problem));
            }
            if columns.contains(&field) {
                return Err(wrong("columns", format!("{field} is named twice")));
            }
            columns.push(field);
        }
        Ok(Some(columns))
    }

    fn normalizer(&self, source: Source) -> Result<Normalizer, Failure> {
        let jobs = match self.jobs {
            Some(jobs) => NonZero::new(jobs).ok_or_else(|| wrong("jobs", "at least 1"))?,
            None => thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN),
        };
        let mut normalizer = Normalizer::new()
            .source(source)
            .additional(self.additional()?)
            .event_uid(self.event_uid)
            .strict_time(self.strict_time)
            .jobs(jobs);
        if let Some(filter) = &self.filter {
            let filter: Filter = serde_json::from_str(filter).map_err(|error| wrong("filter", error))?;
            normalizer = normalizer.filter(&filter).map_err(Failure::Filter)?;
        }
        if let Some(name) = &self.timezone {
            let zone = name
                .parse()
                .map_err(|_| wrong("timezone", format!("no zone `{name}` in the IANA database")))?;
            normalizer = normalizer.timezone(zone);
        }
        if let Some(year) = self.year {
            normalizer = normalizer.year(YearEvidence::BeginsIn(year));
        }
        if let Some(order) = &self.date_order {
            let order = match order.as_str() {
                "dmy" => DateOrder::DayMonthYear,
                "mdy" => DateOrder::MonthDayYear,
                other => return Err(wrong("date_order", format!("`{other}` is neither dmy nor mdy"))),
            };
            normalizer = normalizer.date_order(order);
        }
        if let Some(time) = &self.assume_time {
            let time = Timestamp::parse(time)
                .ok_or_else(|| wrong("assume_time", format!("`{time}` is no time as RFC 3339 has it")))?;
            normalizer = normalizer.assume_time(time);
        }
        if let Some(device) = &self.device {
            normalizer = normalizer.device(device);
        }
        if let Some(bytes) = self.block_size {
            normalizer = normalizer.block_size(bytes.max(1));
        }
        if let Some(bytes) = self.max_record {
            normalizer = normalizer.max_record(bytes.max(1));
        }
        Ok(normalizer)
    }

    fn additional(&self) -> Result<Additional, Failure> {
        match self.additional.as_str() {
            "vendor" => Ok(Additional::Vendor),
            "all" => Ok(Additional::All),
            "none" => Ok(Additional::None),
            other => Err(wrong(
                "additional",
                format!("`{other}` is none of vendor, all, none"),
            )),
        }
    }
}
