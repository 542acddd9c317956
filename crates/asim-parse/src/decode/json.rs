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
    // Checked once as a whole, the text needs no check of each string in it.
    let read = match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(bytes),
    };
    read.map_err(|error| fault(&error))
}

#[cold]
pub(crate) fn fault(error: &serde_json::Error) -> Fault {
    let class = match error.classify() {
        Category::Eof => "JSON broken off",
        Category::Data => "not the expected JSON",
        Category::Io | Category::Syntax => "not JSON",
    };
    Fault::decode(class).with(error.to_string())
}
