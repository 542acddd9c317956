//! The program `asim`: DNS security logs to events of Microsoft's ASIM Dns schema, on the command line.
//!
//! | concern | where |
//! |---|---|
//! | what can be written on the command line | [`arguments`] |
//! | the subcommands | [`command`] |
//! | files, directories, standard input | [`input`], [`walk`], [`identity`] |
//! | a run over several inputs | [`job`] |
//! | the form of events, their order, the device in a path | [`lines`], [`events`], [`device`] |
//! | Parquet and Arrow | [`table`] |
//! | events, rejected records, the summary | [`output`], [`temporary`], [`rejects`], [`sinks`], [`summary`] |
//! | messages, the bar, the exit status | [`message`], [`progress`], [`exit`] |

mod arguments;
mod clock;
mod command;
mod device;
mod events;
mod exit;
mod identity;
mod input;
mod job;
mod lines;
mod message;
mod output;
mod progress;
mod rejects;
mod sinks;
mod summary;
mod table;
mod temporary;
mod walk;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;

/// Groups, alerts and columns are many small pieces of memory; see `docs/decisions/0017-allocator.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(arguments) => arguments.command.run().into(),
        Err(error) => {
            // Help and version are answers, not errors: clap knows which stream and which status they take.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(exit::UNUSABLE))
        }
    }
}
