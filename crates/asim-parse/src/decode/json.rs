//! JSON records.

use serde::Deserialize;
use serde_json::error::Category;

use crate::error::Fault;

/// Reads one JSON value that fills all the bytes.
///
/// # Errors
///
/// A fault of the decode stage: `not JSON`, `JSON broken off` or `not the expected JSON`.
pub fn read<'r, T: Deserialize<'r>>(bytes: &'r [u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|error| fault(&error))
}

#[cold]
fn fault(error: &serde_json::Error) -> Fault {
    let class = match error.classify() {
        Category::Eof => "JSON broken off",
        Category::Data => "not the expected JSON",
        Category::Io | Category::Syntax => "not JSON",
    };
    Fault::decode(class).with(error.to_string())
}
