//! How much arrivals are like those of a beacon.
//!
//! The method is that of RITA 5 (Active Countermeasures), without its score for sizes, which lookups do not have.

use std::collections::BTreeMap;

use super::arrivals::{Arrivals, SECONDS_PER_HOUR};

/// Arrivals that follow so many seconds after another are one: the two halves of a lookup, its two address types, its
/// repetition after a lost answer.
const ONE_LOOKUP: u32 = 2;
/// Fewer lookups than this have no gaps to speak of.
const LEAST_LOOKUPS: usize = 4;
/// Quartiles that are less than so many seconds apart are not skewed.
const NARROW: f64 = 10.0;
/// In fewer hours than this nothing lasts.
const LEAST_HOURS: usize = 6;
/// So many hours without a break are as good as all.
const ENOUGH_HOURS: f64 = 12.0;
/// In fewer hours than this two levels of activity are chance.
const LEAST_HOURS_OF_TWO_LEVELS: usize = 11;
/// Hours whose counts differ by no more than this share are on one level.
const SAME_LEVEL: f64 = 0.05;
const HOURS_PER_DAY: u32 = 24;

/// The scores of one client's lookups, each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Score {
    /// How regular the gaps are: the mean of 1 less Bowley's skew and of 1 less the median absolute deviation over the
    /// median.
    pub(super) gaps: f64,
    /// How long it lasts: the better of its share of the day and the longest run of hours over 12.
    pub(super) duration: f64,
    /// How even the hours are: the better of 1 less the coefficient of variation, and the share of hours on two levels.
    pub(super) hours: f64,
    /// The median gap in seconds.
    pub(super) gap: f64,
    /// The lookups of which gaps were taken.
    pub(super) lookups: usize,
}

impl Score {
    /// The score of some arrivals; none where there are too few.
    pub(super) fn of(arrivals: &Arrivals) -> Option<Self> {
        let mut times: Vec<u32> = Vec::new();
        for second in arrivals.seconds() {
            if times.last().is_none_or(|last| second - last > ONE_LOOKUP) {
                times.push(second);
            }
        }
        if times.len() < LEAST_LOOKUPS {
            return None;
        }
        let gaps = times.windows(2).filter_map(|pair| match pair {
            [one, other] => Some(f64::from(other - one)),
            _ => None,
        });
        let gaps = Sorted::of(gaps);
        let hours = arrivals.hours();
        let length = arrivals.last()?.checked_sub(*times.first()?)?;
        Some(Self {
            gaps: gaps.regularity(),
            duration: duration(&hours, length),
            hours: evenness(&hours),
            gap: gaps.median(),
            lookups: times.len(),
        })
    }

    /// The mean of the scores, in percent.
    pub(super) fn percent(&self) -> u64 {
        percent((self.gaps + self.duration + self.hours) / 3.0)
    }
}

/// A share in percent.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to 100"
)]
pub(super) fn percent(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u64
}

/// Numbers in ascending order.
struct Sorted(Vec<f64>);

impl Sorted {
    fn of(numbers: impl IntoIterator<Item = f64>) -> Self {
        let mut numbers: Vec<_> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        Self(numbers)
    }

    fn median(&self) -> f64 {
        median(&self.0)
    }

    /// The medians of the lower and of the upper half, without the middle one of an odd number.
    fn quartiles(&self) -> (f64, f64) {
        let half = self.0.len() / 2;
        let lower = self.0.get(..half).unwrap_or_default();
        let upper = self.0.get(self.0.len() - half..).unwrap_or_default();
        (median(lower), median(upper))
    }

    fn regularity(&self) -> f64 {
        let middle = self.median();
        let (low, high) = self.quartiles();
        let spread = high - low;
        let is_even = spread < NARROW || middle <= low || middle >= high;
        let skew = if is_even {
            0.0
        } else {
            (low + high - 2.0 * middle) / spread
        };
        let deviations = Self::of(self.0.iter().map(|number| (number - middle).abs()));
        let dispersion = if middle >= 1.0 {
            deviations.median() / middle
        } else {
            0.0
        };
        f64::midpoint(1.0 - skew.abs(), (1.0 - dispersion).max(0.0))
    }
}

fn median(sorted: &[f64]) -> f64 {
    let at = |place: usize| sorted.get(place).copied().unwrap_or_default();
    match sorted.len() {
        0 => 0.0,
        length if length % 2 == 1 => at(length / 2),
        length => f64::midpoint(at(length / 2 - 1), at(length / 2)),
    }
}

