//! The state between two runs: that of the rules, and the names of the inputs that evidence comes from.

use std::fs;
use std::io::Write;
use std::path::Path;

use asim_detect::{Detector, Names};
use serde::{Deserialize, Serialize};

use crate::input::name;
use crate::output::{Output, Replace, cannot_write};

/// So many names of inputs of earlier runs are kept.
const KEPT: usize = 1_000;

/// The names of inputs by their numbers, which go on from run to run.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct InputNames {
    /// The number of the first name that is kept.
    first: u32,
    names: Vec<String>,
}

impl InputNames {
    /// Adds an input, and returns its number.
    pub(super) fn add(&mut self, name: &str) -> u32 {
        self.names.push(name.to_owned());
        self.first
            .saturating_add(u32::try_from(self.names.len() - 1).unwrap_or(u32::MAX))
    }

    /// Forgets names of long ago.
    fn shorten(&mut self) {
        let surplus = self.names.len().saturating_sub(KEPT);
        self.names.drain(..surplus);
        self.first = self
            .first
            .saturating_add(u32::try_from(surplus).unwrap_or(u32::MAX));
    }
}

impl Names for InputNames {
    fn name(&self, input: u32) -> Option<&str> {
        let place = usize::try_from(input.checked_sub(self.first)?).ok()?;
        self.names.get(place).map(String::as_str)
    }
}

/// The first line of a state file.
const MARK: &[u8] = b"asim detect state 1\n";

/// Takes the state in a file, if there is one.
pub(super) fn load(path: &Path, detector: &mut Detector) -> Result<InputNames, String> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(InputNames::default()),
        Err(error) => return Err(format!("{}: cannot be read: {error}", name(path))),
    };
    let about = |problem: &str| format!("{}: {problem}", name(path));
    let damaged = || about("is no state of `asim detect`");
    let rest = bytes.strip_prefix(MARK).ok_or_else(damaged)?;
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(damaged)?;
    let (line, snapshot) = rest.split_at(end);
    let names = serde_json::from_slice(line).map_err(|_| damaged())?;
    detector
        .restore(snapshot.get(1..).unwrap_or_default())
        .map_err(|error| about(&error.to_string()))?;
    Ok(names)
}

/// Writes the state into a file, which is replaced when the state is complete.
pub(super) fn save(path: &Path, detector: &mut Detector, names: &mut InputNames) -> Result<(), String> {
    names.shorten();
    let about = |problem: &str| format!("{}: {problem}", name(path));
    let snapshot = detector.snapshot().map_err(|error| about(&error.to_string()))?;
    let line = serde_json::to_vec(names).map_err(|error| about(&error.to_string()))?;
    let mut output = Output::open(path, Replace::AtTheEnd)?;
    let parts = [MARK, &line, b"\n", &snapshot];
    let written = parts.iter().try_for_each(|part| output.write_all(part));
    written.map_err(|error| cannot_write(&output.name, &error))?;
    output.finish()
}
