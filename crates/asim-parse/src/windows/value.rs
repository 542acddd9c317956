//! A value of an event's data, as its form writes it.

use std::borrow::Cow;

use asim_schema::AdditionalValue;

/// A value of an event, as far as its form tells of types: XML and CSV know text alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataValue<'r> {
    /// Text.
    Text(Cow<'r, str>),
    /// A number, as JSON writes it.
    Number(Cow<'r, str>),
    /// True or false.
    Boolean(bool),
    /// A list or an object, as JSON text.
    Nested(Cow<'r, str>),
}

impl<'r> DataValue<'r> {
    /// The text, a number's digits, `true` or `false`; none for lists and objects.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Boolean(value) => Some(if *value { "true" } else { "false" }),
            Self::Nested(_) => None,
        }
    }

    /// The same as [`as_str`](Self::as_str), borrowed from the record where the value is.
    pub fn into_text(self) -> Option<Cow<'r, str>> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Boolean(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
            Self::Nested(_) => None,
        }
    }

    /// The value for `AdditionalFields`.
    pub fn into_additional(self) -> AdditionalValue<'r> {
        match self {
            Self::Text(text) => AdditionalValue::Text(text),
            Self::Boolean(value) => AdditionalValue::Boolean(value),
            Self::Number(Cow::Borrowed(json)) | Self::Nested(Cow::Borrowed(json)) => {
                serde_json::from_str(json).unwrap_or(AdditionalValue::Text(Cow::Borrowed(json)))
            }
            Self::Number(Cow::Owned(json)) | Self::Nested(Cow::Owned(json)) => {
                match serde_json::from_str::<AdditionalValue<'_>>(&json) {
                    Ok(value) => value.into_owned(),
                    Err(_) => AdditionalValue::Text(Cow::Owned(json)),
                }
            }
        }
    }

    /// The same value, borrowing nothing.
    pub fn into_owned(self) -> DataValue<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Self::Text(text) => DataValue::Text(owned(text)),
            Self::Number(text) => DataValue::Number(owned(text)),
            Self::Boolean(value) => DataValue::Boolean(value),
            Self::Nested(text) => DataValue::Nested(owned(text)),
        }
    }
}
