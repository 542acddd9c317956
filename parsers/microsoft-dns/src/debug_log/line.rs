//! A record of the log: one line, and the details that follow it.

use std::borrow::Cow;

use asim_parse::schema::answers::{Answers, Part};
use asim_parse::schema::{AdditionalValue, Opcode, Rcode, RrType};
use asim_parse::value::{local_time, text};
use asim_parse::{Context, Fault, Notes, Refusal};

use super::date::{Unclear, Written};
use super::details::Details;
use super::name;
use super::packet::PacketWords;
use super::starts::is_own_line;
use crate::activity::{Activity, Segment};
use crate::raw::{MicrosoftDns, problem};

/// Reads a record.
pub(crate) fn decode<'r>(
    record: &'r [u8],
    context: &Context,
    notes: &mut Notes,
) -> Result<MicrosoftDns<'r>, Refusal> {
    let (line, details) = match memchr::memchr(b'\n', record) {
        Some(end) => record.split_at_checked(end).unwrap_or((record, b"")),
        None => (record, &b""[..]),
    };
    let line = trim_end(line);
    let Some((written, rest)) = Written::read(line) else {
        return Err(without_date(record, line));
    };
    let Some((thread, words)) = context_words(rest) else {
        return Err(Fault::decode("not a line of a DNS debug log").into());
    };
    let packet = match words {
        Line::Packet(words) => PacketWords::read(words)?,
        Line::Other(reason) => return Err(Refusal::Declined(Cow::Borrowed(reason))),
    };
    let local = written.resolve(context.date_order).map_err(unclear)?;
    let time = local_time::resolve(local, context, notes, "Date")?;
    let mut raw = MicrosoftDns::new(activity(&packet));
    raw.time = Some(time);
    raw.transport = Some(packet.transport);
    raw.remote = packet.remote;
    if raw.remote.is_none() {
        raw.keep_misfit("Remote IP", packet.remote_text, problem::ADDRESS, notes);
    }
    raw.id = Some(packet.id);
    raw.flags = Some(packet.flags);
    raw.rr_type = type_of(&packet, &mut raw, notes);
    if let Some(name) = name::read(packet.name) {
        if name.lengths_misfit {
            notes.add("Question Name", "label lengths do not fit, split at the marks");
        }
        raw.name = name.text;
        if raw.name.is_none() {
            raw.keep_misfit("Question Name", packet.name, problem::NAME_TOO_LONG, notes);
        }
    }
    raw.rcode = raw.activity.is_response.then(|| packet.flags.rcode());
    check(&packet, &mut raw, notes);
    if !details.trim_ascii().is_empty() {
        take_details(&mut raw, details, notes);
    }
    raw.other.push("Thread ID", thread);
    raw.other.push("Internal packet identifier", packet.packet);
    Ok(raw)
}

/// The line without its end, and without nothing else: a label may end with a blank.
fn trim_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// What is told of a line that has no date.
#[cold]
fn without_date(record: &[u8], line: &[u8]) -> Refusal {
    let text = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    if is_own_line(text) || text.starts_with(b"Message logging key") {
        return Refusal::Declined(Cow::Borrowed("the header of the debug log"));
    }
    if Details::read(record).is_some() {
        return Refusal::Declined(Cow::Borrowed("details of a packet whose line is not there"));
    }
    Fault::decode("not a line of a DNS debug log").into()
}

#[cold]
fn unclear(unclear: Unclear) -> Refusal {
    let fault = match unclear {
        Unclear::Order => Fault::map("the date leaves the order of day and month open; use --date-order"),
        Unclear::NoSuchTime => Fault::decode("no such date and time in this order of day and month"),
        Unclear::Half => Fault::decode("the word for the half of the day is not known"),
    };
    fault.into()
}

