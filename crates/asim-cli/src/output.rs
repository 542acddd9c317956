//! Where data goes: standard output, a file that appears when it is complete, a file that grows, a device.

use std::fs::{self, File};
use std::io::{self, Stdout, Write};
use std::path::Path;

use crate::input::{STANDARD, is_standard};
use crate::message::shown;
use crate::temporary::Temporary;

/// When a file replaces the one that stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replace {
    /// When it is complete.
    AtTheEnd,
    /// At once; then it grows.
    AtOnce,
}

/// An open output.
#[derive(Debug)]
pub(crate) struct Output {
    /// Its name in messages.
    pub(crate) name: String,
    target: Target,
}

#[derive(Debug)]
enum Target {
    Standard(Stdout),
    Direct(File),
    Temporary(Temporary),
}

impl Output {
    /// Opens an output; `-` is standard output, and devices and named pipes are written directly.
    ///
    /// # Errors
    ///
    /// With a message that names the file.
    pub(crate) fn open(path: &Path, replace: Replace) -> Result<Self, String> {
        if is_standard(path) {
            return Ok(Self {
                name: "standard output".to_owned(),
                target: Target::Standard(io::stdout()),
            });
        }
        let name = shown(path);
        let target = Self::file(path, replace).map_err(|error| cannot_write(&name, &error))?;
        Ok(Self { name, target })
    }

    fn file(path: &Path, replace: Replace) -> io::Result<Target> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(metadata) if !metadata.is_file() => {
                fs::OpenOptions::new().write(true).open(path).map(Target::Direct)
            }
            _ if replace == Replace::AtOnce => File::create(path).map(Target::Direct),
            _ => Temporary::create(path).map(Target::Temporary),
        }
    }

    /// Writes text, unless the reader has gone away.
    ///
    /// # Errors
    ///
    /// With a message that names the file.
    pub(crate) fn put(&mut self, text: &str) -> Result<(), String> {
        let written = self.write_all(text.as_bytes()).or_else(unless_closed);
        written.map_err(|error| cannot_write(&self.name, &error))
    }

    /// Ends the output well: what was written stands in its place.
    ///
    /// # Errors
    ///
    /// With a message that names the file.
    pub(crate) fn finish(mut self) -> Result<(), String> {
        let flushed = self.flush();
        let ended = match self.target {
            Target::Standard(_) | Target::Direct(_) => flushed.or_else(unless_closed),
            Target::Temporary(file) => flushed.and_then(|()| file.keep()),
        };
        ended.map_err(|error| cannot_write(&self.name, &error))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Standard(stream) => stream.write(bytes),
            Target::Direct(file) => file.write(bytes),
            Target::Temporary(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Standard(stream) => stream.flush(),
            Target::Direct(file) => file.flush(),
            Target::Temporary(file) => file.flush(),
        }
    }
}

/// A reader that has gone away wanted no more of it.
fn unless_closed(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Ok(())
    } else {
        Err(error)
    }
}

/// The message about an output that cannot be written.
pub(crate) fn cannot_write(name: &str, error: &io::Error) -> String {
    format!("{name}: cannot be written: {error}")
}

/// Writes a subcommand's whole answer to standard output.
pub(crate) fn answer(text: &str) -> Result<(), String> {
    let mut output = Output::open(Path::new(STANDARD), Replace::AtOnce)?;
    output.put(text)?;
    output.finish()
}
