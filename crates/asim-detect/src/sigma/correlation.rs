//! Sigma's correlations on the windows of this crate.

use std::collections::BTreeSet;
use std::sync::Arc;

use rsigma_parser::{
    ConditionExpr, ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, WindowMode,
};
use serde::{Deserialize, Serialize};

use super::hits::HitRule;
use super::matches::Matches;
use crate::alert::Finding;
use crate::distinct::DistinctSet;
use crate::observation::{Hit, Observation};
use crate::rule::{Rule, RuleInfo};
use crate::window::{Group, Key, Span, Window};

/// A window that slides is cut into so many panes, and has one more, so that nothing within the time span is missed.
const PANES: u64 = 24;

/// What a correlation counts, and how much of it is enough.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Counting {
    /// Events.
    Events(Threshold),
    /// Different values of a field.
    Values(Threshold),
    /// Different rules.
    Rules(Threshold),
    /// A condition over rules.
    Condition(Expression),
}

/// Comparisons that must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Threshold(Vec<(ConditionOperator, u64)>);

impl Threshold {
    /// No smaller number fulfils it.
    fn least(&self) -> u64 {
        let bounds = self.0.iter().map(|(operator, number)| match operator {
            ConditionOperator::Gte | ConditionOperator::Eq => *number,
            ConditionOperator::Gt => number.saturating_add(1),
            ConditionOperator::Lt | ConditionOperator::Lte | ConditionOperator::Neq => 1,
        });
        bounds.max().unwrap_or(1).max(1)
    }

    fn holds(&self, value: u64) -> bool {
        self.0.iter().all(|(operator, number)| match operator {
            ConditionOperator::Lt => value < *number,
            ConditionOperator::Lte => value <= *number,
            ConditionOperator::Gt => value > *number,
            ConditionOperator::Gte => value >= *number,
            ConditionOperator::Eq => value == *number,
            ConditionOperator::Neq => value != *number,
        })
    }
}

/// A condition over the rules of a correlation, by their places in its list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Rule(u32),
}

impl Expression {
    /// Reads a condition.
    fn of(condition: &ConditionExpr, rules: &[String]) -> Result<Self, String> {
        let all = |parts: &[ConditionExpr]| {
            let parts = parts.iter().map(|part| Self::of(part, rules));
            parts.collect::<Result<Vec<_>, _>>()
        };
        Ok(match condition {
            ConditionExpr::And(parts) => Self::All(all(parts)?),
            ConditionExpr::Or(parts) => Self::Any(all(parts)?),
            ConditionExpr::Not(part) => Self::Not(Box::new(Self::of(part, rules)?)),
            ConditionExpr::Identifier(name) => {
                let place = rules.iter().position(|rule| rule == name);
                let place = place.and_then(|place| u32::try_from(place).ok());
                Self::Rule(place.ok_or_else(|| {
                    format!(
                        "its condition names `{}`, which is none of its rules",
                        name.escape_debug()
                    )
                })?)
            }
            ConditionExpr::Selector { .. } => {
                return Err("its condition selects rules by a pattern".to_owned());
            }
        })
    }

    fn holds(&self, seen: &BTreeSet<u32>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(seen)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(seen)),
            Self::Not(part) => !part.holds(seen),
            Self::Rule(rule) => seen.contains(rule),
        }
    }
}

/// What a correlation counts.
///
/// # Errors
///
/// With what the windows do not do.
pub(super) fn counting(rule: &CorrelationRule) -> Result<Counting, String> {
    let kind = rule.correlation_type;
    match (&rule.condition, kind) {
        (CorrelationCondition::Threshold { predicates, .. }, CorrelationType::EventCount) => {
            Ok(Counting::Events(Threshold(predicates.clone())))
        }
        (
            CorrelationCondition::Threshold {
                predicates,
                field: Some(_),
                ..
            },
            CorrelationType::ValueCount,
        ) => Ok(Counting::Values(Threshold(predicates.clone()))),
        (CorrelationCondition::Threshold { .. }, CorrelationType::ValueCount) => {
            Err("it counts values and names no field".to_owned())
        }
        // Without a condition of its own, all rules must be seen; the parser gives `gte: 1` for that.
        (CorrelationCondition::Threshold { predicates, .. }, CorrelationType::Temporal) => {
            let all = (ConditionOperator::Gte, rule.rules.len() as u64);
            Ok(Counting::Rules(match &predicates[..] {
                [(ConditionOperator::Gte, 1)] => Threshold(vec![all]),
                _ => Threshold(predicates.clone()),
            }))
        }
        (CorrelationCondition::Extended(condition), CorrelationType::Temporal) => {
            Ok(Counting::Condition(Expression::of(condition, &rule.rules)?))
        }
        (CorrelationCondition::Extended(_), _) => Err(format!(
            "a condition over rules is for `temporal`, not for `{}`",
            kind.as_str()
        )),
        _ => Err(format!(
            "correlations of the type `{}` are not run",
            kind.as_str()
        )),
    }
}

