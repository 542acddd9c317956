//! Bytes that stand for themselves.

/// Whether bytes are printable ASCII without a backslash: what is no escape in any of the sources' notations that begin
/// with one, and what the canonical text of a name writes as it is.
///
/// Written so that it is compared many bytes at a time.
#[inline]
pub fn is_plain(bytes: &[u8]) -> bool {
    let other = |byte: u8| u8::from(byte < 0x20) | u8::from(byte > 0x7e) | u8::from(byte == b'\\');
    bytes.iter().fold(0, |any, byte| any | other(*byte)) == 0
}
