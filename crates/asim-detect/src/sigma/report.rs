//! What became of the files that rules were loaded from.

use std::sync::Arc;

use crate::rule::RuleInfo;

/// A rule, or a correlation, that was loaded.
#[derive(Debug, Clone)]
pub struct LoadedRule {
    /// What is written about it.
    pub info: Arc<RuleInfo>,
    /// Its author, who is to be named where its alerts are shown.
    pub author: Option<String>,
    /// The file, as the caller named it.
    pub file: String,
    /// The columns that it reads, in the order of the alphabet.
    pub columns: Vec<&'static str>,
    /// The names in it that neither the mapping nor the schema knows. They are looked for in `AdditionalFields`.
    pub unmapped: Vec<String>,
    /// Why no event can fulfil it here; none for a rule at work.
    pub idle: Option<String>,
    /// Whether it counts what other rules are fulfilled by.
    pub is_correlation: bool,
}

/// A rule that could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unloadable {
    /// The file, as the caller named it.
    pub file: String,
    /// Its title, where it could be read.
    pub title: Option<String>,
    /// Why.
    pub reason: String,
}
