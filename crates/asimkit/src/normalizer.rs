//! From an input of any source to events, in one call.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::Arc;

use asim_parse::engine::{Collector, Committer, Engine, Found, Options, Report, Wanted};
use asim_parse::filter::{CompiledFilter, Filter, FilterError, Parameter};
use asim_parse::input::{Compression, Decompressed, Utf8};
use asim_parse::{Additional, Context, DateOrder, Schemas, Tz, YearEvidence, settle};
use asim_schema::{JsonOptions, ProcessVersion, SchemaVersion, Timestamp};

use crate::error::NormalizeError;
use crate::events::{self, Normalized};
use crate::head::Head;
use crate::ndjson::{NdJson, NdJsonCommitter};
use crate::registry;
use crate::source::{Recognized, Source, SourceError};
use crate::written::Written;

/// The choices for normalizing inputs, and the calls that do it.
///
/// gzip, zstd, bzip2, xz and UTF-16 are undone, a byte order mark is left out, and the layout of the records is found from the input's
/// first bytes.
#[derive(Debug, Clone, Default)]
pub struct Normalizer {
    source: Source,
    context: Context,
    filter: Option<Arc<CompiledFilter>>,
    options: Options,
}

/// What became of an input.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The parser and format; absent for an empty input whose source was not named.
    pub recognized: Option<Recognized>,
    /// The compression that was undone.
    pub compression: Option<Compression>,
}

impl Normalizer {
    /// A normalizer that recognizes the source and writes events of the default schema version on one thread.
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses the source.
    #[must_use]
    pub fn source(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    /// Chooses the source by a parser's id, or `auto`.
    pub fn source_named(self, name: &str) -> Result<Self, SourceError> {
        Ok(self.source(Source::named(name)?))
    }

    /// Chooses which events are wanted; the others are counted as filtered.
    ///
    /// ```
    /// use asimkit::{Filter, Normalizer};
    ///
    /// let log = b"#separator \\x09\n#path\tdns\n#fields\tts\ttrans_id\tquery\tqtype\n\
    ///     1.5\t7\ta.example\t28\n1.5\t7\tb.example\t28\n";
    /// let normalizer = Normalizer::new().filter(&Filter::im_dns().domain_has_any(["b.example"]))?;
    /// let counts = normalizer.events(log)?.report.counts;
    /// assert_eq!((counts.written, counts.filtered), (1, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a value cannot be, or `disabled` names a source that there is not.
    pub fn filter(mut self, filter: &Filter) -> Result<Self, FilterError> {
        let compiled = filter.compile()?;
        let manifests: Vec<_> = registry::parsers()
            .iter()
            .map(|parser| parser.manifest())
            .collect();
        if let Some(name) = compiled.unknown_disabled(&manifests).first() {
            let ids: Vec<_> = manifests.iter().map(|manifest| manifest.id).collect();
            let problem = format!(
                "no source `{}`; there are {}, and the names of their ASIM functions",
                name.escape_debug(),
                ids.join(", ")
            );
            return Err(FilterError::new(Parameter::Disabled, problem));
        }
        self.filter = (*filter != Filter::default()).then(|| Arc::new(compiled));
        Ok(self)
    }

    /// Chooses the schemas whose events are wanted, Dns alone unless told otherwise; the records of the others are
    /// declined.
    ///
    /// ```
    /// use asimkit::schema::SchemaKind;
    /// use asimkit::{Normalizer, Schemas};
    ///
    /// let log = b"#separator \\x09\n#path\tdns\n#fields\tts\ttrans_id\tquery\tqtype\n1.5\t7\ta.example\t28\n";
    /// let normalizer = Normalizer::new().schemas(Schemas::only(SchemaKind::Process));
    /// assert_eq!(normalizer.events(log)?.report.counts.declined, 1);
    /// # Ok::<(), asimkit::NormalizeError>(())
    /// ```
    #[must_use]
    pub fn schemas(mut self, schemas: Schemas) -> Self {
        self.context.schemas = schemas;
        self
    }

    /// Chooses the schema version of process events.
    #[must_use]
    pub fn process_version(mut self, version: ProcessVersion) -> Self {
        self.context.process_version = version;
        self
    }

    /// Chooses the schema version of Dns events.
    #[must_use]
    pub fn schema_version(mut self, version: SchemaVersion) -> Self {
        self.context.schema_version = version;
        self
    }

    /// Names the reporting device of records that name none.
    #[must_use]
    pub fn device(mut self, name: impl Into<String>) -> Self {
        self.context.device = Some(name.into());
        self
    }

    /// Chooses how much goes to `AdditionalFields`.
    #[must_use]
    pub fn additional(mut self, additional: Additional) -> Self {
        self.context.additional = additional;
        self
    }

    /// Gives a time to records that have none; otherwise they are rejected.
    #[must_use]
    pub fn assume_time(mut self, time: Timestamp) -> Self {
        self.context.assume_time = Some(time);
        self
    }

    /// Names the zone of times that name none; otherwise they are taken as UTC, with a note.
    ///
    /// ```
    /// let log = b"Nov 21 20:48:12 sensor zeek: {\"id.orig_h\":\"192.0.2.6\",\"query\":\"a.example\",\"qtype\":28}\n";
    /// let normalizer = asimkit::Normalizer::new()
    ///     .source_named("zeek")?
    ///     .year(asimkit::YearEvidence::BeginsIn(2026))
    ///     .timezone(asimkit::Tz::Europe__Berlin);
    /// let mut lines = Vec::new();
    /// normalizer.ndjson(&log[..], &mut lines)?;
    /// assert!(String::from_utf8_lossy(&lines).contains(r#""EventStartTime":"2026-11-21T19:48:12.000000Z""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn timezone(mut self, zone: Tz) -> Self {
        self.context.timezone = Some(zone);
        self
    }

