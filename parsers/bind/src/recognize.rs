//! Telling named's log from an input's first bytes.

use asim_parse::{Format, Recognition, sniff};
use memchr::memmem;

use crate::prefix::Prefix;
use crate::raw::LogTime;
use crate::text::split_once;
use crate::{client, message, prefix};

/// So many lines are looked at.
const LINES: usize = 50;

pub(crate) fn recognize(head: &[u8]) -> Option<Recognition> {
    let evidence = sniff::lines(sniff::without_mark(head))
        .take(LINES)
        .find_map(evidence)?;
    Some(Recognition {
        format: Format::ContinuedLines,
        evidence: evidence.to_owned(),
    })
}

/// What in a line only named writes.
fn evidence(line: &[u8]) -> Option<&'static str> {
    if matches!(line.first()?, b'{' | b'[' | b'<' | b'"') {
        return None;
    }
    let (prefix, message) = prefix::split(line);
    if let Some((client, _)) = message.strip_prefix(b"client ").and_then(client::client) {
        return client
            .endpoint
            .address
            .map(|_| "a message about `client ADDRESS#PORT`");
    }
    if let Some(rest) = message.strip_prefix(b"List Matched ") {
        return client::endpoint(rest).map(|_| "a query that matched a list");
    }
    if is_front(&prefix, message) {
        return Some("the time, category and severity in front of messages");
    }
    is_structured(message).then_some("a message about a zone or a resolved name")
}

/// Whether what stands in front of a message is named's.
fn is_front(prefix: &Prefix<'_>, message: &[u8]) -> bool {
    match (prefix.time, prefix.category, prefix.severity) {
        (Some(_), Some(_), Some(_)) | (Some(LogTime::Local(_)), Some(_), None) => true,
        (Some(_), _, _) => message::is_own(message),
        (None, Some(category), Some(_)) => is_distinct(category) || message::is_own(message),
        (None, _, _) => false,
    }
}

/// Categories that are no words of everyday use.
fn is_distinct(category: &[u8]) -> bool {
    matches!(
        category,
        b"queries"
            | b"responses"
            | b"query-errors"
            | b"lame-servers"
            | b"xfer-in"
            | b"xfer-out"
            | b"update-security"
            | b"rpz"
            | b"rpz-passthru"
            | b"rate-limit"
            | b"zoneload"
            | b"edns-disabled"
            | b"delegation-only"
            | b"trust-anchor-telemetry"
    )
}

/// Whether the words of a message alone tell that it is named's.
fn is_structured(message: &[u8]) -> bool {
    if let Some(rest) = message.strip_prefix(b"zone ")
        && let Some((zone, words)) = split_once(rest, b": ")
    {
        return memmem::find(zone, b"/IN").is_some() && ZONE.iter().any(|start| words.starts_with(start));
    }
    if let Some(at) = memmem::find(message.get(..64).unwrap_or(message), b"transfer of '") {
        let rest = message.get(at..).unwrap_or_default();
        return (at == 0 || message.starts_with(b"0x")) && memmem::find(rest, b"/IN").is_some();
    }
    let Some((because, rest)) = split_once(message, b" resolving '") else {
        return false;
    };
    because.len() <= 40
        && !because.contains(&b':')
        && memmem::find(rest, b"': ").is_some_and(|at| {
            let server = rest.get(at + 3..).unwrap_or_default();
            client::endpoint(server).is_some_and(|(server, _)| server.address.is_some())
        })
}

/// What named says of a zone.
const ZONE: [&[u8]; 12] = [
    b"loaded serial ",
    b"sending notif",
    b"notify ",
    b"refused notify ",
    b"Transfer started",
    b"transferred serial ",
    b"zone transfer deferred",
    b"refresh",
    b"expired",
    b"forwarded dynamic update",
    b"starting load",
    b"journal rollforward",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_is_claimed() {
        for line in [
            "client 192.0.2.1#1025: query: a.example IN A +",
            "client @0x7f 2001:db8::1#1025 (a.example): view v: query: a.example IN A + (2001:db8::53)",
            "21-Nov-2026 20:47:48.722 queries: info: client @0x7f 192.0.2.1#1 (a): query: a IN A + (192.0.2.53)",
            "21-Nov-2026 20:47:48.722 starting BIND 9.18.1 (Stable Release) <id:x>",
            "2026-11-21T20:47:48.722Z general: info: exiting",
            "zoneload: info: managed-keys-zone: loaded serial 0",
            "zone example.com/IN/internal: loaded serial 1",
            "0x7f14d40018e0: transfer of 'example.com/IN' from 192.0.2.1#53: Transfer status: success",
            "lame-servers: REFUSED unexpected RCODE resolving 'a.example/A/IN': 192.0.2.1#53",
            "error (timed out) resolving './NS/IN': 2001:db8::1#53",
            "List Matched 192.0.2.1#32622: query: a.example IN A (192.0.2.53) {X} [y]",
        ] {
            assert!(recognize(line.as_bytes()).is_some(), "{line}");
        }
    }

    #[test]
    fn other_sources_are_not_claimed() {
        for line in [
            "",
            "{\"EventID\":22}",
            "#fields\tts\tuid",
            "[1795294289] unbound[10642:0] reply: 192.0.2.4 a.example. A IN NXDOMAIN 0.000000 1 34",
            "Nov 21 20:47:48 dnsmasq[10644]: query[A] a.example from 192.0.2.4",
            "21-Nov-2026 20:47:48.722 another program's message",
            "2026-11-21T20:47:48.722Z info: listening, said another program",
            "client connected from 192.0.2.1",
            "client 192.0.2.1 disconnected",
            "error resolving 'host': no such host",
            "info: client: error: x",
            "zone example.com: ok",
            "default: info: a word of everyday use",
        ] {
            assert_eq!(recognize(line.as_bytes()), None, "{line}");
        }
    }
}
