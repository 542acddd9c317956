//! The values of one column while rows are added.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{ArrayRef, BooleanArray, PrimitiveArray, new_null_array};
use arrow_buffer::{BooleanBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use asim_schema::answers::Answers;

use answers::Lists;
pub(crate) use cell::Cell;
use dictionary::Dictionary;
use presence::Presence;
pub(crate) use text::Texts;

mod answers;
mod cell;
mod dictionary;
mod presence;
mod text;

/// The zone of all times.
const UTC: &str = "UTC";

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Texts, and objects as JSON text.
    Text,
    /// Texts of which there are few.
    Dictionary,
    /// Whole numbers of 32 bits.
    Integer,
    /// Whole numbers of 64 bits.
    Long,
    /// Real numbers.
    Real,
    /// True or false.
    Boolean,
    /// Instants.
    Time,
    /// The records of responses.
    Answers,
}

impl Kind {
    /// The Arrow type.
    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Dictionary => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            Self::Integer => DataType::Int32,
            Self::Long => DataType::Int64,
            Self::Real => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
            Self::Answers => answers::data_type(),
        }
    }
}

/// The values of a column's first rows; those that follow have none until they are told.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    kind: Kind,
    presence: Presence,
    values: Values,
}

#[derive(Debug, Clone)]
enum Values {
    Text(Texts),
    Dictionary(Dictionary),
    Integer(Vec<i32>),
    Long(Vec<i64>),
    Real(Vec<f64>),
    Boolean(Vec<bool>),
    Time(Vec<i64>),
    Answers(Box<Lists>),
}

impl Column {
    /// A column without rows.
    pub(crate) fn new(kind: Kind) -> Self {
        let values = match kind {
            Kind::Text => Values::Text(Texts::default()),
            Kind::Dictionary => Values::Dictionary(Dictionary::default()),
            Kind::Integer => Values::Integer(Vec::new()),
            Kind::Long => Values::Long(Vec::new()),
            Kind::Real => Values::Real(Vec::new()),
            Kind::Boolean => Values::Boolean(Vec::new()),
            Kind::Time => Values::Time(Vec::new()),
            Kind::Answers => Values::Answers(Box::default()),
        };
        Self {
            kind,
            presence: Presence::default(),
            values,
        }
    }

