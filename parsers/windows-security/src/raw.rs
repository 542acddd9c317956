//! What events 4688 and 4689 say, without any idea of what it means.

use std::borrow::Cow;

use asim_parse::envelope::TableHeader;
use asim_parse::schema::ProcessEventType;
use asim_parse::windows::{DataValue, NO_ID, WindowsEvent};
use asim_parse::{Fault, Notes, Refusal};

/// The provider of the Security log's audit events.
pub(crate) const PROVIDER: &str = "Microsoft-Windows-Security-Auditing";
/// The channel of the Security log.
const CHANNEL: &str = "Security";

/// The id of the event for a process that was started.
const PROCESS_CREATED: u32 = 4688;
/// The id of the event for a process that has ended.
const PROCESS_TERMINATED: u32 = 4689;

/// The security identifier of nobody.
const NOBODY: &str = "S-1-0-0";

/// So many characters of a provider's name are shown in a reason.
const SHOWN: usize = 80;

/// Columns that the table `SecurityEvent` makes of the event's own, or adds.
const OF_TABLE: [&str; 13] = [
    "Account",
    "AccountType",
    "Activity",
    "EventOriginId",
    "LevelName",
    "PartitionKey",
    "Process",
    "RowKey",
    "StorageAccount",
    "SubjectAccount",
    "SystemUserId",
    "TargetAccount",
    "Type",
];

/// A user as these events name one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account<'r> {
    /// `…UserSid`, unless it is that of nobody.
    pub sid: Option<Cow<'r, str>>,
    /// `…UserName`.
    pub name: Option<Cow<'r, str>>,
    /// `…DomainName`.
    pub domain: Option<Cow<'r, str>>,
    /// `…LogonId`, in hexadecimal.
    pub logon_id: Option<Cow<'r, str>>,
}

/// An event 4688, in any of its versions 0 to 2, or 4689. What it leaves out, and what it marks as absent with a hyphen,
/// is absent.
#[derive(Debug, Default)]
pub struct SecurityProcess<'r> {
    /// `Subject…`: who started the process, or ended it.
    pub subject: Account<'r>,
    /// `Target…` of 4688 since version 2: the user that the process runs as, where it is another.
    pub target: Account<'r>,
    /// `NewProcessId` of 4688, in hexadecimal.
    pub new_process_id: Option<Cow<'r, str>>,
    /// `NewProcessName` of 4688.
    pub new_process_name: Option<Cow<'r, str>>,
    /// `ProcessId`, in hexadecimal: in 4688 the process that started the new one, in 4689 the one that has ended.
    pub process_id: Option<Cow<'r, str>>,
    /// `ProcessName` of 4689.
    pub process_name: Option<Cow<'r, str>>,
    /// `ParentProcessName` of 4688 since version 2: the process that started the new one.
    pub parent_process_name: Option<Cow<'r, str>>,
    /// `CommandLine` of 4688 since version 1, where a policy asks for it.
    pub command_line: Option<Cow<'r, str>>,
    /// `TokenElevationType` of 4688: `%%1936` to `%%1938`.
    pub token_elevation_type: Option<Cow<'r, str>>,
    /// `MandatoryLabel` of 4688 since version 2: the security identifier of an integrity level.
    pub mandatory_label: Option<Cow<'r, str>>,
    /// `Status` of 4689: the exit code, in hexadecimal.
    pub status: Option<Cow<'r, str>>,
    /// Values under names that the events have in none of their known versions.
    pub unknown: Vec<(Cow<'r, str>, DataValue<'r>)>,
    /// What the event log and the shipper say of it; its data have been taken out.
    pub event: WindowsEvent<'r>,
}

/// Reads a record: a row of a table, an `Event` element, or a JSON object.
pub(crate) fn decode<'r>(
    bytes: &'r [u8],
    table: Option<&'r TableHeader>,
    notes: &mut Notes,
) -> Result<SecurityProcess<'r>, Refusal> {
    let text = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    let event = match (table, text.first()) {
        (Some(header), _) => WindowsEvent::row(bytes, header),
        (None, Some(b'{')) => WindowsEvent::json(text),
        (None, Some(b'<')) => WindowsEvent::xml(text),
        (None, _) => Err(Fault::decode("neither XML nor JSON")),
    };
    match event {
        Ok(event) => of_event(event, notes),
        Err(fault) if fault.class == NO_ID => Err(Refusal::Declined(Cow::Borrowed(NO_ID))),
        Err(fault) => Err(Refusal::Rejected(fault)),
    }
}

/// Whether the event is of the Security log: by the provider, and where none is named, by the channel.
fn is_of_security_log(event: &WindowsEvent<'_>) -> bool {
    match &event.provider {
        Some(provider) => provider.eq_ignore_ascii_case(PROVIDER),
        None => event
            .channel
            .as_deref()
            .is_some_and(|channel| channel.eq_ignore_ascii_case(CHANNEL)),
    }
}

fn of_event<'r>(mut event: WindowsEvent<'r>, notes: &mut Notes) -> Result<SecurityProcess<'r>, Refusal> {
    let is_known = matches!(event.event_id, PROCESS_CREATED | PROCESS_TERMINATED);
    if !is_known || !is_of_security_log(&event) {
        return Err(Refusal::Declined(Cow::Owned(neighbour(&event))));
    }
    if event.repeated {
        notes.add("EventData", "a name given twice, the last value counts");
    }
    let data = std::mem::take(&mut event.data);
    let mut raw = SecurityProcess {
        event,
        ..SecurityProcess::default()
    };
    for (name, value) in data {
        raw.take(name, value);
    }
    Ok(raw)
}

impl<'r> SecurityProcess<'r> {
    /// What happened to the process.
    pub fn event_type(&self) -> ProcessEventType {
        if self.event.event_id == PROCESS_TERMINATED {
            ProcessEventType::ProcessTerminated
        } else {
            ProcessEventType::ProcessCreated
        }
    }

    fn take(&mut self, name: Cow<'r, str>, value: DataValue<'r>) {
        let place = match &*name {
            "SubjectUserSid" => &mut self.subject.sid,
            "SubjectUserName" => &mut self.subject.name,
            "SubjectDomainName" => &mut self.subject.domain,
            "SubjectLogonId" => &mut self.subject.logon_id,
            "TargetUserSid" => &mut self.target.sid,
            "TargetUserName" => &mut self.target.name,
            "TargetDomainName" => &mut self.target.domain,
            "TargetLogonId" => &mut self.target.logon_id,
            "NewProcessId" => &mut self.new_process_id,
            "NewProcessName" => &mut self.new_process_name,
            "ProcessId" => &mut self.process_id,
            "ProcessName" => &mut self.process_name,
            "ParentProcessName" => &mut self.parent_process_name,
            "CommandLine" => &mut self.command_line,
            "TokenElevationType" => &mut self.token_elevation_type,
            "MandatoryLabel" => &mut self.mandatory_label,
            "Status" => &mut self.status,
            own if OF_TABLE.contains(&own) => return self.event.other.push((name, value)),
            _ => return self.unknown.push((name, value)),
        };
        match value {
            DataValue::Nested(_) => self.unknown.push((name, value)),
            value => {
                let text = value.into_text();
                *place = text.filter(|text| text != "-" && !text.is_empty() && text != NOBODY);
            }
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
