//! `asim validate`: whether a table of events keeps to its schema.

use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use asim_arrow::ReadError;
use asimkit::SchemaKind;
use asimkit::conformance::{Checker, Finding, Level, Report, RuleSet, Table, TableError};

use crate::arguments::{ResultForm, Schema, ValidateArguments};
use crate::exit::Exit;
use crate::input::{Content, Input, Inputs, STANDARD, State, name};
use crate::message::{printable, say};
use crate::output::answer;

/// Tests all inputs as one table.
///
/// # Errors
///
/// With a message, when there is nothing to read, or the results cannot be written.
pub(super) fn run(arguments: &ValidateArguments) -> Result<Exit, String> {
    let mut checker = match arguments.schema {
        Some(schema) => Some(checker(arguments, kind(schema)?)?),
        None => None,
    };
    let (mut exit, mut read) = (Exit::Success, false);
    for input in &Inputs::find(&paths(&arguments.inputs)?, &[])?.found {
        let file = name(&input.path);
        match test(&mut checker, arguments, input, &file) {
            Ok(Outcome::Tested) => read = true,
            Ok(Outcome::Empty) => {
                say(&format!("{file}: is empty"));
                if !read && arguments.schema.is_none() {
                    checker = None;
                }
            }
            Ok(Outcome::PassedOver) => {}
            Err(Problem::Arguments(problem)) => return Err(problem),
            Err(Problem::Input(problem)) => {
                say(&format!("{file}: {problem}"));
                exit.worsen(Exit::Unusable);
            }
        }
    }
    let Some(checker) = checker.filter(|_| read) else {
        return Ok(exit);
    };
    let report = checker.finish();
    answer(&match arguments.to {
        ResultForm::Text => text(&report, arguments.all),
        ResultForm::Json => json(&report)?,
        ResultForm::Csv => csv(&report),
    })?;
    if arguments.fail_on.fails(report.worst()) {
        exit.worsen(Exit::Rejected);
    }
    Ok(exit)
}

/// The schema that the caller names.
fn kind(schema: Schema) -> Result<SchemaKind, String> {
    match schema {
        Schema::Dns => Ok(SchemaKind::Dns),
        Schema::Process => Ok(SchemaKind::Process),
        Schema::Alert => Err("--schema: there are no rules for alerts".to_owned()),
    }
}

/// What tests a table of a schema.
fn checker(arguments: &ValidateArguments, schema: SchemaKind) -> Result<Checker, String> {
    let rules = if arguments.published_rules {
        RuleSet::published_of(schema)
    } else {
        RuleSet::of(schema)
    };
    let checker = Checker::new(rules);
    let Some(version) = arguments.schema_version else {
        return Ok(checker);
    };
    if !schema.versions().contains(&version.number()) {
        return Err(format!(
            "--schema-version {version}: there is no such version of {}",
            schema.name()
        ));
    }
    Ok(checker.version(version))
}

/// What has become of an input.
enum Outcome {
    Tested,
    Empty,
    /// A walk has found it by itself, and it is no table.
    PassedOver,
}

/// What keeps an input from being tested.
enum Problem {
    /// What the caller asks for cannot be done.
    Arguments(String),
    /// The input cannot be read.
    Input(String),
}

impl From<TableError> for Problem {
    fn from(error: TableError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        Self::Input(error.to_string())
    }
}

/// The checker of the run. All inputs together are one table, and the first one tells of which schema.
fn chosen<'c>(
    tested: &'c mut Option<Checker>,
    arguments: &ValidateArguments,
    schema: Option<SchemaKind>,
) -> Result<&'c mut Checker, Problem> {
    let own = match tested.take() {
        Some(checker) => checker,
        None => checker(arguments, schema.unwrap_or(SchemaKind::Dns)).map_err(Problem::Arguments)?,
    };
    Ok(tested.insert(own))
}

/// Takes an input into the checker.
fn test(
    tested: &mut Option<Checker>,
    arguments: &ValidateArguments,
    input: &Input,
    file: &str,
) -> Result<Outcome, Problem> {
    let opened = match &input.state {
        State::There => input.open().map_err(TableError::Read)?,
        State::Unusable(problem) => return Err(TableError::Read(io::Error::other(problem.clone())).into()),
        State::Dangling => return Ok(Outcome::PassedOver),
    };
    match opened.content()? {
        Content::Table(mut batches) => {
            let checker = chosen(tested, arguments, batches.kind())?;
            checker.begin_input(file);
            let rows = asim_arrow::check_rows(checker, batches)?;
            Ok(if rows > 0 { Outcome::Tested } else { Outcome::Empty })
        }
        Content::Bytes(bytes) => {
            let table = Table::open(bytes)?;
            let schema = table.schema();
            match table.read(chosen(tested, arguments, schema)?, file) {
                Ok(Table::Empty) => Ok(Outcome::Empty),
                Ok(_) => Ok(Outcome::Tested),
                Err(TableError::Unrecognized) if !input.named => Ok(Outcome::PassedOver),
                Err(problem) => Err(problem.into()),
            }
        }
    }
}

/// The inputs that the caller named, or standard input.
fn paths(named: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    if io::stdin().is_terminal() {
        return Err("nothing to test; name a file or `-`, or pipe events in".to_owned());
    }
    Ok(vec![Path::new(STANDARD).to_owned()])
}

fn json(report: &Report) -> Result<String, String> {
    let json = serde_json::to_string_pretty(report).map_err(|error| error.to_string())?;
    Ok(json + "\n")
}

/// The results as the published testers give them.
fn csv(report: &Report) -> String {
    let rows = report.findings.iter();
    let rows = rows.map(|finding| format!("\"{}\"\n", finding.text.replace('"', "\"\"")));
    std::iter::once("Result\n".to_owned()).chain(rows).collect()
}

/// The results for people.
fn text(report: &Report, all: bool) -> String {
    let mut text = String::new();
    let shown = |finding: &&Finding| all || finding.level < Level::Info;
    // Writing to a `String` cannot fail.
    for finding in report.findings.iter().filter(shown) {
        let _ = writeln!(text, "{}", printable(&finding.text));
        if let Some(first) = finding.examples.first() {
            let _ = writeln!(
                text,
                "    first in {}, record {}, line {}",
                printable(&first.input),
                first.record,
                first.line
            );
        }
    }
    let hidden = if all { 0 } else { report.infos };
    let version = report.schema_version.as_deref().map_or_else(
        || "all columns of the published list".to_owned(),
        |version| format!("version {version}"),
    );
    let _ = writeln!(
        text,
        "{} {version}: {} records, {} columns; {} errors, {} warnings, {} infos{}",
        report.schema,
        report.records,
        report.columns,
        report.errors,
        report.warnings,
        report.infos,
        if hidden > 0 { " (--all names them)" } else { "" }
    );
    text
}
