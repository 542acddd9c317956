//! The project's own tools.
//!
//! ```text
//! cargo xtask codegen            write all files that follow from schemas/ and from the folders in parsers/
//! cargo xtask codegen --check    change nothing; fail if a file is not up to date
//! cargo xtask new-parser ID      make parsers/ID: a parser that works, to be made one's own
//! ```

mod codegen;
mod emit;
mod new_parser;
mod registry;
mod schema;

use std::process::ExitCode;

#[expect(clippy::print_stderr, reason = "a program talks to its user")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["codegen"] => codegen::write(),
        ["codegen", "--check"] => codegen::check(),
        ["new-parser", arguments @ ..] => new_parser::run(arguments),
        _ => Err(format!(
            "usage: cargo xtask codegen [--check]\n       {}",
            new_parser::USAGE
        )),
    };
    match outcome {
        Ok(report) => {
            eprintln!("{report}");
            ExitCode::SUCCESS
        }
        Err(report) => {
            eprintln!("{report}");
            ExitCode::FAILURE
        }
    }
}
