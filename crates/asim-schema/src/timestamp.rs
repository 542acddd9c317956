//! An instant in UTC with the resolution of Kusto's `datetime`.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::json;

pub(crate) mod calendar;
mod parse;

/// Bytes of the longest text form, `2026-11-21T20:47:45.2180001Z`.
const LONGEST_TEXT: usize = 28;
/// Ticks in one second.
const TICKS_PER_SECOND: i64 = 10_000_000;
/// Seconds in one day; UTC as computers count it has no leap seconds.
const SECONDS_PER_DAY: i64 = 86_400;
/// `0001-01-01T00:00:00Z` in seconds since 1970.
const FIRST_SECOND: i64 = -62_135_596_800;
/// `9999-12-31T23:59:59Z` in seconds since 1970.
const LAST_SECOND: i64 = 253_402_300_799;

/// An instant in UTC, in ticks of 100 nanoseconds since 1970-01-01T00:00:00; the years 0001 to 9999.
///
/// That is the resolution and the range of Kusto's `datetime`, so nothing is lost on the way to a table. The text
/// form has six fraction digits, and a seventh only when it is not zero.
///
/// ```
/// use asim_schema::Timestamp;
///
/// let time = Timestamp::parse("2026-11-21T21:47:45.218+01:00").unwrap();
/// assert_eq!(time.to_string(), "2026-11-21T20:47:45.218000Z");
/// assert_eq!(Timestamp::from_unix_seconds(0).unwrap().ticks(), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest instant, `0001-01-01T00:00:00.000000Z`.
    pub const MIN: Self = Self(FIRST_SECOND * TICKS_PER_SECOND);
    /// The latest instant, `9999-12-31T23:59:59.9999999Z`.
    pub const MAX: Self = Self(LAST_SECOND * TICKS_PER_SECOND + (TICKS_PER_SECOND - 1));

    /// The instant `ticks` (100 nanoseconds each) after 1970; none outside the years 0001 to 9999.
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks < Self::MIN.0 || ticks > Self::MAX.0 {
            None
        } else {
            Some(Self(ticks))
        }
    }

    /// The instant `seconds` after 1970 in UTC; none outside the years 0001 to 9999.
    pub const fn from_unix_seconds(seconds: i64) -> Option<Self> {
        if seconds < FIRST_SECOND || seconds > LAST_SECOND {
            None
        } else {
            Some(Self(seconds * TICKS_PER_SECOND))
        }
    }

    /// The tick nearest to a `chrono` instant; none outside the years 0001 to 9999.
    pub fn from_datetime(time: DateTime<Utc>) -> Option<Self> {
        let nearest = i64::from(time.timestamp_subsec_nanos() + 50) / 100;
        Self::from_unix_seconds(time.timestamp())?.checked_add_ticks(nearest)
    }

    /// Reads an RFC 3339 date and time with `Z` or an offset, and up to nine fraction digits.
    ///
    /// A blank may stand for the `T`, and both letters may be small. An eighth and ninth digit round to the nearest
    /// tick. Second 60 (a leap second) is read as second 59, because UTC as computers count it has none.
    pub fn parse(text: &str) -> Option<Self> {
        parse::rfc3339(text.as_bytes())
    }

    /// Ticks of 100 nanoseconds since 1970-01-01T00:00:00 UTC.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// The same instant for `chrono`.
    pub fn to_datetime(self) -> DateTime<Utc> {
        let (seconds, ticks) = self.split();
        // Every timestamp lies within chrono's range, so the default is never taken.
        DateTime::from_timestamp(seconds, ticks * 100).unwrap_or_default()
    }

    /// The instant `ticks` (100 nanoseconds each) later; none outside the years 0001 to 9999.
    pub const fn checked_add_ticks(self, ticks: i64) -> Option<Self> {
        match self.0.checked_add(ticks) {
            Some(sum) => Self::from_ticks(sum),
            None => None,
        }
    }

    /// Appends the text form, such as `2026-11-21T20:47:45.218000Z`.
    pub fn write(&self, out: &mut Vec<u8>) {
        json::room::append(out, LONGEST_TEXT, |room| {
            Some(self.write_at(room.first_chunk_mut()?))
        });
    }

    /// Writes the text form at the start of the room and returns its length.
    #[inline]
    pub(crate) fn write_at(self, room: &mut [u8; LONGEST_TEXT]) -> usize {
        calendar::write(self.0.abs_diff(Self::MIN.0), room)
    }

    /// Whole seconds since 1970, and the ticks within the second.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the remainder is below ten million"
    )]
    const fn split(self) -> (i64, u32) {
        (
            self.0.div_euclid(TICKS_PER_SECOND),
            self.0.rem_euclid(TICKS_PER_SECOND) as u32,
        )
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; LONGEST_TEXT];
        let length = self.write_at(&mut text);
        f.pad(
            text.get(..length)
                .and_then(|text| std::str::from_utf8(text).ok())
                .unwrap_or_default(),
        )
    }
}

