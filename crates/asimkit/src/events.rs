//! The events of an input in memory.

use std::io;

use asim_parse::engine::{Collector, Committer, Reject, Report};
use asim_schema::Event;

use crate::error::NormalizeError;
use crate::normalizer::Normalizer;
use crate::source::Recognized;

/// The events of an input, with everything that did not become one.
#[derive(Debug, Clone, Default)]
pub struct Normalized {
    /// The events, in the order of their records.
    pub events: Vec<Event<'static>>,
    /// The records that were rejected, in their order.
    pub rejects: Vec<Reject>,
    /// The counts and reasons.
    pub report: Report,
    /// The parser and format; absent for an empty input whose source was not named.
    pub recognized: Option<Recognized>,
}

/// Collects events that no longer borrow from their input.
pub(crate) struct Owned;

impl Collector for Owned {
    type Part = Vec<Event<'static>>;

    fn event(&self, part: &mut Self::Part, event: &Event<'_>) {
        part.push(event.clone().into_owned());
    }
}

impl Committer<Vec<Event<'static>>> for Normalized {
    fn commit(&mut self, part: &mut Vec<Event<'static>>) -> io::Result<()> {
        self.events.append(part);
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        self.rejects.push(reject);
        Ok(())
    }
}

pub(crate) fn collect(normalizer: &Normalizer, input: &[u8]) -> Result<Normalized, NormalizeError> {
    let mut normalized = Normalized::default();
    let mut report = Report::default();
    let outcome = normalizer.run(input, &Owned, &mut normalized, &mut report)?;
    normalized.report = report;
    normalized.recognized = outcome.recognized;
    Ok(normalized)
}
