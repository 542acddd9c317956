//! Where events go: straight to the output, or through a sort.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use asimkit::{OrderError, TimeOrder, Timed, TimedLines};

use crate::arguments::{Order, OutputArguments};
use crate::input::is_standard;
use crate::lines::Lines;
use crate::message::shown;
use crate::output::{Output, Replace, cannot_write};
use crate::sinks::{Destination, Stop};

/// Where events go, and what collects them.
#[derive(Debug)]
pub(crate) enum Events {
    /// To the output in the order of the inputs.
    AsRead(Lines, Output),
    /// To the output at the end, in the order of their times.
    ByTime(Timed<Lines>, Sorted),
}

/// Events that are sorted by their times.
#[derive(Debug)]
pub(crate) struct Sorted {
    output: Output,
    /// The events, until they are complete.
    order: Option<TimeOrder>,
    /// Where temporary files are made.
    directory: PathBuf,
}

impl Events {
    /// Opens the output.
    ///
    /// # Errors
    ///
    /// With a message that names the file or the directory that cannot be used.
    pub(crate) fn open(lines: Lines, arguments: &OutputArguments) -> Result<Self, String> {
        let directory = match (&arguments.temp_dir, arguments.order) {
            (Some(_), Order::Input) => {
                return Err("--temp-dir: only --order time makes temporary files there".to_owned());
            }
            (Some(directory), Order::Time) => {
                // Better now than after hours of reading.
                tempfile::tempfile_in(directory).map_err(|error| cannot_sort(directory, &error))?;
                directory.clone()
            }
            (None, _) => beside(&arguments.output).unwrap_or_else(env::temp_dir),
        };
        let output = Output::open(&arguments.output, Replace::AtTheEnd)?;
        Ok(match arguments.order {
            Order::Input => Self::AsRead(lines, output),
            Order::Time => Self::ByTime(
                Timed(lines),
                Sorted {
                    output,
                    order: Some(TimeOrder::new(&directory, TimeOrder::RUN_SIZE)),
                    directory,
                },
            ),
        })
    }

    /// Begins the output.
    pub(crate) fn begin(&mut self) -> Result<(), Stop> {
        let (header, output) = match self {
            Self::AsRead(lines, output) => (lines.header(), output),
            Self::ByTime(lines, sorted) => (lines.0.header(), &mut sorted.output),
        };
        let written = output.write_all(&header);
        written.map_err(|error| Stop::of_output(output, &error))
    }

    /// Writes what waited for the last event.
    pub(crate) fn complete(&mut self) -> Result<(), Stop> {
        let Self::ByTime(_, sorted) = self else {
            return Ok(());
        };
        let Some(order) = sorted.order.take() else {
            return Ok(());
        };
        order.finish(&mut sorted.output).map_err(|error| match error {
            OrderError::Output(error) => Stop::of_output(&sorted.output, &error),
            OrderError::Temporary(error) => Stop::Failed(cannot_sort(&sorted.directory, &error)),
            error => Stop::Failed(error.to_string()),
        })
    }

    /// Ends the output well: what was written stands in its place.
    pub(crate) fn finish(self) -> Result<(), String> {
        match self {
            Self::AsRead(_, output) | Self::ByTime(_, Sorted { output, .. }) => output.finish(),
        }
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

impl Destination for Sorted {
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
    fn of_output(output: &Output, error: &io::Error) -> Self {
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
