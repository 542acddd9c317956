//! The arguments of `asim validate`.

use std::path::PathBuf;

use asimkit::SchemaVersion;
use asimkit::conformance::Level;
use clap::{Args, ValueEnum};

use super::schema::Schema;
use super::value;

/// The end of `asim validate --help`.
const HELP: &str = "\
Examples:
  asim validate events.ndjson
      What is wrong with a table of events, errors and warnings first; status 1 if there are errors.
  asim normalize --quiet dns.log | asim validate --published-rules --to csv -
      The result rows of the published schema tester and data tester.
  asim validate --schema-version 0.1.7 --fail-on warning --to json query_data.csv
      An export of the log portal, tested as version 0.1.7, for a build that is to fail on warnings.
  asim validate getschema.csv
      A list of columns (ColumnName, ColumnType), as `| getschema` gives it: the schema tester alone.

Exit status:
  0  nothing is as bad as --fail-on
  1  something is
  2  an argument, an input or the output could not be used";

/// Test whether a table of events keeps to its schema.
///
/// Does what Microsoft's published testers for parsers do: which columns are there, of which types, and whether the
/// values have the form of their logical type, with counts and percentages. Reads NDJSON, JSON arrays and CSV, from any
/// producer, and lists of columns. All inputs together are one table. `docs/conformance.md` lists the rules.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct ValidateArguments {
    /// The files, and `-` for standard input, which is read if there is none.
    #[arg(value_name = "FILE|-")]
    pub(crate) inputs: Vec<PathBuf>,

    /// The schema; without it that of the first record that names one in `EventSchema`, else Dns.
    #[arg(long, value_enum)]
    pub(crate) schema: Option<Schema>,

    // What stands in for it depends on the rules, so there is no default value.
    /// The schema version: its columns are looked for, and records of another version are wrong.
    ///
    /// Without it, these are the columns of the newest version that a record names, and under --published-rules all
    /// columns of the published list.
    #[arg(long, value_name = "VERSION", value_parser = value::schema_version())]
    pub(crate) schema_version: Option<SchemaVersion>,

    /// Apply the rules of the published testers to the letter, and no others.
    #[arg(long)]
    pub(crate) published_rules: bool,

    /// The least level that makes the exit status 1.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    pub(crate) fail_on: FailOn,

    /// The form of the results.
    #[arg(long, value_enum, value_name = "FORM", default_value_t = ResultForm::Text)]
    pub(crate) to: ResultForm,

    /// Name all findings in text, also those that are merely worth knowing.
    #[arg(long)]
    pub(crate) all: bool,
}

/// The least level that makes a test fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Anything.
    Info,
    /// Nothing.
    Never,
}

impl FailOn {
    /// Whether findings of a level make the test fail.
    pub(crate) fn fails(self, worst: Option<Level>) -> bool {
        let least = match self {
            Self::Error => Level::Error,
            Self::Warning => Level::Warning,
            Self::Info => Level::Info,
            Self::Never => return false,
        };
        worst.is_some_and(|worst| worst <= least)
    }
}

/// A form in which results can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResultForm {
    /// For people: errors and warnings with their places, and how many findings are left out.
    Text,
    /// One JSON object with all findings, their counts and examples.
    Json,
    /// The rows of the published testers: one column, `Result`.
    Csv,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_and_all_worse_ones_fail() {
        assert!(FailOn::Error.fails(Some(Level::Error)) && !FailOn::Error.fails(Some(Level::Warning)));
        assert!(FailOn::Warning.fails(Some(Level::Error)) && !FailOn::Warning.fails(Some(Level::Info)));
        assert!(FailOn::Info.fails(Some(Level::Info)) && !FailOn::Info.fails(None));
        assert!(!FailOn::Never.fails(Some(Level::Error)));
    }
}
