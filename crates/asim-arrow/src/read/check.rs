//! Rows of tables, tested against their schema.

use std::borrow::Cow;

use arrow_array::Array;
use arrow_schema::DataType;
use asim_schema::conformance::Checker;
use asim_schema::{AdditionalFields, Value};

use super::cells::Cells;
use super::error::ReadError;
use super::files::Batches;
use crate::table::ANSWERS;

/// Takes the rows of a table, of this crate or another program, into a checker; returns their number.
///
/// The findings are those of the same events as NDJSON: a null is an absent value, so a column without any value is no
/// column, and text of a dynamic column is the JSON that it holds. A place is told by the number of the row, from 1.
/// The decoded responses ([`ANSWERS`]) follow from the rest and are passed over. What has a type that no value of an event
/// has, such as bytes, counts as dynamic.
///
/// Memory is that of a batch, whatever the number of rows.
///
/// # Errors
///
/// When the table cannot be read to its end.
pub fn check_rows(checker: &mut Checker, batches: Batches) -> Result<u64, ReadError> {
    let schema = batches.schema().clone();
    let mut before = 0;
    for batch in batches {
        let batch = batch?;
        let columns: Vec<_> = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .filter(|(field, _)| field.name() != ANSWERS)
            .map(|(field, array)| (field.name().as_str(), Values::of(field.name(), array.as_ref())))
            .collect();
        let rows = (0..batch.num_rows()).zip(before + 1..);
        checker.typed_rows(rows.map(|(row, number)| {
            let cells = columns
                .iter()
                .filter_map(move |(name, values)| Some((*name, values.get(row)?)));
            (number, cells)
        }));
        before += batch.num_rows() as u64;
    }
    Ok(before)
}

/// The values of a column of a batch.
enum Values<'b> {
    Cells(Cells<'b>),
    /// Groups of named values, and all that is no value of an event.
    Others(&'b dyn Array),
    /// Lists, where an object belongs.
    Lists(&'b dyn Array),
}

impl<'b> Values<'b> {
    fn of(column: &str, array: &'b dyn Array) -> Self {
        let list = matches!(
            array.data_type(),
            DataType::List(_)
                | DataType::LargeList(_)
                | DataType::FixedSizeList(..)
                | DataType::ListView(_)
                | DataType::LargeListView(_)
        );
        if list && column == "AdditionalFields" {
            return Self::Lists(array);
        }
        Cells::of(array).map_or(Self::Others(array), Self::Cells)
    }

    /// The value of a row; none for a null. What an object or a list holds is not looked at.
    fn get(&self, row: usize) -> Option<Value<'b>> {
        match self {
            Self::Cells(cells) => match cells.get(row) {
                Ok(value) => value,
                // Text where a number or a time belongs is a wrong type.
                Err(_) => Some(Value::Text(Cow::Borrowed("beyond what the column can hold"))),
            },
            Self::Others(array) => {
                let empty = || Value::Object(AdditionalFields::default());
                array.is_valid(row).then(empty)
            }
            Self::Lists(array) => array.is_valid(row).then_some(Value::Text(Cow::Borrowed("[]"))),
        }
    }
}
