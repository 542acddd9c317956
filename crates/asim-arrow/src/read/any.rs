//! The events of a table of whatever schema.

use std::ops::ControlFlow;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use asim_schema::{AlertField, DnsField, Event, ProcessField, SchemaField, SchemaKind, Value};

use super::cells::Cells;
use super::error::{ReadError, RowError};
use super::events::EventReader;
use super::files::Batches;
use crate::table::SCHEMA_KEY;

/// The column that tells the schema of a row.
const SCHEMA_COLUMN: &str = "EventSchema";

/// Hands on each event of a table with the number of its row, from 1, until `take` breaks off.
///
/// The schema is what the table's metadata say, else what the first row of each batch has in `EventSchema`, else Dns. A
/// row of another schema is an error of that row. An error of a row is handed on in its place; texts of an event stay
/// borrowed from its batch.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use asim_arrow::{Batches, for_each_event};
///
/// fn count(file: std::fs::File) -> Result<u64, asim_arrow::ReadError> {
///     let mut events = 0;
///     for_each_event(Batches::open(file)?, |_row, event| {
///         events += u64::from(event.is_ok());
///         ControlFlow::Continue(())
///     })?;
///     Ok(events)
/// }
/// ```
///
/// # Errors
///
/// When the table cannot be read to its end, or holds no column of its schema.
pub fn for_each_event(
    batches: Batches,
    mut take: impl FnMut(u64, Result<Event<'_>, RowError>) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let schema = batches.schema().clone();
    let told = schema.metadata().get(SCHEMA_KEY).and_then(|name| kind(name));
    let mut before = 0;
    for batch in batches {
        let batch = batch?;
        let flow = match told.or_else(|| kind_of_rows(&batch)).unwrap_or(SchemaKind::Dns) {
            SchemaKind::Process => rows::<ProcessField>(&schema, &batch, before, &mut take)?,
            SchemaKind::Alert => rows::<AlertField>(&schema, &batch, before, &mut take)?,
            _ => rows::<DnsField>(&schema, &batch, before, &mut take)?,
        };
        if flow.is_break() {
            break;
        }
        before += batch.num_rows() as u64;
    }
    Ok(())
}

/// Hands on the events of one batch.
fn rows<F: SchemaField>(
    schema: &Schema,
    batch: &RecordBatch,
    before: u64,
    take: &mut impl FnMut(u64, Result<Event<'_>, RowError>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, ReadError>
where
    for<'e> F::Event<'e>: Into<Event<'e>>,
{
    let reader = EventReader::<F>::of(schema)?;
    for (event, row) in reader.events(batch)?.zip(before + 1..) {
        let flow = take(row, event.map(Into::into));
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The schema of a name.
pub(super) fn kind(name: &str) -> Option<SchemaKind> {
    SchemaKind::ALL.into_iter().find(|kind| kind.name() == name)
}

/// The schema that the first row of a batch names.
pub(super) fn kind_of_rows(batch: &RecordBatch) -> Option<SchemaKind> {
    let cells = Cells::of(batch.column_by_name(SCHEMA_COLUMN)?.as_ref())?;
    match cells.get(0) {
        Ok(Some(Value::Text(name))) => kind(&name),
        _ => None,
    }
}
