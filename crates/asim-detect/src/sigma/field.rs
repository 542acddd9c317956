//! What rules call a value, and where an event has it.

use std::borrow::Cow;
use std::collections::HashMap;

use asim_schema::{AdditionalFields, AdditionalValue, SchemaEvent, SchemaField, ValueRef};
use rsigma_eval::EventValue;

use super::logsource::Gate;

/// One line of a mapping: what rules call a value, the columns that it is read from, and how.
pub(super) struct Mapping<F: SchemaField> {
    /// The names in rules, in any letter case.
    pub(super) names: &'static [&'static str],
    /// The columns, for people.
    pub(super) columns: &'static [&'static str],
    /// The value that an event has.
    pub(super) read: for<'e> fn(&'e F::Event<'e>) -> Option<EventValue<'e>>,
}

/// A schema whose events rules may look at.
pub(super) trait Mapped: SchemaField {
    /// The mapping.
    const MAPPINGS: &'static [Mapping<Self>];
    /// The columns that name the client, by which windows group.
    const CLIENT: &'static [&'static str];

    /// The columns of the source that have none in the schema.
    fn additional<'e>(event: &'e Self::Event<'e>) -> Option<&'e AdditionalFields<'e>>;

    /// Whether a rule behind this gate may look at the event.
    fn passes(gate: Gate, event: &Self::Event<'_>) -> bool;
}

/// Where a value of an event is.
enum Access<F: SchemaField> {
    Mapped(&'static Mapping<F>),
    /// A column of the schema under its own name.
    Column(F),
    /// A column of the source that the schema does not have.
    Additional(Box<str>),
}

/// The values that loaded rules ask for, by number.
pub(super) struct Fields<F: SchemaField> {
    accesses: Vec<Access<F>>,
    numbers: HashMap<String, usize>,
}

impl<F: SchemaField> Default for Fields<F> {
    fn default() -> Self {
        Self {
            accesses: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<F: Mapped> Fields<F> {
    /// The number of the value that rules call so.
    pub(super) fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let mapping = F::MAPPINGS
            .iter()
            .find(|mapping| mapping.names.iter().any(|own| own.eq_ignore_ascii_case(name)));
        self.accesses.push(match (mapping, F::from_name(name)) {
            (Some(mapping), _) => Access::Mapped(mapping),
            (None, Some(field)) => Access::Column(field),
            (None, None) => Access::Additional(name.into()),
        });
        let number = self.accesses.len() - 1;
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The columns that a value is read from; none of one that the schema does not have.
    pub(super) fn columns(&self, number: usize) -> Vec<&'static str> {
        match self.accesses.get(number) {
            Some(Access::Mapped(mapping)) => mapping.columns.to_vec(),
            Some(Access::Column(field)) => vec![field.info().name],
            Some(Access::Additional(_)) | None => Vec::new(),
        }
    }

    /// Whether the value names the client.
    pub(super) fn is_client(&self, number: usize) -> bool {
        let columns = self.columns(number);
        columns.first().is_some_and(|column| F::CLIENT.contains(column))
    }

    /// The value of an event.
    pub(super) fn read<'e>(&self, number: usize, event: &'e F::Event<'e>) -> Option<EventValue<'e>> {
        match self.accesses.get(number)? {
            Access::Mapped(mapping) => (mapping.read)(event),
            Access::Column(field) => of_column(SchemaEvent::get(event, *field)?),
            Access::Additional(name) => of_additional(F::additional(event)?.get(name)?),
        }
    }
}

/// An event as the engine of the rules sees it. Rules name values by the numbers of [`Fields`].
pub(super) struct View<'e, F: Mapped> {
    pub(super) event: &'e F::Event<'e>,
    pub(super) fields: &'e Fields<F>,
}

impl<F: Mapped> rsigma_eval::Event for View<'_, F> {
    fn get_field(&self, path: &str) -> Option<EventValue<'_>> {
        self.fields.read(path.parse().ok()?, self.event)
    }

    fn any_string_value(&self, wanted: &dyn Fn(&str) -> bool) -> bool {
        self.texts().any(|text| wanted(&text))
    }

    fn all_string_values(&self) -> Vec<Cow<'_, str>> {
        self.texts().collect()
    }

    /// Nothing asks for it: matches do not carry their events.
    fn to_json(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
}

impl<F: Mapped> View<'_, F> {
    /// All texts of the mapping, for rules that look for words anywhere.
    fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let values = F::MAPPINGS
            .iter()
            .filter_map(|mapping| (mapping.read)(self.event));
        values.filter_map(|value| match value {
            EventValue::Str(text) => Some(text),
            _ => None,
        })
    }
}

pub(super) fn text(text: Option<&str>) -> Option<EventValue<'_>> {
    text.map(|text| EventValue::Str(Cow::Borrowed(text)))
}

pub(super) fn number<'e>(number: Option<impl Into<i64>>) -> Option<EventValue<'e>> {
    number.map(|number| EventValue::Int(number.into()))
}

pub(super) fn printed<'e>(value: Option<impl ToString>) -> Option<EventValue<'e>> {
    value.map(|value| EventValue::Str(Cow::Owned(value.to_string())))
}

fn of_column(value: ValueRef<'_>) -> Option<EventValue<'_>> {
    Some(match value {
        ValueRef::Text(text) => EventValue::Str(text),
        ValueRef::Integer(number) => EventValue::Int(number),
        ValueRef::Real(number) => EventValue::Float(number),
        ValueRef::Boolean(flag) => EventValue::Bool(flag),
        ValueRef::Time(_) | ValueRef::Ip(_) => EventValue::Str(Cow::Owned(value.to_string())),
        _ => return None,
    })
}

fn of_additional<'e>(value: &'e AdditionalValue<'_>) -> Option<EventValue<'e>> {
    Some(match value {
        AdditionalValue::Null => EventValue::Null,
        AdditionalValue::Boolean(flag) => EventValue::Bool(*flag),
        AdditionalValue::Integer(number) => EventValue::Int(*number),
        AdditionalValue::Unsigned(number) => EventValue::Str(Cow::Owned(number.to_string())),
        AdditionalValue::Real(number) => EventValue::Float(*number),
        AdditionalValue::Text(text) => EventValue::Str(Cow::Borrowed(text)),
        AdditionalValue::List(values) => EventValue::Array(values.iter().filter_map(of_additional).collect()),
        _ => return None,
    })
}
