//! Takes the results of one input in their order.

use std::io;

use asimkit::{Committer, Reject};

use crate::rejects::RejectSink;

/// Where the events and the rejected records of an input go.
pub(crate) struct Sinks<'s, D> {
    events: &'s mut D,
    rejects: RejectSink<'s>,
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
    /// Sinks for an input.
    pub(crate) fn new(events: &'s mut D, rejects: RejectSink<'s>) -> Self {
        Self {
            events,
            rejects,
            events_failed: false,
        }
    }

    /// What an error of one of these sinks means for the job.
    pub(crate) fn stop(&self, error: &io::Error) -> Stop {
        if self.events_failed {
            self.events.stop(error)
        } else {
            self.rejects.stop(error)
        }
    }
}

impl<D: Destination> Committer<D::Part> for Sinks<'_, D> {
    fn block_after(&mut self, records: u64) {
        self.events.block_after(records);
    }

    fn commit(&mut self, part: &mut D::Part) -> io::Result<()> {
        let taken = self.events.take(part, self.rejects.live);
        self.events_failed = taken.is_err();
        taken
    }

    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        self.rejects.add(&reject)
    }
}
