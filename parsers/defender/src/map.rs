//! From a row to the event of the schema.

use std::borrow::Cow;

use asim_parse::decode::members::MemberValue;
use asim_parse::envelope::ColumnZone;
use asim_parse::schema::{
    AdditionalFields, AdditionalValue, DvcIdType, Event, EventResult, EventSeverity, ProcessEvent,
    ProcessEventType, Timestamp,
};
use asim_parse::value::process::{self, Hashes};
use asim_parse::value::time::NO_TIME;
use asim_parse::value::{additional, address, device, local_time, number};
use asim_parse::windows;
use asim_parse::{Additional, Context, Envelope, Fault, Notes, Refusal};

use crate::MANIFEST;
use crate::account::{self, Account};
use crate::raw::ProcessRow;

/// Columns that the log platform adds to every row.
const OF_THE_PLATFORM: [&str; 9] = [
    "Type",
    "TenantId",
    "SourceSystem",
    "_BilledSize",
    "_IsBillable",
    "_ItemId",
    "_ResourceId",
    "_SubscriptionId",
    "_TimeReceived",
];

/// A row on its way to the event.
struct Mapping<'m, 'r> {
    row: ProcessRow<'r>,
    event: ProcessEvent<'r>,
    /// What did not fit its field.
    kept: AdditionalFields<'r>,
    context: &'m Context,
    notes: &'m mut Notes,
}

/// Makes the event of a row.
pub(crate) fn map<'r>(
    row: ProcessRow<'r>,
    envelope: &Envelope,
    context: &Context,
    notes: &mut Notes,
) -> Result<Event<'r>, Refusal> {
    let mut mapping = Mapping {
        row,
        event: ProcessEvent::new(context.process_version),
        kept: AdditionalFields::new(),
        context,
        notes,
    };
    mapping.set_origin(envelope)?;
    mapping.set_device();
    mapping.set_target()?;
    mapping.set_acting();
    mapping.set_parent();
    mapping.set_users();
    Ok(Event::Process(mapping.into_event()))
}

