//! Takes the results of one input in their order.

use std::io::{self, Write};

use asimkit::{Committer, Reject};

use crate::output::{Output, cannot_write};
use crate::rejects::Rejects;

/// Where the events and the rejected records of an input go.
pub(crate) struct Sinks<'s> {
    pub(crate) events: &'s mut Output,
    pub(crate) rejects: Option<&'s mut Rejects>,
    /// The input, as reject files name it.
    pub(crate) file: &'s str,
    /// Whether everything is handed on at once.
    pub(crate) live: bool,
    /// Whether it was the events that could not be written.
    pub(crate) events_failed: bool,
}

/// Why a job breaks off.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The reader of the events has gone away.
    Closed,
    /// An output cannot be written, with a message that names it.
    Failed(String),
}

impl Sinks<'_> {
    /// What an error of one of these sinks means for the job.
    pub(crate) fn stop(&self, error: &io::Error) -> Stop {
        let failed = match &self.rejects {
            Some(rejects) if !self.events_failed => rejects.name(),
            _ if error.kind() == io::ErrorKind::BrokenPipe => return Stop::Closed,
            _ => &self.events.name,
        };
        Stop::Failed(cannot_write(failed, error))
    }
}

impl Committer<Vec<u8>> for Sinks<'_> {
    fn commit(&mut self, part: &mut Vec<u8>) -> io::Result<()> {
        let mut written = self.events.write_all(part);
        part.clear();
        if self.live {
            written = written.and_then(|()| self.events.flush());
        }
        self.events_failed = written.is_err();
        written
    }

    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        let Some(rejects) = &mut self.rejects else {
            return Ok(());
        };
        rejects.add(self.file, &reject)?;
        if self.live { rejects.flush() } else { Ok(()) }
    }
}
