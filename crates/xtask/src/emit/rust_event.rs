//! The event: its slots, its accessors and dynamic access.

use std::fmt::Write;

use super::prose;
use crate::schema::names::snake;
use crate::schema::{Field, Kusto, Model, Storage};

/// The type of a field's slot, without the option.
pub(super) fn slot_type(field: &Field) -> &str {
    match field.storage {
        Storage::Text => "Cow<'r, str>",
        Storage::Ip => "IpAddr",
        Storage::Time => "Timestamp",
        Storage::Int32 => "i32",
        Storage::Int64 => "i64",
        Storage::Port => "u16",
        Storage::Percent => "u8",
        Storage::Real => "f64",
        Storage::Bool => "bool",
        Storage::Rcode => "Rcode",
        Storage::RrType => "RrType",
        Storage::Class => "DnsClass",
        Storage::Opcode => "Opcode",
        Storage::Object => "AdditionalFields<'r>",
        Storage::Enumeration => &field.logical_type,
    }
}

/// The slots, the making of an event, and owning it.
pub(super) fn emit(model: &Model) -> String {
    let schema = &model.short_name;
    let (cold, hot): (Vec<&Field>, Vec<&Field>) = model.stored().partition(|field| field.cold);
    let slots = |fields: &[&Field]| {
        fields.iter().fold(String::new(), |mut slots, field| {
            let _ = writeln!(
                slots,
                "pub(crate) {}: Option<{}>,",
                snake(&field.name),
                slot_type(field)
            );
            slots
        })
    };
    let each = |fields: &[&Field], from: &str| {
        fields.iter().fold(String::new(), |mut each, field| {
            let name = snake(&field.name);
            let _ = match field.storage {
                Storage::Text => writeln!(each, "{name}: {from}.{name}.map(owned),"),
                Storage::Object => writeln!(each, "{name}: {from}.{name}.map(AdditionalFields::into_owned),"),
                _ => writeln!(each, "{name}: {from}.{name},"),
            };
            each
        })
    };
    let none: Vec<String> = hot
        .iter()
        .map(|field| format!("{}: None", snake(&field.name)))
        .collect();
    format!(
        "//! The slots of a {schema} event.

use std::borrow::Cow;
use std::net::IpAddr;

use super::{lower}_columns::CONSTANTS;
use super::enumerations::{{{lists}}};
use crate::{{AdditionalFields, {types}{schema}FieldSet as FieldSet, {schema}Version as SchemaVersion, Timestamp}};

/// One event of the {schema} schema: a typed slot for every field that has a value of its own.
///
/// Text stays borrowed from the input (`'r`) where that is possible; [`{schema}Event::into_owned`] makes the event
/// independent of it. A field that is not set is absent; there are no special values for that.
#[derive(Clone)]
pub struct {schema}Event<'r> {{
    /// The columns that show a value in some version: own values, aliases, stand-ins and constants.
    pub(crate) present: FieldSet,
    pub(crate) version: SchemaVersion,
    {hot_slots}
    pub(crate) cold: Option<Box<{schema}Cold<'r>>>,
}}

/// The slots that sources rarely fill.
#[derive(Clone, Default)]
pub(crate) struct {schema}Cold<'r> {{
    {cold_slots}
}}

impl {schema}Event<'_> {{
    /// An event without values but `EventCount` 1, which is what a record stands for.
    pub fn new(version: SchemaVersion) -> Self {{
        let mut event = Self::blank(version);
        event.set_event_count(1);
        event
    }}

    /// An event without any value.
    pub(crate) fn blank(version: SchemaVersion) -> Self {{
        Self {{ present: CONSTANTS, version, {none}, cold: None }}
    }}

    /// The same event, borrowing nothing.
    pub fn into_owned(self) -> {schema}Event<'static> {{
        {schema}Event {{
            present: self.present,
            version: self.version,
            {hot_owned}
            cold: self.cold.map(|cold| Box::new(cold.into_owned())),
        }}
    }}
}}

impl {schema}Cold<'_> {{
    /// The same slots, borrowing nothing.
    fn into_owned(self) -> {schema}Cold<'static> {{
        {schema}Cold {{ {cold_owned} }}
    }}
}}

/// The same text, borrowing nothing.
fn owned(text: Cow<'_, str>) -> Cow<'static, str> {{
    Cow::Owned(text.into_owned())
}}
",
        lower = model.file_name(),
        lists = enumerations(model),
        types = code_types(model),
        none = none.join(", "),
        hot_slots = slots(&hot),
        cold_slots = slots(&cold),
        hot_owned = each(&hot, "self"),
        cold_owned = each(&cold, "self"),
    )
}

