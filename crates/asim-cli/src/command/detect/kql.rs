//! The published query to the letter.

use std::io::{self, Read};

use asim_detect::{KqlCompatible, Severity};
use asimkit::{Collector, Event, Opened, Report, Timestamp};

use super::super::table::table;
use super::form::line;
use crate::arguments::{AlertForm, DetectArguments};
use crate::exit::Exit;
use crate::job::{Problem, TakesEvents, Work, drive};
use crate::message::printable;
use crate::output::{Output, Replace};
use crate::rejects::RejectSink;
use crate::sinks::{Destination, Stop};

/// Collects events as they are.
struct Owned;

impl Collector for Owned {
    type Part = Vec<Event<'static>>;

    fn event(&self, part: &mut Vec<Event<'static>>, event: &Event<'_>) {
        part.push(event.clone().into_owned());
    }
}

/// The query, and where its rows go.
pub(super) struct Query {
    rows: KqlCompatible,
    output: Output,
    form: AlertForm,
    now: Option<Timestamp>,
    fail_on: Option<Severity>,
    found: bool,
}

impl Query {
    pub(super) fn open(arguments: &DetectArguments) -> Result<Self, String> {
        let output = &arguments.output;
        if output.to == AlertForm::Alert {
            return Err(
                "--to alert: the published query makes rows, no alerts; take --to article".to_owned(),
            );
        }
        Ok(Self {
            rows: KqlCompatible::new().map_err(|error| error.to_string())?,
            output: Output::open(&output.output, Replace::AtTheEnd)?,
            form: output.to,
            now: arguments.time.now,
            fail_on: output.fail_on,
            found: false,
        })
    }

    fn rows(&self) -> Result<(Vec<u8>, bool), Stop> {
        let rows = self.rows.rows(self.now);
        let mut bytes = Vec::new();
        if self.form == AlertForm::Table {
            let text = |text: Option<&String>| text.map_or_else(|| "-".to_owned(), |text| printable(text));
            let head = [
                "RiskScore",
                "TimeGenerated",
                "DetectionBranch",
                "ClientIP",
                "QueryType",
                "Name",
            ];
            let lines: Vec<_> = std::iter::once(head.map(str::to_owned))
                .chain(rows.iter().map(|row| {
                    [
                        row.risk_score.to_string(),
                        row.time_generated.to_string(),
                        row.detection_branch.to_owned(),
                        text(row.client_ip.as_ref()),
                        printable(&row.query_type),
                        text(row.name.as_ref()),
                    ]
                }))
                .collect();
            bytes.extend_from_slice(table(&lines).as_bytes());
        } else {
            for row in &rows {
                line(&mut bytes, row)?;
            }
        }
        Ok((bytes, !rows.is_empty()))
    }
}

impl Destination for Query {
    type Part = Vec<Event<'static>>;

    fn take(&mut self, part: &mut Self::Part, _: bool) -> io::Result<()> {
        for event in part.drain(..) {
            self.rows.observe(&event);
        }
        Ok(())
    }

    fn stop(&self, error: &io::Error) -> Stop {
        Stop::of_output(&self.output, error)
    }
}

impl TakesEvents for Query {
    fn take_event(&mut self, event: Event<'_>, _: u64) -> Result<(), Stop> {
        self.rows.observe(&event);
        Ok(())
    }

    fn end_table(&mut self) -> Result<(), Stop> {
        Ok(())
    }
}

impl Work for Query {
    fn begin(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    fn set_source(&mut self, _: &'static str) {}

    fn read(
        &mut self,
        opened: Opened<'_, impl Read + Send>,
        into: RejectSink<'_>,
        report: &mut Report,
    ) -> Result<(), Problem> {
        drive(opened, &Owned, self, into, report)
    }

    fn read_table(&mut self) -> Option<&mut dyn TakesEvents> {
        Some(self)
    }

    fn complete(&mut self) -> Result<(), Stop> {
        let (bytes, found) = self.rows()?;
        self.found = found;
        io::Write::write_all(&mut self.output, &bytes).map_err(|error| Stop::of_output(&self.output, &error))
    }

    fn finish(self) -> Result<Exit, String> {
        self.output.finish()?;
        // The query knows no severity: each of its rows is worth a look.
        Ok(if self.found && self.fail_on.is_some() {
            Exit::Rejected
        } else {
            Exit::Success
        })
    }
}
