//! What every asimkit parser stands on: cutting inputs into records, decoding and mapping them, and the engine that
//! does so in parallel with bounded memory.
//!
//! ```text
//! bytes -> Cutter -> blocks -> decode -> raw struct -> map -> Event -> Collector -> Committer
//!          in order            \_______ in parallel, a block a task _______/        in order
//! ```
//!
//! This crate knows no vendor, reads neither clock nor environment, prints nothing and does not panic on input.

mod context;
pub mod cut;
pub mod decode;
pub mod engine;
pub mod envelope;
mod error;
pub mod input;
mod location;
mod manifest;
mod mapper;
mod note;
mod parser;
mod provenance;
mod reject;
pub mod sniff;
pub mod value;

pub use asim_schema as schema;
pub use context::{Additional, Context};
pub use envelope::Envelope;
pub use error::{Fault, RecordError, Stage};
pub use location::Location;
pub use manifest::{Format, Manifest, Recognition};
pub use mapper::{Mapper, Record, Refusal};
pub use note::{Note, Notes};
pub use parser::{Parser, Task};
pub use provenance::Provenance;
