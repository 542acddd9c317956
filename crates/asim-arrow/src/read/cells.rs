//! The cells of a column, whatever Arrow type another program has given it.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, BooleanArray, LargeStringArray, PrimitiveArray, StringArray, StringViewArray};
use arrow_schema::{DataType, TimeUnit};
use asim_schema::{Timestamp, Value};

/// The cells of one column of a batch.
pub(crate) enum Cells<'b> {
    Null,
    Text(&'b StringArray),
    LargeText(&'b LargeStringArray),
    TextView(&'b StringViewArray),
    Boolean(&'b BooleanArray),
    Int8(&'b PrimitiveArray<Int8Type>),
    Int16(&'b PrimitiveArray<Int16Type>),
    Int32(&'b PrimitiveArray<Int32Type>),
    Int64(&'b PrimitiveArray<Int64Type>),
    UInt8(&'b PrimitiveArray<UInt8Type>),
    UInt16(&'b PrimitiveArray<UInt16Type>),
    UInt32(&'b PrimitiveArray<UInt32Type>),
    UInt64(&'b PrimitiveArray<UInt64Type>),
    Float32(&'b PrimitiveArray<Float32Type>),
    Float64(&'b PrimitiveArray<Float64Type>),
    Second(&'b PrimitiveArray<TimestampSecondType>),
    Millisecond(&'b PrimitiveArray<TimestampMillisecondType>),
    Microsecond(&'b PrimitiveArray<TimestampMicrosecondType>),
    Nanosecond(&'b PrimitiveArray<TimestampNanosecondType>),
    /// The place of each row's value among the values.
    Dictionary(Vec<usize>, &'b dyn Array, Box<Cells<'b>>),
}

/// A cell whose number, which this is, stands for no value of an event.
pub(crate) struct OutOfRange(pub(crate) i128);

impl<'b> Cells<'b> {
    /// The cells of an array; none when its type is no type of an event's values.
    pub(crate) fn of(array: &'b dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Null => Self::Null,
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::LargeUtf8 => Self::LargeText(array.as_string()),
            DataType::Utf8View => Self::TextView(array.as_string_view()),
            DataType::Boolean => Self::Boolean(array.as_boolean()),
            DataType::Int8 => Self::Int8(array.as_primitive()),
            DataType::Int16 => Self::Int16(array.as_primitive()),
            DataType::Int32 => Self::Int32(array.as_primitive()),
            DataType::Int64 => Self::Int64(array.as_primitive()),
            DataType::UInt8 => Self::UInt8(array.as_primitive()),
            DataType::UInt16 => Self::UInt16(array.as_primitive()),
            DataType::UInt32 => Self::UInt32(array.as_primitive()),
            DataType::UInt64 => Self::UInt64(array.as_primitive()),
            DataType::Float32 => Self::Float32(array.as_primitive()),
            DataType::Float64 => Self::Float64(array.as_primitive()),
            DataType::Timestamp(TimeUnit::Second, _) => Self::Second(array.as_primitive()),
            DataType::Timestamp(TimeUnit::Millisecond, _) => Self::Millisecond(array.as_primitive()),
            DataType::Timestamp(TimeUnit::Microsecond, _) => Self::Microsecond(array.as_primitive()),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => Self::Nanosecond(array.as_primitive()),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let values = dictionary.values().as_ref();
                let places = if values.is_empty() {
                    Vec::new()
                } else {
                    dictionary.normalized_keys()
                };
                Self::Dictionary(places, array, Box::new(Self::of(values)?))
            }
            _ => return None,
        })
    }

    /// The value of a row; none for a null.
    pub(crate) fn get(&self, row: usize) -> Result<Option<Value<'b>>, OutOfRange> {
        /// The value of a row unless it is null.
        macro_rules! cell {
            ($array:expr, $make:expr) => {
                if row < $array.len() && $array.is_valid(row) {
                    $make($array.value(row)).map(Some)
                } else {
                    Ok(None)
                }
            };
        }

        match self {
            Self::Null => Ok(None),
            Self::Text(array) => cell!(array, |value: &'b str| Ok(Value::Text(value.into()))),
            Self::LargeText(array) => cell!(array, |value: &'b str| Ok(Value::Text(value.into()))),
            Self::TextView(array) => cell!(array, |value: &'b str| Ok(Value::Text(value.into()))),
            Self::Boolean(array) => cell!(array, |value| Ok(Value::Boolean(value))),
            Self::Int8(array) => cell!(array, |value| Ok(Value::Integer(i64::from(value)))),
            Self::Int16(array) => cell!(array, |value| Ok(Value::Integer(i64::from(value)))),
            Self::Int32(array) => cell!(array, |value| Ok(Value::Integer(i64::from(value)))),
            Self::Int64(array) => cell!(array, |value| Ok(Value::Integer(value))),
            Self::UInt8(array) => cell!(array, |value| Ok(Value::Integer(i64::from(value)))),
            Self::UInt16(array) => cell!(array, |value| Ok(Value::Integer(i64::from(value)))),
            Self::UInt32(array) => cell!(array, |value| Ok(Value::Integer(i64::from(value)))),
            Self::UInt64(array) => cell!(array, |value: u64| i64::try_from(value)
                .map(Value::Integer)
                .map_err(|_| OutOfRange(value.into()))),
            Self::Float32(array) => cell!(array, |value| Ok(Value::Real(f64::from(value)))),
            Self::Float64(array) => cell!(array, |value| Ok(Value::Real(value))),
            Self::Second(array) => cell!(array, |value| time(value, 10_000_000)),
            Self::Millisecond(array) => cell!(array, |value| time(value, 10_000)),
            Self::Microsecond(array) => cell!(array, |value| time(value, 10)),
            Self::Nanosecond(array) => cell!(array, |value: i64| time(value.div_euclid(100), 1)),
            Self::Dictionary(places, keys, values) => match places.get(row) {
                Some(place) if keys.is_valid(row) => values.get(*place),
                _ => Ok(None),
            },
        }
    }
}

/// The instant after so many units of so many ticks.
fn time<'b>(value: i64, ticks: i64) -> Result<Value<'b>, OutOfRange> {
    let time = value.checked_mul(ticks).and_then(Timestamp::from_ticks);
    time.map(Value::Time).ok_or(OutOfRange(value.into()))
}
