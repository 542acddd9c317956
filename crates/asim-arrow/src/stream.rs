//! Arrow streams.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter as IpcWriter;

use crate::output::from_arrow;
use crate::table::Table;

/// Writes record batches as an Arrow IPC stream, uncompressed.
///
/// The stream form, not the file form: it can be written to a pipe and read before it is complete, and each batch may
/// bring the dictionaries of its own, so that nothing has to be known beforehand.
pub struct StreamWriter<W: Write> {
    writer: IpcWriter<W>,
}

impl<W: Write> std::fmt::Debug for StreamWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StreamWriter").finish_non_exhaustive()
    }
}

impl<W: Write> StreamWriter<W> {
    /// Begins a stream with the schema of a table.
    pub fn new(output: W, table: &Table) -> io::Result<Self> {
        let writer = IpcWriter::try_new(output, table.schema()).map_err(from_arrow)?;
        Ok(Self { writer })
    }

    /// Writes a batch.
    pub fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        self.writer.write(batch).map_err(from_arrow)
    }

    /// Hands on what was written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.get_mut().flush()
    }

    /// The output.
    pub fn output(&self) -> &W {
        self.writer.get_ref()
    }

    /// Ends the stream and returns the output.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(from_arrow)
    }
}
