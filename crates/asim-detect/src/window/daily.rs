//! A number for each of the last days.

use serde::{Deserialize, Serialize};

use super::Span;

/// Ticks in a day.
const DAY: i64 = 86_400 * super::TICKS_PER_SECOND;

/// A number for each of the last days, for rules that compare a day with those before it.
///
/// Days are those of the calendar in UTC, by their number since 1970. A day without a number between others counts
/// as 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Daily {
    /// The day of the first value.
    first: i64,
    values: Vec<u64>,
}

impl Daily {
    /// The day in which a window begins.
    pub fn day_of(span: Span) -> i64 {
        span.start.ticks().div_euclid(DAY)
    }

    /// Whether no day is known.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Sets the number of a day; of those before it only `most - 1` are kept. Days come in their order.
    pub fn put(&mut self, day: i64, value: u64, most: u64) {
        let most = usize::try_from(most).unwrap_or(usize::MAX).max(1);
        let gap = usize::try_from(day.saturating_sub(self.first)).unwrap_or_default();
        if self.values.is_empty() || gap >= self.values.len().saturating_add(most) {
            self.first = day;
            self.values.clear();
            self.values.push(value);
            return;
        }
        self.values.resize(gap.max(self.values.len()), 0);
        self.values.truncate(gap);
        self.values.push(value);
        let over = self.values.len().saturating_sub(most);
        self.values.drain(..over);
        self.first += i64::try_from(over).unwrap_or_default();
    }

    /// The numbers of the days before a day, the oldest first, from the first one known on and at most `most`.
    pub fn before(&self, day: i64, most: u64) -> Vec<u64> {
        self.days_before(day, most).map(|(_, value)| value).collect()
    }

    /// The days before a day with their numbers, as [`before`](Self::before) has them.
    pub fn days_before(&self, day: i64, most: u64) -> impl Iterator<Item = (i64, u64)> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let from = if self.values.is_empty() {
            day
        } else {
            self.first.max(day.saturating_sub(most))
        };
        let value = |day: i64| {
            let place = usize::try_from(day - self.first).ok();
            place.and_then(|place| self.values.get(place).copied())
        };
        (from..day).map(move |day| (day, value(day).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_without_a_number_count_as_none() {
        let mut days = Daily::default();
        assert!(days.before(20, 14).is_empty());
        days.put(20, 7, 14);
        days.put(23, 9, 14);
        assert_eq!(days.before(23, 14), [7, 0, 0]);
        assert_eq!(days.before(25, 14), [7, 0, 0, 9, 0]);
        assert_eq!(days.before(25, 2), [9, 0]);
        assert!(days.before(20, 14).is_empty());
    }

    proptest! {
        /// It tells what a table of all days would tell of the last `most`.
        #[test]
        fn it_forgets_only_what_is_older(
            steps in proptest::collection::vec((1_i64..9, 0_u64..100), 0..40),
            most in 1_u64..16,
            later in 1_i64..4,
        ) {
            let mut days = Daily::default();
            let mut all = BTreeMap::new();
            let mut day = 20_000;
            for (step, value) in steps {
                day += step;
                days.put(day, value, most);
                all.insert(day, value);
                prop_assert!(days.values.len() as u64 <= most);
            }
            let asked = day + later;
            // A day that is not known any more is before the first one known.
            let from = asked - i64::try_from(most).unwrap();
            let told: Vec<_> = days.days_before(asked, most).collect();
            for (day, value) in &told {
                prop_assert_eq!(all.get(day).copied().unwrap_or_default(), *value);
            }
            for (day, value) in all.range(from..) {
                // Values that came `most` days after those before them begin anew.
                prop_assert!(told.contains(&(*day, *value)) || told.first().is_none_or(|(first, _)| day < first));
            }
        }
    }
}
