//! A row of the JSON form: one object, its unset columns left out or null.

use std::borrow::Cow;
use std::fmt;

use asim_parse::schema::{AdditionalFields, AdditionalValue};
use asim_parse::value::{address, text, time};
use asim_parse::{Notes, Refusal};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::column::{Column, is_dns_log};
use crate::escape::{Backslash, undo};
use crate::json_scan;
use crate::raw::{ZeekDns, problem};

/// Reads an object.
pub(crate) fn decode<'r>(bytes: &'r [u8], notes: &mut Notes) -> Result<ZeekDns<'r>, Refusal> {
    // The row is filled where it is: it is large enough for moving it to count.
    let mut object = Object::default();
    let text = simdutf8::basic::from_utf8(bytes).ok();
    if text.and_then(|text| json_scan::read(text, &mut object)).is_none() {
        object = asim_parse::decode::json::read(bytes)?;
    }
    let Object { raw, misfits, twice } = object;
    match raw.path.as_deref() {
        Some(path) if !is_dns_log(path) => {
            return Err(Refusal::Declined(Cow::Owned(format!("Zeek {path} log"))));
        }
        None if !raw.columns.tell_of_dns() => {
            return Err(Refusal::Declined(Cow::Borrowed(
                "JSON without the columns of Zeek's DNS log",
            )));
        }
        _ => {}
    }
    for column in twice {
        notes.add(column, problem::TWICE);
    }
    for (column, problem) in misfits {
        notes.add(column.name(), problem);
    }
    Ok(raw)
}

/// The raw struct, with what there is to note if the row is one of the DNS log.
#[derive(Debug, Default)]
pub(crate) struct Object<'r> {
    pub(crate) raw: ZeekDns<'r>,
    misfits: Vec<(Column, &'static str)>,
    twice: Vec<&'static str>,
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut object = Object::default();
        let mut expected = Some(Column::Ts);
        while let Some(key) = map.next_key_seed(KeySeed { expected })? {
            let (name, value) = match key {
                Key::Known(column) => {
                    expected = column.next();
                    let object = &mut object;
                    map.next_value_seed(Place { object, column })?;
                    continue;
                }
                Key::Connection => ("id".into(), map.next_value()?),
                Key::Other(name) => (name, map.next_value()?),
            };
            match value {
                // An unset column may be written as null.
                AdditionalValue::Null => {}
                AdditionalValue::Object(values) if name == "id" => object.take_connection(&values),
                value => object.keep(name, value),
            }
        }
        Ok(object)
    }
}

/// A key of the object.
enum Key<'r> {
    Known(Column),
    /// `id`, with the connection's four values inside.
    Connection,
    Other(Cow<'r, str>),
}

/// Reads a key. Zeek writes the columns in one order, so the next one is nearly always known before.
struct KeySeed {
    expected: Option<Column>,
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key<'de>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl KeySeed {
    #[inline]
    fn key<'r>(&self, name: &str) -> Option<Key<'r>> {
        if let Some(column) = self.expected.filter(|column| column.name() == name) {
            return Some(Key::Known(column));
        }
        if let Some(column) = Column::of(name) {
            return Some(Key::Known(column));
        }
        (name == "id").then_some(Key::Connection)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Key<'de>, E> {
        Ok(self.key(name).unwrap_or(Key::Other(Cow::Borrowed(name))))
    }

    fn visit_str<E>(self, name: &str) -> Result<Key<'de>, E> {
        Ok(self
            .key(name)
            .unwrap_or_else(|| Key::Other(Cow::Owned(name.to_owned()))))
    }
}

impl<'r> Object<'r> {
    fn keep(&mut self, name: Cow<'r, str>, value: AdditionalValue<'r>) {
        self.raw.keep(name, undo_in_value(value));
    }

    fn take_connection(&mut self, values: &AdditionalFields<'r>) {
        for (name, value) in values.iter() {
            match Column::of_connection(name) {
                Some(column) => self.take(column, value.clone()),
                None => self.keep(Cow::Owned(format!("id.{name}")), value.clone()),
            }
        }
    }

