//! DNS security logs to typed events of Microsoft's ASIM Dns schema, and process records beside them to ProcessEvent.
//!
//! [`Normalizer`] is the way in: choose a source or let it be recognized, hand over bytes, a file or any reader, and
//! get events, or NDJSON, or whatever a [`Collector`] makes of them. Every record is accounted for:
//! read = written + filtered + declined + rejected.
//!
//! ```
//! use asimkit::{Event, Normalizer};
//!
//! let log = br#"{"ts":1588205199.82437,"uid":"Cvf4XX17hSAgXDdGEd","id.orig_h":"192.0.2.6","id.orig_p":54243,
//! "id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","trans_id":41180,"query":"www.example.com","qclass":1,
//! "qtype":1,"rcode":3,"AA":false,"TC":false,"RD":true,"RA":true,"Z":0,"rejected":false}"#;
//!
//! let normalized = Normalizer::new().events(log)?;
//! assert_eq!(normalized.report.counts.written, 1);
//! let Some(Event::Dns(event)) = normalized.events.first() else { panic!("one DNS event") };
//! assert_eq!(event.dns_query(), Some("www.example.com"));
//! assert_eq!(event.event_result_details(), Some("NXDOMAIN"));
//! # Ok::<(), asimkit::NormalizeError>(())
//! ```

pub mod conformance;
mod csv;
pub mod decoders;
pub mod diff;
mod error;
mod events;
mod generated;
mod head;
mod im_dns;
pub mod kql;
mod ndjson;
mod normalizer;
mod order;
mod own_events;
pub mod registry;
pub mod sentinel;
mod source;
mod written;

pub use asim_parse::engine::{Became, Found, Traced, Wanted};
pub use asim_parse::engine::{Collector, Committer, Counts, Options, Reject, Report};
pub use asim_parse::filter::{self, Filter, FilterError};
pub use asim_parse::input::Compression;
pub use asim_parse::{
    Additional, Context, DateOrder, Fault, Format, Location, Manifest, Note, Notes, Parser, Provenance,
    Recognition, RecordError, Schemas, Stage, Tz, YearEvidence,
};
pub use asim_schema as schema;
pub use asim_schema::{AlertEvent, AlertField, AlertVersion};
pub use asim_schema::{DnsEvent, DnsField, Event, FieldSet, JsonOptions, SchemaVersion, Timestamp};
pub use asim_schema::{FieldInfo, ProcessEvent, ProcessField, ProcessVersion, SchemaKind, VersionNumber};

pub use csv::Csv;
pub use error::NormalizeError;
pub use events::Normalized;
pub use im_dns::{UnifiedView, ViewError, ViewInput, ViewInputReport, ViewReport, asim_dns, im_dns};
pub use ndjson::NdJson;
pub use normalizer::{Normalizer, Opened, Outcome};
pub use order::{OrderError, TimeOrder, Timed, TimedLines};
pub use source::{Recognized, Source, SourceError};
pub use written::Written;
