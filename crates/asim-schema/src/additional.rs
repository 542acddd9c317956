//! The columns of a source that have no column in the schema.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::json::{self, room, room::put};

mod serde_impls;

/// Room for most objects.
const TYPICAL_OBJECT: usize = 256;

/// An ordered object of names and values: what `AdditionalFields` holds.
///
/// A name occurs once: pushing it again replaces the value and keeps the place.
///
/// ```
/// use asim_schema::{AdditionalFields, AdditionalValue};
///
/// let mut fields = AdditionalFields::new();
/// fields.push("rejected", false);
/// fields.push("trans_depth", 1_i64);
/// fields.push("rejected", true);
///
/// assert_eq!(fields.get("rejected"), Some(&AdditionalValue::Boolean(true)));
/// let mut json = Vec::new();
/// fields.write_json(&mut json);
/// assert_eq!(json, br#"{"rejected":true,"trans_depth":1}"#);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AdditionalFields<'r> {
    members: Vec<(Cow<'r, str>, AdditionalValue<'r>)>,
}

impl<'r> AdditionalFields<'r> {
    /// An object without members; it allocates nothing.
    pub const fn new() -> Self {
        Self { members: Vec::new() }
    }

    /// Adds a member. A name that is there already gets the new value in its old place.
    ///
    /// The search is linear, as suits the few columns of one record; collect an iterator to add many.
    pub fn push(&mut self, name: impl Into<Cow<'r, str>>, value: impl Into<AdditionalValue<'r>>) {
        let (name, value) = (name.into(), value.into());
        match self.members.iter_mut().find(|(present, _)| *present == name) {
            Some((_, place)) => *place = value,
            None => self.members.push((name, value)),
        }
    }

    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&AdditionalValue<'r>> {
        self.members
            .iter()
            .find(|(present, _)| present == name)
            .map(|(_, value)| value)
    }

    /// The members in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &AdditionalValue<'r>)> {
        self.members.iter().map(|(name, value)| (&**name, value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The same members, borrowing nothing.
    pub fn into_owned(self) -> AdditionalFields<'static> {
        let members = self
            .members
            .into_iter()
            .map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned()));
        AdditionalFields {
            members: members.collect(),
        }
    }

    /// Appends the object as JSON text, as `serde_json` would write it.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        room::append(out, TYPICAL_OBJECT, |room| self.write_at(room, 0));
    }

    /// Writes the object; see [`room`] for the form.
    pub(crate) fn write_at(&self, room: &mut [u8], at: usize) -> Option<usize> {
        let mut at = put([b'{'], room, at)?;
        for (index, (name, value)) in self.members.iter().enumerate() {
            if index != 0 {
                at = put([b','], room, at)?;
            }
            at = json::string(name, room, at)?;
            at = put([b':'], room, at)?;
            at = value.write_at(room, at)?;
        }
        put([b'}'], room, at)
    }
}

/// Of members with one name the last gives the value and the first the place, in linear time.
impl<'r> FromIterator<(Cow<'r, str>, AdditionalValue<'r>)> for AdditionalFields<'r> {
    fn from_iter<I: IntoIterator<Item = (Cow<'r, str>, AdditionalValue<'r>)>>(members: I) -> Self {
        /// Up to this many members a search through all is faster than a table.
        const FEW: usize = 16;

        let mut fields = Self::new();
        let mut members = members.into_iter();
        for (name, value) in members.by_ref().take(FEW) {
            fields.push(name, value);
        }
        let mut places: HashMap<Cow<'r, str>, usize> = HashMap::new();
        for (name, value) in members {
            if places.is_empty() {
                places = fields
                    .members
                    .iter()
                    .enumerate()
                    .map(|(place, (name, _))| (name.clone(), place))
                    .collect();
            }
            if let Some((_, present)) = places.get(&name).and_then(|place| fields.members.get_mut(*place)) {
                *present = value;
            } else {
                places.insert(name.clone(), fields.members.len());
                fields.members.push((name, value));
            }
        }
        fields
    }
}

