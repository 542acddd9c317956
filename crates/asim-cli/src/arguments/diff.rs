//! The arguments of `asim diff`.

use std::path::PathBuf;

use asimkit::DnsField;
use clap::{Args, ValueEnum};

use super::normalize::ReadingArguments;
use super::value;

/// The end of `asim diff --help`.
const HELP: &str = "\
Examples:
  asim diff dns.log query_data.csv
      What a published parser made of a log, exported from the log portal, beside what asim makes of it.
  asim diff --ignore TimeGenerated,EventSchemaVersion --to json dns.log export.ndjson
      The same without the columns that always differ, for other programs.

Exit status:
  0  both say the same
  1  they differ
  2  an argument, an input or the output could not be used";

/// Compare what asim makes of a raw log with an export of what a KQL parser made of it.
///
/// Rows are brought together by keys, the surest first: `EventOriginalUid`, then time, transaction id, client and query;
/// the output tells which. Each column that differs is named, with the number of rows, examples, and the number of the
/// known fault of the published parser, where it is one. Aliases that go with their target, and columns that the schema
/// does not have, are no differences. Both sides are held in memory.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct DiffArguments {
    /// The raw log; `-` is standard input.
    #[arg(value_name = "RAW")]
    pub(crate) raw: PathBuf,

    /// The export: NDJSON, a JSON array, or CSV as the log portal gives it; `-` is standard input.
    #[arg(value_name = "EXPORT")]
    pub(crate) export: PathBuf,

    /// Columns that are not compared, with commas between them.
    #[arg(long, value_name = "A,B,...", value_delimiter = ',', value_parser = value::dns_column)]
    pub(crate) ignore: Vec<DnsField>,

    /// The form of the result.
    #[arg(long, value_enum, value_name = "FORM", default_value_t = DiffForm::Text)]
    pub(crate) to: DiffForm,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
}

/// A form in which differences can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffForm {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}
