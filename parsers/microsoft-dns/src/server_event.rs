//! Events of the analytical channel: their values, in whatever form an event came.

use std::borrow::Cow;
use std::net::IpAddr;

use asim_parse::packet::MessageFlags;
use asim_parse::schema::{NetworkProtocol, Rcode, RrType, Timestamp};
use asim_parse::value::{address, local_time};
use asim_parse::windows::{DataValue, WindowsEvent};
use asim_parse::{Additional, Context, Notes, Refusal};

use crate::activity;
use crate::raw::{MicrosoftDns, problem};
use crate::rendered;

/// The provider of the analytical and the audit channel.
pub(crate) const PROVIDER: &str = "Microsoft-Windows-DNSServer";
const PROVIDER_GUID: &str = "EB79061A-A566-4698-9119-3ED2807060E7";

/// The provider of the classic log of the service.
const SERVICE: &str = "Microsoft-Windows-DNS-Server-Service";

/// A value of an event under its name.
pub(crate) type Value<'r> = (Cow<'r, str>, DataValue<'r>);

/// What an event tells.
pub(crate) fn from_event<'r>(
    mut event: WindowsEvent<'r>,
    context: &Context,
    notes: &mut Notes,
) -> Result<MicrosoftDns<'r>, Refusal> {
    if !is_of_provider(&event) {
        let reason = if event.is_of(SERVICE) {
            activity::OF_SERVER
        } else {
            "an event of another provider"
        };
        return Err(Refusal::Declined(Cow::Borrowed(reason)));
    }
    let is_alias_failure = event.event_id >= 286 && event.data("AliasFailureReason").is_some();
    let mut data = std::mem::take(&mut event.data);
    let mut id = event.event_id;
    // Some shippers hand on the rendered message and nothing of the values in it.
    let is_bare = !data.iter().any(|(name, _)| is_own_value(name));
    if is_bare && let Some(message) = &event.message {
        let rendered = match message {
            Cow::Borrowed(message) => rendered::values(message),
            Cow::Owned(message) => rendered::values(message).map(|(id, values)| (id, owned(values))),
        };
        if let Some((of_message, values)) = rendered {
            (id, data) = (of_message, values);
        }
    }
    let activity = activity::of_event(id, is_alias_failure)
        .map_err(|reason| Refusal::Declined(Cow::Borrowed(reason)))?;
    if event.repeated {
        notes.add("EventData", "a name twice, the last value counts");
    }
    let mut raw = MicrosoftDns::new(activity);
    raw.event_id = Some(Cow::Owned(event.event_id.to_string()));
    raw.time = time_of(&event, context, notes)?;
    raw.time_generated = event.time_generated;
    raw.device_address = event
        .other("HostIP")
        .and_then(|text| usable_address(text.as_bytes()));
    raw.device = event.computer.take();
    take(&mut raw, data, context, notes);
    if context.additional == Additional::All {
        take_shipped(&mut raw, event);
    }
    Ok(raw)
}

fn is_of_provider(event: &WindowsEvent<'_>) -> bool {
    let guid = event.provider_guid.as_deref().unwrap_or_default();
    let guid = guid.strip_prefix('{').unwrap_or(guid);
    event.is_of(PROVIDER)
        || guid
            .get(..PROVIDER_GUID.len())
            .is_some_and(|guid| guid.eq_ignore_ascii_case(PROVIDER_GUID))
}

/// Whether a name is that of a value of these events, and none that a shipper may have added.
fn is_own_value(name: &str) -> bool {
    matches!(
        name,
        "QNAME" | "XID" | "InterfaceIP" | "PacketData" | "ForwardInterfaceIP" | "Zone"
    )
}

fn owned(values: Vec<Value<'_>>) -> Vec<Value<'static>> {
    let values = values.into_iter();
    values
        .map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned()))
        .collect()
}

fn time_of(
    event: &WindowsEvent<'_>,
    context: &Context,
    notes: &mut Notes,
) -> Result<Option<Timestamp>, Refusal> {
    if let Some(time) = event.time_created {
        return Ok(Some(time));
    }
    let local = event.local_time.as_deref().and_then(local_time::parse);
    match local {
        Some(local) => Ok(Some(local_time::resolve(local, context, notes, "EventTime")?)),
        None => Ok(event.shipper_time.or(event.time_generated)),
    }
}

/// What a rendered message alone tells: no time, and no name of the server.
pub(crate) fn from_message<'r>(
    text: &'r str,
    context: &Context,
    notes: &mut Notes,
) -> Option<Result<MicrosoftDns<'r>, Refusal>> {
    let (id, values) = rendered::values(text)?;
    Some(match activity::of_event(id, false) {
        Err(reason) => Err(Refusal::Declined(Cow::Borrowed(reason))),
        Ok(activity) => {
            let mut raw = MicrosoftDns::new(activity);
            raw.event_id = Some(Cow::Owned(id.to_string()));
            take(&mut raw, values, context, notes);
            Ok(raw)
        }
    })
}

/// Takes the values of an event.
fn take<'r>(raw: &mut MicrosoftDns<'r>, data: Vec<Value<'r>>, context: &Context, notes: &mut Notes) {
    let mut packet = None;
    for (name, value) in data {
        let text = match value {
            DataValue::Text(text) | DataValue::Number(text) => text,
            value => {
                raw.other.push(name, value.into_additional());
                continue;
            }
        };
        match &*name {
            "PacketData" => packet = Some(text),
            "QNAME" => raw.take_name("QNAME", text, notes),
            _ => take_value(raw, name, text, notes),
        }
    }
    if let Some(packet) = packet.filter(|packet| !packet.is_empty()) {
        raw.take_packet("PacketData", &packet, notes);
        if context.additional == Additional::All {
            raw.other.push("PacketData", packet);
        }
    }
    if raw.activity.is_response && raw.rcode.is_none() && raw.activity.unanswered.is_none() {
        // The lower bits of the code stand in the flags too.
        let of_response = raw.flags.filter(|flags| flags.is_response());
        raw.rcode = of_response.map(MessageFlags::rcode);
    }
    raw.rr_type = raw.rr_type.or(raw.activity.rr_type);
}

