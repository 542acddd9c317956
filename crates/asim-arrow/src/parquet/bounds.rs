//! The least and the greatest text of a column chunk.

use parquet::data_type::ByteArray;
use parquet::file::statistics::{Statistics, ValueStatistics};

/// Longer texts are cut in the statistics, which are kept in memory by whoever opens the file.
const LENGTH: usize = 64;

/// The least and the greatest of some texts, by their bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Bounds {
    least: Option<Vec<u8>>,
    greatest: Option<Vec<u8>>,
    /// The beginnings of both: nearly every text lies between them.
    between: (u64, u64),
}

impl Bounds {
    /// Takes one more text into account.
    #[inline]
    pub(super) fn add(&mut self, text: &[u8]) {
        let beginning = beginning(text);
        if self.between.0 < beginning && beginning < self.between.1 {
            return;
        }
        self.widen(text);
    }

    fn widen(&mut self, text: &[u8]) {
        if self.least.as_deref().is_none_or(|least| text < least) {
            set(&mut self.least, text);
        }
        if self.greatest.as_deref().is_none_or(|greatest| text > greatest) {
            set(&mut self.greatest, text);
        }
        let of = |bound: &Option<Vec<u8>>| bound.as_deref().map_or(0, beginning);
        self.between = (of(&self.least), of(&self.greatest));
    }

    /// The statistics of a column chunk with so many nulls.
    pub(super) fn statistics(&self, nulls: u64) -> Statistics {
        let least = self.least.as_deref().map(|text| cut(text).to_vec());
        let greatest = self.greatest.as_deref().and_then(at_least);
        let exact = |bound: &Option<Vec<u8>>, text: &Option<Vec<u8>>| bound.is_some() && bound == text;
        let (least_exact, greatest_exact) = (exact(&least, &self.least), exact(&greatest, &self.greatest));
        let bytes = |bound: Option<Vec<u8>>| bound.map(ByteArray::from);
        Statistics::ByteArray(
            ValueStatistics::new(bytes(least), bytes(greatest), None, Some(nulls), false)
                .with_min_is_exact(least_exact)
                .with_max_is_exact(greatest_exact),
        )
    }
}

/// The first bytes of a text as a number; with different ones, texts compare as these do.
#[inline]
fn beginning(text: &[u8]) -> u64 {
    if let Some(bytes) = text.first_chunk() {
        return u64::from_be_bytes(*bytes);
    }
    let mut bytes = [0; 8];
    for (place, byte) in bytes.iter_mut().zip(text) {
        *place = *byte;
    }
    u64::from_be_bytes(bytes)
}

fn set(bound: &mut Option<Vec<u8>>, text: &[u8]) {
    let bound = bound.get_or_insert_default();
    bound.clear();
    bound.extend_from_slice(text);
}

/// The beginning of a text, as many whole characters as may be; it is not greater than the text.
fn cut(text: &[u8]) -> &[u8] {
    let is_inside = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let end = (0..=LENGTH).rfind(|at| !is_inside(at)).unwrap_or_default();
    text.get(..end).unwrap_or(text)
}

/// The text, or a short one that is greater; none when there is none of whole characters.
fn at_least(text: &[u8]) -> Option<Vec<u8>> {
    let start = cut(text);
    if start == text {
        return Some(text.to_vec());
    }
    let start = str::from_utf8(start).ok()?;
    let mut next = start.char_indices().rev().filter_map(|(at, last)| {
        let last = char::from_u32(u32::from(last) + 1)?;
        Some(format!("{}{last}", start.get(..at)?).into_bytes())
    });
    next.next()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(texts: &[&str]) -> (Option<String>, bool, Option<String>, bool) {
        let mut bounds = Bounds::default();
        for text in texts {
            bounds.add(text.as_bytes());
        }
        let Statistics::ByteArray(found) = bounds.statistics(0) else {
            return (None, false, None, false);
        };
        let text = |bound: Option<&ByteArray>| bound.and_then(|bound| Some(bound.as_utf8().ok()?.to_owned()));
        (
            text(found.min_opt()),
            found.min_is_exact(),
            text(found.max_opt()),
            found.max_is_exact(),
        )
    }

    proptest! {
        #[test]
        fn bounds_are_the_least_and_the_greatest(texts in prop::collection::vec("[\0ab]{0,10}", 1..20)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (least, greatest) = (texts.iter().min(), texts.iter().max());
            let expected = (least.map(|text| (*text).to_owned()), true, greatest.map(|text| (*text).to_owned()), true);
            prop_assert_eq!(of(&texts), expected);
        }
    }

    #[test]
    fn short_texts_are_their_own_bounds() {
        let found = of(&["b", "", "ab"]);
        assert_eq!(found, (Some(String::new()), true, Some("b".into()), true));
        assert_eq!(of(&[]), (None, false, None, false));
    }

    #[test]
    fn long_texts_are_cut_between_characters_and_stay_bounds() {
        let long = format!("{}{}", "a".repeat(63), "é".repeat(9));
        let (least, least_exact, greatest, greatest_exact) = of(&[&long]);
        assert_eq!(least.as_deref(), Some("a".repeat(63).as_str()));
        assert_eq!(greatest, Some(format!("{}b", "a".repeat(62))));
        assert!(!least_exact && !greatest_exact);
        // The last character has no next one; the one before has.
        let highest = format!("a{}", "\u{10ffff}".repeat(20));
        assert_eq!(of(&[&highest]).2.as_deref(), Some("b"));
        assert_eq!(of(&[&"\u{10ffff}".repeat(20)]).2, None);
    }
}
