//! Text fields from bytes that may be no UTF-8.

use std::borrow::Cow;
use std::fmt::Write;

/// Text from bytes; a byte that is not UTF-8 is written `\xHH`, and then the second value is true.
///
/// ```
/// use asim_parse::value::text::from_bytes;
/// assert_eq!(from_bytes(b"plain").0, "plain");
/// assert_eq!(from_bytes(b"b\xfccher"), (r"b\xfccher".into(), true));
/// ```
pub fn from_bytes(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), false);
    }
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    (Cow::Owned(text), true)
}

/// [`from_bytes`] for bytes that may be owned.
pub fn from_cow(bytes: Cow<'_, [u8]>) -> (Cow<'_, str>, bool) {
    match bytes {
        Cow::Borrowed(bytes) => from_bytes(bytes),
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => (Cow::Owned(text), false),
            Err(error) => (Cow::Owned(from_bytes(error.as_bytes()).0.into_owned()), true),
        },
    }
}

/// The hexadecimal digits in order.
const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// A number as lower-case hexadecimal digits, without prefix and padding, as `TransactionIdHex` has it.
///
/// ```
/// assert_eq!(asim_parse::value::text::hexadecimal(44695), "ae97");
/// assert_eq!(asim_parse::value::text::hexadecimal(0), "0");
/// ```
pub fn hexadecimal(number: u16) -> String {
    let digits = (u16::BITS - number.leading_zeros()).div_ceil(4).max(1);
    let mut text = String::with_capacity(4);
    for place in (0..digits).rev() {
        let digit = usize::from(number >> (place * 4) & 15);
        text.extend(DIGITS.get(digit).map(|digit| char::from(*digit)));
    }
    text
}