fn take_value<'r>(raw: &mut MicrosoftDns<'r>, name: Cow<'r, str>, text: Cow<'r, str>, notes: &mut Notes) {
    match &*name {
        "TCP" => {
            raw.transport = match &*text {
                "0" | "false" => Some(NetworkProtocol::UDP),
                "1" | "true" => Some(NetworkProtocol::TCP),
                _ => return misfit(raw, "TCP", "neither 0 nor 1", text, notes),
            };
        }
        "Source" | "Destination" => {
            raw.remote = usable_address(text.as_bytes());
            if raw.remote.is_none() && address::from_text(text.as_bytes()).is_none() {
                misfit(raw, "Source", problem::ADDRESS, text, notes);
            }
        }
        // Unspecified where the server does not know it.
        "InterfaceIP" | "ForwardInterfaceIP" => {
            raw.local = usable_address(text.as_bytes());
            if raw.local.is_none() && address::from_text(text.as_bytes()).is_none() {
                misfit(raw, "InterfaceIP", problem::ADDRESS, text, notes);
            }
        }
        "AA" => raw.authoritative = boolean(&text),
        "AD" => raw.authenticated = boolean(&text),
        "RD" => raw.recursion_desired = boolean(&text),
        "QTYPE" => match text.parse().ok().map(RrType).or_else(|| RrType::from_name(&text)) {
            Some(rr_type) => raw.rr_type = Some(rr_type),
            None => misfit(raw, "QTYPE", problem::NUMBER, text, notes),
        },
        "XID" => match number(&text) {
            Some(id) => raw.id = Some(id),
            None => misfit(raw, "XID", problem::NUMBER, text, notes),
        },
        "RCODE" => match text.parse().ok().map(Rcode).or_else(|| Rcode::from_name(&text)) {
            Some(rcode) if raw.activity.is_response => raw.rcode = Some(rcode),
            Some(_) if text == "0" => {}
            Some(_) => raw.other.push(name, text),
            None => misfit(raw, "RCODE", problem::NUMBER, text, notes),
        },
        "Port" => match number(&text) {
            Some(0) => {}
            // Whose port it is in the events of recursion is not documented.
            Some(port) if raw.activity.segment == activity::Segment::Client => raw.remote_port = Some(port),
            Some(_) => raw.other.push(name, text),
            None => misfit(raw, "Port", problem::NUMBER, text, notes),
        },
        "Flags" => match number(&text) {
            Some(flags) => {
                raw.flags = Some(MessageFlags(flags));
                raw.flag_text = Some(text);
            }
            None => misfit(raw, "Flags", problem::NUMBER, text, notes),
        },
        "GUID" => raw.session = Some(without_braces(text)),
        _ if is_placeholder(&text) => {}
        "Reason" => raw.reason = Some(text),
        _ => raw.other.push(name, text),
    }
}

/// What the server writes where it has no value.
fn is_placeholder(text: &str) -> bool {
    matches!(text, "." | "NULL" | "")
}

#[cold]
fn misfit<'r>(
    raw: &mut MicrosoftDns<'r>,
    name: &'static str,
    problem: &'static str,
    text: Cow<'r, str>,
    notes: &mut Notes,
) {
    notes.add(name, problem);
    raw.other.push(name, text);
}

/// An address that is not the unspecified one, which stands for none; IPv4 in IPv6 is written as IPv4.
pub(crate) fn usable_address(text: &[u8]) -> Option<IpAddr> {
    address::from_text(text)
        .map(|address| address.to_canonical())
        .filter(|address| !address.is_unspecified())
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "0" | "false" => Some(false),
        "1" | "true" => Some(true),
        _ => None,
    }
}

/// A number of 16 bits, in decimal or with `0x` in hexadecimal digits.
fn number(text: &str) -> Option<u16> {
    match text.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => text.strip_suffix(".0").unwrap_or(text).parse().ok(),
    }
}

fn without_braces(text: Cow<'_, str>) -> Cow<'_, str> {
    let inside = |text: &str| text.len() > 2 && text.starts_with('{') && text.ends_with('}');
    match text {
        Cow::Borrowed(text) if inside(text) => Cow::Borrowed(text.trim_matches(['{', '}'])),
        Cow::Owned(text) if inside(&text) => Cow::Owned(text.trim_matches(['{', '}']).to_owned()),
        text => text,
    }
}

/// What the shipper adds, for a caller that wants everything.
fn take_shipped<'r>(raw: &mut MicrosoftDns<'r>, event: WindowsEvent<'r>) {
    let WindowsEvent {
        message,
        channel,
        level,
        keywords,
        user_sid,
        process_id,
        thread_id,
        record_id,
        activity_id,
        other,
        ..
    } = event;
    let texts = [
        ("Message", message),
        ("Channel", channel),
        ("Level", level),
        ("Keywords", keywords),
        ("UserID", user_sid),
        ("ActivityID", activity_id),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            raw.other.push(name, text);
        }
    }
    for (name, number) in [("ProcessID", process_id), ("ThreadID", thread_id)] {
        if let Some(number) = number {
            raw.other.push(name, number);
        }
    }
    if let Some(number) = record_id {
        raw.other.push("EventRecordID", number);
    }
    for (name, value) in other {
        raw.other.push(name, value.into_additional());
    }
}
