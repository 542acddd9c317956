//! How many lookups there were.

use serde::{Deserialize, Serialize};

use crate::observation::Observation;

/// How many lookups there were, each counted once: some sources write the request of a lookup, some the response, some
/// both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchanges {
    requests: u64,
    responses: u64,
}

impl Exchanges {
    /// Counts one event. One that does not say what it is counts as a request.
    #[inline]
    pub fn add(&mut self, observation: Observation<'_>) {
        if observation.is_response() {
            self.responses += 1;
        } else {
            self.requests += 1;
        }
    }

    /// Counts in what another one has counted.
    pub fn merge(&mut self, other: &Self) {
        self.requests += other.requests;
        self.responses += other.responses;
    }

    /// The number of lookups: the larger of both halves.
    pub fn lookups(&self) -> u64 {
        self.requests.max(self.responses)
    }
}
