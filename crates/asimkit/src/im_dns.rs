//! The unified view: one stream of events from inputs of any sources.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use asim_parse::engine::{Collector, Committer, Reject, Report};
use asim_parse::filter::{Filter, FilterError};
use asim_schema::{Event, JsonOptions};

use crate::error::NormalizeError;
use crate::events::{Normalized, Owned};
use crate::ndjson::{NdJson, NdJsonCommitter};
use crate::normalizer::Normalizer;
use crate::order::{self, OrderError, TimeOrder, Timed, TimedLines};
use crate::source::Source;

/// The filtering view of all sources, as ASIM's `imDns`: where the filter names no `eventtype`, it is `Query`.
///
/// ```
/// use asimkit::{Filter, ViewInput, im_dns};
///
/// let sensor = b"#separator \\x09\n#path\tdns\n#fields\tts\ttrans_id\tquery\tqtype\n1.5\t7\ta.example\t28\n";
/// let search = Filter::default().domain_has_any(["b.example"]);
/// let other = br#"{"_path":"dns","ts":2.5,"id.orig_h":"192.0.2.6","query":"www.b.example","qtype":1}"#;
///
/// let mut lines = Vec::new();
/// let inputs = [ViewInput::reader("sensor", &sensor[..]), ViewInput::reader("other", &other[..])];
/// let report = im_dns(&search)?.ndjson(inputs, &mut lines)?;
/// assert!(String::from_utf8_lossy(&lines).contains(r#""DnsQuery":"www.b.example""#));
/// assert_eq!((report.total.counts.written, report.total.sources["zeek"].filtered), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// When the filter cannot be used.
pub fn im_dns(filter: &Filter) -> Result<UnifiedView, FilterError> {
    let mut filter = filter.clone();
    filter.eventtype = filter.eventtype.or(Filter::im_dns().eventtype);
    Ok(UnifiedView::new(Normalizer::new().filter(&filter)?))
}

/// The view of all sources without a filter, as ASIM's `ASimDns`.
pub fn asim_dns() -> UnifiedView {
    UnifiedView::new(Normalizer::new())
}

/// One stream of events from inputs of any sources, in the order of the inputs or of their times.
#[derive(Debug, Clone, Default)]
pub struct UnifiedView {
    normalizer: Normalizer,
    /// Where temporary files go if events are sorted by time.
    by_time: Option<PathBuf>,
}

/// An input of a view.
pub struct ViewInput {
    name: String,
    source: Option<Source>,
    origin: Origin,
}

/// Where an input is read from.
enum Origin {
    /// A file, opened when its turn has come.
    File(PathBuf),
    Reader(Box<dyn Read + Send>),
}

impl ViewInput {
    /// A file, named by its path; it is opened when its turn has come.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            name: path.to_string_lossy().into_owned(),
            source: None,
            origin: Origin::File(path),
        }
    }

    /// Anything that can be read, under a name for the report.
    pub fn reader(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self {
            name: name.into(),
            source: None,
            origin: Origin::Reader(Box::new(reader)),
        }
    }

    /// Names the source, which is recognized otherwise.
    #[must_use]
    pub fn source(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }

    fn open(self) -> io::Result<Box<dyn Read + Send>> {
        match self.origin {
            Origin::File(path) => Ok(Box::new(File::open(path)?)),
            Origin::Reader(reader) => Ok(reader),
        }
    }
}

impl fmt::Debug for ViewInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViewInput")
            .field("name", &self.name)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// What became of the records of all inputs.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ViewReport {
    /// Of all inputs together; its [`sources`](Report::sources) are the counts of each source, and
    /// [`unanswered`](Report::unanswered) tells which sources have no values to compare with the filter.
    pub total: Report,
    /// Of each input, in their order.
    pub inputs: Vec<ViewInputReport>,
}

/// What became of the records of one input.
#[derive(Debug)]
#[non_exhaustive]
pub struct ViewInputReport {
    /// The input's name.
    pub name: String,
    /// The id of the parser that it was given to, if one was found.
    pub source: Option<&'static str>,
    /// What became of its records.
    pub report: Report,
    /// What kept it from being read to its end.
    pub error: Option<NormalizeError>,
}

/// Why a view could not be written.
#[derive(Debug)]
#[non_exhaustive]
pub enum ViewError {
    /// The output could not be written.
    Output(io::Error),
    /// A temporary file of the sort could not be used.
    Temporary(io::Error),
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output(error) => write!(f, "the output cannot be written: {error}"),
            Self::Temporary(error) => write!(f, "a temporary file cannot be used: {error}"),
        }
    }
}

impl std::error::Error for ViewError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Output(error) | Self::Temporary(error) => Some(error),
        }
    }
}

impl UnifiedView {
    /// A view by a normalizer: its filter, schema version, limits and other choices hold for all inputs.
    pub fn new(normalizer: Normalizer) -> Self {
        Self {
            normalizer,
            by_time: None,
        }
    }

