//! Batches do not depend on who filled the rows.

use arrow_array::RecordBatch;
use asim_arrow::{BatchBuilder, Rows, Table, TableOptions};
use asim_schema::{DnsEvent, DnsField, Event, SchemaVersion};
use proptest::prelude::*;

use crate::any_event::dns::event;
use crate::{parquet, stream};

fn table() -> Table {
    let mut options = TableOptions::default();
    options.answers = true;
    Table::dns(SchemaVersion::DEFAULT, DnsField::ALL, options)
}

fn builder(rows: usize, size: usize) -> BatchBuilder {
    BatchBuilder::new(table()).limits(rows, size)
}

/// The batches of events that are handed over in parts of these lengths.
fn in_parts(mut builder: BatchBuilder, events: &[DnsEvent<'static>], lengths: &[usize]) -> Vec<RecordBatch> {
    let mut batches = Vec::new();
    let mut rows = Rows::default();
    let mut lengths = lengths.iter().cycle();
    let mut events = events.iter().peekable();
    while events.peek().is_some() {
        rows.clear();
        for event in events.by_ref().take(*lengths.next().unwrap()) {
            builder.table().push_dns(&mut rows, event);
        }
        let mut range = 0..rows.len();
        while range.start < range.end {
            batches.extend(builder.append(&rows, &mut range).unwrap());
        }
    }
    batches.extend(builder.finish().unwrap());
    batches
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn parts_change_nothing(
        events in prop::collection::vec(event(), 1..40),
        lengths in prop::collection::vec(1_usize..20, 1..5),
        rows in 1_usize..12,
        size in prop::sample::select(&[100_usize, 1000, 1 << 20][..]),
    ) {
        let mut one_by_one = builder(rows, size);
        let mut expected = Vec::new();
        for event in &events {
            expected.extend(one_by_one.push(&Event::Dns(event.clone())).unwrap());
        }
        expected.extend(one_by_one.finish().unwrap());
        let actual = in_parts(builder(rows, size), &events, &lengths);
        prop_assert_eq!(&actual, &expected);
        prop_assert_eq!(parquet(&table(), &actual), parquet(&table(), &expected));
        prop_assert_eq!(stream(&table(), &actual), stream(&table(), &expected));
        prop_assert_eq!(expected.iter().map(RecordBatch::num_rows).sum::<usize>(), events.len());
        prop_assert!(expected.iter().all(|batch| (1..=rows).contains(&batch.num_rows())));
    }
}

#[test]
fn long_texts_end_a_batch_early_and_one_of_them_is_a_batch_of_its_own() {
    let event = |length: usize| {
        let mut event = DnsEvent::default();
        event.set_event_message("x".repeat(length));
        event
    };
    let events = [event(60), event(60), event(500), event(10)];
    let lengths =
        |batches: Vec<RecordBatch>| -> Vec<_> { batches.iter().map(RecordBatch::num_rows).collect() };
    for parts in [1, 2, 3, 4] {
        let columns = [DnsField::EventMessage];
        let table = Table::dns(SchemaVersion::DEFAULT, columns, TableOptions::default());
        let builder = BatchBuilder::new(table).limits(100, 130);
        assert_eq!(lengths(in_parts(builder, &events, &[parts])), [2, 1, 1]);
    }
}
