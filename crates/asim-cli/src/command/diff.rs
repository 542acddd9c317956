//! `asim diff`: our events beside those of a KQL parser.

use std::fmt::Write;
use std::path::Path;

use asimkit::Normalizer;
use asimkit::diff::{self, DiffError, Difference, Pair};

use crate::arguments::{DiffArguments, DiffForm};
use crate::exit::Exit;
use crate::input::{Input, OpenInput, State, is_standard, name};
use crate::message::printable;
use crate::output::answer;

/// Compares the two inputs.
///
/// # Errors
///
/// With a message, when one of them cannot be used.
pub(super) fn run(arguments: &DiffArguments) -> Result<Exit, String> {
    let (raw, export) = (&arguments.raw, &arguments.export);
    if is_standard(raw) && is_standard(export) {
        return Err("only one of the two can be standard input".to_owned());
    }
    let (raw_input, export_input) = (open(raw)?, open(export)?);
    let reading = &arguments.reading;
    let about = |path: &Path, problem: &str| format!("{}: {problem}", name(path));
    let normalizer = reading
        .choose(Normalizer::new(), raw, raw_input.changed())
        .map_err(|problem| about(raw, &problem))?;
    let difference =
        diff::compare(&normalizer, raw_input.file, export_input.file).map_err(|error| match error {
            DiffError::Export(_) => about(export, &error.to_string()),
            _ => about(raw, &error.to_string()),
        })?;
    let difference = difference.without(&arguments.ignore);
    answer(&match arguments.to {
        DiffForm::Text => text(&difference),
        DiffForm::Json => {
            serde_json::to_string_pretty(&difference).map_err(|error| error.to_string())? + "\n"
        }
    })?;
    Ok(if difference.is_same() {
        Exit::Success
    } else {
        Exit::Rejected
    })
}

fn open(path: &Path) -> Result<OpenInput, String> {
    let input = Input {
        path: path.to_owned(),
        named: true,
        state: State::There,
    };
    input
        .open()
        .map_err(|error| format!("{}: cannot be read: {error}", name(path)))
}

/// The differences for people.
fn text(difference: &Difference) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    for field in &difference.fields {
        let fault = match (field.known_fault, field.description) {
            (Some(number), Some(description)) => format!(" (known fault {number}: {description})"),
            _ => String::new(),
        };
        let rows = if field.records == 1 { "row" } else { "rows" };
        let _ = writeln!(text, "{}: {} {rows}{fault}", field.column, field.records);
        for Pair {
            ours, theirs, record, ..
        } in field.examples.iter().take(3)
        {
            let _ = writeln!(
                text,
                "    {} beside {} (event {record})",
                shown(ours),
                shown(theirs)
            );
        }
    }
    for key in &difference.keys {
        let _ = writeln!(text, "{} pairs by {}", key.pairs, key.columns.join(", "));
    }
    if !difference.other_columns.is_empty() {
        let names = printable(&difference.other_columns.join(", "));
        let _ = writeln!(text, "columns outside the schema: {names}");
    }
    if difference.unreadable > 0 {
        let _ = writeln!(
            text,
            "{} records of the export could not be read",
            difference.unreadable
        );
    }
    let _ = writeln!(
        text,
        "{} events, {} exported rows, {} pairs; {} only ours, {} only in the export; {} columns differ",
        difference.ours,
        difference.theirs,
        difference.pairs,
        difference.only_ours,
        difference.only_theirs,
        difference.fields.len()
    );
    text
}

/// A value of an example.
fn shown(value: &str) -> String {
    const LONGEST: usize = 80;
    if value.is_empty() {
        return "(nothing)".to_owned();
    }
    let mut short: String = value.chars().take(LONGEST).collect();
    if short.len() < value.len() {
        short.push_str("...");
    }
    format!("`{}`", printable(&short))
}
