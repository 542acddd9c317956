//! Directories, read with everything below them.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::identity::Identity;
use crate::input::{Inputs, State};
use crate::temporary;

/// Adds the files below a directory, sorted by name within each directory.
///
/// A symbolic link is followed, unless what it points to is read anyway: so no file is read twice for a link such as
/// `latest`, and no loop is run through. Devices, pipes and sockets are passed over, and so is what the program
/// itself writes.
pub(crate) fn walk(directory: &Path, own: &[Identity], inputs: &mut Inputs) {
    let mut walk = Walk {
        own,
        inputs,
        read: Vec::new(),
    };
    match fs::canonicalize(directory) {
        Ok(target) => walk.directory(directory, target),
        Err(error) => walk
            .inputs
            .push(directory, false, State::Unusable(error.to_string())),
    }
}

struct Walk<'w> {
    own: &'w [Identity],
    inputs: &'w mut Inputs,
    /// The directories that are read with everything below them, without symbolic links.
    read: Vec<PathBuf>,
}

impl Walk<'_> {
    fn directory(&mut self, directory: &Path, target: PathBuf) {
        self.read.push(target);
        for entry in WalkDir::new(directory).min_depth(1).sort_by_file_name() {
            match entry {
                Ok(entry) => self.entry(&entry),
                Err(error) => {
                    let path = error.path().unwrap_or(directory).to_owned();
                    let reason = error
                        .into_io_error()
                        .map_or_else(String::new, |error| error.to_string());
                    self.inputs.push(&path, false, State::Unusable(reason));
                }
            }
        }
    }

    fn entry(&mut self, entry: &DirEntry) {
        if entry.file_type().is_symlink() {
            self.link(entry.path());
        } else if entry.file_type().is_file() {
            self.file(entry.path());
        }
    }

    fn link(&mut self, link: &Path) {
        let (Ok(target), Ok(metadata)) = (fs::canonicalize(link), fs::metadata(link)) else {
            self.inputs.push(link, false, State::Dangling);
            return;
        };
        if self.read.iter().any(|read| target.starts_with(read)) {
            return;
        }
        if metadata.is_dir() {
            self.directory(link, target);
        } else if metadata.is_file() {
            self.file(link);
        }
    }

    fn file(&mut self, path: &Path) {
        let is_own = || Identity::of_path(path).is_some_and(|identity| self.own.contains(&identity));
        if !temporary::is_temporary(path) && !is_own() {
            self.inputs.push(path, false, State::There);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Input;

    fn found(directory: &Path) -> Vec<String> {
        let mut inputs = Inputs::default();
        walk(directory, &[], &mut inputs);
        let relative = |input: &Input| {
            let path = input.path.strip_prefix(directory).unwrap().display().to_string();
            if input.state == State::There {
                path
            } else {
                format!("{path}: {:?}", input.state)
            }
        };
        inputs.found.iter().map(relative).collect()
    }

    #[test]
    fn files_come_sorted_and_without_temporary_ones() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("b/deep")).unwrap();
        for name in [
            "c.log",
            "b/z.log",
            "b/deep/y.log",
            "a.log",
            ".out.ndjson.Xk3f9a.asim-part",
        ] {
            fs::write(directory.path().join(name), "").unwrap();
        }
        assert_eq!(
            found(directory.path()),
            ["a.log", "b/deep/y.log", "b/z.log", "c.log"]
        );
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_once_and_never_in_circles() {
        use std::os::unix::fs::symlink;
        let (directory, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(directory.path().join("today.log"), "").unwrap();
        fs::write(outside.path().join("spool.log"), "").unwrap();
        symlink("today.log", directory.path().join("latest")).unwrap();
        symlink(".", directory.path().join("circle")).unwrap();
        symlink(outside.path(), directory.path().join("current")).unwrap();
        symlink(outside.path(), directory.path().join("current-again")).unwrap();
        symlink(directory.path(), outside.path().join("back")).unwrap();
        symlink("nowhere", directory.path().join("dangling")).unwrap();
        assert_eq!(
            found(directory.path()),
            ["current/spool.log", "dangling: Dangling", "today.log"]
        );
    }
}
