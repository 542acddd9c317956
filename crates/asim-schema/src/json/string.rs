//! Strings as JSON text, escaped as `serde_json` escapes them.
//!
//! Strings in logs are short, so the cost is in what surrounds the copying: every copy here has a size that the compiler
//! knows, and none is a call. Ends that are no multiple of that size are copied twice over, as far as they overlap.

use super::room::put;

/// Bytes that are checked and copied at once.
const CHUNK: usize = 16;

/// Writes a string in quotes.
///
/// Only the quote, the backslash and the control characters below U+0020 are escaped.
pub(crate) fn string(text: &str, room: &mut [u8], at: usize) -> Option<usize> {
    let at = put([b'"'], room, at)?;
    let at = contents(text.as_bytes(), room, at)?;
    put([b'"'], room, at)
}

/// Writes what stands between the quotes.
#[inline]
fn contents(bytes: &[u8], room: &mut [u8], mut at: usize) -> Option<usize> {
    if let Some(last) = bytes.last_chunk::<CHUNK>() {
        let (chunks, tail) = bytes.as_chunks::<CHUNK>();
        for (index, chunk) in chunks.iter().enumerate() {
            if !is_plain(chunk) {
                return escape(bytes.get(index * CHUNK..)?, room, at);
            }
            at = put(*chunk, room, at)?;
        }
        return if is_plain(last) {
            put(*last, room, at + tail.len() - CHUNK)
        } else {
            escape(tail, room, at)
        };
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>())
        && is_plain(first)
        && is_plain(last)
    {
        put(*first, room, at)?;
        return put(*last, room, at + bytes.len() - 8);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>())
        && is_plain(first)
        && is_plain(last)
        && bytes.len() <= 8
    {
        put(*first, room, at)?;
        return put(*last, room, at + bytes.len() - 4);
    }
    escape(bytes, room, at)
}

/// Whether no byte must be escaped; without branches, so that it becomes a few vector instructions.
#[inline]
fn is_plain<const N: usize>(bytes: &[u8; N]) -> bool {
    let special = bytes.iter().fold(0, |special, byte| {
        special | u8::from(*byte < 0x20) | u8::from(*byte == b'"') | u8::from(*byte == b'\\')
    });
    special == 0
}

/// For each byte: what follows the backslash of its escape, `u` for a control character without a short one, or zero.
static ESCAPES: [u8; 256] = {
    let mut escapes = [0; 256];
    let mut control = 0;
    while control < 0x20 {
        escapes[control] = b'u';
        control += 1;
    }
    escapes[0x08] = b'b';
    escapes[b'\t' as usize] = b't';
    escapes[b'\n' as usize] = b'n';
    escapes[0x0c] = b'f';
    escapes[b'\r' as usize] = b'r';
    escapes[b'"' as usize] = b'"';
    escapes[b'\\' as usize] = b'\\';
    escapes
};

/// Writes bytes of which some must be escaped.
///
/// Eight bytes are copied at once; of those, what stands before the first special byte counts.
fn escape(bytes: &[u8], room: &mut [u8], mut at: usize) -> Option<usize> {
    let mut rest = bytes;
    while let Some((word, behind)) = rest.split_first_chunk() {
        let before = plain_before_special(*word);
        put(*word, room, at)?;
        at += before;
        match rest.get(before..)? {
            [special, after @ ..] if before < word.len() => {
                at = escape_byte(*special, room, at)?;
                rest = after;
            }
            _ => rest = behind,
        }
    }
    for byte in rest {
        at = escape_byte(*byte, room, at)?;
    }
    Some(at)
}

/// How many bytes stand before the first one that must be escaped; eight when there is none.
#[inline]
fn plain_before_special(word: [u8; 8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = u64::from_le_bytes([0x80; 8]);
    // A byte below the limit borrows and sets its top bit. That may reach into later bytes, never into earlier ones.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let word = u64::from_le_bytes(word);
    let quote = below(word ^ (ONES * u64::from(b'"')), 1);
    let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
    let special = (below(word, 0x20) | quote | backslash) & TOPS;
    (special.trailing_zeros() / 8) as usize
}

/// Writes one byte, escaped if it must be.
#[inline]
fn escape_byte(byte: u8, room: &mut [u8], at: usize) -> Option<usize> {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match ESCAPES[usize::from(byte)] {
        0 => put([byte], room, at),
        b'u' => {
            let [high, low] = [byte >> 4, byte & 15].map(|nibble| HEX[usize::from(nibble)]);
            put([b'\\', b'u', b'0', b'0', high, low], room, at)
        }
        short => put([b'\\', short], room, at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::room::append;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        append(&mut out, 1, |room| string(text, room, 0));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_single_character_is_escaped_as_serde_json_does() {
        for character in (0..=0x2fff_u32).filter_map(char::from_u32) {
            for text in [
                character.to_string(),
                format!("abcdefg{character}"),
                format!("{character}abcdefgh"),
            ] {
                assert_eq!(written(&text), serde_json::to_string(&text).unwrap());
            }
        }
    }

    #[test]
    fn every_length_is_copied_whole() {
        let letters = "abcdefghijklmnopqrstuvwxyz";
        for length in 0..=letters.len() {
            let (text, _) = letters.split_at(length);
            assert_eq!(written(text), format!("\"{text}\""));
        }
    }

    proptest! {
        #[test]
        fn text_is_escaped_as_serde_json_does(text in "\\PC*|[\\x00-\\x7f]*|[a\"\\\\\n\u{7f}-\u{ff}]*") {
            prop_assert_eq!(written(&text), serde_json::to_string(&text).unwrap());
        }
    }
}
