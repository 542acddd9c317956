//! What an event of Sysmon says, without any idea of what it means.

use std::borrow::Cow;

use asim_parse::envelope::TableHeader;
use asim_parse::windows::{DataValue, NO_ID, WindowsEvent};
use asim_parse::{Fault, Notes, Refusal};
use memchr::memmem;

use crate::process::SysmonProcess;

/// The id of Sysmon's event for a DNS query.
pub(crate) const DNS_QUERY: u32 = 22;
/// The id of Sysmon's event for a process that was started.
pub(crate) const PROCESS_CREATED: u32 = 1;
/// The id of Sysmon's event for a process that has ended.
pub(crate) const PROCESS_TERMINATED: u32 = 5;

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

/// An event that is read here.
#[derive(Debug)]
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "one record at a time; a query's costs no allocation"
)]
pub enum SysmonEvent<'r> {
    /// Event 22: a DNS query with its outcome.
    Dns(SysmonDns<'r>),
    /// Event 1 or 5: a process was started, or has ended.
    Process(Box<SysmonProcess<'r>>),
}

/// Reads a record: a row of a table, an `Event` element, or a JSON object.
pub(crate) fn decode<'r>(
    bytes: &'r [u8],
    table: Option<&'r TableHeader>,
    notes: &mut Notes,
) -> Result<SysmonEvent<'r>, Refusal> {
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
    let mut mended = Vec::with_capacity(text.len() + UNKNOWN_PROCESS.len());
    let mut rest = text;
    while let Some(at) = memmem::find(rest, UNKNOWN_PROCESS) {
        let (before, behind) = rest.split_at(at);
        mended.extend_from_slice(before);
        mended.extend_from_slice(b"&lt;unknown process&gt;");
        rest = behind.get(UNKNOWN_PROCESS.len()..).unwrap_or_default();
    }
    mended.extend_from_slice(rest);
    let event = WindowsEvent::xml(&mended).map(WindowsEvent::into_owned);
    match event {
        Ok(event) => {
            notes.add("Image", "<unknown process> without XML's escapes");
            Ok(event)
        }
        Err(_) => Err(fault),
    }
}

fn of_event<'r>(mut event: WindowsEvent<'r>, notes: &mut Notes) -> Result<SysmonEvent<'r>, Refusal> {
    let is_known = matches!(event.event_id, DNS_QUERY | PROCESS_CREATED | PROCESS_TERMINATED);
    let Some(origin) = Origin::of(&event).filter(|_| is_known) else {
        return Err(Refusal::Declined(Cow::Owned(neighbour(&event))));
    };
    if event.repeated {
        notes.add("EventData", "a name given twice, the last value counts");
    }
    let data = std::mem::take(&mut event.data);
    if event.event_id == DNS_QUERY {
        let mut raw = SysmonDns {
            origin,
            event,
            ..SysmonDns::default()
        };
        for (name, value) in data {
            raw.take(name, value);
        }
        return Ok(SysmonEvent::Dns(raw));
    }
    let mut raw = SysmonProcess {
        origin,
        event,
        ..SysmonProcess::default()
    };
    for (name, value) in data {
        raw.take(name, value);
    }
    Ok(SysmonEvent::Process(Box::new(raw)))
}

/// A value's text; none where Sysmon marks that there is none.
pub(crate) fn text(value: DataValue<'_>) -> Option<Cow<'_, str>> {
    value.into_text().filter(|text| text != "-" && !text.is_empty())
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
            value => *place = text(value),
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
