//! Events in the order of their times.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::path::PathBuf;

use asim_parse::engine::Collector;
use asim_schema::{DnsField, Event, Timestamp, ValueRef};

/// Collects what another collector writes for each event, with the event's `TimeGenerated`.
#[derive(Debug, Clone)]
pub struct Timed<C>(
    /// The collector that writes the events.
    pub C,
);

/// What a collector has written for some events, and the time of each.
#[derive(Debug, Clone, Default)]
pub struct TimedLines {
    bytes: Vec<u8>,
    /// The time of each event, and where its bytes end.
    events: Vec<(Option<Timestamp>, usize)>,
}

impl TimedLines {
    /// Adds the bytes of an event.
    pub fn push(&mut self, time: Option<Timestamp>, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.events.push((time, self.bytes.len()));
    }

    /// How much memory this takes in a run.
    fn size(&self) -> usize {
        self.bytes.len() + self.events.len() * size_of::<Entry>()
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.events.clear();
    }
}

impl<C: Collector<Part = Vec<u8>>> Collector for Timed<C> {
    type Part = TimedLines;

    fn event(&self, part: &mut TimedLines, event: &Event<'_>) {
        let time = time(event);
        self.0.event(&mut part.bytes, event);
        part.events.push((time, part.bytes.len()));
    }
}

/// The event's `TimeGenerated`.
pub(crate) fn time(event: &Event<'_>) -> Option<Timestamp> {
    let Event::Dns(event) = event else { return None };
    match event.get(DnsField::TimeGenerated) {
        Some(ValueRef::Time(time)) => Some(time),
        _ => None,
    }
}

/// Sorts events by their times in bounded memory: sorted runs go to temporary files, which are merged at the end.
///
/// Events with equal times stay in the order in which they were added; events without a time come first. In memory
/// there is one run, and while runs are merged at most [`FAN_IN`](Self::FAN_IN) buffers of 64 KiB for each time that
/// the number of runs can be divided by it. The temporary files have no name where the system allows that, and
/// vanish in any case when they are closed: after an error or a signal too.
///
/// ```
/// use asimkit::{TimeOrder, TimedLines, Timestamp};
///
/// let at = Timestamp::from_unix_seconds;
/// let mut order = TimeOrder::new("/no/need/for/a/directory", TimeOrder::RUN_SIZE);
/// let mut lines = TimedLines::default();
/// lines.push(at(2), b"second\n");
/// lines.push(at(1), b"first\n");
/// lines.push(at(2), b"third\n");
/// order.add(&mut lines)?;
///
/// let mut sorted = Vec::new();
/// order.finish(&mut sorted)?;
/// assert_eq!(sorted, b"first\nsecond\nthird\n");
/// # Ok::<(), asimkit::OrderError>(())
/// ```
#[derive(Debug)]
pub struct TimeOrder {
    directory: PathBuf,
    run_size: usize,
    run: Run,
    /// The runs in files, in the order of their events, the larger ones before the smaller ones.
    stored: Vec<Stored>,
}

/// Why events could not be sorted.
#[derive(Debug)]
#[non_exhaustive]
pub enum OrderError {
    /// A temporary file could not be made, written or read.
    Temporary(io::Error),
    /// The output could not be written.
    Output(io::Error),
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Temporary(error) => write!(f, "a temporary file cannot be used: {error}"),
            Self::Output(error) => write!(f, "the output cannot be written: {error}"),
        }
    }
}

impl std::error::Error for OrderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Temporary(error) | Self::Output(error) => Some(error),
        }
    }
}

/// A run in memory.
#[derive(Debug, Default)]
struct Run {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

/// An event of a run in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    time: Option<Timestamp>,
    start: usize,
    end: usize,
}

/// A sorted run in a file.
#[derive(Debug)]
struct Stored {
    file: File,
    /// How many times its events have been merged.
    merges: u32,
}

impl Run {
    fn size(&self) -> usize {
        self.bytes.len() + self.entries.len() * size_of::<Entry>()
    }

    fn add(&mut self, part: &TimedLines) {
        let offset = self.bytes.len();
        self.bytes.extend_from_slice(&part.bytes);
        let mut start = offset;
        for (time, end) in &part.events {
            let end = offset + end;
            self.entries.push(Entry {
                time: *time,
                start,
                end,
            });
            start = end;
        }
    }

