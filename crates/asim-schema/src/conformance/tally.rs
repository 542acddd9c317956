//! Counting what breaks a rule, in bounded memory.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// So many different values are counted exactly; beyond them the count is "at least".
const DISTINCT: usize = 1 << 16;

/// So many values are kept as examples, as the published tester keeps them.
pub(super) const EXAMPLES: usize = 10;

/// So many bytes of an example are kept.
const EXAMPLE_BYTES: usize = 500;

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// The number of the input among all.
    pub(super) input: usize,
    /// The number of the record in its input, from 1.
    pub(super) record: u64,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
}

/// What breaks one rule in one column.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// So many records.
    pub(super) records: u64,
    /// The hashes of the values.
    values: HashSet<u64>,
    last: Option<u64>,
    /// More values than are counted.
    pub(super) more: bool,
    /// The first values, each with the place of its first record.
    pub(super) examples: Vec<(String, Place)>,
}

impl Tally {
    /// Counts a record with this value.
    pub(super) fn add(&mut self, value: &str, place: Place) {
        self.records += 1;
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        let hash = hasher.finish();
        if self.last == Some(hash) {
            return;
        }
        self.last = Some(hash);
        if self.values.len() >= DISTINCT && !self.values.contains(&hash) {
            self.more = true;
            return;
        }
        if self.values.insert(hash) && self.examples.len() < EXAMPLES {
            self.examples.push((shortened(value), place));
        }
    }

    /// So many different values.
    pub(super) fn distinct(&self) -> usize {
        self.values.len()
    }
}

/// A value, cut where it is long.
fn shortened(value: &str) -> String {
    if value.len() <= EXAMPLE_BYTES {
        return value.to_owned();
    }
    let end = value.floor_char_boundary(EXAMPLE_BYTES);
    format!("{}...", value.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded() {
        let mut tally = Tally::default();
        for number in 0..DISTINCT + 100 {
            tally.add(&number.to_string(), Place::default());
        }
        tally.add("1", Place::default());
        assert_eq!((tally.distinct(), tally.more), (DISTINCT, true));
        assert_eq!(tally.records, (DISTINCT + 101) as u64);
        assert_eq!(tally.examples.len(), EXAMPLES);
        tally = Tally::default();
        tally.add(&"\u{fc}".repeat(5000), Place::default());
        assert!(
            tally
                .examples
                .iter()
                .all(|(value, _)| value.len() <= EXAMPLE_BYTES + 3)
        );
    }
}
