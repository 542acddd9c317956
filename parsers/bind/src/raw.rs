//! What named writes of a DNS message.

use std::net::IpAddr;

use asim_parse::schema::Timestamp;
use chrono::NaiveDateTime;

/// The time in front of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogTime {
    /// Local time: `print-time yes`, `local` and `iso8601` print no zone.
    Local(NaiveDateTime),
    /// An instant: `iso8601-utc` and `iso8601-tzinfo` print the zone.
    Instant(Timestamp),
}

/// How grave the server says that a message is; debug messages have a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// `critical`
    Critical,
    /// `error`
    Error,
    /// `warning`
    Warning,
    /// `notice`
    Notice,
    /// `info`
    Info,
    /// `debug` and a level.
    Debug,
}

/// A transport protocol that a line names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// `UDP`
    Udp,
    /// `TCP`
    Tcp,
}

/// An address and a port, printed `ADDRESS#PORT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Endpoint<'r> {
    /// The address as printed, an IPv6 zone index included.
    pub text: &'r [u8],
    /// The address; none where the text is no address, as in logs with addresses taken out.
    pub address: Option<IpAddr>,
    /// The port.
    pub port: Option<u16>,
    /// The port as printed.
    pub port_text: &'r [u8],
}

/// Who a message is about: what stands between `client` and the message itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Client<'r> {
    /// The server's own object, such as `0x7f65100ee4d8`, from 9.11 on.
    pub object: Option<&'r [u8]>,
    /// The client's address and port.
    pub endpoint: Endpoint<'r>,
    /// The name of the key that signed the request.
    pub key: Option<&'r [u8]>,
    /// The name asked for, with the server's escapes.
    pub name: Option<&'r [u8]>,
    /// The view that answers.
    pub view: Option<&'r [u8]>,
    /// The transport; only Infoblox names it here.
    pub transport: Option<Transport>,
}

/// Which of the two messages of an exchange a line tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The request.
    Request,
    /// The response, or that none was sent.
    Response,
}

/// The operation of a DNS message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A query; zone transfers are queries.
    Query,
    /// A notify (RFC 1996).
    Notify,
    /// A dynamic update (RFC 2136).
    Update,
}

/// How the response came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'r> {
    /// A response code, by its name or number.
    Rcode(&'r [u8]),
    /// A text of the server's library for which it sends a response code of its choice.
    Result(&'r [u8]),
    /// A response was seen or expected, and its code is not told.
    Unknown(&'r [u8]),
}

/// What a response policy zone or the rate limit did with a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action<'r> {
    /// The server's word, such as `NXDOMAIN`, `PASSTHRU`, `drop`.
    pub word: &'r [u8],
    /// The policy is in force; without it the line only says what it would have done.
    pub in_force: bool,
    /// What matched, such as `QNAME` or `CLIENT-IP`.
    pub trigger: Option<&'r [u8]>,
    /// The owner name of the policy's record, with the server's escapes.
    pub rule: Option<&'r [u8]>,
    /// The name that the answer was changed to.
    pub target: Option<&'r [u8]>,
}

/// What is special about a kind of line; it is kept under its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail<'r> {
    /// Text.
    Text(&'static str, &'r [u8]),
    /// A number.
    Number(&'static str, i64),
}

/// One DNS message, or what became of it, as a line of named tells it.
#[derive(Debug, Clone)]
pub struct Activity<'r> {
    /// The line's own words for what it is about, such as `query failed`.
    pub words: &'static str,
    /// The operation.
    pub operation: Operation,
    /// The message.
    pub direction: Direction,
    /// The server itself sent the request: it resolves, transfers, notifies.
    pub upstream: Option<Endpoint<'r>>,
    /// The server's own end: the address that the request came to, or that it left from.
    pub server: Option<Endpoint<'r>>,
    /// The name in question, with the server's escapes.
    pub name: Option<&'r [u8]>,
    /// Its class.
    pub class: Option<&'r [u8]>,
    /// Its type.
    pub rr_type: Option<&'r [u8]>,
    /// How the response came out.
    pub outcome: Option<Outcome<'r>>,
    /// The flags of the message in the server's letters.
    pub flags: Option<&'r [u8]>,
    /// Whether the flags are Infoblox's of a response.
    pub nios: bool,
    /// The transport that the line's words imply.
    pub transport: Option<Transport>,
    /// The answer records in the server's text.
    pub answers: Option<&'r [u8]>,
    /// The client subnet of the query (RFC 7871), `ADDRESS/SOURCE/SCOPE`.
    pub subnet: Option<&'r [u8]>,
    /// What a policy or the rate limit did.
    pub action: Option<Action<'r>>,
    /// How long it took, in ticks of 100 ns, up to the line's time.
    pub duration: Option<i64>,
    /// What is special about this kind of line.
    pub details: Vec<Detail<'r>>,
    /// The changes of a dynamic update.
    pub changes: Vec<&'r [u8]>,
}

impl Activity<'_> {
    /// An activity of which nothing but its kind is known.
    pub(crate) const fn new(words: &'static str, operation: Operation, direction: Direction) -> Self {
        Self {
            words,
            operation,
            direction,
            upstream: None,
            server: None,
            name: None,
            class: None,
            rr_type: None,
            outcome: None,
            flags: None,
            nios: false,
            transport: None,
            answers: None,
            subnet: None,
            action: None,
            duration: None,
            details: Vec::new(),
            changes: Vec::new(),
        }
    }
}

/// A record of named's log that tells of a DNS message.
#[derive(Debug, Clone)]
pub struct BindLine<'r> {
    /// When the server wrote it; none with `print-time no`.
    pub time: Option<LogTime>,
    /// How grave it is, and in the server's words; none with `print-severity no`.
    pub severity: Option<(Severity, &'r [u8])>,
    /// The client; none where the server itself is one.
    pub client: Option<Client<'r>>,
    /// What happened.
    pub activity: Activity<'r>,
}
