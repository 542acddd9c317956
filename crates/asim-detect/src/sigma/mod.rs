//! Rules in the Sigma format over Dns and process events.
//!
//! A rule's text is read and compiled by rsigma, whose stateless part says which rules an event fulfils; what happens
//! over time (one alert an hour, correlations) runs on this crate's windows. Nothing becomes JSON on the way: the
//! engine reads typed events through a mapping of names.
//!
//! | concern | where |
//! |---|---|
//! | loading, and what came of it | [`SigmaRules`], [`LoadedRule`], [`Unloadable`] |
//! | what rules call a value, and the column that has it | `dns`, `process` |
//! | which events a rule is for | `logsource` |
//! | alerts of single events | `matches` |
//! | correlations | `correlation` |
//!
//! Sigma is specified at <https://github.com/SigmaHQ/sigma-specification>, version 2.1.0 (2025).

mod about;
mod collection;
mod correlation;
mod dns;
mod field;
mod hits;
mod load;
mod logsource;
mod matches;
mod process;
mod report;
mod rewrite;

pub use collection::SigmaRules;
pub use report::{LoadedRule, Unloadable};
pub use rewrite::Placeholders;
