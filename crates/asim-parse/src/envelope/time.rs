//! Times as layers write them.

use asim_schema::Timestamp;

use crate::value::time::from_text;

/// A time with its zone: RFC 3339 with `T` or a blank, seconds or milliseconds since the epoch, or the portal's
/// `11/24/2023, 12:57:06.255 PM`, which is UTC in columns that say so. A date and time without a zone is UTC in a
/// table (`2025-11-21 19:45:18.0766240`).
pub(super) fn utc(text: &str) -> Option<Timestamp> {
    from_text(text)
        .or_else(|| from_text(&format!("{text}Z")))
        .or_else(|| portal(text))
}

/// Month, day, year; the clock has twelve or twenty-four hours.
fn portal(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_once(", ").or_else(|| text.split_once(' '))?;
    let mut parts = date.split('/');
    let mut number = || parts.next()?.parse::<u32>().ok();
    let (month, day, year) = (number()?, number()?, number()?);
    let (clock, half) = match clock.rsplit_once(' ') {
        Some((clock, half)) => (clock, Some(half)),
        None => (clock, None),
    };
    let (hour, rest) = clock.split_once(':')?;
    let hour: u32 = hour.parse().ok()?;
    let hour = match half {
        None => hour,
        Some("AM") if (1..=12).contains(&hour) => hour % 12,
        Some("PM") if (1..=12).contains(&hour) => hour % 12 + 12,
        Some(_) => return None,
    };
    Timestamp::parse(&format!("{year:04}-{month:02}-{day:02}T{hour:02}:{rest}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_exports() {
        for (text, expected) in [
            ("11/24/2023, 12:57:06.255 PM", "2023-11-24T12:57:06.255Z"),
            ("1/2/2024, 12:00:00.000 AM", "2024-01-02T00:00:00Z"),
            ("1/2/2024 13:05:06", "2024-01-02T13:05:06Z"),
            ("2025-11-21 19:45:18.0766240", "2025-11-21T19:45:18.076624Z"),
            ("2025-11-21T19:45:18+02:00", "2025-11-21T17:45:18Z"),
            ("1763754318.5", "2025-11-21T19:45:18.5Z"),
        ] {
            assert_eq!(utc(text), Timestamp::parse(expected), "{text}");
        }
        for text in ["", "13/24/2023, 1:00:00 PM", "1/2/2024, 13:00:00 PM", "yesterday"] {
            assert_eq!(utc(text), None, "{text}");
        }
    }
}
