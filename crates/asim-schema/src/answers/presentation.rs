//! Text in the presentation form of RFC 1035, section 5.1.

use std::borrow::Cow;

use crate::domain_name::{self, is_misleading, push_decimal};

/// The canonical text of a name in a source's text, as `DnsQuery` has it.
pub(super) fn name(text: &str) -> Cow<'_, str> {
    match bytes(text) {
        Cow::Borrowed(_) => domain_name::canonical(text.as_bytes()),
        Cow::Owned(bytes) => Cow::Owned(domain_name::canonical(&bytes).into_owned()),
    }
}

/// A character string in quotes, after what stands in `out` already.
pub(super) fn push_quoted(out: &mut String, string: &[u8]) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push('"');
    push(out, string);
    out.push('"');
}

/// Without the final dot that only says that a name is complete; an escaped dot is part of its label.
pub(super) fn without_final_dot(name: &str) -> &str {
    match name.strip_suffix('.') {
        Some("") | None => name,
        Some(rest) => {
            let backslashes = rest.bytes().rev().take_while(|byte| *byte == b'\\').count();
            if backslashes % 2 == 0 { rest } else { name }
        }
    }
}

/// The bytes of a text in which a byte that is not UTF-8 is written `\xHH`.
pub(super) fn bytes(text: &str) -> Cow<'_, [u8]> {
    if !text.contains("\\x") {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, length)) = first(rest) {
        bytes.push(byte);
        rest = rest.get(length..).unwrap_or_default();
    }
    Cow::Owned(bytes)
}

/// The first byte of a text in which a byte that is not UTF-8 is written `\xHH`, and how long its text is.
pub(super) fn first(text: &[u8]) -> Option<(u8, usize)> {
    if let [b'\\', b'x', high, low, ..] = text
        && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        && high >= 8
    {
        return Some((high << 4 | low, 4));
    }
    text.first().map(|byte| (*byte, 1))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Writes printable text as it is; a backslash and a quote with a backslash before it; all else as `\DDD`.
fn push(out: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character == '\\' || character == '"' {
                out.push('\\');
                out.push(character);
            } else if is_misleading(character) {
                let mut space = [0; 4];
                push_decimal(out, character.encode_utf8(&mut space).as_bytes());
            } else {
                out.push(character);
            }
        }
        push_decimal(out, chunk.invalid());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_canonical() {
        for (text, expected) in [
            ("www.example.com", "www.example.com"),
            ("www.example.com.", "www.example.com"),
            ("", "."),
            (".", "."),
            (
                "nougat [28:d2]._workstation._tcp.local",
                "nougat [28:d2]._workstation._tcp.local",
            ),
            ("bücher.test", "bücher.test"),
            (r"b\xfccher.test", r"b\252cher.test"),
            (r"back\slash.test", r"back\\slash.test"),
            ("line\nbreak.test", r"line\010break.test"),
            ("turn\u{202e}around", r"turn\226\128\174around"),
        ] {
            assert_eq!(name(text), expected);
        }
    }

    #[test]
    fn a_final_dot_is_taken_off_unless_it_is_part_of_a_label() {
        for (text, expected) in [
            ("a.", "a"),
            ("a", "a"),
            (".", "."),
            ("", ""),
            (r"a\.", r"a\."),
            (r"a\\.", r"a\\"),
        ] {
            assert_eq!(without_final_dot(text), expected);
        }
    }

    #[test]
    fn character_strings_are_quoted() {
        let mut out = String::new();
        push_quoted(&mut out, b"v=spf1 -all");
        push_quoted(&mut out, b"a \"b\" \\ \n \xfe");
        assert_eq!(out, r#""v=spf1 -all" "a \"b\" \\ \010 \254""#);
    }
}
