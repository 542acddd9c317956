//! From a record of the server to the event.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

use asim_parse::packet::MessageFlags;
use asim_parse::schema::answers::DnsFlagList;
use asim_parse::schema::{DnsEvent, DvcIdType, Event, EventResult, EventSeverity, EventSubType, Rcode};
use asim_parse::value::{additional, device, text};
use asim_parse::{Additional, Context, Envelope, Fault, Notes, Refusal};

use crate::MANIFEST;
use crate::activity::Segment;
use crate::raw::MicrosoftDns;

/// The client of a query that the server itself asks as a resolver, as ASIM's article has it.
const RESOLVER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Makes the event of a record.
pub(crate) fn map<'r>(
    mut raw: MicrosoftDns<'r>,
    envelope: &Envelope,
    context: &Context,
    notes: &mut Notes,
) -> Result<Event<'r>, Refusal> {
    let start = raw
        .time
        .or(envelope.time)
        .or(context.assume_time)
        .ok_or_else(|| Fault::map("no time; use --assume-time"))?;
    let mut event = DnsEvent::new(context.schema_version);
    event.set_event_vendor(MANIFEST.vendor);
    event.set_event_product(MANIFEST.product);
    event.set_event_start_time(start);
    if let Some(time) = raw.time_generated {
        event.set_time_generated(time);
    }
    set_endpoints(&mut event, &raw);
    set_device(&mut event, &mut raw, envelope, context);
    set_question(&mut event, &mut raw);
    set_result(&mut event, &mut raw);
    set_flags(&mut event, &mut raw);
    set_originals(&mut event, &mut raw);
    if context.additional != Additional::None && !raw.other.is_empty() {
        additional::limit(&mut raw.other, notes);
        event.set_additional_fields(raw.other);
    }
    Ok(Event::Dns(event))
}

/// An address and a port.
type Endpoint = (Option<IpAddr>, Option<u16>);

/// The client and the server.
fn endpoints(raw: &MicrosoftDns<'_>) -> (Endpoint, Endpoint) {
    let remote = (raw.remote, raw.remote_port);
    match raw.activity.segment {
        Segment::Client => (remote, (raw.local, None)),
        Segment::Recursion => ((Some(RESOLVER), None), remote),
        Segment::Outbound => ((raw.local.or(Some(RESOLVER)), None), remote),
    }
}

/// The client's address.
pub(crate) fn client_of(raw: &MicrosoftDns<'_>) -> Option<IpAddr> {
    endpoints(raw).0.0
}

fn set_endpoints(event: &mut DnsEvent<'_>, raw: &MicrosoftDns<'_>) {
    let (client, server) = endpoints(raw);
    if let Some(address) = client.0 {
        event.set_src_ip_addr(address);
    }
    if let Some(port) = client.1 {
        event.set_src_port_number(port);
    }
    if let Some(address) = server.0 {
        event.set_dst_ip_addr(address);
    }
    if let Some(port) = server.1 {
        event.set_dst_port_number(port);
    }
    if let Some(transport) = raw.transport {
        event.set_network_protocol(transport);
    }
}

/// The server, by its own record; an address alone leaves its name to the layers and to the caller.
fn set_device<'r>(
    event: &mut DnsEvent<'r>,
    raw: &mut MicrosoftDns<'r>,
    envelope: &Envelope,
    context: &Context,
) {
    let address = raw.device_address.or(raw.local);
    if let Some(name) = raw.device.take() {
        device::set_reporting(event, name);
    } else if address.is_some() {
        let named = envelope.host.as_ref().or(context.device.as_ref());
        if let Some(name) = named {
            device::set_reporting(event, Cow::Owned(name.clone()));
        }
    }
    if let Some(address) = address {
        event.set_dvc_ip_addr(address);
    }
    if let Some(resource) = raw.device_resource.take() {
        event.set_dvc_id(resource);
        event.set_dvc_id_type(DvcIdType::AzureResourceId);
    }
}

fn set_question<'r>(event: &mut DnsEvent<'r>, raw: &mut MicrosoftDns<'r>) {
    if let Some(name) = raw.name.take() {
        event.set_dns_query(name);
    }
    if let Some(rr_type) = raw.rr_type {
        event.set_dns_query_type(rr_type);
        event.set_dns_query_type_name(rr_type.text());
    }
    if let Some(class) = raw.class {
        event.set_dns_query_class(class);
        event.set_dns_query_class_name(class.text());
    }
    if let Some(id) = raw.id {
        event.set_transaction_id_hex(text::hexadecimal(id));
    }
    if raw.activity.is_response
        && let Some(answers) = raw.answers.take()
    {
        event.set_dns_response_name(answers);
    }
}

