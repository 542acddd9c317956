//! Dates and times as the short forms of Windows' locales write them.

use asim_parse::DateOrder;
use chrono::{NaiveDate, NaiveDateTime};

/// A date and a time without a zone, as far as the text alone tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    date: [u16; 3],
    form: Form,
    hour: u16,
    minute: u16,
    second: u16,
    half: Half,
}

/// What the form of a date tells of its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The year comes first, then the month.
    YearFirst,
    /// Dots between the numbers: no locale of Windows puts the month in front of the day then.
    DayFirst,
    /// The year comes last; day and month may come in either order.
    YearLast,
}

/// What stands beside the time in locales with halves of twelve hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    /// Nothing: the day has 24 hours.
    None,
    Morning,
    Afternoon,
    /// A word that is not known.
    Unknown,
}

/// Why a date and time cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unclear {
    /// Day and month could come in either order.
    Order,
    /// There is no such day or time.
    NoSuchTime,
    /// The word beside the time is not known.
    Half,
}

impl Written {
    /// Reads the date and time at the start of a line, and gives what follows them.
    pub(crate) fn read(line: &[u8]) -> Option<(Self, &[u8])> {
        let (date, form, rest) = date(without_direction_marks(line))?;
        let (before, rest) = words_before_digit(rest)?;
        let (hour, rest) = number(rest)?;
        let (minute, rest) = number(time_separator(rest)?)?;
        let (second, rest) = number(time_separator(rest)?)?;
        let mut half = half_of(before);
        let mut rest = blanks(rest)?;
        // A word between time and thread: up to the thread's hexadecimal number.
        let mut behind = [0_u8; 16];
        let mut length = 0;
        while let Some((word, after)) = first_word(rest).filter(|(word, _)| !is_thread(word)) {
            if length + word.len() > behind.len() {
                return None;
            }
            for byte in word {
                *behind.get_mut(length)? = *byte;
                length += 1;
            }
            rest = after;
        }
        if length > 0 {
            half = half_of(behind.get(..length)?);
        }
        let written = Self {
            date,
            form,
            hour,
            minute,
            second,
            half,
        };
        Some((written, rest))
    }

    /// The two numbers whose order the text leaves open; none if it tells the order, or if the order does not matter.
    pub(crate) fn open_numbers(&self) -> Option<(u16, u16)> {
        let [first, second, _] = self.date;
        (self.form == Form::YearLast && first != second).then_some((first, second))
    }

    /// The local time, with the order of day and month that was settled for the input.
    pub(crate) fn resolve(&self, order: Option<DateOrder>) -> Result<NaiveDateTime, Unclear> {
        let [first, second, third] = self.date;
        let (year, month, day) = match (self.form, order) {
            (Form::YearFirst, _) => (first, second, third),
            (_, Some(DateOrder::MonthDayYear)) => (third, first, second),
            (Form::YearLast, None) if second > 12 => (third, first, second),
            (Form::YearLast, None) if first <= 12 && first != second => return Err(Unclear::Order),
            _ => (third, second, first),
        };
        let hour = match (self.half, self.hour) {
            (Half::Unknown, hour) if hour <= 12 => return Err(Unclear::Half),
            (Half::Morning, 12) => 0,
            (Half::Afternoon, hour) if hour < 12 => hour + 12,
            (_, hour) => hour,
        };
        let year = if year < 100 { year + 2000 } else { year };
        NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
            .and_then(|date| date.and_hms_opt(hour.into(), self.minute.into(), self.second.into()))
            .ok_or(Unclear::NoSuchTime)
    }
}

/// Three numbers, or eight digits in one, as in `20140816`.
fn date(line: &[u8]) -> Option<([u16; 3], Form, &[u8])> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 8 {
        let (year, rest) = line.split_at_checked(4)?;
        let (month, rest) = rest.split_at_checked(2)?;
        let (day, rest) = rest.split_at_checked(2)?;
        let date = [number(year)?.0, number(month)?.0, number(day)?.0];
        return Some((date, Form::YearFirst, rest));
    }
    let (first, rest) = number(line)?;
    let (separator, rest) = date_separator(rest)?;
    let (second, rest) = number(rest)?;
    let (_, rest) = date_separator(rest)?;
    let (third, rest) = number(rest)?;
    let form = if digits == 4 {
        Form::YearFirst
    } else if separator == b'.' {
        Form::DayFirst
    } else {
        Form::YearLast
    };
    Some(([first, second, third], form, rest))
}

/// A number of at most four digits.
fn number(text: &[u8]) -> Option<(u16, &[u8])> {
    let mut number = 0;
    let mut rest = text;
    while let [byte @ b'0'..=b'9', behind @ ..] = rest {
        if text.len() - rest.len() == 4 {
            return None;
        }
        number = number * 10 + u16::from(byte - b'0');
        rest = behind;
    }
    (rest.len() < text.len()).then_some((number, rest))
}

/// A slash, a dot or a hyphen; some locales put a blank behind it.
fn date_separator(text: &[u8]) -> Option<(u8, &[u8])> {
    let (separator @ (b'/' | b'.' | b'-'), rest) = text.split_first()? else {
        return None;
    };
    Some((*separator, rest.strip_prefix(b" ").unwrap_or(rest)))
}

fn time_separator(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(b":").or_else(|| text.strip_prefix(b"."))
}

