//! Events as NDJSON.

use std::io::{self, Write};

use asim_parse::engine::{Collector, Committer, Reject};
use asim_schema::{Event, JsonOptions, JsonWriter};

/// Collects events as NDJSON: one JSON object a line, columns in schema order.
#[derive(Debug, Clone, Default)]
pub struct NdJson {
    writer: JsonWriter,
}

impl NdJson {
    /// A collector that writes the columns that the options choose.
    pub fn new(options: JsonOptions) -> Self {
        Self {
            writer: JsonWriter { options },
        }
    }
}

impl Collector for NdJson {
    type Part = Vec<u8>;

    fn event(&self, part: &mut Vec<u8>, event: &Event<'_>) {
        self.writer.write_event(event, part);
        part.push(b'\n');
    }
}

/// Writes parts to an output and lets rejects go.
pub(crate) struct NdJsonCommitter<W>(W);

impl<W: Write> NdJsonCommitter<W> {
    pub(crate) fn new(output: W) -> Self {
        Self(output)
    }
}

impl<W: Write> Committer<Vec<u8>> for NdJsonCommitter<W> {
    fn commit(&mut self, part: &mut Vec<u8>) -> io::Result<()> {
        self.0.write_all(part)?;
        part.clear();
        self.0.flush()
    }

    fn reject(&mut self, _: Reject) -> io::Result<()> {
        Ok(())
    }
}
