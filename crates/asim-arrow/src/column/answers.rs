//! The records of responses: a list of structs a row.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, ListArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields};
use asim_schema::Show;
use asim_schema::answers::Answers;

use super::{Column, Kind};

/// The members of a record, named as in ASIM's article.
const MEMBERS: [(&str, Kind); 6] = [
    ("part", Kind::Text),
    ("query", Kind::Text),
    ("TTL", Kind::Real),
    ("Class", Kind::Text),
    ("Type", Kind::Text),
    ("Response", Kind::Text),
];

/// The fields of a record.
fn fields() -> Fields {
    MEMBERS
        .iter()
        .map(|(name, kind)| Field::new(*name, kind.data_type(), true))
        .collect()
}

/// The type of the column: a list of structs.
pub(crate) fn data_type() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Struct(fields()), true)))
}

/// The records of all rows one behind the other, and where those of each row end.
#[derive(Debug, Clone)]
pub(crate) struct Lists {
    ends: Vec<usize>,
    members: [Column; MEMBERS.len()],
    /// The number of records.
    records: usize,
}

impl Default for Lists {
    fn default() -> Self {
        Self {
            ends: Vec::new(),
            members: MEMBERS.map(|(_, kind)| Column::new(kind)),
            records: 0,
        }
    }
}

impl Lists {
    /// Adds the records of a row.
    pub(crate) fn push(&mut self, answers: &Answers<'_>) {
        for record in &answers.records {
            let texts = [
                record.part.map(|part| Cow::Borrowed(part.as_str())),
                record.query.as_deref().map(Into::into),
                None,
                record.class_text(),
                record.type_text(),
                record.response.as_deref().map(Into::into),
            ];
            let row = self.records;
            for (member, text) in self.members.iter_mut().zip(texts) {
                if let Some(text) = text {
                    member.cell(row).put_text(&text);
                }
            }
            if let ([_, _, times, ..], Some(ttl)) = (&mut self.members, record.ttl) {
                times.cell(row).real(ttl);
            }
            self.records += 1;
        }
        self.ends.push(self.records);
    }

    /// Adds rows without records.
    pub(crate) fn empty(&mut self, count: usize) {
        self.ends.resize(self.ends.len() + count, self.records);
    }

    /// The records of some rows.
    fn records(&self, range: Range<usize>) -> Range<usize> {
        let start = |row: usize| {
            let before = row.checked_sub(1).and_then(|before| self.ends.get(before));
            before.copied().unwrap_or_default()
        };
        start(range.start)..start(range.end)
    }

    /// How many bytes the texts of some rows have, and a few for each record.
    pub(crate) fn size(&self, range: Range<usize>) -> usize {
        /// About what the offsets of one record take.
        const RECORD: usize = 32;

        let records = self.records(range);
        let texts = self.members.iter().map(|member| member.size(records.clone()));
        texts.sum::<usize>() + records.len() * RECORD
    }

    /// Adds some rows of another column.
    pub(crate) fn extend(&mut self, other: &Self, range: Range<usize>) {
        let records = other.records(range.clone());
        for (member, theirs) in self.members.iter_mut().zip(&other.members) {
            member.extend(self.records, theirs, records.clone());
        }
        let ends = other.ends.get(range).unwrap_or_default();
        let own = self.records;
        self.ends.extend(ends.iter().map(|end| end - records.start + own));
        self.records += records.len();
    }

    /// Forgets all rows.
    pub(crate) fn clear(&mut self) {
        self.ends.clear();
        self.members.iter_mut().for_each(Column::clear);
        self.records = 0;
    }

    /// The rows as an array.
    pub(crate) fn finish(self, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
        if i32::try_from(self.records).is_err() {
            return Err(ArrowError::OffsetOverflowError(self.records));
        }
        let mut offsets = vec![0];
        offsets.extend(
            self.ends
                .iter()
                .map(|end| i32::try_from(*end).unwrap_or(i32::MAX)),
        );
        let arrays: Vec<_> = self
            .members
            .into_iter()
            .map(|member| member.finish(self.records))
            .collect::<Result<_, _>>()?;
        let records = StructArray::try_new_with_length(fields(), arrays, None, self.records)?;
        let item = Arc::new(Field::new_list_field(records_type(), true));
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        Ok(Arc::new(ListArray::try_new(
            item,
            offsets,
            Arc::new(records),
            nulls,
        )?))
    }
}

fn records_type() -> DataType {
    DataType::Struct(fields())
}
