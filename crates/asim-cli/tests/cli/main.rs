//! The program as its users run it.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as expected"
)]

mod closed_output;
mod columns;
mod commands;
mod completions;
mod csv;
mod decode;
mod detect;
mod detect_tables;
mod device;
mod exit_status;
mod explain;
mod filter;
mod inputs;
mod live;
mod options;
mod order;
mod outputs;
mod summary;
mod support;
mod tables;
mod times;
mod validate;
