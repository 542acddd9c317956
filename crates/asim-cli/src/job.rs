//! A run over several inputs: each is found, opened and read, and what became of its records is added up.

use std::io::{self, IsTerminal, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use asim_arrow::{Batches, for_each_event};
use asimkit::{Collector, Event, NormalizeError, Normalizer, Opened, Report, Source, SourceError, Written};

use crate::arguments::{AssumeTime, MaxRejects, MessageArguments, ReadingArguments};
use crate::clock;
use crate::exit::Exit;
use crate::identity::{self, Identity};
use crate::input::{Content, Input, Inputs, OpenInput, STANDARD, State, is_standard, name};
use crate::message::{Messages, say};
use crate::output::{Output, Replace};
use crate::progress::Progress;
use crate::rejects::{RejectSink, Rejects};
use crate::sinks::{Destination, Sinks, Stop};
use crate::summary::{FileSummary, Summary};

/// What is made of the records of a run.
pub(crate) trait Work {
    /// Begins the output.
    fn begin(&mut self) -> Result<(), Stop>;

    /// Names the source of the records that follow.
    fn set_source(&mut self, source: &'static str);

    /// Reads one input to its end.
    fn read(
        &mut self,
        opened: Opened<'_, impl Read + Send>,
        into: RejectSink<'_>,
        report: &mut Report,
    ) -> Result<(), Problem>;

    /// Reads the events of a table (Parquet or Arrow) to its end; none where only logs are read.
    fn read_table(&mut self) -> Option<&mut dyn TakesEvents> {
        None
    }

    /// Writes what waited for the last record.
    fn complete(&mut self) -> Result<(), Stop>;

    /// Names the input that comes next.
    fn begin_input(&mut self, _file: &str) {}

    /// What there is to tell beside the counts, as text and as JSON.
    fn told(&self) -> Option<Told> {
        None
    }

    /// Ends the output well, and says what that means for the exit status.
    fn finish(self) -> Result<Exit, String>;
}

/// Takes the events of a table.
pub(crate) trait TakesEvents {
    /// Takes one event, with the number of its row, from one.
    fn take_event(&mut self, event: Event<'_>, row: u64) -> Result<(), Stop>;

    /// Ends the table.
    fn end_table(&mut self) -> Result<(), Stop>;
}

/// What there is to tell beside the counts.
pub(crate) struct Told {
    /// For people.
    pub(crate) text: String,
    /// For the summary file.
    pub(crate) json: serde_json::Value,
}

/// The choices of the caller for a run.
pub(crate) struct Choices<'a> {
    pub(crate) normalizer: Normalizer,
    pub(crate) reading: &'a ReadingArguments,
    /// The source of the inputs.
    pub(crate) source: Source,
    pub(crate) messages: &'a MessageArguments,
    pub(crate) rejects: Option<&'a PathBuf>,
    pub(crate) max_rejects: MaxRejects,
    pub(crate) summary: Option<&'a PathBuf>,
    /// Whether the output is standard output.
    pub(crate) to_standard: bool,
}

/// Runs over all inputs.
///
/// # Errors
///
/// With a message, when an output cannot be written.
pub(crate) fn run<W: Work>(choices: Choices<'_>, work: W, inputs: &Inputs) -> Result<Exit, String> {
    let mut job = Job::prepare(choices, work, inputs)?;
    let outcome = job.run(inputs);
    job.progress.end();
    match outcome {
        Ok(()) => job.end(),
        Err(Stop::Closed) => job.closed(),
        Err(Stop::Failed(problem)) => Err(problem),
    }
}

/// The inputs that the caller named, or standard input.
pub(crate) fn paths(named: &[PathBuf], reading: &ReadingArguments) -> Result<Vec<PathBuf>, String> {
    let mut paths = named.to_vec();
    if paths.is_empty() {
        if io::stdin().is_terminal() {
            return Err("nothing to read; name a file, a directory or `-`, or pipe a log in".to_owned());
        }
        paths.push(PathBuf::from(STANDARD));
    }
    let file_time = reading.assume_time == Some(AssumeTime::FileTime);
    if file_time && paths.iter().any(|path| is_standard(path)) {
        return Err("--assume-time mtime: standard input has no such time; give a time".to_owned());
    }
    Ok(paths)
}

/// The files that the program writes, each for one purpose, by the flags that name them.
///
/// # Errors
///
/// When one is named for two purposes.
pub(crate) fn own_files(named: &[(&str, Option<&PathBuf>)]) -> Result<Vec<Identity>, String> {
    let mut own = Vec::new();
    let mut standard = None;
    for (flag, path) in named {
        let Some(path) = path else { continue };
        if is_standard(path) {
            if let Some(other) = standard.replace(*flag) {
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
struct Job<'a, W> {
    choices: Choices<'a>,
    work: W,
    rejects: Option<Rejects>,
    /// Which record was rejected first, and why.
    first_reject: Option<String>,
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
pub(crate) enum Problem {
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

impl<'a, W: Work> Job<'a, W> {
    /// Opens the outputs.
    fn prepare(choices: Choices<'a>, work: W, inputs: &Inputs) -> Result<Self, String> {
        let summary_file = choices.summary.map(|path| Output::open(path, Replace::AtTheEnd));
        let rejects = choices.rejects.map(|path| Rejects::open(path));
        let progress = if Progress::is_wanted(choices.messages.quiet, choices.to_standard) {
            Progress::start(inputs.stored_bytes())
        } else {
            Progress::default()
        };
        Ok(Self {
            choices,
            work,
            rejects: rejects.transpose()?,
            first_reject: None,
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
        self.work.begin()?;
        for input in &inputs.found {
            self.input(input)?;
        }
        self.work.complete()?;
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
        let bytes: Box<dyn Read + Send> = if self.work.read_table().is_some() {
            match open.content() {
                Ok(Content::Bytes(bytes)) => bytes,
                Ok(Content::Table(batches)) => return self.table(batches, live, file, report),
                Err(error) => return Err(Problem::Unusable(error.to_string())),
            }
        } else {
            Box::new(open.file)
        };
        let opened = normalizer.open(self.progress.reader(bytes))?;
        file.opened(opened.outcome());
        if self.choices.messages.verbose {
            self.messages
                .about(&name(&input.path), &file.found(opened.outcome()));
        }
        if let Some(recognized) = &opened.outcome().recognized {
            self.work.set_source(recognized.parser.manifest().id);
        }
        self.work.begin_input(&file.file);
        let into = RejectSink {
            rejects: self.rejects.as_mut(),
            first: &mut self.first_reject,
            file: &file.file,
            live,
        };
        self.work.read(opened, into, report)
    }

    /// Reads the events of a table. A row that is no event is rejected, with its reason and what it holds.
    fn table(
        &mut self,
        batches: Batches,
        live: bool,
        file: &mut FileSummary,
        report: &mut Report,
    ) -> Result<(), Problem> {
        file.format = Some("Parquet or Arrow");
        self.work.set_source(Written::SOURCE);
        self.work.begin_input(&file.file);
        let mut into = RejectSink {
            rejects: self.rejects.as_mut(),
            first: &mut self.first_reject,
            file: &file.file,
            live,
        };
        let written = self.choices.normalizer.written();
        let Some(taker) = self.work.read_table() else {
            return Ok(());
        };
        let mut stopped = Ok(());
        let read = for_each_event(batches, |row, event| {
            stopped = match event {
                Ok(event) => match written.event(event, report) {
                    Some(event) => taker.take_event(event, row),
                    None => Ok(()),
                },
                Err(error) => {
                    let reason = format!("{}: {}", error.column, error.reason);
                    let reject = written.reject(row, reason, error.shown.into_bytes(), report);
                    into.add(&reject).map_err(|error| into.stop(&error))
                }
            };
            if stopped.is_ok() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        // Of a table without a column of an event nothing was read.
        file.source = (read.is_ok() || report.counts.read > 0).then_some(Written::SOURCE);
        stopped.and_then(|()| taker.end_table()).map_err(Problem::Stop)?;
        read.map_err(|error| Problem::Unusable(error.to_string()))
    }

    /// The normalizer with what depends on the input.
    fn normalizer_of(&self, path: &Path, open: &OpenInput) -> Result<Normalizer, Problem> {
        let normalizer = self.choices.normalizer.clone().live(open.live);
        let chosen = self.choices.reading.choose(normalizer, path, open.changed());
        Ok(chosen.map_err(Problem::Unusable)?.source(self.choices.source))
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
        let told = self.work.told();
        // An output that would be empty because nothing could be read takes the place of no other.
        if self.any_read || self.exit == Exit::Success {
            self.exit.worsen(self.work.finish()?);
        }
        let counts = self.summary.counts;
        let allowed = self.choices.max_rejects;
        if !allowed.allow(counts.rejected, counts.read) {
            let (rejected, read) = (counts.rejected, counts.read);
            let kept = match self.choices.rejects {
                Some(path) => format!("see {}", name(path)),
                None => "--rejects FILE keeps them with the reasons".to_owned(),
            };
            say(&format!(
                "{rejected} of {read} records were rejected, --max-rejects allows {allowed}; {kept}"
            ));
            if let Some(first) = &self.first_reject {
                say(&format!("the first was {first}"));
            }
            self.exit.worsen(Exit::Rejected);
        }
        if !self.choices.messages.quiet {
            let mut text = self.summary.to_text();
            if let Some(told) = &told {
                text.push_str(&told.text);
            }
            self.messages.text(&text);
        }
        self.summary.detections = told.map(|told| told.json);
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
pub(crate) fn drive<C: Collector, D: Destination<Part = C::Part>>(
    opened: Opened<'_, impl Read + Send>,
    collector: &C,
    destination: &mut D,
    into: RejectSink<'_>,
    report: &mut Report,
) -> Result<(), Problem> {
    let mut sinks = Sinks::new(destination, into);
    match opened.run(collector, &mut sinks, report) {
        Err(NormalizeError::Write(error)) => Err(Problem::Stop(sinks.stop(&error))),
        ended => Ok(ended?),
    }
}

/// A path as data tells it.
fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
