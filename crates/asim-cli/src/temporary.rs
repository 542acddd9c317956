//! Files that take their place only when they are complete.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};

use tempfile::{NamedTempFile, TempDir};

/// The end of a temporary file's name.
const SUFFIX: &str = ".asim-part";

/// The status of a program that a signal has ended.
const INTERRUPTED: i32 = 130;

/// The temporary files that a signal must remove.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file under a hidden name in the directory of its target.
#[derive(Debug)]
pub(crate) struct Temporary {
    file: NamedTempFile,
    target: PathBuf,
}

/// Whether a path is that of a temporary file of this program.
pub(crate) fn is_temporary(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    name.starts_with('.') && name.ends_with(SUFFIX)
}

impl Temporary {
    /// A file that will stand at `target`. Until then it is removed when it is dropped, or when a signal ends the
    /// program.
    pub(crate) fn create(target: &Path) -> io::Result<Self> {
        // A symbolic link stays, and what it points to is replaced.
        let existing = fs::metadata(target).ok();
        let target = if existing.is_some() {
            fs::canonicalize(target)?
        } else {
            target.to_owned()
        };
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(target.file_name().ok_or(io::ErrorKind::InvalidFilename)?);
        prefix.push(".");
        let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        remove_on_signal();
        let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        let file = builder.tempfile_in(directory.unwrap_or(Path::new(".")))?;
        unfinished.push(file.path().to_owned());
        drop(unfinished);
        if let Some(existing) = existing {
            fs::set_permissions(file.path(), existing.permissions())?;
        }
        Ok(Self { file, target })
    }

    /// Puts the file at its target, in place of what stands there.
    pub(crate) fn keep(self) -> io::Result<()> {
        let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.file.path().to_owned();
        self.file.persist(&self.target).map_err(|error| error.error)?;
        unfinished.retain(|other| *other != path);
        Ok(())
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A folder under a hidden name beside its target.
#[derive(Debug)]
pub(crate) struct TemporaryFolder {
    folder: TempDir,
    target: PathBuf,
}

impl TemporaryFolder {
    /// A folder that will stand at `target`, which is not there or empty. Until then it is removed when it is dropped,
    /// or when a signal ends the program.
    pub(crate) fn create(target: &Path) -> io::Result<Self> {
        let target = if target.exists() {
            fs::canonicalize(target)?
        } else {
            target.to_owned()
        };
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(target.file_name().ok_or(io::ErrorKind::InvalidFilename)?);
        prefix.push(".");
        let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        remove_on_signal();
        let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = builder.tempdir_in(directory.unwrap_or(Path::new(".")))?;
        unfinished.push(folder.path().to_owned());
        Ok(Self { folder, target })
    }

    /// Where it stands now.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts the folder at its target.
    pub(crate) fn keep(self) -> io::Result<()> {
        let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        if self.target.exists() {
            // Fails unless it is empty still.
            fs::remove_dir(&self.target)?;
        }
        fs::rename(self.folder.path(), &self.target)?;
        let path = self.folder.keep();
        unfinished.retain(|other| *other != path);
        Ok(())
    }
}

/// Makes signals that end the program (interrupt, terminate, hang up) remove the temporary files first.
fn remove_on_signal() {
    static ONCE: Once = Once::new();
    ONCE.call_once(watch);
}

/// Ends the program at the first signal. One that the caller ignores, as nohup and shells do, stays ignored.
#[cfg(unix)]
fn watch() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let ignored = ignored();
    let watched = [SIGHUP, SIGINT, SIGTERM]
        .into_iter()
        .filter(|signal| ignored >> (signal - 1) & 1 == 0);
    if let Ok(mut signals) = Signals::new(watched) {
        std::thread::spawn(move || {
            if signals.forever().next().is_some() {
                end();
            }
        });
    }
}

#[cfg(not(unix))]
fn watch() {
    let _ = ctrlc::try_set_handler(end);
}

/// The signals that this process ignores, a bit each, where the system tells.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}

#[expect(clippy::exit, reason = "a signal ends the program")]
fn end() {
    // While the list is locked, no file can be put in its place.
    let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in unfinished.iter() {
        let _ = fs::remove_file(path).or_else(|_| fs::remove_dir_all(path));
    }
    std::process::exit(INTERRUPTED);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_when_it_is_kept_and_else_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("out");
        let names = || fs::read_dir(directory.path()).unwrap().count();

        let mut dropped = Temporary::create(&target).unwrap();
        dropped.write_all(b"lost").unwrap();
        assert!(is_temporary(dropped.file.path()) && !target.exists());
        drop(dropped);
        assert_eq!(names(), 0);

        let mut kept = Temporary::create(&target).unwrap();
        kept.write_all(b"kept").unwrap();
        kept.keep().unwrap();
        assert_eq!((names(), fs::read(&target).unwrap()), (1, b"kept".to_vec()));
    }

    #[test]
    fn a_folder_appears_when_it_is_kept_and_else_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("out");
        let names = || fs::read_dir(directory.path()).unwrap().count();

        let dropped = TemporaryFolder::create(&target).unwrap();
        fs::write(dropped.path().join("x"), "lost").unwrap();
        assert!(is_temporary(dropped.path()) && !target.exists());
        drop(dropped);
        assert_eq!(names(), 0);

        for there in [false, true] {
            if there {
                fs::create_dir(&target).unwrap();
            }
            let kept = TemporaryFolder::create(&target).unwrap();
            fs::write(kept.path().join("x"), "kept").unwrap();
            kept.keep().unwrap();
            assert_eq!(
                (names(), fs::read(target.join("x")).unwrap()),
                (1, b"kept".to_vec())
            );
            fs::remove_dir_all(&target).unwrap();
        }

        let late = TemporaryFolder::create(&target).unwrap();
        fs::create_dir(&target).unwrap();
        fs::write(target.join("theirs"), "").unwrap();
        late.keep().unwrap_err();
        assert_eq!((names(), fs::read_dir(&target).unwrap().count()), (1, 1));
    }

    #[test]
    #[cfg(unix)]
    fn what_a_link_points_to_is_replaced_with_its_permissions() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let directory = tempfile::tempdir().unwrap();
        let (real, link) = (directory.path().join("real"), directory.path().join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("real", &link).unwrap();
        let mut file = Temporary::create(&link).unwrap();
        file.write_all(b"new").unwrap();
        file.keep().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
