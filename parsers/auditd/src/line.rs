//! One line of an audit log: which record of which event it is, and its fields.

use std::borrow::Cow;

use asim_parse::schema::Timestamp;
use asim_parse::value::time;
use memchr::{memchr, memmem};

/// No type has a longer name.
const LONGEST_TYPE: usize = 40;

/// What stands between a record's own fields and the names that auditd adds (`log_format = ENRICHED`).
const SEPARATOR: u8 = 0x1d;

/// The same byte as rsyslog writes control characters by default.
const ESCAPED_SEPARATOR: &[u8] = b"#035";

/// The types that matter here, by the numbers that stand in the kernel's own log (`linux/audit.h`, 2026).
const NUMBERS: [(&str, &str); 6] = [
    ("1300", "SYSCALL"),
    ("1302", "PATH"),
    ("1307", "CWD"),
    ("1309", "EXECVE"),
    ("1320", "EOE"),
    ("1327", "PROCTITLE"),
];

/// A line, taken apart as far as its event is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'r> {
    /// `node=`: the host, where the daemon's `name_format` asks for it.
    pub node: Option<&'r str>,
    /// `type=`: the name of the record's type.
    pub kind: &'r str,
    /// What stands in `audit(…)`: the time, a colon, and the serial number.
    pub id: &'r str,
    /// When the event was.
    pub time: Timestamp,
    /// The fields.
    pub fields: &'r [u8],
}

impl<'r> Line<'r> {
    /// Takes a line apart: `[node=NAME] type=TYPE msg=audit(SECONDS.MILLISECONDS:SERIAL): FIELDS`, or the kernel's own
    /// `audit: type=NUMBER audit(…): FIELDS`; none of any other line.
    pub fn of(line: &'r [u8]) -> Option<Self> {
        let mut rest = kernel_prefix(line);
        let mut node = None;
        if let Some(behind) = rest.strip_prefix(b"node=") {
            let end = memchr(b' ', behind)?;
            node = std::str::from_utf8(behind.get(..end)?)
                .ok()
                .filter(|name| !name.is_empty());
            rest = behind.get(end + 1..)?;
        }
        let rest = rest.strip_prefix(b"type=")?;
        let end = memchr(b' ', rest.get(..rest.len().min(LONGEST_TYPE + 1))?)?;
        let kind = std::str::from_utf8(rest.get(..end)?).ok()?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'[' | b']');
        if kind.is_empty() || !kind.bytes().all(is_name) {
            return None;
        }
        let rest = rest.get(end + 1..)?;
        let rest = rest
            .strip_prefix(b"msg=audit(")
            .or_else(|| rest.strip_prefix(b"audit("))?;
        let end = memmem::find(rest.get(..rest.len().min(LONGEST_ID))?, b"):")?;
        let id = std::str::from_utf8(rest.get(..end)?).ok()?;
        let (seconds, serial) = id.split_once(':')?;
        if serial.is_empty() || !serial.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (whole, fraction) = seconds.split_once('.')?;
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let time = Some(seconds).filter(|_| are_digits(whole) && are_digits(fraction));
        Some(Self {
            node,
            kind: named(kind),
            id,
            time: time::from_text(time?)?,
            fields: rest.get(end + 2..)?,
        })
    }

    /// The fields, in their order.
    pub fn fields(&self) -> Fields<'r> {
        Fields { rest: self.fields }
    }

    /// The value of a field; of several, the first.
    pub fn get(&self, name: &str) -> Option<Value<'r>> {
        self.fields()
            .find(|(own, _)| *own == name.as_bytes())
            .map(|(_, value)| value)
    }
}

/// No id is longer: 64 bits each of seconds and of the serial number, and the milliseconds.
const LONGEST_ID: usize = 64;

/// What follows the words that the kernel's log has in front: the time since the start, and `audit:`.
fn kernel_prefix(line: &[u8]) -> &[u8] {
    let mut rest = line;
    if let Some(behind) = rest.strip_prefix(b"[")
        && let Some(end) = memchr(b']', behind)
    {
        rest = behind.get(end + 1..).unwrap_or_default().trim_ascii_start();
    }
    rest.strip_prefix(b"audit: ").unwrap_or(rest)
}

/// The name of a type that is a number.
fn named(kind: &str) -> &str {
    NUMBERS
        .iter()
        .find(|(number, _)| *number == kind)
        .map_or(kind, |(_, name)| name)
}