    fn take(&mut self, column: Column, value: AdditionalValue<'r>) {
        self.mark(column);
        self.take_marked(column, value);
    }

    /// Remembers that the column was given.
    #[inline]
    pub(crate) fn mark(&mut self, column: Column) {
        if !self.raw.columns.insert(column) {
            self.twice.push(column.name());
        }
    }

    fn take_marked(&mut self, column: Column, value: AdditionalValue<'r>) {
        if let Err((value, problem)) = take_known(&mut self.raw, column, value) {
            self.misfits.push((column, problem));
            self.raw.keep(column.name(), undo_in_value(value));
        }
    }
}

/// Takes the value of a known column: of the type that Zeek writes straight to its place, of any other one by way of
/// [`take_known`], which decides alone what fits.
pub(crate) struct Place<'o, 'r> {
    pub(crate) object: &'o mut Object<'r>,
    pub(crate) column: Column,
}

impl<'de> DeserializeSeed<'de> for Place<'_, 'de> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Place<'_, 'de> {
    fn take(self, value: AdditionalValue<'de>) {
        self.object.take(self.column, value);
    }
}

impl<'de> Visitor<'de> for Place<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    #[inline]
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    #[inline]
    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        let raw = &mut self.object.raw;
        let place = match self.column {
            Column::Aa => &mut raw.aa,
            Column::Tc => &mut raw.tc,
            Column::Rd => &mut raw.rd,
            Column::Ra => &mut raw.ra,
            Column::Rejected => &mut raw.rejected,
            _ => {
                self.take(AdditionalValue::Boolean(value));
                return Ok(());
            }
        };
        *place = Some(value);
        self.object.mark(self.column);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.take(AdditionalValue::Integer(value));
        Ok(())
    }

    #[inline]
    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        let raw = &mut self.object.raw;
        let place = match self.column {
            Column::OrigP => Some(&mut raw.orig_p),
            Column::RespP => Some(&mut raw.resp_p),
            Column::TransId => Some(&mut raw.trans_id),
            Column::Qclass => Some(&mut raw.qclass),
            Column::Qtype => Some(&mut raw.qtype),
            Column::Rcode => Some(&mut raw.rcode),
            _ => None,
        };
        if let (Some(place), Ok(value)) = (place, u16::try_from(value)) {
            *place = Some(value);
            self.object.mark(self.column);
        } else if let (Column::Z, Ok(value @ 0..8)) = (self.column, u8::try_from(value)) {
            raw.z = Some(value);
            self.object.mark(self.column);
        } else {
            let signed = i64::try_from(value).map(AdditionalValue::Integer);
            self.take(signed.unwrap_or(AdditionalValue::Unsigned(value)));
        }
        Ok(())
    }

    #[inline]
    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.take(AdditionalValue::Real(value));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.take(AdditionalValue::Text(Cow::Owned(text.to_owned())));
        Ok(())
    }

    /// A text is lent only if it has no escapes, so it has no backslash of Zeek's own ones either.
    #[inline]
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        let raw = &mut self.object.raw;
        let place = match self.column {
            Column::Uid => &mut raw.uid,
            Column::Proto => &mut raw.proto,
            Column::QclassName => &mut raw.qclass_name,
            Column::QtypeName => &mut raw.qtype_name,
            Column::RcodeName => &mut raw.rcode_name,
            Column::OrigH | Column::RespH if let Some(address) = address::from_text(text.as_bytes()) => {
                let own = self.column == Column::OrigH;
                let place = if own { &mut raw.orig_h } else { &mut raw.resp_h };
                *place = Some(address);
                self.object.mark(self.column);
                return Ok(());
            }
            Column::Query => {
                raw.query = Some(Cow::Borrowed(text.as_bytes()));
                self.object.mark(self.column);
                return Ok(());
            }
            _ => {
                self.take(AdditionalValue::Text(Cow::Borrowed(text)));
                return Ok(());
            }
        };
        *place = Some(Cow::Borrowed(text));
        self.object.mark(self.column);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut values = Vec::new();
        if self.column == Column::Answers {
            let mut answers = Vec::new();
            while let Some(value) = list.next_element()? {
                match value {
                    AdditionalValue::Text(Cow::Borrowed(text)) if !text.contains('\\') => {
                        answers.push(Cow::Borrowed(text.as_bytes()));
                    }
                    value => {
                        let before = answers.drain(..).map(|answer| text::from_cow(answer).0.into());
                        values.extend(before);
                        values.push(value);
                        break;
                    }
                }
            }
            if values.is_empty() {
                self.object.raw.answers = answers;
                self.object.mark(self.column);
                return Ok(());
            }
        }
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        self.take(AdditionalValue::List(values));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let fields = AdditionalFields::deserialize(MapAccessDeserializer::new(map))?;
        self.take(AdditionalValue::Object(fields));
        Ok(())
    }
}

