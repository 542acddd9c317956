//! The types are those of the schema data.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use arrow_schema::{DataType, TimeUnit};
use asim_arrow::{Table, TableOptions};
use asim_schema::{DnsField, SchemaVersion};
use serde_json::Value;

/// The extension that the schema data gives to objects; in a table they are plain JSON text, which every reader knows.
const EXTENSION: &str = "ARROW:extension:name";

fn generated() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/generated/dns.arrow.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    schema["fields"].as_array().unwrap().clone()
}

fn data_type(name: &str) -> DataType {
    match name {
        "Utf8" => DataType::Utf8,
        "Int32" => DataType::Int32,
        "Float64" => DataType::Float64,
        "Boolean" => DataType::Boolean,
        "Timestamp(Microsecond, UTC)" => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        other => panic!("{other}"),
    }
}

#[test]
fn columns_are_those_of_the_generated_arrow_schema() {
    let mut options = TableOptions::default();
    for dictionaries in [false, true] {
        options.dictionaries = dictionaries;
        let table = Table::dns(SchemaVersion::DEFAULT, DnsField::ALL, options);
        let fields = table.schema().fields();
        let generated = generated();
        assert_eq!(fields.len(), generated.len());
        let mut repeating = 0;
        for (field, expected) in fields.iter().zip(&generated) {
            assert_eq!(field.name(), expected["name"].as_str().unwrap());
            assert!(field.is_nullable());
            let value = match field.data_type() {
                DataType::Dictionary(key, value) if dictionaries && **key == DataType::Int32 => {
                    repeating += 1;
                    value
                }
                other => other,
            };
            assert_eq!(*value, data_type(expected["type"].as_str().unwrap()), "{field}");
            let metadata: BTreeMap<_, _> = field
                .metadata()
                .iter()
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            let mut expected: BTreeMap<String, String> =
                serde_json::from_value(expected["metadata"].clone()).unwrap();
            expected.remove(EXTENSION);
            assert_eq!(metadata, expected, "{field}");
        }
        assert_eq!(repeating > 0, dictionaries);
    }
}

#[test]
fn a_table_says_which_schema_it_has() {
    let table = Table::dns(
        SchemaVersion::DEFAULT,
        [DnsField::DnsQuery],
        TableOptions::default(),
    );
    let metadata = table.schema().metadata();
    assert_eq!(metadata[asim_arrow::SCHEMA_KEY], "Dns");
    assert_eq!(metadata[asim_arrow::VERSION_KEY], SchemaVersion::DEFAULT.as_str());
    assert!(metadata[asim_arrow::WRITER_KEY].starts_with("asimkit "));
}

#[test]
fn a_column_that_is_named_again_is_passed_over() {
    let columns = [DnsField::DnsQuery, DnsField::Dvc, DnsField::DnsQuery];
    let table = Table::dns(SchemaVersion::DEFAULT, columns, TableOptions::default());
    assert_eq!(table.schema().fields().len(), 2);
}
