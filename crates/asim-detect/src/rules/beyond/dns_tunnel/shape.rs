//! What the part of a name below its domain looks like.

/// Steps of the entropy in one bit.
pub(super) const STEPS: u32 = 256;

/// A label of more bytes than this carries something: a hash in hexadecimal of 256 bits has 64, names that people choose
/// stay far below (Farnham, SANS Institute, 2013).
const LONG_LABEL: usize = 52;

/// The shape of one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NameShape {
    /// Shannon's entropy of its bytes without dots, in steps of 1/256 bit a byte.
    pub(super) entropy: u32,
    /// Whether one of its labels is long.
    pub(super) has_long_label: bool,
}

impl NameShape {
    /// The shape of a name and its length in bytes in one number; none for a text longer than a name can be.
    pub(super) fn to_note(self, bytes: usize) -> Option<u32> {
        let bytes = u8::try_from(bytes).ok()?;
        Some(self.entropy << 9 | u32::from(self.has_long_label) << 8 | u32::from(bytes))
    }

    /// The shape and the length in bytes that [`to_note`](Self::to_note) has put into a number.
    pub(super) fn of_note(note: u32) -> (Self, u64) {
        let shape = Self {
            entropy: note >> 9,
            has_long_label: note >> 8 & 1 != 0,
        };
        (shape, u64::from(note & 0xff))
    }
}

/// Measures names by tables, so that the sum over many names does not depend on their order.
#[derive(Debug)]
pub(super) struct Measure {
    /// What the n-th equal byte adds to the sum of c log c, in 1/65536 bit.
    added: [u32; 256],
    /// The logarithms of lengths, in 1/65536 bit.
    logarithms: [u32; 256],
}

impl Measure {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 256 times 9"
    )]
    pub(super) fn new() -> Self {
        let logarithm = |count: f64| if count < 1.0 { 0.0 } else { count.log2() };
        let fixed = |bits: f64| (bits * 65_536.0).round() as u32;
        let count = |place: usize| f64::from(u16::try_from(place).unwrap_or(u16::MAX));
        let weight = |count: f64| count * logarithm(count);
        Self {
            added: std::array::from_fn(|place| fixed(weight(count(place) + 1.0) - weight(count(place)))),
            logarithms: std::array::from_fn(|place| fixed(logarithm(count(place)))),
        }
    }

    /// The shape of the labels below a domain.
    pub(super) fn shape(&self, below: &str) -> NameShape {
        let mut seen = [0_u8; 256];
        let (mut sum, mut letters, mut label, mut longest) = (0_u32, 0_u32, 0_usize, 0_usize);
        // A name has 255 bytes at most (RFC 1035 section 2.3.4); escapes may make its text longer.
        for byte in below.bytes().take(255) {
            if byte == b'.' {
                longest = longest.max(label);
                label = 0;
                continue;
            }
            label += 1;
            letters += 1;
            if let Some(count) = seen.get_mut(usize::from(byte)) {
                sum += self.added.get(usize::from(*count)).copied().unwrap_or_default();
                *count = count.saturating_add(1);
            }
        }
        let logarithm = self.logarithms.get(letters as usize).copied().unwrap_or_default();
        let entropy = logarithm.saturating_sub(sum / letters.max(1));
        NameShape {
            entropy: entropy / (65_536 / STEPS),
            has_long_label: longest.max(label) > LONG_LABEL,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn entropy_is_that_of_the_letters() {
        let measure = Measure::new();
        let bits = |name: &str| f64::from(measure.shape(name).entropy) / f64::from(STEPS);
        assert!(bits("").abs() < 0.01 && bits("aaaa").abs() < 0.01);
        assert!((bits("abcd") - 2.0).abs() < 0.01 && (bits("ab.cd") - 2.0).abs() < 0.01);
        assert!((bits("0123456789abcdef") - 4.0).abs() < 0.01);
    }

    #[test]
    fn a_shape_fits_into_a_number() {
        let shape = NameShape {
            entropy: 8 * STEPS,
            has_long_label: true,
        };
        assert_eq!(shape.to_note(255).map(NameShape::of_note), Some((shape, 255)));
        assert_eq!(shape.to_note(256), None);
    }

    #[test]
    fn a_long_label_is_one_of_more_than_52_bytes() {
        let measure = Measure::new();
        let long = |name: String| measure.shape(&name).has_long_label;
        assert!(!long("a".repeat(52)) && long("a".repeat(53)));
        assert!(long(format!("www.{}.x", "a".repeat(63))));
        assert!(!long(format!("{}.{}", "a".repeat(50), "b".repeat(50))));
    }

    proptest! {
        #[test]
        fn the_tables_give_what_the_formula_gives(name in "[a-f0-9.]{0,120}") {
            let letters: Vec<_> = name.bytes().filter(|byte| *byte != b'.').collect();
            let mut counts = BTreeMap::new();
            for letter in &letters {
                *counts.entry(letter).or_insert(0_u32) += 1;
            }
            let all = f64::from(u32::try_from(letters.len()).unwrap());
            let entropy: f64 = counts.values().map(|count| {
                let share = f64::from(*count) / all;
                -share * share.log2()
            }).sum();
            let shape = Measure::new().shape(&name);
            prop_assert!((f64::from(shape.entropy) / f64::from(STEPS) - entropy).abs() < 0.02);
        }
    }
}