/// A value that does not fit its column, and why.
type Misfit<'r> = (AdditionalValue<'r>, &'static str);

fn take_known<'r>(
    raw: &mut ZeekDns<'r>,
    column: Column,
    value: AdditionalValue<'r>,
) -> Result<(), Misfit<'r>> {
    match column {
        Column::Ts => raw.ts = Some(typed(value, problem::TIME, timestamp)?),
        Column::Uid => raw.uid = Some(text(value)?),
        Column::OrigH => raw.orig_h = Some(typed(value, problem::ADDRESS, ip)?),
        Column::OrigP => raw.orig_p = Some(typed(value, problem::NUMBER, integer)?),
        Column::RespH => raw.resp_h = Some(typed(value, problem::ADDRESS, ip)?),
        Column::RespP => raw.resp_p = Some(typed(value, problem::NUMBER, integer)?),
        Column::Proto => raw.proto = Some(text(value)?),
        Column::TransId => raw.trans_id = Some(typed(value, problem::NUMBER, integer)?),
        Column::Rtt => raw.rtt = Some(typed(value, problem::DURATION, duration)?),
        Column::Query => raw.query = Some(bytes(value)?),
        Column::Qclass => raw.qclass = Some(typed(value, problem::NUMBER, integer)?),
        Column::QclassName => raw.qclass_name = Some(text(value)?),
        Column::Qtype => raw.qtype = Some(typed(value, problem::NUMBER, integer)?),
        Column::QtypeName => raw.qtype_name = Some(text(value)?),
        Column::Rcode => raw.rcode = Some(typed(value, problem::NUMBER, integer)?),
        Column::RcodeName => raw.rcode_name = Some(text(value)?),
        Column::Aa => raw.aa = Some(typed(value, problem::BOOLEAN, boolean)?),
        Column::Tc => raw.tc = Some(typed(value, problem::BOOLEAN, boolean)?),
        Column::Rd => raw.rd = Some(typed(value, problem::BOOLEAN, boolean)?),
        Column::Ra => raw.ra = Some(typed(value, problem::BOOLEAN, boolean)?),
        Column::Z => {
            raw.z = Some(typed(value, problem::NUMBER, |value| {
                integer(value).filter(|bits| *bits < 8)
            })?);
        }
        Column::Answers => raw.answers = texts(value)?,
        Column::Ttls => raw.ttls = typed(value, problem::LIST, durations)?,
        Column::Rejected => raw.rejected = Some(typed(value, problem::BOOLEAN, boolean)?),
        Column::Opcode => {
            raw.opcode = Some(typed(value, problem::NUMBER, |value| {
                integer(value).filter(|code| *code < 16)
            })?);
        }
        Column::OpcodeName => raw.opcode_name = Some(text(value)?),
        Column::Path => raw.path = Some(text(value)?),
        Column::SystemName => raw.system_name = Some(text(value)?),
    }
    Ok(())
}

