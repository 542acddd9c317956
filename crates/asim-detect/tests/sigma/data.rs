//! Data beside the project, which is read there and never copied into it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A folder beside the project; tests that need it say that they skip when it is not there.
pub(crate) fn beside(path: &str) -> Option<PathBuf> {
    let full = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(path);
    if full.exists() {
        return Some(full);
    }
    // The runner hides what a passing test prints, but not what is written like this.
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: {path} does not stand beside the project"
    );
    None
}

/// The rules below a folder, with their names below it, sorted.
pub(crate) fn rules_below(folder: &Path) -> Vec<(String, String)> {
    let (mut rules, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "yml") {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                rules.push((name.to_owned(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    rules.sort();
    rules
}
