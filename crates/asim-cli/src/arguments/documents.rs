//! The arguments of `asim completions` and `asim man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::help;

/// Print a script that makes a shell complete the program's commands and flags.
#[derive(Debug, Args)]
#[command(after_long_help = help::COMPLETIONS)]
pub(crate) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// Print the manual pages, or write them to files.
#[derive(Debug, Args)]
#[command(after_long_help = help::MAN)]
pub(crate) struct ManArguments {
    /// The directory to write the pages to, one file a command: asim.1, asim-normalize.1 and so on.
    ///
    /// It is made if it is not there. Without it all pages go to standard output, one after the other.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}
