//! Days and civil dates of the proleptic Gregorian calendar, and the text form.

use super::{LONGEST_TEXT, SECONDS_PER_DAY, TICKS_PER_SECOND};
use crate::json::number::pair;

/// Days from 0000-03-01 to 1970-01-01; counting years from March puts the leap day last.
const DAYS_BEFORE_1970: i64 = 719_468;
/// Days in 400 years, after which the calendar repeats.
const DAYS_PER_ERA: u32 = 146_097;

/// Days since 1970 of a date; the month and day must be valid.
pub(crate) fn days_from_date(year: u32, month: u32, day: u32) -> i64 {
    let from_march = (i64::from(month) + 9) % 12;
    let year = i64::from(year) - i64::from(month <= 2);
    let day_of_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - DAYS_BEFORE_1970
}

/// Days in a month of the Gregorian calendar; none when there is no such month.
pub(crate) fn days_in_month(year: u32, month: u32) -> Option<u32> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => Some(29),
        2 => Some(28),
        _ => None,
    }
}

/// Days from 0000-03-01 to 0001-01-01, where timestamps begin.
const DAYS_BEFORE_FIRST: u32 = 306;

/// Year, month and day of a day counted from 0001-01-01.
fn date_from_first(days: u32) -> (u32, u32, u32) {
    let days = days + DAYS_BEFORE_FIRST;
    let (era, of_era) = (days / DAYS_PER_ERA, days % DAYS_PER_ERA);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    (era * 400 + year_of_era + u32::from(month <= 2), month, day)
}

/// Writes the text form of an instant by its ticks since 0001-01-01T00:00:00.
///
/// Returns the length: 27 bytes, or 28 with a seventh fraction digit.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds of a day, ticks of a second and days fit into 32 bits"
)]
pub(super) fn write(ticks: u64, text: &mut [u8; LONGEST_TEXT]) -> usize {
    *text = *b"0000-00-00T00:00:00.0000000Z";
    let (seconds, ticks) = (
        ticks / TICKS_PER_SECOND.unsigned_abs(),
        (ticks % TICKS_PER_SECOND.unsigned_abs()) as u32,
    );
    let second_of_day = (seconds % SECONDS_PER_DAY.unsigned_abs()) as u32;
    let (year, month, day) = date_from_first((seconds / SECONDS_PER_DAY.unsigned_abs()) as u32);
    for (at, number) in [
        (0, year / 100),
        (2, year % 100),
        (5, month),
        (8, day),
        (11, second_of_day / 3_600),
        (14, second_of_day / 60 % 60),
        (17, second_of_day % 60),
        (20, ticks / 100_000),
        (22, ticks / 1_000 % 100),
        (24, ticks / 10 % 100),
    ] {
        [text[at], text[at + 1]] = pair(number);
    }
    let seventh = (ticks % 10) as u8;
    if seventh == 0 {
        text[26] = b'Z';
        27
    } else {
        text[26] = b'0' + seventh;
        28
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_agree() {
        for (days, date) in [
            (0, (1970, 1, 1)),
            (-719_162, (1, 1, 1)),
            (2_932_896, (9999, 12, 31)),
            (11_016, (2000, 2, 29)),
        ] {
            assert_eq!(date_from_first(u32::try_from(days + 719_162).unwrap()), date);
            assert_eq!(days_from_date(date.0, date.1, date.2), days);
        }
    }
}
