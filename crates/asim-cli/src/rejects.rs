//! The file of rejected records.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use asimkit::Reject;

use crate::output::{Output, Replace, cannot_write};
use crate::sinks::Stop;

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

/// Where the rejected records of one input go.
pub(crate) struct RejectSink<'i> {
    pub(crate) rejects: Option<&'i mut Rejects>,
    /// Which record was rejected first, and why.
    pub(crate) first: &'i mut Option<String>,
    /// The input's name.
    pub(crate) file: &'i str,
    /// Whether it is written while it is read: records are then handed on at once.
    pub(crate) live: bool,
}

impl RejectSink<'_> {
    /// Adds a record, if they are kept.
    pub(crate) fn add(&mut self, reject: &Reject) -> io::Result<()> {
        self.first.get_or_insert_with(|| {
            let (record, file) = (reject.error.location().record, self.file);
            format!("record {record} of {file}: {}", reject.error.fault())
        });
        let Some(rejects) = &mut self.rejects else {
            return Ok(());
        };
        rejects.add(self.file, reject)?;
        if self.live { rejects.flush() } else { Ok(()) }
    }

    /// What an error of [`add`](Self::add) means for the job.
    pub(crate) fn stop(&self, error: &io::Error) -> Stop {
        let name = self.rejects.as_ref().map_or("", |rejects| rejects.name());
        Stop::Failed(cannot_write(name, error))
    }
}
