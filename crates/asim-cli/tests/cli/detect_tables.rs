//! `asim detect` over tables: what is no event is rejected, and filters leave out what they leave out of a log.

use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use asim_arrow::{BatchBuilder, EventReader, Table, TableOptions};
use asimkit::filter::Segment;
use asimkit::schema::EventSubType;
use asimkit::{DnsField, Event, Filter, Normalizer, Report, SchemaVersion, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Place, asim, log, log_of, row_at};

const QUIET: [&str; 3] = ["detect", "--quiet", "--kql-compatible"];

/// The seconds of 2020-04-30T00:06:39Z.
const START: i64 = 1_588_205_199;

/// Four rows, of which the second, the third and the fourth are no events.
fn bad_rows() -> RecordBatch {
    let columns: [(&str, ArrayRef); 6] = [
        (
            "DnsQuery",
            Arc::new(StringArray::from(vec![
                "a.example",
                "b\".example",
                "c.example",
                "d.example",
            ])),
        ),
        (
            "SrcPortNumber",
            Arc::new(Int64Array::from(vec![Some(53), Some(70_000), None, Some(53)])),
        ),
        (
            "EventStartTime",
            Arc::new(TimestampMicrosecondArray::from(vec![
                Some(START * 1_000_000),
                Some(START * 1_000_000),
                Some(i64::MAX),
                None,
            ])),
        ),
        (
            "DnsResponseCode",
            Arc::new(Float64Array::from(vec![0.0, 3.0, 0.0, f64::NAN])),
        ),
        (
            "AdditionalFields",
            Arc::new(StringArray::from(vec![Some("{}"), None, None, None])),
        ),
        (
            "comment",
            Arc::new(StringArray::from(vec![None, Some("ours"), None, None])),
        ),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn stream(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The counts of a summary: read, written, filtered, declined, rejected.
fn counts(summary: &Value) -> [u64; 5] {
    ["read", "written", "filtered", "declined", "rejected"].map(|name| summary[name].as_u64().unwrap())
}

#[test]
fn rows_that_are_no_events_reach_the_rejects() {
    let place = Place::new()
        .with("t.parquet", parquet(&bad_rows()))
        .with("t.arrow", stream(&bad_rows()));
    for file in ["t.parquet", "t.arrow"] {
        let kept = ["--rejects", "rejects.ndjson", "--summary", "summary.json", file];
        let run = place.run(&[&QUIET[..2], &kept].concat()).ended(1);
        assert!(
            run.stderr
                .contains("3 of 4 records were rejected, --max-rejects allows 0; see rejects.ndjson"),
            "{}",
            run.stderr
        );
        let reject = |row: u64, reason: &str, raw: &str| {
            json!({"file": file, "record": row, "line": row, "byte": 0, "source": "events", "stage": "decode",
                   "reason": format!("no event: {reason}"), "raw": raw})
        };
        assert_eq!(
            lines(&place.read("rejects.ndjson")),
            [
                reject(
                    2,
                    "SrcPortNumber: a value that is no PortNumber",
                    r#"{"DnsQuery":"b\".example","SrcPortNumber":70000,"EventStartTime":"2020-04-30T00:06:39.000000Z","DnsResponseCode":3.0,"comment":"ours"}"#
                ),
                reject(
                    3,
                    "EventStartTime: 9223372036854775807 is out of its range",
                    r#"{"DnsQuery":"c.example","EventStartTime":9223372036854775807,"DnsResponseCode":0.0}"#
                ),
                reject(
                    4,
                    "DnsResponseCode: a value of another type than Rcode",
                    r#"{"DnsQuery":"d.example","SrcPortNumber":53,"DnsResponseCode":"NaN"}"#
                ),
            ],
        );
        let summary = place.summary();
        assert_eq!(counts(&summary), [4, 1, 0, 0, 3]);
        assert_eq!(counts(&summary["sources"]["events"]), [4, 1, 0, 0, 3]);
        assert_eq!(summary["rejected_reasons"], json!({"no event": 3}));
        place
            .run(&[&QUIET[..2], &["--max-rejects", "3", file]].concat())
            .ended(0);
    }
}

#[test]
fn a_table_without_a_column_of_an_event_takes_the_place_of_no_output() {
    let names: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
    let place = Place::new()
        .with(
            "t.parquet",
            parquet(&RecordBatch::try_from_iter([("name", names)]).unwrap()),
        )
        .with("alerts.ndjson", "earlier");
    let run = place
        .run(&[&QUIET[..2], &["-o", "alerts.ndjson", "t.parquet"]].concat())
        .ended(2);
    assert!(
        run.stderr
            .contains("t.parquet: a table without any column of the schema"),
        "{}",
        run.stderr
    );
    assert_eq!(place.read("alerts.ndjson"), "earlier");
}

/// The rejects of a table have the columns of those of its events as NDJSON, and the same reason.
#[test]
fn rejects_of_rows_look_like_those_of_lines() {
    let place = Place::new().with("dns.log", log(&["a.example"]));
    let event = place.normalize(&["--quiet", "dns.log"]).ended(0).stdout;
    let place = place
        .with(
            "events.ndjson",
            event + "{\"EventSchema\":\"Dns\",\"SrcPortNumber\":70000}\n",
        )
        .with("t.arrow", stream(&bad_rows()));
    let reject = |file: &str| {
        let run = [&QUIET[..2], &["--rejects", "rejects.ndjson", file]].concat();
        place.run(&run).ended(1);
        lines(&place.read("rejects.ndjson")).remove(0)
    };
    let (line, row) = (reject("events.ndjson"), reject("t.arrow"));
    let names = |reject: &Value| reject.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&line), names(&row));
    for column in ["record", "line", "source", "stage"] {
        assert_eq!(line[column], row[column], "{column}");
    }
}

#[test]
fn a_row_of_a_pipe_is_rejected_at_once() {
    let place = Place::new();
    let rejects = [&QUIET[..2], &["--rejects", "rejects.ndjson", "-"]].concat();
    let mut child = asim(place.path(), &rejects)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = stream(&bad_rows());
    // The mark at the end of a stream, eight bytes, is still to come.
    input.write_all(&bytes[..bytes.len() - 8]).unwrap();
    input.flush().unwrap();
    let path = place.path().join("rejects.ndjson");
    let all_there = || std::fs::read_to_string(&path).is_ok_and(|text| text.lines().count() == 3);
    let mut patience = 600;
    while !all_there() && patience > 0 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        patience -= 1;
    }
    assert!(all_there(), "nothing was handed on");
    drop(input);
    child.wait().unwrap();
}