/// A value as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'r> {
    /// Between double quotes.
    Quoted(&'r [u8]),
    /// Without quotes.
    Bare(&'r [u8]),
}

impl<'r> Value<'r> {
    /// The bytes of a text that users have a say in: what has no quotes is hexadecimal, whatever it looks like.
    ///
    /// The kernel writes a text so if it has a blank, a quote, or a byte that is no printable ASCII. None of what marks
    /// an absent text; the second value is false if a bare one is not hexadecimal, and is taken as it stands.
    pub fn text(self) -> Option<(Cow<'r, [u8]>, bool)> {
        match self {
            Self::Quoted(text) => Some((Cow::Borrowed(text), true)),
            Self::Bare(b"(null)" | b"(none)" | b"?" | b"") => None,
            Self::Bare(text) => Some(match hexadecimal(text) {
                Some(bytes) => (Cow::Owned(bytes), true),
                None => (Cow::Borrowed(text), false),
            }),
        }
    }

    /// A word as it stands; none of what marks an absent one, and of what is no UTF-8.
    pub fn word(self) -> Option<&'r str> {
        match self {
            Self::Bare(b"(null)" | b"(none)" | b"?" | b"") | Self::Quoted(b"") => None,
            Self::Quoted(text) | Self::Bare(text) => std::str::from_utf8(text).ok(),
        }
    }

    /// The bytes between the quotes, or without them.
    pub fn bytes(self) -> &'r [u8] {
        match self {
            Self::Quoted(text) | Self::Bare(text) => text,
        }
    }
}

/// Bytes from hexadecimal digits, two each.
pub(crate) fn hexadecimal(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|[high, low]| u8::try_from(digit(high)? << 4 | digit(low)?).ok())
        .collect()
}

/// Fields `name=value`, apart by blanks; words without a name are passed over.
#[derive(Debug, Clone)]
pub struct Fields<'r> {
    rest: &'r [u8],
}

impl<'r> Iterator for Fields<'r> {
    type Item = (&'r [u8], Value<'r>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.skip_blanks();
            if self.rest.is_empty() {
                return None;
            }
            let word = bare(self.rest);
            let equals = memchr(b'=', word);
            let Some(equals) = equals else {
                self.rest = self.rest.get(word.len()..).unwrap_or_default();
                continue;
            };
            let name = self.rest.get(..equals)?;
            let behind = self.rest.get(equals + 1..).unwrap_or_default();
            let quoted = |quote: u8| {
                let inner = behind.strip_prefix(&[quote])?;
                inner.get(..memchr(quote, inner)?)
            };
            if let Some(text) = quoted(b'"') {
                self.rest = behind.get(text.len() + 2..).unwrap_or_default();
                return Some((name, Value::Quoted(text)));
            }
            // Messages of programs stand in single quotes, with fields of their own.
            let text = match quoted(b'\'') {
                Some(text) => {
                    self.rest = behind.get(text.len() + 2..).unwrap_or_default();
                    return Some((name, Value::Quoted(text)));
                }
                None => bare(behind),
            };
            self.rest = behind.get(text.len()..).unwrap_or_default();
            return Some((name, Value::Bare(text)));
        }
    }
}

impl Fields<'_> {
    fn skip_blanks(&mut self) {
        loop {
            self.rest = match self.rest {
                [b' ' | b'\r' | SEPARATOR, rest @ ..] => rest,
                rest => match rest.strip_prefix(ESCAPED_SEPARATOR) {
                    Some(rest) => rest,
                    None => return,
                },
            };
        }
    }
}

