//! How far a number lies from what the numbers before it let expect.
//!
//! A straight line is laid through the days before by the median of all slopes between two of them (Theil 1950, Sen
//! 1968) and the median of what then remains, so that up to a quarter of the days may be anything. The distance of the
//! day in question from the line is measured in robust standard deviations: 1.4826 times the median absolute deviation
//! of the days before from their line (Hampel 1974). Counts scatter by the square root of their size even where nothing
//! happens, so that the deviation is never taken for less than that.
//!
//! It has the knobs of Kusto's `series_decompose_anomalies` (days, threshold, score) and the same aim. It is not the
//! same method and does not give the same numbers: there is no season, and the day in question is no part of the line.

/// A normal distribution's standard deviation over its median absolute deviation.
const NORMAL: f64 = 1.482_6;

/// How far a number lies from what was to be expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deviation {
    /// What the numbers before let expect, not less than 0.
    pub expected: f64,
    /// The distance in robust standard deviations; negative below what was expected.
    pub score: f64,
}

/// The deviation of a number from those before it, the oldest first; none without at least two of them.
///
/// ```
/// use asim_detect::window::robust::deviation;
/// let week = [100, 104, 97, 101, 99, 103, 98];
/// assert!(deviation(&week, 110).unwrap().score < 2.5);
/// assert!(deviation(&week, 300).unwrap().score > 5.0);
/// assert!(deviation(&[100], 300).is_none());
/// ```
pub fn deviation(before: &[u64], value: u64) -> Option<Deviation> {
    if before.len() < 2 {
        return None;
    }
    let points: Vec<(f64, f64)> = before
        .iter()
        .enumerate()
        .map(|(place, value)| (number(place as u64), number(*value)))
        .collect();
    let mut slopes = Vec::with_capacity(points.len() * points.len() / 2);
    for (place, (x, y)) in points.iter().enumerate() {
        for (later_x, later_y) in points.iter().skip(place + 1) {
            slopes.push((later_y - y) / (later_x - x));
        }
    }
    let slope = median(&mut slopes)?;
    let mut levels: Vec<_> = points.iter().map(|(x, y)| y - slope * x).collect();
    let level = median(&mut levels)?;
    let mut distances: Vec<_> = points
        .iter()
        .map(|(x, y)| (y - slope * x - level).abs())
        .collect();
    let spread = NORMAL * median(&mut distances)?;
    let expected = (level + slope * number(points.len() as u64)).max(0.0);
    let spread = spread.max(expected.max(1.0).sqrt());
    Some(Deviation {
        expected,
        score: (number(value) - expected) / spread,
    })
}

#[expect(clippy::cast_precision_loss, reason = "a count of events")]
fn number(count: u64) -> f64 {
    count as f64
}

/// The median; none of nothing.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(*upper);
    }
    let lower = values.get(values.len() / 2 - 1)?;
    Some(f64::midpoint(*lower, *upper))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_steady_rise_is_expected_to_go_on() {
        let rise: Vec<_> = (0..14).map(|day| 1_000 + day * 100).collect();
        let next = deviation(&rise, 2_400).unwrap();
        assert!((next.expected - 2_400.0).abs() < 1e-6 && next.score.abs() < 1e-6);
        // A fall does not go below nothing.
        let fall: Vec<_> = (0..10).map(|day| 90 - day * 10).collect();
        assert!(deviation(&fall, 3).unwrap().expected.abs() < 1e-6);
    }

    #[test]
    fn small_numbers_scatter_by_nature() {
        let quiet = [0; 13];
        assert!(deviation(&quiet, 4).unwrap().score < 5.0);
        assert!(deviation(&quiet, 40).unwrap().score > 5.0);
    }

    proptest! {
        #[test]
        fn more_is_never_less_of_a_deviation(
            before in proptest::collection::vec(0_u64..1_000_000, 2..14),
            value in 0_u64..1_000_000,
            more in 0_u64..1_000_000,
        ) {
            let (one, other) = (deviation(&before, value).unwrap(), deviation(&before, value + more).unwrap());
            prop_assert!(one.score <= other.score && one.score.is_finite());
            prop_assert!(one.expected >= 0.0 && one.expected.to_bits() == other.expected.to_bits());
        }

        /// Two wild days of the fortnight hide nothing: least squares would take them for the rule.
        #[test]
        fn some_wild_days_do_not_hide_a_burst(
            level in 50_u64..5_000,
            scatter in proptest::collection::vec(0_u64..10, 13),
            wild in (0_usize..13, 0_usize..13, 0_u64..100_000, 0_u64..100_000),
        ) {
            let mut before: Vec<_> = scatter.iter().map(|own| level + own).collect();
            before[wild.0] = wild.2;
            before[wild.1] = wild.3;
            prop_assert!(deviation(&before, level * 3).unwrap().score > 5.0);
            prop_assert!(deviation(&before, level).unwrap().score < 5.0);
        }

        /// A line through numbers that are on one is that line, whatever came before the beginning.
        #[test]
        fn numbers_on_a_line_have_the_next_one_expected(start in 0_u64..10_000, step in 0_u64..1_000, days in 2_u64..14) {
            let before: Vec<_> = (0..days).map(|day| start + step * day).collect();
            let next = deviation(&before, start + step * days).unwrap();
            prop_assert!(next.score.abs() < 1e-6, "{next:?}");
        }
    }
}
