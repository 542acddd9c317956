//! Executions of programs in the log of Linux audit, to ASIM ProcessEvent.

mod arguments;
mod command_line;
mod errno;
mod joins;
mod line;
mod map;
mod provenance;
mod raw;
mod system_call;

use asim_parse::cut::Joins;
use asim_parse::schema::{Event, SchemaKind};
use asim_parse::{Context, Envelope, Format, Manifest, Mapper, Notes, Recognition, Record, Refusal, sniff};

pub use arguments::{Argument, Arguments};
pub use line::{Fields, Line, Value};
pub use raw::Execution;
pub use system_call::SystemCall;

/// The parser.
pub static PARSER: Auditd = Auditd;

/// The parser of Linux audit.
#[derive(Debug, Clone, Copy)]
pub struct Auditd;

static MANIFEST: Manifest = Manifest {
    id: "auditd",
    title: "Linux audit: execve and execveat",
    vendor: "Linux",
    product: "auditd",
    other_products: &[],
    formats: &[Format::Lines],
    provenance: &[],
    process_provenance: provenance::PROVENANCE,
    asim_functions: &[],
};

/// So many lines are looked at for the source's own.
const LINES: usize = 20;

impl Mapper for Auditd {
    const MANIFEST: &'static Manifest = &MANIFEST;

    type Header = ();
    type Raw<'r> = Execution<'r>;

    fn recognize(&self, head: &[u8]) -> Option<Recognition> {
        let is_record = |line: &[u8]| Line::of(line).is_some();
        let found = sniff::lines(sniff::without_mark(head)).take(LINES).any(is_record);
        found.then(|| Recognition {
            format: Format::Lines,
            evidence: "type=... msg=audit(...)".to_owned(),
        })
    }

    fn claims(&self, record: &[u8]) -> bool {
        let mut lines = record.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        lines.next().is_some_and(|line| Line::of(line).is_some())
    }

    fn joins(&self) -> Option<Box<dyn Joins>> {
        Some(Box::new(joins::SameEvent))
    }

    fn decode<'r>(
        &self,
        record: Record<'r, ()>,
        _: &Context,
        _: &mut Notes,
    ) -> Result<Self::Raw<'r>, Refusal> {
        raw::decode(record.bytes)
    }

    fn schema(&self, _: &Self::Raw<'_>) -> SchemaKind {
        SchemaKind::Process
    }

    fn map<'r>(
        &self,
        raw: Self::Raw<'r>,
        _: &Envelope,
        context: &Context,
        notes: &mut Notes,
    ) -> Result<Event<'r>, Refusal> {
        map::map(&raw, context, notes)
    }
}

#[cfg(test)]
asim_testkit::parser_tests!(PARSER);
