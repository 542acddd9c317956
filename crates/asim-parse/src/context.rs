//! What the caller decides for all records of an input.

use asim_schema::{SchemaVersion, Timestamp};

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

/// The caller's choices for an input.
///
/// Libraries read neither the clock nor the environment: what depends on them stands here.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Context {
    /// The schema version that the events are written in.
    pub schema_version: SchemaVersion,
    /// The reporting device of records that name none: a host name, an FQDN or an IP address.
    pub device: Option<String>,
    /// How much goes to `AdditionalFields`.
    pub additional: Additional,
    /// The time of records that have none; without it they are rejected.
    pub assume_time: Option<Timestamp>,
    /// Whether events get an `EventUid`: a hash of source, place and bytes, the same on every run.
    pub event_uid: bool,
}