    /// Tells whether records are rejected whose time names no zone when the caller names none either.
    #[must_use]
    pub fn strict_time(mut self, strict: bool) -> Self {
        self.context.strict_time = strict;
        self
    }

    /// Tells what is known of the year of times that name none; otherwise they are no times.
    #[must_use]
    pub fn year(mut self, year: YearEvidence) -> Self {
        self.context.year = Some(year);
        self
    }

    /// Chooses the order of day and month in dates that leave it open.
    #[must_use]
    pub fn date_order(mut self, order: DateOrder) -> Self {
        self.context.date_order = Some(order);
        self
    }

    /// Tells whether events get an `EventUid`: a hash of source, place and bytes, the same on every run.
    #[must_use]
    pub fn event_uid(mut self, event_uid: bool) -> Self {
        self.context.event_uid = event_uid;
        self
    }

    /// Chooses how many blocks are mapped at a time.
    #[must_use]
    pub fn jobs(mut self, jobs: NonZero<usize>) -> Self {
        self.options.jobs = jobs;
        self
    }

    /// Chooses the size of a block in bytes. It changes speed and memory, never the result.
    #[must_use]
    pub fn block_size(mut self, bytes: usize) -> Self {
        self.options.block_size = bytes;
        self
    }

    /// Chooses the size of the longest record in bytes; a longer one is rejected.
    #[must_use]
    pub fn max_record(mut self, bytes: usize) -> Self {
        self.options.max_record = bytes;
        self
    }

    /// Tells whether inputs are written while they are read: records are then handed on as soon as a read returns.
    #[must_use]
    pub fn live(mut self, live: bool) -> Self {
        self.options.live = live;
        self
    }

    /// All events of an input in memory, owned, with the rejected records and the counts.
    pub fn events(&self, input: &[u8]) -> Result<Normalized, NormalizeError> {
        events::collect(self, input)
    }

    /// Writes the events of an input as NDJSON, one object a line; rejected records are only counted.
    ///
    /// ```
    /// let log = b"#separator \\x09\n#path\tdns\n#fields\tts\ttrans_id\tquery\tqtype\n1.5\t7\ta.example\t28\n";
    /// let mut lines = Vec::new();
    /// let report = asimkit::Normalizer::new().ndjson(&log[..], &mut lines)?;
    /// assert_eq!(report.counts.written, 1);
    /// assert!(String::from_utf8_lossy(&lines).contains(r#""DnsQuery":"a.example","Domain":"a.example""#));
    /// # Ok::<(), asimkit::NormalizeError>(())
    /// ```
    pub fn ndjson(&self, input: impl Read + Send, output: impl Write) -> Result<Report, NormalizeError> {
        let mut report = Report::default();
        let collector = NdJson::new(JsonOptions::default());
        self.run(input, &collector, &mut NdJsonCommitter::new(output), &mut report)?;
        Ok(report)
    }

