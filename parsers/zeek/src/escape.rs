//! Zeek's own escapes.

use std::borrow::Cow;

/// What a backslash before a backslash means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backslash {
    /// One backslash: in TSV, Zeek escapes the escape character.
    Doubled,
    /// Two: in JSON, the strings' own escapes have been undone already and Zeek adds only `\xHH`.
    Single,
}

/// Undoes `\xHH`, and in TSV `\\`. Any other backslash stands for itself.
pub(crate) fn undo(text: &[u8], backslash: Backslash) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'\\', text) else {
        return Cow::Borrowed(text);
    };
    let (plain, mut rest) = text.split_at(first);
    let mut undone = Vec::with_capacity(text.len());
    undone.extend_from_slice(plain);
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'\\' {
            undone.push(byte);
            rest = after;
            continue;
        }
        match *after {
            [b'x', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                undone.push(digit(high) << 4 | digit(low));
                rest = after.get(3..).unwrap_or_default();
            }
            [b'\\', ..] if backslash == Backslash::Doubled => {
                undone.push(b'\\');
                rest = after.get(1..).unwrap_or_default();
            }
            _ => {
                undone.push(b'\\');
                rest = after;
            }
        }
    }
    Cow::Owned(undone)
}

/// The value of a hexadecimal digit.
fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        _ => (byte | 0x20).wrapping_sub(b'a').wrapping_add(10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_once() {
        let cases: [(&str, &[u8], &[u8]); 9] = [
            ("plain", b"plain", b"plain"),
            (r"\x2d", b"-", b"-"),
            (r"\x45MPTY", b"EMPTY", b"EMPTY"),
            (r"a\x2cb", b"a,b", b"a,b"),
            (r"\xC3\xbc", b"\xc3\xbc", b"\xc3\xbc"),
            (r"a\\b", br"a\b", br"a\\b"),
            (r"\\x41", br"\x41", br"\A"),
            (r"\x4", br"\x4", br"\x4"),
            ("\\", b"\\", b"\\"),
        ];
        for (text, doubled, single) in cases {
            assert_eq!(&*undo(text.as_bytes(), Backslash::Doubled), doubled, "{text}");
            assert_eq!(&*undo(text.as_bytes(), Backslash::Single), single, "{text}");
        }
    }
}
