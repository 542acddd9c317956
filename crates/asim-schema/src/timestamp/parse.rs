//! Reading RFC 3339.

use super::calendar::{days_from_date, days_in_month};
use super::{SECONDS_PER_DAY, TICKS_PER_SECOND, Timestamp};

/// What is left of the text.
struct Rest<'t>(&'t [u8]);

/// Reads a whole text as date, time and zone.
pub(super) fn rfc3339(text: &[u8]) -> Option<Timestamp> {
    let mut rest = Rest(text);
    let year = rest.number(4)?;
    rest.one_of(b"-")?;
    let month = rest.number(2)?;
    rest.one_of(b"-")?;
    let day = rest.number(2)?;
    rest.one_of(b"Tt ")?;
    let hour = rest.number(2)?;
    rest.one_of(b":")?;
    let minute = rest.number(2)?;
    rest.one_of(b":")?;
    let second = rest.number(2)?;
    let ticks = if rest.one_of(b".").is_some() {
        rest.fraction()?
    } else {
        0
    };
    let offset = rest.zone()?;
    let valid = rest.0.is_empty()
        && year >= 1
        && (1..=days_in_month(year, month)?).contains(&day)
        && hour <= 23
        && minute <= 59
        && second <= 60;
    if !valid {
        return None;
    }
    let of_day = i64::from(hour * 3_600 + minute * 60 + second.min(59));
    let seconds = days_from_date(year, month, day) * SECONDS_PER_DAY + of_day - offset;
    Timestamp::from_ticks(seconds * TICKS_PER_SECOND + ticks)
}

impl Rest<'_> {
    /// Takes exactly `digits` decimal digits (at most nine).
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        let mut value = 0;
        for byte in number {
            value = value * 10 + digit(*byte)?;
        }
        self.0 = rest;
        Some(value)
    }

    /// Takes one byte if it is among `allowed`.
    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        allowed.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    /// Takes one to nine fraction digits, as ticks rounded to the nearest.
    fn fraction(&mut self) -> Option<i64> {
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=9).contains(&digits) {
            return None;
        }
        let mut nanoseconds = i64::from(self.number(digits)?);
        for _ in digits..9 {
            nanoseconds *= 10;
        }
        Some((nanoseconds + 50) / 100)
    }

    /// Takes the zone: seconds by which local time is ahead of UTC.
    fn zone(&mut self) -> Option<i64> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.number(2)?;
        self.one_of(b":")?;
        let minutes = self.number(2)?;
        (hours <= 23 && minutes <= 59).then(|| sign * i64::from(hours * 3_600 + minutes * 60))
    }
}

/// The value of one decimal digit.
fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}
