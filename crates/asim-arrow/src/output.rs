//! What the writers of files and streams share.

use std::error::Error;
use std::io;

use arrow_schema::ArrowError;
use parquet::errors::ParquetError;

/// The error of the output below, or one that says what was wrong with the data.
pub(crate) fn from_arrow(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        ArrowError::ExternalError(error) => external(error),
        error => io::Error::other(error),
    }
}

/// The error of the output below, or one that says what was wrong with the data.
pub(crate) fn from_parquet(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => external(error),
        error => io::Error::other(error),
    }
}

fn external(error: Box<dyn Error + Send + Sync>) -> io::Error {
    match error.downcast::<io::Error>() {
        Ok(error) => *error,
        Err(error) => match error.downcast::<ParquetError>() {
            Ok(error) => from_parquet(*error),
            Err(error) => io::Error::other(error),
        },
    }
}
