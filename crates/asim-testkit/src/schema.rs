//! The published JSON Schema, by a published validator.

use std::path::Path;

use asim_schema::{SchemaKind, SchemaVersion, VersionNumber};
use serde_json::Value;

/// Validates lines of output against the generated JSON Schema of one version of one schema.
pub struct Validator(jsonschema::Validator);

impl Validator {
    /// The validator of a version of a schema, such as `0.1.3` of Dns.
    pub fn of_version(schema: SchemaKind, version: VersionNumber) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../schemas/generated")
            .join(format!("{}-{version}.schema.json", schema.id()));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
        Self(
            jsonschema::draft202012::options()
                .should_validate_formats(true)
                .build(&schema)
                .expect("a 2020-12 schema"),
        )
    }

    /// What is wrong with a line, if anything.
    pub fn errors(&self, line: &str) -> Vec<String> {
        match serde_json::from_str::<Value>(line) {
            Ok(value) => self
                .0
                .iter_errors(&value)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect(),
            Err(error) => vec![error.to_string()],
        }
    }
}

/// The validator of the default version of the Dns schema.
impl Default for Validator {
    fn default() -> Self {
        Self::of_version(SchemaKind::Dns, SchemaKind::Dns.default_version())
    }
}

/// The validators of the versions in which events of each schema are written.
pub struct Validators(Vec<(SchemaKind, Validator)>);

impl Validators {
    /// The validator of each schema, the Dns schema in this version and the others in their own.
    pub fn of_dns_version(version: SchemaVersion) -> Self {
        let schemas = SchemaKind::ALL.into_iter();
        let validators = schemas.map(|schema| {
            let version = match schema {
                SchemaKind::Dns => version.number(),
                _ => schema.default_version(),
            };
            (schema, Validator::of_version(schema, version))
        });
        Self(validators.collect())
    }

    /// What is wrong with a line of a schema, if anything.
    pub fn errors(&self, schema: SchemaKind, line: &str) -> Vec<String> {
        let mut validators = self.0.iter();
        let validator = validators.find(|(own, _)| *own == schema);
        validator.map_or_else(Vec::new, |(_, validator)| validator.errors(line))
    }
}

impl Default for Validators {
    fn default() -> Self {
        Self::of_dns_version(SchemaVersion::DEFAULT)
    }
}
