//! Events while they are read, on a thread of their own.

use std::io;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use asimkit::NormalizeError;
use pyo3::prelude::*;

use crate::failure::Failure;

/// So many items wait for whoever takes them; then the reading waits.
const WAITING: usize = 2;

/// Items that a thread makes, one after the other.
pub(crate) struct Stream<T> {
    items: Option<Receiver<T>>,
    thread: Option<JoinHandle<Result<(), Failure>>>,
    /// Whether the thread needs the interpreter, so that nobody may wait for it who holds it.
    needs_python: bool,
}

/// Where the thread puts its items.
pub(crate) struct Sink<T>(SyncSender<T>);

impl<T> Sink<T> {
    /// Hands an item on; waits for room.
    pub(crate) fn put(&self, item: T) -> Result<(), Failure> {
        self.0.send(item).map_err(|_| Failure::Closed)
    }
}

impl<T: Send + 'static> Stream<T> {
    /// Begins the thread.
    pub(crate) fn begin(
        needs_python: bool,
        run: impl FnOnce(Sink<T>) -> Result<(), Failure> + Send + 'static,
    ) -> Result<Self, Failure> {
        let (sender, items) = mpsc::sync_channel(WAITING);
        let thread = thread::Builder::new()
            .name("asimkit".to_owned())
            .spawn(move || run(Sink(sender)))
            .map_err(|error| Failure::Input(None, NormalizeError::Read(error)))?;
        Ok(Self {
            items: Some(items),
            thread: Some(thread),
            needs_python,
        })
    }

    /// The next item; none at the end. Whoever calls it must have let go of the interpreter.
    pub(crate) fn next(&mut self) -> Result<Option<T>, Failure> {
        if let Some(item) = self.items.as_ref().and_then(|items| items.recv().ok()) {
            return Ok(Some(item));
        }
        self.join().map(|()| None)
    }

    /// The next item, for callers of whom it is not known whether they hold the interpreter.
    pub(crate) fn next_from_outside(&mut self) -> Result<Option<T>, Failure> {
        if self.needs_python {
            let next = Python::try_attach(|py| py.detach(|| self.next()));
            return next.unwrap_or(Err(Failure::Closed));
        }
        self.next()
    }

    /// Ends the thread, whatever it is about. Whoever calls it must have let go of the interpreter.
    pub(crate) fn close(&mut self) -> Result<(), Failure> {
        self.items = None;
        match self.join() {
            Err(Failure::Closed) => Ok(()),
            ended => ended,
        }
    }

    fn join(&mut self) -> Result<(), Failure> {
        self.items = None;
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        thread.join().unwrap_or_else(|_| {
            let error = io::Error::other("the thread that reads it has panicked");
            Err(Failure::Input(None, NormalizeError::Read(error)))
        })
    }
}
