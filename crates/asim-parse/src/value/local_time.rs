//! Times that name no zone, and dates that name no year.

use std::borrow::Cow;

use asim_schema::Timestamp;
use chrono::{
    DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use crate::context::{Context, YearEvidence};
use crate::error::Fault;
use crate::note::Notes;

/// The note about a time that names no zone when the caller names none either.
pub const TAKEN_AS_UTC: &str = "no zone, taken as UTC (--timezone names one)";
/// The note about a time that a clock set back showed twice.
pub const FOLD: &str = "the clock showed it twice, taken as the first time";
/// The note about a time that a clock set forward never showed.
pub const GAP: &str = "the clock never showed it, shifted forward";

/// The instant of a time that names no zone, in the zone that the caller named.
///
/// Without a zone it is taken as UTC. When the clock was set back, a time that it showed twice is the first of the
/// two; when it was set forward, a time that it never showed is shifted by the same step. All three are noted for
/// `column`.
///
/// # Errors
///
/// Without a zone when the caller wants none to be guessed, and for years that no timestamp has.
pub fn resolve(
    time: NaiveDateTime,
    context: &Context,
    notes: &mut Notes,
    column: &'static str,
) -> Result<Timestamp, Fault> {
    let instant = match context.timezone {
        Some(zone) => in_zone(time, zone, notes, column),
        None if context.strict_time => {
            return Err(Fault::map("time without a zone; use --timezone")
                .with(Cow::Owned(format!("{column} {time}"))));
        }
        None => {
            notes.add(column, TAKEN_AS_UTC);
            Some(time.and_utc())
        }
    };
    instant
        .and_then(Timestamp::from_datetime)
        .ok_or_else(|| Fault::map("time out of range").with(Cow::Owned(format!("{column} {time}"))))
}

fn in_zone(time: NaiveDateTime, zone: Tz, notes: &mut Notes, column: &'static str) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&time) {
        MappedLocalTime::Single(instant) => Some(instant.to_utc()),
        MappedLocalTime::Ambiguous(first, _) => {
            notes.add(column, FOLD);
            Some(first.to_utc())
        }
        MappedLocalTime::None => {
            notes.add(column, GAP);
            before_gap(time, zone)
        }
    }
}

/// The gaps of clocks are at most a day long, and few are longer than an hour.
const STEPS_BACK: [i64; 4] = [60, 120, 180, 25 * 60];

/// The instant of a time as if the clock had not been set forward just before.
fn before_gap(time: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    STEPS_BACK.iter().find_map(|minutes| {
        let back = TimeDelta::minutes(*minutes);
        let earlier = zone
            .from_local_datetime(&time.checked_sub_signed(back)?)
            .latest()?;
        earlier.to_utc().checked_add_signed(back)
    })
}

/// The year of a date that names none, from what the caller or the input tells of it; none if neither does, or if
/// there is no such day.
pub fn with_year(month: u32, day: u32, time: NaiveTime, context: &Context) -> Option<NaiveDateTime> {
    let in_year = |year| NaiveDate::from_ymd_opt(year, month, day).map(|date| date.and_time(time));
    match context.year? {
        YearEvidence::EndsBefore(end) => {
            let last = end.to_datetime().naive_utc().checked_add_signed(A_DAY)?;
            let years = (0..=LEAP).map(|back| last.year() - back);
            years.filter_map(in_year).find(|found| *found <= last)
        }
        YearEvidence::BeginsIn(year) => in_year(year),
        YearEvidence::BeginsOn(first) => {
            let first = first.and_time(NaiveTime::MIN).checked_sub_signed(A_DAY)?;
            let years = (0..=LEAP).map(|later| first.year() + later);
            years.filter_map(in_year).find(|found| *found >= first)
        }
    }
}

const A_DAY: TimeDelta = TimeDelta::days(1);

/// Within so many years there is a 29 February.
const LEAP: i32 = 8;

/// A date and a time of day without a zone: ISO 8601 with `T` or a blank (`2026-11-21 20:47:45.218`, a comma for the
/// point too), or as portals export them (`11/21/2026, 8:47:45.218 PM`).
pub fn parse(text: &str) -> Option<NaiveDateTime> {
    iso(text).or_else(|| portal(text))
}

