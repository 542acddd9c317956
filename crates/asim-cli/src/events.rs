//! Where events go: straight to the output, or through a sort.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use asimkit::{OrderError, TimeOrder, Timed, TimedLines};

use crate::arguments::{NormalizeArguments, Order, OutputArguments};
use crate::input::is_standard;
use crate::lines::Lines;
use crate::message::shown;
use crate::output::{Output, Replace, cannot_write};
use crate::sinks::{Destination, Stop};
use crate::table::{Columns, SortedTable, Stored, TableOutput};

/// Where events go, and what collects them.
#[derive(Debug)]
pub(crate) enum Events {
    /// To the output in the order of the inputs.
    AsRead(Lines, Output),
    /// To the output at the end, in the order of their times.
    ByTime(Timed<Lines>, Sorted<Output>),
    /// To a table in the order of the inputs.
    Table(Box<Columns>, Box<TableOutput>),
    /// To a table at the end, in the order of their times.
    TableByTime(Timed<Stored>, Box<Sorted<SortedTable>>),
}

/// Events that are sorted by their times.
#[derive(Debug)]
pub(crate) struct Sorted<T> {
    target: T,
    /// The events, until they are complete.
    order: Option<TimeOrder>,
    /// Where temporary files are made.
    directory: PathBuf,
}

/// Where sorted events go.
pub(crate) trait Target {
    /// Writes the events in their order.
    fn fill(&mut self, order: TimeOrder) -> Result<(), OrderError>;

    /// What an error of the output means for the job.
    fn stop(&self, error: &io::Error) -> Stop;
}

impl Target for Output {
    fn fill(&mut self, order: TimeOrder) -> Result<(), OrderError> {
        order.finish(self)
    }

    fn stop(&self, error: &io::Error) -> Stop {
        Stop::of_output(self, error)
    }
}

impl Events {
    /// Opens the output.
    ///
    /// # Errors
    ///
    /// When the arguments contradict one another, or with a message that names the file or the directory that cannot
    /// be used.
    pub(crate) fn open(arguments: &NormalizeArguments) -> Result<Self, String> {
        let output = &arguments.output;
        let directory = temporary_directory(output)?;
        if !output.to.is_table() {
            for (given, flag) in [
                (output.with_answers, "--with-answers"),
                (!output.partition_by.is_empty(), "--partition-by"),
            ] {
                if given {
                    return Err(format!("{flag}: only with --to parquet or --to arrow"));
                }
            }
            let lines = Lines::of(arguments)?;
            let file = Output::open(&output.output, Replace::AtTheEnd)?;
            return Ok(match output.order {
                Order::Input => Self::AsRead(lines, file),
                Order::Time => Self::ByTime(Timed(lines), Sorted::new(file, directory)),
            });
        }
        let columns = Columns::of(arguments)?;
        if output.order == Order::Time && !output.partition_by.is_empty() {
            return Err(
                "--order time: not with --partition-by; sort the files of each partition afterwards"
                    .to_owned(),
            );
        }
        let table = TableOutput::open(&columns, output)?;
        Ok(match output.order {
            Order::Input => Self::Table(Box::new(columns), Box::new(table)),
            Order::Time => Self::TableByTime(
                Timed(Stored::default()),
                Box::new(Sorted::new(SortedTable::new(columns, table), directory)),
            ),
        })
    }

    /// Begins the output.
    pub(crate) fn begin(&mut self) -> Result<(), Stop> {
        let (header, output) = match self {
            Self::AsRead(lines, output) => (lines.header(), output),
            Self::ByTime(lines, sorted) => (lines.0.header(), &mut sorted.target),
            Self::Table(_, table) => return table.begin(),
            Self::TableByTime(_, sorted) => return sorted.target.output.begin(),
        };
        let written = output.write_all(&header);
        written.map_err(|error| Stop::of_output(output, &error))
    }

    /// Writes what waited for the last event.
    pub(crate) fn complete(&mut self) -> Result<(), Stop> {
        match self {
            Self::AsRead(..) => Ok(()),
            Self::Table(_, table) => table.complete(),
            Self::ByTime(_, sorted) => sorted.complete(),
            Self::TableByTime(_, sorted) => {
                sorted.complete()?;
                sorted.target.output.complete()
            }
        }
    }

