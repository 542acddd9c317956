//! Reading an event of one schema through serde.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::text::BorrowedText;
use crate::{AdditionalFields, SchemaEvent, SchemaField, Value};

/// Takes the map of columns of a schema.
pub(crate) struct Columns<F>(PhantomData<F>);

impl<F> Columns<F> {
    /// A visitor for one map.
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, F: SchemaField> Visitor<'de> for Columns<F> {
    type Value = F::Event<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event of the {} schema", F::SCHEMA)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut draft = Draft::<F>::new();
        while let Some(BorrowedText(key)) = map.next_key()? {
            let field = Draft::<F>::field(&key)?;
            if let Some(value) = map.next_value::<Any<'de>>()?.0 {
                draft.take(field, value)?;
            }
        }
        draft.finish()
    }
}

/// An event of which some columns have been read.
pub(super) struct Draft<'de, F: SchemaField> {
    event: F::Event<'de>,
    /// Values of aliases, for targets that have none of their own in the end.
    aliased: Vec<(F, Value<'de>)>,
}

impl<'de, F: SchemaField> Draft<'de, F> {
    /// An event of which nothing has been read.
    pub(super) fn new() -> Self {
        Self {
            event: F::Event::blank(),
            aliased: Vec::new(),
        }
    }

    /// The column of a key.
    #[inline]
    pub(super) fn field<E: Error>(key: &str) -> Result<F, E> {
        F::from_name(key).ok_or_else(|| {
            E::custom(format_args!(
                "no column `{}` in the {} schema",
                key.escape_debug(),
                F::SCHEMA
            ))
        })
    }

    /// Takes the value of a column.
    #[inline]
    pub(super) fn take<E: Error>(&mut self, field: F, value: Value<'de>) -> Result<(), E> {
        let info = field.info();
        if info.constant {
            return self.constant(field, &value);
        }
        if info.alias_of.is_empty() {
            return self.event.set(field, value).map_err(E::custom);
        }
        if let [target] = field.alias_of()
            && !self.event.is_stored(*target)
        {
            self.aliased.push((*target, value));
        }
        Ok(())
    }

    /// Checks the schema's name and takes its version.
    fn constant<E: Error>(&mut self, field: F, value: &Value<'de>) -> Result<(), E> {
        let Value::Text(text) = value else {
            return Err(E::custom(format_args!("{field} is text")));
        };
        if field.info().name == "EventSchemaVersion" {
            if self.event.set_version_by_name(text) {
                return Ok(());
            }
            return Err(E::custom(format_args!(
                "no version `{}` of the {} schema is known",
                text.escape_debug(),
                F::SCHEMA
            )));
        }
        if text == F::SCHEMA.name() {
            return Ok(());
        }
        Err(E::custom(format_args!(
            "an event of schema `{}`, not {}",
            text.escape_debug(),
            F::SCHEMA
        )))
    }

    /// The event, once all columns have been read.
    pub(super) fn finish<E: Error>(mut self) -> Result<F::Event<'de>, E> {
        for (target, value) in self.aliased {
            if !self.event.is_stored(target) {
                self.event.set(target, value).map_err(E::custom)?;
            }
        }
        Ok(self.event)
    }
}

/// A value of any type that a column can have; none for `null`.
pub(super) struct Any<'r>(pub(super) Option<Value<'r>>);

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
