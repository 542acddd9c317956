//! Times as sources write them.

use asim_schema::Timestamp;

use super::number;

/// Epoch times from this number on are in milliseconds: as seconds it would be the year 5138.
const FIRST_IN_MILLISECONDS: i64 = 100_000_000_000;

/// The class of the fault of a record without a time. Where the layers around the record tell why they give none
/// either, the engine puts that in its place.
pub const NO_TIME: &str = "no time; use --assume-time";

const TICKS_PER_SECOND: i64 = 10_000_000;
const TICKS_PER_MILLISECOND: i64 = 10_000;
const TICKS_PER_MICROSECOND: i64 = 10;

/// A time from text: seconds since the epoch with a fraction, whole milliseconds since the epoch, or RFC 3339.
///
/// ```
/// use asim_parse::value::time::from_text;
/// let expected = from_text("2018-03-24T17:15:20.865716Z");
/// assert!(expected.is_some());
/// assert_eq!(from_text("1521911720.865716"), expected);
/// assert_eq!(from_text("1521911720865"), from_text("1521911720.865"));
/// ```
pub fn from_text(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    // Present times in seconds have their point here, which spares reading the digits twice.
    let fraction = bytes.get(10) == Some(&b'.');
    let whole = if fraction { None } else { number::unsigned(bytes) };
    if let Some(whole) = whole.and_then(|whole| i64::try_from(whole).ok()) {
        return from_epoch_integer(whole);
    }
    match number::ten_millionths(bytes) {
        Some(ticks) => Timestamp::from_ticks(ticks),
        None => Timestamp::parse(text),
    }
}

/// A time from a whole number: seconds since the epoch, or milliseconds if it is too large for that.
pub fn from_epoch_integer(number: i64) -> Option<Timestamp> {
    let unit = if number >= FIRST_IN_MILLISECONDS {
        TICKS_PER_MILLISECOND
    } else {
        TICKS_PER_SECOND
    };
    Timestamp::from_ticks(number.checked_mul(unit)?)
}

/// A time from a floating-point number of seconds since the epoch, rounded to the microsecond.
///
/// A double holds present times to a quarter of a microsecond; more digits are noise.
pub fn from_epoch_seconds(seconds: f64) -> Option<Timestamp> {
    #[expect(clippy::cast_precision_loss, reason = "the bound is exact")]
    if seconds >= FIRST_IN_MILLISECONDS as f64 {
        return Timestamp::from_ticks(microseconds(seconds / 1e3)?.checked_mul(TICKS_PER_MICROSECOND)?);
    }
    Timestamp::from_ticks(microseconds(seconds)?.checked_mul(TICKS_PER_MICROSECOND)?)
}

/// A duration from a floating-point number of seconds, in 100 ns ticks, rounded to the microsecond.
pub fn duration_from_seconds(seconds: f64) -> Option<i64> {
    microseconds(seconds)?.checked_mul(TICKS_PER_MICROSECOND)
}

/// A duration in 100 ns ticks as whole milliseconds, rounded to the nearest; none if it is negative or too long.
///
/// ```
/// assert_eq!(asim_parse::value::time::whole_milliseconds(14_999), Some(1));
/// assert_eq!(asim_parse::value::time::whole_milliseconds(15_000), Some(2));
/// ```
pub fn whole_milliseconds(ticks: i64) -> Option<i32> {
    let rounded = ticks.checked_add(TICKS_PER_MILLISECOND / 2)? / TICKS_PER_MILLISECOND;
    i32::try_from(rounded).ok().filter(|_| ticks >= 0)
}

fn microseconds(seconds: f64) -> Option<i64> {
    let rounded = (seconds * 1e6).round();
    // Everything a calendar holds is far within these bounds.
    #[expect(clippy::cast_possible_truncation, reason = "the bounds were checked")]
    (rounded.abs() < 1e18).then_some(rounded as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_floating_point_agree_to_the_microsecond() {
        for text in [
            "1588205199.82437",
            "964953086.310131",
            "1528913048.491908",
            "0.000001",
        ] {
            assert_eq!(
                from_text(text),
                from_epoch_seconds(text.parse().unwrap()),
                "{text}"
            );
        }
    }

    #[test]
    fn milliseconds_are_told_from_seconds() {
        assert_eq!(from_epoch_integer(1_588_205_199_824), from_text("1588205199.824"));
        assert_eq!(
            from_epoch_seconds(1_588_205_199_824.0),
            from_text("1588205199.824")
        );
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "XXXXXXXXXX.XXXXXX", "-", "nan", "99999999999999999"] {
            assert_eq!(from_text(text), None, "{text}");
        }
        assert_eq!(from_epoch_seconds(f64::NAN), None);
        assert_eq!(from_epoch_seconds(f64::INFINITY), None);
        assert_eq!(whole_milliseconds(-1), None);
    }
}
