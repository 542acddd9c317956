//! The generated JSON Schemas, by a published validator.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use asim_schema::SchemaKind;
use serde_json::Value;

use super::data::beside;

#[test]
fn every_version_has_a_valid_schema_of_the_2020_12_draft() {
    for kind in SchemaKind::ALL {
        for version in kind.selectable_versions() {
            let place = format!("{kind} {version}");
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../schemas/generated")
                .join(format!("{}-{version}.schema.json", kind.id()));
            let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
            assert!(jsonschema::meta::is_valid(&schema), "{place}");
            let properties = schema["properties"].as_object().unwrap();
            for name in properties.keys() {
                assert!(kind.field(name).unwrap().since <= version, "{name} in {place}");
            }
            for name in schema["required"].as_array().unwrap() {
                assert!(
                    properties.contains_key(name.as_str().unwrap()),
                    "{name} is required and unknown in {place}"
                );
            }
        }
    }
}

/// A published list and the one that follows from the data have the same rows, cell by cell.
#[test]
fn the_published_list_follows_from_the_data() {
    let Some(path) = beside("data/asim/ASimTester.csv") else {
        return;
    };
    let published = fs::read_to_string(path).unwrap();
    for kind in [SchemaKind::Dns, SchemaKind::Process] {
        let of_schema = format!(",{kind},");
        let rows = published.lines().filter(|row| row.contains(&of_schema));
        let path = format!("../schemas/generated/{}.tester.csv", kind.id());
        let ours = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        assert_eq!(
            ours.lines().skip(1).collect::<BTreeSet<_>>(),
            rows.collect::<BTreeSet<_>>(),
            "{kind}"
        );
        assert_eq!(ours.lines().count() - 1, kind.tester_rows().len());
    }
}

/// The tester's columns of alerts, which that list does not have yet, are told beside the fields.
#[test]
fn the_published_columns_of_alerts_follow_from_the_data() {
    let Some(path) = beside("data/asim/asim_fields_dns_process_alert.csv") else {
        return;
    };
    let mut published = BTreeSet::new();
    for row in csv::Reader::from_path(path).unwrap().deserialize() {
        let row: BTreeMap<String, String> = row.unwrap();
        if row["schema"] != "AlertEvent" || row["in_tester"] != "True" {
            continue;
        }
        // The tester's cell stands only where it differs from the page's.
        let cell = |names: &[&str]| {
            let mut cells = names.iter().map(|name| row[*name].clone());
            cells.find(|cell| !cell.is_empty()).unwrap_or_default()
        };
        published.insert([
            cell(&["field_name"]),
            cell(&["tester_type", "physical_type"]),
            cell(&["tester_class", "field_class"]),
            cell(&["tester_logical_type", "logical_type"]),
            cell(&["tester_allowed_values", "allowed_values"]),
            cell(&["tester_aliased", "conditional_on", "aliased_field"]),
        ]);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/generated/alert.tester.csv");
    let mut ours = BTreeSet::new();
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        ours.insert([0, 1, 2, 4, 5, 6].map(|cell| row[cell].to_owned()));
    }
    assert_eq!(ours, published);
    assert_eq!(ours.len(), SchemaKind::Alert.tester_rows().len());
}

#[test]
fn the_schema_refuses_what_no_event_holds() {
    let validator = asim_testkit::Validator::default();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../parsers/zeek/goldens/basic.ndjson");
    let golden = fs::read_to_string(path).unwrap();
    let line = golden.lines().next().unwrap();
    assert!(validator.errors(line).is_empty());
    for (from, to) in [
        (r#""EventCount":1"#, r#""EventCount":"1""#),
        (r#""EventResult":"Success""#, r#""EventResult":"success""#),
        (r#""SrcIpAddr":"192.0.2.10""#, r#""SrcIpAddr":"192.0.2""#),
        (r#""SrcPortNumber":54312"#, r#""SrcPortNumber":70000"#),
        (r#""TransactionIdHex":"ae97""#, r#""TransactionIdHex":"0xAE97""#),
        (
            r#""EventStartTime":"2026-11-21T09:00:00.104512Z""#,
            r#""EventStartTime":"2026-11-21 09:00""#,
        ),
        (r#""EventType":"Query""#, r#""EventType":"lookup""#),
        (r#""EventVendor":"Corelight","#, ""),
        (r#""DnsFlagsZ":false"#, r#""DnsFlagsZ":null"#),
        (r#""DnsQuery":"#, r#""DnsQuerry":"#),
        (
            r#""AdditionalFields":{"rejected":false}"#,
            r#""AdditionalFields":"{}""#,
        ),
    ] {
        let changed = line.replace(from, to);
        assert_ne!(changed, line, "{from} is not in the golden");
        assert!(!validator.errors(&changed).is_empty(), "the schema allows {to}");
    }
}
