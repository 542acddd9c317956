//! Takes the results of one input in their order.

use std::io;

use asimkit::{Committer, Reject};

use crate::output::cannot_write;
use crate::rejects::Rejects;

/// Where the events and the rejected records of an input go.
pub(crate) struct Sinks<'s, D> {
    events: &'s mut D,
    rejects: Option<&'s mut Rejects>,
    file: &'s str,
    live: bool,
    /// Whether it was the events that could not be written.
    events_failed: bool,
}

/// Where the events of blocks go.
pub(crate) trait Destination {
    /// What a block's events have become.
    type Part;

    /// Tells how many records of the input stand before the block whose part comes next.
    fn block_after(&mut self, _records: u64) {}

    /// Takes the events of one block and leaves the part empty; hands them on at once if they are live.
    fn take(&mut self, part: &mut Self::Part, live: bool) -> io::Result<()>;

    /// What an error of [`take`](Self::take) means for the job.
    fn stop(&self, error: &io::Error) -> Stop;
}

/// Why a job breaks off.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The reader of the events has gone away.
    Closed,
    /// An output cannot be written, with a message that names it.
    Failed(String),
}

impl<'s, D: Destination> Sinks<'s, D> {
    /// Sinks for an input: `file` is its name in reject files, and if it is `live`, everything is handed on at once.
    pub(crate) fn new(
        events: &'s mut D,
        rejects: Option<&'s mut Rejects>,
        file: &'s str,
        live: bool,
    ) -> Self {
        Self {
            events,
            rejects,
            file,
            live,
            events_failed: false,
        }
    }

    /// What an error of one of these sinks means for the job.
    pub(crate) fn stop(&self, error: &io::Error) -> Stop {
        match &self.rejects {
            Some(rejects) if !self.events_failed => Stop::Failed(cannot_write(rejects.name(), error)),
            _ => self.events.stop(error),
        }
    }
}

impl<D: Destination> Committer<D::Part> for Sinks<'_, D> {
    fn block_after(&mut self, records: u64) {
        self.events.block_after(records);
    }

    fn commit(&mut self, part: &mut D::Part) -> io::Result<()> {
        let taken = self.events.take(part, self.live);
        self.events_failed = taken.is_err();
        taken
    }

    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        let Some(rejects) = &mut self.rejects else {
            return Ok(());
        };
        rejects.add(self.file, &reject)?;
        if self.live { rejects.flush() } else { Ok(()) }
    }
}