enum Line<'r> {
    Packet(&'r [u8]),
    /// Another line, and why it is declined.
    Other(&'static str),
}

/// The thread, and what stands behind the context.
fn context_words(rest: &[u8]) -> Option<(&str, Line<'_>)> {
    let end = rest.iter().position(u8::is_ascii_whitespace)?;
    let (thread, rest) = rest.split_at_checked(end)?;
    // Hexadecimal digits, as the date's reader made sure.
    let thread = std::str::from_utf8(thread).ok()?;
    let rest = rest.trim_ascii_start();
    let line = if let Some(words) = rest.strip_prefix(b"PACKET") {
        Line::Packet(words)
    } else if rest.starts_with(b"EVENT") {
        Line::Other("an event of the server itself in the debug log")
    } else if rest.is_empty() {
        return None;
    } else {
        Line::Other("a line of the debug log about the server's own work")
    };
    Some((thread, line))
}

/// Who is the client: of what the server was sent and answered, the other side; of what it asked itself, the server.
fn activity(packet: &PacketWords<'_>) -> Activity {
    let is_response = packet.flags.is_response();
    let segment = if packet.sent == is_response {
        Segment::Client
    } else {
        Segment::Recursion
    };
    Activity {
        opcode: packet.flags.opcode(),
        is_response,
        segment,
        ..Activity::QUERY
    }
}

fn type_of<'r>(packet: &PacketWords<'r>, raw: &mut MicrosoftDns<'r>, notes: &mut Notes) -> Option<RrType> {
    let name = packet.rr_type;
    if name.is_empty() {
        return None;
    }
    let number = match name {
        "ALL" => Some(RrType(255)),
        _ => name.parse().ok().map(RrType).or_else(|| RrType::from_name(name)),
    };
    if number.is_none() {
        raw.keep_misfit("Question Type", name.as_bytes(), "not a type", notes);
    }
    number
}

/// The letters and the name repeat what the flags say. Where they say something else, both are kept.
fn check<'r>(packet: &PacketWords<'r>, raw: &mut MicrosoftDns<'r>, notes: &mut Notes) {
    if packet.marked_response != packet.flags.is_response() {
        notes.add("Query/Response", "another one than the flags have");
    }
    if packet.rcode.is_empty() || packet.rcode == "NOERROR" && packet.flags.rcode() == Rcode::NOERROR {
        return;
    }
    let named = Rcode::from_name(packet.rcode).or_else(|| packet.rcode.parse().ok().map(Rcode));
    if named != Some(packet.flags.rcode()) {
        notes.add("ResponseCode", "another one than the flags have");
        raw.other.push("ResponseCode", packet.rcode);
    } else if !raw.activity.is_response {
        // A request has no result, whatever the client left in its header.
        raw.other.push("ResponseCode", packet.rcode);
    }
}

fn take_details<'r>(raw: &mut MicrosoftDns<'r>, text: &'r [u8], notes: &mut Notes) {
    let Some(details) = Details::read(text) else {
        notes.add("details", "lines that are none, left out");
        raw.other.push("details", text::from_bytes(text.trim_ascii()).0);
        return;
    };
    raw.remote_port = details.remote_port;
    if raw.name.is_none() {
        raw.name = details.name;
    }
    raw.rr_type = raw.rr_type.or(details.rr_type);
    raw.class = details.class;
    if raw.activity.is_response {
        // The flags have four bits of it, the OPT record all.
        raw.rcode = details.rcode.or(raw.rcode);
        let answers: Vec<_> = details
            .records
            .into_iter()
            .filter(|record| record.part == Some(Part::Answer) && raw.activity.opcode != Opcode::UPDATE)
            .collect();
        if !answers.is_empty() {
            raw.answers = Some(Cow::Owned(Answers::from(answers).to_json()));
        }
    }
}

/// A value of the log as text.
impl<'r> MicrosoftDns<'r> {
    /// Keeps a value that does not fit its field.
    #[cold]
    pub(crate) fn keep_misfit(
        &mut self,
        name: &'static str,
        value: &'r [u8],
        problem: &'static str,
        notes: &mut Notes,
    ) {
        notes.add(name, problem);
        self.other
            .push(name, AdditionalValue::Text(text::from_bytes(value).0));
    }
}
