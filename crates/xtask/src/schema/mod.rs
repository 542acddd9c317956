//! The schema data: read, put together, checked.
//!
//! [`load`] reads the files as they are, [`resolve`] puts parts, roles, overrides and types together into one
//! [`Model`], [`check`] refuses a model that makes no sense. Emitters see the model alone.

pub(crate) mod check;
pub(crate) mod load;
pub(crate) mod names;
pub(crate) mod resolve;
pub(crate) mod tables;

use std::path::Path;

pub(crate) use load::{Class, Code, CodeSpace, EnumValue, Enumeration, Kusto, Storage, Tester, Version};

/// All schemas, and what they share.
#[derive(Debug)]
pub(crate) struct Project {
    /// The schemas, in the order of their headers' names.
    pub(crate) schemas: Vec<Model>,
    /// All enumerations, in the order of the data.
    pub(crate) enumerations: Vec<Enumeration>,
    /// The IANA code spaces.
    pub(crate) codes: Codes,
    /// The tables that logs are kept in, in the order of their names.
    pub(crate) tables: Vec<tables::Table>,
}

impl Project {
    /// Reads, resolves and checks the data under a project's root.
    pub(crate) fn read(root: &Path) -> Result<Self, String> {
        let mut project = resolve::resolve(load::read(&root.join("schemas"))?)?;
        project.tables = tables::read(&root.join("schemas/tables"))?;
        let problems = check::check_all(&project);
        if problems.is_empty() {
            Ok(project)
        } else {
            Err(problems.join("\n"))
        }
    }
}

/// One schema with everything that its events need.
#[derive(Debug)]
pub(crate) struct Model {
    /// The schema's name, such as `ProcessEvent`.
    pub(crate) name: String,
    /// The name that stands in Rust, such as `Process`.
    pub(crate) short_name: String,
    /// All versions, oldest first.
    pub(crate) versions: Vec<Version>,
    /// The version that events have unless told otherwise.
    pub(crate) default_version: usize,
    /// All fields in output order, those that the table provides among them.
    pub(crate) fields: Vec<Field>,
    /// The enumerations that its fields use, in the order of the data.
    pub(crate) enumerations: Vec<Enumeration>,
    /// The IANA code spaces.
    pub(crate) codes: Codes,
}

/// The IANA code spaces of DNS.
#[derive(Debug, Clone, Default)]
pub(crate) struct Codes {
    pub(crate) rcode: CodeSpace,
    pub(crate) rr_type: CodeSpace,
    pub(crate) opcode: CodeSpace,
    pub(crate) class: CodeSpace,
}

/// One field, with its role, its overrides and its type applied.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of its own in the data"
)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) class: Class,
    /// Name of the logical type or enumeration.
    pub(crate) logical_type: String,
    pub(crate) storage: Storage,
    pub(crate) kusto: Kusto,
    /// Hint for the JSON Schema.
    pub(crate) format: Option<String>,
    /// The published tester's name of the logical type.
    pub(crate) type_tester: Option<String>,
    pub(crate) unit: Option<String>,
    /// Index of the version that brought it.
    pub(crate) since: usize,
    pub(crate) conditional_on: Option<String>,
    pub(crate) alias_of: Vec<String>,
    pub(crate) fallback: Vec<String>,
    pub(crate) not_an_address: Vec<String>,
    pub(crate) deprecated: bool,
    pub(crate) cold: bool,
    pub(crate) constant: bool,
    /// Whether a mandatory field is demanded of every event.
    pub(crate) required: bool,
    /// The table, not the event, supplies the column.
    pub(crate) from_table: bool,
    pub(crate) tester: Tester,
    pub(crate) description: String,
    pub(crate) example: Option<String>,
    pub(crate) note: Option<String>,
}

impl Field {
    /// Whether the event has a slot for it.
    pub(crate) fn is_stored(&self) -> bool {
        self.alias_of.is_empty() && !self.constant && !self.from_table
    }