impl<'r> Mapping<'_, 'r> {
    /// What every event of the source has, and when it was.
    fn set_origin(&mut self, envelope: &Envelope) -> Result<(), Refusal> {
        let generated = self.time("TimeGenerated")?;
        let recorded = self.time("Timestamp")?;
        if let Some(time) = generated {
            self.event.set_time_generated(time);
        }
        let streamed = || {
            let (_, value) = self.row.stream.iter().find(|(name, _)| name == "time")?;
            windows::utc(value.as_text()?)
        };
        let start = recorded
            .or(generated)
            .or_else(streamed)
            .or(envelope.time)
            .or(self.context.assume_time)
            .ok_or_else(|| Fault::map(NO_TIME))?;
        self.event.set_event_start_time(start);
        self.event.set_event_vendor(MANIFEST.vendor);
        self.event.set_event_product(MANIFEST.product);
        self.event.set_event_type(ProcessEventType::ProcessCreated);
        self.event.set_event_result(EventResult::Success);
        self.event.set_event_severity(EventSeverity::Informational);
        if let Some(action) = self.row.take("ActionType") {
            self.event.set_event_original_type(action);
        }
        if let Some(id) = self.row.take("ReportId") {
            self.event.set_event_original_uid(id);
        }
        Ok(())
    }

    fn set_device(&mut self) {
        if let Some(name) = self.row.take("DeviceName") {
            device::set_reporting(&mut self.event, name);
        }
        if let Some(id) = self.row.take("DeviceId") {
            self.event.set_dvc_id(id);
            self.event.set_dvc_id_type(DvcIdType::MDEid);
        }
        if let Some(text) = self.row.take("LocalIP") {
            match address::from_text(text.as_bytes()) {
                Some(address) => self.event.set_dvc_ip_addr(address),
                None => self.misfit("LocalIP", text, "not an address"),
            }
        }
    }

    /// The process that was started.
    fn set_target(&mut self) -> Result<(), Refusal> {
        let (path, file) = self.program("FolderPath", "FileName");
        let path = path.ok_or_else(|| Fault::map("neither FolderPath nor FileName"))?;
        if is_of_windows(&path) {
            self.event.set_dvc_os("Windows");
        }
        self.event.set_target_process_name(path);
        if let Some(file) = file {
            self.event.set_target_process_filename(file);
        }
        let id = self
            .id("ProcessId")
            .ok_or_else(|| Fault::map("no ProcessId, or none that is a number"))?;
        self.event.set_target_process_id(id);
        if let Some(line) = self.row.take("ProcessCommandLine") {
            self.event.set_target_process_command_line(line);
        }
        if let Ok(Some(time)) = self.time("ProcessCreationTime") {
            self.event.set_target_process_creation_time(time);
        }
        if let Some(level) = self.row.take("ProcessIntegrityLevel") {
            self.event.set_target_process_integrity_level(named_level(level));
        }
        if let Some(elevation) = self.row.take("ProcessTokenElevation") {
            self.event.set_target_process_token_elevation(elevation);
        }
        if let Some(size) = self.size("FileSize") {
            self.event.set_target_process_file_size(size);
        }
        self.hashes(["MD5", "SHA1", "SHA256"]).set_target(&mut self.event);
        let row = &mut self.row;
        if let Some(text) = row.take("ProcessVersionInfoCompanyName") {
            self.event.set_target_process_file_company(text);
        }
        if let Some(text) = row.take("ProcessVersionInfoFileDescription") {
            self.event.set_target_process_file_description(text);
        }
        if let Some(text) = row.take("ProcessVersionInfoProductName") {
            self.event.set_target_process_file_product(text);
        }
        if let Some(text) = row.take("ProcessVersionInfoProductVersion") {
            self.event.set_target_process_file_version(text);
        }
        if let Some(text) = row.take("ProcessVersionInfoInternalFileName") {
            self.event.set_target_process_file_internal_name(text);
        }
        if let Some(text) = row.take("ProcessVersionInfoOriginalFileName") {
            self.event.set_target_process_file_original_name(text);
        }
        Ok(())
    }

    /// The process that started it.
    fn set_acting(&mut self) {
        let (path, file) = self.program("InitiatingProcessFolderPath", "InitiatingProcessFileName");
        if let Some(path) = path {
            self.event.set_acting_process_name(path);
        }
        if let Some(file) = file {
            self.event.set_acting_process_filename(file);
        }
        if let Some(id) = self.id("InitiatingProcessId") {
            self.event.set_acting_process_id(id);
        }
        if let Some(line) = self.row.take("InitiatingProcessCommandLine") {
            self.event.set_acting_process_command_line(line);
        }
        if let Ok(Some(time)) = self.time("InitiatingProcessCreationTime") {
            self.event.set_acting_process_creation_time(time);
        }
        if let Some(level) = self.row.take("InitiatingProcessIntegrityLevel") {
            self.event.set_acting_process_integrity_level(named_level(level));
        }
        if let Some(elevation) = self.row.take("InitiatingProcessTokenElevation") {
            self.event.set_acting_process_token_elevation(elevation);
        }
        if let Some(size) = self.size("InitiatingProcessFileSize") {
            self.event.set_acting_process_file_size(size);
        }
        let hashes = self.hashes([
            "InitiatingProcessMD5",
            "InitiatingProcessSHA1",
            "InitiatingProcessSHA256",
        ]);
        if let Some(hash) = hashes.md5 {
            self.event.set_acting_process_md5(hash);
        }
        if let Some(hash) = hashes.sha1 {
            self.event.set_acting_process_sha1(hash);
        }
        if let Some(hash) = hashes.sha256 {
            self.event.set_acting_process_sha256(hash);
        }
        let row = &mut self.row;
        if let Some(text) = row.take("InitiatingProcessVersionInfoCompanyName") {
            self.event.set_acting_process_file_company(text);
        }
        if let Some(text) = row.take("InitiatingProcessVersionInfoFileDescription") {
            self.event.set_acting_process_file_description(text);
        }
        if let Some(text) = row.take("InitiatingProcessVersionInfoProductName") {
            self.event.set_acting_process_file_product(text);
        }
        if let Some(text) = row.take("InitiatingProcessVersionInfoProductVersion") {
            self.event.set_acting_process_file_version(text);
        }
        if let Some(text) = row.take("InitiatingProcessVersionInfoInternalFileName") {
            self.event.set_acting_process_file_internal_name(text);
        }
        if let Some(text) = row.take("InitiatingProcessVersionInfoOriginalFileName") {
            self.event.set_acting_process_file_original_name(text);
        }
    }

    /// The parent of the process that started it.
    fn set_parent(&mut self) {
        if let Some(name) = self.row.take("InitiatingProcessParentFileName") {
            self.event.set_parent_process_name(name);
        }
        if let Some(id) = self.id("InitiatingProcessParentId") {
            self.event.set_parent_process_id(id);
        }
        if let Ok(Some(time)) = self.time("InitiatingProcessParentCreationTime") {
            self.event.set_parent_process_creation_time(time);
        }
    }

    fn set_users(&mut self) {
        let actor = self.account(&account::ACTOR);
        actor.set_actor(&mut self.event);
        let target = self.account(&account::TARGET);
        target.set_target(&mut self.event);
    }

    fn account(&mut self, columns: &account::Columns) -> Account<'r> {
        let session = self.id(columns.session);
        Account::take(&mut self.row, columns, session)
    }

    /// A program's path and its file name. A path that is a folder is completed with the name.
    fn program(&mut self, path: &str, file: &str) -> (Option<Cow<'r, str>>, Option<Cow<'r, str>>) {
        let (path, file) = (self.row.take(path), self.row.take(file));
        let path = match (path, &file) {
            (Some(path), Some(file)) if path.ends_with(['\\', '/']) => {
                Some(Cow::Owned(format!("{path}{file}")))
            }
            (Some(path), _) => Some(path),
            (None, file) => file.clone(),
        };
        let file = file.or_else(|| process::file_name_of(path.as_ref()?));
        (path, file)
    }

    /// A time of a column; an error where it has no zone and none may be guessed.
    fn time(&mut self, name: &'static str) -> Result<Option<Timestamp>, Fault> {
        let zone = self.row.zone(name);
        let Some(text) = self.row.take(name) else {
            return Ok(None);
        };
        let local = local_time::parse(&text);
        if let (Some(ColumnZone::Local), Some(local)) = (zone, local) {
            return local_time::resolve(local, self.context, self.notes, name).map(Some);
        }
        // Tables hold UTC, whether or not the column says so.
        let time =
            windows::utc(&text).or_else(|| local.and_then(|local| Timestamp::from_datetime(local.and_utc())));
        if time.is_none() {
            self.misfit(name, text, "not a time");
        }
        Ok(time)
    }

    /// An id in decimal.
    fn id(&mut self, name: &'static str) -> Option<Cow<'r, str>> {
        match process::decimal_id(self.row.take(name)?) {
            Ok(id) => Some(id),
            Err(text) => {
                self.misfit(name, text, "not a number");
                None
            }
        }
    }

    fn size(&mut self, name: &'static str) -> Option<i64> {
        let text = self.row.take(name)?;
        let size = number::unsigned(text.as_bytes()).and_then(|size| i64::try_from(size).ok());
        if size.is_none() {
            self.misfit(name, text, "not a number");
        }
        size
    }

    /// The hashes of columns whose names end with the kind.
    fn hashes(&mut self, names: [&'static str; 3]) -> Hashes<'r> {
        let mut hashes = Hashes::default();
        for (name, kind) in names.into_iter().zip(["MD5", "SHA1", "SHA256"]) {
            if let Some(hash) = self.row.take(name)
                && !hashes.take(kind, hash.clone())
            {
                self.misfit(name, hash, "not such a hash");
            }
        }
        hashes
    }

    /// Keeps what does not fit its field.
    #[cold]
    fn misfit(&mut self, name: &'static str, text: Cow<'r, str>, problem: &'static str) {
        self.notes.add(name, problem);
        self.kept.push(name, text);
    }

    /// The event, with everything that has no field.
    fn into_event(mut self) -> ProcessEvent<'r> {
        let wanted = self.context.additional;
        if wanted == Additional::None {
            return self.event;
        }
        for (name, value) in self.row.take_rest() {
            let is_platform = OF_THE_PLATFORM.contains(&&*name);
            if (!is_platform || wanted == Additional::All)
                && let Some(value) = additional_value(value)
            {
                self.kept.push(name, value);
            }
        }
        if wanted == Additional::All {
            for (name, value) in std::mem::take(&mut self.row.stream) {
                if let Some(value) = additional_value(value) {
                    self.kept.push(name, value);
                }
            }
        }
        if !self.kept.is_empty() {
            additional::limit(&mut self.kept, self.notes);
            self.event.set_additional_fields(self.kept);
        }
        self.event
    }
}

/// The name of an integrity level in the letter case that all sources share; any other text as it stands.
fn named_level(level: Cow<'_, str>) -> Cow<'_, str> {
    match process::integrity_level(&level) {
        Some(name) => Cow::Borrowed(name),
        None => level,
    }
}

/// Whether a path begins with a drive or a share, as on Windows alone.
fn is_of_windows(path: &str) -> bool {
    match path.as_bytes() {
        [drive, b':', b'\\', ..] => drive.is_ascii_alphabetic(),
        [b'\\', b'\\', ..] => true,
        _ => false,
    }
}

/// A value in its own type; objects that stand in a cell as text are read.
fn additional_value(value: MemberValue<'_>) -> Option<AdditionalValue<'_>> {
    Some(match value {
        MemberValue::Null => return None,
        MemberValue::Text(text) if text.is_empty() => return None,
        MemberValue::Text(Cow::Borrowed(text)) if text.starts_with(['{', '[']) => of_json(text),
        MemberValue::Text(Cow::Owned(text)) if text.starts_with(['{', '[']) => of_json(&text).into_owned(),
        MemberValue::Text(text) => text.into(),
        MemberValue::Boolean(value) => value.into(),
        MemberValue::Number(text) | MemberValue::Nested(text) => of_json(text),
    })
}

fn of_json(text: &str) -> AdditionalValue<'_> {
    serde_json::from_str(text).unwrap_or_else(|_| Cow::Borrowed(text).into())
}
