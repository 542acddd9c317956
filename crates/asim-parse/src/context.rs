//! What the caller decides for all records of an input.

use asim_schema::{ProcessVersion, SchemaVersion, Timestamp};
use chrono::NaiveDate;

use crate::schemas::Schemas;

/// How much of a record goes to `AdditionalFields`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Additional {
    /// The vendor event's own columns that have no ASIM field.
    #[default]
    Vendor,
    /// Everything, the shipper's envelope too.
    All,
    /// Nothing.
    None,
}

/// What is known of the year of times that name none, as in syslog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum YearEvidence {
    /// The input begins in this year.
    BeginsIn(i32),
    /// The input's first time that names no year is on this day.
    BeginsOn(NaiveDate),
    /// The input ends before this time, such as a file's last change, give or take a day.
    EndsBefore(Timestamp),
}

/// The order of day and month in a date of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateOrder {
    /// Day, month, year.
    DayMonthYear,
    /// Month, day, year.
    MonthDayYear,
}

/// The caller's choices for an input.
///
/// Libraries read neither the clock nor the environment: what depends on them stands here.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Context {
    /// The schemas whose events are wanted; the records of the others are declined.
    pub schemas: Schemas,
    /// The schema version that DNS events are written in.
    pub schema_version: SchemaVersion,
    /// The schema version that process events are written in.
    pub process_version: ProcessVersion,
    /// The reporting device of records that name none: a host name, an FQDN or an IP address.
    pub device: Option<String>,
    /// How much goes to `AdditionalFields`.
    pub additional: Additional,
    /// The time of records that have none; without it they are rejected.
    pub assume_time: Option<Timestamp>,
    /// The zone of times that name none; without it they are taken as UTC, with a note.
    pub timezone: Option<chrono_tz::Tz>,
    /// Whether records whose time names no zone are rejected when [`timezone`](Self::timezone) is absent.
    pub strict_time: bool,
    /// What is known of the year of times that name none.
    pub year: Option<YearEvidence>,
    /// The order of day and month in dates that leave it open.
    pub date_order: Option<DateOrder>,
    /// Whether events get an `EventUid`: a hash of source, place and bytes, the same on every run.
    pub event_uid: bool,
}
