//! One record of a response.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::{DnsClass, RrType};

/// The section of a response that a record stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The answer section.
    Answer,
    /// The authority section.
    Authority,
    /// The additional section.
    Additional,
}

impl Part {
    /// The text in ASIM's list.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Authority => "authority",
            Self::Additional => "additional",
        }
    }

    /// The section with this text.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Answer, Self::Authority, Self::Additional]
            .into_iter()
            .find(|part| part.as_str() == name)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One record of a response, as far as its source tells of it.
///
/// Names are canonical as in `DnsQuery`: no final dot, the root is `.`, control and format characters are escaped.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct DnsRecord<'r> {
    /// The section; absent for the records of a dynamic update, which has others.
    pub part: Option<Part>,
    /// The record's owner where it is certain, else the name asked for.
    pub query: Option<Cow<'r, str>>,
    /// How long the record may be kept, in seconds; whole and below 2^32 in DNS itself, but not in every log.
    pub ttl: Option<f64>,
    /// The class.
    pub class: Option<DnsClass>,
    /// The source's name of the class, where that is not the registry's name of `class`.
    pub class_name: Option<Cow<'r, str>>,
    /// The type.
    pub rr_type: Option<RrType>,
    /// The source's name of the type, where that is not the registry's name of `rr_type`: `NB` on port 137.
    pub type_name: Option<Cow<'r, str>>,
    /// The data: an address, a name, or text in the presentation form of the type as far as the source has it.
    pub response: Option<Cow<'r, str>>,
}

impl DnsRecord<'_> {
    /// What the class is called.
    pub fn class_text(&self) -> Option<Cow<'_, str>> {
        match &self.class_name {
            Some(name) => Some(Cow::Borrowed(name)),
            None => self.class.map(DnsClass::text),
        }
    }

    /// What the type is called.
    pub fn type_text(&self) -> Option<Cow<'_, str>> {
        match &self.type_name {
            Some(name) => Some(Cow::Borrowed(name)),
            None => self.rr_type.map(RrType::text),
        }
    }

    /// The same record, borrowing nothing.
    pub fn into_owned(self) -> DnsRecord<'static> {
        let owned = |text: Option<Cow<'_, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        DnsRecord {
            part: self.part,
            query: owned(self.query),
            ttl: self.ttl,
            class: self.class,
            class_name: owned(self.class_name),
            rr_type: self.rr_type,
            type_name: owned(self.type_name),
            response: owned(self.response),
        }
    }
}

/// An object with the keys `part`, `query`, `TTL`, `Class`, `Type` and `Response`, without those that are absent.
impl Serialize for DnsRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let class = self.class_text();
        let rr_type = self.type_text();
        let ttl = self.ttl.filter(|ttl| ttl.is_finite());
        let present = [
            self.part.is_some(),
            self.query.is_some(),
            ttl.is_some(),
            class.is_some(),
            rr_type.is_some(),
            self.response.is_some(),
        ];
        let present = present.into_iter().filter(|present| *present).count();
        let mut object = serializer.serialize_struct("DnsRecord", present)?;
        if let Some(part) = self.part {
            object.serialize_field("part", part.as_str())?;
        }
        if let Some(query) = &self.query {
            object.serialize_field("query", query)?;
        }
        match ttl.map(|ttl| whole(ttl).ok_or(ttl)) {
            Some(Ok(whole)) => object.serialize_field("TTL", &whole)?,
            Some(Err(ttl)) => object.serialize_field("TTL", &ttl)?,
            None => {}
        }
        if let Some(class) = class {
            object.serialize_field("Class", &class)?;
        }
        if let Some(rr_type) = rr_type {
            object.serialize_field("Type", &rr_type)?;
        }
        if let Some(response) = &self.response {
            object.serialize_field("Response", response)?;
        }
        object.end()
    }
}

/// The whole number that a number is, so that it is written without decimals.
fn whole(number: f64) -> Option<u32> {
    /// One more than the longest time to live that 32 bits hold.
    const END: f64 = 4_294_967_296.0;

    if !(0.0..END).contains(&number) || number.fract() != 0.0 {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number within the range"
    )]
    Some(number as u32)
}
