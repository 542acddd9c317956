//! The matchers that filters and detections share. Each is built once from a list, and a search costs about the same
//! for one item as for ten thousand.

mod address_pattern;
mod address_set;
mod address_text;
mod domain_suffixes;
mod terms;
mod text_set;

pub use address_pattern::{AddressPattern, AddressPatternError};
pub use address_set::AddressSet;
pub use address_text::{addresses_in, each_address_in};
pub use domain_suffixes::DomainSuffixes;
pub use terms::{HasAny, TooManyTerms};
pub use text_set::TextSet;
