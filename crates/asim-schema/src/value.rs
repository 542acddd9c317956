//! Values of columns whose type is known only at run time.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use serde::{Serialize, Serializer};

use crate::json::{self, room};
use crate::{AdditionalFields, DnsField, SchemaField, Timestamp};

/// Room for most values.
const TYPICAL_VALUE: usize = 64;

/// What a column shows, borrowed from its event.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// Text; owned only when it had to be made, such as `TYPE65400`.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A real number.
    Real(f64),
    /// True or false.
    Boolean(bool),
    /// An instant in UTC.
    Time(Timestamp),
    /// An address.
    Ip(IpAddr),
    /// Further columns.
    Object(&'a AdditionalFields<'a>),
}

impl ValueRef<'_> {
    /// Appends the value as JSON text.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        room::append(out, TYPICAL_VALUE, |room| match self {
            Self::Text(text) => json::string(text, room, 0),
            Self::Integer(value) => json::integer(*value, room, 0),
            Self::Real(value) => json::real(*value, room, 0),
            Self::Boolean(value) => json::boolean(*value, room, 0),
            Self::Time(value) => json::time(*value, room, 0),
            Self::Ip(value) => json::ip(*value, room, 0),
            Self::Object(fields) => fields.write_at(room, 0),
        });
    }

    /// Appends the value as plain text: strings without quotes, objects as JSON.
    pub fn write_text(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => out.extend_from_slice(text.as_bytes()),
            Self::Time(value) => value.write(out),
            Self::Ip(value) => room::append(out, TYPICAL_VALUE, |room| json::ip_text(*value, room, 0)),
            _ => self.write_json(out),
        }
    }

    /// The text of a text value.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// As [`ValueRef::write_text`] has it.
impl fmt::Display for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.pad(text),
            Self::Integer(value) => value.fmt(f),
            Self::Boolean(value) => value.fmt(f),
            Self::Time(value) => value.fmt(f),
            Self::Ip(value) => value.fmt(f),
            Self::Real(_) | Self::Object(_) => {
                let mut text = Vec::new();
                self.write_json(&mut text);
                f.pad(&String::from_utf8_lossy(&text))
            }
        }
    }
}

impl Serialize for ValueRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Real(value) => serializer.serialize_f64(*value),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Time(value) => value.serialize(serializer),
            Self::Ip(value) => serializer.collect_str(value),
            Self::Object(fields) => fields.serialize(serializer),
        }
    }
}

/// A value to set a column to, for callers that know the column only at run time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value<'r> {
    /// Text. Addresses, instants, names of codes and values of enumerations may be given as text too.
    Text(Cow<'r, str>),
    /// A whole number. The names of codes may be given by their number.
    Integer(i64),
    /// A real number.
    Real(f64),
    /// True or false.
    Boolean(bool),
    /// An instant in UTC.
    Time(Timestamp),
    /// An address.
    Ip(IpAddr),
    /// Further columns.
    Object(AdditionalFields<'r>),
}

/// `From` for the types that a [`Value`] holds.
macro_rules! value_from {
    ($($type:ty => |$value:ident| $made:expr;)*) => {
        $(impl<'r> From<$type> for Value<'r> {
            fn from($value: $type) -> Self {
                $made
            }
        })*
    };
}

value_from! {
    &'r str => |text| Self::Text(Cow::Borrowed(text));
    String => |text| Self::Text(Cow::Owned(text));
    Cow<'r, str> => |text| Self::Text(text);
    i64 => |value| Self::Integer(value);
    i32 => |value| Self::Integer(value.into());
    u16 => |value| Self::Integer(value.into());
    f64 => |value| Self::Real(value);
    bool => |value| Self::Boolean(value);
    Timestamp => |value| Self::Time(value);
    IpAddr => |value| Self::Ip(value);
    AdditionalFields<'r> => |fields| Self::Object(fields);
}

/// Why a column of a schema was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetError<F = DnsField> {
    /// The column is an alias and has no value of its own.
    Alias(F),
    /// The column follows from the schema and its version.
    Constant(F),
    /// The value is of another type than the column.
    WrongType(F),
    /// The value has the right form, but the column cannot hold it.
    OutOfRange(F),
}

