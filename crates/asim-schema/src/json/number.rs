//! Numbers as JSON text, without the formatting machinery of `std::fmt`.

use super::room::put;

/// The digits of 00 to 99, two bytes each.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number as usize] = [b'0' + number / 10, b'0' + number % 10];
        number += 1;
    }
    pairs
};

/// The two decimal digits of a number below 100.
#[inline]
pub(crate) fn pair(number: u32) -> [u8; 2] {
    PAIRS.get(number as usize).copied().unwrap_or(*b"00")
}

/// The four decimal digits of a number below 10,000.
#[inline]
fn four(number: u32) -> [u8; 4] {
    let ([a, b], [c, d]) = (pair(number / 100), pair(number % 100));
    [a, b, c, d]
}

/// Writes an unsigned integer in decimal.
#[expect(
    clippy::cast_possible_truncation,
    reason = "each number is below the power of ten it was compared with"
)]
pub(crate) fn unsigned(value: u64, room: &mut [u8], at: usize) -> Option<usize> {
    match value {
        0..=9 => put([b'0' + value as u8], room, at),
        10..=99 => put(pair(value as u32), room, at),
        100..=999 => {
            let [_, a, b, c] = four(value as u32);
            put([a, b, c], room, at)
        }
        1_000..=9_999 => put(four(value as u32), room, at),
        _ => {
            let at = unsigned(value / 10_000, room, at)?;
            put(four((value % 10_000) as u32), room, at)
        }
    }
}

/// Writes a signed integer in decimal.
#[inline]
pub(crate) fn integer(value: i64, room: &mut [u8], at: usize) -> Option<usize> {
    let at = if value < 0 { put([b'-'], room, at)? } else { at };
    unsigned(value.unsigned_abs(), room, at)
}

/// Writes a real number as `serde_json` does: `null` when it is not finite, because JSON has no such number.
pub(crate) fn real(value: f64, room: &mut [u8], at: usize) -> Option<usize> {
    let mut rest = room.get_mut(at..)?;
    let before = rest.len();
    serde_json::to_writer(&mut rest, &value).ok()?;
    Some(at + before - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The text that a writer makes.
    fn written(write: impl Fn(&mut [u8]) -> Option<usize>) -> String {
        let mut out = Vec::new();
        crate::json::room::append(&mut out, 1, write);
        String::from_utf8(out).unwrap()
    }

    proptest! {
        #[test]
        fn integers_read_as_std_prints_them(value: i64, digits in 0u32..19) {
            for value in [value, value % 10_i64.pow(digits), i64::MIN, i64::MAX] {
                prop_assert_eq!(written(|room| integer(value, room, 0)), value.to_string());
            }
        }

        #[test]
        fn small_numbers_read_as_std_prints_them(value in 0u64..=70_000) {
            prop_assert_eq!(written(|room| unsigned(value, room, 0)), value.to_string());
        }

        #[test]
        fn real_numbers_read_as_serde_json_prints_them(value: f64) {
            prop_assert_eq!(written(|room| real(value, room, 0)), serde_json::to_string(&value).unwrap());
        }
    }

    #[test]
    fn a_real_number_that_is_not_finite_is_null() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(written(|room| real(value, room, 0)), "null");
        }
    }
}