fn duration(hours: &BTreeMap<u32, u32>, length: u32) -> f64 {
    if hours.len() < LEAST_HOURS {
        return 0.0;
    }
    let share = f64::from(length) / f64::from(HOURS_PER_DAY * SECONDS_PER_HOUR);
    let (mut run, mut longest, mut last) = (0_u32, 0, None);
    for hour in hours.keys() {
        run = if last == hour.checked_sub(1) { run + 1 } else { 1 };
        longest = longest.max(run);
        last = Some(*hour);
    }
    share.max(f64::from(longest) / ENOUGH_HOURS).min(1.0)
}

/// Over the hours of the day that begins with the first one.
fn evenness(hours: &BTreeMap<u32, u32>) -> f64 {
    let Some((first, _)) = hours.first_key_value() else {
        return 0.0;
    };
    let day = *first..first.saturating_add(HOURS_PER_DAY);
    let counts: Vec<_> = day
        .map(|hour| f64::from(hours.get(&hour).copied().unwrap_or_default()))
        .collect();
    let number = f64::from(HOURS_PER_DAY);
    let mean = counts.iter().sum::<f64>() / number;
    let variance = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / number;
    let variation = if mean > 0.0 { variance.sqrt() / mean } else { 1.0 };
    two_levels(hours).max((1.0 - variation).max(0.0))
}

/// The share of hours that are on the two levels with the most hours; one hour may lie outside.
fn two_levels(hours: &BTreeMap<u32, u32>) -> f64 {
    if hours.len() < LEAST_HOURS_OF_TWO_LEVELS {
        return 0.0;
    }
    let mut counts: Vec<_> = hours.values().map(|count| f64::from(*count)).collect();
    counts.sort_by(f64::total_cmp);
    let all = counts.len();
    let mut on_levels = 0;
    for _ in 0..2 {
        let level = |base: f64| move |count: &f64| *count >= base && *count <= base * (1.0 + SAME_LEVEL);
        let size = |base: f64| counts.iter().filter(|count| level(base)(count)).count();
        // Of two equal levels the lower one, so that nothing depends on chance.
        let Some(best) = counts.iter().copied().rev().max_by_key(|base| size(*base)) else {
            break;
        };
        on_levels += size(best);
        counts.retain(|count| !level(best)(count));
    }
    let share = |count: usize| f64::from(u16::try_from(count).unwrap_or(u16::MAX));
    (share(on_levels) / share(all - 1)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An hour's beginning.
    const START: u32 = 1_795_251_600;

    fn score(seconds: impl IntoIterator<Item = u32>) -> Score {
        Score::of(&Arrivals::of(seconds.into_iter().map(|second| START + second))).unwrap()
    }

    #[test]
    fn a_beacon_of_a_whole_day_has_all_points() {
        let score = score((0..24 * 6).map(|number| number * 600));
        assert_eq!(score.percent(), 100, "{score:?}");
        assert!((score.gap - 600.0).abs() < 0.5);
    }

    #[test]
    fn the_halves_of_a_lookup_and_its_two_address_types_are_one() {
        let score = score((0..96).flat_map(|number| [0, 0, 1, 2].map(|behind| number * 900 + behind)));
        assert_eq!(score.gaps.to_bits(), 1.0_f64.to_bits(), "{score:?}");
    }

    #[test]
    fn jitter_costs_little_and_chance_much() {
        // A tenth of the gap either way, by a fixed pattern.
        let jitter = score((0..144_u32).map(|number| number * 600 + (number * 37) % 60));
        assert!(jitter.gaps > 0.85 && jitter.percent() >= 90, "{jitter:?}");
        let mut second = 0_u32;
        let chance = score((0..60_u32).map(|number| {
            // Gaps from 3 seconds to an hour, most of them short.
            second += 3 + (number * number * 7_919) % 97 * ((number * 31) % 37);
            second
        }));
        assert!(chance.gaps < 0.6, "{chance:?}");
    }

    #[test]
    fn what_lasts_less_than_six_hours_has_no_duration() {
        assert_eq!(score((0..60).map(|number| number * 300)).duration.to_bits(), 0);
        let half = score((0..72).map(|number| number * 600));
        assert_eq!(
            half.duration.to_bits(),
            1.0_f64.to_bits(),
            "twelve hours without a break: {half:?}"
        );
    }

    #[test]
    fn two_levels_of_activity_are_even_as_well() {
        // Every ten minutes by day, every half hour by night.
        let day = (0..12 * 6).map(|number| number * 600);
        let night = (24..48).map(|number| number * 1_800);
        let score = score(day.chain(night));
        assert!(score.hours > 0.99, "{score:?}");
    }

    #[test]
    fn three_lookups_have_no_score() {
        assert!(Score::of(&Arrivals::of([START, START + 60, START + 120])).is_none());
        assert!(Score::of(&Arrivals::of([START, START + 1, START + 2, START + 3])).is_none());
    }
}