    /// Where the value of a row goes that is behind all that have one.
    #[inline]
    pub(crate) fn cell(&mut self, row: usize) -> Cell<'_> {
        self.fill(row);
        Cell(self)
    }

    /// Sets the records of a row behind all that have some.
    pub(crate) fn push_answers(&mut self, row: usize, answers: &Answers<'_>) {
        self.fill(row);
        if let Values::Answers(lists) = &mut self.values {
            lists.push(answers);
            self.presence.value();
        }
    }

    /// Leaves the rows up to this one without a value.
    #[inline]
    fn fill(&mut self, row: usize) {
        let count = row.saturating_sub(self.presence.len());
        if count > 0 {
            self.nulls(count);
        }
    }

    fn nulls(&mut self, count: usize) {
        self.presence.nulls(count);
        let len = self.presence.len();
        match &mut self.values {
            Values::Text(texts) => texts.empty(count),
            Values::Dictionary(texts) => texts.nulls(count),
            Values::Integer(numbers) => numbers.resize(len, 0),
            Values::Real(numbers) => numbers.resize(len, 0.0),
            Values::Boolean(flags) => flags.resize(len, false),
            Values::Long(numbers) | Values::Time(numbers) => numbers.resize(len, 0),
            Values::Answers(lists) => lists.empty(count),
        }
    }

    /// The part of the rows that this column has.
    fn within(&self, range: Range<usize>) -> Range<usize> {
        let len = self.presence.len();
        range.start.min(len)..range.end.min(len)
    }

    /// How many bytes the values of some rows have beyond a fixed size for each row.
    pub(crate) fn size(&self, range: Range<usize>) -> usize {
        let range = self.within(range);
        match &self.values {
            Values::Text(texts) => texts.size(range),
            Values::Answers(lists) => lists.size(range),
            _ => 0,
        }
    }

    /// Adds some rows of a column of the same kind, the first one as the given row.
    pub(crate) fn extend(&mut self, row: usize, other: &Self, range: Range<usize>) {
        let range = other.within(range);
        if range.is_empty() {
            return;
        }
        self.fill(row);
        match (&mut self.values, &other.values) {
            (Values::Text(own), Values::Text(theirs)) => own.extend(theirs, range.clone()),
            (Values::Dictionary(own), Values::Dictionary(theirs)) => {
                own.extend(theirs, &other.presence, range.clone());
            }
            (Values::Integer(own), Values::Integer(theirs)) => copy(own, theirs, range.clone()),
            (Values::Real(own), Values::Real(theirs)) => copy(own, theirs, range.clone()),
            (Values::Boolean(own), Values::Boolean(theirs)) => copy(own, theirs, range.clone()),
            (Values::Long(own), Values::Long(theirs)) | (Values::Time(own), Values::Time(theirs)) => {
                copy(own, theirs, range.clone());
            }
            (Values::Answers(own), Values::Answers(theirs)) => own.extend(theirs, range.clone()),
            _ => return,
        }
        self.presence.extend(&other.presence, range);
    }

    /// A column without rows, with room for as many as this one has and some more.
    pub(crate) fn as_roomy(&self) -> Self {
        let values = match &self.values {
            Values::Text(texts) => Values::Text(texts.as_roomy()),
            Values::Dictionary(texts) => Values::Dictionary(texts.as_roomy()),
            Values::Integer(numbers) => Values::Integer(with_room(numbers.len())),
            Values::Long(numbers) => Values::Long(with_room(numbers.len())),
            Values::Real(numbers) => Values::Real(with_room(numbers.len())),
            Values::Boolean(flags) => Values::Boolean(with_room(flags.len())),
            Values::Time(times) => Values::Time(with_room(times.len())),
            Values::Answers(_) => Values::Answers(Box::default()),
        };
        Self {
            kind: self.kind,
            presence: self.presence.as_roomy(),
            values,
        }
    }

    /// Forgets all rows and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.presence.clear();
        match &mut self.values {
            Values::Text(texts) => texts.clear(),
            Values::Dictionary(texts) => texts.clear(),
            Values::Integer(numbers) => numbers.clear(),
            Values::Real(numbers) => numbers.clear(),
            Values::Boolean(flags) => flags.clear(),
            Values::Long(numbers) | Values::Time(numbers) => numbers.clear(),
            Values::Answers(lists) => lists.clear(),
        }
    }

    /// The first rows as an array.
    pub(crate) fn finish(mut self, rows: usize) -> Result<ArrayRef, ArrowError> {
        if self.presence.len() == 0 {
            return Ok(new_null_array(&self.kind.data_type(), rows));
        }
        self.fill(rows);
        let nulls = self.presence.finish();
        Ok(match self.values {
            Values::Text(texts) => texts.finish(nulls)?,
            Values::Dictionary(texts) => texts.finish(nulls)?,
            Values::Answers(lists) => lists.finish(nulls)?,
            Values::Boolean(flags) => Arc::new(BooleanArray::new(BooleanBuffer::from(flags), nulls)),
            Values::Integer(numbers) => Arc::new(PrimitiveArray::<Int32Type>::try_new(
                ScalarBuffer::from(numbers),
                nulls,
            )?),
            Values::Long(numbers) => Arc::new(PrimitiveArray::<Int64Type>::try_new(
                ScalarBuffer::from(numbers),
                nulls,
            )?),
            Values::Real(numbers) => Arc::new(PrimitiveArray::<Float64Type>::try_new(
                ScalarBuffer::from(numbers),
                nulls,
            )?),
            Values::Time(times) => {
                let times =
                    PrimitiveArray::<TimestampMicrosecondType>::try_new(ScalarBuffer::from(times), nulls)?;
                Arc::new(times.with_timezone(UTC))
            }
        })
    }
}

fn copy<T: Copy>(own: &mut Vec<T>, theirs: &[T], range: Range<usize>) {
    own.extend_from_slice(theirs.get(range).unwrap_or_default());
}

/// An empty list with room for so many and some more: the next batch is seldom of the same size.
fn with_room<T>(len: usize) -> Vec<T> {
    Vec::with_capacity(len + len / 8)
}
