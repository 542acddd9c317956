//! What correlations count or reckon, and over which windows.

use rsigma_parser::{ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, WindowMode};

use super::expression::Expression;
use super::numbers::Measure;
use super::threshold::Threshold;
use crate::window::Window;

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
    /// Rules one after the other in the order of its list.
    RulesInOrder(Threshold),
    /// A condition over rules.
    Condition(Expression),
    /// The numbers of a field, reckoned with.
    Numbers(Measure, Threshold),
}

/// What a correlation counts.
///
/// # Errors
///
/// With what the windows do not do.
pub(super) fn counting(rule: &CorrelationRule) -> Result<Counting, String> {
    let kind = rule.correlation_type;
    let (comparisons, fields, percentile) = match &rule.condition {
        CorrelationCondition::Threshold {
            predicates,
            field,
            percentile,
        } => (predicates, field.as_deref().unwrap_or_default(), *percentile),
        CorrelationCondition::Extended(condition) if kind == CorrelationType::Temporal => {
            return Ok(Counting::Condition(Expression::of(condition, &rule.rules)?));
        }
        CorrelationCondition::Extended(_) => {
            return Err(format!(
                "a condition over rules is for `temporal`, not for `{}`",
                kind.as_str()
            ));
        }
    };
    let threshold = Threshold::of(comparisons)?;
    // Without a condition of its own, all rules must be seen; the parser gives `gte: 1` for that.
    let of_rules = || match comparisons[..] {
        [(ConditionOperator::Gte, 1)] => Threshold::at_least(rule.rules.len() as u64),
        _ => threshold.clone(),
    };
    let measure = match kind {
        CorrelationType::EventCount => return Ok(Counting::Events(threshold)),
        CorrelationType::ValueCount if fields.is_empty() => {
            return Err("it counts values and names no field".to_owned());
        }
        CorrelationType::ValueCount => return Ok(Counting::Values(threshold)),
        CorrelationType::Temporal => return Ok(Counting::Rules(of_rules())),
        CorrelationType::TemporalOrdered => return Ok(Counting::RulesInOrder(of_rules())),
        CorrelationType::ValueSum => Measure::Sum,
        CorrelationType::ValueAvg => Measure::Average,
        CorrelationType::ValueMedian => Measure::Median,
        CorrelationType::ValuePercentile => Measure::Percentile(
            percentile
                .and_then(|percent| u8::try_from(percent).ok())
                .filter(|percent| *percent <= 100)
                .ok_or("its condition names no `percentile` that is a whole number from 0 to 100")?,
        ),
    };
    if fields.len() == 1 {
        Ok(Counting::Numbers(measure, threshold))
    } else {
        Err(format!(
            "`{}` is of the numbers of one field, and it names {}",
            kind.as_str(),
            if fields.is_empty() { "no field" } else { "several" }
        ))
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
