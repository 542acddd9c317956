//! Text that is known when the program is built.

use super::room::put_part;

/// Short text with filling after it, so that it is copied with a size that the compiler knows.
///
/// A text that is longer than the room does not compile.
#[derive(Debug)]
pub(crate) struct Fixed<const ROOM: usize = 32> {
    bytes: [u8; ROOM],
    length: usize,
}

impl<const ROOM: usize> Fixed<ROOM> {
    /// Bytes as they are.
    pub(crate) const fn new(bytes: &[u8]) -> Self {
        let mut fixed = Self {
            bytes: [0; ROOM],
            length: bytes.len(),
        };
        let mut at = 0;
        while at < bytes.len() {
            fixed.bytes[at] = bytes[at];
            at += 1;
        }
        fixed
    }

    /// Text in quotes; it must need no escapes.
    pub(crate) const fn quoted(text: &str) -> Self {
        let mut fixed = Self {
            bytes: [b'"'; ROOM],
            length: text.len() + 2,
        };
        let mut at = 0;
        while at < text.len() {
            fixed.bytes[at + 1] = text.as_bytes()[at];
            at += 1;
        }
        fixed
    }

    /// Writes the text.
    #[inline]
    pub(crate) fn write(&self, room: &mut [u8], at: usize) -> Option<usize> {
        put_part(&self.bytes, self.length, room, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_counts() {
        let mut room = [0; 64];
        let mut at = 0;
        for fixed in [
            Fixed::<32>::new(b",\"a\":"),
            Fixed::quoted("text"),
            Fixed::quoted(""),
        ] {
            at = fixed.write(&mut room, at).unwrap();
        }
        assert_eq!(room[..at], *b",\"a\":\"text\"\"\"");
    }
}
