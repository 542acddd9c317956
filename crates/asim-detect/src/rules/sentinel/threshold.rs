//! Rules that tell when something is too much.

use std::sync::Arc;

use crate::alert::Finding;
use crate::observation::{Observation, Traits};
use crate::rule::{Rule, RuleInfo};
use crate::tuning::{PerRole, Tuning};
use crate::window::{Group, Key, Sampling, Span, Waited, Window};

use super::measure::{Count, Counted, Measure};

/// How much of a measure is too much.
pub trait Limited: Measure {
    /// How long it looks, and in which steps.
    const WINDOW: Window;

    /// Whether it takes more than the number, as published queries mostly have it, and not at least the number.
    ///
    /// The parameter of the measure is `more-than` or `at-least` accordingly.
    const MORE_THAN: bool = false;
}

/// A rule that tells when a group's count reaches a number within a window.
#[derive(Debug)]
pub struct Threshold<M> {
    measure: M,
    limit: PerRole,
    sampling: Sampling,
}

impl<M: Limited> Threshold<M> {
    /// The rule with the thresholds of a tuning.
    pub fn new(measure: M, tuning: &Arc<Tuning>) -> Self {
        let parameter = if M::MORE_THAN { "more-than" } else { "at-least" };
        let limit = tuning.per_role(&measure.info(), parameter);
        Self {
            sampling: Sampling::for_groups_of(limit.least()),
            limit,
            measure,
        }
    }
}

impl<M: Limited> Rule for Threshold<M> {
    type Pane = Counted<M::Count>;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        self.measure.info()
    }

    fn window(&self) -> Window {
        M::WINDOW
    }

    fn traits(&self) -> Traits {
        M::TRAITS
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        self.measure.group(observation)
    }

    fn add(&self, pane: &mut Self::Pane, observation: Observation<'_>) {
        pane.add(&self.measure, self.sampling, observation);
    }

    fn waits(&self, observation: Observation<'_>) -> Option<u32> {
        if self.enough(observation.role()) <= 1 {
            return None;
        }
        self.measure.note(observation)
    }

    /// So few events add up to less than it takes.
    fn most_waiting(&self, role: u8) -> u64 {
        self.enough(role) - 1
    }

    fn add_waited(&self, pane: &mut Self::Pane, event: Waited) {
        pane.add_waited(&self.measure, self.sampling, event);
    }

    fn prefetch(&self, pane: &Self::Pane, observation: Observation<'_>) {
        pane.prefetch(observation);
    }

    fn merge(&self, into: &mut Self::Pane, from: &Self::Pane) {
        into.merge(from);
    }

    fn weight(&self, pane: &Self::Pane) -> u64 {
        pane.count.value()
    }

    fn enough(&self, role: u8) -> u64 {
        self.limit.of(role).saturating_add(u64::from(M::MORE_THAN)).max(1)
    }

    fn judge(&self, key: &Key, _: u8, _: Span, pane: &Self::Pane, (): &mut ()) -> Option<Finding> {
        Some(pane.finding(&self.measure, key))
    }
}
