//! The arguments of `asim normalize`.

use std::num::NonZero;
use std::path::{Path, PathBuf};

use asimkit::{Additional, Normalizer, Source, Timestamp};
use clap::{Args, ValueEnum};

use super::filter::FilterArguments;
use super::help;
use super::schemas::EventSchemaArguments;
use super::time::TimeArguments;
use super::value::{self, AssumeTime, MaxRejects};
use crate::device::DevicePattern;

/// Turn logs into events.
///
/// Reads files, directories and standard input, and writes the events of all of them in this order. gzip, zstd, bzip2
/// and xz are undone, recognized by their first bytes and not by a name.
#[derive(Debug, Args)]
#[command(after_long_help = help::NORMALIZE)]
pub(crate) struct NormalizeArguments {
    /// Files and directories to read, and `-` for standard input.
    ///
    /// Directories are read with everything below them, sorted by name; a file in them that no source recognizes is
    /// named in the summary and changes nothing else. A symbolic link in them is followed, unless what it points to
    /// is read anyway. Without any input, standard input is read, if it is not a terminal.
    #[arg(value_name = "FILE|DIR|-")]
    pub(crate) inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    #[command(flatten)]
    pub(crate) events: EventArguments,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
    #[command(flatten)]
    pub(crate) messages: MessageArguments,
}

/// How inputs are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct ReadingArguments {
    /// The source of all inputs, or `auto` to find it from each input's first bytes.
    ///
    /// `auto-record` finds it for each record: for inputs in which the records of several sources stand, such as what
    /// a syslog relay has collected; records that no source claims are declined. `asim sources` tells more about each.
    #[arg(long, value_name = "ID", default_value = "auto", value_parser = value::source())]
    pub(crate) source: Source,

    /// The time of records that have none: RFC 3339, or `mtime` for that of the file's last change.
    ///
    /// Without it such records are rejected. Standard input has no `mtime`.
    #[arg(long, value_name = "TIME", value_parser = value::assume_time)]
    pub(crate) assume_time: Option<AssumeTime>,

    #[command(flatten)]
    pub(crate) time: TimeArguments,

    /// The device that reports, for records that name none: a host name, an FQDN or an IP address.
    #[arg(long, value_name = "NAME", value_parser = value::device)]
    pub(crate) dvc: Option<String>,

    /// Find the device in each input's path with a regular expression: the group `dvc`, else the first one.
    ///
    /// The path is searched as it was given or found in a directory, with `/` between its parts; that of standard
    /// input is `-`. Where the expression finds nothing, --dvc is taken, if it is given.
    #[arg(long, value_name = "REGEX", value_parser = DevicePattern::parse)]
    pub(crate) dvc_from: Option<DevicePattern>,
}

impl ReadingArguments {
    /// The normalizer with what these choices mean for an input at a path that was last `changed` at this time.
    ///
    /// # Errors
    ///
    /// When the time of the last change is to be taken, and there is none.
    pub(crate) fn choose(
        &self,
        normalizer: Normalizer,
        path: &Path,
        changed: Option<Timestamp>,
    ) -> Result<Normalizer, String> {
        let mut normalizer = self.time.choose(normalizer.source(self.source), changed);
        if let Some(device) = self.device(path) {
            normalizer = normalizer.device(device);
        }
        let assumed = match self.assume_time {
            Some(AssumeTime::Time(time)) => time,
            Some(AssumeTime::FileTime) => {
                changed.ok_or("has no time of its last change; give --assume-time a time")?
            }
            None => return Ok(normalizer),
        };
        Ok(normalizer.assume_time(assumed))
    }

    /// The device that reports in an input, for records that name none.
    fn device(&self, path: &Path) -> Option<String> {
        let pattern = self.dvc_from.as_ref();
        pattern
            .and_then(|pattern| pattern.device(path))
            .or_else(|| self.dvc.clone())
    }
}

/// What events hold.
#[derive(Debug, Args)]
#[command(next_help_heading = "Events")]
pub(crate) struct EventArguments {
    #[command(flatten)]
    pub(crate) schema: EventSchemaArguments,

