//! Comparisons with what a correlation counts or reckons.

use rsigma_parser::ConditionOperator;

use super::quotient::Quotient;

/// Comparisons that must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Threshold(Vec<(ConditionOperator, u64)>);

impl Threshold {
    /// The comparisons of a condition.
    ///
    /// # Errors
    ///
    /// If one is with a number below zero, which comes from the parser as one beyond all counts.
    pub(super) fn of(comparisons: &[(ConditionOperator, u64)]) -> Result<Self, String> {
        if comparisons
            .iter()
            .any(|(_, number)| i64::try_from(*number).is_err())
        {
            return Err("its condition compares with a number below zero, or with one too large".to_owned());
        }
        Ok(Self(comparisons.to_vec()))
    }

    /// At least so many.
    pub(super) fn at_least(number: u64) -> Self {
        Self(vec![(ConditionOperator::Gte, number)])
    }

    /// No smaller count fulfils it.
    pub(super) fn least(&self) -> u64 {
        let bounds = self.0.iter().map(|(operator, number)| match operator {
            ConditionOperator::Gte | ConditionOperator::Eq => *number,
            ConditionOperator::Gt => number.saturating_add(1),
            ConditionOperator::Lt | ConditionOperator::Lte | ConditionOperator::Neq => 1,
        });
        bounds.max().unwrap_or(1).max(1)
    }

    /// Whether a count fulfils it.
    pub(super) fn holds(&self, count: u64) -> bool {
        self.holds_for(Quotient::whole(count))
    }

    /// Whether a number fulfils it.
    pub(super) fn holds_for(&self, value: Quotient) -> bool {
        self.0.iter().all(|(operator, number)| {
            let order = value.compare(*number);
            match operator {
                ConditionOperator::Lt => order.is_lt(),
                ConditionOperator::Lte => order.is_le(),
                ConditionOperator::Gt => order.is_gt(),
                ConditionOperator::Gte => order.is_ge(),
                ConditionOperator::Eq => order.is_eq(),
                ConditionOperator::Neq => order.is_ne(),
            }
        })
    }

    /// Whether a number that may still grow is large enough to fulfil it.
    pub(super) fn is_reached_by(&self, value: Quotient) -> bool {
        self.0.iter().all(|(operator, number)| match operator {
            ConditionOperator::Gt => value.compare(*number).is_gt(),
            ConditionOperator::Gte | ConditionOperator::Eq => value.compare(*number).is_ge(),
            ConditionOperator::Lt | ConditionOperator::Lte | ConditionOperator::Neq => true,
        })
    }
}

#[cfg(test)]
mod tests {
    use ConditionOperator::{Eq, Gt, Gte, Lt, Lte, Neq};

    use super::super::quotient::MILLION;
    use super::*;

    #[test]
    fn the_least_number_and_what_holds() {
        for (comparisons, least, holds) in [
            (&[(Gte, 3)][..], 3, vec![3, 4, 5]),
            (&[(Gt, 3)], 4, vec![4, 5]),
            (&[(Eq, 3)], 3, vec![3]),
            (&[(Lt, 3)], 1, vec![1, 2]),
            (&[(Lte, 3)], 1, vec![1, 2, 3]),
            (&[(Neq, 3)], 1, vec![1, 2, 4, 5]),
            (&[(Gt, 2), (Lte, 4)], 3, vec![3, 4]),
        ] {
            let threshold = Threshold::of(comparisons).unwrap();
            assert_eq!(threshold.least(), least);
            let found: Vec<_> = (1..=5).filter(|number| threshold.holds(*number)).collect();
            assert_eq!(found, holds);
        }
    }

    #[test]
    fn fractions_are_compared_exactly() {
        let third = Quotient {
            millionths: 10 * MILLION,
            parts: 3,
        };
        for (comparisons, holds, reached) in [
            (&[(Gt, 3)][..], true, true),
            (&[(Gte, 4)], false, false),
            (&[(Lt, 4)], true, true),
            (&[(Eq, 3)], false, true),
            (&[(Neq, 3), (Lte, 3)], false, true),
        ] {
            let threshold = Threshold::of(comparisons).unwrap();
            assert_eq!(threshold.holds_for(third), holds, "{comparisons:?}");
            assert_eq!(threshold.is_reached_by(third), reached, "{comparisons:?}");
        }
    }

    #[test]
    fn what_was_a_number_below_zero_is_refused() {
        assert!(Threshold::of(&[(Lt, u64::MAX - 4)]).is_err());
    }
}
