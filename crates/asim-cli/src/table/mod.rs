//! Events as tables: Parquet and Arrow, in one file or in a folder of partitions.

use std::io;

use asim_arrow::{Rows, Table, TableOptions};
use asimkit::{Collector, Event, Timestamp};

use crate::arguments::{NormalizeArguments, OutputForm, PartitionKey, Profile};
use crate::lines;

mod destination;
mod file;
mod partitions;
mod sorted;

pub(crate) use destination::TableOutput;
pub(crate) use sorted::{SortedTable, Stored};

/// Ticks of 100 nanoseconds in a day.
const TICKS_PER_DAY: i64 = 864_000_000_000;

/// Collects events as columns.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    pub(crate) table: Table,
    /// What parts the events of one file from those of another.
    keys: Vec<PartitionKey>,
    /// The source of the input under way.
    source: &'static str,
}

/// The events of one block as columns.
#[derive(Debug, Default)]
pub(crate) struct Part {
    rows: Rows,
    /// The day of each event in days since 1970, if events are parted by it.
    days: Vec<Option<i64>>,
    source: &'static str,
}

impl Columns {
    /// The columns that the arguments choose.
    ///
    /// # Errors
    ///
    /// When a column is named twice, the schema does not have it in the chosen version, or the form is not for the
    /// chosen schemas.
    pub(crate) fn of(arguments: &NormalizeArguments) -> Result<Self, String> {
        if arguments.events.profile == Profile::Sentinel {
            return Err(
                "--profile sentinel: only with --to ndjson or --to csv, which Microsoft Sentinel takes"
                    .to_owned(),
            );
        }
        let mut options = TableOptions::default();
        options.answers = arguments.output.with_answers;
        let schema = &arguments.events.schema;
        let table = match lines::columns(arguments)? {
            lines::Columns::Dns(columns) => Table::dns(schema.dns_version(), columns, options),
            lines::Columns::Process(_) if options.answers => {
                return Err("--with-answers: only with --schema dns".to_owned());
            }
            lines::Columns::Process(columns) => Table::process(schema.process_version()?, columns, options),
        };
        Ok(Self {
            table,
            keys: arguments.output.partition_by.clone(),
            source: "",
        })
    }

    /// Names the source of the events that follow.
    pub(crate) fn set_source(&mut self, source: &'static str) {
        self.source = source;
    }
}

impl Collector for Columns {
    type Part = Part;

    fn event(&self, part: &mut Part, event: &Event<'_>) {
        part.source = self.source;
        if self.table.push(&mut part.rows, event) && self.keys.contains(&PartitionKey::Date) {
            part.days.push(day(event));
        }
    }
}

impl Part {
    fn clear(&mut self) {
        self.rows.clear();
        self.days.clear();
    }
}

/// The day of an event's `TimeGenerated` in UTC, in days since 1970.
fn day(event: &Event<'_>) -> Option<i64> {
    match event.get_by_name("TimeGenerated") {
        Some(asimkit::schema::ValueRef::Time(time)) => Some(time.ticks().div_euclid(TICKS_PER_DAY)),
        _ => None,
    }
}

/// A day as `2026-11-21`.
fn date(day: i64) -> Option<String> {
    let time = Timestamp::from_ticks(day.checked_mul(TICKS_PER_DAY)?)?;
    time.to_string().get(..10).map(str::to_owned)
}

/// An error of a batch as one of its output.
fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl OutputForm {
    /// Whether events become tables in this form.
    pub(crate) fn is_table(self) -> bool {
        matches!(self, Self::Parquet | Self::Arrow)
    }
}
