//! Decoded responses as a list of structs.

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, RecordBatch};
use asim_arrow::{ANSWERS, Table, TableOptions};
use asim_schema::{DnsEvent, DnsField, RrType, SchemaVersion};

use crate::{batches, parquet, read};

fn event(responses: Option<&'static str>) -> DnsEvent<'static> {
    let mut event = DnsEvent::default();
    event.set_dns_query("www.example.com");
    event.set_dns_query_type(RrType::A);
    if let Some(responses) = responses {
        event.set_dns_response_name(responses);
    }
    event
}

fn table() -> Table {
    let mut options = TableOptions::default();
    options.answers = true;
    Table::dns(
        SchemaVersion::DEFAULT,
        [DnsField::DnsQuery, DnsField::DnsResponseName],
        options,
    )
}

/// Owner, time to live, type and data.
type Record = (Option<String>, Option<f64>, Option<String>, Option<String>);

fn of(batch: &RecordBatch, row: usize) -> Option<Vec<Record>> {
    let lists = batch.column_by_name(ANSWERS).unwrap().as_list::<i32>();
    if lists.is_null(row) {
        return None;
    }
    let records = lists.value(row);
    let records = records.as_struct();
    let text = |name: &str, at: usize| {
        let texts = records.column_by_name(name).unwrap().as_string::<i32>();
        texts.is_valid(at).then(|| texts.value(at).to_owned())
    };
    let times = records
        .column_by_name("TTL")
        .unwrap()
        .as_primitive::<Float64Type>();
    let record = |at| {
        (
            text("query", at),
            times.is_valid(at).then(|| times.value(at)),
            text("Type", at),
            text("Response", at),
        )
    };
    Some((0..records.len()).map(record).collect())
}

#[test]
fn each_response_is_a_list_and_an_unknown_one_is_null() {
    let events = [
        event(Some(
            r#"{"answers":["lb.example.net","192.0.2.1"],"ttls":[300,60]}"#,
        )),
        event(None),
        event(Some("text without a reader")),
        event(Some(r#"{"answers":[]}"#)),
        event(Some(r#"{"answers":["192.0.2.2"]}"#)),
    ];
    let table = table();
    let [batch] = &batches(&table, &events)[..] else {
        panic!("one batch")
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        of(batch, 0).unwrap(),
        [
            (
                text("www.example.com"),
                Some(300.0),
                text("CNAME"),
                text("lb.example.net")
            ),
            (text("lb.example.net"), Some(60.0), text("A"), text("192.0.2.1")),
        ]
    );
    assert_eq!((of(batch, 1), of(batch, 2)), (None, None));
    assert_eq!(
        of(batch, 3).map(|records| records.len()),
        events[3].answers().map(|answers| answers.len())
    );
    assert_eq!(
        of(batch, 4).unwrap(),
        [(text("www.example.com"), None, text("A"), text("192.0.2.2"))]
    );
    let expected: Vec<_> = events
        .into_iter()
        .map(|mut event| {
            let (query, responses) = (
                event.dns_query().unwrap().to_owned(),
                event.dns_response_name().map(str::to_owned),
            );
            event = DnsEvent::default();
            event.clear_event_count();
            event.set_dns_query(query);
            if let Some(responses) = responses {
                event.set_dns_response_name(responses);
            }
            event
        })
        .collect();
    assert_eq!(read(&parquet(&table, std::slice::from_ref(batch))), expected);
}
