//! What named prints in front of a message: `[time ][tag: ][category: ][module: ][severity: ]`, each part if it is on.

use asim_parse::schema::Timestamp;
use chrono::{NaiveDate, NaiveDateTime};

use crate::raw::{LogTime, Severity};

/// The parts in front of a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Prefix<'r> {
    pub(crate) time: Option<LogTime>,
    pub(crate) category: Option<&'r [u8]>,
    pub(crate) severity: Option<(Severity, &'r [u8])>,
}

impl Prefix<'_> {
    /// Whether there is any part at all: without one, only the words of the message tell whose line it is.
    pub(crate) fn is_any(&self) -> bool {
        self.time.is_some() || self.category.is_some() || self.severity.is_some()
    }
}

/// The parts in front of a line's message, and the message.
pub(crate) fn split(line: &[u8]) -> (Prefix<'_>, &[u8]) {
    let (time, rest) = match time(line) {
        Some((time, rest)) => (Some(time), rest),
        None => (None, line),
    };
    let (mut prefix, message) = items(rest);
    prefix.time = time;
    (prefix, message)
}

/// Whether anything stands in front of a line's message, and the message; the time is not read.
pub(crate) fn skip(line: &[u8]) -> (bool, &[u8]) {
    let (timed, rest) = match after_time(line) {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (prefix, message) = items(rest);
    (timed || prefix.is_any(), message)
}

/// What follows something in the shape of a time.
fn after_time(line: &[u8]) -> Option<&[u8]> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    match (line.get(2)?, line.get(LOCAL)?) {
        (b'-', b' ') => line.get(LOCAL + 1..),
        _ if line.get(4) == Some(&b'-') && line.get(10) == Some(&b'T') => {
            let blank = line.iter().take(32).position(|byte| *byte == b' ')?;
            line.get(blank + 1..)
        }
        _ => None,
    }
}

/// The parts behind the time, and the message.
fn items(text: &[u8]) -> (Prefix<'_>, &[u8]) {
    let mut prefix = Prefix::default();
    let mut rest = text;
    let mut module = false;
    while let Some((item, after)) = item(rest) {
        if let Some(severity) = severity(item) {
            // It is the last part.
            prefix.severity = Some((severity, item));
            rest = after;
            break;
        }
        if prefix.category.is_none() && !module && is_category(item) {
            prefix.category = Some(item);
        } else if !module && is_module(item) {
            module = true;
        } else if prefix.category.is_none() && !module && is_tag(item, after) {
            // The program's own word for itself.
        } else {
            break;
        }
        rest = after;
    }
    (prefix, rest)
}

/// No part is longer: `trust-anchor-telemetry`.
const LONGEST_ITEM: usize = 32;

/// What stands before a colon and a blank at the front.
fn item(text: &[u8]) -> Option<(&[u8], &[u8])> {
    // The commonest message; no part begins so.
    if text.starts_with(b"client ") {
        return None;
    }
    let colon = text.iter().take(LONGEST_ITEM).position(|byte| *byte == b':')?;
    let after = text.get(colon + 1..)?.strip_prefix(b" ")?;
    Some((text.get(..colon)?, after))
}

/// A tag is a word of its own, and a part that is known follows it.
fn is_tag(word: &[u8], after: &[u8]) -> bool {
    let plain = !word.is_empty()
        && word
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    plain && item(after).is_some_and(|(next, _)| severity(next).is_some() || is_category(next))
}

pub(crate) fn severity(word: &[u8]) -> Option<Severity> {
    Some(match word {
        b"info" => Severity::Info,
        b"notice" => Severity::Notice,
        b"warning" => Severity::Warning,
        b"error" => Severity::Error,
        b"critical" => Severity::Critical,
        [b'd', b'e', b'b', b'u', b'g', b' ', level @ ..]
            if !level.is_empty() && level.iter().all(u8::is_ascii_digit) =>
        {
            Severity::Debug
        }
        _ => return None,
    })
}

/// The categories of 9.9 to 9.21.
fn is_category(word: &[u8]) -> bool {
    matches!(
        word,
        b"queries"
            | b"responses"
            | b"query-errors"
            | b"security"
            | b"client"
            | b"general"
            | b"default"
            | b"resolver"
            | b"lame-servers"
            | b"xfer-in"
            | b"xfer-out"
            | b"notify"
            | b"update"
            | b"update-security"
            | b"rpz"
            | b"rpz-passthru"
            | b"rate-limit"
            | b"network"
            | b"dnssec"
            | b"database"
            | b"config"
            | b"zoneload"
            | b"unmatched"
            | b"dispatch"
            | b"edns-disabled"
            | b"delegation-only"
            | b"cname"
            | b"spill"
            | b"nsid"
            | b"trust-anchor-telemetry"
            | b"serve-stale"
            | b"dnstap"
            | b"sslkeylog"
            | b"parser"
    )
}

/// `ns/query`, `dns/zone`: a library and its part.
fn is_module(word: &[u8]) -> bool {
    [
        &b"ns/"[..],
        b"dns/",
        b"isc/",
        b"isccfg/",
        b"isccc/",
        b"named/",
        b"server/",
    ]
    .iter()
    .any(|library| word.starts_with(library))
        && !word.contains(&b' ')
}

/// The time at the front, and what follows the blank behind it.
pub(crate) fn time(line: &[u8]) -> Option<(LogTime, &[u8])> {
    // The digits of the day, or of the century.
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    match line.get(2)? {
        b'-' => {
            let time = local(line.get(..LOCAL)?)?;
            Some((LogTime::Local(time), line.get(LOCAL..)?.strip_prefix(b" ")?))
        }
        _ => iso8601(line),
    }
}

