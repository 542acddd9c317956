//! Exact numbers, which add up to the same in any order.

use std::cmp::Ordering;
use std::fmt;

use rsigma_eval::EventValue;

/// Millionths in one.
pub(super) const MILLION: i128 = 1_000_000;

/// No number of an event is farther from zero than the numbers of 64 bits.
const FARTHEST: f64 = 18_446_744_073_709_551_615.0;

/// A number of millionths in so many equal parts: one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quotient {
    pub(super) millionths: i128,
    /// At least one.
    pub(super) parts: u64,
}

impl Quotient {
    pub(super) fn whole(number: u64) -> Self {
        Self {
            millionths: i128::from(number) * MILLION,
            parts: 1,
        }
    }

    /// How it stands to a whole number.
    pub(super) fn compare(self, number: u64) -> Ordering {
        let other = (i128::from(number) * MILLION).saturating_mul(i128::from(self.parts));
        self.millionths.cmp(&other)
    }
}

/// In decimal figures, rounded to a millionth.
impl fmt::Display for Quotient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = u128::from(self.parts.max(1));
        let rounded = (self.millionths.unsigned_abs() + parts / 2) / parts;
        let million = MILLION.unsigned_abs();
        let (whole, rest) = (rounded / million, rounded % million);
        let minus = if self.millionths < 0 && rounded > 0 {
            "-"
        } else {
            ""
        };
        write!(f, "{minus}{whole}")?;
        if rest > 0 {
            let rest = format!("{rest:06}");
            write!(f, ".{}", rest.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

/// A value as millionths, if it is a number, or a text that is one in decimal figures.
pub(super) fn millionths(value: &EventValue<'_>) -> Option<i128> {
    match value {
        EventValue::Int(number) => Some(i128::from(*number) * MILLION),
        EventValue::Float(number) => of_real(*number),
        EventValue::Str(text) => match (text.parse::<i64>(), text.parse::<u64>()) {
            (Ok(number), _) => Some(i128::from(number) * MILLION),
            (_, Ok(number)) => Some(i128::from(number) * MILLION),
            _ => of_real(text.parse().ok()?),
        },
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it was looked at")]
fn of_real(number: f64) -> Option<i128> {
    // What is no number at all is not within bounds either.
    (number.abs() <= FARTHEST).then(|| (number * 1_000_000.0).round() as i128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_that_are_numbers_count() {
        let text = |text: &'static str| EventValue::Str(text.into());
        for (value, expected) in [
            (EventValue::Int(-3), Some(-3_000_000)),
            (EventValue::Float(0.1), Some(100_000)),
            (EventValue::Float(0.000_000_4), Some(0)),
            (text("17"), Some(17_000_000)),
            (text("2.5"), Some(2_500_000)),
            (
                text("18446744073709551615"),
                Some(18_446_744_073_709_551_615_000_000),
            ),
            (EventValue::Float(f64::NAN), None),
            (EventValue::Float(1e30), None),
            (text("inf"), None),
            (text("0x10"), None),
            (text(""), None),
            (EventValue::Bool(true), None),
            (EventValue::Null, None),
        ] {
            assert_eq!(millionths(&value), expected, "{value:?}");
        }
    }

    #[test]
    fn they_are_shown_in_decimal_figures() {
        for (millionths, parts, shown) in [
            (12_000_000, 1, "12"),
            (10_000_000, 4, "2.5"),
            (10_000_000, 3, "3.333333"),
            (-1_500_000, 1, "-1.5"),
            (-1, 3, "0"),
            (20, 1, "0.00002"),
        ] {
            assert_eq!(Quotient { millionths, parts }.to_string(), shown);
        }
    }
}
