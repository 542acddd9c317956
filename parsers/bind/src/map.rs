//! From named's line to the event.

use std::net::{IpAddr, Ipv4Addr};

use asim_parse::schema::{
    AdditionalFields, DnsClass, DnsEvent, DnsField, Event, EventResult, EventSeverity, EventSubType,
    NetworkProtocol, Opcode, Rcode, RrType, Timestamp,
};
use asim_parse::value::{additional, local_time, number, text};
use asim_parse::{Additional, Context, Envelope, Fault, Notes, Refusal};

use crate::MANIFEST;
use crate::flags::{self, Letters};
use crate::name;
use crate::raw::{
    Action, Activity, BindLine, Client, Detail, Direction, Endpoint, LogTime, Operation, Outcome, Severity,
    Transport,
};

/// The client of what the server itself asks, as ASIM's article has it for recursive requests.
pub(crate) const SELF: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

mod problem {
    pub(super) const ADDRESS: &str = "not an IP address";
    pub(super) const CLASS: &str = "not a class";
    pub(super) const FLAGS: &str = "not the letters of flags";
    pub(super) const NAME: &str = "a name over 255 octets";
    pub(super) const NOT_UTF8: &str = "not UTF-8";
    pub(super) const PORT: &str = "not a port";
    pub(super) const TYPE: &str = "not a type";
}

/// The event in the making, and what has no field of its own.
struct Making<'r, 'n> {
    event: DnsEvent<'r>,
    fields: AdditionalFields<'r>,
    notes: &'n mut Notes,
}

/// Makes the event of a record.
pub(crate) fn map<'r>(
    raw: BindLine<'r>,
    envelope: &Envelope,
    context: &Context,
    notes: &mut Notes,
) -> Result<Event<'r>, Refusal> {
    let time = time(&raw, envelope, context, notes)?;
    let BindLine {
        severity,
        client,
        activity,
        ..
    } = raw;
    let mut event = DnsEvent::new(context.schema_version);
    // Only Infoblox names the transport behind the client.
    let nios = activity.nios || client.as_ref().is_some_and(|client| client.transport.is_some());
    if nios {
        event.set_event_vendor("Infoblox");
        event.set_event_product("NIOS");
    } else {
        event.set_event_vendor(MANIFEST.vendor);
        event.set_event_product(MANIFEST.product);
    }
    set_times(&mut event, time, activity.duration);
    let mut making = Making {
        event,
        fields: AdditionalFields::new(),
        notes,
    };
    making.result(&activity, severity);
    making.client(client.as_ref(), &activity);
    making.question(client.as_ref(), &activity);
    making.flags(&activity);
    making.action(&activity, context);
    making.rest(activity);
    let Making {
        mut event,
        mut fields,
        notes,
    } = making;
    if context.additional != Additional::None && !fields.is_empty() {
        additional::limit(&mut fields, notes);
        event.set_additional_fields(fields);
    }
    Ok(Event::Dns(event))
}

fn time(
    raw: &BindLine<'_>,
    envelope: &Envelope,
    context: &Context,
    notes: &mut Notes,
) -> Result<Timestamp, Refusal> {
    match raw.time {
        Some(LogTime::Instant(time)) => Ok(time),
        Some(LogTime::Local(time)) => Ok(local_time::resolve(time, context, notes, "time")?),
        None => Ok(envelope
            .time
            .or(envelope.time_generated)
            .or(context.assume_time)
            .ok_or_else(|| Fault::map("no time; use --assume-time"))?),
    }
}

/// A line that tells how long something took was written at its end.
fn set_times(event: &mut DnsEvent<'_>, time: Timestamp, duration: Option<i64>) {
    let start = duration.and_then(|ticks| time.checked_add_ticks(-ticks));
    event.set_event_start_time(start.unwrap_or(time));
    if let (Some(ticks), Some(_)) = (duration, start) {
        event.set_event_end_time(time);
        if let Some(milliseconds) = asim_parse::value::time::whole_milliseconds(ticks) {
            event.set_dns_network_duration(milliseconds);
        }
    }
}

