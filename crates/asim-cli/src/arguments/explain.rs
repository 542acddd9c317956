//! The arguments of `asim explain`.

use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;

use super::help;
use super::normalize::{AdditionalChoice, ReadingArguments};
use super::schemas::EventSchemaArguments;

/// Show how one record becomes an event.
///
/// Prints the raw record, then each field of its event with the value, the columns of the source that it comes from,
/// and the rule; or why there is no event.
#[derive(Debug, Args)]
#[command(after_long_help = help::EXPLAIN)]
pub(crate) struct ExplainArguments {
    /// The file, and behind it the number of a line if it is not the first record; `-` is standard input.
    ///
    /// `dns.log:17` is the first record of which any part stands on line 17 of the decompressed input. If there is a
    /// file of the whole name, colon and all, it is meant.
    #[arg(value_name = "FILE[:LINE]")]
    pub(crate) input: PathBuf,

    /// The number of the record, counted from 1 without header and blank lines.
    #[arg(long, value_name = "N")]
    pub(crate) record: Option<NonZero<u64>>,

    /// Write one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,

    #[command(flatten)]
    pub(crate) schema: EventSchemaArguments,

    /// What goes to `AdditionalFields`.
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = AdditionalChoice::Vendor, help_heading = "Events")]
    pub(crate) additional: AdditionalChoice,

    /// Show `EventUid` as well: a hash of source, place and bytes of the record, the same on every run.
    #[arg(long, help_heading = "Events")]
    pub(crate) event_uid: bool,
}