    /// The columns to write, and no others: names of fields, aliases too, with commas between them.
    ///
    /// CSV, Parquet and Arrow have exactly these columns in this order. In NDJSON the columns that have a value are written, in schema
    /// order. `asim schema dns` and `asim schema process` list them.
    #[arg(
        long,
        value_name = "A,B,...",
        value_delimiter = ',',
        value_parser = value::column,
        conflicts_with_all = ["aliases", "no_aliases", "deprecated_aliases"]
    )]
    pub(crate) columns: Vec<&'static str>,

    #[command(flatten)]
    pub(crate) alias: AliasArguments,

    /// What the events are shaped for.
    ///
    /// `sentinel` writes exactly the columns of the table `ASimDnsActivityLogs`; what it has no column for goes to
    /// AdditionalFields, whatever --additional says. `asim schema dns --as kql` gives the stream declaration for it.
    #[arg(
        long,
        value_enum,
        value_name = "PROFILE",
        default_value_t = Profile::Asim,
        conflicts_with_all = ["columns", "aliases", "no_aliases", "deprecated_aliases"]
    )]
    pub(crate) profile: Profile,

    /// What goes to `AdditionalFields`.
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = AdditionalChoice::Vendor)]
    pub(crate) additional: AdditionalChoice,

    /// Write `EventUid`: a hash of source, place and bytes of the record, the same on every run.
    #[arg(long)]
    pub(crate) event_uid: bool,
}

/// Which aliases are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Events")]
pub(crate) struct AliasArguments {
    /// Write aliases, such as `Domain` for `DnsQuery` (the default for NDJSON).
    #[arg(long, overrides_with = "no_aliases")]
    pub(crate) aliases: bool,

    /// Write each value under its own name only (the default for CSV, Parquet and Arrow).
    #[arg(long, overrides_with = "aliases")]
    pub(crate) no_aliases: bool,

    /// Write aliases, and also those that newer schema versions no longer list, such as `Query`.
    #[arg(long, conflicts_with = "no_aliases")]
    pub(crate) deprecated_aliases: bool,
}

impl AliasArguments {
    /// Whether aliases are written in a form.
    pub(crate) fn written(&self, form: OutputForm) -> bool {
        let default = form == OutputForm::Ndjson && !self.no_aliases;
        self.aliases || self.deprecated_aliases || default
    }
}

/// Where everything goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArguments {
    /// The form of the events.
    ///
    /// CSV is as RFC 4180 has it, with a line feed at the end of each row. An empty cell is an absent value,
    /// AdditionalFields is JSON text. Cells are written as they are: text that a spreadsheet would take for a formula
    /// is not changed, so import the columns as text.
    ///
    /// Parquet and Arrow have typed columns: times in microseconds UTC, whole numbers, truth values, text;
    /// AdditionalFields is JSON text. Their batches and row groups have fixed numbers of rows. CSV, Parquet and Arrow
    /// always have the same columns, without --source those of all sources.
    #[arg(long, value_enum, value_name = "FORM", default_value_t = OutputForm::Ndjson)]
    pub(crate) to: OutputForm,

    /// The file to write events to, `-` for standard output.
    ///
    /// The file appears, or is replaced, only when the job has run to its end; until then the events are in a
    /// hidden file beside it, which is removed if the job breaks off. Devices and named pipes are written directly.
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "-",
        hide_default_value = true
    )]
    pub(crate) output: PathBuf,

    /// Write a folder of Parquet or Arrow files, one for each date, source or both, named as Hive does it.
    ///
    /// --output names the folder, which must be new or empty: `date=2026-11-21/source=zeek/part-0.parquet`. The date
    /// is that of TimeGenerated in UTC.
    #[arg(long, value_enum, value_name = "date,source", value_delimiter = ',')]
    pub(crate) partition_by: Vec<PartitionKey>,

    /// Add a column `DnsAnswers` to Parquet and Arrow: the decoded responses as a list of structs.
    #[arg(long)]
    pub(crate) with_answers: bool,

    /// The order of the events.
    ///
    /// `time` sorts the events of all inputs by TimeGenerated, those with equal times in input order. It is a
    /// complete sort by external merge: nothing is written before the last input has ended. Sorted runs of 64 MiB of
    /// events each go to temporary files, so memory is bounded whatever the inputs' size, and the disk holds the
    /// events once more, for a moment up to twice.
    #[arg(long, value_enum, value_name = "ORDER", default_value_t = Order::Input)]
    pub(crate) order: Order,

    /// The directory for the temporary files of --order time.
    ///
    /// Without it that of the output file, or the system's own for temporary files when events go to standard output.
    /// The files are gone when the program ends, however it ends.
    #[arg(long, value_name = "DIR")]
    pub(crate) temp_dir: Option<PathBuf>,

    /// The file to write rejected records to, as NDJSON: file, record, line, byte, source, stage, reason and raw.
    ///
    /// It is written as the job goes on, and it is there, empty, when no record was rejected.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,

    /// So many rejected records are no failure: a number, or a percentage of the records read, such as `0.5%`.
    ///
    /// With more of them the job runs all the same, and ends with exit status 1.
    #[arg(long, value_name = "N|P%", default_value = "0", value_parser = value::max_rejects)]
    pub(crate) max_rejects: MaxRejects,

    /// The file to write the summary to, as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
}

