//! The file of rejected records.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use asimkit::Reject;

use crate::output::{Output, Replace, cannot_write};

/// An open file of rejected records, one JSON object a line.
///
/// It grows as the job goes on: rejected records are kept whatever becomes of the job.
#[derive(Debug)]
pub(crate) struct Rejects {
    output: BufWriter<Output>,
}

impl Rejects {
    /// Opens the file.
    ///
    /// # Errors
    ///
    /// With a message that names the file.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        Ok(Self {
            output: BufWriter::new(Output::open(path, Replace::AtOnce)?),
        })
    }

    /// The file's name in messages.
    pub(crate) fn name(&self) -> &str {
        &self.output.get_ref().name
    }

    /// Adds a record of an input.
    pub(crate) fn add(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        let mut line = reject.to_json(Some(file));
        line.push('\n');
        self.output.write_all(line.as_bytes())
    }

    /// Hands on what was added.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    /// Ends the file well.
    ///
    /// # Errors
    ///
    /// With a message that names the file.
    pub(crate) fn finish(mut self) -> Result<(), String> {
        self.flush().map_err(|error| cannot_write(self.name(), &error))
    }
}
