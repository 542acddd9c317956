//! Inputs through the engine, one after the other.

use std::io;

use asimkit::{Collector, Committer, NormalizeError, Outcome, Reject, Report, SourceError};

use crate::account::Account;
use crate::failure::Failure;
use crate::input::{Input, Place};
use crate::options::{Plan, RejectChoice};
use crate::reject::Rejected;

/// What takes the parts of an input in their order, and the rejected records.
pub(crate) trait Destination<P> {
    /// Tells the number of the input that comes next.
    fn begin_input(&mut self, _number: u32) {}

    /// Tells how many records of the input stand before the block whose part comes next.
    fn block_after(&mut self, _records: u64) {}

    /// Takes the part of one block and leaves it empty.
    fn part(&mut self, part: &mut P) -> Result<(), Failure>;

    /// Takes a rejected record that is to be handed on ([`RejectChoice::Stream`]).
    fn reject(&mut self, rejected: Rejected) -> Result<(), Failure>;
}

/// Drives all inputs through a collector.
///
/// # Errors
///
/// When an input cannot be normalized to its end; those before it are accounted for.
pub(crate) fn drive<C: Collector>(
    plan: &Plan,
    inputs: Vec<Input>,
    collector: &C,
    destination: &mut dyn Destination<C::Part>,
    account: &Account,
) -> Result<(), Failure> {
    account.begin(&plan.rejects)?;
    for (number, input) in (0..).zip(inputs) {
        destination.begin_input(number);
        one(plan, input, collector, destination, account)?;
    }
    account.end()
}

fn one<C: Collector>(
    plan: &Plan,
    input: Input,
    collector: &C,
    destination: &mut dyn Destination<C::Part>,
    account: &Account,
) -> Result<(), Failure> {
    let normalizer = input.normalizer(plan);
    let (name, named) = (input.name, input.named);
    let unread = |error| Failure::Input(name.clone(), NormalizeError::Read(error));
    let open = input.origin.open().map_err(unread)?;
    let opened = match normalizer.open(open.reader) {
        Ok(opened) => opened,
        Err(NormalizeError::Source(SourceError::Unrecognized)) if !named => {
            account.unrecognized(name);
            return Ok(());
        }
        Err(error) => return Err(Failure::Input(name, error)),
    };
    let outcome: Outcome = opened.outcome().clone();
    let mut report = Report::default();
    let mut committer = Commit {
        destination,
        account,
        file: name.as_deref(),
        place: open.place,
        rejects: &plan.rejects,
        failure: None,
    };
    let ended = opened.run(collector, &mut committer, &mut report);
    let failure = committer.failure.take();
    account.add(name.as_deref(), &outcome, &report);
    match (ended, failure) {
        (_, Some(failure)) => Err(failure),
        (Err(error), None) => Err(Failure::Input(name, error)),
        (Ok(()), None) => Ok(()),
    }
}

struct Commit<'c, P> {
    destination: &'c mut dyn Destination<P>,
    account: &'c Account,
    file: Option<&'c str>,
    place: Place,
    rejects: &'c RejectChoice,
    /// Why the run was broken off.
    failure: Option<Failure>,
}

impl<P> Commit<'_, P> {
    /// Keeps the failure, which the engine would only know as one of an output.
    fn checked(&mut self, done: Result<(), Failure>) -> io::Result<()> {
        done.map_err(|failure| {
            self.failure = Some(failure);
            io::ErrorKind::Other.into()
        })
    }
}

impl<P> Committer<P> for Commit<'_, P> {
    fn block_after(&mut self, records: u64) {
        self.destination.block_after(records);
    }

    fn commit(&mut self, part: &mut P) -> io::Result<()> {
        let done = self.destination.part(part);
        self.checked(done)
    }

    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        let rejected = Rejected {
            file: self.file.map(str::to_owned),
            place: self.place,
            reject,
        };
        let done = match self.rejects {
            RejectChoice::Raise => Err(Failure::Record(Box::new(rejected))),
            RejectChoice::Stream => self.destination.reject(rejected),
            RejectChoice::Keep(_) | RejectChoice::Write(_) => self.account.reject(rejected),
        };
        self.checked(done)
    }
}