fn set_result<'r>(event: &mut DnsEvent<'r>, raw: &mut MicrosoftDns<'r>) {
    let activity = raw.activity;
    event.set_event_type(activity.opcode);
    event.set_event_severity(EventSeverity::Informational);
    let reason = raw.reason.take();
    if !activity.is_response {
        event.set_event_sub_type(EventSubType::Request);
        event.set_event_result(EventResult::NA);
        event.set_event_result_details("NA");
        if let Some(reason) = reason {
            raw.other.push("Reason", reason);
        }
        return;
    }
    event.set_event_sub_type(EventSubType::Response);
    if let Some(rcode) = raw.rcode {
        event.set_dns_response_code(rcode);
        event.set_event_result_details(rcode.text());
        event.set_event_result(if rcode == Rcode::NOERROR {
            EventResult::Success
        } else {
            EventResult::Failure
        });
    } else {
        event.set_event_result_details("NA");
        event.set_event_result(if activity.unanswered.is_some() {
            EventResult::Failure
        } else {
            EventResult::NA
        });
    }
    let reason = reason.or(activity.unanswered.map(Cow::Borrowed));
    if let Some(reason) = reason.filter(|reason| says_more(reason, raw.rcode)) {
        event.set_event_original_result_details(reason);
    }
    if event.event_result() == Some(EventResult::Failure) {
        event.set_event_severity(EventSeverity::Low);
    }
}

/// Whether the record's words for a result say something else than the response code's name.
fn says_more(reason: &str, rcode: Option<Rcode>) -> bool {
    let Some(rcode) = rcode else { return true };
    Rcode::from_name(reason) != Some(rcode)
        && !(rcode == Rcode::NOERROR && reason.eq_ignore_ascii_case("success"))
}

/// Sets the flags that were seen: those of the header, else those that the record has one by one.
fn set_flags<'r>(event: &mut DnsEvent<'r>, raw: &mut MicrosoftDns<'r>) {
    let is_response = raw.activity.is_response;
    // Of what was not answered, the record has the header of the request.
    let of_message =
        |flags: &MessageFlags| flags.is_response() == is_response || raw.activity.unanswered.is_some();
    let seen = match raw.flags.filter(of_message) {
        Some(flags) => flags.list(),
        None => DnsFlagList {
            authoritative: raw.authoritative.filter(|_| is_response),
            authenticated: raw.authenticated.filter(|_| is_response),
            recursion_desired: raw.recursion_desired,
            ..DnsFlagList::default()
        },
    };
    let names = || {
        raw.flags
            .map(MessageFlags::names)
            .filter(|names| !names.is_empty())
    };
    let flag_text = raw.flag_text.take();
    if let Some(text) = flag_text.or_else(|| names().map(Cow::Owned)) {
        event.set_dns_flags(text);
    }
    if let Some(flag) = seen.authenticated {
        event.set_dns_flags_authenticated(flag);
    }
    if let Some(flag) = seen.authoritative {
        event.set_dns_flags_authoritative(flag);
    }
    if let Some(flag) = seen.checking_disabled {
        event.set_dns_flags_checking_disabled(flag);
    }
    if let Some(flag) = seen.recursion_available {
        event.set_dns_flags_recursion_available(flag);
    }
    if let Some(flag) = seen.recursion_desired {
        event.set_dns_flags_recursion_desired(flag);
    }
    if let Some(flag) = seen.truncated {
        event.set_dns_flags_truncated(flag);
    }
    if let Some(flag) = seen.z {
        event.set_dns_flags_z(flag);
    }
}

fn set_originals<'r>(event: &mut DnsEvent<'r>, raw: &mut MicrosoftDns<'r>) {
    if let Some(id) = raw.event_id.take() {
        event.set_event_original_type(id);
    }
    if let Some(kind) = raw.sub_type.take() {
        event.set_event_original_sub_type(kind);
    }
    if let Some(severity) = raw.severity.take() {
        event.set_event_original_severity(severity);
    }
    if let Some(session) = raw.session.take() {
        event.set_event_original_uid(session.clone());
        event.set_dns_session_id(session);
    }
    if let Some(message) = raw.message.take() {
        event.set_event_message(message);
    }
    if let Some(url) = raw.report_url.take() {
        event.set_event_report_url(url);
    }
    if let Some(action) = raw.activity.action {
        event.set_dvc_original_action(action);
        if matches!(action, "IGNORED_QUERY" | "RRL_TO_BE_DROPPED_RESPONSE") {
            event.set_dvc_action("Drop");
        }
    }
}
