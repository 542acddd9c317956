//! Rows of record batches as events.

use std::ops::Range;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use asim_schema::{
    AdditionalFields, DnsField, SchemaEvent, SchemaField, SchemaKind, SetError, Storage, Value,
};

use super::cells::{Cells, OutOfRange};
use super::error::{ReadError, RowError};
use super::shown::shown;
use crate::table::{ANSWERS, SCHEMA_KEY, VERSION_KEY};

/// Reads events of one schema out of the rows of a table that this crate or another program has written.
///
/// Columns are found by their names, whatever their order; any integer, text or time type will do, and a whole number
/// that a program has made a real one too. A null is an absent value. A column that is an alias with one target gives
/// its value to the target if that is absent; other aliases, and the decoded responses, are passed over because they
/// follow from the rest. Columns that are none of the schema's are passed over and can be asked for.
///
/// ```
/// use asim_arrow::{BatchBuilder, EventReader, Table, TableOptions};
/// use asim_schema::{DnsEvent, DnsField, Event, SchemaVersion};
///
/// let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
/// event.set_dns_query("www.example.com");
/// let columns = [DnsField::EventCount, DnsField::DnsQuery];
/// let mut builder = BatchBuilder::new(Table::dns(SchemaVersion::DEFAULT, columns, TableOptions::default()));
/// builder.push(&Event::Dns(event.clone()))?;
/// let batch = builder.finish()?.unwrap();
///
/// let reader = EventReader::dns(&batch.schema())?;
/// assert_eq!(reader.events(&batch)?.next().unwrap()?, event);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct EventReader<F = DnsField> {
    /// The place and the field of each column, those before aliases that may be read instead.
    columns: Vec<(usize, F)>,
    unknown: Vec<String>,
    /// The schema version that the metadata tell.
    version: Option<String>,
}

impl EventReader {
    /// A reader for tables of this Arrow schema that hold Dns events.
    ///
    /// # Errors
    ///
    /// When no column is one of the schema's.
    pub fn dns(schema: &Schema) -> Result<Self, ReadError> {
        Self::of(schema)
    }

    /// Whether the metadata of a table says that it holds Dns events; none when it says nothing.
    pub fn is_dns(schema: &Schema) -> Option<bool> {
        let name = schema.metadata().get(SCHEMA_KEY)?;
        Some(name == SchemaKind::Dns.name())
    }
}

impl<F: SchemaField> EventReader<F> {
    /// A reader for tables of this Arrow schema that hold events of the schema of `F`.
    ///
    /// # Errors
    ///
    /// When no column is one of the schema's.
    pub fn of(schema: &Schema) -> Result<Self, ReadError> {
        let mut columns = Vec::new();
        let mut unknown = Vec::new();
        for (place, field) in schema.fields().iter().enumerate() {
            match F::from_name(field.name()) {
                Some(field) => columns.push((place, field)),
                None if field.name() == ANSWERS => {}
                None => unknown.push(field.name().clone()),
            }
        }
        if columns.is_empty() {
            return Err(ReadError::NoColumns);
        }
        columns.retain(|(_, field)| field.info().alias_of.len() < 2);
        columns.sort_by_key(|(_, field)| field.info().alias_of.len());
        Ok(Self {
            columns,
            unknown,
            version: schema.metadata().get(VERSION_KEY).cloned(),
        })
    }

    /// The columns of the table that are none of the schema's, in its order.
    pub fn unknown_columns(&self) -> &[String] {
        &self.unknown
    }

    /// The events of a batch; texts stay borrowed from it.
    ///
    /// # Errors
    ///
    /// When a column has a type from which no value can be taken.
    pub fn events<'b>(&self, batch: &'b RecordBatch) -> Result<Events<'b, F>, ReadError> {
        let mut columns = Vec::with_capacity(self.columns.len());
        for (place, field) in &self.columns {
            let Some(array) = batch.columns().get(*place) else {
                continue;
            };
            let cells = Cells::of(array.as_ref()).ok_or_else(|| ReadError::Type {
                column: field.info().name.to_owned(),
                data_type: array.data_type().clone(),
            })?;
            columns.push((*field, cells));
        }
        Ok(Events {
            batch,
            columns,
            rows: 0..batch.num_rows(),
            version: self.version.clone(),
        })
    }
}

