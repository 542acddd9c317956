//! From Zeek's row to the event.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::LazyLock;

use asim_parse::schema::{
    AdditionalFields, AdditionalValue, DnsClass, DnsEvent, Event, EventResult, EventSeverity, EventSubType,
    NetworkProtocol, Opcode, Rcode, RrType, Timestamp,
};
use asim_parse::value::{additional, device, domain_name, text, time};
use asim_parse::{Additional, Context, Envelope, Fault, Notes, Refusal};

use crate::MANIFEST;
use crate::raw::{ZeekDns, problem};

/// The port of the NetBIOS name service.
const NETBIOS_PORT: u16 = 137;
const DNS_PORT: u16 = 53;
const MULTICAST_DNS_PORT: u16 = 5353;

/// The top bit of an mDNS class: a unicast response is wanted (RFC 6762, section 5.4).
const UNICAST_RESPONSE: u16 = 0x8000;

/// Makes the event of a row.
pub(crate) fn map<'r>(
    mut raw: ZeekDns<'r>,
    envelope: &Envelope,
    context: &Context,
    notes: &mut Notes,
) -> Result<Event<'r>, Refusal> {
    let start = raw
        .ts
        .or(envelope.time)
        .or(context.assume_time)
        .ok_or_else(|| Fault::map("no time; use --assume-time"))?;
    let mut event = DnsEvent::new(context.schema_version);
    event.set_event_vendor(MANIFEST.vendor);
    event.set_event_product(MANIFEST.product);
    set_times(&mut event, start, raw.rtt);
    set_endpoints(&mut event, &mut raw, notes);
    set_question(&mut event, &mut raw, notes);
    set_result(&mut event, &mut raw);
    set_flags(&mut event, &raw);
    set_response_name(&mut event, &raw, notes);
    if let Some(uid) = raw.uid.take() {
        event.set_event_original_uid(uid.clone());
        event.set_dns_session_id(uid);
    }
    if let Some(id) = raw.trans_id {
        event.set_transaction_id_hex(text::hexadecimal(id));
    }
    if let Some(name) = raw.system_name.take().filter(|name| !name.is_empty()) {
        device::set_reporting(&mut event, name);
    }
    if context.additional != Additional::None {
        set_additional(&mut event, raw, notes);
    }
    Ok(Event::Dns(event))
}

impl ZeekDns<'_> {
    /// Whether the response was seen: Zeek writes its code then, and only then.
    pub(crate) fn has_response(&self) -> bool {
        self.rcode.is_some() || self.rcode_name.is_some()
    }

    /// Whether the question was seen: its type and class come from nowhere else.
    fn has_question(&self) -> bool {
        self.qtype.is_some() || self.qclass.is_some() || self.qtype_name.is_some()
    }

    /// Whether an answer record was seen. Only then does Zeek copy AA and RA from the response and write a time
    /// between query and answer; in all other rows these flags are its default, which says nothing.
    fn has_answer_record(&self) -> bool {
        !self.answers.is_empty() || self.rtt.is_some()
    }

    fn is_netbios(&self) -> bool {
        self.resp_p == Some(NETBIOS_PORT) || self.orig_p == Some(NETBIOS_PORT)
    }
}

fn set_times(event: &mut DnsEvent<'_>, start: Timestamp, rtt: Option<i64>) {
    event.set_event_start_time(start);
    if let Some(ticks) = rtt {
        if let Some(end) = start.checked_add_ticks(ticks) {
            event.set_event_end_time(end);
        }
        if let Some(milliseconds) = time::whole_milliseconds(ticks) {
            event.set_dns_network_duration(milliseconds);
        }
    }
}

/// An address and a port.
type Endpoint = (Option<IpAddr>, Option<u16>);

/// The client and the server.
fn endpoints(raw: &ZeekDns<'_>) -> (Endpoint, Endpoint) {
    let originator = (raw.orig_h, raw.orig_p);
    let responder = (raw.resp_h, raw.resp_p);
    // Zeek takes the sender of the first packet for the originator. Where that packet is a response, it is the server.
    let answer_only = raw.has_response() && !raw.has_question();
    if answer_only && originator.1 == Some(DNS_PORT) && responder.1 != Some(DNS_PORT) {
        (responder, originator)
    } else {
        (originator, responder)
    }
}

