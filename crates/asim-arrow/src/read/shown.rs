//! A row as text, for those who look for what is wrong with it.

use arrow_array::RecordBatch;
use asim_schema::Value;
use serde_json::Number;
use serde_json::Value as Json;

use super::cells::{Cells, OutOfRange};

/// A row of a batch as a JSON object: the columns that have a value, in the table's order.
///
/// Columns of a type that no value of an event has, such as bytes and lists, are left out. A number that stands for no
/// value is shown as it is stored.
pub(super) fn shown(batch: &RecordBatch, row: usize) -> String {
    let mut text = String::from("{");
    for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        // The row alone: a dictionary's keys are looked up for all rows of an array.
        let cell = array.slice(row, 1);
        let Some(cells) = Cells::of(&cell) else { continue };
        let value = match cells.get(0) {
            Ok(None) => continue,
            Ok(Some(value)) => json(value),
            Err(OutOfRange(stored)) => Number::from_i128(stored).map(Json::Number),
        };
        let Some(value) = value else { continue };
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&Json::from(field.name().as_str()).to_string());
        text.push(':');
        text.push_str(&value.to_string());
    }
    text.push('}');
    text
}

/// The value of a cell. JSON has no number for infinity and for what is no number.
fn json(value: Value<'_>) -> Option<Json> {
    Some(match value {
        Value::Text(text) => text.into(),
        Value::Integer(number) => number.into(),
        Value::Real(number) => {
            Number::from_f64(number).map_or_else(|| number.to_string().into(), Json::Number)
        }
        Value::Boolean(value) => value.into(),
        Value::Time(time) => time.to_string().into(),
        _ => return None,
    })
}