    /// Changes the choices that hold for all inputs.
    ///
    /// ```
    /// let view = asimkit::asim_dns().with(|normalizer| normalizer.device("sensor-1.example.com").event_uid(true));
    /// # let _ = view;
    /// ```
    #[must_use]
    pub fn with(self, change: impl FnOnce(Normalizer) -> Normalizer) -> Self {
        Self {
            normalizer: change(self.normalizer),
            ..self
        }
    }

    /// Sorts the events of all inputs by `TimeGenerated`, those with equal times in input order.
    ///
    /// It is a complete sort by external merge: memory holds [`TimeOrder::RUN_SIZE`] bytes of events, the rest stands
    /// in temporary files in this directory, which vanish when they are closed.
    #[must_use]
    pub fn by_time(mut self, directory: impl Into<PathBuf>) -> Self {
        self.by_time = Some(directory.into());
        self
    }

    /// Writes the events of all inputs as NDJSON, one object a line; rejected records are only counted.
    ///
    /// An input that cannot be read, or that no source recognizes, is told in the report; the others are read all
    /// the same.
    ///
    /// # Errors
    ///
    /// When the output or a temporary file cannot be written.
    pub fn ndjson(
        &self,
        inputs: impl IntoIterator<Item = ViewInput>,
        mut output: impl Write,
    ) -> Result<ViewReport, ViewError> {
        let lines = NdJson::new(JsonOptions::default());
        let Some(directory) = &self.by_time else {
            return self.run(inputs, &lines, &mut NdJsonCommitter::new(output));
        };
        let mut sort = Sort(TimeOrder::new(directory, TimeOrder::RUN_SIZE));
        let report = self
            .run(inputs, &Timed(lines), &mut sort)
            .map_err(|error| match error {
                ViewError::Output(error) | ViewError::Temporary(error) => ViewError::Temporary(error),
            })?;
        let sorted = sort.0.finish(&mut output);
        sorted.map_err(|error| match error {
            OrderError::Temporary(error) => ViewError::Temporary(error),
            OrderError::Output(error) => ViewError::Output(error),
        })?;
        output.flush().map_err(ViewError::Output)?;
        Ok(report)
    }

    /// The events of all inputs in memory, owned, in the order of the view.
    ///
    /// ```
    /// use asimkit::{ViewInput, asim_dns};
    ///
    /// let log = br#"{"_path":"dns","ts":2.5,"id.orig_h":"192.0.2.6","query":"www.example.com","qtype":1}"#;
    /// let (events, report) = asim_dns().events([ViewInput::reader("log", &log[..])]);
    /// assert_eq!((events.len(), report.total.counts.read), (1, 1));
    /// ```
    pub fn events(&self, inputs: impl IntoIterator<Item = ViewInput>) -> (Vec<Event<'static>>, ViewReport) {
        let mut kept = Normalized::default();
        // Memory takes what is committed.
        let report = self.run(inputs, &Owned, &mut kept).unwrap_or_default();
        if self.by_time.is_some() {
            kept.events.sort_by_key(order::time);
        }
        (kept.events, report)
    }

    /// Drives all inputs through a collector, one after the other; parts and rejects reach the committer in the order
    /// of the inputs and their records. They are not sorted by time.
    ///
    /// # Errors
    ///
    /// When the committer cannot go on.
    pub fn run<C: Collector>(
        &self,
        inputs: impl IntoIterator<Item = ViewInput>,
        collector: &C,
        committer: &mut dyn Committer<C::Part>,
    ) -> Result<ViewReport, ViewError> {
        let mut view = ViewReport::default();
        for input in inputs {
            let mut input_report = ViewInputReport {
                name: input.name.clone(),
                source: None,
                report: Report::default(),
                error: None,
            };
            match self.input(input, collector, committer, &mut input_report) {
                Err(NormalizeError::Write(error)) => return Err(ViewError::Output(error)),
                ended => input_report.error = ended.err(),
            }
            view.total.merge(&input_report.report);
            view.inputs.push(input_report);
        }
        Ok(view)
    }

    fn input<C: Collector>(
        &self,
        input: ViewInput,
        collector: &C,
        committer: &mut dyn Committer<C::Part>,
        input_report: &mut ViewInputReport,
    ) -> Result<(), NormalizeError> {
        let mut normalizer = self.normalizer.clone();
        if let Some(source) = input.source {
            normalizer = normalizer.source(source);
        }
        let opened = normalizer.open(input.open().map_err(NormalizeError::Read)?)?;
        let recognized = opened.outcome().recognized.as_ref();
        input_report.source = recognized.map(|found| found.parser.manifest().id);
        opened.run(collector, committer, &mut input_report.report)
    }
}

/// Sorts what is committed.
struct Sort(TimeOrder);

impl Committer<TimedLines> for Sort {
    fn commit(&mut self, part: &mut TimedLines) -> io::Result<()> {
        self.0.add(part).map_err(|error| match error {
            OrderError::Temporary(error) | OrderError::Output(error) => error,
        })
    }

    fn reject(&mut self, _: Reject) -> io::Result<()> {
        Ok(())
    }
}