fn iso(text: &str) -> Option<NaiveDateTime> {
    let bytes = text.as_bytes();
    let shape = bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    if !shape || !matches!(bytes.get(10), Some(b'T' | b't' | b' ')) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to).and_then(digits);
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
    Some(date.and_time(clock(text.get(11..)?)?))
}

/// Digits and nothing else.
fn digits(text: &str) -> Option<u32> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok())?
}

/// A time of day: `20:47:45`, with a fraction of up to nine digits behind a point or a comma.
///
/// Second 60 is read as 59: the time of computers has no leap seconds.
pub fn clock(text: &str) -> Option<NaiveTime> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, rest) = rest.split_once(':')?;
    let (second, fraction) = match rest.split_once(['.', ',']) {
        Some((second, fraction)) => (second, Some(fraction)),
        None => (rest, None),
    };
    let two = |text: &str| digits(text).filter(|_| text.len() <= 2);
    let nanoseconds = match fraction {
        Some(fraction) if fraction.len() <= 9 => {
            let places = u32::try_from(9 - fraction.len()).ok()?;
            digits(fraction)? * 10_u32.pow(places)
        }
        Some(_) => return None,
        None => 0,
    };
    let second = two(second).filter(|_| second.len() == 2)?;
    let second = if second == 60 { 59 } else { second };
    NaiveTime::from_hms_nano_opt(
        two(hour)?,
        two(minute).filter(|_| minute.len() == 2)?,
        second,
        nanoseconds,
    )
}

