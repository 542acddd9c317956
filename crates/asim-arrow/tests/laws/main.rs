//! What holds for every event on its way through Arrow and back.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where something is not as expected"
)]

mod answers;
#[allow(dead_code, reason = "these tests use the events of one schema")]
#[path = "../../../asim-schema/tests/laws/any_event.rs"]
mod any_event;
mod cuts;
mod findings;
mod other_programs;
mod parquet_files;
mod round_trip;
mod schema;

use std::io::{Seek, Write};

use arrow_array::RecordBatch;
use asim_arrow::{BatchBuilder, Batches, EventReader, ParquetWriter, StreamWriter, Table};
use asim_schema::{DnsEvent, DnsField, Event, Storage, Timestamp, Value, ValueRef};

/// The batches of some events.
pub(crate) fn batches(table: &Table, events: &[DnsEvent<'static>]) -> Vec<RecordBatch> {
    let mut builder = BatchBuilder::new(table.clone());
    let mut batches = Vec::new();
    for event in events {
        batches.extend(builder.push(&Event::Dns(event.clone())).unwrap());
    }
    batches.extend(builder.finish().unwrap());
    batches
}

/// A Parquet file of some batches.
pub(crate) fn parquet(table: &Table, batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = ParquetWriter::new(Vec::new(), table).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap()
}

/// An Arrow stream of some batches.
pub(crate) fn stream(table: &Table, batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = StreamWriter::new(Vec::new(), table).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap()
}

/// The events in a file or stream.
pub(crate) fn read(bytes: &[u8]) -> Vec<DnsEvent<'static>> {
    assert!(Batches::recognizes(bytes));
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    let batches = Batches::open(file).unwrap();
    let reader = EventReader::dns(batches.schema()).unwrap();
    assert!(reader.unknown_columns().is_empty());
    let mut events = Vec::new();
    for batch in batches {
        let batch = batch.unwrap();
        let read = reader.events(&batch).unwrap();
        events.extend(read.map(|event| event.unwrap().into_owned()));
    }
    events
}

/// The event with its times in whole microseconds, as tables hold them.
pub(crate) fn in_microseconds(event: &DnsEvent<'static>) -> DnsEvent<'static> {
    let mut whole = event.clone();
    let times = DnsField::ALL.into_iter().filter(|field| {
        let info = field.info();
        info.storage == Storage::Time && info.alias_of.is_empty()
    });
    for field in times {
        if let Some(ValueRef::Time(time)) = event.get(field) {
            let ticks = time.ticks() - time.ticks().rem_euclid(10);
            whole
                .set(field, Value::Time(Timestamp::from_ticks(ticks).unwrap()))
                .unwrap();
        }
    }
    whole
}