/// A value within [`AdditionalFields`].
///
/// Two whole numbers are equal when they are the same number, signed or not.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AdditionalValue<'r> {
    /// The source says that there is no value.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A whole number, for those beyond `i64`.
    Unsigned(u64),
    /// A real number; written as `null` when it is not finite, because JSON has no such number.
    Real(f64),
    /// Text.
    Text(Cow<'r, str>),
    /// Values in order.
    List(Vec<AdditionalValue<'r>>),
    /// Names with values.
    Object(AdditionalFields<'r>),
}

impl AdditionalValue<'_> {
    /// The same value, borrowing nothing.
    pub fn into_owned(self) -> AdditionalValue<'static> {
        match self {
            Self::Null => AdditionalValue::Null,
            Self::Boolean(value) => AdditionalValue::Boolean(value),
            Self::Integer(value) => AdditionalValue::Integer(value),
            Self::Unsigned(value) => AdditionalValue::Unsigned(value),
            Self::Real(value) => AdditionalValue::Real(value),
            Self::Text(text) => AdditionalValue::Text(Cow::Owned(text.into_owned())),
            Self::List(values) => {
                AdditionalValue::List(values.into_iter().map(AdditionalValue::into_owned).collect())
            }
            Self::Object(fields) => AdditionalValue::Object(fields.into_owned()),
        }
    }

    /// Appends the value as JSON text, as `serde_json` would write it.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        room::append(out, TYPICAL_OBJECT, |room| self.write_at(room, 0));
    }

    /// Writes the value; see [`room`] for the form.
    fn write_at(&self, room: &mut [u8], at: usize) -> Option<usize> {
        match self {
            Self::Null => put(*b"null", room, at),
            Self::Boolean(value) => json::boolean(*value, room, at),
            Self::Integer(value) => json::integer(*value, room, at),
            Self::Unsigned(value) => json::unsigned(*value, room, at),
            Self::Real(value) => json::real(*value, room, at),
            Self::Text(text) => json::string(text, room, at),
            Self::List(values) => {
                let mut at = put([b'['], room, at)?;
                for (index, value) in values.iter().enumerate() {
                    if index != 0 {
                        at = put([b','], room, at)?;
                    }
                    at = value.write_at(room, at)?;
                }
                put([b']'], room, at)
            }
            Self::Object(fields) => fields.write_at(room, at),
        }
    }
}

impl PartialEq for AdditionalValue<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Unsigned(a), Self::Unsigned(b)) => a == b,
            (Self::Integer(a), Self::Unsigned(b)) | (Self::Unsigned(b), Self::Integer(a)) => {
                u64::try_from(*a).is_ok_and(|a| a == *b)
            }
            (Self::Real(a), Self::Real(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => a == b,
            _ => false,
        }
    }
}

/// `From` for the types that a value holds.
macro_rules! additional_from {
    ($($type:ty => |$value:ident| $made:expr;)*) => {
        $(impl<'r> From<$type> for AdditionalValue<'r> {
            fn from($value: $type) -> Self {
                $made
            }
        })*
    };
}

additional_from! {
    bool => |value| Self::Boolean(value);
    i64 => |value| Self::Integer(value);
    i32 => |value| Self::Integer(value.into());
    u8 => |value| Self::Integer(value.into());
    u16 => |value| Self::Integer(value.into());
    u32 => |value| Self::Integer(value.into());
    u64 => |value| Self::Unsigned(value);
    f64 => |value| Self::Real(value);
    &'r str => |text| Self::Text(Cow::Borrowed(text));
    String => |text| Self::Text(Cow::Owned(text));
    Cow<'r, str> => |text| Self::Text(text);
    Vec<AdditionalValue<'r>> => |values| Self::List(values);
    AdditionalFields<'r> => |fields| Self::Object(fields);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_again_replaces_the_value_in_its_place() {
        for many in [3, 100] {
            let names = (0..many).chain(0..1).map(|number| Cow::from(number.to_string()));
            let fields: AdditionalFields<'_> = names
                .enumerate()
                .map(|(index, name)| (name, AdditionalValue::from(index as u64)))
                .collect();
            assert_eq!(fields.len(), many);
            let first = fields.iter().next();
            assert_eq!(first, Some(("0", &AdditionalValue::Unsigned(many as u64))));
        }
    }

    #[test]
    fn whole_numbers_are_equal_by_value() {
        assert_eq!(AdditionalValue::Integer(5), AdditionalValue::Unsigned(5));
        assert_ne!(AdditionalValue::Integer(-1), AdditionalValue::Unsigned(u64::MAX));
        assert_ne!(AdditionalValue::Integer(1), AdditionalValue::Real(1.0));
    }

    proptest! {
        #[test]
        fn collecting_and_pushing_agree(names in prop::collection::vec("[a-d]{1,3}", 0..60)) {
            let members = || names.iter().enumerate().map(|(at, name)| (Cow::from(name.as_str()), AdditionalValue::from(at as u64)));
            let mut pushed = AdditionalFields::new();
            for (name, value) in members() {
                pushed.push(name, value);
            }
            prop_assert_eq!(members().collect::<AdditionalFields<'_>>(), pushed);
        }
    }
}
