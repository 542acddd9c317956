//! `asim normalize`: logs to events.

use std::io::{self, IsTerminal, Read};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;

use asimkit::{Collector, NormalizeError, Normalizer, Opened, Report, SourceError};

use crate::arguments::{AssumeTime, NormalizeArguments, filter_problem};
use crate::clock;
use crate::events::Events;
use crate::exit::Exit;
use crate::identity::{self, Identity};
use crate::input::{Input, Inputs, OpenInput, STANDARD, State, is_standard, name};
use crate::message::{Messages, say};
use crate::output::{Output, Replace};
use crate::progress::Progress;
use crate::rejects::Rejects;
use crate::sinks::{Destination, Sinks, Stop};
use crate::summary::{FileSummary, Summary};

/// Normalizes all inputs.
///
/// # Errors
///
/// With a message, when nothing was begun, or when an output cannot be written.
pub(super) fn run(arguments: &NormalizeArguments) -> Result<Exit, String> {
    let paths = paths(arguments)?;
    let own = own_files(arguments)?;
    let inputs = Inputs::find(&paths, &own)?;
    let mut job = Job::prepare(arguments, &inputs)?;
    let outcome = job.run(&inputs);
    job.progress.end();
    match outcome {
        Ok(()) => job.end(),
        Err(Stop::Closed) => job.closed(),
        Err(Stop::Failed(problem)) => Err(problem),
    }
}

/// The inputs that the caller named, or standard input.
fn paths(arguments: &NormalizeArguments) -> Result<Vec<PathBuf>, String> {
    let mut paths = arguments.inputs.clone();
    if paths.is_empty() {
        if io::stdin().is_terminal() {
            return Err("nothing to read; name a file, a directory or `-`, or pipe a log in".to_owned());
        }
        paths.push(PathBuf::from(STANDARD));
    }
    let file_time = arguments.reading.assume_time == Some(AssumeTime::FileTime);
    if file_time && paths.iter().any(|path| is_standard(path)) {
        return Err("--assume-time mtime: standard input has no such time; give a time".to_owned());
    }
    Ok(paths)
}

/// The files that the program writes, each for one purpose.
fn own_files(arguments: &NormalizeArguments) -> Result<Vec<Identity>, String> {
    let output = &arguments.output;
    let named = [
        ("--output", Some(&output.output)),
        ("--rejects", output.rejects.as_ref()),
        ("--summary", output.summary.as_ref()),
    ];
    let mut own = Vec::new();
    let mut standard = None;
    for (flag, path) in named {
        let Some(path) = path else { continue };
        if is_standard(path) {
            if let Some(other) = standard.replace(flag) {
                return Err(format!(
                    "{flag} -: standard output is taken by {other}; name a file"
                ));
            }
        } else if let Some(identity) = Identity::of_path(path) {
            if own.contains(&identity) {
                return Err(format!(
                    "{}: is given for two outputs; name another file",
                    name(path)
                ));
            }
            own.push(identity);
        }
    }
    let stdout = standard.and_then(|_| identity::stream(&io::stdout()).ok());
    let streams = [stdout, identity::stream(&io::stderr()).ok()];
    own.extend(streams.iter().flatten().filter_map(Identity::of_open));
    Ok(own)
}

/// Everything that a run over several inputs needs.
struct Job<'a> {
    arguments: &'a NormalizeArguments,
    normalizer: Normalizer,
    events: Events,
    rejects: Option<Rejects>,
    summary_file: Option<Output>,
    progress: Progress,
    messages: Messages,
    report: Report,
    summary: Summary,
    exit: Exit,
    /// Whether any input could be read.
    any_read: bool,
}

/// What keeps an input from being read to its end.
enum Problem {
    /// No source recognizes it.
    Unrecognized(String),
    /// It cannot be used.
    Unusable(String),
    /// The whole job breaks off.
    Stop(Stop),
}

