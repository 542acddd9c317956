//! Numbers from decimal text.

/// A non-negative integer from decimal digits and nothing else.
///
/// ```
/// use asim_parse::value::number::unsigned;
/// assert_eq!(unsigned(b"53"), Some(53));
/// assert_eq!(unsigned(b""), None);
/// assert_eq!(unsigned(b"5 3"), None);
/// ```
pub fn unsigned(digits: &[u8]) -> Option<u64> {
    // 19 digits always fit into 64 bits.
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    digits.iter().try_fold(0, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then_some(number * 10 + u64::from(digit))
    })
}

/// A decimal number, such as `-1.5`, `30` or `0.000870`, in units of 10⁻⁷, rounded to the nearest.
///
/// Signs, one point and digits are allowed; an exponent is not.
pub fn ten_millionths(text: &[u8]) -> Option<i64> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let (whole, rest) = digits(text, WHOLE_DIGITS);
    let fraction = match rest {
        _ if rest.len() == text.len() => return None,
        [] => rest,
        [b'.', fraction @ ..] => fraction,
        _ => return None,
    };
    let (mut scaled, rest) = digits(fraction, PLACES);
    scaled *= POWERS.get(fraction.len() - rest.len()).copied().unwrap_or(1);
    if let [next, beyond @ ..] = rest {
        scaled += i64::from(digit(*next)? >= 5);
        beyond.iter().try_for_each(|byte| digit(*byte).map(drop))?;
    }
    let number = whole.checked_mul(10_000_000)?.checked_add(scaled)?;
    Some(if negative { -number } else { number })
}

/// Digits that always fit into an `i64`.
const WHOLE_DIGITS: usize = 18;
/// Digits of a fraction that count.
const PLACES: usize = 7;
/// What a fraction of so many digits is multiplied with.
const POWERS: [i64; PLACES + 1] = [10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/// The number that the digits at the start make, at most `most` of them, and what follows them.
#[inline]
fn digits(text: &[u8], most: usize) -> (i64, &[u8]) {
    let (mut number, mut rest) = (0, text);
    while let [byte, behind @ ..] = rest
        && let Some(digit) = digit(*byte)
        && text.len() - rest.len() < most
    {
        number = number * 10 + i64::from(digit);
        rest = behind;
    }
    (number, rest)
}

#[inline]
fn digit(byte: u8) -> Option<u8> {
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some(digit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_round_to_the_nearest_ten_millionth() {
        let cases: [(&str, Option<i64>); 10] = [
            ("0.000870", Some(8_700)),
            ("1331084278.438444", Some(13_310_842_784_384_440)),
            ("30", Some(300_000_000)),
            ("-1.5", Some(-15_000_000)),
            ("0.00000005", Some(1)),
            ("0.00000004999", Some(0)),
            ("1.", Some(10_000_000)),
            (".5", None),
            ("1e9", None),
            ("1.0000000x", None),
        ];
        for (text, expected) in cases {
            assert_eq!(ten_millionths(text.as_bytes()), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn digits_are_read_as_the_standard_library_does(number: u64, text in "[0-9x+]{0,21}") {
            prop_assert_eq!(unsigned(number.to_string().as_bytes()), Some(number).filter(|n| n.to_string().len() < 20));
            if let Some(read) = unsigned(text.as_bytes()) {
                prop_assert_eq!(text.parse::<u64>(), Ok(read));
            }
        }

        #[test]
        fn nothing_panics(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = (unsigned(&text), ten_millionths(&text));
        }
    }
}
