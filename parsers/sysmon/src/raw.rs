//! What event 22 says, without any idea of what it means.

use std::borrow::Cow;

use asim_parse::envelope::TableHeader;
use asim_parse::windows::{DataValue, NO_ID, WindowsEvent};
use asim_parse::{Fault, Notes, Refusal};
use memchr::memmem;

/// The id of Sysmon's event for a DNS query.
pub(crate) const DNS_QUERY: u32 = 22;

/// What Sysmon writes for a process that it does not know.
const UNKNOWN_PROCESS: &[u8] = b"<unknown process>";

/// So many characters of a provider's name are shown in a reason.
const SHOWN: usize = 80;

/// Which Sysmon wrote an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// Sysmon for Windows.
    #[default]
    Windows,
    /// Sysmon for Linux.
    Linux,
}

impl Origin {
    /// Whose event it is: by the provider, and where none is named, by the channel.
    pub(crate) fn of(event: &WindowsEvent<'_>) -> Option<Self> {
        const WINDOWS: (&str, &str) = ("Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational");
        const LINUX: (&str, &str) = ("Linux-Sysmon", "Linux-Sysmon/Operational");

        let is = |(provider, channel): (&str, &str)| match &event.provider {
            Some(own) => own.eq_ignore_ascii_case(provider),
            None => event
                .channel
                .as_deref()
                .is_some_and(|own| own.eq_ignore_ascii_case(channel)),
        };
        if is(WINDOWS) {
            Some(Self::Windows)
        } else {
            is(LINUX).then_some(Self::Linux)
        }
    }
}

/// An event 22. What it leaves out, and what Sysmon marks as absent with a hyphen, is absent.
#[derive(Debug, Default)]
pub struct SysmonDns<'r> {
    /// Which Sysmon wrote it.
    pub origin: Origin,
    /// `RuleName`: the name of the filter rule that took the event in.
    pub rule_name: Option<Cow<'r, str>>,
    /// `UtcTime`: when the query was answered, as text in UTC.
    pub utc_time: Option<Cow<'r, str>>,
    /// `ProcessGuid`.
    pub process_guid: Option<Cow<'r, str>>,
    /// `ProcessId`, in decimal.
    pub process_id: Option<Cow<'r, str>>,
    /// `QueryName`: the name as the process gave it.
    pub query_name: Option<Cow<'r, str>>,
    /// `QueryStatus`: the outcome as a Windows error code.
    pub query_status: Option<Cow<'r, str>>,
    /// `QueryResults`: the records as text.
    pub query_results: Option<Cow<'r, str>>,
    /// `Image`: the path of the program.
    pub image: Option<Cow<'r, str>>,
    /// `User`: the account of the process.
    pub user: Option<Cow<'r, str>>,
    /// Values under names that the event has in none of its known versions.
    pub unknown: Vec<(Cow<'r, str>, DataValue<'r>)>,
    /// What the event log and the shipper say of it; its data have been taken out.
    pub event: WindowsEvent<'r>,
}

/// Reads a record: a row of a table, an `Event` element, or a JSON object.
pub(crate) fn decode<'r>(
    bytes: &'r [u8],
    table: Option<&'r TableHeader>,
    notes: &mut Notes,
) -> Result<SysmonDns<'r>, Refusal> {
    let text = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    let event = match (table, text.first()) {
        (Some(header), _) => WindowsEvent::row(bytes, header),
        (None, Some(b'{')) => WindowsEvent::json(text),
        (None, Some(b'<')) => match WindowsEvent::xml(text) {
            Err(fault) => unescaped(text, fault, notes),
            event => event,
        },
        (None, _) => Err(Fault::decode("neither XML nor JSON")),
    };
    match event {
        Ok(event) => of_event(event, notes),
        Err(fault) if fault.class == NO_ID => Err(Refusal::Declined(Cow::Borrowed(NO_ID))),
        Err(fault) => Err(Refusal::Rejected(fault)),
    }
}

/// Reads XML in which a shipper left the name of the unknown process without escapes, so that it passes for a tag.
#[cold]
fn unescaped<'r>(text: &[u8], fault: Fault, notes: &mut Notes) -> Result<WindowsEvent<'r>, Fault> {
    let Some((before, behind)) = memmem::find(text, UNKNOWN_PROCESS)
        .and_then(|at| Some((text.get(..at)?, text.get(at + UNKNOWN_PROCESS.len()..)?)))
    else {
        return Err(fault);
    };
    let mended = [before, b"&lt;unknown process&gt;", behind].concat();
    let event = WindowsEvent::xml(&mended).map(WindowsEvent::into_owned);
    match event {
        Ok(event) => {
            notes.add("Image", "<unknown process> without XML's escapes");
            Ok(event)
        }
        Err(_) => Err(fault),
    }
}

fn of_event<'r>(mut event: WindowsEvent<'r>, notes: &mut Notes) -> Result<SysmonDns<'r>, Refusal> {
    let origin = Origin::of(&event).filter(|_| event.event_id == DNS_QUERY);
    let Some(origin) = origin else {
        return Err(Refusal::Declined(Cow::Owned(neighbour(&event))));
    };
    if event.repeated {
        notes.add("EventData", "a name given twice, the last value counts");
    }
    let data = std::mem::take(&mut event.data);
    let mut raw = SysmonDns {
        origin,
        event,
        ..SysmonDns::default()
    };
    for (name, value) in data {
        raw.take(name, value);
    }
    Ok(raw)
}

impl<'r> SysmonDns<'r> {
    fn take(&mut self, name: Cow<'r, str>, value: DataValue<'r>) {
        let place = match &*name {
            "RuleName" => &mut self.rule_name,
            "UtcTime" => &mut self.utc_time,
            "ProcessGuid" => &mut self.process_guid,
            "ProcessId" => &mut self.process_id,
            "QueryName" => &mut self.query_name,
            "QueryStatus" => &mut self.query_status,
            "QueryResults" => &mut self.query_results,
            "Image" => &mut self.image,
            "User" => &mut self.user,
            _ => return self.unknown.push((name, value)),
        };
        match value {
            DataValue::Nested(_) => self.unknown.push((name, value)),
            value => *place = value.into_text().filter(|text| text != "-" && !text.is_empty()),
        }
    }
}

/// What an event is that is none of ours: its provider and its id.
fn neighbour(event: &WindowsEvent<'_>) -> String {
    let id = event.event_id;
    match event.provider.as_deref().or(event.channel.as_deref()) {
        Some(name) => {
            let name: String = name.chars().take(SHOWN).collect();
            format!("{} event {id}", name.escape_debug())
        }
        None => format!("event {id} of an unknown provider"),
    }
}
