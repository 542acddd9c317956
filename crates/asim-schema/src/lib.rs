//! Typed events of Microsoft's Advanced Security Information Model (ASIM), generated from `schemas/`.
//!
//! One event is one flat record. Each schema has a struct of typed slots ([`DnsEvent`]), an enum that names its
//! columns ([`DnsField`]), a description of every column ([`FieldInfo`]) and a table of writers ([`DNS_COLUMNS`]).
//! What is the same for all schemas is written by hand in this crate; what follows from the data is in `generated/`
//! and comes from `cargo xtask codegen`.
//!
//! | concern | where |
//! |---|---|
//! | events | [`DnsEvent`], [`Event`], [`SchemaKind`] |
//! | columns | [`DnsField`], [`FieldSet`], [`FieldInfo`], [`Column`], [`SchemaVersion`] |
//! | values | [`Timestamp`], [`Value`], [`ValueRef`], [`AdditionalFields`], the enumerations |
//! | code spaces | [`Rcode`], [`RrType`], [`DnsClass`], [`Opcode`] |
//! | output | [`JsonWriter`], [`JsonOptions`] |
//! | reading JSON that is as expected | [`JsonCursor`] |
//! | decoded responses and flags | [`answers`] |
//! | whether a table keeps to the schema | [`conformance`] |
//! | the tables of log platforms | [`table`] |
//!
//! # Example
//!
//! ```
//! use asim_schema::{DnsEvent, DnsField, EventResult, JsonWriter, RrType, SchemaVersion};
//!
//! let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
//! event.set_src_ip_addr("192.0.2.7".parse()?);
//! event.set_dns_query("www.example.com");
//! event.set_dns_query_type(RrType::AAAA);
//! event.set_event_result(EventResult::Success);
//!
//! // An alias has no storage of its own: it shows its target.
//! assert_eq!(event.get(DnsField::Domain).unwrap().to_string(), "www.example.com");
//!
//! let mut json = Vec::new();
//! JsonWriter::default().write_event(&event, &mut json);
//! assert!(json.starts_with(br#"{"EventCount":1"#));
//! # Ok::<(), std::net::AddrParseError>(())
//! ```

mod additional;
pub mod answers;
mod codes;
mod column;
pub mod conformance;
pub mod domain_name;
mod enumeration;
mod event;
mod field_info;
mod field_set;
#[allow(clippy::too_many_lines, reason = "as long as a schema is")]
mod generated;
mod json;
mod json_cursor;
mod schema;
mod show;
pub mod table;
mod timestamp;
mod typed;
mod value;
mod version;

pub use additional::{AdditionalFields, AdditionalValue};
pub use codes::{DnsClass, Opcode, Rcode, RrType, UnknownCode};
pub use column::Column;
pub use enumeration::UnknownValue;
pub use field_info::{Class, FieldInfo, KustoType, Storage};
pub use field_set::{
    AlertFieldSet, AlertFieldSetIter, DnsFieldSet, DnsFieldSetIter, FieldSet, ProcessFieldSet,
    ProcessFieldSetIter,
};
pub use generated::{
    alert_columns::ALERT_COLUMNS, alert_event::AlertEvent, alert_field::AlertField,
    alert_version::AlertVersion,
};
pub use generated::{code_tables, enumerations::*, event::Event, event::SchemaKind};
pub use generated::{
    dns_columns::DNS_COLUMNS, dns_event::DnsEvent, dns_field::DnsField, dns_version::DnsVersion,
};
pub use generated::{
    process_columns::PROCESS_COLUMNS, process_event::ProcessEvent, process_field::ProcessField,
    process_version::ProcessVersion,
};
pub use json::{JsonEvent, JsonOptions, JsonWriter};
pub use json_cursor::{JsonCursor, JsonDecimal, JsonKey};
pub use schema::{SchemaEvent, SchemaField};
pub use show::Show;
pub use timestamp::{ParseTimestampError, Timestamp};
pub use value::{SetError, Value, ValueRef};
pub use version::{SchemaVersion, UnknownVersion, VersionNumber};
