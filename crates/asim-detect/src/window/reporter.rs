//! Who reported what a rule has counted.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::observation::Observation;

/// Who reports (`Dvc`): of several the first in the order of the alphabet, so that the order of events is no matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporter(Option<CompactString>);

impl Reporter {
    /// Takes note of one event's.
    pub fn add(&mut self, observation: Observation<'_>) {
        if let Some(reporter) = observation.reporter() {
            self.take(reporter);
        }
    }

    fn take(&mut self, reporter: &str) {
        if self.0.as_deref().is_none_or(|own| reporter < own) {
            self.0 = Some(reporter.into());
        }
    }

    /// Takes note of another one's.
    pub fn merge(&mut self, other: &Self) {
        if let Some(reporter) = &other.0 {
            self.take(reporter);
        }
    }

    /// The name, the address or what else it is known by.
    pub fn name(&self) -> Option<String> {
        self.0.as_deref().map(str::to_owned)
    }
}
