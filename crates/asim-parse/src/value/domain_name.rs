//! Domain names in the one canonical text that all sources share.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The canonical text of a name whose labels are separated by dots, its source's own escapes undone.
///
/// No final dot; the root, and an empty name, is `.`. A backslash is written `\\`, and control and format characters,
/// line and paragraph separators, and bytes that are not UTF-8 as `\DDD`, a byte each, in decimal (RFC 1035 section
/// 5.1, RFC 4343 section 2.1). Blanks and other printable text stay. So no name can carry a line break, turn the
/// text around, or pass for another field.
///
/// ```
/// use asim_parse::value::domain_name::canonical;
/// assert_eq!(canonical(b"www.example.com."), "www.example.com");
/// assert_eq!(canonical(b"line\nbreak.example"), r"line\010break.example");
/// assert_eq!(canonical(b""), ".");
/// ```
pub fn canonical(name: &[u8]) -> Cow<'_, str> {
    let mut name = name;
    while let [rest @ .., b'.'] = name {
        name = rest;
    }
    if name.is_empty() {
        return Cow::Borrowed(".");
    }
    if is_plain(name)
        && let Ok(text) = std::str::from_utf8(name)
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(escaped(name))
}

/// Printable ASCII without a backslash; written so that it is compared many bytes at a time.
fn is_plain(name: &[u8]) -> bool {
    let special = |byte: u8| u8::from(byte < 0x20) | u8::from(byte > 0x7e) | u8::from(byte == b'\\');
    name.iter().fold(0, |any, byte| any | special(*byte)) == 0
}

fn escaped(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len() + 16);
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character == '\\' {
                text.push_str(r"\\");
            } else if must_be_escaped(character) {
                let mut space = [0; 4];
                push_decimal(&mut text, character.encode_utf8(&mut space).as_bytes());
            } else {
                text.push(character);
            }
        }
        push_decimal(&mut text, chunk.invalid());
    }
    text
}

fn push_decimal(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\\{byte:03}");
    }
}

fn must_be_escaped(character: char) -> bool {
    matches!(
        character.general_category(),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

/// The longest name in the text form used here: 255 octets on the wire, less the root's and the first length octet.
const LONGEST: usize = 253;

/// Whether a name, its source's own escapes undone, fits into the 255 octets of RFC 1035 section 2.3.4.
pub fn fits(name: &[u8]) -> bool {
    name.strip_suffix(b".").unwrap_or(name).len() <= LONGEST
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_names_stay_borrowed() {
        for name in [
            "example.com",
            "WWW.CoRp.TeSt",
            "nougat [28:d2:44]._workstation._tcp.local",
            "-",
            "a..b",
        ] {
            assert!(matches!(canonical(name.as_bytes()), Cow::Borrowed(text) if text == name));
        }
    }

    #[test]
    fn what_could_mislead_a_reader_is_escaped() {
        let cases: [(&[u8], &str); 9] = [
            (b".", "."),
            (b"a...", "a"),
            (b"back\\slash.test", r"back\\slash.test"),
            (b"*\0\0", r"*\000\000"),
            ("bücher.test".as_bytes(), "bücher.test"),
            (b"b\xfccher.test", r"b\252cher.test"),
            ("turn\u{202e}around".as_bytes(), r"turn\226\128\174around"),
            ("para\u{2029}graph".as_bytes(), r"para\226\128\169graph"),
            (b"\x7f\x1b[31m", r"\127\027[31m"),
        ];
        for (name, expected) in cases {
            assert_eq!(canonical(name), expected);
        }
    }

    #[test]
    fn the_longest_name_fits() {
        assert!(fits(&[b'a'; 253]) && fits(&[&[b'a'; 253][..], b"."].concat()) && !fits(&[b'a'; 254]));
    }

    proptest! {
        /// Undoing the escapes gives the name back, so no two names share a text.
        #[test]
        fn no_name_is_lost(name in proptest::collection::vec(any::<u8>(), 0..60)) {
            let text = canonical(&name);
            prop_assert!(!text.chars().any(must_be_escaped));
            let mut undone = Vec::new();
            let mut bytes = text.bytes();
            while let Some(byte) = bytes.next() {
                if byte != b'\\' {
                    undone.push(byte);
                    continue;
                }
                let first = bytes.next().unwrap();
                if first == b'\\' {
                    undone.push(b'\\');
                } else {
                    let digits = [first, bytes.next().unwrap(), bytes.next().unwrap()];
                    undone.push(std::str::from_utf8(&digits).unwrap().parse().unwrap());
                }
            }
            let mut wanted = name.clone();
            while wanted.last() == Some(&b'.') {
                wanted.pop();
            }
            if wanted.is_empty() {
                wanted.push(b'.');
            }
            prop_assert_eq!(undone, wanted);
        }
    }
}
