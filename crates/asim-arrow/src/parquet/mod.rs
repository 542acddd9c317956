//! Parquet files.

mod bounds;
mod chunk;
mod hybrid;
mod levels;
mod properties;
mod row_group;
mod texts;
mod values;

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::RecordBatch;
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::ArrowRowGroupWriterFactory;
use parquet::file::writer::SerializedFileWriter;
use zstd::bulk::Compressor;

use self::row_group::RowGroup;
use crate::output::from_parquet;
use crate::table::Table;

/// Writes record batches as a Parquet file: zstd, dictionaries, statistics for each row group.
///
/// A row group has at most [`ROWS`](Self::ROWS) rows and about [`SIZE`](Self::SIZE) bytes; the one under way is in
/// memory, compressed as far as its pages are complete.
///
/// Columns of texts, small numbers and flags are made here: the numbers that the texts of a batch have already are kept,
/// and the texts of aliases pressed once. All others, and the file around them, are the work of the crate `parquet`.
pub struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    factory: ArrowRowGroupWriterFactory,
    table: Table,
    group: Option<RowGroup>,
    compressor: Compressor<'static>,
}

impl<W: Write + Send> std::fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetWriter").finish_non_exhaustive()
    }
}

impl<W: Write + Send> ParquetWriter<W> {
    /// The rows of a row group.
    pub const ROWS: usize = 32 * crate::BatchBuilder::ROWS;
    /// The bytes after which a row group ends.
    pub const SIZE: usize = 64 << 20;

    /// Begins a file with the schema of a table.
    pub fn new(output: W, table: &Table) -> io::Result<Self> {
        let schema = ArrowSchemaConverter::new()
            .convert(table.schema())
            .map_err(from_parquet)?;
        let properties = Arc::new(properties::of(table));
        let file = SerializedFileWriter::new(output, schema.root_schema_ptr(), properties);
        let file = file.map_err(from_parquet)?;
        Ok(Self {
            factory: ArrowRowGroupWriterFactory::new(&file, table.schema().clone()),
            file,
            table: table.clone(),
            group: None,
            compressor: Compressor::new(properties::LEVEL)?,
        })
    }

    /// Writes a batch.
    ///
    /// # Errors
    ///
    /// When the batch has other columns than the table, or the output does not take what is written.
    pub fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        let (schema, own) = (batch.schema_ref(), self.table.schema());
        if !Arc::ptr_eq(schema, own) && schema.fields() != own.fields() {
            let problem = "the batch has other columns than the file";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        let mut rest = batch.clone();
        while rest.num_rows() > 0 {
            let mut group = self.take_group()?;
            let count = rest.num_rows().min(Self::ROWS - group.rows());
            let written = group.write(&rest.slice(0, count), &mut self.compressor);
            let is_full = group.rows() >= Self::ROWS || group.size() >= Self::SIZE;
            self.group = Some(group);
            written.map_err(from_parquet)?;
            if is_full {
                self.end_row_group()?;
            }
            rest = rest.slice(count, rest.num_rows() - count);
        }
        Ok(())
    }

    /// The row group under way, or a new one.
    fn take_group(&mut self) -> io::Result<RowGroup> {
        if let Some(group) = self.group.take() {
            return Ok(group);
        }
        let number = self.file.flushed_row_groups().len();
        RowGroup::new(
            number,
            &self.factory,
            self.file.schema_descr(),
            self.table.schema(),
        )
        .map_err(from_parquet)
    }

    /// About how many bytes the row group under way has.
    pub fn size(&self) -> usize {
        self.group.as_ref().map_or(0, RowGroup::size)
    }

    /// Ends the row group under way.
    pub fn end_row_group(&mut self) -> io::Result<()> {
        let Some(group) = self.group.take() else {
            return Ok(());
        };
        group
            .finish(&mut self.file, &mut self.compressor)
            .map_err(from_parquet)
    }

    /// The output.
    pub fn output(&self) -> &W {
        self.file.inner()
    }

    /// Ends the file and returns the output.
    pub fn finish(mut self) -> io::Result<W> {
        self.end_row_group()?;
        self.file.into_inner().map_err(from_parquet)
    }
}
