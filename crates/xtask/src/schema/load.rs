//! The files under `schemas/` as they are; a key that the vocabulary does not have is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Codes;

/// How much a schema asks for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Class {
    Mandatory,
    Recommended,
    Optional,
    Conditional,
    Alias,
}

impl Class {
    /// The name as Rust and the published tester write it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Mandatory => "Mandatory",
            Self::Recommended => "Recommended",
            Self::Optional => "Optional",
            Self::Conditional => "Conditional",
            Self::Alias => "Alias",
        }
    }
}

/// How a value is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Storage {
    Text,
    Ip,
    Time,
    Int32,
    Int64,
    Port,
    Percent,
    Real,
    Bool,
    Rcode,
    RrType,
    Class,
    Opcode,
    Object,
    Enumeration,
}

/// The type of a column in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kusto {
    String,
    Int,
    Long,
    Real,
    Bool,
    Datetime,
    Dynamic,
}

impl Kusto {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::String,
        Self::Int,
        Self::Long,
        Self::Real,
        Self::Bool,
        Self::Datetime,
        Self::Dynamic,
    ];

    /// The name as Kusto writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Bool => "bool",
            Self::Datetime => "datetime",
            Self::Dynamic => "dynamic",
        }
    }
}

/// A logical type.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogicalType {
    pub(crate) name: String,
    pub(crate) storage: Storage,
    pub(crate) kusto: Kusto,
    pub(crate) tester: Option<String>,
    pub(crate) format: Option<String>,
    #[expect(dead_code, reason = "for the readers of the data; required all the same")]
    pub(crate) description: String,
}

/// A closed list of values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Enumeration {
    pub(crate) name: String,
    pub(crate) kusto: Kusto,
    pub(crate) tester: Option<String>,
    pub(crate) description: String,
    pub(crate) values: Vec<EnumValue>,
}

/// One value of an enumeration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnumValue {
    pub(crate) value: String,
    pub(crate) description: String,
    /// The version from which it is legal, by the schema's name; in other schemas it is so from the beginning.
    #[serde(default)]
    pub(crate) since: BTreeMap<String, String>,
    /// Whether the published tester lists it.
    #[serde(default = "yes")]
    pub(crate) published: bool,
}

fn yes() -> bool {
    true
}

/// `types.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Types {
    #[serde(rename = "type")]
    pub(crate) types: Vec<LogicalType>,
    #[serde(rename = "enumeration")]
    pub(crate) enumerations: Vec<Enumeration>,
}

/// The header of a schema.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) name: String,
    /// The name that stands in Rust and, in small letters, in the names of files.
    pub(crate) short_name: Option<String>,
    pub(crate) default_version: String,
    #[serde(rename = "version")]
    pub(crate) versions: Vec<Version>,
    #[serde(rename = "part")]
    pub(crate) parts: Vec<Part>,
}

/// One version of a schema.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Version {
    #[serde(rename = "version")]
    pub(crate) name: String,
    pub(crate) selectable: bool,
    pub(crate) description: String,
}

/// A file of fields as one schema uses it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) file: String,
    /// Prefix of every name in the file.
    pub(crate) role: Option<String>,
    /// What stands for `{role}` in prose.
    pub(crate) role_noun: Option<String>,
    /// The version that brought the fields to this schema, for a file that tells another schema's.
    pub(crate) since: Option<String>,
    /// Keys that replace those of the file, by the field's name in the file.
    #[serde(default, rename = "override")]
    pub(crate) overrides: BTreeMap<String, toml::Table>,
}

/// A file of fields; entries stay tables until overrides have been applied.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    pub(crate) field: Vec<toml::Table>,
}

/// One field as the data has it, overrides applied.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of its own in the data"
)]
pub(crate) struct FieldEntry {
    pub(crate) name: String,
    pub(crate) class: Class,
    #[serde(rename = "type")]
    pub(crate) logical_type: String,
    pub(crate) since: String,
    pub(crate) unit: Option<String>,
    pub(crate) conditional_on: Option<String>,
    #[serde(default)]
    pub(crate) alias_of: Vec<String>,
    #[serde(default)]
    pub(crate) fallback: Vec<String>,
    #[serde(default)]
    pub(crate) not_an_address: Vec<String>,
    #[serde(default)]
    pub(crate) deprecated: bool,
    #[serde(default)]
    pub(crate) cold: bool,
    #[serde(default)]
    pub(crate) constant: bool,
    #[serde(default = "yes")]
    pub(crate) required: bool,
    pub(crate) provided_by: Option<Provider>,
    #[serde(default)]
    pub(crate) tester: Tester,
    #[serde(default)]
    pub(crate) omit: bool,
    pub(crate) description: String,
    pub(crate) example: Option<String>,
    pub(crate) note: Option<String>,
}