impl Problem {
    fn cannot_open(reason: &str) -> Self {
        Self::Unusable(format!("cannot be read: {reason}"))
    }
}

impl From<NormalizeError> for Problem {
    fn from(error: NormalizeError) -> Self {
        match error {
            NormalizeError::Source(SourceError::Unrecognized) => Self::Unrecognized(error.to_string()),
            _ => Self::Unusable(error.to_string()),
        }
    }
}

impl<'a> Job<'a> {
    /// Opens the outputs.
    fn prepare(arguments: &'a NormalizeArguments, inputs: &Inputs) -> Result<Self, String> {
        let normalizer = filtered(normalizer(arguments), arguments)?;
        let output = &arguments.output;
        let quiet = arguments.messages.quiet;
        let events = Events::open(arguments)?;
        let summary_file = output
            .summary
            .as_deref()
            .map(|path| Output::open(path, Replace::AtTheEnd));
        let rejects = output.rejects.as_deref().map(Rejects::open);
        let bar = Progress::is_wanted(quiet, is_standard(&output.output));
        let progress = if bar {
            Progress::start(inputs.stored_bytes())
        } else {
            Progress::default()
        };
        Ok(Self {
            arguments,
            normalizer,
            events,
            rejects: rejects.transpose()?,
            summary_file: summary_file.transpose()?,
            messages: Messages::beside(progress.bar()),
            progress,
            report: Report::default(),
            summary: Summary::default(),
            exit: Exit::default(),
            any_read: false,
        })
    }

    /// Reads all inputs.
    fn run(&mut self, inputs: &Inputs) -> Result<(), Stop> {
        let start = clock::now();
        self.events.begin()?;
        for input in &inputs.found {
            self.input(input)?;
        }
        self.events.complete()?;
        self.summary.end(&self.report, start.elapsed());
        Ok(())
    }

    /// Reads one input.
    fn input(&mut self, input: &Input) -> Result<(), Stop> {
        let start = clock::now();
        let mut file = FileSummary {
            file: text(&input.path),
            ..FileSummary::default()
        };
        let mut report = Report::default();
        let outcome = self.read(input, &mut file, &mut report);
        file.ended(&report, start.elapsed());
        self.report.merge(&report);
        self.any_read |= outcome.is_ok() || file.source.is_some();
        match outcome {
            Ok(()) => self.summary.add(file),
            Err(Problem::Unrecognized(_)) if !input.named => self.summary.unrecognized.push(file.file),
            Err(Problem::Unrecognized(problem) | Problem::Unusable(problem)) => {
                self.unusable(&input.path, file, problem);
            }
            Err(Problem::Stop(stop)) => return Err(stop),
        }
        Ok(())
    }

    fn read(&mut self, input: &Input, file: &mut FileSummary, report: &mut Report) -> Result<(), Problem> {
        match &input.state {
            State::There => {}
            State::Unusable(reason) => return Err(Problem::cannot_open(reason)),
            State::Dangling => return Err(Problem::Unrecognized("leads nowhere".to_owned())),
        }
        let open = input
            .open()
            .map_err(|error| Problem::cannot_open(&error.to_string()))?;
        let (normalizer, live) = (self.normalizer_of(&input.path, &open)?, open.live);
        let opened = normalizer.open(self.progress.reader(open.file))?;
        file.opened(opened.outcome());
        if self.arguments.messages.verbose {
            self.messages
                .about(&name(&input.path), &file.found(opened.outcome()));
        }
        if let Some(recognized) = &opened.outcome().recognized {
            self.events.set_source(recognized.parser.manifest().id);
        }
        let (rejects, file) = (self.rejects.as_mut(), file.file.as_str());
        match &mut self.events {
            Events::Table(columns, output) => drive(
                opened,
                columns.as_ref(),
                Sinks::new(output.as_mut(), rejects, file, live),
                report,
            ),
            Events::TableByTime(stored, sorted) => {
                let sinks = Sinks::new(sorted.as_mut(), rejects, file, live);
                drive(opened, stored, sinks, report)
            }
            Events::AsRead(lines, output) => {
                drive(opened, lines, Sinks::new(output, rejects, file, live), report)
            }
            Events::ByTime(lines, sorted) => {
                drive(opened, lines, Sinks::new(sorted, rejects, file, live), report)
            }
        }
    }

