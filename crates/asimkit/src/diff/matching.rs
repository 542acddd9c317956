//! Which row of one side goes with which row of the other.

use std::collections::HashMap;

use super::KeyUse;
use super::rows::{Cell, Row};

/// The keys, the surest first. A row takes part with a key when it has all of its columns.
const KEYS: [&[&str]; 7] = [
    &[
        "EventOriginalUid",
        "EventStartTime",
        "TransactionIdHex",
        "DnsQuery",
        "EventSubType",
    ],
    &["EventOriginalUid", "EventStartTime", "DnsQuery"],
    &["EventStartTime", "TransactionIdHex", "DnsQuery", "EventSubType"],
    &["EventStartTime", "SrcIpAddr", "SrcPortNumber", "DnsQuery"],
    &["EventStartTime", "DnsQuery"],
    &["EventOriginalUid"],
    &["TransactionIdHex", "DnsQuery"],
];

/// Pairs of rows, by their places.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) found: Vec<(usize, usize)>,
    pub(super) keys: Vec<KeyUse>,
}

/// Brings rows together, key by key.
///
/// Rows with the same key are paired in their order, if there are as many on both sides; otherwise they wait for the
/// next key. What is left in the end is paired by the keys once more, as many as there are on both sides.
pub(super) fn pair(ours: &[Row], theirs: &[Row]) -> Pairs {
    let mut pairs = Pairs::default();
    let mut left = [(0..ours.len()).collect::<Vec<_>>(), (0..theirs.len()).collect()];
    for even in [true, false] {
        for key in KEYS {
            let found = by_key(key, [ours, theirs], &left, even);
            if found.is_empty() {
                continue;
            }
            for (side, places) in left.iter_mut().enumerate() {
                let mut taken: Vec<_> = found
                    .iter()
                    .map(|pair| if side == 0 { pair.0 } else { pair.1 })
                    .collect();
                taken.sort_unstable();
                places.retain(|place| taken.binary_search(place).is_err());
            }
            match pairs.keys.iter_mut().find(|used| used.columns == key) {
                Some(used) => used.pairs += found.len(),
                None => pairs.keys.push(KeyUse {
                    columns: key.to_vec(),
                    pairs: found.len(),
                }),
            }
            pairs.found.extend(found);
        }
    }
    pairs.found.sort_unstable();
    pairs
}

/// The key of a row, if it has all columns of it.
fn key_of(columns: &[&str], row: &Row) -> Option<Vec<String>> {
    columns
        .iter()
        .map(|column| row.get(*column).map(Cell::key))
        .collect()
}

fn by_key(columns: &[&str], sides: [&[Row]; 2], left: &[Vec<usize>; 2], even: bool) -> Vec<(usize, usize)> {
    let mut groups: HashMap<Vec<String>, [Vec<usize>; 2]> = HashMap::new();
    for (side, (rows, places)) in sides.iter().zip(left).enumerate() {
        for place in places {
            if let Some(key) = rows.get(*place).and_then(|row| key_of(columns, row))
                && let Some(group) = groups.entry(key).or_default().get_mut(side)
            {
                group.push(*place);
            }
        }
    }
    let complete = groups
        .into_values()
        .filter(|[ours, theirs]| !even || ours.len() == theirs.len());
    let mut found: Vec<_> = complete
        .flat_map(|[ours, theirs]| ours.into_iter().zip(theirs))
        .collect();
    found.sort_unstable();
    found
}
