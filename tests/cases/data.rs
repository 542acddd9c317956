//! Data beside the project, which is read there and never copied into it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file or folder beside the project; tests that need it say that they skip when it is not there.
pub(crate) fn beside(path: &str) -> Option<PathBuf> {
    let full = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .join(path);
    if full.exists() {
        return Some(full);
    }
    skipped(&format!("{path} does not stand beside the project"));
    None
}

/// Says that a test skips. The runner hides what a passing test prints, but not what is written like this.
pub(crate) fn skipped(reason: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {reason}");
}

/// All files below a folder, sorted.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