fn typed<'r, T>(
    value: AdditionalValue<'r>,
    problem: &'static str,
    read: impl Fn(&AdditionalValue<'r>) -> Option<T>,
) -> Result<T, Misfit<'r>> {
    read(&value).ok_or((value, problem))
}

/// The time: seconds as a number, whole milliseconds, or text.
fn timestamp(value: &AdditionalValue<'_>) -> Option<asim_parse::schema::Timestamp> {
    match value {
        AdditionalValue::Real(seconds) => time::from_epoch_seconds(*seconds),
        AdditionalValue::Integer(number) => time::from_epoch_integer(*number),
        AdditionalValue::Text(text) => time::from_text(text),
        _ => None,
    }
}

/// A duration in seconds, in ticks of 100 ns; Zeek's clock has microseconds, further digits are noise.
fn duration(value: &AdditionalValue<'_>) -> Option<i64> {
    let ticks = match value {
        AdditionalValue::Real(seconds) => time::duration_from_seconds(*seconds),
        AdditionalValue::Integer(seconds) => seconds.checked_mul(10_000_000),
        AdditionalValue::Text(text) => asim_parse::value::number::ten_millionths(text.as_bytes()),
        _ => None,
    };
    ticks.filter(|ticks| *ticks >= 0)
}

fn ip(value: &AdditionalValue<'_>) -> Option<std::net::IpAddr> {
    match value {
        AdditionalValue::Text(text) => address::from_text(text.as_bytes()),
        _ => None,
    }
}

/// A whole number; shippers write some of them as text.
fn integer<N: TryFrom<i64>>(value: &AdditionalValue<'_>) -> Option<N> {
    let number = match value {
        AdditionalValue::Integer(number) => *number,
        AdditionalValue::Text(text) => text.parse().ok()?,
        _ => return None,
    };
    N::try_from(number).ok()
}

fn boolean(value: &AdditionalValue<'_>) -> Option<bool> {
    match value {
        AdditionalValue::Boolean(value) => Some(*value),
        AdditionalValue::Text(text) => match &**text {
            "T" | "true" => Some(true),
            "F" | "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn text(value: AdditionalValue<'_>) -> Result<Cow<'_, str>, Misfit<'_>> {
    match value {
        AdditionalValue::Text(text) => Ok(undo_in_text(text)),
        value => Err((value, problem::TEXT)),
    }
}

fn bytes(value: AdditionalValue<'_>) -> Result<Cow<'_, [u8]>, Misfit<'_>> {
    match value {
        AdditionalValue::Text(text) => Ok(undo_in_bytes(text)),
        value => Err((value, problem::TEXT)),
    }
}

fn texts(value: AdditionalValue<'_>) -> Result<Vec<Cow<'_, [u8]>>, Misfit<'_>> {
    match value {
        AdditionalValue::List(values) if values.iter().all(|v| matches!(v, AdditionalValue::Text(_))) => {
            Ok(values.into_iter().filter_map(|value| bytes(value).ok()).collect())
        }
        value => Err((value, problem::LIST)),
    }
}

fn durations(value: &AdditionalValue<'_>) -> Option<Vec<i64>> {
    match value {
        AdditionalValue::List(values) => values.iter().map(duration).collect(),
        _ => None,
    }
}

fn undo_in_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => undo(text.as_bytes(), Backslash::Single),
        Cow::Owned(text) => Cow::Owned(undo(text.as_bytes(), Backslash::Single).into_owned()),
    }
}

/// Text with Zeek's escapes undone; bytes that are no UTF-8 keep theirs.
fn undo_in_text(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\\') {
        text::from_cow(undo_in_bytes(text)).0
    } else {
        text
    }
}

fn undo_in_value(value: AdditionalValue<'_>) -> AdditionalValue<'_> {
    match value {
        AdditionalValue::Text(text) => AdditionalValue::Text(undo_in_text(text)),
        AdditionalValue::List(values) => {
            AdditionalValue::List(values.into_iter().map(undo_in_value).collect())
        }
        value => value,
    }
}
