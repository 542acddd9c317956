//! The subcommands, one a file.

mod completions;
mod decode;
mod detect;
mod diff;
mod explain;
mod man;
mod normalize;
mod schema;
mod sources;
mod table;
mod validate;

use crate::arguments::Command;
use crate::exit::Exit;
use crate::message::say;

impl Command {
    /// Runs the subcommand.
    pub(crate) fn run(&self) -> Exit {
        let outcome = match self {
            Self::Normalize(arguments) => normalize::run(arguments),
            Self::Sources(arguments) => sources::run(arguments).map(|()| Exit::Success),
            Self::Schema(arguments) => schema::run(arguments).map(|()| Exit::Success),
            Self::Diff(arguments) => diff::run(arguments),
            Self::Validate(arguments) => validate::run(arguments),
            Self::Detect(arguments) => detect::run(arguments),
            Self::Decode(arguments) => decode::run(arguments),
            Self::Explain(arguments) => explain::run(arguments).map(|()| Exit::Success),
            Self::Completions(arguments) => completions::run(arguments).map(|()| Exit::Success),
            Self::Man(arguments) => man::run(arguments).map(|()| Exit::Success),
        };
        outcome.unwrap_or_else(|problem| {
            say(&problem);
            Exit::Unusable
        })
    }
}