    /// Drives an input through a collector; parts and rejects reach the committer in the order of the input.
    ///
    /// # Errors
    ///
    /// When no source is chosen, the input cannot be read, or the committer cannot go on; `report` tells what was
    /// done until then. A bad record is no error.
    pub fn run<C: Collector>(
        &self,
        input: impl Read + Send,
        collector: &C,
        committer: &mut dyn Committer<C::Part>,
        report: &mut Report,
    ) -> Result<Outcome, NormalizeError> {
        let opened = self.open(input)?;
        let outcome = opened.outcome().clone();
        opened.run(collector, committer, report)?;
        Ok(outcome)
    }

    /// What filters and counts events that were written before and come typed already, such as the rows of a table.
    pub fn written(&self) -> Written<'_> {
        Written::new(self.filter.as_deref())
    }

    /// Reads an input's first bytes and finds its source; what follows is read by [`Opened::run`].
    ///
    /// A caller that wants to know the source before the first event, or although the input breaks off later, takes
    /// these two steps instead of [`run`](Self::run).
    ///
    /// ```
    /// let log = b"#separator \\x09\n#path\tdns\n#fields\tts\ttrans_id\tquery\tqtype\n1.5\t7\ta.example\t28\n";
    /// let normalizer = asimkit::Normalizer::new();
    /// let opened = normalizer.open(&log[..])?;
    /// let recognized = opened.outcome().recognized.as_ref();
    /// assert_eq!(recognized.map(|found| found.parser.manifest().id), Some("zeek"));
    /// # Ok::<(), asimkit::NormalizeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When no source is chosen, when the input leaves open what its parser must know and the caller has not said, or
    /// when it cannot be read.
    pub fn open<R: Read + Send>(&self, input: R) -> Result<Opened<'_, R>, NormalizeError> {
        let decompressed = Decompressed::new(input).map_err(NormalizeError::Read)?;
        let compression = decompressed.compression();
        let mut input = Utf8::new(decompressed).map_err(NormalizeError::Read)?;
        let (head, recognized) =
            Head::read(&mut input, self.source, self.context.schemas, self.options.live)?;
        let mut context = self.context.clone();
        if let Some(recognized) = &recognized {
            settle(recognized.parser, head.seen(), &mut context).map_err(NormalizeError::Undecided)?;
        }
        Ok(Opened {
            choices: Choices {
                normalizer: self,
                context,
            },
            head,
            input,
            outcome: Outcome {
                recognized,
                compression,
            },
        })
    }
}

/// An input whose source is known and whose records are not read yet.
pub struct Opened<'n, R: Read> {
    choices: Choices<'n>,
    head: Head,
    input: Utf8<Decompressed<R>>,
    outcome: Outcome,
}

/// What the caller chose for an input, with what the input's first bytes settled.
struct Choices<'n> {
    normalizer: &'n Normalizer,
    context: Context,
}

impl Choices<'_> {
    /// What drives an input of a source.
    fn engine(&self, recognized: &Recognized) -> Engine<'_> {
        Engine {
            parser: recognized.parser,
            format: recognized.format,
            enveloped: recognized.enveloped,
            context: &self.context,
            filter: self.normalizer.filter.as_deref(),
            options: self.normalizer.options,
        }
    }
}

impl<R: Read + Send> Opened<'_, R> {
    /// What was found: the source, the format and the compression.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Drives the input through a collector; parts and rejects reach the committer in the order of the input.
    ///
    /// # Errors
    ///
    /// When the input cannot be read, or the committer cannot go on; `report` tells what was done until then.
    pub fn run<C: Collector>(
        self,
        collector: &C,
        committer: &mut dyn Committer<C::Part>,
        report: &mut Report,
    ) -> Result<(), NormalizeError> {
        let Some(recognized) = &self.outcome.recognized else {
            return Ok(());
        };
        let engine = self.choices.engine(recognized);
        Ok(engine.run(self.head.chain(self.input), collector, committer, report)?)
    }

    /// Looks for one record of the input and tells what becomes of it; no other record is mapped.
    ///
    /// # Errors
    ///
    /// When the input cannot be read.
    pub fn trace(self, wanted: Wanted) -> Result<Found, NormalizeError> {
        let Some(recognized) = &self.outcome.recognized else {
            return Ok(Found::Beyond { records: 0, lines: 0 });
        };
        let engine = self.choices.engine(recognized);
        Ok(engine.trace(self.head.chain(self.input), wanted)?)
    }
}
