//! The arguments of `asim detect`.

use std::path::PathBuf;

use asim_detect::Severity;
use asimkit::Timestamp;
use clap::{Args, ValueEnum};

use super::filter::FilterArguments;
use super::moment::Moment;
use super::normalize::{LimitArguments, MessageArguments, ReadingArguments};
use super::value::{self, MaxRejects};

/// The end of `asim detect --help`.
const HELP: &str = "\
Examples:
  asim detect logs/
      Every built-in rule over a directory of logs, the alerts as a table, the worst first.
  asim detect --list
      What the rules are, what they need and what they can be tuned by.
  asim detect --allow site.toml --to ndjson -o alerts.ndjson dns.log processes.xml
      With what is known to be harmless at this site; the alerts for other programs.
  tail -n +1 -F dns.log | asim detect --source zeek --to ndjson -
      Alerts as soon as their windows close.
  asim detect --state detect.state --to ndjson today/
      Goes on where the last run ended, and keeps the state for the next one.
  asim detect --sigma rules/ --indicators feed.csv --fail-on high dns.log
      Sigma rules and a list of indicators besides; status 1 if anything high is found.
  asim detect --kql-compatible --to article events.ndjson
      What the published query for T1596.001 gives, with its faults.

Exit status:
  0  all is well (alerts too, unless --fail-on says otherwise)
  1  the job ran, and there is an alert that --fail-on does not allow, or more records were rejected than
     --max-rejects allows
  2  an argument, an input or an output could not be used";

/// Find reconnaissance, tunnels and command and control in logs.
///
/// Reads raw logs as `normalize` does, and events that it has written before (NDJSON, JSON, Parquet, Arrow); filters hold
/// for both. Rules look at events in windows of the events' own time; the same input gives the same alerts, whatever the
/// number of threads.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct DetectArguments {
    /// Files and directories to read, and `-` for standard input.
    #[arg(value_name = "FILE|DIR|-")]
    pub(crate) inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) rules: RuleArguments,
    #[command(flatten)]
    pub(crate) time: DetectTimeArguments,
    #[command(flatten)]
    pub(crate) output: AlertArguments,
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
    #[command(flatten)]
    pub(crate) messages: MessageArguments,
}

/// Which rules run, and what they know of the site.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RuleArguments {
    /// Run this rule and no others; may be given more than once. Without it all built-in rules run.
    #[arg(long, value_name = "ID")]
    pub(crate) rule: Vec<String>,

    /// List the rules with what they need and what they can be tuned by, and read nothing.
    #[arg(long)]
    pub(crate) list: bool,

    /// What is known of the site, as TOML: thresholds, roles, exemptions, transfer peers, harmless lists, rules on trial.
    #[arg(long, value_name = "FILE")]
    pub(crate) allow: Option<PathBuf>,

    /// Look for the indicators of a list as well: CSV with a header, NDJSON, or one value a line; may be given more than
    /// once.
    ///
    /// A row has a `value` (a domain, which stands for all names below it, an address or a network) and may have
    /// `kind`, `severity`, `title`, `tactics`, `techniques`, `valid_until`, `confidence` and `source`.
    #[arg(long, value_name = "FILE")]
    pub(crate) indicators: Vec<PathBuf>,

    /// Run the Sigma rules in a file, or in a directory with everything below it, as well; may be given more than once.
    ///
    /// Rules that cannot be loaded, and those that nothing here can fulfil, are named with the reason.
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) sigma: Vec<PathBuf>,

    /// Run the published query for T1596.001 to the letter, with its faults, and no rule.
    #[arg(long, conflicts_with_all = ["rule", "allow", "indicators", "sigma", "state"])]
    pub(crate) kql_compatible: bool,
}

/// Time and state.
#[derive(Debug, Args)]
#[command(next_help_heading = "Time and state")]
pub(crate) struct DetectTimeArguments {
    /// Tell only alerts whose last event is not before this time: RFC 3339, or relative such as `ago(1d)`.
    #[arg(long, value_name = "TIME", value_parser = str::parse::<Moment>)]
    pub(crate) since: Option<Moment>,

    /// With --kql-compatible, the time from which the query's `ago(24h)` counts; without it that of the newest event.
    #[arg(long, value_name = "TIME", value_parser = str::parse::<Timestamp>, requires = "kql_compatible")]
    pub(crate) now: Option<Timestamp>,

    /// So many seconds events may come late; later ones are counted and left out [default: 600].
    #[arg(long, value_name = "SECONDS")]
    pub(crate) lateness: Option<u64>,

    /// The order in which rules see the events.
    ///
    /// `time` sorts the events of all inputs first, by external merge in bounded memory; it is the default where there is more
    /// than one input, because the files of several sensors tell of the same time. `input` takes them as they come,
    /// which is the default for a single input: alerts then come as soon as their windows close.
    #[arg(long, value_enum, value_name = "ORDER")]
    pub(crate) order: Option<DetectOrder>,

    /// Go on from the state in this file if it is there, and write the state into it at the end.
    ///
    /// Windows that are open when the input ends then stay open for the next run.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
}

/// Where alerts go.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct AlertArguments {
    /// The form of the alerts.
    #[arg(long, value_enum, value_name = "FORM", default_value_t = AlertForm::Table)]
    pub(crate) to: AlertForm,

    /// The file to write alerts to, `-` for standard output.
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "-",
        hide_default_value = true
    )]
    pub(crate) output: PathBuf,

    /// Write alerts that are exempt, on trial or repeated within a cool-down as well, marked as such.
    #[arg(long)]
    pub(crate) show_suppressed: bool,

    /// End with status 1 if there is an alert of this severity or a worse one.
    #[arg(long, value_name = "SEVERITY", value_parser = str::parse::<Severity>)]
    pub(crate) fail_on: Option<Severity>,

    /// The file to write rejected records to, as NDJSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,

    /// So many rejected records are no failure: a number, or a percentage of the records read, such as `0.5%`.
    #[arg(long, value_name = "N|P%", default_value = "0", value_parser = value::max_rejects)]
    pub(crate) max_rejects: MaxRejects,

    /// The file to write the summary to, as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,

    /// The directory for the temporary files of --order time.
    #[arg(long, value_name = "DIR")]
    pub(crate) temp_dir: Option<PathBuf>,
}

/// The order in which rules see events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DetectOrder {
    /// That of the inputs and their records.
    Input,
    /// That of their times.
    Time,
}

/// A form in which alerts can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AlertForm {
    /// For people: the worst first.
    Table,
    /// One JSON object a line as alerts come: the columns of the published query, and ours.
    Ndjson,
    /// One JSON object a line with the columns of the published query alone, in its order.
    Article,
    /// One JSON object a line: events of ASIM's schema AlertEvent.
    Alert,
}
