//! The enum of schema versions and the columns of each.

use std::fmt::Write;

use super::prose;
use crate::schema::Model;
use crate::schema::names::version;

/// The enum and the masks.
pub(super) fn emit(model: &Model) -> String {
    let schema = &model.short_name;
    let (mut variants, mut names, mut numbers, mut masks) =
        (String::new(), String::new(), String::new(), String::new());
    let mut before = "FieldSet::EMPTY".to_owned();
    for (index, entry) in model.versions.iter().enumerate() {
        let variant = version(&entry.name);
        let _ = writeln!(
            variants,
            "/// Version {}. {}\n{variant},",
            entry.name,
            prose(&entry.description)
        );
        let _ = writeln!(names, "Self::{variant} => {:?},", entry.name);
        let _ = writeln!(
            numbers,
            "Self::{variant} => VersionNumber::{}({}),",
            if entry.name.matches('.').count() == 1 {
                "of_two"
            } else {
                "new"
            },
            entry.name.replace('.', ", ")
        );
        let added: Vec<String> = model
            .columns()
            .filter(|field| field.since == index)
            .map(|field| format!("{schema}Field::{}", field.name))
            .collect();
        let _ = writeln!(
            masks,
            "/// The columns of version {}.\nconst {variant}: FieldSet = {before}.union(FieldSet::of(&[{}]));\n",
            entry.name,
            added.join(", ")
        );
        before = variant;
    }
    let all: Vec<String> = model.versions.iter().map(|entry| version(&entry.name)).collect();
    let selectable: Vec<String> = model
        .selectable()
        .map(|(_, entry)| format!("Self::{}", version(&entry.name)))
        .collect();
    format!(
        "//! The versions of the {schema_name} schema.

use crate::{{{schema}Field, {schema}FieldSet as FieldSet, VersionNumber}};

/// A version of the schema, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum {schema}Version {{
    {variants}
}}

impl {schema}Version {{
    /// The version that events have unless told otherwise.
    pub const DEFAULT: Self = Self::{default};

    /// All versions, oldest first.
    pub const ALL: [Self; {count}] = [{all_self}];

    /// The versions that events can be written in, oldest first.
    pub const SELECTABLE: &'static [Self] = &[{selectable}];

    /// The version as in `EventSchemaVersion`.
    pub const fn as_str(self) -> &'static str {{
        match self {{
            {names}
        }}
    }}

    /// The version as a number, which versions of all schemas have.
    pub const fn number(self) -> VersionNumber {{
        match self {{
            {numbers}
        }}
    }}

    /// The version of that name, also one that events cannot be written in any more.
    pub fn from_name(name: &str) -> Option<Self> {{
        Self::ALL.into_iter().find(|version| version.as_str() == name)
    }}

    /// The columns that the version has.
    #[inline]
    pub const fn fields(self) -> FieldSet {{
        FIELDS[self as usize]
    }}
}}

/// The columns of each version.
const FIELDS: [FieldSet; {count}] = [{all}];

{masks}
",
        schema_name = model.name,
        default = version(model.version_name(model.default_version)),
        count = all.len(),
        all = all.join(", "),
        all_self = all
            .iter()
            .map(|variant| format!("Self::{variant}"))
            .collect::<Vec<_>>()
            .join(", "),
        selectable = selectable.join(", "),
    )
}
