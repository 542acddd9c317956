//! Parquet files.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_schema::DataType;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;

use crate::output::from_parquet;
use crate::table::Table;

/// Columns of text that hardly repeats, for which a dictionary would be made in vain.
const UNIQUE: [&str; 5] = [
    "EventUid",
    "EventOriginalUid",
    "DnsSessionId",
    "SessionId",
    "TransactionIdHex",
];

/// Writes record batches as a Parquet file: zstd, dictionaries, statistics for each row group.
///
/// A row group has at most [`ROWS`](Self::ROWS) rows and about [`SIZE`](Self::SIZE) bytes; the one under way is in
/// memory, compressed as far as its pages are complete.
pub struct ParquetWriter<W: Write + Send> {
    writer: ArrowWriter<W>,
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
        let writer = ArrowWriter::try_new(output, table.schema().clone(), Some(properties(table)));
        Ok(Self {
            writer: writer.map_err(from_parquet)?,
        })
    }

    /// Writes a batch.
    pub fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        self.writer.write(batch).map_err(from_parquet)?;
        if self.writer.in_progress_size() >= Self::SIZE {
            self.end_row_group()?;
        }
        Ok(())
    }

    /// About how many bytes the row group under way has.
    pub fn size(&self) -> usize {
        self.writer.in_progress_size()
    }

    /// Ends the row group under way.
    pub fn end_row_group(&mut self) -> io::Result<()> {
        self.writer.flush().map_err(from_parquet)
    }

    /// The output.
    pub fn output(&self) -> &W {
        self.writer.inner()
    }

    /// Ends the file and returns the output.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(from_parquet)
    }
}

fn properties(table: &Table) -> WriterProperties {
    let schema = table.schema();
    let mut metadata: Vec<_> = schema
        .metadata()
        .iter()
        .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
        .collect();
    metadata.sort_by(|a, b| a.key.cmp(&b.key));
    let mut properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_write_batch_size(crate::BatchBuilder::ROWS)
        .set_max_row_group_row_count(Some(ParquetWriter::<io::Sink>::ROWS))
        .set_key_value_metadata(Some(metadata));
    for field in schema.fields() {
        let column = || ColumnPath::from(field.name().as_str());
        if matches!(field.data_type(), DataType::Timestamp(..)) {
            // Times rarely repeat, and one is near the next.
            properties = properties
                .set_column_dictionary_enabled(column(), false)
                .set_column_encoding(column(), Encoding::DELTA_BINARY_PACKED);
        } else if matches!(field.data_type(), DataType::Int32) || UNIQUE.contains(&field.name().as_str()) {
            // Small numbers are pressed as well as a dictionary would be, for less work.
            properties = properties.set_column_dictionary_enabled(column(), false);
        }
    }
    properties.build()
}