/// The length of `21-Nov-2026 20:47:48.722`.
const LOCAL: usize = 24;
/// The length of `2026-11-21T20:47:45.218`.
const ISO8601: usize = 23;

/// `21-Nov-2026 20:47:48.722`.
fn local(text: &[u8]) -> Option<NaiveDateTime> {
    let month = match text.get(3..6)? {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    };
    if text.get(6) != Some(&b'-') || text.get(11) != Some(&b' ') {
        return None;
    }
    let day = digits(text.get(..2)?)?;
    let year = digits(text.get(7..11)?)?;
    at_clock(year, month, day, text.get(12..)?)
}

/// `2026-11-21T20:47:45.218`, then `Z`, an offset or nothing.
fn iso8601(line: &[u8]) -> Option<(LogTime, &[u8])> {
    let text = line.get(..ISO8601)?;
    if text.get(4) != Some(&b'-') || text.get(7) != Some(&b'-') || text.get(10) != Some(&b'T') {
        return None;
    }
    let year = digits(text.get(..4)?)?;
    let (month, day) = (digits(text.get(5..7)?)?, digits(text.get(8..10)?)?);
    let local = at_clock(year, month, day, text.get(11..)?)?;
    let after = line.get(ISO8601..)?;
    if let Some(rest) = after.strip_prefix(b" ") {
        return Some((LogTime::Local(local), rest));
    }
    let blank = after.iter().take(8).position(|byte| *byte == b' ')?;
    let whole = line.get(..ISO8601 + blank)?;
    let instant = Timestamp::parse(std::str::from_utf8(whole).ok()?)?;
    Some((LogTime::Instant(instant), after.get(blank + 1..)?))
}

/// A day and `20:47:45.218`. Second 60 is read as 59: the time of computers has no leap seconds.
fn at_clock(year: u32, month: u32, day: u32, clock: &[u8]) -> Option<NaiveDateTime> {
    if clock.get(2) != Some(&b':') || clock.get(5) != Some(&b':') || clock.get(8) != Some(&b'.') {
        return None;
    }
    let (hour, minute) = (digits(clock.get(..2)?)?, digits(clock.get(3..5)?)?);
    let second = digits(clock.get(6..8)?)?;
    let milliseconds = digits(clock.get(9..12)?)?;
    let second = if second == 60 { 59 } else { second };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?.and_hms_milli_opt(
        hour,
        minute,
        second,
        milliseconds,
    )
}

/// A number of a few digits and nothing else.
fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then_some(number * 10 + u32::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &str) -> (Option<String>, Option<&str>, Option<&str>, &str) {
        let (prefix, message) = split(line.as_bytes());
        let text = |bytes| std::str::from_utf8(bytes).unwrap();
        let time = prefix.time.map(|time| match time {
            LogTime::Local(time) => time.to_string(),
            LogTime::Instant(time) => time.to_string(),
        });
        (
            time,
            prefix.category.map(text),
            prefix.severity.map(|(_, word)| text(word)),
            text(message),
        )
    }

    #[test]
    fn every_print_layout() {
        let local = Some("2026-11-21 20:47:48.722".to_owned());
        let utc = Some("2026-11-21T20:47:48.722000Z".to_owned());
        let message = "client 192.0.2.1#1: query: a IN A +";
        for (front, time, category, severity) in [
            ("", None, None, None),
            ("21-Nov-2026 20:47:48.722 ", local.clone(), None, None),
            (
                "21-Nov-2026 20:47:48.722 queries: ",
                local.clone(),
                Some("queries"),
                None,
            ),
            (
                "21-Nov-2026 20:47:48.722 info: ",
                local.clone(),
                None,
                Some("info"),
            ),
            (
                "21-Nov-2026 20:47:48.722 queries: info: ",
                local.clone(),
                Some("queries"),
                Some("info"),
            ),
            (
                "21-Nov-2026 20:47:48.722 queries: ns/query: debug 3: ",
                local.clone(),
                Some("queries"),
                Some("debug 3"),
            ),
            ("named: queries: info: ", None, Some("queries"), Some("info")),
            ("queries: info: ", None, Some("queries"), Some("info")),
            ("info: ", None, None, Some("info")),
            ("2026-11-21T20:47:48.722 queries: ", local, Some("queries"), None),
            ("2026-11-21T20:47:48.722Z info: ", utc.clone(), None, Some("info")),
            ("2026-11-21T21:47:48.722+01:00 ", utc, None, None),
        ] {
            assert_eq!(
                parts(&format!("{front}{message}")),
                (time, category, severity, message),
                "{front}"
            );
        }
    }

    #[test]
    fn what_only_looks_like_a_part_stays_in_the_message() {
        for line in [
            "zone example.com/IN: loaded serial 1",
            "managed-keys-zone/internal: loaded serial 0",
            "31-Feb-2026 20:47:48.722 client",
            "21-Nov-2026 24:47:48.722 client",
            "21-nov-2026 20:47:48.722 client",
            "2026-11-21 20:47:48.722 client",
            "client: x",
            "",
        ] {
            let (prefix, message) = split(line.as_bytes());
            if line == "client: x" {
                assert_eq!((prefix.category, message), (Some(&b"client"[..]), &b"x"[..]));
            } else {
                assert_eq!((prefix, message), (Prefix::default(), line.as_bytes()), "{line}");
            }
        }
    }
}