    /// Sorts the run and hands over its events; then it is empty.
    fn drain(&mut self, mut event: impl FnMut(Option<Timestamp>, &[u8]) -> io::Result<()>) -> io::Result<()> {
        // Of equal times, the one that was added first has the lower start.
        self.entries.sort_unstable();
        for entry in &self.entries {
            let bytes = self.bytes.get(entry.start..entry.end).unwrap_or_default();
            event(entry.time, bytes)?;
        }
        self.bytes.clear();
        self.entries.clear();
        Ok(())
    }
}

impl TimeOrder {
    /// The bytes of a run unless the caller says otherwise: 64 MiB.
    pub const RUN_SIZE: usize = 64 << 20;

    /// So many runs are merged into one.
    pub const FAN_IN: usize = 64;

    /// Sorts with temporary files in a directory, one for about `run_size` bytes of events.
    ///
    /// The directory is not touched as long as one run holds all events. A run has at least one part, so it can be
    /// larger than `run_size` by the events of one block.
    pub fn new(directory: impl Into<PathBuf>, run_size: usize) -> Self {
        Self {
            directory: directory.into(),
            run_size,
            run: Run::default(),
            stored: Vec::new(),
        }
    }

    /// Takes the next events and leaves the part empty.
    ///
    /// # Errors
    ///
    /// When a temporary file cannot be used; the events are then not complete any more.
    pub fn add(&mut self, part: &mut TimedLines) -> Result<(), OrderError> {
        if !self.run.entries.is_empty() && self.run.size() + part.size() > self.run_size {
            self.store().map_err(OrderError::Temporary)?;
        }
        self.run.add(part);
        part.clear();
        Ok(())
    }

    /// Writes all events in the order of their times.
    ///
    /// # Errors
    ///
    /// When a temporary file cannot be used, or the output cannot be written.
    pub fn finish(mut self, output: impl Write) -> Result<(), OrderError> {
        let mut output = BufWriter::with_capacity(BUFFER, output);
        if self.stored.is_empty() {
            let written = self.run.drain(|_, bytes| output.write_all(bytes));
            written.map_err(OrderError::Output)?;
        } else {
            self.store().map_err(OrderError::Temporary)?;
            // The last run is in its file: its memory serves the merge.
            self.run = Run::default();
            merge(self.stored, |_, bytes| output.write_all(bytes))?;
        }
        output.flush().map_err(OrderError::Output)
    }

    /// Puts the run into a file, and merges runs in files when there are many of one kind.
    fn store(&mut self) -> io::Result<()> {
        let mut file = BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(&self.directory)?);
        self.run.drain(|time, bytes| write(&mut file, time, bytes))?;
        self.stored.push(Stored {
            file: rewound(file)?,
            merges: 0,
        });
        while let Some(merges) = self.full() {
            let first = self.stored.len() - Self::FAN_IN;
            let runs = self.stored.split_off(first);
            let mut file = BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(&self.directory)?);
            let merged = merge(runs, |time, bytes| write(&mut file, time, bytes));
            merged.map_err(|error| match error {
                OrderError::Temporary(error) | OrderError::Output(error) => error,
            })?;
            self.stored.push(Stored {
                file: rewound(file)?,
                merges: merges + 1,
            });
        }
        Ok(())
    }

    /// How many times the last runs have been merged, if there are so many alike that they must be merged again.
    fn full(&self) -> Option<u32> {
        let first = self.stored.len().checked_sub(Self::FAN_IN)?;
        let (first, last) = (self.stored.get(first)?, self.stored.last()?);
        (first.merges == last.merges).then_some(last.merges)
    }
}

/// The buffer of a file that is read or written.
const BUFFER: usize = 64 << 10;

