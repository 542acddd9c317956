//! Splitting the text of messages at blanks, quotes and parentheses that are none of a name's own.

/// Whether a byte at a place stands behind an odd number of backslashes, and so for itself.
fn is_escaped(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Where a byte stands first without a backslash before it.
pub(crate) fn find_bare(text: &[u8], wanted: u8) -> Option<usize> {
    memchr::memchr_iter(wanted, text).find(|at| !is_escaped(text, *at))
}

/// The next word, and what follows the blank behind it. An escaped blank belongs to the word.
pub(crate) fn word(text: &[u8]) -> (&[u8], &[u8]) {
    match find_bare(text, b' ') {
        Some(at) => (
            text.get(..at).unwrap_or_default(),
            text.get(at + 1..).unwrap_or_default(),
        ),
        None => (text, &[]),
    }
}

/// What stands before and behind the first `separator`.
pub(crate) fn split_once<'t>(text: &'t [u8], separator: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let at = memchr::memmem::find(text, separator)?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

/// What stands before and behind the last `byte`.
pub(crate) fn rsplit_once(text: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memrchr(byte, text)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// What stands inside the last pair of parentheses at the end of a text, and what stands before it.
pub(crate) fn in_last_parentheses(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.strip_suffix(b")")?;
    rsplit_once(text, b'(').map(|(before, inside)| (inside, before.trim_ascii_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_bytes_do_not_split() {
        assert_eq!(word(br"a\ b c"), (&br"a\ b"[..], &b"c"[..]));
        assert_eq!(word(br"a\\ b"), (&br"a\\"[..], &b"b"[..]));
        assert_eq!(find_bare(br"x\):\(y) z", b')'), Some(7));
        assert_eq!(word(b"one"), (&b"one"[..], &b""[..]));
    }

    #[test]
    fn the_last_parentheses() {
        assert_eq!(
            in_last_parentheses(b"not authoritative (x) (NOTAUTH)"),
            Some((&b"NOTAUTH"[..], &b"not authoritative (x)"[..]))
        );
        assert_eq!(in_last_parentheses(b"none"), None);
    }
}
