//! Writes all generated files, or tells which are not up to date.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::emit::{self, Artefact};
use crate::registry;
use crate::schema::Project;

/// The command that mends a drift.
const COMMAND: &str = "cargo xtask codegen";
/// Folders that hold nothing but generated files.
const FOLDERS: [&str; 2] = ["crates/asim-schema/src/generated", "schemas/generated"];

/// Brings all generated files up to date.
pub(crate) fn write() -> Result<String, String> {
    let root = root();
    let artefacts = artefacts(&root)?;
    let stale = stale(&root, &artefacts);
    for artefact in artefacts.iter().filter(|artefact| stale.contains(&artefact.path)) {
        let path = root.join(&artefact.path);
        let folder = path.parent().unwrap_or(&root);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, &artefact.text))
            .map_err(|error| format!("{}: {error}", artefact.path))?;
    }
    for path in orphans(&root, &artefacts) {
        fs::remove_file(root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(format!(
        "{} generated files, {} of them changed",
        artefacts.len(),
        stale.len()
    ))
}

/// Fails and names the files that differ from what the data gives.
pub(crate) fn check() -> Result<String, String> {
    let root = root();
    let artefacts = artefacts(&root)?;
    let mut wrong: Vec<String> = stale(&root, &artefacts).into_iter().collect();
    wrong.extend(
        orphans(&root, &artefacts)
            .into_iter()
            .map(|path| format!("{path} (nothing generates it)")),
    );
    if wrong.is_empty() {
        return Ok(format!("{} generated files are up to date", artefacts.len()));
    }
    Err(format!(
        "not up to date:\n  {}\nrun `{COMMAND}` and commit what it writes",
        wrong.join("\n  ")
    ))
}

/// The root of the project.
///
/// Cargo tells it at run time: a binary that was built in another copy of the project must not write there.
pub(crate) fn root() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "so cargo tells a tool where it is called"
    )]
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).join("../..")
}

/// All generated files as they should be, Rust formatted.
fn artefacts(root: &Path) -> Result<Vec<Artefact>, String> {
    let project = Project::read(root)?;
    let mut artefacts = emit::all(&project);
    artefacts.extend(registry::artefacts(root)?);
    for artefact in &mut artefacts {
        if Path::new(&artefact.path)
            .extension()
            .is_some_and(|extension| extension == "rs")
        {
            artefact.text =
                formatted(root, &artefact.text).map_err(|error| format!("{}: {error}", artefact.path))?;
        }
    }
    Ok(artefacts)
}

/// Paths whose file is missing or differs; line ends do not matter.
fn stale(root: &Path, artefacts: &[Artefact]) -> BTreeSet<String> {
    let differs = |artefact: &&Artefact| {
        fs::read_to_string(root.join(&artefact.path))
            .is_ok_and(|text| text.replace("\r\n", "\n") == artefact.text)
    };
    artefacts
        .iter()
        .filter(|artefact| !differs(artefact))
        .map(|artefact| artefact.path.clone())
        .collect()
}

/// Files in generated folders that nothing generates any more.
fn orphans(root: &Path, artefacts: &[Artefact]) -> Vec<String> {
    let files = FOLDERS.iter().flat_map(|folder| {
        let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        entries.map(move |entry| format!("{folder}/{}", entry.file_name().to_string_lossy()))
    });
    let mut orphans: Vec<String> = files
        .filter(|path| !artefacts.iter().any(|artefact| artefact.path == *path))
        .collect();
    orphans.sort();
    orphans
}

/// Rust source as the pinned rustfmt writes it.
pub(crate) fn formatted(root: &Path, source: &str) -> Result<String, String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt: {error}"))?;
    // The source is handed over on a thread of its own, so that neither side waits for a full pipe.
    let input = rustfmt.stdin.take();
    let output = std::thread::scope(|scope| {
        let writer = scope.spawn(|| input.map_or(Ok(()), |mut input| input.write_all(source.as_bytes())));
        let output = rustfmt.wait_with_output();
        drop(writer.join());
        output
    })
    .map_err(|error| format!("rustfmt: {error}"))?;
    if !output.status.success() {
        return Err(format!("rustfmt: {}", String::from_utf8_lossy(&output.stderr)));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("rustfmt: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_up_to_date() {
        if let Err(report) = check() {
            panic!("{report}");
        }
    }

    #[test]
    fn a_changed_and_a_missing_file_are_stale() {
        let root = root();
        let mut artefacts = artefacts(&root).unwrap();
        artefacts[0].text.push('x');
        artefacts.push(Artefact {
            path: "schemas/generated/missing.json".to_owned(),
            text: String::new(),
        });
        let stale = stale(&root, &artefacts);
        assert!(
            stale.contains(&artefacts[0].path) && stale.contains("schemas/generated/missing.json"),
            "{stale:?}"
        );
    }

    #[test]
    fn a_file_that_nothing_generates_is_an_orphan() {
        let root = root();
        let mut artefacts = artefacts(&root).unwrap();
        let removed = artefacts.remove(0);
        assert!(orphans(&root, &artefacts).contains(&removed.path));
    }

    #[test]
    fn rust_that_does_not_parse_is_an_error() {
        assert!(formatted(&root(), "fn (").unwrap_err().contains("rustfmt"));
    }
}
