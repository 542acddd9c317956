//! `asim completions`: scripts for shells.

use clap::CommandFactory;

use crate::arguments::{Arguments, CompletionsArguments};
use crate::output::answer;

pub(super) fn run(arguments: &CompletionsArguments) -> Result<(), String> {
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "asim", &mut script);
    answer(&String::from_utf8_lossy(&script))
}
