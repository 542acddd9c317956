//! The enum of columns and what the schema says of each.

use std::fmt::Write;

use super::{hash_table, prose};
use crate::schema::names::version;
use crate::schema::{Field, Model};

/// The enum, the table of descriptions and the look-up by name.
pub(super) fn emit(model: &Model) -> String {
    let schema = &model.name;
    let (mut variants, mut all, mut infos) = (String::new(), String::new(), String::new());
    let mut names = phf_codegen::Map::<&str>::new();
    for field in model.columns() {
        let name = &field.name;
        let description = prose(&field.description);
        let _ = writeln!(variants, "/// {description}\n{name},");
        let _ = writeln!(all, "Self::{name},");
        names.entry(name, format!("{schema}Field::{name}"));
        info(model, field, &mut infos);
    }
    let count = model.columns().count();
    format!(
        "//! The columns of the {schema} schema.

use std::fmt;

use crate::{{Class, FieldInfo, KustoType, SchemaVersion, Storage}};

/// A column of the {schema} schema, aliases and constants included; the order is that of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum {schema}Field {{
    {variants}
}}

impl {schema}Field {{
    /// How many columns there are.
    pub const COUNT: usize = {count};

    /// All columns in schema order.
    pub const ALL: [Self; Self::COUNT] = [{all}];

    /// What the schema says of the column.
    #[inline]
    pub fn info(self) -> &'static FieldInfo {{
        &INFOS[self as usize]
    }}

    /// The column's name, such as `SrcIpAddr`.
    pub fn name(self) -> &'static str {{
        self.info().name
    }}

    /// The column of a name, in the schema's own letter case.
    pub fn from_name(name: &str) -> Option<Self> {{
        BY_NAME.get(name).copied()
    }}
}}

impl fmt::Display for {schema}Field {{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{
        f.pad(self.name())
    }}
}}

/// What the schema says of each column, by its number.
pub(crate) static INFOS: [FieldInfo; {schema}Field::COUNT] = [{infos}];

/// Names to columns.
static BY_NAME: phf::Map<&'static str, {schema}Field> = {names};
",
        names = hash_table(&names.build()),
    )
}

/// One entry of the table.
fn info(model: &Model, field: &Field, out: &mut String) {
    let schema = &model.name;
    let list = |names: &[String]| {
        let fields: Vec<String> = names
            .iter()
            .map(|name| format!("{schema}Field::{name}"))
            .collect();
        format!("&[{}]", fields.join(", "))
    };
    let option = |text: &Option<String>| {
        text.as_ref()
            .map_or("None".to_owned(), |text| format!("Some({text:?})"))
    };
    let values: Vec<String> = model
        .values(field)
        .iter()
        .map(|value| format!("{:?}", value.value))
        .collect();
    let storage = format!("{:?}", field.storage);
    let kusto = format!("{:?}", field.kusto);
    let partner = field
        .conditional_on
        .as_ref()
        .map_or("None".to_owned(), |name| format!("Some({schema}Field::{name})"));
    let _ = writeln!(
        out,
        "FieldInfo {{
            name: {name:?},
            class: Class::{class},
            logical_type: {logical_type:?},
            storage: Storage::{storage},
            kusto_type: KustoType::{kusto},
            unit: {unit},
            since: SchemaVersion::{since},
            alias_of: {alias_of},
            fallback: {fallback},
            not_an_address: {not_an_address},
            deprecated: {deprecated},
            cold: {cold},
            constant: {constant},
            conditional_on: {partner},
            values: &[{values}],
            description: {description:?},
            example: {example},
        }},",
        name = field.name,
        class = field.class.title(),
        logical_type = field.logical_type,
        unit = option(&field.unit),
        since = version(model.version_name(field.since)),
        alias_of = list(&field.alias_of),
        fallback = list(&field.fallback),
        not_an_address = list(&field.not_an_address),
        deprecated = field.deprecated,
        cold = field.cold,
        constant = field.constant,
        values = values.join(", "),
        description = field.description,
        example = option(&field.example),
    );
}
