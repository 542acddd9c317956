//! Syslog: RFC 3164 and RFC 5424, and what real senders make of them.

use std::borrow::Cow;

use asim_schema::Timestamp;
use chrono::Datelike;

use super::time::{Clock, LocalTime, Read};
use super::{Envelope, Peeled};
use crate::value::local_time;

/// Peels a syslog header. Without a priority, only a line with a time, a host and a program is one.
pub(super) fn peel<'r>(line: &'r [u8], clock: &Clock<'_>) -> Option<Peeled<'r>> {
    let (has_priority, rest) = match priority(line) {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    if has_priority
        && let Some(rest) = rest.strip_prefix(b"1 ")
        && let Some(peeled) = rfc5424(rest, clock)
    {
        return Some(peeled);
    }
    rfc3164(rest, has_priority, clock)
}

/// What follows `<PRI>`, a number up to 191.
fn priority(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"<")?;
    let end = rest.iter().take(4).position(|byte| *byte == b'>')?;
    let number = crate::value::number::unsigned(rest.get(..end)?)?;
    rest.get(end + 1..).filter(|_| number <= 191)
}

/// The next word, and what follows the blank behind it.
fn word(text: &[u8]) -> Option<(&str, &[u8])> {
    let end = memchr::memchr(b' ', text)?;
    let word = std::str::from_utf8(text.get(..end)?).ok()?;
    Some((word, text.get(end + 1..)?))
}

/// A word of RFC 5424, where a hyphen stands for none.
fn named(word: &str) -> Option<String> {
    (word != "-" && !word.is_empty()).then(|| word.to_owned())
}

/// Time, host, program, process, message id, structured data, message.
fn rfc5424<'r>(text: &'r [u8], clock: &Clock<'_>) -> Option<Peeled<'r>> {
    let (time, rest) = word(text)?;
    let (host, rest) = word(rest)?;
    let (program, rest) = word(rest)?;
    let (_, rest) = word(rest)?;
    let (_, rest) = word(rest)?;
    let message = structured_data(rest)?;
    let message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
    let time = if time == "-" { HeaderTime::None } else { iso(time)? };
    Some(peeled(message, time.read(clock), named(host), named(program)))
}

