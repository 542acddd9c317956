//! A table has the findings of the same events as NDJSON.

use std::fs;
use std::io::{Seek, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
    TimestampMillisecondArray,
};
use arrow_schema::{DataType, Field, Schema};
use asim_arrow::{Batches, Table, TableOptions, check_rows, for_each_event};
use asim_schema::conformance::{Checker, Report, RuleSet};
use asim_schema::{DnsEvent, DnsField, Event, JsonWriter, SchemaVersion};

use crate::{batches, in_microseconds, parquet, stream};

/// The goldens of all parsers.
fn goldens() -> Vec<PathBuf> {
    let parsers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../parsers");
    let folders = fs::read_dir(parsers).unwrap();
    let files = folders.filter_map(|folder| fs::read_dir(folder.unwrap().path().join("goldens")).ok());
    let mut files: Vec<_> = files.flatten().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ndjson"));
    files.sort();
    files
}

/// Bytes as batches, by way of a file.
fn opened(bytes: &[u8]) -> Batches {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    Batches::open(file).unwrap()
}

fn of_rows(rules: RuleSet, table: Batches) -> Report {
    let mut checker = Checker::new(rules);
    checker.begin_input("events");
    check_rows(&mut checker, table).unwrap();
    checker.finish()
}

fn of_lines(rules: RuleSet, lines: &[u8]) -> Report {
    let mut checker = Checker::new(rules);
    checker.begin_input("events");
    let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    checker.json_records((1..).zip(lines));
    checker.finish()
}

#[test]
fn goldens_have_the_same_findings_in_every_form() {
    let mut seen = 0;
    for golden in goldens() {
        let text = fs::read_to_string(&golden).unwrap();
        let events: Vec<DnsEvent<'static>> = text
            .lines()
            .filter_map(|line| match serde_json::from_str(line) {
                Ok(Event::Dns(event)) => Some(in_microseconds(&event.into_owned())),
                _ => None,
            })
            .collect();
        let mut lines = Vec::new();
        for event in &events {
            JsonWriter::default().write_event(event, &mut lines);
            lines.push(b'\n');
        }
        let columns = DnsField::ALL.into_iter().filter(|field| !field.info().deprecated);
        let mut options = TableOptions::default();
        options.answers = true;
        let table = Table::dns(SchemaVersion::DEFAULT, columns, options);
        let batches = batches(&table, &events);
        for rules in [RuleSet::dns, RuleSet::dns_published] {
            let expected = format!("{:#?}", of_lines(rules(), &lines));
            for bytes in [parquet(&table, &batches), stream(&table, &batches)] {
                let found = format!("{:#?}", of_rows(rules(), opened(&bytes)));
                assert_eq!(found, expected, "{}", golden.display());
            }
        }
        seen += events.len();
    }
    assert!(seen > 200, "{seen} events");
}

/// A table of some columns, as another program could write it.
fn table(columns: Vec<(&str, ArrayRef)>) -> Batches {
    let fields: Vec<_> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(schema.clone(), arrays).unwrap();
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = arrow_ipc::writer::FileWriter::try_new(&mut file, &schema).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    file.rewind().unwrap();
    Batches::open(file).unwrap()
}

fn text(values: [Option<&str>; 2]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

#[test]
fn wrong_types_of_other_programs_are_found() {
    let group = StructArray::from(vec![(
        Arc::new(Field::new("a", DataType::Int64, true)),
        Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef,
    )]);
    let list =
        ListArray::from_iter_primitive::<arrow_array::types::Int64Type, _, _>([Some(vec![Some(1)]), None]);
    let report = of_rows(
        RuleSet::dns(),
        table(vec![
            ("EventCount", text([Some("1"), None])),
            (
                "EventStartTime",
                Arc::new(TimestampMillisecondArray::from(vec![0, i64::MAX])),
            ),
            ("DnsQuery", text([Some("www.example.com."), None])),
            ("AdditionalFields", Arc::new(group)),
            ("Dvc", Arc::new(BinaryArray::from(vec![&b"a"[..], b"b"]))),
            ("EventMessage", Arc::new(list)),
            ("EventOwner", text([None, None])),
            ("Mine", text([Some("a"), None])),
        ]),
    );
    let found = |rule: &str, column: &str| {
        let mut findings = report.findings.iter();
        findings.any(|finding| finding.rule == rule && finding.column == column)
    };
    for (rule, column) in [
        ("type-mismatch", "EventCount"),
        ("type-mismatch", "EventStartTime"),
        ("type-mismatch", "Dvc"),
        ("type-mismatch", "EventMessage"),
        ("final-dot", "DnsQuery"),
        ("extra-column", "Mine"),
    ] {
        assert!(found(rule, column), "{rule} {column}: {:#?}", report.findings);
    }
    assert!(!found("type-mismatch", "AdditionalFields"));
    assert!(!found("empty-value", "EventOwner"));
    assert_eq!(report.records, 2);
}

#[test]
fn events_of_the_schema_that_a_table_tells() {
    let read = |batches: Batches| {
        let mut events = Vec::new();
        for_each_event(batches, |row, event| {
            let shown = event.map(|event| {
                let value = event.get_by_name("TargetProcessName");
                (event.schema().name(), value.map(|value| value.to_string()))
            });
            events.push((row, shown.map_err(|error| error.to_string())));
            ControlFlow::Continue(())
        })
        .unwrap();
        events
    };
    let events = read(table(vec![
        ("EventSchema", text([Some("ProcessEvent"), Some("Dns")])),
        ("TargetProcessName", text([Some("a.exe"), None])),
    ]));
    assert_eq!(events[0], (1, Ok(("ProcessEvent", Some("a.exe".to_owned())))));
    assert!(
        events[1]
            .1
            .as_ref()
            .unwrap_err()
            .contains("an event of schema `Dns`")
    );
    let events = read(table(vec![("DnsQuery", text([Some("a.example"), None]))]));
    assert_eq!(events[1], (2, Ok(("Dns", None))));
}