/// Who supplies a column that events do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Provider {
    Table,
}

/// Where the published tester's row differs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tester {
    pub(crate) class: Option<Class>,
    #[serde(rename = "type")]
    pub(crate) column_type: Option<String>,
    pub(crate) logical: Option<String>,
    pub(crate) values: Option<Vec<String>>,
    pub(crate) aliased: Option<String>,
    /// The published tester has no such row.
    #[serde(default)]
    pub(crate) absent: bool,
}

/// One IANA registry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeSpace {
    pub(crate) source: String,
    pub(crate) updated: String,
    #[serde(rename = "code")]
    pub(crate) codes: Vec<Code>,
    #[serde(default, rename = "range")]
    #[expect(dead_code, reason = "for the readers of the data")]
    pub(crate) ranges: Vec<Range>,
}

/// One assigned code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    #[serde(rename = "code")]
    pub(crate) number: u16,
    pub(crate) name: String,
    /// The registry's own spelling.
    pub(crate) iana: Option<String>,
    pub(crate) meaning: String,
    pub(crate) reference: String,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    #[serde(default)]
    pub(crate) obsolete: bool,
}

/// Numbers that are no codes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "for the readers of the data; its form is checked all the same"
)]
pub(crate) struct Range {
    pub(crate) from: u16,
    pub(crate) to: u16,
    pub(crate) meaning: String,
}

/// All files of all schemas.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) types: Types,
    /// The header of each schema, by the name of its file.
    pub(crate) headers: BTreeMap<String, Header>,
    /// The files that the headers name.
    pub(crate) fields: BTreeMap<String, Fields>,
    pub(crate) codes: Codes,
}

/// The file of types and enumerations; every other file beside it is the header of a schema.
const TYPES: &str = "types.toml";

/// Reads all files in the folder `schemas`.
pub(crate) fn read(schemas: &Path) -> Result<Files, String> {
    let mut headers = BTreeMap::new();
    let mut fields = BTreeMap::new();
    for name in headers_in(schemas).map_err(|error| format!("schemas: {error}"))? {
        let header: Header = file(schemas, &name)?;
        for part in &header.parts {
            if !fields.contains_key(&part.file) {
                fields.insert(part.file.clone(), file(schemas, &part.file)?);
            }
        }
        headers.insert(name, header);
    }
    let codes = Codes {
        rcode: file(schemas, "iana/rcode.toml")?,
        rr_type: file(schemas, "iana/rrtype.toml")?,
        opcode: file(schemas, "iana/opcode.toml")?,
        class: file(schemas, "iana/class.toml")?,
    };
    Ok(Files {
        types: file(schemas, TYPES)?,
        headers,
        fields,
        codes,
    })
}

/// The names of the files with headers.
fn headers_in(schemas: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(schemas)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == "toml")
            && name != TYPES
        {
            names.push(name);
        }
    }
    Ok(names)
}

/// Reads one file; the error names it, and the line where TOML or a key is wrong.
fn file<T: DeserializeOwned>(schemas: &Path, name: &str) -> Result<T, String> {
    let text = fs::read_to_string(schemas.join(name)).map_err(|error| format!("schemas/{name}: {error}"))?;
    toml::from_str(&text).map_err(|error| format!("schemas/{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_refused_everywhere() {
        for (kind, error) in [
            (
                "type",
                toml::from_str::<LogicalType>("name='A'\nstorage='ip'\nkusto='int'\ndescription=''\nnew=1")
                    .err(),
            ),
            ("part", toml::from_str::<Part>("file='a'\nnew=1").err()),
            (
                "version",
                toml::from_str::<Version>("version='1'\nselectable=true\ndescription=''\nnew=1").err(),
            ),
            ("tester", toml::from_str::<Tester>("new=1").err()),
            (
                "code",
                toml::from_str::<Code>("code=1\nname='A'\nmeaning=''\nreference=''\nnew=1").err(),
            ),
            (
                "field",
                toml::from_str::<FieldEntry>(
                    "name='A'\nclass='alias'\ntype='T'\nsince='1'\ndescription=''\nnew=1",
                )
                .err(),
            ),
        ] {
            assert!(
                error.is_some_and(|error| error.to_string().contains("unknown field `new`")),
                "{kind}"
            );
        }
    }
}
