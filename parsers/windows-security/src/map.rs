//! From events 4688 and 4689 to the event of the schema.

use std::borrow::Cow;

use asim_parse::schema::{
    AdditionalFields, DvcIdType, Event, EventResult, EventSeverity, ProcessEvent, ProcessEventType,
};
use asim_parse::value::user::User;
use asim_parse::value::{additional, process};
use asim_parse::{Additional, Context, Envelope, Notes, Refusal};

use crate::MANIFEST;
use crate::raw::{Account, SecurityProcess};

/// Makes the event of an event 4688 or 4689.
pub(crate) fn map<'r>(
    mut raw: SecurityProcess<'r>,
    envelope: &Envelope,
    context: &Context,
    notes: &mut Notes,
) -> Result<Event<'r>, Refusal> {
    let mut kept = AdditionalFields::new();
    let mut event = ProcessEvent::new(context.process_version);
    let start = raw.event.made(envelope, context, notes)?;
    event.set_event_start_time(start);
    if let Some(time) = raw.event.generated(context, notes) {
        event.set_time_generated(time);
    }
    event.set_event_vendor(MANIFEST.vendor);
    event.set_event_product(MANIFEST.product);
    event.set_event_type(raw.event_type());
    event.set_event_original_type(raw.event.event_id.to_string());
    event.set_event_result(EventResult::Success);
    event.set_event_severity(EventSeverity::Informational);
    let origin = raw.event.take_other("EventOriginId");
    let record = raw.event.record_id.map(|number| Cow::Owned(number.to_string()));
    if let Some(id) = record.or(origin) {
        event.set_event_original_uid(id);
    }
    raw.event.set_reporting(&mut event);
    if event.dvc_id().is_none()
        && let Some(id) = raw.event.take_other("SourceComputerId")
    {
        event.set_dvc_id(id);
        event.set_dvc_id_type(DvcIdType::Other);
    }
    event.set_dvc_os("Windows");
    user(
        "SubjectLogonId",
        std::mem::take(&mut raw.subject),
        &mut kept,
        notes,
    )
    .set_actor(&mut event);
    if raw.event_type() == ProcessEventType::ProcessCreated {
        user("TargetLogonId", std::mem::take(&mut raw.target), &mut kept, notes).set_target(&mut event);
        set_created(&mut event, &mut raw, &mut kept, notes);
    } else {
        set_terminated(&mut event, &mut raw, &mut kept, notes);
    }
    set_additional(&mut event, raw, kept, context, notes);
    Ok(Event::Process(event))
}

/// The process that was started, and the one that started it.
fn set_created<'r>(
    event: &mut ProcessEvent<'r>,
    raw: &mut SecurityProcess<'r>,
    kept: &mut AdditionalFields<'r>,
    notes: &mut Notes,
) {
    // Not where the caller gave the time.
    let told = &raw.event;
    if (told.time_created.or(told.time_generated).is_some() || told.local_time.is_some())
        && let Some(start) = event.event_start_time()
    {
        event.set_target_process_creation_time(start);
    }
    if let Some(id) = id("NewProcessId", raw.new_process_id.take(), kept, notes) {
        event.set_target_process_id(id);
    }
    set_program(event, raw.new_process_name.take());
    if let Some(text) = raw.command_line.take() {
        event.set_target_process_command_line(text);
    }
    if let Some(id) = id("ProcessId", raw.process_id.take(), kept, notes) {
        event.set_acting_process_id(id);
    }
    if let Some(path) = raw.parent_process_name.take() {
        if let Some(name) = process::file_name_of(&path) {
            event.set_acting_process_filename(name);
        }
        event.set_acting_process_name(path);
    }
    if let Some(label) = raw.mandatory_label.take() {
        if let Some(level) = process::integrity_level(&label) {
            event.set_target_process_integrity_level(level);
        } else {
            notes.add("MandatoryLabel", "not an integrity level");
            kept.push("MandatoryLabel", label);
        }
    }
    if let Some(text) = raw.token_elevation_type.take() {
        if let Some(kind) = token_elevation(&text) {
            event.set_target_process_token_elevation(kind);
        } else {
            notes.add("TokenElevationType", "not a type of elevation");
            kept.push("TokenElevationType", text);
        }
    }
}

