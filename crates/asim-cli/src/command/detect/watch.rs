//! Rules that look at the events of all inputs.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use asim_detect::{Alert, Batch, Detector, Observer, Place, RuleInfo, Severity};
use asimkit::{
    Collector, DnsField, Event, Opened, OrderError, ProcessField, Report, TimeOrder, TimedLines, Timestamp,
    registry,
};

use super::form::AlertWriter;
use super::state::{self, InputNames};
use crate::arguments::{DetectArguments, DetectOrder};
use crate::clock;
use crate::exit::Exit;
use crate::job::{Problem, TakesEvents, Told, Work, drive};
use crate::message::shown;
use crate::output::{Output, Replace};
use crate::rejects::RejectSink;
use crate::sinks::{Destination, Stop};

/// So many observations are handed to the rules at a time, unless the input is live.
const ENOUGH: usize = 16_384;

/// Makes observations of events.
struct Watcher(Observer);

impl Collector for Watcher {
    type Part = Batch;

    fn event(&self, part: &mut Batch, event: &Event<'_>) {
        self.0.observe(event, None, part);
    }

    fn event_of_record(&self, part: &mut Batch, event: &Event<'_>, record: u64) {
        self.0.observe(event, Some(Place { input: 0, record }), part);
    }
}

/// Rules at work, and where their alerts go.
pub(super) struct Watching {
    watcher: Watcher,
    /// Rows of a table until there are enough of them.
    rows: Batch,
    seen: Seen,
}

/// What has been seen so far.
struct Seen {
    detector: Detector,
    /// Observations until there are enough of them.
    waiting: Batch,
    /// Observations until they are complete, in the order of time.
    order: Option<TimeOrder>,
    /// Where temporary files are made.
    directory: PathBuf,
    writer: AlertWriter,
    /// Alerts that wait for the end, to be sorted.
    alerts: Vec<Alert>,
    since: Option<Timestamp>,
    show_suppressed: bool,
    fail_on: Option<Severity>,
    state: Option<PathBuf>,
    names: InputNames,
    input: u32,
    records_before: u64,
    /// The sources of the inputs, by id.
    sources: Vec<&'static str>,
    found: Found,
}

/// What was found, in numbers.
#[derive(Default)]
struct Found {
    /// The alerts of each severity that somebody should look at.
    open: BTreeMap<Severity, u64>,
    /// The alerts of each rule.
    rules: BTreeMap<String, u64>,
    on_trial: u64,
    suppressed: BTreeMap<(String, String), u64>,
}

impl Watching {
    pub(super) fn open(
        arguments: &DetectArguments,
        mut detector: Detector,
        observer: Observer,
        order: DetectOrder,
    ) -> Result<Self, String> {
        let output = &arguments.output;
        let names = match &arguments.time.state {
            Some(path) => state::load(path, &mut detector)?,
            None => InputNames::default(),
        };
        let since = match arguments.time.since {
            None => None,
            Some(moment) => {
                let now = clock::time().ok_or("the clock is set to before 1970")?;
                Some(moment.at(now).ok_or("--since: outside the calendar")?)
            }
        };
        let directory = output.temp_dir.clone().unwrap_or_else(env::temp_dir);
        let order = (order == DetectOrder::Time).then(|| TimeOrder::new(&directory, TimeOrder::RUN_SIZE));
        Ok(Self {
            watcher: Watcher(observer),
            rows: Batch::default(),
            seen: Seen {
                detector,
                waiting: Batch::default(),
                order,
                directory,
                writer: AlertWriter::new(output.to, Output::open(&output.output, Replace::AtTheEnd)?),
                alerts: Vec::new(),
                since,
                show_suppressed: output.show_suppressed,
                fail_on: output.fail_on,
                state: arguments.time.state.clone(),
                names,
                input: 0,
                records_before: 0,
                sources: Vec::new(),
                found: Found::default(),
            },
        })
    }
}

impl Watching {
    /// Hands on what was taken of a table.
    fn hand_on(&mut self) -> Result<(), Stop> {
        let mut rows = std::mem::take(&mut self.rows);
        self.seen.records_before = 0;
        let taken = self.seen.take(&mut rows, false);
        self.rows = rows;
        taken.map_err(|error| self.seen.stop(&error))
    }
}

impl TakesEvents for Watching {
    fn take_event(&mut self, event: Event<'_>, row: u64) -> Result<(), Stop> {
        self.watcher.event_of_record(&mut self.rows, &event, row);
        if self.rows.len() < ENOUGH {
            Ok(())
        } else {
            self.hand_on()
        }
    }

