//! From events 1 and 5 to the event of the schema.

use std::borrow::Cow;

use asim_parse::schema::{
    AdditionalFields, Event, EventResult, EventSeverity, ProcessEvent, ProcessEventType,
};
use asim_parse::value::additional;
use asim_parse::value::process::{self, Hashes};
use asim_parse::value::user::User;
use asim_parse::{Additional, Context, Envelope, Notes, Refusal, windows};

use super::raw::SysmonProcess;
use crate::MANIFEST;
use crate::map::{UNKNOWN_PROCESS, product};
use crate::raw::Origin;

/// What Sysmon for Linux writes for the integrity level, which only Windows has.
const NO_LEVEL: &str = "no level";

/// Makes the event of an event 1 or 5.
pub(crate) fn map<'r>(
    mut raw: SysmonProcess<'r>,
    envelope: &Envelope,
    context: &Context,
    notes: &mut Notes,
) -> Result<Event<'r>, Refusal> {
    let mut kept = AdditionalFields::new();
    let mut event = ProcessEvent::new(context.process_version);
    let kind = raw.event_type();
    set_times(&mut event, &mut raw, &mut kept, envelope, context, notes)?;
    event.set_event_vendor(MANIFEST.vendor);
    event.set_event_product(product(raw.origin));
    event.set_event_type(kind);
    event.set_event_original_type(if kind == ProcessEventType::ProcessCreated {
        "1"
    } else {
        "5"
    });
    event.set_event_result(EventResult::Success);
    event.set_event_severity(EventSeverity::Informational);
    if let Some(number) = raw.event.record_id {
        event.set_event_original_uid(number.to_string());
    }
    raw.event.set_reporting(&mut event);
    event.set_dvc_os(match raw.origin {
        Origin::Windows => "Windows",
        Origin::Linux => "Linux",
    });
    set_target(&mut event, &mut raw, &mut kept, notes);
    set_file(&mut event, &mut raw, &mut kept, notes);
    set_acting(&mut event, &mut raw, &mut kept, notes);
    if let Some(rule) = raw.rule_name.take() {
        event.set_rule_name(rule);
    }
    if context.additional != Additional::None {
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
    Ok(Event::Process(event))
}

/// The event's own time; without it, when the event log made the event.
fn set_times<'r>(
    event: &mut ProcessEvent<'r>,
    raw: &mut SysmonProcess<'r>,
    kept: &mut AdditionalFields<'r>,
    envelope: &Envelope,
    context: &Context,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    let own = raw.utc_time.as_deref().and_then(windows::utc);
    if own.is_none()
        && let Some(text) = raw.utc_time.take()
    {
        notes.add("UtcTime", "not a time");
        kept.push("UtcTime", text);
    }
    let start = match own {
        Some(time) => time,
        None => raw.event.made(envelope, context, notes)?,
    };
    event.set_event_start_time(start);
    if raw.event_type() == ProcessEventType::ProcessCreated
        && let Some(time) = own
    {
        event.set_target_process_creation_time(time);
    }
    if let Some(time) = raw.event.generated(context, notes) {
        event.set_time_generated(time);
    }
    Ok(())
}

/// The process itself, and the user that it runs as.
fn set_target<'r>(
    event: &mut ProcessEvent<'r>,
    raw: &mut SysmonProcess<'r>,
    kept: &mut AdditionalFields<'r>,
    notes: &mut Notes,
) {
    if let Some(image) = program(raw.image.take()) {
        if let Some(name) = process::file_name_of(&image) {
            event.set_target_process_filename(name);
        }
        event.set_target_process_name(image);
    }
    if let Some(guid) = raw.process_guid.take().and_then(process::guid) {
        event.set_target_process_guid(guid);
    }
    if let Some(id) = id("ProcessId", raw.process_id.take(), kept, notes) {
        event.set_target_process_id(id);
    }
    if let Some(text) = raw.command_line.take() {
        event.set_target_process_command_line(text);
    }
    if let Some(path) = raw.current_directory.take() {
        event.set_target_process_current_directory(path);
    }
    if let Some(level) = raw.integrity_level.take().filter(|level| level != NO_LEVEL) {
        if let Some(name) = process::integrity_level(&level) {
            event.set_target_process_integrity_level(name);
        } else {
            notes.add("IntegrityLevel", "not a level");
            kept.push("IntegrityLevel", level);
        }
    }
    let mut user = User::named(raw.user.take());
    user.session = id("LogonId", raw.logon_id.take(), kept, notes);
    user.set_target(event);
    if let Some(guid) = raw.logon_guid.take().and_then(process::guid) {
        event.set_target_user_session_guid(guid);
    }
}

/// The program's file.
fn set_file<'r>(
    event: &mut ProcessEvent<'r>,
    raw: &mut SysmonProcess<'r>,
    kept: &mut AdditionalFields<'r>,
    notes: &mut Notes,
) {
    if let Some(text) = raw.file_version.take() {
        event.set_target_process_file_version(text);
    }
    if let Some(text) = raw.description.take() {
        event.set_target_process_file_description(text);
    }
    if let Some(text) = raw.product.take() {
        event.set_target_process_file_product(text);
    }
    if let Some(text) = raw.company.take() {
        event.set_target_process_file_company(text);
    }
    if let Some(text) = raw.original_file_name.take() {
        event.set_target_process_file_original_name(text);
    }
    if let Some(list) = raw.hashes.take() {
        let (hashes, rest) = Hashes::of_list(&list);
        hashes.set_target(event);
        if !rest.is_empty() {
            notes.add("Hashes", "not a hash of a known kind");
            kept.push("Hashes", rest.join(","));
        }
    }
}

/// The process that started this one, which Sysmon calls its parent, and the user that it runs as.
fn set_acting<'r>(
    event: &mut ProcessEvent<'r>,
    raw: &mut SysmonProcess<'r>,
    kept: &mut AdditionalFields<'r>,
    notes: &mut Notes,
) {
    if let Some(image) = program(raw.parent_image.take()) {
        if let Some(name) = process::file_name_of(&image) {
            event.set_acting_process_filename(name);
        }
        event.set_acting_process_name(image);
    }
    if let Some(guid) = raw.parent_process_guid.take().and_then(process::guid) {
        event.set_acting_process_guid(guid);
    }
    if let Some(id) = id("ParentProcessId", raw.parent_process_id.take(), kept, notes) {
        event.set_acting_process_id(id);
    }
    if let Some(text) = raw.parent_command_line.take() {
        event.set_acting_process_command_line(text);
    }
    User::named(raw.parent_user.take()).set_actor(event);
}

/// The path of a program that Sysmon knows.
fn program(image: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    image.filter(|image| !UNKNOWN_PROCESS.contains(&&**image))
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