/// What follows the structured data: a hyphen, or elements in brackets whose values may hold escaped brackets.
fn structured_data(text: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = text.strip_prefix(b"-") {
        return Some(rest.strip_prefix(b" ").unwrap_or(rest));
    }
    let (mut at, mut in_element, mut in_value) = (0, false, false);
    loop {
        match (text.get(at)?, in_element, in_value) {
            (b'[', false, _) => in_element = true,
            (b' ', false, _) if at > 0 => return text.get(at + 1..),
            (_, false, _) => return None,
            (b'\\', _, true) => at += 1,
            (b'"', _, _) => in_value = !in_value,
            (b']', _, false) => {
                in_element = false;
                if at + 1 == text.len() {
                    return Some(&[]);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Time, host and tag, as most senders write them: `Feb 15 05:59:33 host program[17]: message`.
///
/// The time may have a year, a fraction, or be ISO 8601. Host and tag may be missing behind a priority.
fn rfc3164<'r>(text: &'r [u8], has_priority: bool, clock: &Clock<'_>) -> Option<Peeled<'r>> {
    let (time, rest) = match header_time(text) {
        Some(found) => found,
        // A priority alone: the message follows at once.
        None if has_priority && looks_like_message(text) => {
            return Some(peeled(text, HeaderTime::None.read(clock), None, None));
        }
        None => return None,
    };
    if looks_like_message(rest) {
        return Some(peeled(rest, time.read(clock), None, None));
    }
    if is_tag_alone(rest) {
        // A machine's own syslog leaves its name out. Without a priority it is a log's line and no syslog.
        let (program, message) = tag(rest).filter(|_| has_priority)?;
        return Some(peeled(message, time.read(clock), None, Some(program)));
    }
    let (host, rest) = word(rest)?;
    if looks_like_message(rest) {
        return Some(peeled(rest, time.read(clock), Some(host.to_owned()), None));
    }
    let (program, message) = match tag(rest) {
        Some((program, message)) => (Some(program), message),
        None if has_priority => (None, rest),
        None => return None,
    };
    Some(peeled(message, time.read(clock), Some(host.to_owned()), program))
}

/// Whether the next word is a tag: it ends with one colon, with which no host's name or address ends.
fn is_tag_alone(text: &[u8]) -> bool {
    word(text).is_some_and(|(first, _)| first.ends_with(':') && !first.ends_with("::"))
}

/// Whether a JSON object begins here, before which a sender may leave out host or tag.
fn looks_like_message(text: &[u8]) -> bool {
    text.trim_ascii_start().first() == Some(&b'{')
}

/// `program: ` or `program[17]: `.
fn tag(text: &[u8]) -> Option<(String, &[u8])> {
    let colon = memchr::memchr(b':', text.get(..text.len().min(64))?)?;
    let tag = std::str::from_utf8(text.get(..colon)?).ok()?;
    let program = tag.split_once('[').map_or(tag, |(program, _)| program);
    if program.is_empty() || !program.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let message = text.get(colon + 1..)?;
    Some((program.to_owned(), message.strip_prefix(b" ").unwrap_or(message)))
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A header's time as it is written.
enum HeaderTime {
    None,
    Instant(Timestamp),
    Local(LocalTime),
}

impl HeaderTime {
    fn read(self, clock: &Clock<'_>) -> Read {
        match self {
            Self::None => None.into(),
            Self::Instant(time) => Some(time).into(),
            Self::Local(local) => clock.syslog(local),
        }
    }
}

/// ISO 8601 with or without a zone.
fn iso(text: &str) -> Option<HeaderTime> {
    if let Some(time) = Timestamp::parse(text) {
        return Some(HeaderTime::Instant(time));
    }
    let local = local_time::parse(text)?;
    Some(HeaderTime::Local(LocalTime {
        year: Some(local.year()),
        month: local.month(),
        day: local.day(),
        time: local.time(),
    }))
}

/// The time at the front of a header, and what follows it.
fn header_time(text: &[u8]) -> Option<(HeaderTime, &[u8])> {
    let (first, rest) = word(text)?;
    if first.as_bytes().first()?.is_ascii_digit() {
        return Some((iso(first)?, rest));
    }
    let month = MONTHS.iter().position(|month| *month == first)? + 1;
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let (day, rest) = word(rest)?;
    let day = digits(day).filter(|day| (1..=31).contains(day))?;
    let (mut clock, mut rest) = word(rest)?;
    // A year may stand before the time of day.
    let year = digits(clock).filter(|_| clock.len() == 4);
    if year.is_some() {
        (clock, rest) = word(rest)?;
    }
    let time = local_time::clock(clock.strip_suffix(':').unwrap_or(clock))?;
    let local = LocalTime {
        year: year.and_then(|year| i32::try_from(year).ok()),
        month: u32::try_from(month).ok()?,
        day,
        time,
    };
    Some((HeaderTime::Local(local), rest))
}

/// Digits and nothing else.
fn digits(text: &str) -> Option<u32> {
    let all = text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok())?
}

fn peeled(message: &[u8], time: Read, host: Option<String>, program: Option<String>) -> Peeled<'_> {
    let address = host.as_deref().and_then(|host| host.parse().ok());
    let host = host.filter(|_| address.is_none());
    let mut envelope = Envelope {
        host,
        address,
        program,
        ..Envelope::default()
    };
    envelope.set_time(time);
    Peeled {
        inner: Cow::Borrowed(message),
        envelope,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::{Context, YearEvidence};

    fn parts(line: &str) -> Option<(String, Option<String>, Option<String>, bool)> {
        let context = Context::default();
        let Peeled { inner, envelope } = peel(line.as_bytes(), &Clock { context: &context })?;
        let host = envelope
            .host
            .or(envelope.address.map(|address| address.to_string()));
        Some((
            String::from_utf8(inner.into_owned()).unwrap(),
            host,
            envelope.program,
            envelope.time.is_some(),
        ))
    }

    #[test]
    fn what_real_senders_write() {
        let cases = [
            (
                "<134>Feb 15 05:59:33 sensor-1 {\"a\":1}",
                "{\"a\":1}",
                Some("sensor-1"),
                None,
                false,
            ),
            (
                "<30>Nov  2 20:48:12 ns1 named[4117]: client",
                "client",
                Some("ns1"),
                Some("named"),
                false,
            ),
            (
                "<30>Nov 21 20:47:45 named[3580]: client",
                "client",
                None,
                Some("named"),
                false,
            ),
            (
                "<30>Nov 21 20:47:45 2001:db8:: named[3580]: client",
                "client",
                Some("2001:db8::"),
                Some("named"),
                false,
            ),
            (
                "<30>Nov 21 2026 20:48:12 192.0.2.1 named: client",
                "client",
                Some("192.0.2.1"),
                Some("named"),
                true,
            ),
            (
                "<14>2026-11-21T20:48:12.218Z ns1 zeek: {}",
                "{}",
                Some("ns1"),
                Some("zeek"),
                true,
            ),
            (
                "<165>1 2026-11-21T20:48:12Z ns1 zeek 17 ID [x@1 a=\"b\\]\" c=\"d\"][y] {}",
                "{}",
                Some("ns1"),
                Some("zeek"),
                true,
            ),
            ("<165>1 - - - - - - \u{feff}text", "text", None, None, false),
            ("<13>{\"a\":1}", "{\"a\":1}", None, None, false),
            (
                "Nov 13 10:59:46 keira named[2075772]: query",
                "query",
                Some("keira"),
                Some("named"),
                false,
            ),
        ];
        for (line, message, host, program, has_time) in cases {
            let expected = (
                message.to_owned(),
                host.map(str::to_owned),
                program.map(str::to_owned),
                has_time,
            );
            assert_eq!(parts(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn what_is_no_syslog() {
        for line in [
            "",
            "<",
            "<192>x",
            "<999999>Feb 15 05:59:33 h {}",
            "client 10.0.0.1#53: query",
            "2026-11-21T20:47:48.100Z queries: info: client",
            "Nov x y z",
            "<14>",
        ] {
            assert_eq!(parts(line), None, "{line}");
        }
    }

    fn time_of(line: &str, context: &Context) -> Result<Option<String>, String> {
        let envelope = peel(line.as_bytes(), &Clock { context }).unwrap().envelope;
        match envelope.time_fault {
            Some(fault) => Err(fault.to_string()),
            None => Ok(envelope.time.map(|time| time.to_string())),
        }
    }

    #[test]
    fn times_without_year_and_zone_become_instants_by_what_the_caller_knows() {
        let line = "<30>Nov  2 20:48:12.5 ns1 named[4117]: client";
        let mut context = Context::default();
        assert_eq!(
            time_of(line, &context),
            Err("time without a year; use --year".to_owned())
        );
        context.year = Some(YearEvidence::BeginsIn(2025));
        assert_eq!(
            time_of(line, &context),
            Ok(Some("2025-11-02T20:48:12.500000Z".to_owned()))
        );
        context.timezone = Some(chrono_tz::America::Denver);
        assert_eq!(
            time_of(line, &context),
            Ok(Some("2025-11-03T03:48:12.500000Z".to_owned()))
        );
        for with_zone in [
            "<14>2025-11-03T03:48:12.5Z ns1 zeek: {}",
            "<14>2025-11-02T20:48:12.5 ns1 zeek: {}",
            "<14>1 2025-11-02T20:48:12.5 ns1 zeek - - - {}",
            "<14>Nov  2 2025 20:48:12.5 ns1 zeek: {}",
        ] {
            assert_eq!(
                time_of(with_zone, &context),
                Ok(Some("2025-11-03T03:48:12.500000Z".to_owned())),
                "{with_zone}"
            );
        }
        context.year = Some(YearEvidence::BeginsIn(2025));
        assert_eq!(
            time_of("<30>Feb 29 20:48:12 ns1 named: x", &context),
            Err("no such day".to_owned())
        );
    }
}
