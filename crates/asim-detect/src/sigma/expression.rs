//! Conditions over the rules of a correlation.

use std::collections::BTreeSet;

use rsigma_parser::ConditionExpr;

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
    pub(super) fn of(condition: &ConditionExpr, rules: &[String]) -> Result<Self, String> {
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

    pub(super) fn holds(&self, seen: &BTreeSet<u32>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(seen)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(seen)),
            Self::Not(part) => !part.holds(seen),
            Self::Rule(rule) => seen.contains(rule),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