/// A file that was written, ready to be read from its start.
fn rewound(file: BufWriter<File>) -> io::Result<File> {
    let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

/// Stands in a file for an event that has no time. No timestamp has so few ticks.
const WITHOUT_TIME: i64 = i64::MIN;

/// Writes an event as it stands in a file: its time, its length, its bytes.
fn write(file: &mut impl Write, time: Option<Timestamp>, bytes: &[u8]) -> io::Result<()> {
    let ticks = time.map_or(WITHOUT_TIME, Timestamp::ticks);
    file.write_all(&ticks.to_le_bytes())?;
    file.write_all(&(bytes.len() as u64).to_le_bytes())?;
    file.write_all(bytes)
}

/// Reads a run from its file, one event after the other.
struct RunReader {
    file: BufReader<File>,
    /// The time of the event that was read last.
    time: Option<Timestamp>,
    /// Its bytes.
    bytes: Vec<u8>,
}

impl RunReader {
    fn new(run: Stored) -> Self {
        Self {
            file: BufReader::with_capacity(BUFFER, run.file),
            time: None,
            bytes: Vec::new(),
        }
    }

    /// Reads the next event; false at the end of the run.
    fn advance(&mut self) -> io::Result<bool> {
        if self.file.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let (mut ticks, mut length) = ([0; 8], [0; 8]);
        self.file.read_exact(&mut ticks)?;
        self.file.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        self.time = Timestamp::from_ticks(i64::from_le_bytes(ticks));
        self.bytes.clear();
        let read = (&mut self.file).take(length).read_to_end(&mut self.bytes)?;
        if read as u64 == length {
            Ok(true)
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}

/// Hands over the events of sorted runs in the order of their times, equal ones in the order of the runs.
fn merge(
    runs: Vec<Stored>,
    mut event: impl FnMut(Option<Timestamp>, &[u8]) -> io::Result<()>,
) -> Result<(), OrderError> {
    let mut readers: Vec<_> = runs.into_iter().map(RunReader::new).collect();
    let mut first = BinaryHeap::with_capacity(readers.len());
    for (run, reader) in readers.iter_mut().enumerate() {
        if reader.advance().map_err(OrderError::Temporary)? {
            first.push(Reverse((reader.time, run)));
        }
    }
    while let Some(mut next) = first.peek_mut() {
        let Reverse((time, run)) = *next;
        let Some(reader) = readers.get_mut(run) else { break };
        event(time, &reader.bytes).map_err(OrderError::Output)?;
        if reader.advance().map_err(OrderError::Temporary)? {
            *next = Reverse((reader.time, run));
        } else {
            PeekMut::pop(next);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    /// Events in parts: the time in seconds, if there is one, and the text.
    type Parts = Vec<Vec<(Option<i64>, String)>>;

    fn sorted(parts: &Parts, directory: &Path, run_size: usize) -> String {
        let mut order = TimeOrder::new(directory, run_size);
        let mut lines = TimedLines::default();
        for part in parts {
            for (seconds, text) in part {
                lines.push(seconds.and_then(Timestamp::from_unix_seconds), text.as_bytes());
            }
            order.add(&mut lines).unwrap();
            assert_eq!(lines.size(), 0);
        }
        let mut sorted = Vec::new();
        order.finish(&mut sorted).unwrap();
        String::from_utf8(sorted).unwrap()
    }

    fn expected(parts: &Parts) -> String {
        let mut events = parts.concat();
        events.sort_by_key(|(time, _)| *time);
        events.into_iter().map(|(_, text)| text).collect()
    }

    fn parts() -> impl Strategy<Value = Parts> {
        let event = (prop::option::weighted(0.95, -5_i64..5), "[a-z]{0,40}\n");
        prop::collection::vec(prop::collection::vec(event, 0..6), 0..150)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn equals_a_stable_sort(parts in parts(), run_size in 0_usize..3000) {
            let directory = tempfile::tempdir().unwrap();
            prop_assert_eq!(sorted(&parts, directory.path(), run_size), expected(&parts));
            prop_assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn many_runs_are_merged_more_than_once() {
        let directory = tempfile::tempdir().unwrap();
        let runs = i64::try_from(TimeOrder::FAN_IN * TimeOrder::FAN_IN + 3).unwrap();
        let parts: Parts = (0..runs)
            .map(|run| vec![(Some(run * 7919 % 1000), format!("{run}\n"))])
            .collect();
        assert_eq!(sorted(&parts, directory.path(), 1), expected(&parts));
    }

    #[test]
    fn memory_holds_one_run() {
        const RUN: usize = 10_000;
        let directory = tempfile::tempdir().unwrap();
        let mut order = TimeOrder::new(directory.path(), RUN);
        let mut lines = TimedLines::default();
        for n in 0..2000 {
            lines.push(Timestamp::from_unix_seconds(n % 17), &[b'x'; 100]);
            order.add(&mut lines).unwrap();
            assert!(order.run.size() <= RUN, "{}", order.run.size());
            assert!(order.stored.len() < 2 * TimeOrder::FAN_IN);
        }
        assert!(order.stored.len() > 1);
    }

    #[test]
    fn errors_tell_which_file_it_was() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut part = TimedLines::default();
        part.push(None, b"x");
        let mut order = TimeOrder::new("/no/such/directory", 1);
        order.add(&mut part).unwrap();
        part.push(None, b"y");
        assert!(matches!(order.add(&mut part), Err(OrderError::Temporary(_))));
        let mut order = TimeOrder::new("/no/such/directory", 1000);
        part.push(None, b"x");
        order.add(&mut part).unwrap();
        assert!(matches!(order.finish(Full), Err(OrderError::Output(_))));
    }
}
