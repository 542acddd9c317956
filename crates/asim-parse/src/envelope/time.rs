//! Times as layers write them.

use asim_schema::Timestamp;
use chrono::{NaiveDate, NaiveTime};

use super::ColumnZone;
use crate::context::Context;
use crate::error::Fault;
use crate::note::Notes;
use crate::value::local_time;
use crate::value::time::from_text;

/// A layer's time, with what was the matter with it.
pub(super) struct Read {
    /// The time, if there is one, or why it is no instant.
    pub(super) time: Result<Option<Timestamp>, Fault>,
    pub(super) notes: Notes,
    /// Month and day of a time without a year.
    pub(super) yearless: Option<(u32, u32)>,
}

impl From<Option<Timestamp>> for Read {
    fn from(time: Option<Timestamp>) -> Self {
        Self {
            time: Ok(time),
            notes: Notes::default(),
            yearless: None,
        }
    }
}

/// A day and a time of day without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LocalTime {
    pub(super) year: Option<i32>,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) time: NaiveTime,
}

/// The name under which the times of syslog headers are noted.
const SYSLOG: &str = "syslog time";
/// The name under which the times of a table's rows are noted.
const TABLE: &str = "table time";

/// Makes instants of layers' times, as the caller chose.
pub(super) struct Clock<'c> {
    pub(super) context: &'c Context,
}

impl Clock<'_> {
    /// The instant of a syslog header's time.
    pub(super) fn syslog(&self, local: LocalTime) -> Read {
        let LocalTime {
            year,
            month,
            day,
            time,
        } = local;
        let date = match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day).map(|date| date.and_time(time)),
            None => local_time::with_year(month, day, time, self.context),
        };
        let mut notes = Notes::default();
        let time = match date {
            Some(date) => local_time::resolve(date, self.context, &mut notes, SYSLOG).map(Some),
            None if year.is_some() || self.context.year.is_some() => Err(Fault::map("no such day")),
            None => Err(Fault::map("time without a year; use --year")),
        };
        Read {
            time,
            notes,
            yearless: year.is_none().then_some((month, day)),
        }
    }

    /// The instant of a time in a table's column.
    pub(super) fn column(&self, text: &str, zone: Option<ColumnZone>) -> Read {
        if zone != Some(ColumnZone::Local) {
            return utc(text).into();
        }
        let Some(local) = local_time::parse(text) else {
            return from_text(text).into();
        };
        let mut notes = Notes::default();
        Read {
            time: local_time::resolve(local, self.context, &mut notes, TABLE).map(Some),
            notes,
            yearless: None,
        }
    }
}

/// A time with its zone: RFC 3339 with `T` or a blank, seconds or milliseconds since the epoch, or the portal's
/// `11/24/2023, 12:57:06.255 PM`, which is UTC in columns that say so. A date and time without a zone is UTC in a
/// table (`2025-11-21 19:45:18.0766240`).
pub(super) fn utc(text: &str) -> Option<Timestamp> {
    from_text(text).or_else(|| Timestamp::from_datetime(local_time::parse(text)?.and_utc()))
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
