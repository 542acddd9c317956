//! A Windows event, whatever form it came in.

use std::borrow::Cow;

use asim_schema::{AdditionalFields, Timestamp};

use super::value::DataValue;

/// A Windows event.
///
/// What an event leaves out, and what is empty, is absent. Texts are as the event has them: line ends too.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct WindowsEvent<'r> {
    /// The provider's name: `Microsoft-Windows-Sysmon`.
    pub provider: Option<Cow<'r, str>>,
    /// The provider's GUID, with or without braces.
    pub provider_guid: Option<Cow<'r, str>>,
    /// The event's id, unique within its provider.
    pub event_id: u32,
    /// The version of the event's definition.
    pub version: Option<Cow<'r, str>>,
    /// The level: a number, or a shipper's word for it.
    pub level: Option<Cow<'r, str>>,
    /// The task: a number, or a shipper's word for it.
    pub task: Option<Cow<'r, str>>,
    /// The opcode: a number, or a shipper's word for it.
    pub opcode: Option<Cow<'r, str>>,
    /// The keywords: a mask in hexadecimal or decimal.
    pub keywords: Option<Cow<'r, str>>,
    /// The channel: `Microsoft-Windows-Sysmon/Operational`.
    pub channel: Option<Cow<'r, str>>,
    /// The computer on which the event was made, with or without its domain.
    pub computer: Option<Cow<'r, str>>,
    /// When the event was made, by the event log's own clock.
    pub time_created: Option<Timestamp>,
    /// The same without a zone, as a shipper wrote it; in no record beside [`time_created`](Self::time_created).
    pub local_time: Option<Cow<'r, str>>,
    /// The `@timestamp` of a shipper, when it is not known to be the time of the event.
    pub shipper_time: Option<Timestamp>,
    /// The `TimeGenerated` of a table's row.
    pub time_generated: Option<Timestamp>,
    /// The same in the zone of whoever exported the table, which the table does not tell.
    pub local_time_generated: Option<Cow<'r, str>>,
    /// The record's number within its channel.
    pub record_id: Option<u64>,
    /// The process that wrote the event, which is the provider's own.
    pub process_id: Option<u32>,
    /// The thread that wrote the event.
    pub thread_id: Option<u32>,
    /// The account of the process that wrote the event.
    pub user_sid: Option<Cow<'r, str>>,
    /// The activity that the event belongs to, with or without braces.
    pub activity_id: Option<Cow<'r, str>>,
    /// The event as text in the reader's language.
    pub message: Option<Cow<'r, str>>,
    /// The event's own data in its order; values without a name are called `param1`, `param2` and so on.
    pub data: Vec<(Cow<'r, str>, DataValue<'r>)>,
    /// What the shipper or the table adds, under its names.
    pub other: Vec<(Cow<'r, str>, DataValue<'r>)>,
    /// Whether a name was given twice; the last value counts.
    pub repeated: bool,
}

impl<'r> WindowsEvent<'r> {
    /// The text of a value of the data.
    pub fn data(&self, name: &str) -> Option<&str> {
        find(&self.data, name)?.as_str()
    }

    /// The text of a value that the shipper or the table adds.
    pub fn other(&self, name: &str) -> Option<&str> {
        find(&self.other, name)?.as_str()
    }

    /// Adds what is around the data to a record's additional fields: what the event log says that has no field of its
    /// own, the rendered message, and what the shipper adds.
    pub fn add_surroundings(self, fields: &mut AdditionalFields<'r>) {
        let texts = [
            ("Version", self.version),
            ("Level", self.level),
            ("Task", self.task),
            ("Opcode", self.opcode),
            ("Keywords", self.keywords),
            ("Channel", self.channel),
            ("UserID", self.user_sid),
            ("ActivityID", self.activity_id),
            ("Message", self.message),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                fields.push(name, text);
            }
        }
        for (name, number) in [("ProcessID", self.process_id), ("ThreadID", self.thread_id)] {
            if let Some(number) = number {
                fields.push(name, number);
            }
        }
        for (name, value) in self.other {
            fields.push(name, value.into_additional());
        }
    }

    /// The same event, borrowing nothing.
    pub fn into_owned(self) -> WindowsEvent<'static> {
        let text = |text: Option<Cow<'_, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        let values = |values: Vec<(Cow<'_, str>, DataValue<'_>)>| {
            let owned = values
                .into_iter()
                .map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned()));
            owned.collect()
        };
        WindowsEvent {
            provider: text(self.provider),
            provider_guid: text(self.provider_guid),
            event_id: self.event_id,
            version: text(self.version),
            level: text(self.level),
            task: text(self.task),
            opcode: text(self.opcode),
            keywords: text(self.keywords),
            channel: text(self.channel),
            computer: text(self.computer),
            time_created: self.time_created,
            local_time: text(self.local_time),
            shipper_time: self.shipper_time,
            time_generated: self.time_generated,
            local_time_generated: text(self.local_time_generated),
            record_id: self.record_id,
            process_id: self.process_id,
            thread_id: self.thread_id,
            user_sid: text(self.user_sid),
            activity_id: text(self.activity_id),
            message: text(self.message),
            data: values(self.data),
            other: values(self.other),
            repeated: self.repeated,
        }
    }

    /// Whether the provider has this name, in any letter case.
    pub fn is_of(&self, provider: &str) -> bool {
        let own = self.provider.as_deref();
        own.is_some_and(|own| own.eq_ignore_ascii_case(provider))
    }
}

/// The last value of a name.
fn find<'a, 'r>(values: &'a [(Cow<'r, str>, DataValue<'r>)], name: &str) -> Option<&'a DataValue<'r>> {
    let mut values = values.iter().rev();
    values.find(|(own, _)| own == name).map(|(_, value)| value)
}
