//! A record of the server, whatever form it came in.

use std::borrow::Cow;
use std::net::IpAddr;

use asim_parse::Notes;
use asim_parse::packet::{Message, MessageFlags, WireQuestion, from_hexadecimal};
use asim_parse::schema::answers::Part;
use asim_parse::schema::{
    AdditionalFields, AdditionalValue, DnsClass, NetworkProtocol, Opcode, Rcode, RrType, Timestamp,
};
use asim_parse::value::domain_name;

use crate::activity::Activity;

/// What a record tells of one message, or of what became of it. What it leaves out is absent.
#[derive(Debug)]
#[non_exhaustive]
pub struct MicrosoftDns<'r> {
    /// When the server wrote it, UTC.
    pub time: Option<Timestamp>,
    /// The `TimeGenerated` of a table's row.
    pub time_generated: Option<Timestamp>,
    pub(crate) activity: Activity,
    /// The address of the other side.
    pub remote: Option<IpAddr>,
    /// The port of the other side.
    pub remote_port: Option<u16>,
    /// The server's own address.
    pub local: Option<IpAddr>,
    /// UDP or TCP.
    pub transport: Option<NetworkProtocol>,
    /// The id of the message.
    pub id: Option<u16>,
    /// The second word of the message's header.
    pub flags: Option<MessageFlags>,
    /// The flags as the record writes them.
    pub flag_text: Option<Cow<'r, str>>,
    /// AA, where it is a value of its own.
    pub authoritative: Option<bool>,
    /// AD, where it is a value of its own.
    pub authenticated: Option<bool>,
    /// RD, where it is a value of its own.
    pub recursion_desired: Option<bool>,
    /// The name asked for, canonical.
    pub name: Option<Cow<'r, str>>,
    /// The type asked for.
    pub rr_type: Option<RrType>,
    /// The class asked for.
    pub class: Option<DnsClass>,
    /// The response code.
    pub rcode: Option<Rcode>,
    /// The answers: ASIM's list in JSON from a packet, else the record's own text.
    pub answers: Option<Cow<'r, str>>,
    /// The id of the event.
    pub event_id: Option<Cow<'r, str>>,
    /// The record's own word for the kind of the event.
    pub sub_type: Option<Cow<'r, str>>,
    /// The record's own severity.
    pub severity: Option<Cow<'r, str>>,
    /// The server's id of the query and all that it led to.
    pub session: Option<Cow<'r, str>>,
    /// Why a query failed or was ignored, in the server's words.
    pub reason: Option<Cow<'r, str>>,
    /// The message of a table's row.
    pub message: Option<Cow<'r, str>>,
    /// A page about the event.
    pub report_url: Option<Cow<'r, str>>,
    /// The server's name.
    pub device: Option<Cow<'r, str>>,
    /// The server's address by the shipper.
    pub device_address: Option<IpAddr>,
    /// The server's resource in Azure.
    pub device_resource: Option<Cow<'r, str>>,
    /// Values without a place of their own.
    pub other: AdditionalFields<'r>,
}

/// Problems that several columns share.
pub(crate) mod problem {
    pub(crate) const ADDRESS: &str = "not an IP address";
    pub(crate) const NAME_TOO_LONG: &str = "a name over 255 octets";
    pub(crate) const NUMBER: &str = "not a number of 16 bits";
}

impl<'r> MicrosoftDns<'r> {
    pub(crate) fn new(activity: Activity) -> Self {
        Self {
            time: None,
            time_generated: None,
            activity,
            remote: None,
            remote_port: None,
            local: None,
            transport: None,
            id: None,
            flags: None,
            flag_text: None,
            authoritative: None,
            authenticated: None,
            recursion_desired: None,
            name: None,
            rr_type: None,
            class: None,
            rcode: None,
            answers: None,
            event_id: None,
            sub_type: None,
            severity: None,
            session: None,
            reason: None,
            message: None,
            report_url: None,
            device: None,
            device_address: None,
            device_resource: None,
            other: AdditionalFields::new(),
        }
    }

    /// Takes the name of a column; with a packet, its question goes before it.
    pub(crate) fn take_name(&mut self, column: &'static str, name: Cow<'r, str>, notes: &mut Notes) {
        if !domain_name::fits(name.as_bytes()) {
            notes.add(column, problem::NAME_TOO_LONG);
            self.other.push(column, name);
            return;
        }
        self.name = Some(match name {
            Cow::Borrowed(name) => domain_name::canonical(name.as_bytes()),
            Cow::Owned(name) => Cow::Owned(domain_name::canonical(name.as_bytes()).into_owned()),
        });
    }

    /// Takes what a packet in hexadecimal digits tells: it goes before the columns beside it.
    pub(crate) fn take_packet(&mut self, column: &'static str, text: &str, notes: &mut Notes) {
        let packet = from_hexadecimal(text);
        let Some(message) = Message::read(&packet.octets) else {
            notes.add(column, "no DNS message");
            return;
        };
        if packet.cut || message.is_cut() {
            notes.add(column, "cut off, what it holds was taken");
        }
        self.id = Some(message.id);
        self.flags = Some(message.flags);
        self.activity.opcode = message.flags.opcode();
        if let Some(question) = message.question {
            self.take_question(question);
        }
        if message.questions > 1 {
            let further = message.further_questions().map(question_text);
            self.other.push("further questions", further.collect::<Vec<_>>());
        }
        if !self.activity.is_response {
            return;
        }
        self.rcode = Some(message.rcode());
        if message.flags.opcode() != Opcode::UPDATE {
            let answers = message.section(Part::Answer);
            if !answers.is_empty() {
                self.answers = Some(Cow::Owned(answers.to_json()));
            }
        }
    }

    fn take_question(&mut self, question: WireQuestion<'_>) {
        self.rr_type = question.rr_type.or(self.rr_type);
        self.class = question.class.or(self.class);
        let Some(name) = question.name else { return };
        // Most names are the same in both, and need no text of their own then.
        if self.name.as_deref().is_some_and(|own| name.is(own.as_bytes())) {
            return;
        }
        let text = name.text();
        if let Some(own) = self.name.take()
            && !own.eq_ignore_ascii_case(&text)
        {
            self.other.push("QNAME", own);
        }
        self.name = Some(Cow::Owned(text));
    }
}

/// A question as text: name, class, type.
fn question_text(question: WireQuestion<'_>) -> AdditionalValue<'static> {
    let mut text = question.name.map(|name| name.text()).unwrap_or_default();
    if let (Some(class), Some(rr_type)) = (question.class, question.rr_type) {
        text = format!("{text} {class} {rr_type}");
    }
    AdditionalValue::Text(Cow::Owned(text))
}
