//! One file or stream of a table.

use std::io::{self, BufWriter, Write};
use std::ops::Range;

use asim_arrow::{BatchBuilder, ParquetWriter, Rows, StreamWriter, Table};

use super::invalid;
use crate::arguments::OutputForm;

/// The buffer before an Arrow stream.
const BUFFER: usize = 256 << 10;

/// A file that is being written: the events of its next batch, and the writer of batches.
#[derive(Debug)]
pub(super) struct TableFile<W: Write + Send> {
    builder: BatchBuilder,
    writer: Writer<W>,
}

#[derive(Debug)]
enum Writer<W: Write + Send> {
    Parquet(Box<ParquetWriter<W>>),
    Arrow(Box<StreamWriter<BufWriter<W>>>),
}

impl<W: Write + Send> TableFile<W> {
    /// Begins a file; its batches have texts of at most so many bytes.
    pub(super) fn begin(output: W, table: &Table, form: OutputForm, batch: usize) -> io::Result<Self> {
        let writer = if form == OutputForm::Arrow {
            let output = BufWriter::with_capacity(BUFFER, output);
            Writer::Arrow(Box::new(StreamWriter::new(output, table)?))
        } else {
            Writer::Parquet(Box::new(ParquetWriter::new(output, table)?))
        };
        Ok(Self {
            builder: BatchBuilder::new(table.clone()).limits(BatchBuilder::ROWS, batch),
            writer,
        })
    }

    /// Adds some rows; the number of batches that they have ended.
    pub(super) fn append(&mut self, rows: &Rows, mut range: Range<usize>) -> io::Result<usize> {
        let mut ended = 0;
        while range.start < range.end {
            if let Some(batch) = self.builder.append(rows, &mut range).map_err(invalid)? {
                self.writer.write(&batch)?;
                ended += 1;
            }
        }
        Ok(ended)
    }

    /// How many bytes the row group under way has.
    pub(super) fn size(&self) -> usize {
        match &self.writer {
            Writer::Parquet(writer) => writer.size(),
            Writer::Arrow(_) => 0,
        }
    }

    /// Ends the row group under way.
    pub(super) fn end_row_group(&mut self) -> io::Result<()> {
        match &mut self.writer {
            Writer::Parquet(writer) => writer.end_row_group(),
            Writer::Arrow(_) => Ok(()),
        }
    }

    /// Writes what waits and ends the file.
    pub(super) fn finish(mut self) -> io::Result<W> {
        if let Some(batch) = self.builder.finish().map_err(invalid)? {
            self.writer.write(&batch)?;
        }
        match self.writer {
            Writer::Parquet(writer) => writer.finish(),
            Writer::Arrow(writer) => writer
                .finish()?
                .into_inner()
                .map_err(io::IntoInnerError::into_error),
        }
    }
}

impl<W: Write + Send> Writer<W> {
    fn write(&mut self, batch: &asim_arrow::RecordBatch) -> io::Result<()> {
        match self {
            Self::Parquet(writer) => writer.write(batch),
            Self::Arrow(writer) => writer.write(batch),
        }
    }
}
