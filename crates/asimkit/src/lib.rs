//! DNS security logs to typed events of Microsoft's ASIM Dns schema.
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

mod csv;
pub mod decoders;
mod error;
mod events;
mod generated;
mod head;
mod ndjson;
mod normalizer;
mod order;
pub mod registry;
mod source;

pub use asim_parse::engine::{Became, Found, Traced, Wanted};
pub use asim_parse::engine::{Collector, Committer, Counts, Options, Reject, Report};
pub use asim_parse::input::Compression;
pub use asim_parse::{
    Additional, Context, Fault, Format, Location, Manifest, Note, Notes, Parser, Provenance, Recognition,
    RecordError, Stage,
};
pub use asim_schema as schema;
pub use asim_schema::{DnsEvent, DnsField, Event, FieldSet, JsonOptions, SchemaVersion, Timestamp};

pub use csv::Csv;
pub use error::NormalizeError;
pub use events::Normalized;
pub use ndjson::NdJson;
pub use normalizer::{Normalizer, Opened, Outcome};
pub use order::{OrderError, TimeOrder, Timed, TimedLines};
pub use source::{Recognized, Source, SourceError};
