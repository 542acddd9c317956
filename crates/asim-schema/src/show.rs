//! Values of columns whose type is known only at run time, as calls.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::{AdditionalFields, FieldInfo, Storage, Timestamp, ValueRef};

/// Takes what a column shows, by a function for each type.
///
/// What is done with the value becomes part of the code that finds it, so that no [`ValueRef`] has to be made and taken
/// apart again.
pub trait Show<'e>: Sized {
    /// What becomes of the value.
    type Shown;

    /// Text; owned only when it had to be made, such as `TYPE65400`.
    fn text(self, text: Cow<'e, str>) -> Self::Shown;
    /// A whole number.
    fn integer(self, number: i64) -> Self::Shown;
    /// A real number.
    fn real(self, number: f64) -> Self::Shown;
    /// True or false.
    fn boolean(self, flag: bool) -> Self::Shown;
    /// An instant in UTC.
    fn time(self, time: Timestamp) -> Self::Shown;
    /// An address, also for a column of text.
    fn ip(self, address: IpAddr) -> Self::Shown;
    /// Further columns.
    fn object(self, fields: &'e AdditionalFields<'e>) -> Self::Shown;
}

/// Makes a value of what the column shows. A column of text shows an address as text.
pub(crate) struct AsValue(pub(crate) &'static FieldInfo);

impl<'e> Show<'e> for AsValue {
    type Shown = ValueRef<'e>;

    fn text(self, text: Cow<'e, str>) -> ValueRef<'e> {
        ValueRef::Text(text)
    }

    fn integer(self, number: i64) -> ValueRef<'e> {
        ValueRef::Integer(number)
    }

    fn real(self, number: f64) -> ValueRef<'e> {
        ValueRef::Real(number)
    }

    fn boolean(self, flag: bool) -> ValueRef<'e> {
        ValueRef::Boolean(flag)
    }

    fn time(self, time: Timestamp) -> ValueRef<'e> {
        ValueRef::Time(time)
    }

    fn ip(self, address: IpAddr) -> ValueRef<'e> {
        if self.0.storage == Storage::Text {
            ValueRef::Text(Cow::Owned(address.to_string()))
        } else {
            ValueRef::Ip(address)
        }
    }

    fn object(self, fields: &'e AdditionalFields<'e>) -> ValueRef<'e> {
        ValueRef::Object(fields)
    }
}
