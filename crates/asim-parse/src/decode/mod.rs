//! From a record's bytes to a vendor's raw struct.

pub mod json;