impl<F: Copy> SetError<F> {
    /// The column that was to be set.
    pub const fn field(self) -> F {
        match self {
            Self::Alias(field) | Self::Constant(field) | Self::WrongType(field) | Self::OutOfRange(field) => {
                field
            }
        }
    }
}

impl<F: SchemaField> fmt::Display for SetError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let info = self.field().info();
        let name = info.name;
        match self {
            Self::Alias(_) => write!(f, "{name} is an alias and cannot be set"),
            Self::Constant(_) => write!(f, "{name} follows from the schema version and cannot be set"),
            Self::WrongType(_) => write!(f, "{name} takes a value of type {}", info.logical_type),
            Self::OutOfRange(_) => write!(f, "{name} cannot hold this value (type {})", info.logical_type),
        }
    }
}

impl<F: SchemaField> std::error::Error for SetError<F> {}

pub(crate) mod from_value {
    //! From a dynamic value to what a slot holds: outer none, another type; inner none, not a value of that type.

    use super::{AdditionalFields, Cow, IpAddr, Timestamp, Value};
    use crate::{DnsClass, Opcode, Rcode, RrType};

    pub(crate) type Checked<T> = Option<Option<T>>;

    pub(crate) fn text(value: Value<'_>) -> Checked<Cow<'_, str>> {
        if let Value::Text(text) = value {
            Some(Some(text))
        } else {
            None
        }
    }

    pub(crate) fn object(value: Value<'_>) -> Checked<AdditionalFields<'_>> {
        if let Value::Object(fields) = value {
            Some(Some(fields))
        } else {
            None
        }
    }

    pub(crate) fn ip(value: &Value<'_>) -> Checked<IpAddr> {
        match value {
            Value::Ip(address) => Some(Some(*address)),
            Value::Text(text) => Some(text.parse().ok()),
            _ => None,
        }
    }

    pub(crate) fn time(value: &Value<'_>) -> Checked<Timestamp> {
        match value {
            Value::Time(time) => Some(Some(*time)),
            Value::Text(text) => Some(Timestamp::parse(text)),
            _ => None,
        }
    }

    pub(crate) fn integer<T: TryFrom<i64>>(value: &Value<'_>) -> Checked<T> {
        if let Value::Integer(value) = value {
            Some(T::try_from(*value).ok())
        } else {
            None
        }
    }

    pub(crate) fn percent(value: &Value<'_>) -> Checked<u8> {
        integer(value).map(|percent| percent.filter(|percent: &u8| *percent <= 100))
    }

    pub(crate) fn real(value: &Value<'_>) -> Checked<f64> {
        match value {
            Value::Real(value) => Some(value.is_finite().then_some(*value)),
            #[expect(
                clippy::cast_precision_loss,
                reason = "a real column holds the nearest real number"
            )]
            Value::Integer(value) => Some(Some(*value as f64)),
            _ => None,
        }
    }

    pub(crate) fn boolean(value: &Value<'_>) -> Checked<bool> {
        if let Value::Boolean(value) = value {
            Some(Some(*value))
        } else {
            None
        }
    }

    pub(crate) fn enumeration<T>(value: &Value<'_>, from_str: impl FnOnce(&str) -> Option<T>) -> Checked<T> {
        if let Value::Text(text) = value {
            Some(from_str(text))
        } else {
            None
        }
    }

    /// A code by its number, and in a column of names by its name too.
    macro_rules! code {
        ($number:ident, $name:ident, $type:ident) => {
            pub(crate) fn $number(value: &Value<'_>) -> Checked<$type> {
                integer(value).map(|number| number.map($type))
            }

            #[allow(
                dead_code,
                reason = "which code spaces have a column of names is a matter of the schema data"
            )]
            pub(crate) fn $name(value: &Value<'_>) -> Checked<$type> {
                match value {
                    Value::Text(text) => Some($type::from_name(text)),
                    _ => $number(value),
                }
            }
        };
    }

    code!(rcode, rcode_name, Rcode);
    code!(rr_type, rr_type_name, RrType);
    code!(class, class_name, DnsClass);
    code!(opcode, opcode_name, Opcode);
}
