//! A row group on its way.

use std::collections::VecDeque;
use std::io::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Schema};
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::errors::Result;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::SchemaDescriptor;
use zstd::bulk::Compressor;

use super::texts::Texts;
use super::values::Values;

/// The column chunks of a row group.
pub(super) struct RowGroup {
    columns: Vec<Column>,
    rows: usize,
}

/// A column of the table, on its way into chunks.
enum Column {
    /// Texts, and dictionaries of them.
    Texts(Box<Texts>),
    /// The same texts as those of an earlier column, so far.
    Same(usize),
    /// Small numbers and flags.
    Values(Values),
    /// Everything else: one chunk, or several for columns of lists and structures.
    Other(Vec<ArrowColumnWriter>),
}

impl RowGroup {
    /// The row group of this number, without rows.
    pub(super) fn new(
        number: usize,
        factory: &ArrowRowGroupWriterFactory,
        leaves: &SchemaDescriptor,
        schema: &Schema,
    ) -> Result<Self> {
        let mut writers = VecDeque::from(factory.create_column_writers(number)?);
        let mut leaf = 0;
        let mut columns = Vec::with_capacity(schema.fields().len());
        for (place, field) in schema.fields().iter().enumerate() {
            let mut own = Vec::new();
            while leaf < leaves.num_columns() && leaves.get_column_root_idx(leaf) == place {
                own.extend(writers.pop_front());
                leaf += 1;
            }
            columns.push(match field.data_type() {
                DataType::Int32 => Column::Values(Values::integers()),
                DataType::Boolean => Column::Values(Values::flags()),
                kind if is_text(kind) => Column::Texts(Box::default()),
                _ => Column::Other(own),
            });
        }
        Ok(Self { columns, rows: 0 })
    }

    /// The rows so far.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// About how many bytes the chunks have so far.
    pub(super) fn size(&self) -> usize {
        let sizes = self.columns.iter().map(|column| match column {
            Column::Texts(texts) => texts.size(),
            Column::Same(_) => 0,
            Column::Values(values) => values.size(),
            Column::Other(writers) => writers
                .iter()
                .map(ArrowColumnWriter::get_estimated_total_bytes)
                .sum(),
        });
        sizes.sum()
    }

    /// Adds the rows of a batch.
    pub(super) fn write(&mut self, batch: &RecordBatch, compressor: &mut Compressor<'_>) -> Result<()> {
        for place in 0..self.columns.len() {
            self.compare(place, batch);
        }
        let schema = batch.schema();
        for ((column, array), field) in self.columns.iter_mut().zip(batch.columns()).zip(schema.fields()) {
            match column {
                Column::Texts(texts) => texts.write(array, compressor)?,
                Column::Same(_) => {}
                Column::Values(values) => values.write(array, compressor)?,
                Column::Other(writers) => {
                    for (writer, leaf) in writers.iter_mut().zip(compute_leaves(field, array)?) {
                        writer.write(&leaf)?;
                    }
                }
            }
        }
        self.rows += batch.num_rows();
        Ok(())
    }

    /// Looks whether a column of texts has those of an earlier one in this batch, before either has taken it.
    fn compare(&mut self, place: usize, batch: &RecordBatch) {
        let arrays = batch.columns();
        let is_same = |other: usize| match (arrays.get(place), arrays.get(other)) {
            (Some(array), Some(other)) => are_same(array, other),
            _ => false,
        };
        let (before, from) = self.columns.split_at_mut(place);
        let Some(column) = from.first_mut() else { return };
        match column {
            Column::Texts(_) if self.rows == 0 => {
                let of_texts = |other: &usize| matches!(before.get(*other), Some(Column::Texts(_)));
                if let Some(first) = (0..place).filter(of_texts).find(|other| is_same(*other)) {
                    *column = Column::Same(first);
                }
            }
            Column::Same(first) if !is_same(*first) => {
                if let Some(Column::Texts(texts)) = before.get(*first) {
                    *column = Column::Texts(texts.clone());
                }
            }
            _ => {}
        }
    }

    /// Writes the row group into the file.
    pub(super) fn finish<W: Write + Send>(
        self,
        file: &mut SerializedFileWriter<W>,
        compressor: &mut Compressor<'_>,
    ) -> Result<()> {
        let properties = file.properties().clone();
        let leaves = file.schema_descr().columns().to_vec();
        let mut leaves = leaves.iter();
        let mut group = file.next_row_group()?;
        // The chunks that are made here; later columns may have those of texts too.
        let mut chunks = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            let chunk = match column {
                Column::Texts(texts) => Some(texts.finish(compressor)?),
                Column::Same(first) => chunks.get(first).cloned().flatten(),
                Column::Values(values) => Some(values.finish(compressor)?),
                Column::Other(writers) => {
                    for writer in writers {
                        leaves.next();
                        writer.close()?.append_to_row_group(&mut group)?;
                    }
                    None
                }
            };
            if let Some(chunk) = &chunk
                && let Some(leaf) = leaves.next()
            {
                chunk.append_to(&mut group, leaf, &properties)?;
            }
            chunks.push(chunk);
        }
        group.close()?;
        Ok(())
    }
}

/// Whether a column holds texts, or a dictionary of them.
fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 => true,
        DataType::Dictionary(key, value) => (&**key, &**value) == (&DataType::Int32, &DataType::Utf8),
        _ => false,
    }
}

/// Whether two arrays of texts, or dictionaries, are the same to the last byte. Others with the same values may not be.
fn are_same(a: &ArrayRef, b: &ArrayRef) -> bool {
    if let (Some(a), Some(b)) = (a.as_string_opt::<i32>(), b.as_string_opt::<i32>()) {
        a.value_data().len() == b.value_data().len()
            && a.value_offsets() == b.value_offsets()
            && a.nulls() == b.nulls()
            && a.value_data() == b.value_data()
    } else if let (Some(a), Some(b)) = (
        a.as_dictionary_opt::<Int32Type>(),
        b.as_dictionary_opt::<Int32Type>(),
    ) {
        are_same(a.values(), b.values()) && a.keys().values() == b.keys().values() && a.nulls() == b.nulls()
    } else {
        false
    }
}
