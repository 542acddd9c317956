//! Windows events as JSON objects.
//!
//! Each object is read member by member, and what stands in a member is looked into only where it is of use: no tree
//! is built.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::build::Builder;
use super::event::WindowsEvent;
use super::names::{self, Field, Group, Member};
use super::value::DataValue;
use crate::decode;
use crate::error::Fault;

/// Objects inside each other deeper than in any known form stay as they are.
const DEPTH: u8 = 8;

impl<'r> WindowsEvent<'r> {
    /// Reads a JSON object in any of these shapes.
    ///
    /// - Converted XML: `{"Event":{"System":{…},"EventData":{…}}}`, as `evtx_dump`, Chainsaw, Velociraptor and others
    ///   write it, attributes in `#attributes` or under names with a sign.
    /// - Winlogbeat and Elastic Agent: `winlog` with `event_data`, and `event.code`; older versions without `winlog`.
    /// - `NXLog` and others that put data and all else into one object.
    /// - Rows of the tables `WindowsEvent` and `Event`, `EventData` as an object or as text in JSON or XML, and rows of
    ///   custom tables, whose names end in a letter for the type.
    ///
    /// # Errors
    ///
    /// Text that is no JSON object, or one without an event's id: [`Fault::class`] is then [`NO_ID`].
    pub fn json(bytes: &'r [u8]) -> Result<Self, Fault> {
        let mut builder = Builder::default();
        match std::str::from_utf8(bytes) {
            Ok(text) => read(text, Group::Root, &mut builder, 0)?,
            Err(_) => return Err(Fault::decode("not UTF-8")),
        }
        builder.finish(Fault::decode(NO_ID))
    }
}

/// The fault of JSON and of rows that are no Windows events.
pub const NO_ID: &str = "no id of a Windows event";

/// Reads an object that holds data and nothing else.
pub(super) fn data<'r>(text: &'r str, builder: &mut Builder<'r>) -> Result<(), Fault> {
    read(text, Group::Data, builder, 1)
}

/// Reads an object's members.
fn read<'r>(text: &'r str, group: Group, builder: &mut Builder<'r>, depth: u8) -> Result<(), Fault> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = Members {
        group,
        builder,
        depth,
    };
    members
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .map_err(|error| decode::json::fault(&error))
}

struct Members<'b, 'r> {
    group: Group,
    builder: &'b mut Builder<'r>,
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for Members<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            let value: &'de RawValue = map.next_value()?;
            take(self.builder, self.group, name, value.get(), self.depth);
        }
        Ok(())
    }
}

/// A name, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Name<'r>(#[serde(borrow)] Cow<'r, str>);

/// Takes a member. Its value is JSON already, so that reading it again does not fail.
fn take<'r>(builder: &mut Builder<'r>, group: Group, name: Cow<'r, str>, json: &'r str, depth: u8) {
    let is_object = json.starts_with('{');
    let inner = if is_object {
        inner_group(group, &name)
    } else {
        None
    };
    if let Some(inner) = inner.filter(|_| depth < DEPTH) {
        if matches!(inner, Group::Data | Group::UserData) {
            builder.set_contained();
        }
        let _ = read(json, inner, builder, depth + 1);
        return;
    }
    match group {
        // Attributes of the element, which are no data.
        Group::Data | Group::UserData if name.starts_with(['#', '@']) || name.starts_with("xmlns") => {}
        Group::Data if name == "Data" => data_elements(builder, json),
        _ => {
            if let Some(value) = value(json) {
                builder.member(group, name, value);
            }
        }
    }
}

/// What the members of an object are.
fn inner_group(group: Group, name: &str) -> Option<Group> {
    if group == Group::UserData {
        return Some(Group::Data);
    }
    match names::member(group, name)? {
        Member::Group(inner) => Some(inner),
        // An element with attributes: they tell all of it, or its text stands beside them.
        Member::Field(Field::TimeCreated | Field::Provider) => Some(Group::Attributes),
        Member::Field(field) => Some(Group::Text(field)),
        Member::Other => None,
    }
}

/// `Data` elements as converters write them: one or a list; text alone, or objects with a name and a text.
fn data_elements<'r>(builder: &mut Builder<'r>, json: &'r str) {
    if json.starts_with('[') {
        let elements: Vec<&RawValue> = serde_json::from_str(json).unwrap_or_default();
        for element in elements {
            data_element(builder, element.get());
        }
    } else {
        data_element(builder, json);
    }
}

fn data_element<'r>(builder: &mut Builder<'r>, json: &'r str) {
    if !json.starts_with('{') {
        builder.unnamed(value(json).unwrap_or(DataValue::Text(Cow::Borrowed(""))));
        return;
    }
    let Ok(Element {
        name,
        text,
        attributes,
    }) = serde_json::from_str(json)
    else {
        return;
    };
    let name = name.or(attributes.and_then(|attributes| attributes.name));
    let text = text.map_or("", RawValue::get);
    match name {
        Some(Name(name)) => {
            if let Some(value) = value(text) {
                builder.datum(name, value);
            }
        }
        None if text.starts_with('[') => {
            let texts: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
            for text in texts {
                builder.unnamed(value(text.get()).unwrap_or(DataValue::Text(Cow::Borrowed(""))));
            }
        }
        None => builder.unnamed(value(text).unwrap_or(DataValue::Text(Cow::Borrowed("")))),
    }
}

/// A `Data` element.
#[derive(Deserialize)]
struct Element<'r> {
    #[serde(borrow, alias = "@Name", alias = "-Name", alias = "_Name", alias = "Name")]
    name: Option<Name<'r>>,
    #[serde(
        borrow,
        alias = "#text",
        alias = "$t",
        alias = "_",
        alias = "Text",
        alias = "Value",
        alias = "content"
    )]
    text: Option<&'r RawValue>,
    #[serde(borrow, alias = "#attributes", alias = "$")]
    attributes: Option<ElementAttributes<'r>>,
}

#[derive(Deserialize)]
struct ElementAttributes<'r> {
    #[serde(borrow, alias = "Name")]
    name: Option<Name<'r>>,
}

/// A value; none where it is null.
fn value(json: &str) -> Option<DataValue<'_>> {
    Some(match json.as_bytes().first()? {
        b'"' => DataValue::Text(text(json)),
        b'n' => return None,
        b't' => DataValue::Boolean(true),
        b'f' => DataValue::Boolean(false),
        b'{' | b'[' => DataValue::Nested(Cow::Borrowed(json)),
        _ => DataValue::Number(Cow::Borrowed(json)),
    })
}

/// A string's text.
fn text(json: &str) -> Cow<'_, str> {
    let inner = json.strip_prefix('"').and_then(|json| json.strip_suffix('"'));
    match inner {
        Some(inner) if memchr::memchr(b'\\', inner.as_bytes()).is_none() => Cow::Borrowed(inner),
        _ => Cow::Owned(serde_json::from_str(json).unwrap_or_default()),
    }
}
