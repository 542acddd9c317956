//! Detections over typed events: what ASIM's events show of reconnaissance, command and control, and tunnels in DNS.
//!
//! ```text
//! Event -> Observer -> Batch of observations -> Detector (rules, windows, state) -> alerts
//!          stateless, in any thread            in the order of the input
//! ```
//!
//! | concern | where |
//! |---|---|
//! | what rules see of an event | [`Observation`], [`Observer`], [`Batch`] |
//! | what a rule is, and what is written about it | [`Rule`], [`RuleInfo`], [`rules`] |
//! | event-time windows, bounded keyed state | [`window`], [`DistinctSet`] |
//! | running rules, snapshots | [`Detector`] |
//! | what comes out | [`Alert`] |
//! | the published query to the letter | [`KqlCompatible`] |
//! | thresholds, roles, exemptions, shadow mode | [`Tuning`] |
//!
//! The same events give the same alerts whatever the size of batches and the number of threads; a
//! [snapshot](Detector::snapshot) goes on where a run has ended. The crate reads no clock: time is that of the events.
//!
//! ```
//! use asim_detect::{Batch, Detector, Observer, Tuning};
//! use asim_schema::{DnsEvent, Event, Opcode, RrType, SchemaVersion, Timestamp};
//!
//! let tuning = std::sync::Arc::new(Tuning::default());
//! let mut detector = Detector::new(tuning.clone());
//! let observer = Observer::new(tuning);
//! let mut batch = Batch::default();
//! let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
//! event.set_event_start_time(Timestamp::from_unix_seconds(1_790_000_000).unwrap());
//! event.set_event_type(Opcode::QUERY);
//! event.set_src_ip_addr("203.0.113.9".parse()?);
//! event.set_dns_query("example.com");
//! event.set_dns_query_type(RrType::AXFR);
//! observer.observe(&Event::Dns(event), None, &mut batch);
//! let mut alerts = detector.observe(&batch);
//! alerts.extend(detector.finish());
//! assert_eq!(alerts[0].info.id, "zone-transfer");
//! # Ok::<(), std::net::AddrParseError>(())
//! ```

mod alert;
mod detector;
mod distinct;
mod kql_compatible;
pub mod observation;
mod rule;
pub mod rules;
#[cfg(feature = "sigma")]
pub mod sigma;
mod tuning;
pub mod window;

pub use alert::{
    Alert, AlertJson, ArticleColumns, Counter, Entity, EntityKind, Evidence, Finding, Names, Severity,
    Suppression,
};
pub use detector::{Detector, SnapshotError, Statistics};
pub use distinct::DistinctSet;
pub use kql_compatible::{KqlCompatible, KqlError, KqlRow};
pub use observation::{Batch, Client, Observation, Observer, Place};
pub use rule::{AnyRule, Family, Need, Parameter, Rule, RuleInfo, Technique};
pub use tuning::{PerRole, Tuning, TuningError};
pub use window::{Group, Key, Span, Window};
