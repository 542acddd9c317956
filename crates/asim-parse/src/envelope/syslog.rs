//! Syslog: RFC 3164 and RFC 5424, and what real senders make of them.

use std::borrow::Cow;

use asim_schema::Timestamp;

use super::{Envelope, Peeled};

/// Peels a syslog header. Without a priority, only a line with a time, a host and a program is one.
pub(super) fn peel(line: &[u8]) -> Option<Peeled<'_>> {
    let (has_priority, rest) = match priority(line) {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    if has_priority
        && let Some(rest) = rest.strip_prefix(b"1 ")
        && let Some(peeled) = rfc5424(rest)
    {
        return Some(peeled);
    }
    rfc3164(rest, has_priority)
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
fn rfc5424(text: &[u8]) -> Option<Peeled<'_>> {
    let (time, rest) = word(text)?;
    let (host, rest) = word(rest)?;
    let (program, rest) = word(rest)?;
    let (_, rest) = word(rest)?;
    let (_, rest) = word(rest)?;
    let message = structured_data(rest)?;
    let message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
    let time = if time == "-" {
        None
    } else {
        Some(Timestamp::parse(time)?)
    };
    Some(peeled(message, time, named(host), named(program)))
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
/// The time may have a year, a fraction, or be RFC 3339. Without a year and a zone it is no instant and is left out.
/// Host and tag may be missing behind a priority.
fn rfc3164(text: &[u8], has_priority: bool) -> Option<Peeled<'_>> {
    let (time, rest) = match header_time(text) {
        Some(found) => found,
        // A priority alone: the message follows at once.
        None if has_priority && looks_like_message(text) => return Some(peeled(text, None, None, None)),
        None => return None,
    };
    if looks_like_message(rest) {
        return Some(peeled(rest, time, None, None));
    }
    let (host, rest) = word(rest)?;
    let host = Some(host.to_owned());
    if looks_like_message(rest) {
        return Some(peeled(rest, time, host, None));
    }
    match tag(rest) {
        Some((program, message)) => Some(peeled(message, time, host, Some(program))),
        None if has_priority => Some(peeled(rest, time, host, None)),
        None => None,
    }
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

/// The time at the front of a header, if it is an instant, and what follows it.
fn header_time(text: &[u8]) -> Option<(Option<Timestamp>, &[u8])> {
    let (first, rest) = word(text)?;
    if first.as_bytes().first()?.is_ascii_digit() {
        let time = Timestamp::parse(first)?;
        return Some((Some(time), rest));
    }
    if !MONTHS.contains(&first) {
        return None;
    }
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let (day, rest) = word(rest)?;
    day.parse::<u8>().ok().filter(|day| (1..=31).contains(day))?;
    let (mut clock, mut rest) = word(rest)?;
    // A year may stand before the time of day.
    if clock.len() == 4 && clock.bytes().all(|byte| byte.is_ascii_digit()) {
        (clock, rest) = word(rest)?;
    }
    let clock = clock.strip_suffix(':').unwrap_or(clock);
    let mut parts = clock.split(':');
    let is_two =
        |part: Option<&str>| part.is_some_and(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_digit()));
    let is_clock = is_two(parts.next())
        && is_two(parts.next())
        && parts
            .next()
            .is_some_and(|s| s.get(..2).is_some_and(|s| s.bytes().all(|b| b.is_ascii_digit())));
    is_clock.then_some((None, rest))
}

fn peeled(
    message: &[u8],
    time: Option<Timestamp>,
    host: Option<String>,
    program: Option<String>,
) -> Peeled<'_> {
    let address = host.as_deref().and_then(|host| host.parse().ok());
    let host = host.filter(|_| address.is_none());
    Peeled {
        inner: Cow::Borrowed(message),
        envelope: Envelope {
            time,
            host,
            address,
            program,
            ..Envelope::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &str) -> Option<(String, Option<String>, Option<String>, bool)> {
        let Peeled { inner, envelope } = peel(line.as_bytes())?;
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
                "<30>Nov 21 2026 20:48:12 192.0.2.1 named: client",
                "client",
                Some("192.0.2.1"),
                Some("named"),
                false,
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
            "Nov x y z",
            "<14>",
        ] {
            assert_eq!(parts(line), None, "{line}");
        }
    }
}
