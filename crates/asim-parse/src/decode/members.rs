//! The members of a flat JSON object, and the cells of a table's row: names and values.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::json;
use crate::envelope::{TableHeader, cells};
use crate::error::Fault;
use crate::value::text;

/// A value under a name.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberValue<'r> {
    /// JSON's `null`, or an empty cell.
    Null,
    /// A string, its escapes undone, or the text of a cell.
    Text(Cow<'r, str>),
    /// A number, as it is written.
    Number(&'r str),
    /// `true` or `false`.
    Boolean(bool),
    /// An object or an array, as it is written.
    Nested(&'r str),
}

impl<'r> MemberValue<'r> {
    /// The text of a string, a number or a truth value; none of what is absent or nested.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(number),
            Self::Boolean(true) => Some("true"),
            Self::Boolean(false) => Some("false"),
            Self::Null | Self::Nested(_) => None,
        }
    }

    /// The same, taken out of the value.
    pub fn into_text(self) -> Option<Cow<'r, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(Cow::Borrowed(number)),
            Self::Boolean(true) => Some(Cow::Borrowed("true")),
            Self::Boolean(false) => Some(Cow::Borrowed("false")),
            Self::Null | Self::Nested(_) => None,
        }
    }

    /// A value as JSON writes it.
    fn of(raw: &'r RawValue) -> Result<Self, Fault> {
        let text = raw.get();
        Ok(match text.as_bytes().first() {
            Some(b'"') => Self::Text(string(text)?),
            Some(b'{' | b'[') => Self::Nested(text),
            Some(b't') => Self::Boolean(true),
            Some(b'f') => Self::Boolean(false),
            Some(b'n') => Self::Null,
            _ => Self::Number(text),
        })
    }
}

/// A JSON string, borrowed where it has no escapes.
fn string(raw: &str) -> Result<Cow<'_, str>, Fault> {
    let inner = raw.get(1..raw.len() - 1).unwrap_or_default();
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Ok(Cow::Borrowed(inner));
    }
    json::read::<String>(raw.as_bytes()).map(Cow::Owned)
}

/// Names with their values, in the order in which they stand.
#[derive(Debug, Clone, Default)]
pub struct Members<'r> {
    members: Vec<(Cow<'r, str>, MemberValue<'r>)>,
    escaped: bool,
}

impl<'r> Members<'r> {
    /// The members of a JSON object.
    ///
    /// # Errors
    ///
    /// When the bytes are no JSON object.
    pub fn json(object: &'r [u8]) -> Result<Self, Fault> {
        let Raw(raw) = json::read(object)?;
        let mut members = Vec::with_capacity(raw.len());
        for (name, value) in raw {
            members.push((name, MemberValue::of(value)?));
        }
        Ok(Self {
            members,
            escaped: false,
        })
    }

    /// The cells of a table's row, by the names in its header.
    ///
    /// Bytes that are no UTF-8 become `\xHH`; see [`has_escaped_bytes`](Self::has_escaped_bytes).
    ///
    /// # Errors
    ///
    /// When the row has another number of cells than the header.
    pub fn row(row: &'r [u8], header: &'r TableHeader) -> Result<Self, Fault> {
        let mut members = Vec::with_capacity(header.names().len());
        let mut escaped = false;
        let mut found = 0;
        for cell in cells(row) {
            if let Some(name) = header.names().get(found) {
                let value = if cell.is_empty() {
                    MemberValue::Null
                } else {
                    let (text, changed) = text::from_cow(cell);
                    escaped |= changed;
                    MemberValue::Text(text)
                };
                members.push((Cow::Borrowed(name.as_str()), value));
            }
            found += 1;
        }
        header.check(found)?;
        Ok(Self { members, escaped })
    }

    /// The value of a name; of several, the last.
    pub fn get(&self, name: &str) -> Option<&MemberValue<'r>> {
        let found = self.members.iter().rev().find(|(found, _)| found == name);
        found.map(|(_, value)| value)
    }

    /// The names and values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &MemberValue<'r>)> + Clone {
        self.members.iter().map(|(name, value)| (&**name, value))
    }

    /// The number of members.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether a name stands more than once.
    pub fn has_repeated_name(&self) -> bool {
        let names = || self.members.iter().map(|(name, _)| name);
        names()
            .enumerate()
            .any(|(place, name)| names().skip(place + 1).any(|other| name == other))
    }

    /// Whether bytes that are no UTF-8 were written `\xHH`.
    pub fn has_escaped_bytes(&self) -> bool {
        self.escaped
    }
}

impl<'r> IntoIterator for Members<'r> {
    type Item = (Cow<'r, str>, MemberValue<'r>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

/// The members of an object, their values as they stand.
struct Raw<'r>(Vec<(Cow<'r, str>, &'r RawValue)>);

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Raw<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw<'de>, A::Error> {
                let mut members = Vec::with_capacity(32);
                while let Some(Name(name)) = map.next_key()? {
                    members.push((name, map.next_value()?));
                }
                Ok(Raw(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// A name, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Name<'r>(#[serde(borrow)] Cow<'r, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_an_object_in_their_order() {
        let members = Members::json(
            br#"{"a":"b","n":-1.50,"t":true,"f":false,"z":null,"o":{"x": [1]},"e\n":"\u00e9\"","a":"c"}"#,
        )
        .unwrap();
        let expected: [(&str, MemberValue<'_>); 8] = [
            ("a", MemberValue::Text("b".into())),
            ("n", MemberValue::Number("-1.50")),
            ("t", MemberValue::Boolean(true)),
            ("f", MemberValue::Boolean(false)),
            ("z", MemberValue::Null),
            ("o", MemberValue::Nested(r#"{"x": [1]}"#)),
            ("e\n", MemberValue::Text("é\"".into())),
            ("a", MemberValue::Text("c".into())),
        ];
        assert!(
            members
                .iter()
                .eq(expected.iter().map(|(name, value)| (*name, value)))
        );
        assert_eq!(members.get("a"), Some(&MemberValue::Text("c".into())));
        assert!(members.has_repeated_name());
        assert!(matches!(
            members.into_iter().next(),
            Some((Cow::Borrowed("a"), _))
        ));
        for text in ["", "[1]", "{", "{\"a\":1} x", "7"] {
            assert!(Members::json(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn members_of_a_row_have_the_names_of_the_header() {
        let header = TableHeader::new(b"Time [UTC],\"a \"\"b\"\"\",c");
        let members = Members::row(b"1,\"x, \"\"y\"\"\nz\",", &header).unwrap();
        let found: Vec<_> = members
            .iter()
            .map(|(name, value)| (name, value.as_text()))
            .collect();
        assert_eq!(
            found,
            [("Time", Some("1")), ("a \"b\"", Some("x, \"y\"\nz")), ("c", None)]
        );
        assert!(!members.has_escaped_bytes());
        assert!(Members::row(b"1,\xff,3", &header).unwrap().has_escaped_bytes());
        for row in ["", "1,2", "1,2,3,4"] {
            assert!(Members::row(row.as_bytes(), &header).is_err(), "{row}");
        }
    }
}
