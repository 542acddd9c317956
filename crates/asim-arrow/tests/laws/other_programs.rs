//! Tables as other programs write them.

use std::fs::File;
use std::io::{Seek, Write};
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, DictionaryArray, Float64Array, Int64Array, LargeStringArray, RecordBatch,
    StringArray, StringViewArray, TimestampNanosecondArray, UInt64Array,
};
use asim_arrow::{Batches, EventReader, ReadError};
use asim_schema::{DnsEvent, RrType};

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

fn events(batch: &RecordBatch) -> Vec<Result<DnsEvent<'static>, String>> {
    let reader = EventReader::dns(&batch.schema()).unwrap();
    let events = reader.events(batch).unwrap();
    events
        .map(|event| event.map(DnsEvent::into_owned).map_err(|error| error.to_string()))
        .collect()
}

#[test]
fn any_type_of_text_number_and_time_will_do() {
    let batch = batch(vec![
        (
            "DnsQuery",
            Arc::new(LargeStringArray::from(vec!["a.example", "b.example"])),
        ),
        ("EventCount", Arc::new(Int64Array::from(vec![Some(2), None]))),
        // Programs without nulls in whole numbers make them real ones.
        (
            "DnsQueryType",
            Arc::new(Float64Array::from(vec![Some(28.0), None])),
        ),
        ("SrcPortNumber", Arc::new(UInt64Array::from(vec![53, 0]))),
        (
            "EventStartTime",
            Arc::new(TimestampNanosecondArray::from(vec![Some(1_500_000_199), None])),
        ),
        (
            "SrcIpAddr",
            Arc::new(StringViewArray::from(vec![Some("192.0.2.7"), None])),
        ),
        (
            "EventResult",
            Arc::new(StringArray::from(vec![Some("Success"), None])),
        ),
        ("comment", Arc::new(StringArray::from(vec!["ours", "ours"]))),
    ]);
    assert_eq!(
        EventReader::dns(&batch.schema()).unwrap().unknown_columns(),
        ["comment"]
    );
    let events: Vec<_> = events(&batch).into_iter().map(Result::unwrap).collect();
    let first = &events[0];
    assert_eq!(
        (first.dns_query(), first.event_count()),
        (Some("a.example"), Some(2))
    );
    assert_eq!(
        (first.dns_query_type(), first.src_port_number()),
        (Some(RrType::AAAA), Some(53))
    );
    assert_eq!(
        first.event_start_time().unwrap().to_string(),
        "1970-01-01T00:00:01.5000001Z"
    );
    assert_eq!(first.src_ip_addr(), Some("192.0.2.7".parse().unwrap()));
    assert_eq!(
        (events[1].event_count(), events[1].dns_query_type()),
        (None, None)
    );
}

#[test]
fn an_alias_gives_its_value_to_an_absent_target() {
    let batch = batch(vec![
        (
            "Domain",
            Arc::new(StringArray::from(vec!["alias.example", "alias.example"])) as ArrayRef,
        ),
        (
            "DnsQuery",
            Arc::new(StringArray::from(vec![None, Some("own.example")])),
        ),
    ]);
    let queries: Vec<_> = events(&batch)
        .into_iter()
        .map(|event| event.unwrap().dns_query().unwrap().to_owned())
        .collect();
    assert_eq!(queries, ["alias.example", "own.example"]);
}

#[test]
fn errors_name_the_row_and_the_column() {
    let batch = batch(vec![
        (
            "SrcPortNumber",
            Arc::new(Int64Array::from(vec![Some(53), Some(70_000), Some(53)])) as ArrayRef,
        ),
        (
            "EventSchema",
            Arc::new(StringArray::from(vec!["Dns", "Dns", "NetworkSession"])),
        ),
        (
            "AdditionalFields",
            Arc::new(StringArray::from(vec!["[1]", "{}", "{}"])),
        ),
    ]);
    let errors: Vec<_> = events(&batch).into_iter().map(Result::unwrap_err).collect();
    for (error, row, column) in [
        (&errors[0], "row 0", "AdditionalFields"),
        (&errors[1], "row 1", "SrcPortNumber"),
        (&errors[2], "row 2", "EventSchema"),
    ] {
        assert!(error.contains(row) && error.contains(column), "{error}");
    }
}

/// What other columns hold helps to find the row; what has no text is left out.
#[test]
fn errors_show_the_row() {
    let dictionary: DictionaryArray<Int32Type> =
        [Some("Success"), None, Some("Failure")].into_iter().collect();
    let batch = batch(vec![
        (
            "EventCount",
            Arc::new(Int64Array::from(vec![Some(1), Some(-1), Some(i64::MAX)])) as ArrayRef,
        ),
        ("EventResult", Arc::new(dictionary)),
        ("bytes", Arc::new(BinaryArray::from(vec![&b"x"[..]; 3]))),
        (
            "SrcPortNumber",
            Arc::new(UInt64Array::from(vec![None, None, Some(u64::MAX)])),
        ),
        (
            "a\"b",
            Arc::new(Float64Array::from(vec![0.5, f64::INFINITY, 1.0])),
        ),
    ]);
    let reader = EventReader::dns(&batch.schema()).unwrap();
    let shown: Vec<_> = reader
        .events(&batch)
        .unwrap()
        .map(|event| event.err().map(|error| error.shown))
        .collect();
    assert_eq!(
        shown,
        [
            None,
            None,
            Some(
                r#"{"EventCount":9223372036854775807,"EventResult":"Failure","SrcPortNumber":18446744073709551615,"a\"b":1.0}"#
                    .to_owned()
            ),
        ]
    );
}

#[test]
fn what_is_no_table_of_events_is_refused() {
    let bytes = batch(vec![(
        "DnsQuery",
        Arc::new(BinaryArray::from(vec![&b"x"[..]])) as ArrayRef,
    )]);
    let error = EventReader::dns(&bytes.schema())
        .unwrap()
        .events(&bytes)
        .unwrap_err();
    assert!(error.to_string().contains("DnsQuery"), "{error}");
    let other = batch(vec![("name", Arc::new(StringArray::from(vec!["x"])) as ArrayRef)]);
    assert!(matches!(
        EventReader::dns(&other.schema()),
        Err(ReadError::NoColumns)
    ));
}

#[test]
fn what_is_neither_parquet_nor_arrow_is_an_error() {
    let open = |bytes: &[u8]| -> Result<Batches, ReadError> {
        let mut file: File = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        Batches::open(file)
    };
    for bytes in [&b""[..], b"x", b"{\"a\":1}", b"\xff\xff"] {
        assert!(open(bytes).is_err(), "{bytes:?}");
    }
    assert!(matches!(open(b"plain text"), Err(ReadError::Unknown)));
    for damaged in [
        &b"PAR1 and then nothing"[..],
        b"ARROW1 and then nothing",
        b"\xff\xff\xff\xff\x10\0\0\0",
    ] {
        let error = open(damaged).unwrap_err();
        assert!(!error.to_string().is_empty());
    }
}
