//! What events 1 and 5 say.

use std::borrow::Cow;

use asim_parse::schema::ProcessEventType;
use asim_parse::windows::{DataValue, WindowsEvent};

use crate::raw::{Origin, PROCESS_TERMINATED, text};

/// An event 1 or 5. What it leaves out, and what Sysmon marks as absent with a hyphen, is absent.
///
/// Event 5 has the rule, the time, the process's GUID, id and image, and since Sysmon 13.30 the user.
#[derive(Debug, Default)]
pub struct SysmonProcess<'r> {
    /// Which Sysmon wrote it.
    pub origin: Origin,
    /// `RuleName`: the name of the filter rule that took the event in.
    pub rule_name: Option<Cow<'r, str>>,
    /// `UtcTime`: when the process was started or ended, as text in UTC.
    pub utc_time: Option<Cow<'r, str>>,
    /// `ProcessGuid`.
    pub process_guid: Option<Cow<'r, str>>,
    /// `ProcessId`, in decimal.
    pub process_id: Option<Cow<'r, str>>,
    /// `Image`: the path of the program.
    pub image: Option<Cow<'r, str>>,
    /// `FileVersion` of the program's version information.
    pub file_version: Option<Cow<'r, str>>,
    /// `Description` of the program's version information.
    pub description: Option<Cow<'r, str>>,
    /// `Product` of the program's version information.
    pub product: Option<Cow<'r, str>>,
    /// `Company` of the program's version information.
    pub company: Option<Cow<'r, str>>,
    /// `OriginalFileName` of the program's version information.
    pub original_file_name: Option<Cow<'r, str>>,
    /// `CommandLine`.
    pub command_line: Option<Cow<'r, str>>,
    /// `CurrentDirectory`.
    pub current_directory: Option<Cow<'r, str>>,
    /// `User`: the account of the process.
    pub user: Option<Cow<'r, str>>,
    /// `LogonGuid`.
    pub logon_guid: Option<Cow<'r, str>>,
    /// `LogonId`, in hexadecimal on Windows, in decimal on Linux.
    pub logon_id: Option<Cow<'r, str>>,
    /// `IntegrityLevel`.
    pub integrity_level: Option<Cow<'r, str>>,
    /// `Hashes`: a list such as `SHA256=…,MD5=…`.
    pub hashes: Option<Cow<'r, str>>,
    /// `ParentProcessGuid`.
    pub parent_process_guid: Option<Cow<'r, str>>,
    /// `ParentProcessId`, in decimal.
    pub parent_process_id: Option<Cow<'r, str>>,
    /// `ParentImage`: the path of the program that started the process.
    pub parent_image: Option<Cow<'r, str>>,
    /// `ParentCommandLine`.
    pub parent_command_line: Option<Cow<'r, str>>,
    /// `ParentUser`: the account of the process that started this one, since Sysmon 13.30.
    pub parent_user: Option<Cow<'r, str>>,
    /// Values under names that have no field, and those that the events have in none of their known versions.
    pub unknown: Vec<(Cow<'r, str>, DataValue<'r>)>,
    /// What the event log and the shipper say of it; its data have been taken out.
    pub event: WindowsEvent<'r>,
}

impl<'r> SysmonProcess<'r> {
    /// What happened to the process.
    pub fn event_type(&self) -> ProcessEventType {
        if self.event.event_id == PROCESS_TERMINATED {
            ProcessEventType::ProcessTerminated
        } else {
            ProcessEventType::ProcessCreated
        }
    }

    pub(crate) fn take(&mut self, name: Cow<'r, str>, value: DataValue<'r>) {
        let place = match &*name {
            "RuleName" => &mut self.rule_name,
            "UtcTime" => &mut self.utc_time,
            "ProcessGuid" => &mut self.process_guid,
            "ProcessId" => &mut self.process_id,
            "Image" => &mut self.image,
            "FileVersion" => &mut self.file_version,
            "Description" => &mut self.description,
            "Product" => &mut self.product,
            "Company" => &mut self.company,
            "OriginalFileName" => &mut self.original_file_name,
            "CommandLine" => &mut self.command_line,
            "CurrentDirectory" => &mut self.current_directory,
            "User" => &mut self.user,
            "LogonGuid" => &mut self.logon_guid,
            "LogonId" => &mut self.logon_id,
            "IntegrityLevel" => &mut self.integrity_level,
            "Hashes" => &mut self.hashes,
            "ParentProcessGuid" => &mut self.parent_process_guid,
            "ParentProcessId" => &mut self.parent_process_id,
            "ParentImage" => &mut self.parent_image,
            "ParentCommandLine" => &mut self.parent_command_line,
            "ParentUser" => &mut self.parent_user,
            _ => return self.unknown.push((name, value)),
        };
        match value {
            DataValue::Nested(_) => self.unknown.push((name, value)),
            value => *place = text(value),
        }
    }
}