/// The client's address.
pub(crate) fn client_of(raw: &ZeekDns<'_>) -> Option<IpAddr> {
    endpoints(raw).0.0
}

fn set_endpoints(event: &mut DnsEvent<'_>, raw: &mut ZeekDns<'_>, notes: &mut Notes) {
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
    match raw.proto.take() {
        Some(proto) if proto.eq_ignore_ascii_case("udp") => event.set_network_protocol(NetworkProtocol::UDP),
        Some(proto) if proto.eq_ignore_ascii_case("tcp") => event.set_network_protocol(NetworkProtocol::TCP),
        Some(proto) => {
            notes.add("proto", problem::TRANSPORT);
            raw.keep("proto", proto.into_owned());
        }
        None => {}
    }
}

fn set_question<'r>(event: &mut DnsEvent<'r>, raw: &mut ZeekDns<'r>, notes: &mut Notes) {
    if let Some(query) = raw.query.take() {
        set_name(event, raw, query, notes);
    }
    let netbios = raw.is_netbios();
    let name = raw.qtype_name.take();
    let number = match (raw.qtype.map(RrType), &name) {
        (None, Some(name)) => query_type(name, netbios),
        (number, _) => number,
    };
    let text = number.map(|number| query_type_name(number, netbios));
    // Zeek's name is kept where it says something else than the number.
    if let Some(name) = name.filter(|name| text.as_deref() != Some(name))
        && (number.is_none() || query_type(&name, netbios) != number)
    {
        raw.keep("qtype_name", name);
    }
    if let (Some(number), Some(text)) = (number, text) {
        event.set_dns_query_type(number);
        event.set_dns_query_type_name(text);
    }
    set_class(event, raw);
}

fn set_name<'r>(event: &mut DnsEvent<'r>, raw: &mut ZeekDns<'r>, query: Cow<'r, [u8]>, notes: &mut Notes) {
    if !domain_name::fits(&query) {
        notes.add("query", problem::NAME_TOO_LONG);
        raw.keep("query", text::from_cow(query).0);
        return;
    }
    match query {
        Cow::Borrowed(query) => event.set_dns_query(domain_name::canonical(query)),
        Cow::Owned(query) => event.set_dns_query(domain_name::canonical(&query).into_owned()),
    }
}

/// The type of a name as Zeek writes it: IANA's, `*`, `query-N`, or on port 137 the NetBIOS name service's.
fn query_type(name: &str, netbios: bool) -> Option<RrType> {
    match name {
        "NB" if netbios => return Some(NETBIOS_NB),
        "NBSTAT" if netbios => return Some(NETBIOS_NBSTAT),
        _ => {}
    }
    match name.strip_prefix("query-") {
        Some(number) => number.parse().ok().map(RrType),
        None => RrType::from_name(name),
    }
}

/// NetBIOS general name service record (RFC 1002, section 4.2.1.3); IANA has NIMLOC under this number.
const NETBIOS_NB: RrType = RrType(32);
/// NetBIOS node status record (RFC 1002, section 4.2.1.3); IANA has SRV under this number.
const NETBIOS_NBSTAT: RrType = RrType(33);

fn query_type_name(number: RrType, netbios: bool) -> Cow<'static, str> {
    match number {
        NETBIOS_NB if netbios => Cow::Borrowed("NB"),
        NETBIOS_NBSTAT if netbios => Cow::Borrowed("NBSTAT"),
        _ => number.text(),
    }
}

