//! Which file a path stands for, so that the program never reads what it writes.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// A stored file, whatever path leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    /// A file that is there, where the system numbers files.
    #[cfg(unix)]
    Node {
        /// The number of the file system.
        device: u64,
        /// The number of the file in it.
        inode: u64,
    },
    /// A file that is not there yet, or a system that does not number files: the path without symbolic links.
    Path(PathBuf),
}

impl Identity {
    /// The file that a path stands for, there or not yet there; none for devices, pipes and directories.
    pub(crate) fn of_path(path: &Path) -> Option<Self> {
        match fs::metadata(path) {
            Ok(metadata) => Self::of_metadata(path, &metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                let directory = fs::canonicalize(directory.unwrap_or(Path::new("."))).ok()?;
                Some(Self::Path(directory.join(path.file_name()?)))
            }
            Err(_) => None,
        }
    }

    /// The file at a path with this metadata; none for devices, pipes and directories.
    #[cfg(unix)]
    pub(crate) fn of_metadata(_: &Path, metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        metadata.is_file().then(|| Self::Node {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }

    /// The file at a path with this metadata; none for devices, pipes and directories.
    #[cfg(not(unix))]
    pub(crate) fn of_metadata(path: &Path, metadata: &Metadata) -> Option<Self> {
        if metadata.is_file() {
            fs::canonicalize(path).ok().map(Self::Path)
        } else {
            None
        }
    }

    /// The stored file behind an open one, where the system can tell.
    #[cfg(unix)]
    pub(crate) fn of_open(file: &File) -> Option<Self> {
        Self::of_metadata(Path::new(""), &file.metadata().ok()?)
    }

    /// The stored file behind an open one, where the system can tell.
    #[cfg(not(unix))]
    pub(crate) fn of_open(_: &File) -> Option<Self> {
        None
    }
}

/// A second handle of a standard stream, as a file.
#[cfg(unix)]
pub(crate) fn stream(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
    stream.as_fd().try_clone_to_owned().map(File::from)
}

/// A second handle of a standard stream, as a file.
#[cfg(windows)]
pub(crate) fn stream(stream: &impl std::os::windows::io::AsHandle) -> io::Result<File> {
    stream.as_handle().try_clone_to_owned().map(File::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_paths_to_one_file_are_one() {
        let directory = tempfile::tempdir().unwrap();
        let (plain, roundabout) = (directory.path().join("a"), directory.path().join("./a"));
        assert!(Identity::of_path(&plain).is_some());
        assert_eq!(Identity::of_path(&plain), Identity::of_path(&roundabout));
        fs::write(&plain, "x").unwrap();
        assert_eq!(Identity::of_path(&plain), Identity::of_path(&roundabout));
        assert_ne!(
            Identity::of_path(&plain),
            Identity::of_path(&directory.path().join("b"))
        );
        assert_eq!(Identity::of_path(directory.path()), None);
    }
}
