//! Sigma rules from files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asim_detect::sigma::SigmaRules;
use walkdir::WalkDir;

use crate::input::name;
use crate::message::{printable, say};

/// The rules of all files and directories; none without any.
///
/// # Errors
///
/// With a message that names a file or directory that cannot be read. A rule that cannot be loaded is only reported.
pub(super) fn load(paths: &[PathBuf]) -> Result<Option<Arc<SigmaRules>>, String> {
    if paths.is_empty() {
        return Ok(None);
    }
    let mut files = Vec::new();
    for path in paths {
        for entry in WalkDir::new(path).sort_by_file_name() {
            let entry = entry.map_err(|error| format!("--sigma: {error}"))?;
            // A file that is named is taken at the caller's word.
            if entry.file_type().is_file() && (entry.depth() == 0 || is_rule(entry.path())) {
                let text = fs::read_to_string(entry.path())
                    .map_err(|error| format!("--sigma: {}: {error}", name(entry.path())))?;
                files.push((name(entry.path()), text));
            }
        }
    }
    let rules = SigmaRules::load(files);
    report(&rules);
    Ok(Some(Arc::new(rules)))
}

fn is_rule(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("yml") || ending.eq_ignore_ascii_case("yaml"))
}

/// Says what was not loaded, and what was loaded and can never be fulfilled here.
fn report(rules: &SigmaRules) {
    for rule in rules.unloadable() {
        say(&format!("--sigma: {}: {}", rule.file, printable(&rule.reason)));
    }
    let mut idle = 0;
    for rule in rules.loaded() {
        if let Some(reason) = &rule.idle {
            idle += 1;
            say(&format!(
                "--sigma: {}: loaded, but {}",
                rule.file,
                printable(reason)
            ));
        }
    }
    say(&format!(
        "--sigma: {} rules are at work, {idle} are idle, {} could not be loaded",
        rules.loaded().count() - idle,
        rules.unloadable().len()
    ));
}
