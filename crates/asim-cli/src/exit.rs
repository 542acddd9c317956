//! The exit status.

use std::process::ExitCode;

/// The status of arguments, inputs and outputs that could not be used.
pub(crate) const UNUSABLE: u8 = 2;

/// How a run ended; the worst of several counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Exit {
    /// All is well: an empty input and a closed pipe too.
    #[default]
    Success,
    /// The job ran, and more records were rejected than allowed.
    Rejected,
    /// An argument, an input or an output could not be used.
    Unusable,
}

impl Exit {
    /// Takes in how another part of the run ended.
    pub(crate) fn worsen(&mut self, other: Self) {
        *self = (*self).max(other);
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Rejected => 1,
            Exit::Unusable => UNUSABLE,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_counts() {
        let mut exit = Exit::default();
        exit.worsen(Exit::Unusable);
        exit.worsen(Exit::Rejected);
        assert_eq!(exit, Exit::Unusable);
    }
}
