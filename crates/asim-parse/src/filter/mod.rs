//! The filtering parameters of ASIM's DNS parsers, with one set of rules for all sources.
//!
//! A [`Filter`] is what the caller writes; [`Filter::compile`] checks it and makes a [`CompiledFilter`], which the
//! engine asks. The exact test stands on the event. Before it, a parser may refuse a record on its bytes
//! ([`Mapper::plain_name`](crate::Mapper::plain_name)) or on its raw struct ([`Mapper::refuses`](crate::Mapper::refuses)),
//! but only what the exact test would refuse as well.

mod compiled;
mod definition;
mod disabled;
mod error;
mod parameter;
mod plain;
mod segment;

pub use compiled::CompiledFilter;
pub use definition::Filter;
pub use error::FilterError;
pub use parameter::Parameter;
pub use plain::is_plain;
pub use segment::Segment;

/// So many items a list may have, as ASIM limits them.
pub const MAX_ITEMS: usize = 10_000;

#[cfg(test)]
mod tests;
