//! `asim explain`: one record, and how it becomes an event.

mod account;
mod text;

use std::path::{Path, PathBuf};

use asimkit::{Found, NormalizeError, Normalizer, Recognized, Traced, Wanted};

use account::Account;

use crate::arguments::ExplainArguments;
use crate::input::{Input, OpenInput, State, name};
use crate::output::answer;

/// Explains one record.
///
/// # Errors
///
/// With a message, when there is no such record or the input cannot be read.
pub(super) fn run(arguments: &ExplainArguments) -> Result<(), String> {
    let (path, wanted) = place(arguments)?;
    let about = |problem: &str| format!("{}: {problem}", name(&path));
    if path.is_dir() {
        return Err(about("is a directory; name a file in it"));
    }
    let input = Input {
        path: path.clone(),
        named: true,
        state: State::There,
    };
    let open = input
        .open()
        .map_err(|error| about(&format!("cannot be read: {error}")))?;
    let normalizer = normalizer(arguments, &path, &open).map_err(|problem| about(&problem))?;
    let (recognized, traced) = trace(&normalizer, open, wanted).map_err(|problem| about(&problem))?;
    let account = Account::new(path.to_string_lossy().into_owned(), &recognized, &traced);
    if arguments.json {
        let json = serde_json::to_string_pretty(&account).map_err(|error| error.to_string())?;
        return answer(&format!("{json}\n"));
    }
    answer(&text::text(&account))
}

/// The file, and which of its records.
fn place(arguments: &ExplainArguments) -> Result<(PathBuf, Wanted), String> {
    let record = arguments.record.map(|number| Wanted::Record(number.get()));
    let path = &arguments.input;
    let first = Wanted::Record(1);
    let Some((file, line)) = with_line(path).filter(|_| !path.exists()) else {
        return Ok((path.clone(), record.unwrap_or(first)));
    };
    if record.is_some() {
        return Err("choose either a line or --record".to_owned());
    }
    let line = line
        .parse()
        .ok()
        .filter(|line| *line > 0)
        .ok_or_else(|| format!("no line {line}: lines count from 1"))?;
    Ok((PathBuf::from(file), Wanted::Line(line)))
}

/// A path that ends in a colon and digits, taken apart.
fn with_line(path: &Path) -> Option<(&str, &str)> {
    let (file, line) = path.to_str()?.rsplit_once(':')?;
    let is_number = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !file.is_empty()).then_some((file, line))
}

fn normalizer(arguments: &ExplainArguments, path: &Path, open: &OpenInput) -> Result<Normalizer, String> {
    let normalizer = arguments
        .schema
        .choose(Normalizer::new())?
        .additional(arguments.additional.into())
        .event_uid(arguments.event_uid)
        .live(open.live);
    arguments.reading.choose(normalizer, path, open.changed())
}

/// Finds the record.
fn trace(
    normalizer: &Normalizer,
    open: OpenInput,
    wanted: Wanted,
) -> Result<(Recognized, Box<Traced>), String> {
    let text = |error: NormalizeError| error.to_string();
    let opened = normalizer.open(open.file).map_err(text)?;
    let Some(recognized) = opened.outcome().recognized.clone() else {
        return Err("is empty: there is no record to explain".to_owned());
    };
    match (opened.trace(wanted).map_err(text)?, wanted) {
        (Found::Record(traced), _) => Ok((recognized, traced)),
        (Found::Beyond { records, .. }, Wanted::Record(number)) => Err(format!(
            "no record {number}: it has {}",
            counted(records, "record")
        )),
        (Found::Beyond { lines, .. }, Wanted::Line(line)) => {
            Err(format!("no line {line}: it has {}", counted(lines, "line")))
        }
        (Found::NoRecord, Wanted::Line(line)) => Err(format!(
            "line {line} holds no record: it is blank, or belongs to a header"
        )),
        (Found::NoRecord, Wanted::Record(number)) => Err(format!("no record {number}")),
    }
}

/// A number of things.
fn counted(number: u64, thing: &str) -> String {
    match number {
        0 => format!("no {thing}s"),
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_digits_behind_the_last_colon() {
        for (path, expected) in [
            ("dns.log:17", Some(("dns.log", "17"))),
            ("a:1:2", Some(("a:1", "2"))),
            ("-:3", Some(("-", "3"))),
            ("dns.log", None),
            ("dns.log:", None),
            ("dns.log:1x", None),
            (":7", None),
        ] {
            assert_eq!(with_line(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn numbers_have_their_plural() {
        assert_eq!(
            [0, 1, 2].map(|number| counted(number, "line")),
            ["no lines", "1 line", "2 lines"]
        );
    }
}