fn set_class(event: &mut DnsEvent<'_>, raw: &mut ZeekDns<'_>) {
    let by_name = |name: &str| match name.strip_prefix("qclass-") {
        Some(number) => number.parse().ok().map(DnsClass),
        None => DnsClass::from_name(name),
    };
    let number = raw.qclass.map(DnsClass);
    let Some(mut class) = number.or_else(|| raw.qclass_name.as_deref().and_then(by_name)) else {
        if let Some(name) = raw.qclass_name.take() {
            raw.keep("qclass_name", name.into_owned());
        }
        return;
    };
    let bare = DnsClass(class.0 & !UNICAST_RESPONSE);
    let multicast = raw.resp_p == Some(MULTICAST_DNS_PORT)
        || raw.orig_p == Some(MULTICAST_DNS_PORT)
        || bare.name().is_some();
    if bare != class && multicast {
        raw.keep("qclass", i64::from(class.0));
        class = bare;
    }
    event.set_dns_query_class(class);
    event.set_dns_query_class_name(class.text());
}

fn set_result<'r>(event: &mut DnsEvent<'r>, raw: &mut ZeekDns<'r>) {
    event.set_event_type(Opcode(raw.opcode.unwrap_or_default()));
    if let Some(name) = raw.opcode_name.take() {
        event.set_event_original_type(name);
    }
    event.set_event_severity(EventSeverity::Informational);
    if !raw.has_response() {
        event.set_event_sub_type(EventSubType::Request);
        event.set_event_result(EventResult::NA);
        event.set_event_result_details("NA");
        return;
    }
    event.set_event_sub_type(EventSubType::Response);
    let number = raw.rcode.map(Rcode);
    let Some(rcode) = number.or_else(|| raw.rcode_name.as_deref().and_then(response_code)) else {
        // A name that stands for no number: the response was seen, its result is not known.
        event.set_event_result(EventResult::NA);
        event.set_event_result_details("NA");
        if let Some(name) = raw.rcode_name.take() {
            event.set_event_original_result_details(name);
        }
        return;
    };
    event.set_dns_response_code(rcode);
    let text = rcode.text();
    // Zeek's name is kept where it says something else than the number.
    if let Some(name) = raw.rcode_name.take().filter(|name| *name != text)
        && response_code(&name) != Some(rcode)
    {
        event.set_event_original_result_details(name);
    }
    event.set_event_result_details(text);
    if rcode == Rcode::NOERROR {
        event.set_event_result(EventResult::Success);
    } else {
        event.set_event_result(EventResult::Failure);
        event.set_event_severity(EventSeverity::Low);
    }
}

/// The response code of a name as Zeek writes it: IANA's, `unassigned-N` or `rcode-N`.
pub(crate) fn response_code(name: &str) -> Option<Rcode> {
    match name
        .strip_prefix("unassigned-")
        .or_else(|| name.strip_prefix("rcode-"))
    {
        Some(number) => number.parse().ok().map(Rcode),
        None => Rcode::from_name(name),
    }
}

/// For every set of flags, the first flag in the lowest bit: their names, joined by commas.
static FLAG_NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let names = ["AA", "TC", "RD", "RA", "Z", "AD", "CD"];
    (0_u8..128)
        .map(|set| {
            let of_set = names
                .iter()
                .enumerate()
                .filter(|(place, _)| set >> place & 1 == 1);
            of_set.map(|(_, name)| *name).collect::<Vec<_>>().join(",")
        })
        .collect()
});

/// Sets the flags that were seen.
///
/// A question tells RD and CD; a response with an answer record tells all of them. What Zeek prints for a message
/// that it did not see is its default, and is left out. A flag that is set was seen.
fn set_flags(event: &mut DnsEvent<'_>, raw: &ZeekDns<'_>) {
    let question = raw.has_question();
    let answer = raw.has_response();
    let seen = |flag: Option<bool>| flag.filter(|set| answer && (*set || raw.has_answer_record()));
    // On port 137 these bits are the NetBIOS name service's own (RFC 1002, section 4.2.1.1).
    let z = raw.z.filter(|_| question && !raw.is_netbios());
    let bit = |mask: u8| z.map(|bits| bits & mask != 0);

    let flags = [
        seen(raw.aa),
        seen(raw.tc),
        raw.rd.filter(|_| question),
        seen(raw.ra),
        bit(4).filter(|_| answer),
        bit(2).filter(|_| answer),
        bit(1),
    ];
    let set = flags.iter().enumerate().fold(0, |set, (place, flag)| {
        set | usize::from(*flag == Some(true)) << place
    });
    if let Some(names) = FLAG_NAMES.get(set).filter(|names| !names.is_empty()) {
        event.set_dns_flags(names.as_str());
    }
    let [aa, tc, rd, ra, z, ad, cd] = flags;
    if let Some(flag) = aa {
        event.set_dns_flags_authoritative(flag);
    }
    if let Some(flag) = tc {
        event.set_dns_flags_truncated(flag);
    }
    if let Some(flag) = rd {
        event.set_dns_flags_recursion_desired(flag);
    }
    if let Some(flag) = ra {
        event.set_dns_flags_recursion_available(flag);
    }
    if let Some(flag) = z {
        event.set_dns_flags_z(flag);
    }
    if let Some(flag) = ad {
        event.set_dns_flags_authenticated(flag);
    }
    if let Some(flag) = cd {
        event.set_dns_flags_checking_disabled(flag);
    }
}

