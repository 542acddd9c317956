//! What all schemas have together: the list of generated modules, and the enums over schemas and events.

use std::fmt::Write;

use crate::schema::Model;

/// The table of contents of the generated modules.
pub(super) fn modules(schemas: &[Model]) -> String {
    let mut text = "//! What follows from the schema data.

pub mod code_tables;
mod codes;
pub(crate) mod enumerations;
pub(crate) mod event;
pub(crate) mod tables;
"
    .to_owned();
    for schema in schemas.iter().map(Model::file_name) {
        let _ = write!(
            text,
            "mod {schema}_accessors;
pub(crate) mod {schema}_columns;
mod {schema}_dynamic;
pub(crate) mod {schema}_event;
pub(crate) mod {schema}_field;
pub(crate) mod {schema}_tester;
pub(crate) mod {schema}_version;
"
        );
    }
    text
}

/// The enums, and what both know of each schema.
#[expect(clippy::too_many_lines, reason = "the text of a file")]
pub(super) fn emit(schemas: &[Model]) -> String {
    let each = |line: fn(&Model) -> String| schemas.iter().map(line).collect::<String>();
    let all: Vec<String> = schemas
        .iter()
        .map(|model| format!("Self::{}", model.short_name))
        .collect();
    format!(
        "//! An event of any schema.

use super::{{{modules}}};
use crate::conformance::TesterRow;
use crate::{{FieldInfo, UnknownVersion, ValueRef, VersionNumber}};
use crate::{{{types}}};

/// The schemas that events can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SchemaKind {{
    {kinds}
}}

impl SchemaKind {{
    /// All schemas.
    pub const ALL: [Self; {count}] = [{all}];

    /// The schema's name, as in `EventSchema`.
    pub const fn name(self) -> &'static str {{
        match self {{
            {names}
        }}
    }}

    /// The schema's short name in small letters, as commands and files have it.
    pub const fn id(self) -> &'static str {{
        match self {{
            {ids}
        }}
    }}

    /// What the schema says of its columns, in schema order.
    pub const fn fields(self) -> &'static [FieldInfo] {{
        match self {{
            {fields}
        }}
    }}

    /// What the schema says of the column of a name, in the schema's own letter case.
    pub fn field(self, name: &str) -> Option<&'static FieldInfo> {{
        match self {{
            {field}
        }}
    }}

    /// The version that events have unless told otherwise.
    pub const fn default_version(self) -> VersionNumber {{
        match self {{
            {default_versions}
        }}
    }}

    /// All versions, oldest first.
    pub fn versions(self) -> Vec<VersionNumber> {{
        match self {{
            {versions}
        }}
    }}

    /// The versions that events can be written in, oldest first.
    pub fn selectable_versions(self) -> Vec<VersionNumber> {{
        match self {{
            {selectable}
        }}
    }}

    /// The published tester's list for the schema, in the order of its names.
    pub const fn tester_rows(self) -> &'static [TesterRow] {{
        match self {{
            {rows}
        }}
    }}
}}

/// An event of any schema.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event<'r> {{
    {variants}
}}

impl Event<'_> {{
    /// The event's schema.
    pub const fn schema(&self) -> SchemaKind {{
        match self {{
            {schema}
        }}
    }}

    /// The schema version that the event is written in.
    pub fn version(&self) -> VersionNumber {{
        match self {{
            {version}
        }}
    }}

    /// Writes the event in another schema version from now on.
    ///
    /// # Errors
    ///
    /// When the event's schema has no such version; the event stays as it is.
    pub fn set_version(&mut self, version: impl Into<VersionNumber>) -> Result<(), UnknownVersion> {{
        let version = version.into();
        match self {{
            {set_version}
        }}
        Ok(())
    }}

    /// What the column of that name shows; none also when the schema has no such column.
    pub fn get_by_name(&self, name: &str) -> Option<ValueRef<'_>> {{
        match self {{
            {get}
        }}
    }}

    /// The same event, borrowing nothing.
    pub fn into_owned(self) -> Event<'static> {{
        match self {{
            {owned}
        }}
    }}
}}

{conversions}
",
        count = schemas.len(),
        all = all.join(", "),
        modules = each(|model| format!("{0}_field, {0}_tester, ", model.file_name())),
        types = each(|model| format!("{0}Event, {0}Field, {0}Version, ", model.short_name)),
        kinds = each(|model| format!("/// The {} schema.\n{},\n", model.name, model.short_name)),
        names = each(|model| format!("Self::{} => {:?},\n", model.short_name, model.name)),
        ids = each(|model| format!("Self::{} => {:?},\n", model.short_name, model.file_name())),
        fields = each(|model| format!(
            "Self::{} => &{}_field::INFOS,\n",
            model.short_name,
            model.file_name()
        )),
        field = each(|model| format!(
            "Self::{0} => {0}Field::from_name(name).map({0}Field::info),\n",
            model.short_name
        )),
        default_versions =
            each(|model| format!("Self::{0} => {0}Version::DEFAULT.number(),\n", model.short_name)),
        versions = each(|model| format!(
            "Self::{0} => {0}Version::ALL.iter().copied().map({0}Version::number).collect(),\n",
            model.short_name
        )),
        selectable = each(|model| format!(
            "Self::{0} => {0}Version::SELECTABLE.iter().copied().map({0}Version::number).collect(),\n",
            model.short_name
        )),
        rows = each(|model| format!(
            "Self::{} => &{}_tester::ROWS,\n",
            model.short_name,
            model.file_name()
        )),
        variants = each(|model| format!(
            "/// An event of the {} schema.\n{1}({1}Event<'r>),\n",
            model.name, model.short_name
        )),
        schema = each(|model| format!("Self::{0}(_) => SchemaKind::{0},\n", model.short_name)),
        version = each(|model| format!("Self::{}(event) => event.version().number(),\n", model.short_name)),
        set_version = each(|model| format!(
            "Self::{0}(event) => event.set_version({0}Version::try_from(version)?),\n",
            model.short_name
        )),
        get = each(|model| format!("Self::{}(event) => event.get_by_name(name),\n", model.short_name)),
        owned = each(|model| format!(
            "Self::{0}(event) => Event::{0}(event.into_owned()),\n",
            model.short_name
        )),
        conversions = each(|model| format!(
            "impl<'r> From<{0}Event<'r>> for Event<'r> {{
    fn from(event: {0}Event<'r>) -> Self {{
        Self::{0}(event)
    }}
}}

",
            model.short_name
        )),
    )
}
