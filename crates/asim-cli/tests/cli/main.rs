//! The program as its users run it.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as expected"
)]

mod closed_output;
mod commands;
mod exit_status;
mod inputs;
mod live;
mod options;
mod outputs;
mod summary;
mod support;
