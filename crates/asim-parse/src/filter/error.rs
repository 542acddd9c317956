//! Why a filter cannot be used.

use std::fmt;

use super::parameter::Parameter;

/// Why a filter cannot be used: which parameter, and what is wrong with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    parameter: Parameter,
    problem: Box<str>,
}

impl FilterError {
    /// The error for a parameter.
    pub fn new(parameter: Parameter, problem: impl fmt::Display) -> Self {
        Self {
            parameter,
            problem: problem.to_string().into_boxed_str(),
        }
    }

    /// The parameter whose value is wrong.
    pub fn parameter(&self) -> Parameter {
        self.parameter
    }

    /// What is wrong with it.
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.parameter, self.problem)
    }
}

impl std::error::Error for FilterError {}
