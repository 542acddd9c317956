//! Rules that tell when a day is far from what the days before it let expect.

use std::sync::Arc;

use crate::alert::Finding;
use crate::observation::{Observation, Traits};
use crate::rule::{Rule, RuleInfo};
use crate::tuning::{PerRole, Tuning};
use crate::window::robust::{Deviation, deviation};
use crate::window::{Daily, Group, Key, Sampling, Span, Waited, Window};

use super::measure::{Count, Counted, Measure};

/// A rule that compares a group's count of a day with those of up to two weeks before; see
/// [`robust`](crate::window::robust).
///
/// The parameters of the measure are `days`, `warm-up`, `threshold`, `score` and `least`.
#[derive(Debug)]
pub struct Anomaly<M> {
    measure: M,
    days: PerRole,
    warm_up: PerRole,
    threshold: PerRole,
    score: PerRole,
    least: PerRole,
    sampling: Sampling,
}

impl<M: Measure> Anomaly<M> {
    /// The rule with the thresholds of a tuning.
    pub fn new(measure: M, tuning: &Arc<Tuning>) -> Self {
        let info = measure.info();
        let per_role = |name| tuning.per_role(&info, name);
        let least = per_role("least");
        Self {
            sampling: Sampling::for_groups_of(least.least()),
            days: per_role("days"),
            warm_up: per_role("warm-up"),
            threshold: per_role("threshold"),
            score: per_role("score"),
            least,
            measure,
        }
    }

    /// What stands out of a day; none if nothing does.
    fn deviation(&self, role: u8, before: &[u64], value: u64) -> Option<Deviation> {
        let known = u64::try_from(before.len()).unwrap_or(u64::MAX);
        if known < self.warm_up.of(role) || value < self.least.of(role) {
            return None;
        }
        let deviation = deviation(before, value)?;
        // Tenths of a deviation times percent.
        let limit = small(self.threshold.of(role)) * small(self.score.of(role)) / 1_000.0;
        (deviation.score >= limit).then_some(deviation)
    }
}

/// A parameter as a number to reckon with.
fn small(value: u64) -> f64 {
    u32::try_from(value).map_or(f64::from(u32::MAX), f64::from)
}

impl<M: Measure> Rule for Anomaly<M> {
    type Pane = Counted<M::Count>;
    type Memory = Daily;

    fn info(&self) -> RuleInfo {
        self.measure.info()
    }

    fn window(&self) -> Window {
        Window::CLOCK_DAY
    }

    fn retention(&self) -> i64 {
        i64::try_from(self.days.most().saturating_add(1)).unwrap_or(i64::MAX)
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
        // A day with one event would be forgotten, or compared with the days before, of which there are none.
        self.measure.note(observation)
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

    /// Every day counts for those after it.
    fn enough(&self, _: u8) -> u64 {
        1
    }

    fn judge(
        &self,
        key: &Key,
        role: u8,
        span: Span,
        pane: &Self::Pane,
        memory: &mut Daily,
    ) -> Option<Finding> {
        let day = Daily::day_of(span);
        // The day itself is one of them.
        let most = self.days.of(role).saturating_sub(1);
        let value = pane.count.value();
        let found = self.deviation(role, &memory.before(day, most), value);
        if !memory.is_empty() || self.measure.is_remembered(value) {
            memory.put(day, value, most);
        }
        let deviation = found?;
        let mut finding = pane.finding(&self.measure, key);
        let texts = [("Expected", deviation.expected), ("Score", deviation.score)];
        finding
            .details
            .extend(texts.map(|(name, value)| (name, format!("{value:.1}"))));
        Some(finding)
    }
}