/// Month, day, year; the clock has twelve or twenty-four hours.
fn portal(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once(", ").or_else(|| text.split_once(' '))?;
    let mut parts = date.split('/');
    let mut number = || digits(parts.next()?);
    let (month, day, year) = (number()?, number()?, number()?);
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    if parts.next().is_some() {
        return None;
    }
    let Some((time, half)) = time.rsplit_once([' ', '\u{202f}']) else {
        return Some(date.and_time(clock(time)?));
    };
    let (hour, rest) = time.split_once(':')?;
    let hour = digits(hour).filter(|hour| (1..=12).contains(hour))? % 12;
    let hour = match half {
        "AM" => hour,
        "PM" => hour + 12,
        _ => return None,
    };
    Some(date.and_time(clock(&format!("{hour}:{rest}"))?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn naive(text: &str) -> NaiveDateTime {
        parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    fn resolved(text: &str, zone: &str) -> (String, Vec<&'static str>) {
        let context = Context {
            timezone: Some(zone.parse().unwrap()),
            ..Context::default()
        };
        let mut notes = Notes::default();
        let time = resolve(naive(text), &context, &mut notes, "time").unwrap();
        (
            time.to_string(),
            notes.iter().map(|(note, _)| note.problem).collect(),
        )
    }

    #[test]
    fn zones_folds_and_gaps() {
        let cases: [(&str, &str, &str, &[&str]); 7] = [
            (
                "2026-07-01 12:00:00",
                "Europe/Berlin",
                "2026-07-01T10:00:00.000000Z",
                &[],
            ),
            (
                "2026-01-01 12:00:00.5",
                "Asia/Kolkata",
                "2026-01-01T06:30:00.500000Z",
                &[],
            ),
            (
                "2026-10-25 02:30:00",
                "Europe/Berlin",
                "2026-10-25T00:30:00.000000Z",
                &[FOLD],
            ),
            (
                "2026-03-29 02:30:00",
                "Europe/Berlin",
                "2026-03-29T01:30:00.000000Z",
                &[GAP],
            ),
            (
                "2026-03-08 02:59:59",
                "America/New_York",
                "2026-03-08T07:59:59.000000Z",
                &[GAP],
            ),
            // A whole day was left out.
            (
                "2011-12-30 12:00:00",
                "Pacific/Apia",
                "2011-12-30T22:00:00.000000Z",
                &[GAP],
            ),
            // Half an hour.
            (
                "2026-10-04 02:10:00",
                "Australia/Lord_Howe",
                "2026-10-03T15:40:00.000000Z",
                &[GAP],
            ),
        ];
        for (text, zone, expected, notes) in cases {
            assert_eq!(
                resolved(text, zone),
                (expected.to_owned(), notes.to_vec()),
                "{text} {zone}"
            );
        }
    }

    #[test]
    fn without_a_zone_it_is_utc_with_a_note_or_nothing() {
        let mut notes = Notes::default();
        let time = resolve(
            naive("2026-01-01 12:00:00"),
            &Context::default(),
            &mut notes,
            "time",
        );
        assert_eq!(time.unwrap().to_string(), "2026-01-01T12:00:00.000000Z");
        assert_eq!(notes.iter().next().unwrap().0.problem, TAKEN_AS_UTC);
        let strict = Context {
            strict_time: true,
            ..Context::default()
        };
        let fault = resolve(naive("2026-01-01 12:00:00"), &strict, &mut notes, "time").unwrap_err();
        assert_eq!(
            fault.to_string(),
            "time without a zone; use --timezone: time 2026-01-01 12:00:00"
        );
    }

    fn year_of(month: u32, day: u32, year: YearEvidence) -> Option<i32> {
        let context = Context {
            year: Some(year),
            ..Context::default()
        };
        with_year(month, day, NaiveTime::MIN, &context).map(|time| time.year())
    }

    #[test]
    fn the_year_of_a_date_without_one() {
        let end = YearEvidence::EndsBefore(Timestamp::parse("2026-03-10T12:00:00Z").unwrap());
        assert_eq!(year_of(3, 10, end), Some(2026));
        assert_eq!(year_of(3, 11, end), Some(2026), "a day's grace");
        assert_eq!(year_of(3, 12, end), Some(2025));
        assert_eq!(year_of(12, 31, end), Some(2025));
        assert_eq!(year_of(2, 29, end), Some(2024));
        let end = YearEvidence::EndsBefore(Timestamp::parse("2026-12-31T18:00:00Z").unwrap());
        assert_eq!(year_of(1, 1, end), Some(2027), "a zone ahead of UTC");
        let first = YearEvidence::BeginsOn(NaiveDate::from_ymd_opt(2025, 11, 30).unwrap());
        assert_eq!(year_of(11, 30, first), Some(2025));
        assert_eq!(year_of(11, 29, first), Some(2025), "a day out of order");
        assert_eq!(year_of(1, 2, first), Some(2026));
        let first = YearEvidence::BeginsOn(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
        assert_eq!(year_of(12, 31, first), Some(2025), "a day out of order");
        assert_eq!(year_of(3, 1, YearEvidence::BeginsIn(2024)), Some(2024));
        assert_eq!(year_of(2, 30, first), None);
        assert_eq!(with_year(1, 1, NaiveTime::MIN, &Context::default()), None);
    }

    #[test]
    fn forms_of_times_without_a_zone() {
        for (text, expected) in [
            ("2026-11-21 20:47:45", "2026-11-21T20:47:45"),
            ("2026-11-21T20:47:45,218", "2026-11-21T20:47:45.218"),
            ("2025-11-21 19:45:18.0766240", "2025-11-21T19:45:18.076624"),
            ("11/24/2023, 12:57:06.255 PM", "2023-11-24T12:57:06.255"),
            ("1/2/2024, 12:00:00.000 AM", "2024-01-02T00:00:00"),
            ("1/2/2024 13:05:06", "2024-01-02T13:05:06"),
            ("2016-12-31 23:59:60", "2016-12-31T23:59:59"),
        ] {
            assert_eq!(
                naive(text).and_utc(),
                format!("{expected}Z").parse::<DateTime<Utc>>().unwrap(),
                "{text}"
            );
        }
        for text in [
            "",
            "13/24/2023, 1:00:00 PM",
            "1/2/2024, 13:00:00 PM",
            "2026-11-21T20:47:45Z",
            "2026-11-21 24:00:00",
            "2026-02-29 00:00:00",
            "2026-11-21T20:4:45",
            "1/2/3/2024, 1:00:00 PM",
            "yesterday",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_time_is_an_instant_in_every_zone(seconds in 0..4_000_000_000_i64, zone in 0..chrono_tz::TZ_VARIANTS.len()) {
            let time = DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
            let context = Context { timezone: Some(chrono_tz::TZ_VARIANTS[zone]), ..Context::default() };
            prop_assert!(resolve(time, &context, &mut Notes::default(), "time").is_ok());
        }

        #[test]
        fn nothing_panics(text in "[0-9:/., TAPM-]{0,30}") {
            let _ = parse(&text);
        }
    }
}
