//! Domain names in the one canonical text that all sources share.

pub use asim_schema::domain_name::{canonical, fits, from_labels, from_presentation};
