//! What can be wrong with a table, and with one of its rows.

use std::fmt;
use std::io;

use arrow_schema::{ArrowError, DataType};
use parquet::errors::ParquetError;

/// Why a table cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The input cannot be read.
    Input(io::Error),
    /// The input is neither Parquet nor Arrow.
    Unknown,
    /// The bytes are no Arrow data, or a part of it that is damaged.
    Arrow(ArrowError),
    /// The bytes are no Parquet file, or one that is damaged.
    Parquet(ParquetError),
    /// A column has a type from which no value of an event can be taken.
    Type {
        /// The column.
        column: String,
        /// Its type.
        data_type: DataType,
    },
    /// The table has no column of the schema.
    NoColumns,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(error) => write!(f, "{error}"),
            Self::Unknown => f.write_str("neither a Parquet file nor an Arrow file or stream"),
            Self::Arrow(error) => write!(f, "not Arrow data that can be read: {error}"),
            Self::Parquet(error) => write!(f, "not a Parquet file that can be read: {error}"),
            Self::Type { column, data_type } => {
                write!(
                    f,
                    "column {} is of type {data_type}, which no column of an event is",
                    column.escape_debug()
                )
            }
            Self::NoColumns => f.write_str("a table without any column of the schema"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Input(error) => Some(error),
            Self::Arrow(error) => Some(error),
            Self::Parquet(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Input(error)
    }
}

impl From<ArrowError> for ReadError {
    fn from(error: ArrowError) -> Self {
        match error {
            ArrowError::IoError(_, error) => Self::Input(error),
            error => Self::Arrow(error),
        }
    }
}

impl From<ParquetError> for ReadError {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error)
    }
}

/// Why a row is no event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowError {
    /// The row of its batch, counted from 0.
    pub row: usize,
    /// The column.
    pub column: &'static str,
    /// What is wrong with its value.
    pub reason: String,
    /// The row as a JSON object; columns of types that no value of an event has are left out.
    pub shown: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}, {}: {}", self.row, self.column, self.reason)
    }
}

impl std::error::Error for RowError {}
