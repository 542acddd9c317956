//! `asim schema`: the schema as a table, or as a file for other programs.

use asimkit::{DnsField, SchemaVersion};

use super::table::table;
use crate::arguments::{Form, Schema, SchemaArguments};
use crate::output::answer;

/// The JSON Schema of each version that events can be written in.
const JSON_SCHEMAS: [(SchemaVersion, &str); 6] = [
    (
        SchemaVersion::V0_1_3,
        include_str!("../../../../schemas/generated/dns-0.1.3.schema.json"),
    ),
    (
        SchemaVersion::V0_1_4,
        include_str!("../../../../schemas/generated/dns-0.1.4.schema.json"),
    ),
    (
        SchemaVersion::V0_1_5,
        include_str!("../../../../schemas/generated/dns-0.1.5.schema.json"),
    ),
    (
        SchemaVersion::V0_1_6,
        include_str!("../../../../schemas/generated/dns-0.1.6.schema.json"),
    ),
    (
        SchemaVersion::V0_1_7,
        include_str!("../../../../schemas/generated/dns-0.1.7.schema.json"),
    ),
    (
        SchemaVersion::V1_0_0,
        include_str!("../../../../schemas/generated/dns-1.0.0.schema.json"),
    ),
];

const ARROW: &str = include_str!("../../../../schemas/generated/dns.arrow.json");
const CSV: &str = include_str!("../../../../schemas/generated/dns.tester.csv");
const MARKDOWN: &str = include_str!("../../../../docs/generated/dns-fields.md");

pub(super) fn run(arguments: &SchemaArguments) -> Result<(), String> {
    let Schema::Dns = arguments.schema;
    let version = arguments.schema_version.unwrap_or_default();
    let all_versions = match arguments.form {
        Form::Table => return answer(&fields(version)),
        Form::JsonSchema => return answer(json_schema(version)?),
        Form::Arrow => ARROW,
        Form::Csv => CSV,
        Form::Markdown => MARKDOWN,
    };
    if arguments.schema_version.is_some() {
        return Err("--schema-version: this form covers all versions; leave the flag out".to_owned());
    }
    answer(all_versions)
}

fn json_schema(version: SchemaVersion) -> Result<&'static str, String> {
    let found = JSON_SCHEMAS.iter().find(|(of, _)| *of == version);
    found
        .map(|(_, schema)| *schema)
        .ok_or_else(|| format!("no JSON Schema of version {version}"))
}

fn fields(version: SchemaVersion) -> String {
    let head = ["name", "class", "type", "since", "description"].map(str::to_owned);
    let fields = DnsField::ALL
        .into_iter()
        .filter(|field| version.fields().contains(*field));
    let rows: Vec<_> = std::iter::once(head).chain(fields.map(row)).collect();
    table(&rows)
}

fn row(field: DnsField) -> [String; 5] {
    let info = field.info();
    [
        info.name,
        info.class.as_str(),
        info.logical_type,
        info.since.as_str(),
        info.description,
    ]
    .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_its_own_json_schema() {
        for version in SchemaVersion::SELECTABLE {
            let schema: serde_json::Value = serde_json::from_str(json_schema(*version).unwrap()).unwrap();
            let named = &schema["properties"]["EventSchemaVersion"]["const"];
            assert_eq!(named, version.as_str());
        }
    }

    #[test]
    fn the_table_has_the_fields_of_the_version() {
        for version in [SchemaVersion::V0_1_3, SchemaVersion::V1_0_0] {
            assert_eq!(fields(version).lines().count(), version.fields().len() + 1);
        }
        assert!(!fields(SchemaVersion::V0_1_3).contains("SrcUserEntityKey"));
    }
}