/// The code spaces that slots of the schema use, each with a comma, for an import.
fn code_types(model: &Model) -> String {
    let mut types: Vec<&str> = model
        .stored()
        .filter(|field| {
            matches!(
                field.storage,
                Storage::Rcode | Storage::RrType | Storage::Class | Storage::Opcode
            )
        })
        .map(slot_type)
        .collect();
    types.sort_unstable();
    types.dedup();
    types
        .iter()
        .fold(String::new(), |list, name| format!("{list}{name}, "))
}

/// The enumerations that slots of the schema use, for an import.
fn enumerations(model: &Model) -> String {
    let mut names: Vec<&str> = model
        .stored()
        .filter(|field| field.storage == Storage::Enumeration)
        .map(slot_type)
        .collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

/// How the documentation of an accessor names what the value is.
fn summary(model: &Model, field: &Field) -> String {
    let mut summary = prose(&field.description);
    if let Some(unit) = &field.unit {
        let _ = write!(summary, " Unit: {unit}.");
    }
    if field.since > model.default_version {
        let _ = write!(
            summary,
            " Shown from schema version {} on.",
            model.version_name(field.since)
        );
    }
    summary
}

/// Setters, getters and clearers.
pub(super) fn accessors(model: &Model) -> String {
    let schema = &model.short_name;
    let mut body = String::new();
    for field in model.stored() {
        accessor(model, field, &mut body);
    }
    format!(
        "//! Typed access to the slots of a {schema} event, in schema order.

use std::borrow::Cow;
use std::net::IpAddr;

use super::{lower}_columns::{{COLD, SHOWS}};
use super::enumerations::{{{lists}}};
use crate::{{AdditionalFields, {types}{schema}Event, {schema}Field, Timestamp}};

impl<'r> {schema}Event<'r> {{
{body}
}}
",
        lower = model.file_name(),
        lists = enumerations(model),
        types = code_types(model),
    )
}

/// The three accessors of one field.
fn accessor(model: &Model, field: &Field, out: &mut String) {
    let schema = &model.short_name;
    let (name, title, summary) = (snake(&field.name), &field.name, summary(model, field));
    let (argument, given) = match field.storage {
        Storage::Text => ("impl Into<Cow<'r, str>>", "value.into()"),
        _ => (slot_type(field), "value"),
    };
    let (result, read) = match field.storage {
        Storage::Text => ("&str", ".as_deref()"),
        Storage::Object => ("&AdditionalFields<'r>", ".as_ref()"),
        _ => (slot_type(field), ""),
    };
    let (place, slot, emptied) = if field.cold {
        (
            format!("self.cold.get_or_insert_default().{name}"),
            format!("self.cold.as_deref()?.{name}"),
            format!("if let Some(cold) = &mut self.cold {{ cold.{name} = None; }}"),
        )
    } else {
        (
            format!("self.{name}"),
            format!("self.{name}"),
            format!("self.{name} = None;"),
        )
    };
    let unboxed = if field.cold {
        "if !self.present.intersects(COLD) { self.cold = None; }"
    } else {
        ""
    };
    let (guard, guard_doc) = if field.storage == Storage::Real {
        (
            format!("if !value.is_finite() {{ return self.clear_{name}(); }}"),
            "///\n/// A number that is not finite leaves the field absent.\n",
        )
    } else {
        (String::new(), "")
    };
    let range = if field.storage == Storage::Percent {
        " 0 to 100; the setter does not check."
    } else {
        ""
    };
    let stand_in = match field.fallback.as_slice() {
        [] => String::new(),
        names => format!(
            "///\n/// This is the field's own value; the column shows {} where it has none.\n",
            names
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", else ")
        ),
    };
    let _ = write!(
        out,
        "
/// `{title}`: {summary}{range}
{stand_in}#[inline]
pub fn {name}(&self) -> Option<{result}> {{
    {slot}{read}
}}

/// Sets `{title}`.
{guard_doc}#[inline]
pub fn set_{name}(&mut self, value: {argument}) {{
    {guard}
    {place} = Some({given});
    self.present = self.present.union(const {{ SHOWS[{schema}Field::{title} as usize] }});
}}

/// Makes `{title}` absent.
pub fn clear_{name}(&mut self) {{
    {emptied}
    self.forget({schema}Field::{title});
    {unboxed}
}}
"
    );
}

