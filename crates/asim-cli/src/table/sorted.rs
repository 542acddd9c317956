//! Tables in the order of the events' times.

use std::io::{self, Write};

use asimkit::{Collector, Event, JsonOptions, NdJson, OrderError, TimeOrder};

use super::{Columns, Part, TableOutput, invalid};
use crate::events::Target;
use crate::sinks::{Destination, Stop};

/// So many events are handed on at a time.
const EVENTS: usize = 1024;

/// Events on their way through the sort: one JSON object a line, with every value once.
#[derive(Debug, Clone)]
pub(crate) struct Stored(NdJson);

impl Default for Stored {
    fn default() -> Self {
        let options = JsonOptions {
            aliases: false,
            ..JsonOptions::default()
        };
        Self(NdJson::new(options))
    }
}

impl Collector for Stored {
    type Part = Vec<u8>;

    fn event(&self, part: &mut Vec<u8>, event: &Event<'_>) {
        self.0.event(part, event);
    }
}

/// A table that waits for the sort of its events.
#[derive(Debug)]
pub(crate) struct SortedTable {
    columns: Columns,
    pub(crate) output: TableOutput,
}

impl SortedTable {
    pub(crate) fn new(columns: Columns, output: TableOutput) -> Self {
        Self { columns, output }
    }
}

impl Target for SortedTable {
    fn fill(&mut self, order: TimeOrder) -> Result<(), OrderError> {
        let mut reader = Reader {
            columns: &self.columns,
            output: &mut self.output,
            part: Part::default(),
            events: 0,
            line: Vec::new(),
        };
        order.finish(&mut reader)?;
        reader.hand_on().map_err(OrderError::Output)
    }

    fn stop(&self, error: &io::Error) -> Stop {
        self.output.stop(error)
    }
}

/// Reads the lines that are written to it.
struct Reader<'r> {
    columns: &'r Columns,
    output: &'r mut TableOutput,
    part: Part,
    events: usize,
    /// The beginning of a line whose end is still to come.
    line: Vec<u8>,
}

impl Reader<'_> {
    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        let event: Event<'_> = serde_json::from_slice(line).map_err(invalid)?;
        self.columns.event(&mut self.part, &event);
        self.events += 1;
        if self.events >= EVENTS {
            self.hand_on()
        } else {
            Ok(())
        }
    }

    fn hand_on(&mut self) -> io::Result<()> {
        self.events = 0;
        self.output.take(&mut self.part, false)
    }
}

impl Write for Reader<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, behind) = rest.split_at(end);
            if self.line.is_empty() {
                self.line(line)?;
            } else {
                let mut whole = std::mem::take(&mut self.line);
                whole.extend_from_slice(line);
                self.line(&whole)?;
            }
            rest = behind.get(1..).unwrap_or_default();
        }
        self.line.extend_from_slice(rest);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
