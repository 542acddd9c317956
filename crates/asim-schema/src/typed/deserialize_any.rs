//! Reading an event of any schema through serde.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::deserialize::{Any, Draft};
use super::text::BorrowedText;
use crate::{AlertField, DnsField, Event, ProcessField, SchemaField, SchemaKind, Value};

/// The column that tells the schema.
const SCHEMA: &str = "EventSchema";

/// Reads one map whose `EventSchema` tells the schema, wherever it stands among the columns.
///
/// For the rest as [`DnsEvent`](crate::DnsEvent) and the events of the other schemas are read. A map without
/// `EventSchema` is an error. Reading the event of one known schema takes less work: no column has to wait.
impl<'de> Deserialize<'de> for Event<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnySchema)
    }
}

/// Takes the map of columns.
struct AnySchema;

impl<'de> Visitor<'de> for AnySchema {
    type Value = Event<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event with the column EventSchema")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Event<'de>, A::Error> {
        let mut before = Vec::new();
        while let Some(BorrowedText(key)) = map.next_key()? {
            let value = map.next_value::<Any<'de>>()?.0;
            if key != SCHEMA {
                before.push((key, value));
                continue;
            }
            return match kind(value.as_ref())? {
                SchemaKind::Alert => rest::<AlertField, A>(before, map).map(Event::Alert),
                SchemaKind::Dns => rest::<DnsField, A>(before, map).map(Event::Dns),
                SchemaKind::Process => rest::<ProcessField, A>(before, map).map(Event::Process),
            };
        }
        Err(A::Error::missing_field(SCHEMA))
    }
}

/// The schema of a name.
fn kind<E: Error>(value: Option<&Value<'_>>) -> Result<SchemaKind, E> {
    let Some(Value::Text(name)) = value else {
        return Err(E::custom(format_args!("{SCHEMA} is text")));
    };
    let mut schemas = SchemaKind::ALL.into_iter();
    schemas.find(|schema| schema.name() == name).ok_or_else(|| {
        E::custom(format_args!(
            "an event of schema `{}`, which is not known",
            name.escape_debug()
        ))
    })
}

/// The event of the columns that stood before its schema and of those behind it.
fn rest<'de, F: SchemaField, A: MapAccess<'de>>(
    before: Vec<(Cow<'de, str>, Option<Value<'de>>)>,
    mut map: A,
) -> Result<F::Event<'de>, A::Error> {
    let mut draft = Draft::<F>::new();
    for (key, value) in before {
        let field = Draft::<F>::field(&key)?;
        if let Some(value) = value {
            draft.take(field, value)?;
        }
    }
    while let Some(BorrowedText(key)) = map.next_key()? {
        let field = Draft::<F>::field(&key)?;
        if let Some(value) = map.next_value::<Any<'de>>()?.0 {
            draft.take(field, value)?;
        }
    }
    draft.finish()
}
