//! `asim detect`: rules over logs and events.

mod form;
mod indicators;
mod kql;
mod list;
mod sigma;
mod state;
mod watch;

use std::fs;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use asim_detect::sigma::SigmaRules;
use asim_detect::{AnyRule, Detector, Family, Observer, Tuning, rules};
use asimkit::{Normalizer, Schemas, Source};

use crate::arguments::{DetectArguments, DetectOrder, filter_problem};
use crate::clock;
use crate::exit::Exit;
use crate::input::{Inputs, is_standard, name};
use crate::job::{self, Choices};

/// Runs rules over all inputs.
///
/// # Errors
///
/// With a message, when nothing was begun, or when an output cannot be written.
pub(super) fn run(arguments: &DetectArguments) -> Result<Exit, String> {
    let tuning = Arc::new(tuning(arguments)?);
    let sigma = sigma::load(&arguments.rules.sigma)?;
    let mut rules = chosen(arguments, &tuning, sigma.as_deref())?;
    rules.extend(indicators::rule(&arguments.rules.indicators, &tuning)?);
    rules.extend(sigma.iter().flat_map(|sigma| sigma.rules(&tuning)));
    rules.sort_by(|one, other| one.info().id.cmp(&other.info().id));
    if arguments.rules.list {
        let mut infos: Vec<_> = rules.iter().map(|rule| rule.info().clone()).collect();
        if let Some(sigma) = &sigma {
            // They come to the detector as two, and are many.
            infos.retain(|info| info.family != Family::Sigma);
            infos.extend(sigma.infos().cloned());
        }
        return list::run(arguments, &infos).map(|()| Exit::Success);
    }
    let output = &arguments.output;
    let paths = job::paths(&arguments.inputs, &arguments.reading)?;
    let own = job::own_files(&[
        ("--output", Some(&output.output)),
        ("--rejects", output.rejects.as_ref()),
        ("--summary", output.summary.as_ref()),
        ("--state", arguments.time.state.as_ref()),
    ])?;
    let inputs = Inputs::find(&paths, &own)?;
    let jobs = jobs(arguments);
    let choices = Choices {
        normalizer: normalizer(arguments, jobs)?,
        reading: &arguments.reading,
        source: source(arguments.reading.source),
        messages: &arguments.messages,
        rejects: output.rejects.as_ref(),
        max_rejects: output.max_rejects,
        summary: output.summary.as_ref(),
        to_standard: is_standard(&output.output),
    };
    if arguments.rules.kql_compatible {
        return job::run(choices, kql::Query::open(arguments)?, &inputs);
    }
    let detector = Detector::with_rules(rules, tuning.clone()).jobs(jobs);
    let order = arguments.time.order.unwrap_or(if inputs.found.len() > 1 {
        DetectOrder::Time
    } else {
        DetectOrder::Input
    });
    let observer = Observer::new(tuning);
    let observer = match sigma {
        Some(sigma) => observer.stateless(sigma),
        None => observer,
    };
    let watch = watch::Watching::open(arguments, detector, observer, order)?;
    job::run(choices, watch, &inputs)
}

/// What the caller says of the site.
fn tuning(arguments: &DetectArguments) -> Result<Tuning, String> {
    let tuning = match &arguments.rules.allow {
        None => Tuning::default(),
        Some(path) => {
            let about = |problem: &dyn std::fmt::Display| format!("{}: {problem}", name(path));
            let text = fs::read_to_string(path).map_err(|error| about(&error))?;
            text.parse().map_err(|error| about(&error))?
        }
    };
    Ok(match arguments.time.lateness {
        Some(seconds) => tuning.with_lateness(seconds),
        None => tuning,
    })
}

/// The rules that the caller wants.
fn chosen(
    arguments: &DetectArguments,
    tuning: &Arc<Tuning>,
    sigma: Option<&SigmaRules>,
) -> Result<Vec<Box<dyn AnyRule>>, String> {
    let every = rules::all(&Arc::new(Tuning::default()));
    let infos = || every.iter().map(|rule| &**rule.info());
    let path = arguments.rules.allow.as_deref().map(name);
    tuning
        .check(infos().chain(sigma.iter().flat_map(|sigma| sigma.infos()).map(|info| &**info)))
        .map_err(|error| format!("{}: {error}", path.unwrap_or_default()))?;
    let wanted = &arguments.rules.rule;
    for id in wanted {
        if !infos().any(|info| info.id == *id) {
            return Err(format!(
                "--rule: no rule `{}`; `asim detect --list` names them",
                id.escape_debug()
            ));
        }
    }
    let mut rules = rules::all(tuning);
    if !wanted.is_empty() {
        rules.retain(|rule| wanted.iter().any(|id| rule.info().id == *id));
    }
    Ok(rules)
}

fn jobs(arguments: &DetectArguments) -> NonZero<usize> {
    let jobs = arguments.limits.jobs;
    jobs.or_else(|| thread::available_parallelism().ok())
        .unwrap_or(NonZero::<usize>::MIN)
}

/// What turns the inputs into events, and leaves out those that are not wanted.
fn normalizer(arguments: &DetectArguments, jobs: NonZero<usize>) -> Result<Normalizer, String> {
    let now = clock::time().ok_or("the clock is set to before 1970")?;
    let filter = arguments.filter.filter(now)?;
    Normalizer::new()
        .schemas(Schemas::ALL)
        .jobs(jobs)
        .block_size(arguments.limits.block_size)
        .max_record(arguments.limits.max_record)
        .filter(&filter)
        .map_err(|error| filter_problem(&error))
}

/// The source that inputs are of unless the caller names one: events that were written before are one as well.
fn source(chosen: Source) -> Source {
    match chosen {
        Source::Auto => Source::EventsOrAuto,
        chosen => chosen,
    }
}