impl<'r> Making<'r, '_> {
    /// Keeps text under a name.
    fn keep(&mut self, name: &'static str, value: &'r [u8]) {
        let (value, was_bytes) = text::from_bytes(value);
        if was_bytes {
            self.notes.add(name, problem::NOT_UTF8);
        }
        self.fields.push(name, value);
    }

    /// Keeps text that does not fit its field, and notes it.
    #[cold]
    fn misfit(&mut self, name: &'static str, value: &'r [u8], problem: &'static str) {
        self.notes.add(name, problem);
        self.fields.push(name, text::from_bytes(value).0);
    }

    fn result(&mut self, activity: &Activity<'r>, severity: Option<(Severity, &'r [u8])>) {
        let event = &mut self.event;
        event.set_event_original_type(activity.words);
        event.set_event_type(Opcode(match activity.operation {
            Operation::Query => 0,
            Operation::Notify => 4,
            Operation::Update => 5,
        }));
        let (code, own_words) = match activity.outcome {
            None => (None, None),
            Some(outcome) => response_code(outcome),
        };
        let code = code.filter(|_| activity.direction == Direction::Response);
        event.set_event_sub_type(match activity.direction {
            Direction::Request => EventSubType::Request,
            Direction::Response => EventSubType::Response,
        });
        let mut graveness = EventSeverity::Informational;
        if let Some(code) = code {
            event.set_dns_response_code(code);
            event.set_event_result_details(code.text());
            if code == Rcode::NOERROR {
                event.set_event_result(EventResult::Success);
            } else {
                event.set_event_result(EventResult::Failure);
                graveness = EventSeverity::Low;
            }
        } else {
            event.set_event_result(EventResult::NA);
            event.set_event_result_details("NA");
        }
        if let Some(words) = own_words {
            event.set_event_original_result_details(text::from_bytes(words).0);
        }
        if let Some((severity, words)) = severity {
            graveness = match severity {
                Severity::Critical => EventSeverity::High,
                Severity::Error => EventSeverity::Medium,
                Severity::Warning => EventSeverity::Low,
                Severity::Notice | Severity::Info | Severity::Debug => EventSeverity::Informational,
            };
            event.set_event_original_severity(text::from_bytes(words).0);
        }
        event.set_event_severity(graveness);
    }

    /// Who asked, and whom.
    fn client(&mut self, client: Option<&Client<'r>>, activity: &Activity<'r>) {
        if let Some(upstream) = activity.upstream {
            self.event.set_src_ip_addr(SELF);
            if let Some(local) = activity.server {
                if let Some(address) = local.address {
                    self.event.set_dvc_ip_addr(address);
                }
                if let Some(port) = local.port {
                    self.event.set_src_port_number(port);
                }
            }
            self.destination(upstream, "server");
        } else if let Some(server) = activity.server {
            self.destination(server, "server");
        }
        if let Some(client) = client {
            let endpoint = client.endpoint;
            match endpoint.address {
                Some(address) => self.event.set_src_ip_addr(address),
                None => self.misfit("client", endpoint.text, problem::ADDRESS),
            }
            match endpoint.port {
                Some(port) => self.event.set_src_port_number(port),
                None => self.misfit("client_port", endpoint.port_text, problem::PORT),
            }
            if let Some(object) = client.object {
                self.keep("client_object", object);
            }
            if let Some(at) = memchr::memchr(b'%', endpoint.text)
                && let Some(index) = endpoint.text.get(at + 1..)
            {
                self.keep("zone_index", index);
            }
            if let Some(view) = client.view {
                self.keep("view", view);
            }
            if let Some(key) = client.key {
                self.keep("key", key);
            }
        }
        match activity.transport.or(client.and_then(|client| client.transport)) {
            Some(Transport::Udp) => self.event.set_network_protocol(NetworkProtocol::UDP),
            Some(Transport::Tcp) => self.event.set_network_protocol(NetworkProtocol::TCP),
            None => {}
        }
    }

    fn destination(&mut self, endpoint: Endpoint<'r>, name: &'static str) {
        match endpoint.address {
            Some(address) => self.event.set_dst_ip_addr(address),
            None => self.misfit(name, endpoint.text, problem::ADDRESS),
        }
        if let Some(port) = endpoint.port {
            self.event.set_dst_port_number(port);
        }
    }

    fn question(&mut self, client: Option<&Client<'r>>, activity: &Activity<'r>) {
        let asked = client.and_then(|client| client.name);
        let mut told = activity.name.or(asked);
        // What a line is about may be a name that the one asked for led to, such as the target of an alias.
        if let (Some(own), Some(asked)) = (activity.name, asked)
            && own != asked
            && activity.direction == Direction::Response
            && activity.operation == Operation::Query
            && !own.eq_ignore_ascii_case(asked)
        {
            told = Some(asked);
            if let Some(name) = name::canonical(own) {
                self.fields.push("name", name);
            }
        }
        if let Some(told) = told {
            match name::canonical(told) {
                Some(name) => self.event.set_dns_query(name),
                None => self.misfit("name", told, problem::NAME),
            }
        }
        if let Some(printed) = activity.rr_type {
            match std::str::from_utf8(printed).ok().and_then(RrType::from_name) {
                Some(rr_type) => {
                    self.event.set_dns_query_type(rr_type);
                    self.event.set_dns_query_type_name(rr_type.text());
                }
                None => self.misfit("type", printed, problem::TYPE),
            }
        }
        if let Some(printed) = activity.class {
            match std::str::from_utf8(printed).ok().and_then(DnsClass::from_name) {
                Some(class) => {
                    self.event.set_dns_query_class(class);
                    self.event.set_dns_query_class_name(class.text());
                }
                None => self.misfit("class", printed, problem::CLASS),
            }
        }
    }

    /// A query tells RD and CD; Infoblox's responses tell RD and AA, and TC where it is set.
    fn flags(&mut self, activity: &Activity<'r>) {
        let Some(printed) = activity.flags else { return };
        self.event.set_dns_flags(text::from_bytes(printed).0);
        let Some(letters) = flags::read(printed) else {
            self.notes.add("flags", problem::FLAGS);
            return;
        };
        let Letters {
            recursion_desired,
            signed,
            edns,
            edns_version,
            dnssec_ok,
            checking_disabled,
            cookie,
            authoritative,
            truncated,
        } = letters;
        if let Some(flag) = recursion_desired {
            self.event.set_dns_flags_recursion_desired(flag);
        }
        if activity.nios {
            self.event.set_dns_flags_authoritative(authoritative);
            if truncated {
                self.event.set_dns_flags_truncated(true);
            }
        } else if checking_disabled || activity.server.is_some() {
            // Versions that do not print the server's address know no letter for CD.
            self.event.set_dns_flags_checking_disabled(checking_disabled);
        }
        if signed {
            self.fields.push("signed", true);
        }
        match edns_version {
            Some(version) => self.fields.push("edns_version", i64::from(version)),
            None if edns => self.fields.push("edns", true),
            None => {}
        }
        if dnssec_ok {
            self.fields.push("dnssec_ok", true);
        }
        // Infoblox's V is not a cookie's.
        if let Some(valid) = cookie.filter(|_| !activity.nios) {
            self.fields
                .push("cookie", if valid { "valid" } else { "unverified" });
        }
    }

    /// What a response policy or the rate limit did.
    fn action(&mut self, activity: &Activity<'r>, context: &Context) {
        let Some(Action {
            word,
            in_force,
            trigger,
            rule,
            target,
        }) = activity.action
        else {
            return;
        };
        let done = match word {
            _ if !in_force => "Allowed",
            b"PASSTHRU" => "Allowed",
            b"TCP-ONLY" | b"slip" => "Truncated",
            b"Local-Data" | b"CNAME" => "Redirected",
            _ => "Blocked",
        };
        self.event.set_dvc_action(done);
        self.event.set_dvc_original_action(text::from_bytes(word).0);
        if word == b"slip" && in_force {
            self.event.set_dns_flags_truncated(true);
        }
        if !in_force {
            self.fields.push("in_force", false);
        }
        if let Some(trigger) = trigger {
            self.keep("rpz_trigger", trigger);
        }
        if let Some(rule) = rule.and_then(name::canonical) {
            if context.schema_version.fields().contains(DnsField::RuleName) {
                self.event.set_rule_name(rule);
            } else {
                self.fields.push("RuleName", rule);
            }
        }
        if let Some(target) = target.and_then(name::canonical) {
            self.fields.push("rpz_target", target);
        }
    }

    fn rest(&mut self, activity: Activity<'r>) {
        if let Some(subnet) = activity.subnet {
            self.keep("ecs", subnet);
        }
        if let Some(answers) = activity.answers {
            let (answers, was_bytes) = text::from_bytes(answers);
            if was_bytes {
                self.notes.add("answers", problem::NOT_UTF8);
            }
            self.event.set_dns_response_name(answers);
        }
        for detail in activity.details {
            match detail {
                Detail::Text(name, value) => self.keep(name, value),
                Detail::Number(name, value) => self.fields.push(name, value),
            }
        }
        if !activity.changes.is_empty() {
            let changes = activity
                .changes
                .into_iter()
                .map(|change| text::from_bytes(change).0.into());
            self.fields.push(
                "changes",
                asim_parse::schema::AdditionalValue::List(changes.collect()),
            );
        }
    }
}

