//! An input through one parser.

use std::io::{self, Read};

use asim_parse::engine::{Collector, Committer, Engine, Options, Reject, Report};
use asim_parse::filter::CompiledFilter;
use asim_parse::{Context, Format, Parser, sniff};
use asim_schema::{Event, JsonWriter};

/// What a parser made of an input.
#[derive(Debug, Default)]
pub struct Run {
    /// The events as NDJSON.
    pub ndjson: Vec<u8>,
    /// The rejected records.
    pub rejects: Vec<Reject>,
    /// The counts and reasons.
    pub report: Report,
}

impl Run {
    /// The rejects as lines of a reject file.
    pub fn reject_lines(&self) -> Vec<String> {
        self.rejects.iter().map(|reject| reject.to_json(None)).collect()
    }

    /// The lines of the NDJSON.
    pub fn lines(&self) -> Vec<&str> {
        std::str::from_utf8(&self.ndjson)
            .expect("NDJSON is UTF-8")
            .lines()
            .collect()
    }
}

struct Writer(JsonWriter);

impl Collector for Writer {
    type Part = Vec<u8>;

    fn event(&self, part: &mut Vec<u8>, event: &Event<'_>) {
        self.0.write_event(event, part);
        part.push(b'\n');
    }
}

impl Committer<Vec<u8>> for Run {
    fn commit(&mut self, part: &mut Vec<u8>) -> io::Result<()> {
        self.ndjson.append(part);
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        self.rejects.push(reject);
        Ok(())
    }
}

/// Gives out bytes in pieces of a fixed size, as a slow pipe does.
#[derive(Debug)]
pub struct Pieces<'b> {
    bytes: &'b [u8],
    size: usize,
}

impl<'b> Pieces<'b> {
    /// A reader of pieces of `size` bytes.
    pub fn new(bytes: &'b [u8], size: usize) -> Self {
        Self { bytes, size }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let size = self.size.min(space.len());
        (&mut self.bytes).take(size as u64).read(space)
    }
}

/// How a parser reads an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The layout of its records.
    pub format: Format,
    /// Whether they stand inside layers.
    pub enveloped: bool,
}

impl Reading {
    /// How the parser recognizes an input; the likeliest format where it does not.
    pub fn of(parser: &dyn Parser, input: &[u8]) -> Self {
        let head = input.get(..sniff::HEAD).unwrap_or(input);
        let (format, enveloped) = match asim_parse::recognize(parser, head) {
            Some((found, enveloped)) => (Some(found.format), enveloped),
            None => (sniff::fallback_format(head, parser.manifest().formats), false),
        };
        let format = format.expect("a parser reads at least one format");
        Self { format, enveloped }
    }
}

/// The whole input in memory through the parser, as it is recognized.
pub fn run(parser: &dyn Parser, input: &[u8], context: &Context) -> Run {
    run_as(
        parser,
        Reading::of(parser, input),
        input,
        &settled(parser, input, context),
        Options::default(),
    )
}

/// The context with what an input's first bytes settle.
pub fn settled(parser: &dyn Parser, input: &[u8], context: &Context) -> Context {
    let mut settled = context.clone();
    let head = input.get(..sniff::HEAD).unwrap_or(input);
    // What is left open is for the parser to refuse, record by record.
    match asim_parse::settle(parser, head, &mut settled) {
        Ok(()) => settled,
        Err(_) => context.clone(),
    }
}

/// An input through the parser, read as told.
pub fn run_as(
    parser: &dyn Parser,
    reading: Reading,
    input: impl Read + Send,
    context: &Context,
    options: Options,
) -> Run {
    run_filtered(parser, reading, input, context, options, None)
}

/// An input through the parser and a filter.
pub fn run_filtered(
    parser: &dyn Parser,
    Reading { format, enveloped }: Reading,
    input: impl Read + Send,
    context: &Context,
    options: Options,
    filter: Option<&CompiledFilter>,
) -> Run {
    let (mut run, mut report) = (Run::default(), Report::default());
    Engine {
        parser,
        format,
        enveloped,
        context,
        filter,
        options,
    }
    .run(input, &Writer(JsonWriter::default()), &mut run, &mut report)
    .expect("memory can be read and written");
    run.report = report;
    run
}