    /// The normalizer with what depends on the input.
    fn normalizer_of(&self, path: &Path, open: &OpenInput) -> Result<Normalizer, Problem> {
        let normalizer = self.normalizer.clone().live(open.live);
        let reading = &self.arguments.reading;
        reading
            .choose(normalizer, path, open.changed())
            .map_err(Problem::Unusable)
    }

    /// Counts an input that cannot be read, or not to its end.
    fn unusable(&mut self, path: &Path, mut file: FileSummary, problem: String) {
        self.messages.about(&name(path), &problem);
        file.error = Some(problem);
        self.summary.add(file);
        self.exit.worsen(Exit::Unusable);
    }

    /// Ends a job that has run to its end.
    fn end(mut self) -> Result<Exit, String> {
        self.rejects.take().map_or(Ok(()), Rejects::finish)?;
        // An output that would be empty because nothing could be read takes the place of no other.
        if self.any_read || self.exit == Exit::Success {
            self.events.finish()?;
        }
        let counts = self.summary.counts;
        let allowed = self.arguments.output.max_rejects;
        if !allowed.allow(counts.rejected, counts.read) {
            let (rejected, read) = (counts.rejected, counts.read);
            let kept = match &self.arguments.output.rejects {
                Some(path) => format!("see {}", name(path)),
                None => "--rejects FILE keeps them with the reasons".to_owned(),
            };
            say(&format!(
                "{rejected} of {read} records were rejected, --max-rejects allows {allowed}; {kept}"
            ));
            self.exit.worsen(Exit::Rejected);
        }
        if !self.arguments.messages.quiet {
            self.messages.text(&self.summary.to_text());
        }
        if let Some(mut file) = self.summary_file.take() {
            file.put(&self.summary.to_json())?;
            file.finish()?;
        }
        Ok(self.exit)
    }

    /// Ends a job whose reader has gone away: what was done says nothing of the inputs, so there is no summary.
    fn closed(mut self) -> Result<Exit, String> {
        self.rejects.take().map_or(Ok(()), Rejects::finish)?;
        Ok(self.exit)
    }
}

/// Drives one input through a collector into its sinks.
fn drive<C: Collector, D: Destination<Part = C::Part>>(
    opened: Opened<'_, impl Read + Send>,
    collector: &C,
    mut sinks: Sinks<'_, D>,
    report: &mut Report,
) -> Result<(), Problem> {
    match opened.run(collector, &mut sinks, report) {
        Err(NormalizeError::Write(error)) => Err(Problem::Stop(sinks.stop(&error))),
        ended => Ok(ended?),
    }
}

/// A path as data tells it.
fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The choices that are the same for all inputs.
fn normalizer(arguments: &NormalizeArguments) -> Normalizer {
    let NormalizeArguments { events, limits, .. } = arguments;
    let jobs = limits
        .jobs
        .or_else(|| thread::available_parallelism().ok())
        .unwrap_or(NonZero::<usize>::MIN);
    Normalizer::new()
        .schema_version(events.schema_version)
        .additional(events.additional.into())
        .event_uid(events.event_uid)
        .jobs(jobs)
        .block_size(limits.block_size)
        .max_record(limits.max_record)
}

/// The normalizer with the filter that the arguments choose.
fn filtered(normalizer: Normalizer, arguments: &NormalizeArguments) -> Result<Normalizer, String> {
    let now = clock::time().ok_or("the clock is set to before 1970")?;
    let filter = arguments.filter.filter(now)?;
    normalizer.filter(&filter).map_err(|error| filter_problem(&error))
}