/// A log of three names and clients at three times, and the same as NDJSON, Parquet and Arrow.
fn place() -> Place {
    let rows = [
        row_at("1588205199.5", "www.example.com"),
        row_at("1588291599.5", "myexample.com").replace("192.0.2.6", "198.51.100.6"),
        row_at("1588377999.5", "other.test").replace("\t1\t1\t3\t", "\t1\t1\t0\t"),
    ];
    let place = Place::new().with("dns.log", log_of(&rows.each_ref().map(String::as_str)));
    for form in ["ndjson", "parquet", "arrow"] {
        let out = format!("dns.{form}");
        place
            .normalize(&["--quiet", "--to", form, "-o", &out, "dns.log"])
            .ended(0);
    }
    place
}

#[test]
fn filters_leave_the_events_that_they_leave_of_the_log() {
    let place = place();
    let cases: [(&[&str], u64); 14] = [
        (&[], 3),
        (&["--starttime", "2020-05-01"], 2),
        (&["--endtime", "2020-04-30T00:06:39.5Z"], 1),
        (&["--srcipaddr", "192.0.2."], 2),
        (&["--domain-has-any", "example.com"], 1),
        (&["--responsecodename", "nxdomain"], 2),
        (&["--response-has-ipv4", "192.0.2.1"], 0),
        (&["--response-has-any-prefix", "10.,192.0.2."], 0),
        (&["--eventtype", "update"], 0),
        (&["--eventsubtype", "response"], 3),
        (&["--segment", "upstream"], 0),
        (&["--disabled", "zeek"], 0),
        (&["--disabled", "vimDnsCorelightZeek"], 0),
        (&["--disabled", "bind"], 3),
    ];
    for (flags, left) in cases {
        let run = |file: &str| {
            let summary = ["--summary", "summary.json", file];
            place.run(&[&QUIET[..], flags, &summary].concat()).ended(0);
            let summary = place.summary();
            let unanswered = summary["unanswered"].as_object().unwrap();
            let unanswered: Vec<_> = unanswered.values().cloned().collect();
            (counts(&summary), unanswered)
        };
        let of_log = run("dns.log");
        assert_eq!(of_log.0, [3, left, 3 - left, 0, 0], "{flags:?}");
        for file in ["dns.ndjson", "dns.parquet", "dns.arrow"] {
            assert_eq!(run(file), of_log, "{flags:?} {file}");
        }
    }
}