/// Access by a field that is known only at run time.
pub(super) fn dynamic(model: &Model) -> String {
    let schema = &model.short_name;
    let (mut stored, mut is_stored, mut set, mut clear) =
        (String::new(), String::new(), String::new(), String::new());
    for field in model.stored() {
        let (name, title) = (snake(&field.name), &field.name);
        let value = shown(field);
        let _ = writeln!(
            stored,
            "{schema}Field::{title} => self.{name}().map(|value| show.{value}),"
        );
        let _ = writeln!(is_stored, "{schema}Field::{title} => self.{name}().is_some(),");
        let _ = writeln!(
            set,
            "{schema}Field::{title} => {{ self.set_{name}(checked(field, {})?); }}",
            from_value(field)
        );
        let _ = writeln!(clear, "{schema}Field::{title} => self.clear_{name}(),");
    }
    let pattern = |wanted: fn(&Field) -> bool| {
        let names = model
            .columns()
            .filter(|field| wanted(field))
            .map(|field| format!("{schema}Field::{}", field.name));
        names.collect::<Vec<_>>().join(" | ")
    };
    let aliases = pattern(|field| !field.alias_of.is_empty());
    let constants = pattern(|field| field.constant);
    format!(
        "//! Access to the slots of a {schema} event by a field that is known only at run time.
#![expect(clippy::too_many_lines, reason = \"one line a slot\")]

use std::borrow::Cow;

use crate::value::from_value::{{self, Checked}};
use crate::{{{schema}Event, {schema}Field, SetError, Show, Value}};
use super::enumerations::{{{lists}}};

impl<'r> {schema}Event<'r> {{
    /// Sets a column to a value of its type.
    ///
    /// Aliases and constants cannot be set. A column of numbers takes a number within its range; a column of text,
    /// addresses, instants, names of codes or listed values takes text too, if the text is such a value.
    pub fn set(&mut self, field: {schema}Field, value: Value<'r>) -> Result<(), SetError<{schema}Field>> {{
        match field {{
            {set}
            {aliases} => return Err(SetError::Alias(field)),
            {constants} => return Err(SetError::Constant(field)),
        }}
        Ok(())
    }}

    /// Makes a column's own value absent; aliases and constants have none.
    pub fn clear(&mut self, field: {schema}Field) {{
        match field {{
            {clear}
            {aliases} | {constants} => {{}}
        }}
    }}

    /// Shows the value in the slot of a field; none for a column without a slot.
    #[inline]
    pub(crate) fn show_stored<'e, S: Show<'e>>(&'e self, field: {schema}Field, show: S) -> Option<S::Shown> {{
        match field {{
            {stored}
            {aliases} | {constants} => None,
        }}
    }}

    /// Whether the field has a value of its own.
    pub fn is_stored(&self, field: {schema}Field) -> bool {{
        match field {{
            {is_stored}
            {aliases} | {constants} => false,
        }}
    }}
}}

/// A value that fits the column, or why it does not.
fn checked<T>(field: {schema}Field, value: Checked<T>) -> Result<T, SetError<{schema}Field>> {{
    value.ok_or(SetError::WrongType(field))?.ok_or(SetError::OutOfRange(field))
}}
",
        lists = enumerations(model),
    )
}

/// The call that shows what a getter returns.
fn shown(field: &Field) -> &'static str {
    match field.storage {
        Storage::Text => "text(Cow::Borrowed(value))",
        Storage::Enumeration => "text(Cow::Borrowed(value.as_str()))",
        Storage::Ip => "ip(value)",
        Storage::Time => "time(value)",
        Storage::Int64 => "integer(value)",
        Storage::Int32 | Storage::Port | Storage::Percent => "integer(value.into())",
        Storage::Real => "real(value)",
        Storage::Bool => "boolean(value)",
        Storage::Object => "object(value)",
        Storage::Rcode | Storage::RrType | Storage::Class | Storage::Opcode
            if field.kusto == Kusto::String =>
        {
            "text(value.text())"
        }
        Storage::Rcode | Storage::RrType | Storage::Class | Storage::Opcode => "integer(value.0.into())",
    }
}

/// The conversion of a dynamic value to what a setter takes.
fn from_value(field: &Field) -> String {
    let names = if field.kusto == Kusto::String { "_name" } else { "" };
    match field.storage {
        Storage::Text => "from_value::text(value)".to_owned(),
        Storage::Object => "from_value::object(value)".to_owned(),
        Storage::Enumeration => {
            format!(
                "from_value::enumeration(&value, {}::from_str_ignore_case)",
                field.logical_type
            )
        }
        Storage::Ip => "from_value::ip(&value)".to_owned(),
        Storage::Time => "from_value::time(&value)".to_owned(),
        Storage::Int32 | Storage::Int64 | Storage::Port => "from_value::integer(&value)".to_owned(),
        Storage::Percent => "from_value::percent(&value)".to_owned(),
        Storage::Real => "from_value::real(&value)".to_owned(),
        Storage::Bool => "from_value::boolean(&value)".to_owned(),
        Storage::Rcode => format!("from_value::rcode{names}(&value)"),
        Storage::RrType => format!("from_value::rr_type{names}(&value)"),
        Storage::Class => format!("from_value::class{names}(&value)"),
        Storage::Opcode => format!("from_value::opcode{names}(&value)"),
    }
}