/// The events of a batch, one a row.
pub struct Events<'b, F = DnsField> {
    batch: &'b RecordBatch,
    columns: Vec<(F, Cells<'b>)>,
    rows: Range<usize>,
    version: Option<String>,
}

impl<F> std::fmt::Debug for Events<'_, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Events")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl<'b, F: SchemaField> Iterator for Events<'b, F> {
    type Item = Result<F::Event<'b>, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        Some(self.event(row))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}

impl<'b, F: SchemaField> Events<'b, F> {
    fn event(&self, row: usize) -> Result<F::Event<'b>, RowError> {
        let mut event = F::Event::blank();
        if let Some(version) = &self.version {
            // A version that is not known leaves the default, as none does.
            event.set_version_by_name(version);
        }
        for (field, cells) in &self.columns {
            let wrong = |reason: String| RowError {
                row,
                column: field.info().name,
                reason,
                shown: shown(self.batch, row),
            };
            let value = cells
                .get(row)
                .map_err(|OutOfRange(stored)| wrong(format!("{stored} is out of its range")))?;
            let Some(value) = value else { continue };
            let info = field.info();
            if info.constant {
                constant::<F>(&mut event, *field, &value).map_err(wrong)?;
                continue;
            }
            let target = field.alias_of().first().copied().unwrap_or(*field);
            if target != *field && event.get(target).is_some() {
                continue;
            }
            let value = converted(value, info.storage).map_err(wrong)?;
            event.set(target, value).map_err(|error| wrong(refused(error)))?;
        }
        Ok(event)
    }
}

/// What is wrong with a value that its column does not take.
fn refused<F: SchemaField>(error: SetError<F>) -> String {
    let expected = error.field().info().logical_type;
    match error {
        SetError::WrongType(_) => format!("a value of another type than {expected}"),
        _ => format!("a value that is no {expected}"),
    }
}

/// The value in the form in which a column of that storage takes it.
fn converted(value: Value<'_>, storage: Storage) -> Result<Value<'_>, String> {
    match (value, storage) {
        (Value::Text(text), Storage::Object) => {
            let fields = match text {
                std::borrow::Cow::Borrowed(text) => serde_json::from_str::<AdditionalFields<'_>>(text),
                std::borrow::Cow::Owned(text) => {
                    serde_json::from_str::<AdditionalFields<'_>>(&text).map(AdditionalFields::into_owned)
                }
            };
            fields
                .map(Value::Object)
                .map_err(|error| format!("no JSON object: {error}"))
        }
        (Value::Real(number), storage) if storage != Storage::Real => {
            Ok(whole(number).map_or(Value::Real(number), Value::Integer))
        }
        (value, _) => Ok(value),
    }
}

/// The whole number that a real number is; programs without nulls in whole numbers make them real ones.
fn whole(number: f64) -> Option<i64> {
    /// Up to here every whole number is a real one of 64 bits.
    const END: f64 = 9_007_199_254_740_992.0;

    if number.fract() != 0.0 || number.abs() >= END {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number within the range")]
    Some(number as i64)
}

/// Checks the schema's name and takes its version.
fn constant<F: SchemaField>(event: &mut F::Event<'_>, field: F, value: &Value<'_>) -> Result<(), String> {
    let Value::Text(text) = value else {
        return Err("no text".to_owned());
    };
    if field.info().name == "EventSchemaVersion" {
        if !event.set_version_by_name(text) {
            return Err(format!("no version `{}` of the schema", text.escape_debug()));
        }
    } else if text != F::SCHEMA.name() {
        return Err(format!("an event of schema `{}`", text.escape_debug()));
    }
    Ok(())
}