/// What stands in front of the time: at least one blank, and in some locales a word. Gives it and the time.
fn words_before_digit(text: &[u8]) -> Option<(&[u8], &[u8])> {
    /// No locale writes more than that.
    const LONGEST: usize = 24;

    let place = text
        .iter()
        .take(LONGEST)
        .position(u8::is_ascii_digit)
        .filter(|place| *place > 0)?;
    let (before, rest) = text.split_at_checked(place)?;
    before.contains(&b' ').then_some((before, rest))
}

/// The text behind blanks, of which there is at least one.
fn blanks(text: &[u8]) -> Option<&[u8]> {
    let rest = text.trim_ascii_start();
    (rest.len() < text.len()).then_some(rest)
}

fn first_word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    (!word.is_empty()).then(|| (word, rest.trim_ascii_start()))
}

/// A thread's number: hexadecimal, three digits at least.
fn is_thread(word: &[u8]) -> bool {
    (3..=8).contains(&word.len()) && word.iter().all(u8::is_ascii_hexdigit)
}

fn without_direction_marks(line: &[u8]) -> &[u8] {
    let mut line = line.trim_ascii_start();
    while let Some(rest) = line
        .strip_prefix("\u{200e}".as_bytes())
        .or_else(|| line.strip_prefix("\u{200f}".as_bytes()))
        .or_else(|| line.strip_prefix("\u{feff}".as_bytes()))
    {
        line = rest;
    }
    line
}

/// The half of the day that a word means in one of the locales that write one.
fn half_of(text: &[u8]) -> Half {
    match text {
        b"AM" => return Half::Morning,
        b"PM" => return Half::Afternoon,
        _ if text.iter().all(|byte| matches!(byte, b' ' | b'.')) => return Half::None,
        _ => {}
    }
    let Ok(text) = std::str::from_utf8(text) else {
        return Half::Unknown;
    };
    let word: String = text
        .chars()
        .filter(|character| character.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    match word.as_str() {
        // A word for the year: Bulgarian, Kazakh.
        "" | "г" | "ж" => Half::None,
        "am" | "πμ" | "上午" | "午前" | "오전" | "ص" | "sa" | "fm" | "pg" | "de" | "vm" => {
            Half::Morning
        }
        "pm" | "μμ" | "下午" | "午後" | "오후" | "م" | "ch" | "em" | "ptg" | "du" | "nm" => {
            Half::Afternoon
        }
        _ => Half::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(line: &str, order: Option<DateOrder>) -> String {
        let (written, rest) = Written::read(line.as_bytes()).unwrap();
        assert_eq!(rest, b"0E24 PACKET", "{line}");
        match written.resolve(order) {
            Ok(time) => time.to_string(),
            Err(unclear) => format!("{unclear:?}"),
        }
    }

    #[test]
    fn every_locale_is_read() {
        let (day, month) = (Some(DateOrder::DayMonthYear), Some(DateOrder::MonthDayYear));
        for (line, order, expected) in [
            ("6/20/2017 5:37:00 AM", None, "2017-06-20 05:37:00"),
            ("09/28/2021 12:11:45 AM", None, "2021-09-28 00:11:45"),
            ("09/28/2021 12:11:45 PM", None, "2021-09-28 12:11:45"),
            ("30/09/2015 12:04:28", None, "2015-09-30 12:04:28"),
            ("06.03.2020 17:15:40", None, "2020-03-06 17:15:40"),
            ("2017-05-21 19:45:35", None, "2017-05-21 19:45:35"),
            ("2022/3/8 10:38:29", None, "2022-03-08 10:38:29"),
            ("20140816 16:08:57", None, "2014-08-16 16:08:57"),
            ("2017. 06. 20. 5:36:59", None, "2017-06-20 05:36:59"),
            ("20.6.2017 г. 17:36:59 ч.", None, "2017-06-20 17:36:59"),
            ("2022/3/8 下午 10:38:29", None, "2022-03-08 22:38:29"),
            ("2022-03-08 오전 12:38:29", None, "2022-03-08 00:38:29"),
            ("20/6/2017 5:36:59 p. m.", None, "2017-06-20 17:36:59"),
            ("16.8.2014 16.08.57", None, "2014-08-16 16:08:57"),
            ("\u{200f}20/06/17 05:36:59 م", None, "2017-06-20 17:36:59"),
            ("4/11/2026 3:29:17 PM", None, "Order"),
            ("4/11/2026 3:29:17 PM", day, "2026-11-04 15:29:17"),
            ("4/11/2026 3:29:17 PM", month, "2026-04-11 15:29:17"),
            ("4/4/2026 3:29:17 PM", None, "2026-04-04 15:29:17"),
            ("20/6/2017 5:37:00 AM", month, "NoSuchTime"),
            ("6/20/2017 5:37:00 xx", None, "Half"),
            ("6/20/2017 15:37:00 xx", None, "2017-06-20 15:37:00"),
            ("31.2.2020 17:15:40", None, "NoSuchTime"),
        ] {
            assert_eq!(
                resolved(&format!("{line} 0E24 PACKET"), order),
                expected,
                "{line}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for line in [
            "",
            "DATA   192.0.2.1",
            "192.0.2.1 x",
            "6/20/2017",
            "6/20/2017 5:37",
            "6/20 5:37:00 0E24 ",
            "123456789 16:08:57 0E24 PACKET",
            "66666/1/1 16:08:57 0E24 PACKET",
        ] {
            assert_eq!(Written::read(line.as_bytes()), None, "{line}");
        }
    }
}
