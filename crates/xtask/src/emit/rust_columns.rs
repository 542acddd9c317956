//! The table of writers, and the sets and functions that tie columns to slots.

use std::fmt::Write;

use crate::schema::names::snake;
use crate::schema::{Class, Field, Kusto, Model, Source, Storage};

/// Bytes of a key that a column has room for unless told otherwise.
const USUAL_ROOM: usize = 32;

/// Everything that ties columns to slots.
pub(super) fn emit(model: &Model) -> String {
    let schema = &model.short_name;
    let (mut columns, mut writers, mut shows, mut sources) =
        (String::new(), String::new(), String::new(), String::new());
    let mut choices = String::new();
    for (index, field) in model.columns().enumerate() {
        let name = &field.name;
        let _ = writeln!(
            columns,
            "Column::new(&INFOS[{index}], br#\",\"{name}\":\"#, {}),",
            writer_of(model, field)
        );
        let columns_shown = if field.is_stored() {
            model.shows(field)
        } else {
            Vec::new()
        };
        let _ = writeln!(
            shows,
            "FieldSet::of(&[{}]),",
            list(schema, columns_shown.into_iter())
        );
        let slots = model.sources(field);
        let _ = writeln!(
            sources,
            "FieldSet::of(&[{}]),",
            list(schema, slots.iter().map(|source| source.field))
        );
        if field.is_stored() || field.is_choice() || field.constant {
            writer(model, field, &mut writers);
        }
        if field.is_choice() {
            choice(schema, field, &slots, &mut choices);
        }
    }
    let arms = source_arms(model);
    let set = |wanted: fn(&Field) -> bool| list(schema, model.columns().filter(|field| wanted(field)));
    format!(
        "//! How the columns of a {schema} event are written, and which slots they show.

use super::{lower}_field::INFOS;
{imports}use crate::json::Page;
use crate::{{{schema}Event, {schema}Field, {schema}FieldSet as FieldSet, json}};

/// A column with room for the longest key.
type Column = crate::Column<{schema}Field{room}>;

/// The columns of the {schema} schema in schema order; the index is the field's number.
pub static {upper}_COLUMNS: [Column; {schema}Field::COUNT] = [{columns}];

/// The columns whose value follows from the schema and its version.
pub(crate) const CONSTANTS: FieldSet = FieldSet::of(&[{constants}]);

/// The aliases that are written by default.
pub(crate) const ALIASES: FieldSet = FieldSet::of(&[{aliases}]);

/// The old names, written only when asked for.
pub(crate) const DEPRECATED_ALIASES: FieldSet = FieldSet::of(&[{deprecated}]);

/// The fields that live in the boxed part of the event.
pub(crate) const COLD: FieldSet = FieldSet::of(&[{cold}]);

/// For each slot: the columns that its value makes present.
pub(crate) const SHOWS: [FieldSet; {schema}Field::COUNT] = [{shows}];

/// For each column: the slots that make it present.
pub(crate) static SOURCES: [FieldSet; {schema}Field::COUNT] = [{sources}];

/// The slot that a present column shows; none for a constant.
pub(crate) fn stored_source(event: &{schema}Event<'_>, column: {schema}Field) -> Option<{schema}Field> {{
    match column {{
        {arms}
        stored => Some(stored),
    }}
}}

{choices}

{writers}
",
        imports = if choices.contains("is_address(") {
            "use crate::typed::text::is_address;\n"
        } else {
            ""
        },
        room = room(model).map_or(String::new(), |room| format!(", {room}")),
        lower = model.file_name(),
        upper = schema.to_uppercase(),
        constants = set(|field| field.constant),
        aliases = set(|field| field.class == Class::Alias && !field.deprecated),
        deprecated = set(|field| field.deprecated),
        cold = set(|field| field.cold),
    )
}

/// Bytes of the longest key, in steps that are copied at once, where the usual room does not hold it.
fn room(model: &Model) -> Option<usize> {
    let longest = model.columns().map(|field| field.name.len()).max()? + r#","":"#.len();
    (longest > USUAL_ROOM).then(|| longest.next_multiple_of(16))
}

/// The arms of the match from a column to the slot that it shows, for all columns that do not show their own.
fn source_arms(model: &Model) -> String {
    let schema = &model.short_name;
    let source_of = |column: &Field| format!("{}_source(event)", snake(&column.name));
    let mut arms: Vec<(String, Vec<&Field>)> = Vec::new();
    for column in model.columns() {
        let source = match column.alias_of.as_slice() {
            _ if column.constant => "None".to_owned(),
            _ if column.is_choice() => source_of(column),
            [name] => match model.field(name) {
                Some(target) if target.is_choice() => source_of(target),
                _ => format!("Some({schema}Field::{name})"),
            },
            _ => continue,
        };
        match arms.iter_mut().find(|(known, _)| *known == source) {
            Some((_, columns)) => columns.push(column),
            None => arms.push((source, vec![column])),
        }
    }
    arms.into_iter()
        .fold(String::new(), |mut text, (source, columns)| {
            let _ = writeln!(
                text,
                "{} => {source},",
                list(schema, columns.into_iter()).replace(", ", " | ")
            );
            text
        })
}

