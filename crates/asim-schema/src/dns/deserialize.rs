//! Reading an event through serde.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::text::BorrowedText;
use crate::{AdditionalFields, DnsEvent, DnsField, SchemaVersion, Value};

/// Reads one map whose keys are columns of the schema; text stays borrowed where the format allows it.
///
/// A column that is `null` is absent. An alias with one target gives its value to the target if that is absent, other
/// aliases are passed over. `EventSchema` must be the schema's name, `EventSchemaVersion` sets the version. Any other
/// key is an error that names it. Nothing is filled in: without `EventCount` the event has none.
impl<'de> Deserialize<'de> for DnsEvent<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Columns)
    }
}

/// Takes the map of columns.
struct Columns;

impl<'de> Visitor<'de> for Columns {
    type Value = DnsEvent<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event of the Dns schema")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DnsEvent<'de>, A::Error> {
        let mut event = DnsEvent::blank(SchemaVersion::DEFAULT);
        let mut aliased = Vec::new();
        while let Some(BorrowedText(key)) = map.next_key()? {
            let field = DnsField::from_name(&key).ok_or_else(|| {
                A::Error::custom(format_args!(
                    "no column `{}` in the Dns schema",
                    key.escape_debug()
                ))
            })?;
            let Some(value) = map.next_value::<Any<'de>>()?.0 else {
                continue;
            };
            let info = field.info();
            if info.constant {
                set_constant(&mut event, field, &value)?;
            } else if info.alias_of.is_empty() {
                event.set(field, value).map_err(A::Error::custom)?;
            } else if let [target] = info.alias_of
                && !event.is_stored(*target)
            {
                aliased.push((*target, value));
            }
        }
        for (target, value) in aliased {
            if !event.is_stored(target) {
                event.set(target, value).map_err(A::Error::custom)?;
            }
        }
        Ok(event)
    }
}

/// Checks the schema's name and takes its version.
fn set_constant<E: Error>(event: &mut DnsEvent<'_>, field: DnsField, value: &Value<'_>) -> Result<(), E> {
    let Value::Text(text) = value else {
        return Err(E::custom(format_args!("{} is text", field.name())));
    };
    match field {
        DnsField::EventSchemaVersion => {
            let version = SchemaVersion::from_name(text).ok_or_else(|| {
                E::custom(format_args!(
                    "no version `{}` of the Dns schema is known",
                    text.escape_debug()
                ))
            })?;
            event.set_version(version);
        }
        _ if text == "Dns" => {}
        _ => {
            return Err(E::custom(format_args!(
                "an event of schema `{}`, not Dns",
                text.escape_debug()
            )));
        }
    }
    Ok(())
}

/// A value of any type that a column can have; none for `null`.
struct Any<'r>(Option<Value<'r>>);

impl<'de> Deserialize<'de> for Any<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyVisitor).map(Self)
    }
}

struct AnyVisitor;

impl<'de> Visitor<'de> for AnyVisitor {
    type Value = Option<Value<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true, false or an object")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(Value::Boolean(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Value::Integer(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        let value = i64::try_from(value).map_err(|_| E::custom("a number beyond 64 signed bits"))?;
        Ok(Some(Value::Integer(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(Value::Real(value)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(Cow::Borrowed(text))))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(Cow::Owned(text))))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let map = serde::de::value::MapAccessDeserializer::new(map);
        Ok(Some(Value::Object(AdditionalFields::deserialize(map)?)))
    }
}
