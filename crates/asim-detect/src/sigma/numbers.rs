//! What is kept of the numbers that a correlation reckons with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::quotient::Quotient;

/// Up to so many different numbers are kept as they are.
const EXACT: usize = 1_024;
/// Beyond that, of each so many leading binary figures.
const FIGURES: u32 = 8;

/// What a correlation reckons of the numbers of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Sum,
    Average,
    /// The middle number; of an even number of them what is half way between the middle two.
    Median,
    /// The smallest number that so many in a hundred do not exceed.
    Percentile(u8),
}

impl Measure {
    /// Its name in alerts.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sum => "Sum",
            Self::Average => "Average",
            Self::Median => "Median",
            Self::Percentile(_) => "Percentile",
        }
    }

    /// Whether it needs the numbers one by one.
    fn ranks(self) -> bool {
        matches!(self, Self::Median | Self::Percentile(_))
    }
}

/// The numbers of the events of one group, in millionths.
///
/// Neither the order of what is added nor that of merging changes it: sums are of whole millionths, and a number becomes
/// a coarser one by itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Numbers {
    count: u64,
    sum: i128,
    /// How often each was seen, if their ranks matter.
    ranked: BTreeMap<i128, u64>,
    is_coarse: bool,
}

impl Numbers {
    pub(super) fn add(&mut self, measure: Measure, millionths: i128) {
        self.count += 1;
        self.sum = self.sum.saturating_add(millionths);
        if measure.ranks() {
            self.rank(millionths, 1);
            self.limit();
        }
    }

    pub(super) fn merge(&mut self, from: &Self) {
        self.count += from.count;
        self.sum = self.sum.saturating_add(from.sum);
        if from.is_coarse {
            self.coarsen();
        }
        for (number, count) in &from.ranked {
            self.rank(*number, *count);
        }
        self.limit();
    }

    fn rank(&mut self, number: i128, count: u64) {
        let number = if self.is_coarse { coarse(number) } else { number };
        *self.ranked.entry(number).or_default() += count;
    }

    fn limit(&mut self) {
        if self.ranked.len() > EXACT {
            self.coarsen();
        }
    }

    fn coarsen(&mut self) {
        if !self.is_coarse {
            self.is_coarse = true;
            for (number, count) in std::mem::take(&mut self.ranked) {
                self.rank(number, count);
            }
        }
    }

    /// What is reckoned of them; none of no numbers.
    pub(super) fn measure(&self, measure: Measure) -> Option<Quotient> {
        let whole = |millionths| Some(Quotient { millionths, parts: 1 });
        match measure {
            _ if self.count == 0 => None,
            Measure::Sum => whole(self.sum),
            Measure::Average => Some(Quotient {
                millionths: self.sum,
                parts: self.count,
            }),
            Measure::Median => Some(Quotient {
                millionths: self.at(self.count.div_ceil(2))? + self.at(self.count / 2 + 1)?,
                parts: 2,
            }),
            Measure::Percentile(percent) => {
                let rank = (u128::from(self.count) * u128::from(percent)).div_ceil(100);
                whole(self.at(u64::try_from(rank).ok()?.max(1))?)
            }
        }
    }

    /// The number at a rank, counted from one.
    fn at(&self, rank: u64) -> Option<i128> {
        let mut before = 0;
        let mut numbers = self.ranked.iter();
        let found = numbers.find(|(_, count)| {
            before += **count;
            before >= rank
        });
        found.map(|(number, _)| *number)
    }
}

/// A number nearer to zero by less than a hundredth, of which there are few.
fn coarse(number: i128) -> i128 {
    let size = number.unsigned_abs();
    let dropped = (u128::BITS - size.leading_zeros()).saturating_sub(FIGURES);
    let size = i128::try_from(size >> dropped << dropped).unwrap_or(i128::MAX);
    if number < 0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MEASURES: [Measure; 5] = [
        Measure::Sum,
        Measure::Average,
        Measure::Median,
        Measure::Percentile(0),
        Measure::Percentile(90),
    ];

    fn of(measure: Measure, numbers: impl IntoIterator<Item = i128>) -> Numbers {
        let mut own = Numbers::default();
        for number in numbers {
            own.add(measure, number * 1_000_000);
        }
        own
    }

    fn shown(measure: Measure, numbers: impl IntoIterator<Item = i128>) -> Option<String> {
        Some(of(measure, numbers).measure(measure)?.to_string())
    }

    #[test]
    fn each_measure_of_a_few_numbers() {
        let numbers = [10, 1, 4, -2, 4, 7, 3, 3, 8, 9];
        let expected = ["47", "4.7", "4", "-2", "9"];
        for (measure, expected) in MEASURES.into_iter().zip(expected) {
            assert_eq!(shown(measure, numbers).as_deref(), Some(expected), "{measure:?}");
            assert_eq!(shown(measure, []), None);
        }
        assert_eq!(shown(Measure::Median, [1, 4]).as_deref(), Some("2.5"));
        assert_eq!(shown(Measure::Median, [4, 1, 3]).as_deref(), Some("3"));
        assert_eq!(shown(Measure::Percentile(100), [4, 1, 3]).as_deref(), Some("4"));
        assert_eq!(shown(Measure::Percentile(50), [4, 1]).as_deref(), Some("1"));
    }

    #[test]
    fn very_many_numbers_take_bounded_room_and_are_right_by_a_hundredth() {
        let many = of(Measure::Median, (1..=100_001).rev());
        assert!(
            many.is_coarse && many.ranked.len() < 2_500,
            "{}",
            many.ranked.len()
        );
        let median = many.measure(Measure::Median).unwrap();
        assert!(
            median.compare(50_001).is_le() && median.compare(49_500).is_gt(),
            "{median}"
        );
        assert_eq!(coarse(-1_000), -1_000);
        assert_eq!(coarse(1_001), 1_000);
        assert_eq!(coarse(255), 255);
    }

    proptest! {
        #[test]
        fn neither_order_nor_merging_changes_it(
            numbers in proptest::collection::vec((any::<i64>(), 0_usize..3), 0..30),
            many in any::<bool>(),
        ) {
            // With a full list beside them, so that some become coarse on the way.
            let mut numbers: Vec<_> = numbers.into_iter().map(|(number, part)| (i128::from(number), part)).collect();
            numbers.extend((0..if many { 1_010 } else { 0 }).map(|number| (number, 0)));
            for measure in MEASURES {
                let plain = of(measure, numbers.iter().map(|(number, _)| *number));
                let backwards = of(measure, numbers.iter().rev().map(|(number, _)| *number));
                prop_assert_eq!(&plain, &backwards);
                for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
                    let mut merged = Numbers::default();
                    for part in order {
                        let own = numbers.iter().filter(|(_, place)| *place == part);
                        merged.merge(&of(measure, own.map(|(number, _)| *number)));
                    }
                    prop_assert_eq!(&plain, &merged);
                }
            }
        }
    }
}
