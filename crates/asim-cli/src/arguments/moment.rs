//! A time on the command line: one of the calendar, or one back from now.

use std::str::FromStr;

use asimkit::Timestamp;

/// A time of the calendar, or one back from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// This time.
    At(Timestamp),
    /// So many ticks of 100 ns before now.
    Before(i64),
}

impl Moment {
    /// The time, if now is this one; none outside the calendar.
    pub(crate) fn at(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::At(time) => Some(time),
            Self::Before(ticks) => now.checked_add_ticks(ticks.checked_neg()?),
        }
    }
}

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let text = inside(text, "datetime").unwrap_or(text);
        calendar(text)
            .map(Self::At)
            .or_else(|| relative(text).map(Self::Before))
            .ok_or(
                "neither a time such as 2026-11-21T20:47:45Z or 2026-11-21, nor one back from now such as ago(1d), 90m \
                 or now",
            )
    }
}

/// What stands in the parentheses of a KQL function.
fn inside<'t>(text: &'t str, function: &str) -> Option<&'t str> {
    let (name, rest) = text.split_once('(')?;
    let argument = rest.strip_suffix(')')?;
    name.trim_end()
        .eq_ignore_ascii_case(function)
        .then(|| argument.trim())
}

/// ISO 8601: a date, a date and hours and minutes, or all of it; without a zone it is UTC.
fn calendar(text: &str) -> Option<Timestamp> {
    let midnight = || Timestamp::parse(&format!("{text}T00:00:00Z"));
    let whole_minute = || match text.strip_suffix(['Z', 'z']).unwrap_or(text) {
        text if text.len() == "2026-11-21T20:47".len() => Timestamp::parse(&format!("{text}:00Z")),
        _ => None,
    };
    let in_utc = || Timestamp::parse(&format!("{text}Z"));
    Timestamp::parse(text)
        .or_else(midnight)
        .or_else(in_utc)
        .or_else(whole_minute)
}

/// How many ticks before now: `now`, `now()`, `ago(1d)`, `now(-1d)`, and the bare `1d`.
fn relative(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("now") || inside(text, "now") == Some("") {
        return Some(0);
    }
    if let Some(offset) = inside(text, "now") {
        return match offset.strip_prefix('-') {
            Some(back) => span(back),
            None => span(offset)?.checked_neg(),
        };
    }
    span(inside(text, "ago").unwrap_or(text))
}

const MILLISECOND: i64 = 10_000;
const SECOND: i64 = 1_000 * MILLISECOND;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The ticks of a span such as `1d`, `1.5h` or `1h30m`.
fn span(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut ticks = 0_i64;
    while !rest.is_empty() {
        let digits = rest.len()
            - rest
                .trim_start_matches(|digit: char| digit.is_ascii_digit() || digit == '.')
                .len();
        let (number, behind) = rest.split_at_checked(digits)?;
        let letters = behind.len()
            - behind
                .trim_start_matches(|letter: char| letter.is_ascii_alphabetic())
                .len();
        let (unit, behind) = behind.split_at_checked(letters)?;
        ticks = ticks.checked_add(scaled(number, unit_ticks(unit)?)?)?;
        rest = behind;
    }
    (!text.is_empty()).then_some(ticks)
}

fn unit_ticks(unit: &str) -> Option<i64> {
    Some(match unit {
        "d" => DAY,
        "h" => HOUR,
        "m" => MINUTE,
        "s" => SECOND,
        "ms" => MILLISECOND,
        _ => return None,
    })
}

/// A decimal number of units, in ticks; parts of a tick are left out.
fn scaled(number: &str, unit: i64) -> Option<i64> {
    let (whole, parts) = number.split_once('.').unwrap_or((number, ""));
    if parts.len() > 6 || parts.contains('.') || (whole.is_empty() && parts.is_empty()) {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let millionths: i64 = format!("{parts:0<6}").parse().ok()?;
    whole
        .checked_mul(unit)?
        .checked_add(millionths.checked_mul(unit)? / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn at(text: &str) -> String {
        let moment: Moment = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        moment.at(time("2026-11-21T12:00:00Z")).unwrap().to_string()
    }

    #[test]
    fn a_time_of_the_calendar_is_utc_where_it_names_no_zone() {
        for (text, expected) in [
            ("2026-11-20T20:47:45.5Z", "2026-11-20T20:47:45.500000Z"),
            ("2026-11-20T20:47:45+01:00", "2026-11-20T19:47:45.000000Z"),
            ("2026-11-20 20:47:45", "2026-11-20T20:47:45.000000Z"),
            ("2026-11-20T20:47", "2026-11-20T20:47:00.000000Z"),
            ("2026-11-20T20:47Z", "2026-11-20T20:47:00.000000Z"),
            ("2026-11-20", "2026-11-20T00:00:00.000000Z"),
            ("datetime(2026-11-20)", "2026-11-20T00:00:00.000000Z"),
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
    }

    #[test]
    fn a_span_is_back_from_now() {
        for (text, expected) in [
            ("now", "2026-11-21T12:00:00.000000Z"),
            ("now()", "2026-11-21T12:00:00.000000Z"),
            ("ago(1d)", "2026-11-20T12:00:00.000000Z"),
            ("AGO( 90m )", "2026-11-21T10:30:00.000000Z"),
            ("now(-1d)", "2026-11-20T12:00:00.000000Z"),
            ("now(1h)", "2026-11-21T13:00:00.000000Z"),
            ("1d", "2026-11-20T12:00:00.000000Z"),
            ("1.5h", "2026-11-21T10:30:00.000000Z"),
            ("1h30m", "2026-11-21T10:30:00.000000Z"),
            ("250ms", "2026-11-21T11:59:59.750000Z"),
            ("10s", "2026-11-21T11:59:50.000000Z"),
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_says_what_is() {
        for text in [
            "",
            "d",
            "1",
            "1w",
            "ago()",
            "ago(1d",
            "1.2.3d",
            ".d",
            "-1d",
            "yesterday",
            "2026-13-01",
            "1d2",
            "ago(ago(1d))",
        ] {
            let error = text.parse::<Moment>().unwrap_err();
            assert!(error.contains("ago(1d)"), "{text}");
        }
        let far: Moment = "9999999d".parse().unwrap();
        assert_eq!(far.at(time("2026-11-21T12:00:00Z")), None);
        assert!("99999999999999d".parse::<Moment>().is_err());
    }
}