    fn end_table(&mut self) -> Result<(), Stop> {
        self.hand_on()
    }
}

impl Seen {
    /// Lets the rules look at what waits.
    fn look(&mut self, live: bool) -> Result<(), Stop> {
        let alerts = self.detector.observe(&self.waiting);
        self.waiting.clear();
        self.tell(alerts, live)
    }

    /// Counts alerts, and writes them or lets them wait for the end.
    fn tell(&mut self, mut alerts: Vec<Alert>, live: bool) -> Result<(), Stop> {
        alerts.retain(|alert| self.since.is_none_or(|since| alert.last >= since));
        for alert in &alerts {
            self.found.count(alert);
        }
        if !self.show_suppressed {
            alerts.retain(Alert::is_open);
        }
        if live && self.writer.is_lines() {
            self.writer.write(&alerts, &self.names, true)
        } else {
            self.alerts.append(&mut alerts);
            Ok(())
        }
    }

    /// Lets the rules look at what was sorted.
    fn look_sorted(&mut self, order: TimeOrder) -> Result<(), Stop> {
        let mut reader = Sorted {
            seen: self,
            bytes: Vec::new(),
            stop: None,
        };
        let ended = order.finish(&mut reader);
        if let Some(stop) = reader.stop.take() {
            return Err(stop);
        }
        ended.map_err(|error| {
            let (OrderError::Temporary(error) | OrderError::Output(error)) = &error else {
                return Stop::Failed(error.to_string());
            };
            Stop::Failed(cannot_sort(&self.directory, error))
        })
    }

    /// The rules that see nothing because no source of this run fills what they need, and what that is.
    fn unfed(&self) -> Vec<(String, String)> {
        let known: Vec<_> = self
            .sources
            .iter()
            .filter_map(|id| registry::parser(id))
            .collect();
        // Events that were written before may have any field.
        if known.len() < self.sources.len() || known.is_empty() {
            return Vec::new();
        }
        let fills = |field: &str| {
            known.iter().any(|parser| {
                let manifest = parser.manifest();
                DnsField::from_name(field).is_some_and(|field| manifest.filled().contains(field))
                    || ProcessField::from_name(field)
                        .is_some_and(|field| manifest.filled_process().contains(field))
            })
        };
        let missing = |info: &RuleInfo| {
            let group = info
                .needs
                .iter()
                .find(|group| !group.iter().any(|field| fills(field)))?;
            Some((info.id.to_string(), group.join(" or ")))
        };
        self.detector.infos().filter_map(|info| missing(info)).collect()
    }
}

/// The message about temporary files that cannot be used.
fn cannot_sort(directory: &Path, error: &io::Error) -> String {
    format!(
        "{}: temporary files cannot be written: {error}; name another directory with --temp-dir",
        shown(directory)
    )
}

impl Destination for Seen {
    type Part = Batch;

    fn block_after(&mut self, records: u64) {
        self.records_before = records;
    }

    fn take(&mut self, part: &mut Batch, live: bool) -> io::Result<()> {
        part.move_places(self.input, self.records_before);
        if let Some(order) = &mut self.order {
            let mut timed = TimedLines::default();
            part.pack(|time, bytes| timed.push(Some(time), bytes))
                .map_err(io::Error::other)?;
            self.waiting.count_untimed(part);
            part.clear();
            return order.add(&mut timed).map_err(|error| match error {
                OrderError::Temporary(error) | OrderError::Output(error) => error,
                error => io::Error::other(error),
            });
        }
        self.waiting.append(part);
        part.clear();
        if self.waiting.len() < ENOUGH && !live {
            return Ok(());
        }
        self.look(live).map_err(|stop| match stop {
            Stop::Closed => io::ErrorKind::BrokenPipe.into(),
            Stop::Failed(problem) => io::Error::other(problem),
        })
    }

    fn stop(&self, error: &io::Error) -> Stop {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Stop::Closed
        } else if self.order.is_some() {
            Stop::Failed(cannot_sort(&self.directory, error))
        } else {
            Stop::Failed(error.to_string())
        }
    }
}

/// Takes sorted observations and lets the rules look at them.
struct Sorted<'s> {
    seen: &'s mut Seen,
    /// The beginning of an observation whose end is still to come.
    bytes: Vec<u8>,
    stop: Option<Stop>,
}

