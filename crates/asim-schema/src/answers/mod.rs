//! The answers of a response as records, and its flags as a list: what ASIM's auxiliary functions give.
//!
//! `DnsResponseName` holds a response's records as text that can be searched, in the form that its source has. Events
//! are cheap that way, and who needs the records themselves asks for them: [`DnsEvent::answers`]. There is one reader
//! a text form, each in a file of its own:
//!
//! | form | reader | written for |
//! |---|---|---|
//! | `{"answers":[…],"ttls":[…]}` | [`zeek`] | Zeek |
//! | `type:  5 name;address;` | `sysmon` | Sysmon |
//! | `[{"part":"answer","query":…,"TTL":…,"Class":…,"Type":…,"Response":…}]` | `article` | records that hold a packet |
//! | `www.example.com. 60 IN A 192.0.2.1; …` | `printed` | Infoblox NIOS |
//! | `60 A 192.0.2.1 …` | `printed` | EfficientIP |
//!
//! A reader says only what its text tells. What the text leaves open, such as the type of a name that stands alone, is
//! absent unless the question decides it; [`zeek`] has the rules.

use std::borrow::Cow;

use serde::{Deserialize, Serialize, Serializer};

use crate::{AdditionalValue, DnsEvent};

mod article;
mod flags;
mod owners;
mod presentation;
mod printed;
mod question;
mod record;
mod sysmon;
pub mod zeek;

pub use flags::DnsFlagList;
pub use question::{NameService, Question};
pub use record::{DnsRecord, Part};

/// Reads one text form; none when the text has another one.
type Reader = for<'r> fn(&'r str, &Question<'r>) -> Option<Vec<DnsRecord<'r>>>;

/// The readers of all text forms, in the order in which they are asked.
static READERS: &[Reader] = &[
    zeek::read,
    article::read,
    printed::read_complete,
    printed::read_short,
    sysmon::read,
];

/// Text of JSON that stays borrowed where it has no escapes, within options and lists as well.
#[derive(Deserialize)]
#[serde(transparent)]
struct JsonText<'r>(#[serde(borrow)] Cow<'r, str>);

/// The records of a response, in its order: the answers, the authority records, the additional records.
///
/// ```
/// use asim_schema::answers::{Answers, Question};
///
/// let mut question = Question::default();
/// question.name = Some("www.example.com".into());
/// let answers = Answers::from_text(r#"{"answers":["192.0.2.1"],"ttls":[1782]}"#, &question).unwrap();
/// assert_eq!(
///     answers.to_json(),
///     r#"[{"part":"answer","query":"www.example.com","TTL":1782,"Type":"A","Response":"192.0.2.1"}]"#
/// );
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers<'r> {
    /// The records.
    pub records: Vec<DnsRecord<'r>>,
}

impl<'r> Answers<'r> {
    /// Reads the text of `DnsResponseName` in any of its forms; none when it has none of them.
    pub fn from_text(text: &'r str, question: &Question<'r>) -> Option<Self> {
        let records = READERS.iter().find_map(|read| read(text, question))?;
        Some(Self { records })
    }

    /// The number of records.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The records in order.
    pub fn iter(&self) -> std::slice::Iter<'_, DnsRecord<'r>> {
        self.records.iter()
    }

    /// The same records, borrowing nothing.
    pub fn into_owned(self) -> Answers<'static> {
        Answers {
            records: self.records.into_iter().map(DnsRecord::into_owned).collect(),
        }
    }

    /// The records as a JSON list of objects, with the keys of ASIM's article: `part`, `query`, `TTL`, `Class`, `Type`
    /// and `Response`. What a record does not tell is left out.
    pub fn to_json(&self) -> String {
        // Records hold nothing that JSON cannot say.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl<'r> From<Vec<DnsRecord<'r>>> for Answers<'r> {
    fn from(records: Vec<DnsRecord<'r>>) -> Self {
        Self { records }
    }
}

impl<'r> IntoIterator for Answers<'r> {
    type Item = DnsRecord<'r>;
    type IntoIter = std::vec::IntoIter<DnsRecord<'r>>;

    fn into_iter(self) -> Self::IntoIter {
        self.records.into_iter()
    }
}

impl<'a, 'r> IntoIterator for &'a Answers<'r> {
    type Item = &'a DnsRecord<'r>;
    type IntoIter = std::slice::Iter<'a, DnsRecord<'r>>;

    fn into_iter(self) -> Self::IntoIter {
        self.records.iter()
    }
}

impl Serialize for Answers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.records.serialize(serializer)
    }
}

impl DnsEvent<'_> {
    /// The records of the response, read from `DnsResponseName`.
    ///
    /// Authority and additional records of Zeek's columns `auth` and `addl` follow, where `AdditionalFields` has them.
    /// None when the event has no records, or has them in a form without a reader.
    ///
    /// ```
    /// use asim_schema::{DnsEvent, RrType, SchemaVersion};
    ///
    /// let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
    /// event.set_dns_query("www.example.com");
    /// event.set_dns_query_type(RrType::A);
    /// event.set_dns_response_name(r#"{"answers":["lb.example.net","192.0.2.1"],"ttls":[300,60]}"#);
    ///
    /// let answers = event.answers().unwrap();
    /// let [alias, address] = &answers.records[..] else { panic!("two records") };
    /// assert_eq!((alias.rr_type, address.rr_type), (Some(RrType::CNAME), Some(RrType::A)));
    /// assert_eq!(address.query.as_deref(), Some("lb.example.net"));
    /// ```
    pub fn answers(&self) -> Option<Answers<'_>> {
        let question = Question::of(self);
        let mut answers = match self.dns_response_name() {
            Some(text) => Some(Answers::from_text(text, &question)?),
            None => None,
        };
        for (column, part) in [("auth", Part::Authority), ("addl", Part::Additional)] {
            if let Some(texts) = self.zeek_column(column) {
                let records = zeek::records(texts, &[], part, &question);
                answers.get_or_insert_default().records.extend(records);
            }
        }
        answers
    }

    /// The texts of one of Zeek's columns that hold records.
    fn zeek_column(&self, column: &str) -> Option<impl Iterator<Item = Cow<'_, str>>> {
        self.event_product().filter(|product| *product == "Zeek")?;
        let AdditionalValue::List(texts) = self.additional_fields()?.get(column)? else {
            return None;
        };
        Some(texts.iter().filter_map(|text| match text {
            AdditionalValue::Text(text) => Some(Cow::Borrowed(&**text)),
            _ => None,
        }))
    }
}

#[cfg(test)]
mod tests;