/// The word at the front.
fn bare(text: &[u8]) -> &[u8] {
    let end = text
        .iter()
        .position(|byte| matches!(*byte, b' ' | b'\r' | SEPARATOR))
        .unwrap_or(text.len());
    let word = text.get(..end).unwrap_or(text);
    match memmem::find(word, ESCAPED_SEPARATOR) {
        Some(end) => word.get(..end).unwrap_or(word),
        None => word,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields(text: &str) -> Vec<(&str, &str, bool)> {
        let text_of = |bytes| std::str::from_utf8(bytes).unwrap();
        Fields {
            rest: text.as_bytes(),
        }
        .map(|(name, value)| {
            let is_quoted = matches!(value, Value::Quoted(_));
            (text_of(name), text_of(value.bytes()), is_quoted)
        })
        .collect()
    }

    #[test]
    fn every_form_of_a_line() {
        let time = Timestamp::parse("2026-11-21T20:53:33.436Z").unwrap();
        for (line, node, kind) in [
            (
                "type=SYSCALL msg=audit(1795294413.436:2355): arch=x",
                None,
                "SYSCALL",
            ),
            (
                "node=web-1 type=EOE msg=audit(1795294413.436:2355): ",
                Some("web-1"),
                "EOE",
            ),
            (
                "node=web-1 type=EOE msg=audit(1795294413.436:2355):",
                Some("web-1"),
                "EOE",
            ),
            (
                "audit: type=1309 audit(1795294413.436:2355): argc=1",
                None,
                "EXECVE",
            ),
            (
                "[   12.345678] audit: type=1300 audit(1795294413.436:2355): ",
                None,
                "SYSCALL",
            ),
            (
                "type=UNKNOWN[1334] msg=audit(1795294413.436:2355): x=1",
                None,
                "UNKNOWN[1334]",
            ),
        ] {
            let found = Line::of(line.as_bytes()).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((found.node, found.kind, found.time), (node, kind, time), "{line}");
            assert_eq!(found.id, "1795294413.436:2355");
        }
        for line in [
            "",
            "type=",
            "type=SYSCALL",
            "type=SYSCALL msg=audit(1795294413.436:2355) arch=x",
            "type=SYSCALL msg=audit(1795294413.436): arch=x",
            "type=SYSCALL msg=audit(1795294413:2355): arch=x",
            "type=SYSCALL msg=audit(x.y:2355): arch=x",
            "type=SYSCALL msg=audit(99999999999999.000:1): arch=x",
            "type=SYS CALL msg=audit(1795294413.436:2355): arch=x",
            "node= type",
            "<13>type=SYSCALL msg=audit(1795294413.436:2355): arch=x",
        ] {
            assert_eq!(Line::of(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn fields_and_the_names_that_the_daemon_adds() {
        let expected = [
            ("uid", "0", false),
            ("comm", "dig", true),
            ("key", "(null)", false),
            ("ARCH", "x86_64", false),
            ("UID", "root", true),
        ];
        for separator in ["\u{1d}", " \u{1d} ", "#035"] {
            let text = format!(" uid=0 comm=\"dig\" key=(null){separator}ARCH=x86_64 UID=\"root\"\r");
            assert_eq!(fields(&text), expected, "{text}");
        }
        assert_eq!(
            fields("a0=\"x#035y\" word cwd=\"/a\"#035b=1 = c=\"open"),
            [
                ("a0", "x#035y", true),
                ("cwd", "/a", true),
                ("b", "1", false),
                ("", "", false),
                ("c", "\"open", false)
            ]
        );
        assert_eq!(
            fields("pid=1 msg='op=login acct=\"x\" res=failed'\u{1d}UID=\"root\""),
            [
                ("pid", "1", false),
                ("msg", "op=login acct=\"x\" res=failed", true),
                ("UID", "root", true)
            ]
        );
    }

    #[test]
    fn what_has_no_quotes_is_hexadecimal_whatever_it_looks_like() {
        let text = |value: Value<'static>| {
            value
                .text()
                .map(|(bytes, good)| (String::from_utf8(bytes.into_owned()).unwrap(), good))
        };
        let cases = [
            (Value::Quoted(b"3132"), Some(("3132", true))),
            (Value::Bare(b"3132"), Some(("12", true))),
            (Value::Bare(b"6120622243"), Some(("a b\"C", true))),
            (Value::Bare(b"313"), Some(("313", false))),
            (Value::Bare(b"dig"), Some(("dig", false))),
            (Value::Quoted(b""), Some(("", true))),
            (Value::Bare(b"(null)"), None),
        ];
        for (value, expected) in cases {
            let expected = expected.map(|(text, good)| (text.to_owned(), good));
            assert_eq!(text(value), expected, "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics_and_every_line_ends(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Line::of(&bytes);
            let fields = Fields { rest: &bytes };
            prop_assert!(fields.count() <= bytes.len());
        }

        #[test]
        fn bytes_come_back_from_hexadecimal(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            prop_assert_eq!(hexadecimal(digits.concat().as_bytes()), Some(bytes));
        }
    }
}
