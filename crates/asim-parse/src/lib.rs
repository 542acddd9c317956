//! What every asimkit parser stands on: cutting inputs into records, decoding and mapping them, and the engine that
//! does so in parallel with bounded memory.
//!
//! ```text
//! bytes -> Cutter -> blocks -> decode -> raw struct -> map -> Event -> Collector -> Committer
//!          in order            \_______ in parallel, a block a task _______/        in order
//! ```
//!
//! This crate knows no vendor, reads neither clock nor environment, prints nothing and does not panic on input.

mod auto_record;
mod context;
pub mod cut;
pub mod decode;
pub mod engine;
pub mod envelope;
mod error;
pub mod filter;
pub mod input;
mod location;
mod manifest;
mod mapper;
mod note;
pub mod packet;
mod parser;
mod provenance;
mod reject;
mod schemas;
mod settle;
pub mod sniff;
pub mod value;
pub mod windows;

pub use asim_schema as schema;
pub use auto_record::AutoRecord;
pub use chrono_tz::Tz;
pub use context::{Additional, Context, DateOrder, YearEvidence};
pub use envelope::Envelope;
pub use error::{Fault, RecordError, Stage};
pub use location::Location;
pub use manifest::{Format, Manifest, Recognition};
pub use mapper::{Mapper, Record, Refusal};
pub use note::{Note, Notes};
pub use parser::{Parser, Task};
pub use provenance::Provenance;
pub use schemas::Schemas;
pub use settle::{recognize, settle};