impl Write for Sorted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        let mut rest = &self.bytes[..];
        while let Ok(behind) = self.seen.waiting.unpack(rest) {
            rest = behind;
        }
        let left = rest.len();
        self.bytes.drain(..self.bytes.len() - left);
        if self.seen.waiting.len() >= ENOUGH
            && let Err(stop) = self.seen.look(false)
        {
            self.stop = Some(stop);
            return Err(io::ErrorKind::Other.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Work for Watching {
    fn begin(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    fn set_source(&mut self, source: &'static str) {
        if !self.seen.sources.contains(&source) {
            self.seen.sources.push(source);
        }
    }

    fn begin_input(&mut self, file: &str) {
        self.seen.input = self.seen.names.add(file);
        self.seen.records_before = 0;
    }

    fn read(
        &mut self,
        opened: Opened<'_, impl Read + Send>,
        into: RejectSink<'_>,
        report: &mut Report,
    ) -> Result<(), Problem> {
        drive(opened, &self.watcher, &mut self.seen, into, report)
    }

    fn read_table(&mut self) -> Option<&mut dyn TakesEvents> {
        Some(self)
    }

    fn complete(&mut self) -> Result<(), Stop> {
        let seen = &mut self.seen;
        if let Some(order) = seen.order.take() {
            seen.look_sorted(order)?;
        }
        seen.look(false)?;
        if seen.state.is_none() {
            let alerts = seen.detector.finish();
            seen.tell(alerts, false)?;
        }
        seen.alerts.sort_by(Alert::by_risk);
        let alerts = std::mem::take(&mut seen.alerts);
        // That nothing was found is only to be said of something.
        if alerts.is_empty() && seen.detector.statistics().observed == 0 {
            return Ok(());
        }
        seen.writer.write(&alerts, &seen.names, false)
    }

    fn told(&self) -> Option<Told> {
        let statistics = self.seen.detector.statistics();
        let unfed = self.seen.unfed();
        let mut text = self.seen.found.text();
        // Writing to a string does not fail.
        for (rule, fields) in &unfed {
            let _ = writeln!(text, "{rule} saw nothing: no source of this run fills {fields}");
        }
        if statistics.untimed > 0 {
            let _ = writeln!(
                text,
                "{} events have no time, so no rule saw them",
                statistics.untimed
            );
        }
        for rule in &statistics.rules {
            if rule.late > 0 {
                let _ = writeln!(
                    text,
                    "{}: {} events came after their window had closed",
                    rule.rule, rule.late
                );
            }
            if rule.evicted > 0 {
                let _ = writeln!(
                    text,
                    "{}: {} groups were given up for want of room",
                    rule.rule, rule.evicted
                );
            }
        }
        let json = serde_json::json!({
            "alerts": self.seen.found.open.iter().map(|(severity, count)| (severity.as_str(), count)).collect::<BTreeMap<_, _>>(),
            "rules": self.seen.found.rules,
            "on_trial": self.seen.found.on_trial,
            "suppressed": self.seen.found.suppressed.iter().map(|((by, reason), count)| {
                serde_json::json!({"by": by, "reason": reason, "alerts": count})
            }).collect::<Vec<_>>(),
            "unfed": unfed.into_iter().collect::<BTreeMap<_, _>>(),
            "statistics": statistics,
        });
        Some(Told { text, json })
    }

    fn finish(mut self) -> Result<Exit, String> {
        if let Some(path) = &self.seen.state {
            state::save(path, &mut self.seen.detector, &mut self.seen.names)?;
        }
        let failed = self
            .seen
            .fail_on
            .is_some_and(|least| self.seen.found.open.keys().any(|severity| *severity >= least));
        self.seen.writer.finish()?;
        Ok(if failed { Exit::Rejected } else { Exit::Success })
    }
}

impl Found {
    fn count(&mut self, alert: &Alert) {
        *self.rules.entry(alert.info.id.to_string()).or_default() += 1;
        if let Some(suppression) = &alert.suppressed_by {
            let why = (suppression.by.clone(), suppression.reason.clone());
            *self.suppressed.entry(why).or_default() += 1;
        } else if alert.shadow {
            self.on_trial += 1;
        } else {
            *self.open.entry(alert.severity).or_default() += 1;
        }
    }

    fn text(&self) -> String {
        let open: u64 = self.open.values().sum();
        let severities = self.open.iter().rev();
        let severities: Vec<_> = severities
            .map(|(severity, count)| format!("{count} {severity}"))
            .collect();
        let mut text = match open {
            0 => "no alerts\n".to_owned(),
            open => format!("{open} alerts: {}\n", severities.join(", ").to_lowercase()),
        };
        for ((by, reason), count) in &self.suppressed {
            let _ = writeln!(text, "{count} suppressed by {by}: {reason}");
        }
        if self.on_trial > 0 {
            let _ = writeln!(text, "{} of rules on trial", self.on_trial);
        }
        text
    }
}
