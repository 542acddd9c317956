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
/// use asim_schema::domain_name::canonical;
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

/// The canonical text of a name from its labels, the root's left out.
///
/// A dot inside a label is written `\.`, so that it does not pass for the end of the label; all else is as in
/// [`canonical`].
///
/// ```
/// use asim_schema::domain_name::from_labels;
/// assert_eq!(from_labels([&b"www"[..], b"example.com"]), r"www.example\.com");
/// assert_eq!(from_labels::<[&[u8]; 0]>([]), ".");
/// ```
pub fn from_labels<'l, L: IntoIterator<Item = &'l [u8]>>(labels: L) -> String {
    let mut text = String::with_capacity(48);
    for (place, label) in labels.into_iter().enumerate() {
        if place > 0 {
            text.push('.');
        }
        if is_plain(label)
            && !label.contains(&b'.')
            && let Ok(label) = std::str::from_utf8(label)
        {
            text.push_str(label);
            continue;
        }
        for (place, part) in label.split(|byte| *byte == b'.').enumerate() {
            if place > 0 {
                text.push_str(r"\.");
            }
            text.push_str(&escaped(part));
        }
    }
    if text.is_empty() {
        text.push('.');
    }
    text
}

/// The canonical text of a name in the presentation form of RFC 1035 section 5.1, as servers print it; none if it
/// has more than the 255 octets of section 2.3.4.
///
/// `\DDD` and `\X` are undone once.
///
/// ```
/// use asim_schema::domain_name::from_presentation;
/// assert_eq!(from_presentation(br"a\032b\.c.example.").as_deref(), Some(r"a b\.c.example"));
/// assert_eq!(from_presentation(b".").as_deref(), Some("."));
/// ```
pub fn from_presentation(name: &[u8]) -> Option<Cow<'_, str>> {
    if !name.contains(&b'\\') {
        return fits(name).then(|| canonical(name));
    }
    let labels = undone(name);
    // A length octet a label, and the root's.
    let octets = labels.iter().map(|label| label.len() + 1).sum::<usize>() + 1;
    (octets <= 255).then(|| Cow::Owned(from_labels(labels.iter().map(Vec::as_slice))))
}

/// The labels of a name in presentation form, their escapes undone; the root has none.
fn undone(name: &[u8]) -> Vec<Vec<u8>> {
    let mut labels = vec![Vec::new()];
    let mut rest = name;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'.' {
            labels.push(Vec::new());
            rest = after;
            continue;
        }
        let (byte, after) = if byte == b'\\' {
            escaped_byte(after)
        } else {
            (byte, after)
        };
        if let Some(label) = labels.last_mut() {
            label.push(byte);
        }
        rest = after;
    }
    // A final dot says that the name is complete.
    while labels.last().is_some_and(Vec::is_empty) {
        labels.pop();
    }
    labels
}

/// The byte that stands behind a backslash, and what follows it.
fn escaped_byte(text: &[u8]) -> (u8, &[u8]) {
    if let [a, b, c, after @ ..] = text
        && let [Some(a), Some(b), Some(c)] = [a, b, c].map(|digit| char::from(*digit).to_digit(10))
        && let Ok(byte) = u8::try_from(a * 100 + b * 10 + c)
    {
        return (byte, after);
    }
    match text {
        [byte, after @ ..] => (*byte, after),
        [] => (b'\\', text),
    }
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
            } else if is_misleading(character) {
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

pub(crate) fn push_decimal(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\\{byte:03}");
    }
}

/// Whether a character could end a line, turn text around or hide in it.
pub(crate) fn is_misleading(character: char) -> bool {
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
    fn a_dot_inside_a_label_is_no_end_of_it() {
        let cases: [(&[&[u8]], &str); 6] = [
            (&[], "."),
            (&[b"com"], "com"),
            (&[b"a.b", b"example", b"com"], r"a\.b.example.com"),
            (&[b".", b"x"], r"\..x"),
            (&[b"back\\", b"x"], r"back\\.x"),
            (&[b"b\xfc.\n", b"x"], r"b\252\.\010.x"),
        ];
        for (labels, expected) in cases {
            assert_eq!(from_labels(labels.iter().copied()), expected);
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
            prop_assert!(!text.chars().any(is_misleading));
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
