//! Files and streams as record batches.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::SchemaRef;
use asim_schema::SchemaKind;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::any;
use super::error::ReadError;
use crate::BatchBuilder;
use crate::table::SCHEMA_KEY;

/// How a Parquet file begins.
const PARQUET: &[u8] = b"PAR1";
/// How an Arrow file begins; also called Feather.
const ARROW_FILE: &[u8] = b"ARROW1";
/// How an Arrow stream begins: the mark of a message.
const ARROW_STREAM: &[u8] = &[0xff; 4];

/// The record batches of a Parquet file, an Arrow file or an Arrow stream, one after the other.
pub struct Batches {
    schema: SchemaRef,
    rest: Box<dyn Iterator<Item = Result<RecordBatch, ReadError>> + Send>,
    /// The first batch, if it was looked at before it was asked for.
    first: Option<Result<RecordBatch, ReadError>>,
}

impl std::fmt::Debug for Batches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batches")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

impl Batches {
    /// Whether the first bytes are those of a Parquet file, an Arrow file or an Arrow stream; eight are enough.
    pub fn recognizes(head: &[u8]) -> bool {
        [PARQUET, ARROW_FILE, ARROW_STREAM]
            .iter()
            .any(|start| head.starts_with(start))
    }

    /// Opens a file of any of the three forms, told by its first bytes.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or has none of these forms.
    pub fn open(mut file: File) -> Result<Self, ReadError> {
        let mut head = Vec::with_capacity(ARROW_FILE.len());
        file.by_ref()
            .take(ARROW_FILE.len() as u64)
            .read_to_end(&mut head)?;
        file.rewind()?;
        if head.starts_with(PARQUET) {
            let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
            let schema = builder.schema().clone();
            let reader = builder.with_batch_size(BatchBuilder::ROWS).build()?;
            Ok(Self::new(schema, reader))
        } else if head.starts_with(ARROW_FILE) {
            let reader = FileReader::try_new(BufReader::new(file), None)?;
            Ok(Self::new(reader.schema(), reader))
        } else {
            Self::stream(file)
        }
    }

    /// Reads an Arrow stream from any reader, such as a pipe.
    ///
    /// # Errors
    ///
    /// When the input cannot be read or is no Arrow stream.
    pub fn stream(input: impl Read + Send + 'static) -> Result<Self, ReadError> {
        let mut input = BufReader::new(input);
        let head = std::io::BufRead::fill_buf(&mut input)?;
        if !head.starts_with(
            ARROW_STREAM
                .get(..head.len().min(ARROW_STREAM.len()))
                .unwrap_or_default(),
        ) || head.is_empty()
        {
            return Err(ReadError::Unknown);
        }
        let reader = StreamReader::try_new(input, None)?;
        Ok(Self::new(reader.schema(), reader))
    }

    fn new(
        schema: SchemaRef,
        batches: impl Iterator<Item = Result<RecordBatch, arrow_schema::ArrowError>> + Send + 'static,
    ) -> Self {
        Self {
            schema,
            rest: Box::new(batches.map(|batch| batch.map_err(ReadError::from))),
            first: None,
        }
    }

    /// The schema that the table tells: by its metadata, else by the column `EventSchema` of its first row.
    pub fn kind(&mut self) -> Option<SchemaKind> {
        if let Some(name) = self.schema.metadata().get(SCHEMA_KEY) {
            return any::kind(name);
        }
        if self.first.is_none() {
            self.first = self.rest.next();
        }
        let first = self.first.as_ref()?.as_ref().ok()?;
        any::kind_of_rows(first)
    }

    /// The Arrow schema.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.first.take().or_else(|| self.rest.next())
    }
}
