//! Where tables go.

use std::io;
use std::path::{Path, PathBuf};

use asim_arrow::{BatchBuilder, Table};

use super::file::TableFile;
use super::partitions::Partitions;
use super::{Columns, Part};
use crate::arguments::{OutputArguments, OutputForm};
use crate::input::is_standard;
use crate::message::shown;
use crate::output::{Output, Replace, cannot_write};
use crate::sinks::{Destination, Stop};
use crate::temporary::TemporaryFolder;

/// A table on its way to a file, a stream or a folder of partitions.
#[derive(Debug)]
pub(crate) struct TableOutput {
    /// Its name in messages.
    name: String,
    table: Table,
    form: OutputForm,
    state: State,
}

#[derive(Debug)]
enum State {
    Open(Output),
    File(Box<TableFile<Output>>),
    Partitions(Box<Partitions>),
    CompleteFile(Output),
    CompleteFolder(TemporaryFolder),
    Broken,
}

impl TableOutput {
    /// Opens the output.
    ///
    /// # Errors
    ///
    /// With a message that names what cannot be used.
    pub(crate) fn open(columns: &Columns, arguments: &OutputArguments) -> Result<Self, String> {
        let path = arguments.output.as_path();
        let state = if columns.keys.is_empty() {
            refuse_terminal(path, arguments.to)?;
            State::Open(Output::open(path, Replace::AtTheEnd)?)
        } else {
            let folder = folder(path)?;
            let (table, keys) = (columns.table.clone(), columns.keys.clone());
            State::Partitions(Box::new(Partitions::new(folder, table, arguments.to, keys)))
        };
        let name = if is_standard(path) {
            "standard output".to_owned()
        } else {
            shown(path)
        };
        Ok(Self {
            name,
            table: columns.table.clone(),
            form: arguments.to,
            state,
        })
    }

    /// Begins the output.
    pub(crate) fn begin(&mut self) -> Result<(), Stop> {
        self.state = match std::mem::replace(&mut self.state, State::Broken) {
            State::Open(output) => {
                let begun = TableFile::begin(output, &self.table, self.form, BatchBuilder::SIZE);
                State::File(Box::new(begun.map_err(|error| self.stop(&error))?))
            }
            state => state,
        };
        Ok(())
    }

    /// Writes everything that waits, and the end of each file.
    pub(crate) fn complete(&mut self) -> Result<(), Stop> {
        let complete = match std::mem::replace(&mut self.state, State::Broken) {
            State::File(file) => file.finish().map(State::CompleteFile),
            State::Partitions(partitions) => partitions.finish().map(State::CompleteFolder),
            state => Ok(state),
        };
        self.state = complete.map_err(|error| self.stop(&error))?;
        Ok(())
    }

    /// Ends the output well: what was written stands in its place.
    pub(crate) fn finish(self) -> Result<(), String> {
        match self.state {
            State::CompleteFile(output) => output.finish(),
            State::CompleteFolder(folder) => folder.keep().map_err(|error| cannot_write(&self.name, &error)),
            _ => Ok(()),
        }
    }

    /// Adds the events of a block.
    pub(super) fn add(&mut self, part: &Part) -> io::Result<()> {
        match &mut self.state {
            State::File(file) => file.append(&part.rows, 0..part.rows.len()).map(drop),
            State::Partitions(partitions) => partitions.add(part),
            _ => Ok(()),
        }
    }
}

impl Destination for TableOutput {
    type Part = Part;

    fn take(&mut self, part: &mut Part, _: bool) -> io::Result<()> {
        let added = self.add(part);
        part.clear();
        added
    }

    fn stop(&self, error: &io::Error) -> Stop {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Stop::Closed
        } else {
            Stop::Failed(cannot_write(&self.name, error))
        }
    }
}

/// Nobody reads these forms on a terminal.
fn refuse_terminal(path: &Path, form: OutputForm) -> Result<(), String> {
    use std::io::IsTerminal;

    if is_standard(path) && io::stdout().is_terminal() {
        let form = if form == OutputForm::Arrow {
            "arrow"
        } else {
            "parquet"
        };
        return Err(format!(
            "--to {form} is nothing to read on a terminal; name a file with --output, or pipe it on"
        ));
    }
    Ok(())
}

/// The folder of partitions, which must not be there yet or be empty.
fn folder(path: &Path) -> Result<TemporaryFolder, String> {
    if is_standard(path) {
        return Err("--partition-by writes a folder of files; name it with --output".to_owned());
    }
    let target = PathBuf::from(path);
    if target.exists() {
        let mut entries = target
            .read_dir()
            .map_err(|error| cannot_write(&shown(path), &error))?;
        if entries.next().is_some() {
            return Err(format!(
                "{}: is not empty; --partition-by writes a new folder, name another one",
                shown(path)
            ));
        }
    }
    TemporaryFolder::create(&target).map_err(|error| cannot_write(&shown(path), &error))
}
