//! Sigma's correlations on the windows of this crate.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::counting::Counting;
use super::hits::HitRule;
use super::matches::Matches;
use super::numbers::{Measure, Numbers};
use super::order::{Layout, Moment, Order};
use super::quotient::Quotient;
use super::threshold::Threshold;
use crate::alert::Finding;
use crate::distinct::DistinctSet;
use crate::observation::{Hit, Observation};
use crate::rule::{Rule, RuleInfo};
use crate::window::{Group, Key, Span, Window};

/// The events of one group that the rules of a correlation are fulfilled by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Correlated {
    matches: Matches,
    /// The rules that were seen, by their places.
    rules: BTreeSet<u32>,
    values: DistinctSet,
    /// When they were seen, if their order matters.
    order: Option<Box<Order>>,
    numbers: Option<Box<Numbers>>,
}

/// A correlation.
#[derive(Debug)]
pub(super) struct Correlation {
    pub(super) number: u32,
    pub(super) info: Arc<RuleInfo>,
    pub(super) author: Option<String>,
    pub(super) counting: Arc<Counting>,
    /// The number of rules in its list.
    pub(super) rules: u32,
    pub(super) window: Window,
    /// Whether it groups by client.
    pub(super) by_client: bool,
}

impl Correlation {
    fn finding(&self, pane: &Correlated) -> Finding {
        pane.matches.finding(self.author.as_deref())
    }

    fn layout(&self) -> Layout {
        Layout::of(self.window, self.rules.saturating_sub(1))
    }
}

impl Correlated {
    fn in_order(&self) -> u64 {
        self.order
            .as_ref()
            .map(|order| order.longest())
            .unwrap_or_default()
    }

    fn measure(&self, measure: Measure) -> Option<Quotient> {
        self.numbers.as_ref()?.measure(measure)
    }
}

impl HitRule for Correlation {
    fn number(&self) -> u32 {
        self.number
    }

    fn shared_info(&self) -> &Arc<RuleInfo> {
        &self.info
    }

    fn shape(&self) -> String {
        let Self {
            counting,
            rules,
            window,
            by_client,
            ..
        } = self;
        format!("{counting:?} {rules} {window:?} {by_client}")
    }

    fn group_of<'o>(&self, observation: Observation<'o>, hit: Hit<'o>) -> Option<Group<'o>> {
        match (self.by_client, hit.group) {
            (true, None) => Group::client(observation),
            (true, Some(item)) => {
                observation.client()?;
                Some(Group::item(observation, item))
            }
            (false, item) => Some(Group::alone(item.unwrap_or_default())),
        }
    }

    fn add_hit(&self, pane: &mut Correlated, observation: Observation<'_>, hit: Hit<'_>) {
        pane.matches.add(observation);
        pane.rules.insert(hit.part);
        match (&*self.counting, hit.value) {
            (Counting::RulesInOrder(_), _) => {
                let order = pane.order.get_or_insert_default();
                order.add(self.layout(), hit.part, Moment::of(observation));
            }
            (Counting::Numbers(measure, _), Some(value)) => {
                if let Ok(number) = value.parse() {
                    pane.numbers.get_or_insert_default().add(*measure, number);
                }
            }
            (_, Some(value)) => pane.values.insert(xxhash_rust::xxh3::xxh3_64(value.as_bytes())),
            (_, None) => {}
        }
    }
}

impl Rule for Correlation {
    type Pane = Correlated;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        (*self.info).clone()
    }

    fn window(&self) -> Window {
        self.window
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        self.group_of(observation, self.first_hit(observation)?)
    }

    fn add(&self, pane: &mut Correlated, observation: Observation<'_>) {
        if let Some(hit) = self.first_hit(observation) {
            self.add_hit(pane, observation, hit);
        }
    }

    fn merge(&self, into: &mut Correlated, from: &Correlated) {
        into.matches.merge(&from.matches);
        into.rules.extend(&from.rules);
        into.values.merge(&from.values);
        if let Some(order) = &from.order {
            into.order.get_or_insert_default().merge(self.layout(), order);
        }
        if let Some(numbers) = &from.numbers {
            into.numbers.get_or_insert_default().merge(numbers);
        }
    }

    fn weight(&self, pane: &Correlated) -> u64 {
        match &*self.counting {
            Counting::Events(_) | Counting::Numbers(..) => pane.matches.sightings.count,
            Counting::Values(_) => pane.values.len(),
            Counting::Rules(_) | Counting::RulesInOrder(_) | Counting::Condition(_) => {
                pane.rules.len() as u64
            }
        }
    }

    fn enough(&self, _: u8) -> u64 {
        match &*self.counting {
            Counting::Events(threshold)
            | Counting::Values(threshold)
            | Counting::Rules(threshold)
            | Counting::RulesInOrder(threshold) => threshold.least(),
            Counting::Condition(_) | Counting::Numbers(..) => 1,
        }
    }

    /// Upper bounds are looked at when the whole window is known, and so is what may rise and fall.
    fn exceeds(&self, pane: &Correlated, role: u8) -> bool {
        self.weight(pane) >= self.enough(role)
            && match &*self.counting {
                Counting::RulesInOrder(threshold) => pane.in_order() >= threshold.least(),
                Counting::Condition(condition) => condition.holds(&pane.rules),
                Counting::Numbers(Measure::Sum, threshold) => pane
                    .measure(Measure::Sum)
                    .is_some_and(|sum| threshold.is_reached_by(sum)),
                Counting::Events(_) | Counting::Values(_) | Counting::Rules(_) | Counting::Numbers(..) => {
                    true
                }
            }
    }

    fn judge(&self, _: &Key, _: u8, _: Span, pane: &Correlated, (): &mut ()) -> Option<Finding> {
        let count = |name, threshold: &Threshold, count| {
            let finding = threshold.holds(count).then(|| self.finding(pane));
            finding.map(|finding| finding.counter(name, count))
        };
        match &*self.counting {
            Counting::Events(threshold) => count("Events", threshold, self.weight(pane)),
            Counting::Values(threshold) => count("DistinctValues", threshold, self.weight(pane)),
            Counting::Rules(threshold) => count("Rules", threshold, self.weight(pane)),
            Counting::RulesInOrder(threshold) => count("RulesInOrder", threshold, pane.in_order()),
            Counting::Condition(condition) => condition
                .holds(&pane.rules)
                .then(|| self.finding(pane).counter("Rules", self.weight(pane))),
            Counting::Numbers(measure, threshold) => {
                let number = pane.measure(*measure)?;
                threshold.holds_for(number).then(|| {
                    let mut finding = self.finding(pane).counter("Numbers", self.weight(pane));
                    finding.details.push((measure.name(), number.to_string()));
                    finding
                })
            }
        }
    }
}