    /// Whether the column shows the first present of several slots.
    pub(crate) fn is_choice(&self) -> bool {
        self.alias_of.len() > 1 || !self.fallback.is_empty()
    }
}

/// A slot that a column may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source<'m> {
    pub(crate) field: &'m Field,
    /// Passed over while its text is an address.
    pub(crate) not_an_address: bool,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Field {}

impl Model {
    /// The short name in small letters, as files are named.
    pub(crate) fn file_name(&self) -> String {
        self.short_name.to_lowercase()
    }

    /// The fields that events show, in output order.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| !field.from_table)
    }

    /// The fields that events have slots for, in output order.
    pub(crate) fn stored(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.is_stored())
    }

    /// The field of a name.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The enumeration of a name.
    pub(crate) fn enumeration(&self, name: &str) -> Option<&Enumeration> {
        self.enumerations
            .iter()
            .find(|enumeration| enumeration.name == name)
    }

    /// The values of a field's enumeration; empty for other types.
    pub(crate) fn values(&self, field: &Field) -> &[EnumValue] {
        let enumeration = if field.storage == Storage::Enumeration {
            self.enumeration(&field.logical_type)
        } else {
            None
        };
        enumeration.map_or(&[], |enumeration| &enumeration.values)
    }

    /// The slots that a column may show, in the order in which they are tried.
    pub(crate) fn sources<'m>(&'m self, column: &'m Field) -> Vec<Source<'m>> {
        let own = column.is_stored().then_some(Source {
            field: column,
            not_an_address: false,
        });
        let targets = match column.alias_of.as_slice() {
            // One target: the column shows what the target shows.
            [target] => {
                return self
                    .field(target)
                    .map_or_else(Vec::new, |target| self.sources(target));
            }
            [] => &column.fallback,
            choice => choice,
        };
        let others = targets.iter().filter_map(|name| {
            let not_an_address = column.not_an_address.contains(name);
            Some(Source {
                field: self.field(name)?,
                not_an_address,
            })
        });
        own.into_iter().chain(others).collect()
    }

    /// The columns that show a slot: itself, its aliases, and what it stands in for.
    pub(crate) fn shows<'m>(&'m self, slot: &'m Field) -> Vec<&'m Field> {
        self.columns()
            .filter(|column| self.sources(column).iter().any(|source| source.field == slot))
            .collect()
    }

    /// The name of a version.
    pub(crate) fn version_name(&self, version: usize) -> &str {
        self.versions.get(version).map_or("", |version| &version.name)
    }

    /// The versions that events can be written in, with their places among all.
    pub(crate) fn selectable(&self) -> impl Iterator<Item = (usize, &Version)> {
        self.versions
            .iter()
            .enumerate()
            .filter(|(_, version)| version.selectable)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The root of the project.
    pub(crate) fn root() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    /// The project's own data.
    pub(crate) fn all() -> Project {
        Project::read(&root()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// The project's own data of the Dns schema.
    pub(crate) fn project() -> Model {
        let mut schemas = all().schemas.into_iter();
        schemas.find(|model| model.name == "Dns").unwrap()
    }

    #[test]
    fn a_slot_is_shown_by_itself_its_aliases_and_its_stand_ins() {
        let model = project();
        let address = model.field("DstIpAddr").unwrap();
        let names: Vec<_> = model
            .shows(address)
            .into_iter()
            .map(|field| field.name.as_str())
            .collect();
        for name in ["DstIpAddr", "DstHostname", "Dst"] {
            assert!(names.contains(&name), "{names:?}");
        }
    }

    #[test]
    fn a_choice_tries_its_slots_in_order() {
        let model = project();
        let sources = model.sources(model.field("Dst").unwrap());
        let names: Vec<_> = sources
            .iter()
            .map(|source| (source.field.name.as_str(), source.not_an_address))
            .collect();
        assert_eq!(
            names,
            [
                ("DstFQDN", false),
                ("DstHostname", true),
                ("DstIpAddr", false),
                ("DstDvcId", false)
            ]
        );
    }
}
