//! Puts an event together from the members of any form.

use std::borrow::Cow;

use asim_schema::Timestamp;

use super::event::WindowsEvent;
use super::names::{self, Field, Group, Member};
use super::value::DataValue;
use super::{json, time, xml};
use crate::error::Fault;

/// Room for the data of most events.
const TYPICAL_DATA: usize = 12;

/// An event that is not complete yet.
#[derive(Default)]
pub(super) struct Builder<'r> {
    pub(super) event: WindowsEvent<'r>,
    /// The id; `Err` if what stands in its place is no number.
    id: Option<Result<u32, ()>>,
    /// The host of a shipper.
    host: Option<Cow<'r, str>>,
    /// Members of the outermost object that may be data.
    loose: Vec<(Cow<'r, str>, DataValue<'r>)>,
    /// Whether the data stand in an object of their own.
    contained: bool,
    /// Whether the names carry the letter of a type.
    typed: bool,
    /// Whether the record is a row of the table `Event`.
    event_table: bool,
    /// How many values of the data have no name.
    unnamed: u32,
    /// A set bit for the names of data, so that most of them need no search.
    names: u64,
}

impl<'r> Builder<'r> {
    /// Takes a member of a group that is no group itself.
    pub(super) fn member(&mut self, group: Group, name: Cow<'r, str>, value: DataValue<'r>) {
        match names::member(group, &name) {
            Some(Member::Field(field)) => self.field(field, name, value),
            Some(Member::Group(inner)) => self.text_of_group(inner, name, value),
            Some(Member::Other) if group == Group::Root => self.other(name, value),
            Some(Member::Other) => {}
            None if group == Group::Root => self.loose(name, value),
            None => self.datum(name, value),
        }
    }

    /// A member of the outermost object without a place of its own.
    fn loose(&mut self, name: Cow<'r, str>, value: DataValue<'r>) {
        if let Some(short) = names::without_type(&name)
            && let Some(member) = names::member(Group::Root, short)
        {
            self.typed = true;
            let short = Cow::Owned(short.to_owned());
            match member {
                Member::Field(field) => self.field(field, short, value),
                Member::Group(inner) => self.text_of_group(inner, short, value),
                Member::Other => self.other(short, value),
            }
            return;
        }
        if let Some(rest) = name.strip_prefix("winlog.") {
            if let Some(datum) = rest.strip_prefix("event_data.") {
                self.contained = true;
                let datum = Cow::Owned(datum.to_owned());
                self.datum(datum, value);
                return;
            }
            if let Some(Member::Field(field)) = names::member(Group::System, rest) {
                self.field(field, name, value);
                return;
            }
        }
        self.loose.push((name, value));
    }

    /// Text where an object was looked for: converted XML that has only text, or XML and JSON in a column.
    fn text_of_group(&mut self, group: Group, name: Cow<'r, str>, value: DataValue<'r>) {
        match group {
            Group::Data | Group::UserData => {
                if let Some(text) = value.into_text() {
                    self.data_text(text);
                }
            }
            Group::Text(field) => self.field(field, name, value),
            // NXLog and Logstash write the collector's name so.
            Group::Host => self.other(name, value),
            Group::Attributes if name == "Provider" => self.field(Field::Provider, name, value),
            Group::Attributes if name == "Correlation" => self.field(Field::ActivityId, name, value),
            _ => {}
        }
    }

    /// The data as text of their own: XML or JSON.
    pub(super) fn data_text(&mut self, text: Cow<'r, str>) {
        self.contained = true;
        match text {
            Cow::Borrowed(text) => self.read_data(text),
            Cow::Owned(text) => {
                let mut inner = Builder::default();
                inner.read_data(&text);
                self.event.time_created = inner.event.time_created.or(self.event.time_created);
                for (name, value) in inner.event.data {
                    self.datum(Cow::Owned(name.into_owned()), value.into_owned());
                }
            }
        }
    }

    fn read_data(&mut self, text: &'r str) {
        let start = text.trim_ascii_start();
        let read = match start.as_bytes().first() {
            Some(b'<') => xml::data(start, self).is_ok(),
            Some(b'{') => json::data(start, self).is_ok(),
            _ => false,
        };
        if !read && !start.is_empty() {
            self.event
                .other
                .push((Cow::Borrowed("EventData"), DataValue::Text(Cow::Borrowed(text))));
        }
    }

    /// Says that the data stand in an object of their own.
    pub(super) fn set_contained(&mut self) {
        self.contained = true;
    }

