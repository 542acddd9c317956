//! Zone transfers: those that clients ask for, and those that the server itself asks for.

use asim_parse::Refusal;
use asim_parse::value::number;

use super::denial::denied;
use super::{Zone, declined, reason, unquoted};
use crate::client;
use crate::raw::{Activity, Detail, Direction, Operation, Outcome, Transport};
use crate::text::{in_last_parentheses, split_once, word};

/// A client's transfer.
pub(super) fn read(text: &[u8]) -> Option<Result<Activity<'_>, Refusal>> {
    if let Some(rest) = text.strip_prefix(b"zone transfer ") {
        let (joined, verdict) = word(rest);
        if !joined.starts_with(b"'") {
            return Some(Err(declined(reason::TRANSFER)));
        }
        return Some(denied("zone transfer denied", joined, verdict));
    }
    if let Some(rest) = text.strip_prefix(b"bad zone transfer request: ") {
        return Some(bad_request(rest));
    }
    let rest = text.strip_prefix(b"transfer of '")?;
    let (zone, rest) = split_once(rest, b"': ")?;
    Some(ended(zone, rest))
}

/// `['ZONE/CLASS': ]REASON (RCODE)`.
fn bad_request(text: &[u8]) -> Result<Activity<'_>, Refusal> {
    let mut activity = Activity::new("bad zone transfer request", Operation::Query, Direction::Response);
    let Some((rcode, rest)) = in_last_parentheses(text) else {
        return Err(declined(reason::TRANSFER_FAILED));
    };
    activity.outcome = Some(Outcome::Result(rcode));
    let (zone, because) = match split_once(rest, b"': ") {
        Some((zone, because)) => (Some(Zone::read(zone)), because),
        None => (None, rest),
    };
    if let Some(zone) = zone {
        activity.name = Some(zone.name);
        activity.class = zone.class;
    }
    if because.starts_with(b"attempted AXFR") {
        activity.rr_type = Some(b"AXFR");
    }
    activity.details.push(Detail::Text("reason", because));
    Ok(activity)
}

/// `AXFR|IXFR|AXFR-style IXFR ended[: STATISTICS]`; the other steps repeat what the query's line tells.
fn ended<'r>(zone: &'r [u8], text: &'r [u8]) -> Result<Activity<'r>, Refusal> {
    let (rr_type, rest): (&[u8], _) = if let Some(rest) = text.strip_prefix(b"AXFR-style IXFR ") {
        (b"IXFR", rest)
    } else if let Some(rest) = text.strip_prefix(b"AXFR ") {
        (b"AXFR", rest)
    } else if let Some(rest) = text.strip_prefix(b"IXFR ") {
        (b"IXFR", rest)
    } else if text.starts_with(b"sending zone data: ") || text.starts_with(b"aborted") {
        return Err(declined(reason::TRANSFER_FAILED));
    } else {
        return Err(declined(reason::TRANSFER));
    };
    let Some(statistics) = rest.strip_prefix(b"ended") else {
        return Err(declined(reason::TRANSFER));
    };
    let zone = Zone::read(zone);
    let mut activity = Activity::new("transfer ended", Operation::Query, Direction::Response);
    activity.name = Some(zone.name);
    activity.class = zone.class;
    activity.rr_type = Some(rr_type);
    activity.outcome = Some(Outcome::Rcode(b"NOERROR"));
    self::statistics(statistics, &mut activity);
    Ok(activity)
}

/// `1 messages, 7 records, 197 bytes, 0.001 secs (197000 bytes/sec) (serial 1)`.
fn statistics<'r>(text: &'r [u8], activity: &mut Activity<'r>) {
    let mut before: &[u8] = &[];
    for part in text.split(|byte| matches!(byte, b' ' | b':' | b',' | b'(' | b')')) {
        let name = match part {
            b"messages" => Some("messages"),
            b"records" => Some("records"),
            b"bytes" => Some("bytes"),
            b"secs" => {
                activity.duration = number::ten_millionths(before).filter(|ticks| *ticks >= 0);
                None
            }
            _ => None,
        };
        let (name, value) = match name {
            Some(name) => (Some(name), before),
            None if before == b"serial" => (Some("serial"), part),
            None => (None, part),
        };
        if let Some(name) = name
            && let Some(value) = number::unsigned(value).and_then(|value| i64::try_from(value).ok())
        {
            activity.details.push(Detail::Number(name, value));
        }
        before = part;
    }
}

/// `transfer of 'ZONE/CLASS[/VIEW]' from ADDRESS#PORT: STEP`: the server is the client.
pub(super) fn incoming(text: &[u8]) -> Result<Activity<'_>, Refusal> {
    let Some((zone, rest)) = split_once(text, b"' from ") else {
        return Err(declined(reason::TRANSFER));
    };
    let Some((primary, rest)) = client::endpoint(rest) else {
        return Err(declined(reason::TRANSFER));
    };
    let rest = rest.strip_prefix(b": ").unwrap_or(rest);
    let mut activity = if let Some(rest) = rest.strip_prefix(b"connected using ") {
        let mut activity = Activity::new("transfer connected", Operation::Query, Direction::Request);
        let Some((local, rest)) = client::endpoint(rest) else {
            return Err(declined(reason::TRANSFER));
        };
        activity.server = Some(local);
        activity.transport = Some(Transport::Tcp);
        if let Some(key) = rest.strip_prefix(b" TSIG ") {
            activity.details.push(Detail::Text("key", unquoted(key)));
        }
        activity
    } else if let Some(status) = rest.strip_prefix(b"Transfer status: ") {
        let mut activity = Activity::new("Transfer status", Operation::Query, Direction::Response);
        activity.outcome = match status {
            b"success" => Some(Outcome::Rcode(b"NOERROR")),
            status if is_rcode(status) => Some(Outcome::Rcode(status)),
            _ => return Err(declined(reason::TRANSFER_FAILED)),
        };
        activity
    } else {
        return Err(declined(reason::TRANSFER));
    };
    let zone = Zone::read(zone);
    activity.upstream = Some(primary);
    activity.name = Some(zone.name);
    activity.class = zone.class;
    Ok(activity)
}

/// Whether a text is the name of a response code; the library's other texts have blanks or small letters.
pub(super) fn is_rcode(text: &[u8]) -> bool {
    asim_parse::schema::Rcode::from_name(std::str::from_utf8(text).unwrap_or_default()).is_some()
}
