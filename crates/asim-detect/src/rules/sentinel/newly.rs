//! Rules that tell when something is too much for the first time in some days.

use std::sync::Arc;

use asim_schema::Timestamp;

use crate::alert::Finding;
use crate::observation::{Observation, Traits};
use crate::rule::{Rule, RuleInfo};
use crate::tuning::{PerRole, Tuning, ticks};
use crate::window::{Group, Key, Sampling, Span, Window};

use super::measure::{Count, Counted, Measure};

/// A rule that tells when a group's count within a day is more than a number, unless it was in one of the days before.
///
/// The parameters of the measure are `more-than` and `days`.
#[derive(Debug)]
pub struct Newly<M> {
    measure: M,
    more_than: PerRole,
    days: PerRole,
    sampling: Sampling,
}

/// Seconds in a day.
const DAY: u64 = 86_400;

impl<M: Measure> Newly<M> {
    /// The rule with the thresholds of a tuning.
    pub fn new(measure: M, tuning: &Arc<Tuning>) -> Self {
        let info = measure.info();
        let more_than = tuning.per_role(&info, "more-than");
        Self {
            measure,
            sampling: Sampling::for_groups_of(more_than.least()),
            more_than,
            days: tuning.per_role(&info, "days"),
        }
    }
}

impl<M: Measure> Rule for Newly<M> {
    type Pane = Counted<M::Count>;
    /// The end of the last window in which it was too much.
    type Memory = Option<Timestamp>;

    fn info(&self) -> RuleInfo {
        self.measure.info()
    }

    fn window(&self) -> Window {
        Window::DAY
    }

    fn retention(&self) -> i64 {
        let days = self.days.most().saturating_add(1);
        i64::try_from(days.saturating_mul(24)).unwrap_or(i64::MAX)
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
        self.more_than.of(role).saturating_add(1)
    }

    fn judge(
        &self,
        key: &Key,
        role: u8,
        span: Span,
        pane: &Self::Pane,
        memory: &mut Option<Timestamp>,
    ) -> Option<Finding> {
        let before = memory.replace(span.end);
        let quiet = ticks(self.days.of(role).saturating_mul(DAY));
        let known = before.is_some_and(|end| span.start.ticks().saturating_sub(end.ticks()) < quiet);
        (!known).then(|| pane.finding(&self.measure, key))
    }
}