/// The text is no RFC 3339 date and time with a zone, or its year is not 0001 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseTimestampError;

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date and time with zone as in RFC 3339, such as 2026-11-21T20:47:45.218Z")
    }
}

impl std::error::Error for ParseTimestampError {}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or(ParseTimestampError)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an RFC 3339 date and time")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_chrono(ticks in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let time = Timestamp::from_ticks(ticks).unwrap();
            let chrono = time.to_datetime();
            prop_assert_eq!(Timestamp::from_datetime(chrono), Some(time));
            let digits = if ticks % 10 == 0 { 6 } else { 7 };
            let written = time.to_string();
            let fraction = format!("{:09}", chrono.timestamp_subsec_nanos());
            prop_assert_eq!(&written, &format!("{}.{}Z", chrono.format("%Y-%m-%dT%H:%M:%S"), &fraction[..digits]));
            let mut out = Vec::new();
            time.write(&mut out);
            prop_assert_eq!(out, written.into_bytes());
        }

        #[test]
        fn what_is_written_reads_back(ticks in Timestamp::MIN.0..=Timestamp::MAX.0, minutes in -1_439_i64..=1_439) {
            let time = Timestamp::from_ticks(ticks).unwrap();
            prop_assert_eq!(time.to_string().parse(), Ok(time));
            prop_assert_eq!(serde_json::from_str::<Timestamp>(&serde_json::to_string(&time).unwrap()).unwrap(), time);
            let local = time.checked_add_ticks(minutes * 60 * TICKS_PER_SECOND);
            if let Some(local) = local {
                let zone = format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60);
                prop_assert_eq!(Timestamp::parse(&local.to_string().replace('Z', &zone)), Some(time));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}|[0-9TZtz:. +-]{0,40}") {
            if let Some(time) = Timestamp::parse(&text) {
                prop_assert_eq!(time.to_string().parse(), Ok(time));
            }
        }
    }

    fn parsed(text: &str) -> String {
        Timestamp::parse(text).map_or_else(|| "none".to_owned(), |time| time.to_string())
    }

    #[test]
    fn writes_a_seventh_digit_only_when_it_is_not_zero() {
        assert_eq!(parsed("2026-11-21T20:47:45.218Z"), "2026-11-21T20:47:45.218000Z");
        assert_eq!(
            parsed("2026-11-21T20:47:45.2180001Z"),
            "2026-11-21T20:47:45.2180001Z"
        );
        assert_eq!(parsed("2026-11-21 20:47:45z"), "2026-11-21T20:47:45.000000Z");
    }

    #[test]
    fn rounds_finer_fractions_to_the_nearest_tick() {
        assert_eq!(
            parsed("2026-11-21T20:47:45.12345675Z"),
            "2026-11-21T20:47:45.1234568Z"
        );
        assert_eq!(
            parsed("2026-11-21T20:47:45.123456749Z"),
            "2026-11-21T20:47:45.1234567Z"
        );
        assert_eq!(
            parsed("2026-12-31T23:59:59.999999999Z"),
            "2027-01-01T00:00:00.000000Z"
        );
        assert_eq!(parsed("9999-12-31T23:59:59.999999999Z"), "none");
    }

    #[test]
    fn applies_offsets() {
        assert_eq!(parsed("2026-03-01T00:30:00+01:00"), "2026-02-28T23:30:00.000000Z");
        assert_eq!(parsed("2026-02-28T23:30:00-00:45"), "2026-03-01T00:15:00.000000Z");
        assert_eq!(parsed("0001-01-01T00:00:00+00:01"), "none");
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "2026-11-21",
            "2026-11-21T20:47:45",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.1234567890Z",
            "2026-01-01T00:00:00Zx",
            "2026-01-01T00:00:00+1:00",
            "2026-01-01T00:00:00+24:00",
            "２026-01-01T00:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn reads_a_leap_second_as_the_second_before() {
        assert_eq!(parsed("2016-12-31T23:59:60.5Z"), "2016-12-31T23:59:59.500000Z");
    }

    #[test]
    fn has_bounds() {
        assert_eq!(Timestamp::MIN.to_string(), "0001-01-01T00:00:00.000000Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.9999999Z");
        assert_eq!(Timestamp::from_ticks(Timestamp::MAX.ticks() + 1), None);
        assert_eq!(Timestamp::MIN.checked_add_ticks(-1), None);
        assert_eq!(Timestamp::MAX.checked_add_ticks(i64::MAX), None);
        assert_eq!(Timestamp::from_unix_seconds(i64::MAX), None);
    }
}