/// The process that has ended.
fn set_terminated<'r>(
    event: &mut ProcessEvent<'r>,
    raw: &mut SecurityProcess<'r>,
    kept: &mut AdditionalFields<'r>,
    notes: &mut Notes,
) {
    if let Some(id) = id("ProcessId", raw.process_id.take(), kept, notes) {
        event.set_target_process_id(id);
    }
    set_program(event, raw.process_name.take());
    if let Some(status) = raw.status.take() {
        event.set_target_process_status_code(status);
    }
}

fn set_program<'r>(event: &mut ProcessEvent<'r>, path: Option<Cow<'r, str>>) {
    let Some(path) = path else { return };
    if let Some(name) = process::file_name_of(&path) {
        event.set_target_process_filename(name);
    }
    event.set_target_process_name(path);
}

/// What of the record has no place in the event.
fn set_additional<'r>(
    event: &mut ProcessEvent<'r>,
    raw: SecurityProcess<'r>,
    mut kept: AdditionalFields<'r>,
    context: &Context,
    notes: &mut Notes,
) {
    if context.additional == Additional::None {
        return;
    }
    // Columns of the one event in a record of the other, as rows of a table may have them.
    let left = [
        ("NewProcessId", raw.new_process_id),
        ("NewProcessName", raw.new_process_name),
        ("ProcessName", raw.process_name),
        ("ParentProcessName", raw.parent_process_name),
        ("CommandLine", raw.command_line),
        ("TokenElevationType", raw.token_elevation_type),
        ("MandatoryLabel", raw.mandatory_label),
        ("Status", raw.status),
        ("TargetUserSid", raw.target.sid),
        ("TargetUserName", raw.target.name),
        ("TargetDomainName", raw.target.domain),
        ("TargetLogonId", raw.target.logon_id),
    ];
    for (name, text) in left {
        if let Some(text) = text {
            kept.push(name, text);
        }
    }
    for (name, value) in raw.unknown {
        kept.push(name, value.into_additional());
    }
    if context.additional == Additional::All {
        raw.event.add_surroundings(&mut kept);
    }
    if !kept.is_empty() {
        additional::limit(&mut kept, notes);
        event.set_additional_fields(kept);
    }
}

/// A user of an account, named with the domain where it is told.
fn user<'r>(
    logon_id: &'static str,
    account: Account<'r>,
    kept: &mut AdditionalFields<'r>,
    notes: &mut Notes,
) -> User<'r> {
    let name = match (account.domain, account.name) {
        (Some(domain), Some(name)) => Some(Cow::Owned(format!("{domain}\\{name}"))),
        (_, name) => name,
    };
    let mut user = User::named(name);
    user.sid = account.sid;
    // No session has the number zero.
    user.session = id(logon_id, account.logon_id, kept, notes).filter(|id| id != "0");
    user
}

/// The name of a type of elevation, as `winnt.h` has it.
///
/// Source: Microsoft, "4688(S): A new process has been created", 2026: `%%1936` is type 1, `%%1937` type 2, `%%1938`
/// type 3.
fn token_elevation(text: &str) -> Option<&'static str> {
    const TYPES: [(&str, &str); 3] = [
        ("1936", "TokenElevationTypeDefault"),
        ("1937", "TokenElevationTypeFull"),
        ("1938", "TokenElevationTypeLimited"),
    ];
    let number = text.strip_prefix("%%").unwrap_or(text);
    // Where a shipper has put in the message's text, the type's number stands behind the name.
    let name = text.split_whitespace().next().unwrap_or_default();
    let mut types = TYPES.into_iter();
    let found = types.find(|(own, known)| *own == number || known.eq_ignore_ascii_case(name));
    found.map(|(_, name)| name)
}

/// An id in decimal; what is none is kept under its name.
fn id<'r>(
    name: &'static str,
    text: Option<Cow<'r, str>>,
    kept: &mut AdditionalFields<'r>,
    notes: &mut Notes,
) -> Option<Cow<'r, str>> {
    match process::decimal_id(text?) {
        Ok(id) => Some(id),
        Err(text) => {
            notes.add(name, "not a number");
            kept.push(name, text);
            None
        }
    }
}