    /// Takes what the event log says of the event.
    pub(super) fn field(&mut self, field: Field, name: Cow<'r, str>, value: DataValue<'r>) {
        let text = match value {
            DataValue::Nested(_) => return self.other(name, value),
            value => value.into_text().map(trimmed).filter(|text| !text.is_empty()),
        };
        let Some(text) = text else { return };
        let event = &mut self.event;
        match field {
            Field::EventId => self.id = Some(number(&text).ok_or(())),
            Field::Provider => event.provider = Some(text),
            Field::ProviderGuid => event.provider_guid = Some(text),
            Field::Version => event.version = Some(text),
            Field::Level => event.level = Some(text),
            Field::Task => event.task = Some(text),
            Field::Opcode => event.opcode = Some(text),
            Field::OpcodeWord => {
                event.opcode.get_or_insert(text);
            }
            Field::Keywords => event.keywords = Some(text),
            Field::Channel => event.channel = Some(text),
            Field::EventLog => {
                self.event_table = true;
                event.channel = Some(text);
            }
            Field::Computer => event.computer = Some(text),
            Field::Host => self.host = Some(text),
            Field::TimeCreated => event.time_created = time::utc(&text).or_else(|| time::epoch(&text)),
            Field::EventTime if time::is_local(&text) => event.local_time = Some(text),
            Field::EventTime => event.time_created = Timestamp::parse(&text).or_else(|| time::epoch(&text)),
            Field::TimeGenerated => {
                event.time_generated = time::utc(&text).or_else(|| time::of_portal(&text));
            }
            Field::ShipperTime => event.shipper_time = time::utc(&text),
            Field::RecordId => event.record_id = number(&text),
            Field::ProcessId => event.process_id = number(&text),
            Field::ThreadId => event.thread_id = number(&text),
            Field::UserSid => event.user_sid = Some(text),
            Field::ActivityId => event.activity_id = Some(text),
            Field::Message => event.message = Some(text),
        }
    }

    /// Takes a value of the data, unless it is empty.
    pub(super) fn datum(&mut self, name: Cow<'r, str>, value: DataValue<'r>) {
        if matches!(&value, DataValue::Text(text) if text.is_empty()) {
            return;
        }
        let ends = [name.len(), first(&name), last(&name)];
        let bit = ends.iter().fold(0, |sum, end| sum * 31 + end) % 64;
        let mask = 1_u64 << bit;
        if self.names & mask != 0 && self.event.data.iter().any(|(own, _)| *own == name) {
            self.event.repeated = true;
        }
        self.names |= mask;
        if self.event.data.is_empty() {
            self.event.data.reserve(TYPICAL_DATA);
        }
        self.event.data.push((name, value));
    }

    /// Takes a value of the data that has no name.
    pub(super) fn unnamed(&mut self, value: DataValue<'r>) {
        self.unnamed += 1;
        let name = format!("param{}", self.unnamed);
        self.datum(Cow::Owned(name), value);
    }

    fn other(&mut self, name: Cow<'r, str>, value: DataValue<'r>) {
        self.event.other.push((name, value));
    }

    /// The event.
    pub(super) fn finish(mut self, without_id: Fault) -> Result<WindowsEvent<'r>, Fault> {
        self.event.event_id = match self.id {
            Some(Ok(id)) => id,
            Some(Err(())) => return Err(Fault::decode("EventID is not a number")),
            None => return Err(without_id),
        };
        for (name, value) in std::mem::take(&mut self.loose) {
            if self.typed {
                // The table's own columns have no letter.
                match names::without_type(&name) {
                    Some(short) => self.datum(Cow::Owned(short.to_owned()), value),
                    None => self.other(name, value),
                }
            } else if self.event_table && name == "Source" {
                self.event.provider = value.into_text().filter(|text| !text.is_empty());
            } else if self.contained {
                self.other(name, value);
            } else {
                self.datum(name, value);
            }
        }
        let event = &mut self.event;
        if event.computer.is_none() {
            event.computer = self.host;
        }
        if event.time_created.is_some() {
            event.local_time = None;
        } else if self.contained && event.local_time.is_none() {
            // Winlogbeat and Elastic Agent put the event's own time there.
            event.time_created = event.shipper_time.take();
        }
        Ok(self.event)
    }
}

fn first(name: &str) -> usize {
    name.as_bytes().first().copied().unwrap_or_default().into()
}

fn last(name: &str) -> usize {
    name.as_bytes().last().copied().unwrap_or_default().into()
}

/// The text without blanks around it.
fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
        Cow::Owned(text) if text.trim_ascii().len() < text.len() => Cow::Owned(text.trim_ascii().to_owned()),
        owned @ Cow::Owned(_) => owned,
    }
}

/// A whole number; a table's real numbers end in `.0`.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}
