//! Events as Apache Arrow: record batches, Parquet files, Arrow streams, and back.
//!
//! A [`Table`] says which columns there are and which types they have; the types are those of the schema data. Events
//! become [`Rows`] without any text in between, and a [`BatchBuilder`] cuts rows into record batches that are the same
//! whatever the threads that have filled the rows.
//!
//! | concern | where |
//! |---|---|
//! | columns and types | [`Table`], [`TableOptions`] |
//! | events to batches | [`Rows`], [`BatchBuilder`] |
//! | batches to bytes | [`ParquetWriter`], [`StreamWriter`] |
//! | bytes to batches | [`Batches`] |
//! | batches to events | [`EventReader`], [`Events`], [`for_each_event`] |
//! | whether rows keep to their schema | [`check_rows`] |

mod batches;
mod column;
mod interner;
mod output;
mod parquet;
mod read;
mod rows;
mod stream;
mod table;

pub use arrow_array::RecordBatch;

pub use batches::BatchBuilder;
pub use parquet::ParquetWriter;
pub use read::{Batches, EventReader, Events, ReadError, RowError, check_rows, for_each_event};
pub use rows::Rows;
pub use stream::StreamWriter;
pub use table::{ANSWERS, SCHEMA_KEY, Table, TableOptions, VERSION_KEY, WRITER_KEY};
