//! `asim normalize`: logs to events.

use std::io::Read;
use std::num::NonZero;
use std::thread;

use asimkit::{Normalizer, Opened, Report};

use crate::arguments::{NormalizeArguments, filter_problem};
use crate::clock;
use crate::events::Events;
use crate::exit::Exit;
use crate::input::{Inputs, is_standard};
use crate::job::{self, Choices, Problem, Work, drive};
use crate::rejects::RejectSink;
use crate::sinks::Stop;

/// Normalizes all inputs.
///
/// # Errors
///
/// With a message, when nothing was begun, or when an output cannot be written.
pub(super) fn run(arguments: &NormalizeArguments) -> Result<Exit, String> {
    let output = &arguments.output;
    let paths = job::paths(&arguments.inputs, &arguments.reading)?;
    let own = job::own_files(&[
        ("--output", Some(&output.output)),
        ("--rejects", output.rejects.as_ref()),
        ("--summary", output.summary.as_ref()),
    ])?;
    let inputs = Inputs::find(&paths, &own)?;
    let choices = Choices {
        normalizer: filtered(normalizer(arguments)?, arguments)?,
        reading: &arguments.reading,
        source: arguments.reading.source,
        messages: &arguments.messages,
        rejects: output.rejects.as_ref(),
        max_rejects: output.max_rejects,
        summary: output.summary.as_ref(),
        to_standard: is_standard(&output.output),
    };
    job::run(choices, Events::open(arguments)?, &inputs)
}

impl Work for Events {
    fn begin(&mut self) -> Result<(), Stop> {
        Self::begin(self)
    }

    fn set_source(&mut self, source: &'static str) {
        Self::set_source(self, source);
    }

    fn read(
        &mut self,
        opened: Opened<'_, impl Read + Send>,
        into: RejectSink<'_>,
        report: &mut Report,
    ) -> Result<(), Problem> {
        match self {
            Self::Table(columns, output) => drive(opened, columns.as_ref(), output.as_mut(), into, report),
            Self::TableByTime(stored, sorted) => drive(opened, stored, sorted.as_mut(), into, report),
            Self::AsRead(lines, output) => drive(opened, lines, output, into, report),
            Self::ByTime(lines, sorted) => drive(opened, lines, sorted, into, report),
        }
    }

    fn complete(&mut self) -> Result<(), Stop> {
        Self::complete(self)
    }

    fn finish(self) -> Result<Exit, String> {
        Self::finish(self).map(|()| Exit::Success)
    }
}

/// The choices that are the same for all inputs.
fn normalizer(arguments: &NormalizeArguments) -> Result<Normalizer, String> {
    let NormalizeArguments { events, limits, .. } = arguments;
    let jobs = limits
        .jobs
        .or_else(|| thread::available_parallelism().ok())
        .unwrap_or(NonZero::<usize>::MIN);
    let normalizer = events.schema.choose(Normalizer::new())?;
    Ok(normalizer
        .additional(events.additional.into())
        .event_uid(events.event_uid)
        .jobs(jobs)
        .block_size(limits.block_size)
        .max_record(limits.max_record))
}

/// The normalizer with the filter that the arguments choose.
fn filtered(normalizer: Normalizer, arguments: &NormalizeArguments) -> Result<Normalizer, String> {
    let now = clock::time().ok_or("the clock is set to before 1970")?;
    let filter = arguments.filter.filter(now)?;
    normalizer.filter(&filter).map_err(|error| filter_problem(&error))
}
