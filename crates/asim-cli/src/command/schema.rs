//! `asim schema`: the schema as a table, or as a file for other programs.

use asimkit::{FieldInfo, SchemaKind, SchemaVersion, Source, VersionNumber, kql};

use super::table::table;
use crate::arguments::{Form, Schema, SchemaArguments};
use crate::output::answer;

/// A generated file of a schema.
macro_rules! generated {
    ($name:literal) => {
        include_str!(concat!("../../../../schemas/generated/", $name))
    };
}

/// The generated files of a schema.
struct Files {
    /// The JSON Schema of each version that events can be written in.
    json_schemas: &'static [(&'static str, &'static str)],
    arrow: &'static str,
    csv: &'static str,
    markdown: &'static str,
}

const DNS: Files = Files {
    json_schemas: &[
        ("0.1.3", generated!("dns-0.1.3.schema.json")),
        ("0.1.4", generated!("dns-0.1.4.schema.json")),
        ("0.1.5", generated!("dns-0.1.5.schema.json")),
        ("0.1.6", generated!("dns-0.1.6.schema.json")),
        ("0.1.7", generated!("dns-0.1.7.schema.json")),
        ("1.0.0", generated!("dns-1.0.0.schema.json")),
    ],
    arrow: generated!("dns.arrow.json"),
    csv: generated!("dns.tester.csv"),
    markdown: include_str!("../../../../docs/generated/dns-fields.md"),
};

const PROCESS: Files = Files {
    json_schemas: &[("0.1.4", generated!("process-0.1.4.schema.json"))],
    arrow: generated!("process.arrow.json"),
    csv: generated!("process.tester.csv"),
    markdown: include_str!("../../../../docs/generated/process-fields.md"),
};

const ALERT: Files = Files {
    json_schemas: &[("0.1", generated!("alert-0.1.schema.json"))],
    arrow: generated!("alert.arrow.json"),
    csv: generated!("alert.tester.csv"),
    markdown: include_str!("../../../../docs/generated/alert-fields.md"),
};

pub(super) fn run(arguments: &SchemaArguments) -> Result<(), String> {
    let (schema, files) = match arguments.schema {
        Schema::Dns => (SchemaKind::Dns, DNS),
        Schema::Process => (SchemaKind::Process, PROCESS),
        Schema::Alert => (SchemaKind::Alert, ALERT),
    };
    let version = version(schema, arguments.schema_version)?;
    let source = match arguments.source {
        Some(_) if arguments.form != Form::Kql => {
            return Err("--source: only the form kql is about a source".to_owned());
        }
        Some(Source::Parser(parser)) => Some(parser.manifest()),
        _ => None,
    };
    let all_versions = match arguments.form {
        Form::Table => return answer(&fields(schema, version)),
        Form::JsonSchema => return answer(json_schema(&files, version)?),
        Form::Arrow => files.arrow,
        Form::Csv => files.csv,
        Form::Markdown => files.markdown,
        Form::Kql | Form::Dcr if schema != SchemaKind::Dns => {
            return Err("--as: the forms kql and dcr are about the Dns schema alone".to_owned());
        }
        Form::Kql => return answer(&kql::all(source, arguments.schema_version.unwrap_or_default())),
        Form::Dcr => return no_version(arguments).and_then(|()| answer(&kql::stream_declaration())),
    };
    no_version(arguments)?;
    answer(all_versions)
}

/// Refuses a version for a form that covers all of them.
fn no_version(arguments: &SchemaArguments) -> Result<(), String> {
    if arguments.schema_version.is_some() {
        return Err("--schema-version: this form covers all versions; leave the flag out".to_owned());
    }
    Ok(())
}

/// The version asked for, if the schema has it; without one the schema's default.
fn version(schema: SchemaKind, asked: Option<SchemaVersion>) -> Result<VersionNumber, String> {
    let Some(asked) = asked else {
        return Ok(schema.default_version());
    };
    let versions = schema.selectable_versions();
    if versions.contains(&asked.number()) {
        return Ok(asked.number());
    }
    let versions: Vec<_> = versions.iter().map(ToString::to_string).collect();
    Err(format!(
        "--schema-version: the {schema} schema has no version {asked}; there are {}",
        versions.join(", ")
    ))
}

fn json_schema(files: &Files, version: VersionNumber) -> Result<&'static str, String> {
    let version = version.to_string();
    let found = files.json_schemas.iter().find(|(of, _)| *of == version);
    found
        .map(|(_, schema)| *schema)
        .ok_or_else(|| format!("no JSON Schema of version {version}"))
}

fn fields(schema: SchemaKind, version: VersionNumber) -> String {
    let head = ["name", "class", "type", "since", "description"].map(str::to_owned);
    let fields = schema.fields().iter().filter(|field| field.since <= version);
    let rows: Vec<_> = std::iter::once(head).chain(fields.map(row)).collect();
    table(&rows)
}

fn row(field: &FieldInfo) -> [String; 5] {
    [
        field.name.to_owned(),
        field.class.as_str().to_owned(),
        field.logical_type.to_owned(),
        field.since.to_string(),
        field.description.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_its_own_json_schema() {
        for (kind, files) in [
            (SchemaKind::Dns, DNS),
            (SchemaKind::Process, PROCESS),
            (SchemaKind::Alert, ALERT),
        ] {
            assert_eq!(files.json_schemas.len(), kind.selectable_versions().len());
            for version in kind.selectable_versions() {
                let schema: serde_json::Value =
                    serde_json::from_str(json_schema(&files, version).unwrap()).unwrap();
                let constant = |column: &str| &schema["properties"][column]["const"];
                assert_eq!(*constant("EventSchemaVersion"), version.to_string());
                assert_eq!(constant("EventSchema"), kind.name());
            }
        }
    }

    #[test]
    fn the_table_has_the_fields_of_the_version() {
        for version in [SchemaVersion::V0_1_3, SchemaVersion::V1_0_0] {
            let table = fields(SchemaKind::Dns, version.number());
            assert_eq!(table.lines().count(), version.fields().len() + 1);
        }
        let number = SchemaVersion::V0_1_3.number();
        assert!(!fields(SchemaKind::Dns, number).contains("SrcUserEntityKey"));
    }

    #[test]
    fn a_schema_has_its_own_versions() {
        assert_eq!(version(SchemaKind::Process, None).unwrap().to_string(), "0.1.4");
        let refused = version(SchemaKind::Process, Some(SchemaVersion::V1_0_0)).unwrap_err();
        assert!(refused.ends_with("there are 0.1.4"), "{refused}");
    }
}