/// Speed and memory.
#[derive(Debug, Args)]
#[command(next_help_heading = "Speed and memory")]
pub(crate) struct LimitArguments {
    /// So many blocks are worked on at a time [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = value::jobs)]
    pub(crate) jobs: Option<NonZero<usize>>,

    /// The size of a block in bytes, or with a suffix K, M, G, KiB, MiB or GiB (powers of 1024).
    ///
    /// It changes speed and memory, never the result: two blocks for each job are in memory.
    #[arg(long, value_name = "SIZE", default_value = "256K", value_parser = value::block_size)]
    pub(crate) block_size: usize,

    /// The longest record in bytes, or with a suffix like --block-size; a longer one is rejected.
    #[arg(long, value_name = "SIZE", default_value = "16M", value_parser = value::max_record)]
    pub(crate) max_record: usize,
}

/// What is said on standard error.
#[derive(Debug, Args)]
#[command(next_help_heading = "Messages")]
pub(crate) struct MessageArguments {
    /// Say for each input which source it is of, and what gave it away.
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// No progress bar and no summary; errors are still reported.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// A form in which events can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputForm {
    /// One JSON object a line.
    Ndjson,
    /// A header row, then one row an event: the columns that the source can fill, in schema order.
    Csv,
    /// A Parquet file, compressed with zstd.
    Parquet,
    /// An Arrow IPC stream.
    Arrow,
}

/// What parts the events of one file from those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PartitionKey {
    /// The date of `TimeGenerated` in UTC.
    Date,
    /// The id of the source.
    Source,
}

impl PartitionKey {
    /// The name in the folders' names.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Source => "source",
        }
    }
}

/// What events are shaped for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// The schema, with all its fields.
    Asim,
    /// The table `ASimDnsActivityLogs` of Microsoft Sentinel.
    Sentinel,
}

/// The order of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Order {
    /// That of the inputs and their records.
    Input,
    /// That of their times.
    Time,
}

/// How much goes to `AdditionalFields`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AdditionalChoice {
    /// The source's own columns that have no ASIM field.
    Vendor,
    /// Everything, what a shipper has added too.
    All,
    /// Nothing.
    None,
}

impl From<AdditionalChoice> for Additional {
    fn from(choice: AdditionalChoice) -> Self {
        match choice {
            AdditionalChoice::Vendor => Self::Vendor,
            AdditionalChoice::All => Self::All,
            AdditionalChoice::None => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use asimkit::Options;
    use clap::Parser;

    use super::*;
    use crate::arguments::{Arguments, Command};

    fn parse(arguments: &[&str]) -> NormalizeArguments {
        let arguments = ["asim", "normalize"].iter().chain(arguments);
        match Arguments::try_parse_from(arguments).unwrap().command {
            Command::Normalize(arguments) => *arguments,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_defaults_are_those_of_the_library() {
        let limits = parse(&[]).limits;
        assert_eq!(
            (limits.block_size, limits.max_record),
            (Options::BLOCK_SIZE, Options::MAX_RECORD)
        );
        assert_eq!(
            Additional::from(parse(&[]).events.additional),
            Additional::default()
        );
    }

    #[test]
    fn of_two_contrary_flags_the_last_one_counts() {
        let written = |arguments: &[&str]| {
            let alias = parse(arguments).events.alias;
            [OutputForm::Ndjson, OutputForm::Csv].map(|form| alias.written(form))
        };
        assert_eq!(written(&[]), [true, false]);
        assert_eq!(written(&["--aliases", "--no-aliases"]), [false, false]);
        assert_eq!(written(&["--no-aliases", "--aliases"]), [true, true]);
        assert_eq!(written(&["--deprecated-aliases"]), [true, true]);
    }
}
