//! The value of one row in a column.

use std::borrow::Cow;
use std::net::IpAddr;

use asim_schema::{AdditionalFields, Show, Timestamp, ValueRef};

use super::{Column, Values};

/// Ticks of a timestamp in one microsecond.
const TICKS: i64 = 10;

/// The place of a row's value in its column. A value of another type than the column's is none.
pub(crate) struct Cell<'c>(pub(super) &'c mut Column);

impl Cell<'_> {
    /// Takes text as bytes of UTF-8.
    #[inline]
    pub(crate) fn put_text(self, text: &str) {
        match &mut self.0.values {
            Values::Dictionary(texts) => texts.push(text.as_bytes()),
            Values::Text(texts) => texts.push(text),
            _ => return,
        }
        self.0.presence.value();
    }

    /// Takes the text of another value.
    fn put_text_of(self, value: &ValueRef<'_>) {
        match &mut self.0.values {
            Values::Text(texts) => texts.push_with(|bytes| value.write_text(bytes)),
            Values::Dictionary(texts) => {
                let mut text = Vec::new();
                value.write_text(&mut text);
                texts.push(&text);
            }
            _ => return,
        }
        self.0.presence.value();
    }
}

impl<'e> Show<'e> for Cell<'_> {
    type Shown = ();

    #[inline]
    fn text(self, text: Cow<'e, str>) {
        self.put_text(&text);
    }

    fn integer(self, number: i64) {
        match &mut self.0.values {
            Values::Integer(numbers) => match i32::try_from(number) {
                Ok(number) => numbers.push(number),
                Err(_) => return,
            },
            Values::Long(numbers) => numbers.push(number),
            _ => return,
        }
        self.0.presence.value();
    }

    fn real(self, number: f64) {
        if let Values::Real(numbers) = &mut self.0.values {
            numbers.push(number);
            self.0.presence.value();
        }
    }

    fn boolean(self, flag: bool) {
        if let Values::Boolean(flags) = &mut self.0.values {
            flags.push(flag);
            self.0.presence.value();
        }
    }

    /// Whole microseconds since 1970; what is left of a tick of 100 nanoseconds is cut off.
    fn time(self, time: Timestamp) {
        if let Values::Time(times) = &mut self.0.values {
            times.push(time.ticks().div_euclid(TICKS));
            self.0.presence.value();
        }
    }

    fn ip(self, address: IpAddr) {
        self.put_text_of(&ValueRef::Ip(address));
    }

    fn object(self, fields: &'e AdditionalFields<'e>) {
        self.put_text_of(&ValueRef::Object(fields));
    }
}
