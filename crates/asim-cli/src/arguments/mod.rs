//! What can be written on the command line.

mod decode;
mod detect;
mod diff;
mod documents;
mod explain;
mod filter;
mod help;
mod moment;
mod normalize;
mod schema;
mod schemas;
mod similar;
mod time;
mod validate;
mod value;

use clap::{Args, Parser, Subcommand};

pub(crate) use decode::{DecodeArguments, What};
pub(crate) use detect::{AlertForm, DetectArguments, DetectOrder};
pub(crate) use diff::{DiffArguments, DiffForm};
pub(crate) use documents::{CompletionsArguments, ManArguments};
pub(crate) use explain::ExplainArguments;
pub(crate) use filter::problem as filter_problem;
pub(crate) use normalize::{
    MessageArguments, NormalizeArguments, Order, OutputArguments, OutputForm, PartitionKey, Profile,
    ReadingArguments,
};
pub(crate) use schema::{Form, Schema, SchemaArguments};
pub(crate) use schemas::SchemaChoice;
pub(crate) use validate::{ResultForm, ValidateArguments};
pub(crate) use value::{AssumeTime, MaxRejects};

/// DNS security logs to events of Microsoft's ASIM Dns schema.
///
/// asim reads what DNS servers and sensors write, finds out by itself which source it is, and writes one flat event
/// for each record. Every record is accounted for: read = written + filtered + declined + rejected.
#[derive(Debug, Parser)]
#[command(
    name = "asim",
    bin_name = "asim",
    version,
    max_term_width = 110,
    subcommand_required = true,
    arg_required_else_help = true,
    after_long_help = help::PROGRAM
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One subcommand.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Normalize(Box<NormalizeArguments>),
    Sources(SourcesArguments),
    Schema(SchemaArguments),
    Validate(ValidateArguments),
    Detect(Box<DetectArguments>),
    Diff(Box<DiffArguments>),
    Explain(Box<ExplainArguments>),
    Decode(DecodeArguments),
    Completions(CompletionsArguments),
    Man(ManArguments),
}

/// List the sources that can be read.
#[derive(Debug, Args)]
#[command(after_long_help = help::SOURCES)]
pub(crate) struct SourcesArguments {
    /// Write JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound_and_every_flag_is_explained() {
        let mut command = Arguments::command();
        command.build();
        command.clone().debug_assert();
        for command in command
            .get_subcommands()
            .filter(|command| command.get_name() != "help")
        {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            assert!(command.get_after_long_help().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
        }
    }
}
