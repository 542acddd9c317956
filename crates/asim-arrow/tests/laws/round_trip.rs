//! What is written reads back.

use asim_arrow::{Table, TableOptions};
use asim_schema::{DnsEvent, DnsField, SchemaVersion};
use proptest::prelude::*;

use crate::any_event::dns::event;
use crate::{batches, in_microseconds, parquet, read, stream};

fn options(dictionaries: bool, answers: bool) -> TableOptions {
    let mut options = TableOptions::default();
    options.dictionaries = dictionaries;
    options.answers = answers;
    options
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn events_read_back_from_both_forms(
        events in prop::collection::vec(event(), 0..30),
        dictionaries in any::<bool>(),
        answers in any::<bool>(),
        aliases in any::<bool>(),
    ) {
        let stored = |field: &DnsField| aliases || field.info().alias_of.is_empty();
        let columns = DnsField::ALL.into_iter().filter(stored);
        let table = Table::dns(SchemaVersion::DEFAULT, columns, options(dictionaries, answers));
        let batches = batches(&table, &events);
        let expected: Vec<_> = events.iter().map(in_microseconds).collect();
        prop_assert_eq!(&read(&parquet(&table, &batches)), &expected);
        prop_assert_eq!(&read(&stream(&table, &batches)), &expected);
    }

    #[test]
    fn any_columns_in_any_order_show_what_the_event_shows(
        event in event(),
        columns in prop::collection::vec(prop::sample::select(DnsField::ALL.as_slice()), 1..40),
    ) {
        let event = in_microseconds(&event);
        let table = Table::dns(event.version(), columns.clone(), TableOptions::default());
        let batches = batches(&table, std::slice::from_ref(&event));
        let read = read(&parquet(&table, &batches)).pop().unwrap();
        for column in columns {
            let info = column.info();
            if info.alias_of.len() < 2 {
                prop_assert_eq!(read.get(column), event.get(column), "{}", column);
            }
        }
    }
}

#[test]
fn without_events_there_are_columns_all_the_same() {
    let table = Table::dns(
        SchemaVersion::DEFAULT,
        [DnsField::DnsQuery],
        TableOptions::default(),
    );
    assert!(read(&parquet(&table, &[])).is_empty());
    assert!(read(&stream(&table, &[])).is_empty());
}

#[test]
fn an_empty_text_is_no_null() {
    let mut empty = DnsEvent::default();
    empty.set_event_message("");
    empty.set_event_product("");
    let table = Table::dns(
        SchemaVersion::DEFAULT,
        [
            DnsField::EventMessage,
            DnsField::EventProduct,
            DnsField::EventCount,
        ],
        TableOptions::default(),
    );
    let [batch] = &batches(&table, &[empty, DnsEvent::default()])[..] else {
        panic!("one batch")
    };
    for column in &batch.columns()[..2] {
        assert!(column.is_valid(0) && column.is_null(1));
    }
    let read = read(&parquet(&table, std::slice::from_ref(batch)));
    assert_eq!(read[0].event_message(), Some(""));
    assert_eq!((read[1].event_message(), read[1].event_product()), (None, None));
}