/// A row of a log of Zeek.
fn any_row() -> impl Strategy<Value = String> {
    let names = [
        "www.example.com",
        "myexample.com",
        "example.com.au",
        "other.test",
        "-",
    ];
    (
        0_i64..8,
        prop::sample::select(vec!["127.0.0.1", "192.0.2.6", "198.51.100.6", "2001:db8::6"]),
        prop::sample::select(names.to_vec()),
        prop::sample::select(vec!["0", "3", "5", "-"]),
    )
        .prop_map(|(second, client, name, code)| {
            row_at(&format!("{}.25", START + second), name)
                .replace("192.0.2.6", client)
                .replace("\t1\t1\t3\t", &format!("\t1\t1\t{code}\t"))
        })
}

/// A filter that wants some of these rows.
fn any_filter() -> impl Strategy<Value = Filter> {
    fn seldom<T: Clone + std::fmt::Debug + 'static>(
        values: &[T],
    ) -> impl Strategy<Value = Option<T>> + use<T> {
        prop::option::weighted(0.3, prop::sample::select(values.to_vec()))
    }
    let time = |second: i64| Timestamp::from_unix_seconds(START + second).unwrap();
    (
        prop::option::weighted(0.3, (0_i64..4).prop_map(time)),
        prop::option::weighted(0.3, (4_i64..8).prop_map(time)),
        seldom(&["192.0.2.6", "198.51.100.", "2001:db8::/32", "127.0.0.1"]),
        prop::collection::vec(prop::sample::select(vec!["example.com", "other", "au"]), 0..2),
        seldom(&["NOERROR", "nxdomain", "NA"]),
        seldom(&["lookup", "Update", "*"]),
        seldom(&EventSubType::ALL),
        seldom(&Segment::ALL),
        seldom(&["zeek", "vimDnsCorelightZeek", "bind"]),
    )
        .prop_map(
            |(start, end, client, domains, code, kind, half, segment, disabled)| {
                let mut filter = Filter::default().domain_has_any(domains).disabled(disabled);
                (filter.starttime, filter.endtime) = (start, end);
                filter.srcipaddr = client.map(str::to_owned);
                filter.responsecodename = code.map(str::to_owned);
                filter.eventtype = kind.map(str::to_owned);
                (filter.eventsubtype, filter.segment) = (half, segment);
                filter
            },
        )
}

proptest! {
    #[test]
    fn filtering_a_table_gives_the_events_of_filtering_the_log(
        rows in prop::collection::vec(any_row(), 0..12),
        filter in any_filter(),
    ) {
        let log = log_of(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let source = Normalizer::new().source_named("zeek").unwrap();
        let columns = DnsField::ALL.into_iter().filter(|field| field.info().alias_of.is_empty());
        let mut builder =
            BatchBuilder::new(Table::dns(SchemaVersion::DEFAULT, columns, TableOptions::default()));
        for event in source.events(log.as_bytes()).unwrap().events {
            builder.push(&event).unwrap();
        }
        let filtered = source.filter(&filter).unwrap();
        let expected = filtered.events(log.as_bytes()).unwrap();

        let (mut events, mut report) = (Vec::new(), Report::default());
        if let Some(batch) = builder.finish().unwrap() {
            let reader = EventReader::dns(&batch.schema()).unwrap();
            for event in reader.events(&batch).unwrap() {
                let event = filtered.written().event(Event::Dns(event.unwrap()), &mut report);
                events.extend(event.map(Event::into_owned));
            }
        }
        prop_assert_eq!(events, expected.events);
        prop_assert_eq!(report.counts, expected.report.counts);
    }
}
