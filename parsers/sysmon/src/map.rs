//! From event 22 to the event of the schema.

use std::borrow::Cow;

use asim_parse::schema::{
    AdditionalFields, DnsEvent, DnsField, DvcIdType, Event, EventResult, EventSeverity, EventSubType, Opcode,
    Timestamp, UserIdType,
};
use asim_parse::value::user::{self, Form};
use asim_parse::value::{additional, device, domain_name, number, process};
use asim_parse::windows::{self, WindowsEvent};
use asim_parse::{Additional, Context, Envelope, Notes, Refusal};

use crate::MANIFEST;
use crate::raw::{Origin, SysmonDns};
use crate::status;

/// What Sysmon writes for a process that it does not know, also when a shipper escaped the text once more.
pub(crate) const UNKNOWN_PROCESS: [&str; 2] = ["<unknown process>", "&lt;unknown process&gt;"];

/// Makes the event of an event 22.
pub(crate) fn map<'r>(
    mut raw: SysmonDns<'r>,
    envelope: &Envelope,
    context: &Context,
    notes: &mut Notes,
) -> Result<Event<'r>, Refusal> {
    let mut kept = AdditionalFields::new();
    let start = start(&mut raw, &mut kept, envelope, context, notes)?;
    let mut event = DnsEvent::new(context.schema_version);
    event.set_event_vendor(MANIFEST.vendor);
    event.set_event_product(product(raw.origin));
    event.set_event_start_time(start);
    if let Some(time) = raw.event.generated(context, notes) {
        event.set_time_generated(time);
    }
    event.set_event_type(Opcode::QUERY);
    event.set_event_original_type("22");
    event.set_event_sub_type(EventSubType::Response);
    if let Some(number) = raw.event.record_id {
        event.set_event_original_uid(number.to_string());
    }
    set_devices(&mut event, &mut raw.event);
    set_query(&mut event, &mut raw, &mut kept, notes);
    set_result(&mut event, raw.query_status.take(), notes);
    if let Some(results) = raw.query_results.take() {
        event.set_dns_response_name(results);
    }
    set_process(&mut event, &mut raw, &mut kept, notes);
    if let Some(user) = raw.user.take() {
        set_user(&mut event, user, context);
    }
    if let Some(rule) = raw.rule_name.take() {
        if context.schema_version >= DnsField::RuleName.info().since {
            event.set_rule_name(rule);
        } else {
            kept.push("RuleName", rule);
        }
    }
    set_additional(&mut event, raw, kept, context, notes);
    Ok(Event::Dns(event))
}

/// The product as ASIM's list has it.
pub(crate) fn product(origin: Origin) -> &'static str {
    match origin {
        Origin::Windows => MANIFEST.product,
        Origin::Linux => "Sysmon for Linux",
    }
}

/// When the query was answered, by the event's own word; without it, when the event was made.
fn start<'r>(
    raw: &mut SysmonDns<'r>,
    kept: &mut AdditionalFields<'r>,
    envelope: &Envelope,
    context: &Context,
    notes: &mut Notes,
) -> Result<Timestamp, Refusal> {
    if let Some(text) = raw.utc_time.take() {
        if let Some(time) = windows::utc(&text) {
            return Ok(time);
        }
        notes.add("UtcTime", "not a time");
        kept.push("UtcTime", text);
    }
    raw.event.made(envelope, context, notes)
}

/// Sysmon runs on the client: the computer that reports is the one that asked.
fn set_devices<'r>(event: &mut DnsEvent<'r>, from: &mut WindowsEvent<'r>) {
    if let Some(computer) = &from.computer {
        device::set_source(event, computer.clone());
    }
    from.set_reporting(event);
    if let Some(resource) = event.dvc_id() {
        let resource = resource.to_owned();
        event.set_src_dvc_id(resource);
        event.set_src_dvc_id_type(DvcIdType::AzureResourceId);
    }
    if let Some(subscription) = event.dvc_scope_id() {
        let subscription = subscription.to_owned();
        event.set_src_dvc_scope_id(subscription);
    }
}

fn set_query<'r>(
    event: &mut DnsEvent<'r>,
    raw: &mut SysmonDns<'r>,
    kept: &mut AdditionalFields<'r>,
    notes: &mut Notes,
) {
    let Some(name) = raw.query_name.take() else { return };
    if !domain_name::fits(name.as_bytes()) {
        notes.add("QueryName", "a name over 255 octets");
        kept.push("QueryName", name);
        return;
    }
    match name {
        Cow::Borrowed(name) => event.set_dns_query(domain_name::canonical(name.as_bytes())),
        Cow::Owned(name) => event.set_dns_query(domain_name::canonical(name.as_bytes()).into_owned()),
    }
}

/// The result comes from the status alone.
fn set_result<'r>(event: &mut DnsEvent<'r>, status: Option<Cow<'r, str>>, notes: &mut Notes) {
    let outcome = status
        .as_deref()
        .and_then(|text| text.parse().ok())
        .map(status::outcome);
    let result = outcome.map_or(EventResult::NA, |outcome| outcome.result);
    event.set_event_result(result);
    event.set_event_severity(if result == EventResult::Failure {
        EventSeverity::Low
    } else {
        EventSeverity::Informational
    });
    if let Some(rcode) = outcome.and_then(|outcome| outcome.rcode) {
        event.set_dns_response_code(rcode);
        event.set_event_result_details(rcode.text());
        return;
    }
    event.set_event_result_details("NA");
    if let Some(status) = status {
        if outcome.is_none() {
            notes.add("QueryStatus", "not a status");
        }
        event.set_event_original_result_details(status);
    }
}

fn set_process<'r>(
    event: &mut DnsEvent<'r>,
    raw: &mut SysmonDns<'r>,
    kept: &mut AdditionalFields<'r>,
    notes: &mut Notes,
) {
    let image = raw.image.take();
    if let Some(image) = image.filter(|image| !UNKNOWN_PROCESS.contains(&&**image)) {
        event.set_src_process_name(image);
    }
    if let Some(guid) = raw.process_guid.take().and_then(process::guid) {
        event.set_src_process_guid(guid);
    }
    let Some(id) = raw.process_id.take() else { return };
    if number::unsigned(id.as_bytes()).is_some() {
        event.set_src_process_id(id);
    } else {
        notes.add("ProcessId", "not a number");
        kept.push("ProcessId", id);
    }
}

fn set_user<'r>(event: &mut DnsEvent<'r>, user: Cow<'r, str>, context: &Context) {
    match user::form(&user) {
        Form::Sid => {
            event.set_src_user_type(user::in_version(user::type_of_sid(&user), context.schema_version));
            event.set_src_user_id(user);
            event.set_src_user_id_type(UserIdType::SID);
        }
        Form::Name(form) => {
            event.set_src_user_type(user::in_version(
                user::type_of_name(&user),
                context.schema_version,
            ));
            event.set_src_username(user);
            event.set_src_username_type(form);
        }
    }
}

fn set_additional<'r>(
    event: &mut DnsEvent<'r>,
    raw: SysmonDns<'r>,
    mut kept: AdditionalFields<'r>,
    context: &Context,
    notes: &mut Notes,
) {
    if context.additional == Additional::None {
        return;
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
