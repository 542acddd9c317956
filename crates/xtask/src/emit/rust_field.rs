//! The enum of columns and what the schema says of each.

use std::fmt::Write;

use super::{hash_table, prose};
use crate::schema::names::version;
use crate::schema::{Field, Model};

/// The enum, the table of descriptions and the look-up by name.
pub(super) fn emit(model: &Model) -> String {
    let schema = &model.short_name;
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
        "//! The columns of the {name} schema.

use std::fmt;

use crate::{{Class, FieldInfo, KustoType, {schema}Version as SchemaVersion, Storage}};

/// A column of the {name} schema, aliases and constants included; the order is that of the schema.
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

    /// The targets of an alias in order, of which the first that is present shows; of another column none.
    pub const fn alias_of(self) -> &'static [Self] {{
        match self {{
            {alias_of}
        }}
    }}

    /// The columns that stand in for this one while it is not set itself, in order.
    pub const fn fallback(self) -> &'static [Self] {{
        match self {{
            {fallback}
        }}
    }}

    /// The column that a conditional one belongs to.
    pub const fn conditional_on(self) -> Option<Self> {{
        match self {{
            {partners}
        }}
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
        name = model.name,
        alias_of = lists(model, |field| &field.alias_of),
        fallback = lists(model, |field| &field.fallback),
        partners = arms(model, "None", |field| {
            field
                .conditional_on
                .as_ref()
                .map(|name| format!("Some(Self::{name})"))
        }),
        names = hash_table(&names.build()),
    )
}

/// The arms of a match from a column to a list of columns.
fn lists(model: &Model, list: fn(&Field) -> &[String]) -> String {
    arms(model, "&[]", |field| match list(field) {
        [] => None,
        names => Some(format!("&[Self::{}]", names.join(", Self::"))),
    })
}

/// The arms of a match from a column to something that few columns have.
fn arms(model: &Model, others: &str, value: impl Fn(&Field) -> Option<String>) -> String {
    let mut values: Vec<(String, Vec<&str>)> = Vec::new();
    for field in model.columns() {
        let Some(value) = value(field) else { continue };
        match values.iter_mut().find(|(known, _)| *known == value) {
            Some((_, fields)) => fields.push(&field.name),
            None => values.push((value, vec![&field.name])),
        }
    }
    let mut arms = values
        .into_iter()
        .fold(String::new(), |mut arms, (value, fields)| {
            let _ = writeln!(arms, "Self::{} => {value},", fields.join(" | Self::"));
            arms
        });
    let _ = writeln!(arms, "_ => {others},");
    arms
}

/// One entry of the table.
fn info(model: &Model, field: &Field, out: &mut String) {
    let list = |names: &[String]| format!("&{names:?}");
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
    let _ = writeln!(
        out,
        "FieldInfo {{
            name: {name:?},
            class: Class::{class},
            logical_type: {logical_type:?},
            storage: Storage::{storage},
            kusto_type: KustoType::{kusto},
            unit: {unit},
            since: SchemaVersion::{since}.number(),
            alias_of: {alias_of},
            fallback: {fallback},
            not_an_address: {not_an_address},
            deprecated: {deprecated},
            cold: {cold},
            constant: {constant},
            conditional_on: {conditional_on},
            values: &[{values}],
            description: {description:?},
            example: {example},
        }},",
        name = field.name,
        class = field.class.title(),
        logical_type = field.logical_type,
        unit = option(&field.unit),
        conditional_on = option(&field.conditional_on),
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
