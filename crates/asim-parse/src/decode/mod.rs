//! From a record's bytes to a vendor's raw struct.

pub(crate) mod evtx;
pub mod json;
pub mod members;