/// The response code of an outcome, and the server's own words where they say something else.
fn response_code(outcome: Outcome<'_>) -> (Option<Rcode>, Option<&[u8]>) {
    match outcome {
        Outcome::Rcode(word) => match rcode(word) {
            Some(code) => (Some(code), None),
            None => (None, Some(word)),
        },
        Outcome::Result(word) => match rcode(word) {
            Some(code) => (Some(code), None),
            None => (Some(sent_for(word)), Some(word)),
        },
        Outcome::Unknown(word) => (None, Some(word)),
    }
}

/// The code of a name or number as named prints it.
fn rcode(word: &[u8]) -> Option<Rcode> {
    if word.first()?.is_ascii_digit() {
        return number::unsigned(word)
            .and_then(|code| u16::try_from(code).ok())
            .map(Rcode);
    }
    let word = std::str::from_utf8(word).ok()?;
    match word.strip_prefix("RESERVED") {
        Some(digits) => digits.parse().ok().map(Rcode),
        None => Rcode::from_name(word),
    }
}

/// The code that named sends for a result of its library that is none itself; `SERVFAIL` for nearly all.
fn sent_for(result: &[u8]) -> Rcode {
    const FORMERR: Rcode = Rcode(1);
    const SERVFAIL: Rcode = Rcode(2);
    const REFUSED: Rcode = Rcode(5);
    const NOTAUTH: Rcode = Rcode(9);
    match result {
        b"disallowed (by application policy)" => REFUSED,
        b"tsig verify failure" | b"clocks are unsynchronized" => NOTAUTH,
        b"unexpected end of input"
        | b"bad base64 encoding"
        | b"out of range"
        | b"bad AAAA record"
        | b"bad checksum"
        | b"bad class"
        | b"bad label type"
        | b"bad compression pointer"
        | b"bad ttl"
        | b"bad zone"
        | b"extra input text"
        | b"label too long"
        | b"no redundant data"
        | b"syntax error"
        | b"text too long"
        | b"too many hops"
        | b"unknown class/type"
        | b"name too long" => FORMERR,
        _ => SERVFAIL,
    }
}
