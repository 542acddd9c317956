//! From the text of a message to what it tells; by the first words, which no client can choose.

mod denial;
mod query;
mod server;
mod transfer;
mod update;

use std::borrow::Cow;

use asim_parse::{Fault, Refusal};

use crate::client;
use crate::prefix::Prefix;
use crate::raw::{Activity, Client};
use crate::text::rsplit_once;

pub(crate) use server::is_own;
pub(crate) use update::is_change;

/// What a message tells: the client that it is about, if any, and what happened.
pub(crate) type Told<'r> = Result<(Option<Client<'r>>, Activity<'r>), Refusal>;

/// Declines for one of the reasons that the README lists.
pub(crate) const fn declined(reason: &'static str) -> Refusal {
    Refusal::Declined(Cow::Borrowed(reason))
}

/// Reads a message.
pub(crate) fn read<'r>(message: &'r [u8], prefix: &Prefix<'_>) -> Told<'r> {
    let Some(text) = message.strip_prefix(b"client ") else {
        return server::read(message, prefix);
    };
    match client::client(text) {
        Some((client, text)) => of_client(client, text),
        None if memchr::memmem::find(text, b"(no-peer)").is_some() => Err(declined(reason::DEBUG)),
        None => Err(Fault::decode("no address and port behind `client`").into()),
    }
}

/// A message about a client.
fn of_client<'r>(client: Client<'r>, text: &'r [u8]) -> Told<'r> {
    let activity = match text.first() {
        Some(b'q') => query::read(text, &client).or_else(|| denial::read(text)),
        Some(b'r' | b'a') => query::read(text, &client).or_else(|| server::read_of_client(text)),
        Some(b't' | b'b' | b'z') => transfer::read(text),
        Some(b'u' | b'f') => update::read(text),
        _ => server::read_of_client(text),
    };
    match activity {
        Some(Ok(activity)) => Ok((Some(client), activity)),
        Some(Err(refusal)) => Err(refusal),
        None => Err(server::other_of_client(text)),
    }
}

/// Name, class and type, or name, type and class, joined by slashes; a name may hold slashes itself.
pub(crate) struct Joined<'r> {
    pub(crate) name: &'r [u8],
    pub(crate) first: &'r [u8],
    pub(crate) second: &'r [u8],
}

impl<'r> Joined<'r> {
    /// Three parts, without the quotes around them.
    pub(crate) fn read(text: &'r [u8]) -> Option<Self> {
        let (rest, second) = rsplit_once(unquoted(text), b'/')?;
        let (name, first) = rsplit_once(rest, b'/')?;
        Some(Self { name, first, second })
    }
}

/// The text without quotes around it.
pub(crate) fn unquoted(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"'").unwrap_or(text);
    text.strip_suffix(b"'").unwrap_or(text)
}

/// A zone's name, class and view, as in `example.com/IN/internal`.
pub(crate) struct Zone<'r> {
    pub(crate) name: &'r [u8],
    pub(crate) class: Option<&'r [u8]>,
}

impl<'r> Zone<'r> {
    pub(crate) fn read(text: &'r [u8]) -> Self {
        let text = unquoted(text);
        let is_class = |word: &[u8]| {
            matches!(word, b"IN" | b"CH" | b"HS" | b"NONE" | b"ANY") || word.starts_with(b"CLASS")
        };
        if let Some((rest, last)) = rsplit_once(text, b'/') {
            if is_class(last) {
                return Self {
                    name: rest,
                    class: Some(last),
                };
            }
            if let Some((name, class)) = rsplit_once(rest, b'/')
                && is_class(class)
            {
                return Self {
                    name,
                    class: Some(class),
                };
            }
        }
        Self {
            name: text,
            class: None,
        }
    }
}

/// Why lines are declined.
pub(crate) mod reason {
    pub(crate) const ACCESS: &str = "a check of access rights that lets the message pass";
    pub(crate) const BARE_DENIAL: &str = "a denial that does not tell the question";
    pub(crate) const DEBUG: &str = "a debug message about a client";
    pub(crate) const DUMP: &str = "a message printed in full by the debug log";
    pub(crate) const JSON: &str = "a JSON object that carries no line of named";
    pub(crate) const KEY: &str = "a signature that was refused; neither operation nor question are told";
    pub(crate) const LIMIT: &str = "the rate limit's own announcement";
    pub(crate) const NOTIFY: &str = "what a notify led to; the notify has its own line";
    pub(crate) const RESOLVER: &str = "a message of the resolver";
    pub(crate) const REWRITE: &str = "a step of a response policy, without a rewrite";
    pub(crate) const SERVER: &str = "a message of the server itself";
    pub(crate) const TRANSFER: &str =
        "a step of a zone transfer whose request and outcome have their own lines";
    pub(crate) const TRANSFER_FAILED: &str = "a zone transfer that ended without a response code";
    pub(crate) const UPDATE: &str = "a step of a dynamic update";
    pub(crate) const WARNING: &str = "a remark about a client's query";
    pub(crate) const ZONE: &str = "a message about a zone";
}