/// The window of a correlation.
///
/// A sliding window hops in steps of a twenty-fourth of its time span, at least a second, and may see up to a step
/// more than the time span. A tumbling one is a pane of its time span.
pub(super) fn window(rule: &CorrelationRule) -> Result<Window, String> {
    let seconds = rule.timespan.seconds;
    let number = |number: u64| {
        let number = u32::try_from(number).ok().filter(|number| *number > 0);
        number.ok_or_else(|| {
            format!(
                "its time span `{}` is no window",
                rule.timespan.original.escape_debug()
            )
        })
    };
    match rule.window {
        WindowMode::Tumbling => Ok(Window {
            pane: number(seconds)?,
            panes: 1,
        }),
        WindowMode::Sliding => {
            let pane = number(seconds.div_ceil(PANES))?;
            Ok(Window {
                pane,
                panes: number(seconds.div_ceil(u64::from(pane)) + 1)?,
            })
        }
        WindowMode::Session => Err("windows that last as long as events come are not run".to_owned()),
    }
}

/// The events of one group that the rules of a correlation are fulfilled by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Correlated {
    matches: Matches,
    /// The rules that were seen, by their places.
    rules: BTreeSet<u32>,
    values: DistinctSet,
}

/// A correlation.
#[derive(Debug)]
pub(super) struct Correlation {
    pub(super) number: u32,
    pub(super) info: Arc<RuleInfo>,
    pub(super) author: Option<String>,
    pub(super) counting: Arc<Counting>,
    pub(super) window: Window,
    /// Whether it groups by client.
    pub(super) by_client: bool,
}

impl HitRule for Correlation {
    fn number(&self) -> u32 {
        self.number
    }

    fn shared_info(&self) -> &Arc<RuleInfo> {
        &self.info
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
        if let Some(value) = hit.value {
            pane.values.insert(xxhash_rust::xxh3::xxh3_64(value.as_bytes()));
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
    }

    fn weight(&self, pane: &Correlated) -> u64 {
        match &*self.counting {
            Counting::Events(_) => pane.matches.sightings.count,
            Counting::Values(_) => pane.values.len(),
            Counting::Rules(_) | Counting::Condition(_) => pane.rules.len() as u64,
        }
    }

    fn enough(&self, _: u8) -> u64 {
        match &*self.counting {
            Counting::Events(threshold) | Counting::Values(threshold) | Counting::Rules(threshold) => {
                threshold.least()
            }
            Counting::Condition(_) => 1,
        }
    }

    fn exceeds(&self, pane: &Correlated, role: u8) -> bool {
        match &*self.counting {
            Counting::Condition(condition) => condition.holds(&pane.rules),
            // Upper bounds are looked at when the whole window is known.
            _ => self.weight(pane) >= self.enough(role),
        }
    }

    fn judge(&self, _: &Key, _: u8, _: Span, pane: &Correlated, (): &mut ()) -> Option<Finding> {
        let holds = match &*self.counting {
            Counting::Events(threshold) | Counting::Values(threshold) | Counting::Rules(threshold) => {
                threshold.holds(self.weight(pane))
            }
            Counting::Condition(condition) => condition.holds(&pane.rules),
        };
        let finding = holds.then(|| pane.matches.finding(self.author.as_deref()))?;
        Some(match &*self.counting {
            Counting::Events(_) => finding.counter("Events", pane.matches.sightings.count),
            Counting::Values(_) => finding.counter("DistinctValues", pane.values.len()),
            Counting::Rules(_) | Counting::Condition(_) => finding.counter("Rules", pane.rules.len() as u64),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threshold(comparisons: &[(ConditionOperator, u64)]) -> Threshold {
        Threshold(comparisons.to_vec())
    }

    #[test]
    fn the_least_number_and_what_holds() {
        use ConditionOperator::{Eq, Gt, Gte, Lt, Lte, Neq};
        for (comparisons, least, holds) in [
            (&[(Gte, 3)][..], 3, vec![3, 4, 5]),
            (&[(Gt, 3)], 4, vec![4, 5]),
            (&[(Eq, 3)], 3, vec![3]),
            (&[(Lt, 3)], 1, vec![1, 2]),
            (&[(Lte, 3)], 1, vec![1, 2, 3]),
            (&[(Neq, 3)], 1, vec![1, 2, 4, 5]),
            (&[(Gt, 2), (Lte, 4)], 3, vec![3, 4]),
        ] {
            let threshold = threshold(comparisons);
            assert_eq!(threshold.least(), least);
            let found: Vec<_> = (1..=5).filter(|number| threshold.holds(*number)).collect();
            assert_eq!(found, holds);
        }
    }

    #[test]
    fn conditions_are_over_rules() {
        let rules = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        let condition = rsigma_parser::parse_condition("a and (b or not c)").unwrap();
        let condition = Expression::of(&condition, &rules).unwrap();
        let holds = |seen: &[u32]| condition.holds(&seen.iter().copied().collect());
        assert!(holds(&[0]) && holds(&[0, 1, 2]) && !holds(&[0, 2]) && !holds(&[1]));
        let other = rsigma_parser::parse_condition("a and d").unwrap();
        assert!(Expression::of(&other, &rules).is_err());
    }
}
