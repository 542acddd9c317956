//! The inputs of a job: files, files below directories, and standard input.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use asim_arrow::{Batches, ReadError};
use asimkit::Timestamp;

use crate::identity::{self, Identity};
use crate::message::shown;
use crate::walk;

/// The path that stands for standard input and output.
pub(crate) const STANDARD: &str = "-";

/// By so many bytes a table is told from other bytes.
const HEAD: usize = 8;

/// Whether a path stands for standard input or output.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == STANDARD
}

/// One input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    /// Where it is; `-` is standard input.
    pub(crate) path: PathBuf,
    /// Whether the caller named it, or it was found in a directory.
    pub(crate) named: bool,
    /// What is known of it before it is opened.
    pub(crate) state: State,
}

/// What is known of an input before it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// It is there.
    There,
    /// It cannot be read, with the reason.
    Unusable(String),
    /// It was found in a directory and is a symbolic link that leads nowhere.
    Dangling,
}

/// An input that is open.
pub(crate) struct OpenInput {
    /// What is read.
    pub(crate) file: File,
    /// Whether it may be written while it is read.
    pub(crate) live: bool,
    metadata: Option<Metadata>,
}

/// What a job reads.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// The inputs in their order.
    pub(crate) found: Vec<Input>,
}

impl Inputs {
    /// Finds all inputs; `own` are the files that the program itself writes.
    ///
    /// # Errors
    ///
    /// When the caller names one of these files as an input.
    pub(crate) fn find(paths: &[PathBuf], own: &[Identity]) -> Result<Self, String> {
        let mut inputs = Self::default();
        for path in paths {
            if is_standard(path) {
                let identity = identity::stream(&io::stdin())
                    .ok()
                    .and_then(|file| Identity::of_open(&file));
                inputs.add(path, identity, own)?;
                continue;
            }
            match fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => walk::walk(path, own, &mut inputs),
                Ok(metadata) => inputs.add(path, Identity::of_metadata(path, &metadata), own)?,
                Err(error) => inputs.push(path, true, State::Unusable(error.to_string())),
            }
        }
        Ok(inputs)
    }

    fn add(&mut self, path: &Path, identity: Option<Identity>, own: &[Identity]) -> Result<(), String> {
        if identity.is_some_and(|identity| own.contains(&identity)) {
            return Err(format!(
                "{}: is input and output at once; write to another file",
                name(path)
            ));
        }
        self.push(path, true, State::There);
        Ok(())
    }

    /// Adds an input.
    pub(crate) fn push(&mut self, path: &Path, named: bool, state: State) {
        self.found.push(Input {
            path: path.to_owned(),
            named,
            state,
        });
    }

    /// The number of stored bytes, as far as it is known.
    pub(crate) fn stored_bytes(&self) -> u64 {
        let metadata = |input: &Input| {
            if is_standard(&input.path) {
                identity::stream(&io::stdin()).and_then(|file| file.metadata())
            } else {
                fs::metadata(&input.path)
            }
        };
        let stored = self.found.iter().filter_map(|input| metadata(input).ok());
        stored
            .filter(Metadata::is_file)
            .map(|metadata| metadata.len())
            .sum()
    }
}

/// An input's name in messages.
pub(crate) fn name(path: &Path) -> String {
    if is_standard(path) {
        "standard input".to_owned()
    } else {
        shown(path)
    }
}

impl Input {
    /// Opens the input for reading. A named pipe is waited for.
    pub(crate) fn open(&self) -> io::Result<OpenInput> {
        let standard = is_standard(&self.path);
        let file = if standard {
            identity::stream(&io::stdin())?
        } else {
            File::open(&self.path)?
        };
        let metadata = file.metadata().ok();
        let live = !metadata.as_ref().is_some_and(is_stored);
        Ok(OpenInput { file, live, metadata })
    }
}

/// What an input holds, told by its first bytes.
pub(crate) enum Content {
    /// A Parquet file, an Arrow file or an Arrow stream.
    Table(Batches),
    /// Anything else.
    Bytes(Box<dyn Read + Send>),
}

impl OpenInput {
    /// Tells a table from other bytes.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is a table that cannot be.
    pub(crate) fn content(mut self) -> Result<Content, ReadError> {
        let mut head = Vec::with_capacity(HEAD);
        self.file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        let recognized = Batches::recognizes(&head);
        if recognized && self.file.rewind().is_ok() {
            return Batches::open(self.file).map(Content::Table);
        }
        // What has been read of a pipe does not come again.
        let whole = io::Cursor::new(head).chain(self.file);
        if recognized {
            return Batches::stream(whole).map(Content::Table);
        }
        Ok(Content::Bytes(Box::new(whole)))
    }

    /// The time of the last change, for a stored file that has one.
    pub(crate) fn changed(&self) -> Option<Timestamp> {
        let time = self
            .metadata
            .as_ref()
            .filter(|metadata| metadata.is_file())?
            .modified()
            .ok()?;
        timestamp(time)
    }
}

/// A system time, to the tick of 100 ns before it.
fn timestamp(time: std::time::SystemTime) -> Option<Timestamp> {
    const TICK: u128 = 100;
    let ticks = match time.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos() / TICK).ok()?,
        Err(before) => -i64::try_from(before.duration().as_nanos().div_ceil(TICK)).ok()?,
    };
    Timestamp::from_ticks(ticks)
}

/// Whether all bytes of the input are there already.
#[cfg(unix)]
fn is_stored(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.is_file() || metadata.file_type().is_block_device()
}

/// Whether all bytes of the input are there already.
#[cfg(not(unix))]
fn is_stored(metadata: &Metadata) -> bool {
    metadata.is_file()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn system_times_before_and_after_1970() {
        assert_eq!(
            timestamp(UNIX_EPOCH + Duration::from_nanos(1_250))
                .unwrap()
                .ticks(),
            12
        );
        assert_eq!(
            timestamp(UNIX_EPOCH - Duration::from_nanos(1_250))
                .unwrap()
                .ticks(),
            -13
        );
    }

    #[test]
    fn a_file_that_is_written_is_no_input() {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("dns.log");
        fs::write(&log, "").unwrap();
        let own = [Identity::of_path(&log).unwrap()];
        let error = Inputs::find(std::slice::from_ref(&log), &own).unwrap_err();
        assert!(error.contains("dns.log: is input and output at once"), "{error}");
        let inputs = Inputs::find(&[directory.path().to_owned()], &own).unwrap();
        assert!(inputs.found.is_empty());
    }
}
