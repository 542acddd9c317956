//! Tables as text: headers and cells as the log portal exports them.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::record::Scalar;
use super::rules::RuleSet;
use crate::timestamp::calendar::{days_from_date, days_in_month};
use crate::{KustoType, Timestamp, Value};

/// The columns of a CSV table.
#[derive(Debug, Clone)]
pub struct Header {
    cells: Vec<Option<usize>>,
    /// The names of the columns outside the schema.
    pub(super) others: Vec<String>,
}

impl Header {
    pub(super) fn new<'h>(rules: &RuleSet, cells: impl IntoIterator<Item = &'h str>) -> Self {
        let mut others = Vec::new();
        let mut place = |cell: &str| {
            let name = plain_name(cell);
            let place = rules.place(name);
            if place.is_none() && !name.is_empty() {
                others.push(name.to_owned());
            }
            place
        };
        let cells = cells.into_iter().map(&mut place).collect();
        Self { cells, others }
    }

    /// The number of columns.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The columns of the schema, by the cells of a row.
    pub(super) fn cells(&self) -> impl Iterator<Item = Option<usize>> {
        self.cells.iter().copied()
    }

    /// The columns of the schema.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.cells().flatten()
    }
}

/// A column's name without what the portal adds to that of a time.
pub(super) fn plain_name(cell: &str) -> &str {
    let cell = cell.trim();
    let name = cell.strip_suffix(']').and_then(|cell| cell.rsplit_once(" ["));
    name.map_or(cell, |(name, _)| name)
}

/// The value that a cell has for a column of a type; text where it is none of that type.
pub(super) fn value(cell: &str, column_type: KustoType) -> Scalar<'_> {
    let read = match column_type {
        _ if cell.is_empty() => Some(Scalar::Empty),
        KustoType::Int | KustoType::Long => cell
            .parse()
            .ok()
            .map(Scalar::Integer)
            .or_else(|| cell.parse().ok().map(Scalar::Real)),
        KustoType::Real => cell.parse().ok().map(Scalar::Real),
        KustoType::Bool if cell.eq_ignore_ascii_case("true") => Some(Scalar::Boolean(true)),
        KustoType::Bool if cell.eq_ignore_ascii_case("false") => Some(Scalar::Boolean(false)),
        KustoType::Bool | KustoType::String => None,
        KustoType::Datetime => Timestamp::parse(cell)
            .or_else(|| portal_time(cell))
            .map(|time| Scalar::Time(time.ticks())),
        KustoType::Dynamic => match cell.as_bytes().first() {
            Some(b'{') if is_json(cell) => Some(Scalar::Object),
            Some(b'[') if is_json(cell) => Some(Scalar::Array),
            _ => None,
        },
    };
    read.unwrap_or(Scalar::Text(Cow::Borrowed(cell)))
}

/// The value that a typed cell has for a column of a type.
pub(super) fn typed(value: Value<'_>, column_type: KustoType) -> Scalar<'_> {
    match value {
        Value::Text(text) if column_type == KustoType::Dynamic => match text.as_bytes().first() {
            Some(b'{') if is_json(&text) => Scalar::Object,
            Some(b'[') if is_json(&text) => Scalar::Array,
            _ => Scalar::Text(text),
        },
        Value::Text(text) => Scalar::Text(text),
        Value::Integer(number) => Scalar::Integer(number),
        Value::Real(number) => Scalar::Real(number),
        Value::Boolean(flag) => Scalar::Boolean(flag),
        Value::Time(time) => Scalar::Time(time.ticks()),
        Value::Ip(address) => Scalar::Text(Cow::Owned(address.to_string())),
        Value::Object(_) => Scalar::Object,
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// A time as the portal exports it: `11/21/2026, 8:47:45.218 PM`, the month first unless it cannot be one.
pub fn portal_time(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once(", ").or_else(|| text.split_once(' '))?;
    let mut date = date.split('/').map(|part| part.parse::<u32>().ok());
    let (first, second, year) = (date.next()??, date.next()??, date.next()??);
    let (month, day) = if first > 12 {
        (second, first)
    } else {
        (first, second)
    };
    if date.next().is_some()
        || !(1..=9999).contains(&year)
        || !(1..=days_in_month(year, month)?).contains(&day)
    {
        return None;
    }
    let (clock, half) = match time.split_once(' ') {
        Some((clock, half)) => (clock, Some(half)),
        None => (time, None),
    };
    let mut clock = clock.split(':');
    let hour: u32 = clock.next()?.parse().ok()?;
    let minute: u32 = clock.next()?.parse().ok()?;
    let (second, fraction) = match clock.next()?.split_once('.') {
        Some((second, fraction)) => (second.parse::<u32>().ok()?, ticks(fraction)?),
        None => return None,
    };
    let hour = match half {
        None => hour,
        Some("AM") if (1..=12).contains(&hour) => hour % 12,
        Some("PM") if (1..=12).contains(&hour) => hour % 12 + 12,
        Some(_) => return None,
    };
    if hour > 23 || minute > 59 || second > 59 || clock.next().is_some() {
        return None;
    }
    let of_day = i64::from(hour * 3_600 + minute * 60 + second);
    Timestamp::from_ticks((days_from_date(year, month, day) * 86_400 + of_day) * 10_000_000 + fraction)
}

/// One to seven digits behind the point of the seconds, in ticks of 100 ns.
fn ticks(fraction: &str) -> Option<i64> {
    let count = u32::try_from(fraction.len())
        .ok()
        .filter(|count| (1..=7).contains(count))?;
    fraction
        .parse::<u32>()
        .ok()
        .map(|value| i64::from(value) * 10_i64.pow(7 - count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portal_times() {
        let time = portal_time("11/21/2026, 8:47:45.218 PM").unwrap();
        assert_eq!(time.to_string(), "2026-11-21T20:47:45.218000Z");
        assert_eq!(portal_time("21/11/2026, 20:47:45.218"), Some(time));
        assert_eq!(
            portal_time("1/1/2026, 12:00:00.000 AM").unwrap().to_string(),
            "2026-01-01T00:00:00.000000Z"
        );
        for wrong in [
            "11/31/2026, 8:47:45.218 PM",
            "13/13/2026, 1:00:00.0 AM",
            "1/1/2026, 13:00:00.0 PM",
            "yesterday, noon",
        ] {
            assert_eq!(portal_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn cells_have_the_type_of_their_column() {
        assert_eq!(value("7", KustoType::Int), Scalar::Integer(7));
        assert_eq!(value("7.5", KustoType::Int), Scalar::Real(7.5));
        assert_eq!(value("True", KustoType::Bool), Scalar::Boolean(true));
        assert_eq!(value("{\"a\":1}", KustoType::Dynamic), Scalar::Object);
        assert_eq!(value("{a}", KustoType::Dynamic), Scalar::Text("{a}".into()));
        assert_eq!(value("", KustoType::Datetime), Scalar::Empty);
        assert_eq!(plain_name("TimeGenerated [UTC]"), "TimeGenerated");
    }
}