/// Fields as a list of Rust paths.
fn list<'m>(schema: &str, fields: impl Iterator<Item = &'m Field>) -> String {
    fields
        .map(|field| format!("{schema}Field::{}", field.name))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The name of the function that writes a column: an alias of one target has none of its own.
fn writer_of(model: &Model, field: &Field) -> String {
    match field.alias_of.as_slice() {
        [target] => model
            .field(target)
            .map_or_else(String::new, |target| writer_of(model, target)),
        _ => format!("write_{}", snake(&field.name)),
    }
}

/// The function that writes a column.
fn writer(model: &Model, field: &Field, out: &mut String) {
    let schema = &model.short_name;
    let name = snake(&field.name);
    let body = match field.name.as_str() {
        "EventSchema" => format!("json::room::put(*br#\"\"{}\"\"#, page.room, at)", model.name),
        "EventSchemaVersion" => "json::string(event.version.as_str(), page.room, at)".to_owned(),
        _ => {
            let own = field.is_stored().then(|| {
                format!(
                    "if let Some(value) = event.{name}() {{ return {}; }}",
                    write_value(field)
                )
            });
            let others = if field.is_choice() {
                format!(
                    "{name}_source(event).map_or(Some(at), |source| ({}_COLUMNS[source as usize].value)(event, page, at))",
                    schema.to_uppercase()
                )
            } else {
                "Some(at)".to_owned()
            };
            format!("{} {others}", own.unwrap_or_default())
        }
    };
    let event = if field.name == "EventSchema" {
        "_event"
    } else {
        "event"
    };
    let _ = writeln!(
        out,
        "fn write_{name}({event}: &{schema}Event<'_>, page: &mut Page<'_>, at: usize) -> Option<usize> {{ {body} }}\n"
    );
}

/// The expression that writes a present value.
fn write_value(field: &Field) -> &'static str {
    match field.storage {
        Storage::Text => "page.string(value, at)",
        Storage::Ip => "page.ip(value, at)",
        Storage::Time => "page.time(value, at)",
        Storage::Int32 => "json::integer(value.into(), page.room, at)",
        Storage::Int64 => "json::integer(value, page.room, at)",
        Storage::Port | Storage::Percent => "json::unsigned(value.into(), page.room, at)",
        Storage::Real => "json::real(value, page.room, at)",
        Storage::Bool => "json::boolean(value, page.room, at)",
        Storage::Object => "value.write_at(page.room, at)",
        Storage::Enumeration => "value.write_json(page.room, at)",
        Storage::Rcode | Storage::RrType | Storage::Class | Storage::Opcode
            if field.kusto == Kusto::String =>
        {
            "value.write_json_name(page.room, at)"
        }
        Storage::Rcode | Storage::RrType | Storage::Class | Storage::Opcode => {
            "json::unsigned(value.0.into(), page.room, at)"
        }
    }
}

/// The function that tells which slot a choice shows.
fn choice(schema: &str, field: &Field, slots: &[Source<'_>], out: &mut String) {
    let mut body = String::new();
    for Source {
        field: slot,
        not_an_address,
    } in slots
    {
        let (name, title) = (snake(&slot.name), &slot.name);
        let condition = if *not_an_address {
            format!("event.{name}().is_some_and(|text| !is_address(text))")
        } else {
            format!("event.{name}().is_some()")
        };
        let _ = writeln!(body, "if {condition} {{ return Some({schema}Field::{title}); }}");
    }
    let mut last_resort = "None".to_owned();
    for Source {
        field: slot,
        not_an_address,
    } in slots.iter().rev()
    {
        if *not_an_address {
            let (name, title) = (snake(&slot.name), &slot.name);
            last_resort = if last_resort == "None" {
                format!("event.{name}().map(|_| {schema}Field::{title})")
            } else {
                format!("event.{name}().map(|_| {schema}Field::{title}).or_else(|| {last_resort})")
            };
        }
    }
    let _ = writeln!(
        out,
        "/// The slot that `{title}` shows.
fn {name}_source(event: &{schema}Event<'_>) -> Option<{schema}Field> {{
    {body}
    {last_resort}
}}
",
        title = field.name,
        name = snake(&field.name),
    );
}