/// Writes the answers and their times to live as one JSON text: `{"answers":["192.0.2.1"],"ttls":[30]}`.
fn set_response_name(event: &mut DnsEvent<'_>, raw: &ZeekDns<'_>, notes: &mut Notes) {
    if raw.answers.is_empty() {
        return;
    }
    // Room for the brackets, and for quotes, commas and short numbers.
    let answers: usize = raw.answers.iter().map(|answer| answer.len() + 3).sum();
    let mut json = Vec::with_capacity(32 + answers + raw.ttls.len() * 8);
    json.extend_from_slice(b"{\"answers\":[");
    for (place, answer) in raw.answers.iter().enumerate() {
        if place > 0 {
            json.push(b',');
        }
        if is_plain(answer) {
            json.push(b'"');
            json.extend_from_slice(answer);
            json.push(b'"');
            continue;
        }
        let (text, was_bytes) = text::from_bytes(answer);
        if was_bytes {
            notes.add("answers", problem::NOT_UTF8);
        }
        AdditionalValue::Text(text).write_json(&mut json);
    }
    json.extend_from_slice(b"],\"ttls\":[");
    for (place, ttl) in raw.ttls.iter().enumerate() {
        if place > 0 {
            json.push(b',');
        }
        push_seconds(*ttl, &mut json);
    }
    json.extend_from_slice(b"]}");
    if let Ok(json) = String::from_utf8(json) {
        event.set_dns_response_name(json);
    }
}

/// Printable ASCII that JSON does not escape; written so that it is compared many bytes at a time.
fn is_plain(text: &[u8]) -> bool {
    let special = |byte: u8| {
        u8::from(byte < 0x20) | u8::from(byte > 0x7e) | u8::from(byte == b'"') | u8::from(byte == b'\\')
    };
    text.iter().fold(0, |any, byte| any | special(*byte)) == 0
}

/// Appends a time to live in seconds in its shortest form.
fn push_seconds(ticks: i64, json: &mut Vec<u8>) {
    const PER_SECOND: i64 = 10_000_000;
    let whole = ticks / PER_SECOND;
    if ticks % PER_SECOND != 0 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "fractions of a second do not need 53 bits"
        )]
        return AdditionalValue::Real(ticks as f64 / PER_SECOND as f64).write_json(json);
    }
    json.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
}

fn set_additional<'r>(event: &mut DnsEvent<'r>, raw: ZeekDns<'r>, notes: &mut Notes) {
    let netbios = raw.is_netbios();
    let kept = raw.other.len();
    let mut fields = if kept == 0 {
        AdditionalFields::new()
    } else {
        raw.other.into_iter().collect()
    };
    if fields.len() < kept {
        notes.add("columns without a place of their own", problem::TWICE);
    }
    if let Some(path) = raw.path.filter(|path| path != "dns") {
        fields.push("_path", path);
    }
    if let Some(rejected) = raw.rejected {
        fields.push("rejected", rejected);
    }
    // The bits of the NetBIOS name service have no field of their own.
    if let Some(z) = raw.z.filter(|bits| netbios && *bits != 0) {
        fields.push("Z", i64::from(z));
    }
    if !fields.is_empty() {
        additional::limit(&mut fields, notes);
        event.set_additional_fields(fields);
    }
}