    /// Names the source of the events that follow.
    pub(crate) fn set_source(&mut self, source: &'static str) {
        if let Self::Table(columns, _) = self {
            columns.set_source(source);
        }
    }

    /// Ends the output well: what was written stands in its place.
    pub(crate) fn finish(self) -> Result<(), String> {
        match self {
            Self::AsRead(_, output) => output.finish(),
            Self::ByTime(_, sorted) => sorted.target.finish(),
            Self::Table(_, table) => table.finish(),
            Self::TableByTime(_, sorted) => sorted.target.output.finish(),
        }
    }
}

impl<T: Target> Sorted<T> {
    fn new(target: T, directory: PathBuf) -> Self {
        Self {
            target,
            order: Some(TimeOrder::new(&directory, TimeOrder::RUN_SIZE)),
            directory,
        }
    }

    /// Writes the events in their order.
    fn complete(&mut self) -> Result<(), Stop> {
        let Some(order) = self.order.take() else {
            return Ok(());
        };
        self.target.fill(order).map_err(|error| match error {
            OrderError::Output(error) => self.target.stop(&error),
            OrderError::Temporary(error) => Stop::Failed(cannot_sort(&self.directory, &error)),
            error => Stop::Failed(error.to_string()),
        })
    }
}

/// The directory of the temporary files of a sort.
///
/// # Errors
///
/// When it is named and cannot be used, or there is nothing to sort.
fn temporary_directory(arguments: &OutputArguments) -> Result<PathBuf, String> {
    match (&arguments.temp_dir, arguments.order) {
        (Some(_), Order::Input) => {
            Err("--temp-dir: only --order time makes temporary files there".to_owned())
        }
        (Some(directory), Order::Time) => {
            // Better now than after hours of reading.
            tempfile::tempfile_in(directory).map_err(|error| cannot_sort(directory, &error))?;
            Ok(directory.clone())
        }
        (None, _) => Ok(beside(&arguments.output).unwrap_or_else(env::temp_dir)),
    }
}

/// The directory of an output that is a file: where there is room for it, there is room for sorting it.
fn beside(output: &Path) -> Option<PathBuf> {
    let is_device = || fs::metadata(output).is_ok_and(|metadata| !metadata.is_file());
    if is_standard(output) || is_device() {
        return None;
    }
    let directory = output.parent()?;
    let here = directory.as_os_str().is_empty();
    Some(if here { Path::new(".") } else { directory }.to_owned())
}

/// The message about temporary files that cannot be used.
fn cannot_sort(directory: &Path, error: &io::Error) -> String {
    format!(
        "{}: temporary files cannot be written: {error}; name another directory with --temp-dir",
        shown(directory)
    )
}

impl<T> Destination for Sorted<T> {
    type Part = TimedLines;

    fn take(&mut self, part: &mut TimedLines, _: bool) -> io::Result<()> {
        let Some(order) = &mut self.order else {
            return Ok(());
        };
        order.add(part).map_err(|error| match error {
            OrderError::Temporary(error) | OrderError::Output(error) => error,
            error => io::Error::other(error),
        })
    }

    fn stop(&self, error: &io::Error) -> Stop {
        Stop::Failed(cannot_sort(&self.directory, error))
    }
}

impl Destination for Output {
    type Part = Vec<u8>;

    fn take(&mut self, part: &mut Vec<u8>, live: bool) -> io::Result<()> {
        let written = self.write_all(part);
        part.clear();
        if live {
            written.and_then(|()| self.flush())
        } else {
            written
        }
    }

    fn stop(&self, error: &io::Error) -> Stop {
        Stop::of_output(self, error)
    }
}

impl Stop {
    /// What an error of the output of events means for the job.
    pub(crate) fn of_output(output: &Output, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::Failed(cannot_write(&output.name, error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_sorted_where_they_will_stand() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(
            beside(&directory.path().join("out")).as_deref(),
            Some(directory.path())
        );
        assert_eq!(beside(Path::new("out")).as_deref(), Some(Path::new(".")));
        for elsewhere in [Path::new("-"), directory.path()] {
            assert_eq!(beside(elsewhere), None);
        }
    }
}
