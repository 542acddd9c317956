//! The published JSON Schema, by a published validator.

use std::path::Path;

use serde_json::Value;

/// Validates lines of output against the generated JSON Schema of one schema version.
pub struct Validator(jsonschema::Validator);

impl Validator {
    /// The validator of a version of the Dns schema, such as `0.1.3`.
    pub fn of_version(version: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../schemas/generated")
            .join(format!("dns-{version}.schema.json"));
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

impl Default for Validator {
    fn default() -> Self {
        Self::of_version(asim_schema::SchemaVersion::DEFAULT.as_str())
    }
}
