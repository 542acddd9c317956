//! Octets from hexadecimal digits.

/// The octets of a text in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hexadecimal {
    /// The octets of all whole pairs of digits.
    pub octets: Vec<u8>,
    /// Whether something that is no pair of digits follows them: the text was cut off, or is another text altogether.
    pub cut: bool,
}

/// Reads octets from text, with or without `0x` in front, up to the first thing that is no pair of digits.
///
/// ```
/// use asim_parse::packet::from_hexadecimal;
/// assert_eq!(from_hexadecimal("0xAE97").octets, [0xae, 0x97]);
/// let cut = from_hexadecimal("0xAE970...");
/// assert!(cut.cut && cut.octets == [0xae, 0x97]);
/// ```
pub fn from_hexadecimal(text: &str) -> Hexadecimal {
    let text = text.trim_ascii();
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .unwrap_or(text)
        .as_bytes();
    let mut octets = Vec::with_capacity(digits.len() / 2);
    let (pairs, rest) = digits.as_chunks::<2>();
    for [high, low] in pairs {
        // Both values are below 16, or one of them is 255.
        let (high, low) = (value(*high), value(*low));
        if (high | low) > 15 {
            return Hexadecimal { octets, cut: true };
        }
        octets.push(high << 4 | low);
    }
    Hexadecimal {
        octets,
        cut: !rest.is_empty(),
    }
}

/// What a digit is worth; 255 for what is none.
fn value(digit: u8) -> u8 {
    VALUES.get(usize::from(digit)).copied().unwrap_or(u8::MAX)
}

static VALUES: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let digits = *b"0123456789abcdef";
    let (mut place, mut value) = (0, 0);
    while place < digits.len() {
        values[digits[place] as usize] = value;
        values[digits[place].to_ascii_uppercase() as usize] = value;
        (place, value) = (place + 1, value + 1);
    }
    values
};
