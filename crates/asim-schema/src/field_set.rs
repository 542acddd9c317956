//! A set of columns as a fixed bitmap.

use crate::{AlertField, DnsField, ProcessField};

/// A set of columns of the Dns schema, by the name that code for DNS sources uses.
pub type FieldSet = DnsFieldSet;

/// The set of a schema's columns.
///
/// A macro rather than a generic type, since its functions are called where constants are made.
macro_rules! field_set {
    ($(#[$documentation:meta])* $set:ident, $iter:ident, $field:ident) => {

        $(#[$documentation])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $set([u64; { $field::COUNT.div_ceil(64) }]);


        impl $set {
            /// Words of the bitmap.
            const WORDS: usize = $field::COUNT.div_ceil(64);

            /// Word and bit of a column.
            const fn place(field: $field) -> (usize, u64) {
                (field as usize / 64, 1 << (field as usize % 64))
            }

            /// The set without columns.
            pub const EMPTY: Self = Self([0; Self::WORDS]);

            /// The set of all columns.
            pub const ALL: Self = Self::of(&$field::ALL);

            /// The set of the given columns.
            pub const fn of(fields: &[$field]) -> Self {
                let mut set = Self::EMPTY;
                let mut index = 0;
                while index < fields.len() {
                    set = set.with(fields[index]);
                    index += 1;
                }
                set
            }

            /// Whether the column is in the set.
            #[inline]
            pub const fn contains(self, field: $field) -> bool {
                let (word, bit) = Self::place(field);
                self.0[word] & bit != 0
            }

            /// The set with one more column.
            #[must_use]
            #[inline]
            pub const fn with(mut self, field: $field) -> Self {
                let (word, bit) = Self::place(field);
                self.0[word] |= bit;
                self
            }

            /// The set with one column less.
            #[must_use]
            #[inline]
            pub const fn without(mut self, field: $field) -> Self {
                let (word, bit) = Self::place(field);
                self.0[word] &= !bit;
                self
            }

            /// The columns that are in either set.
            #[must_use]
            #[inline]
            pub const fn union(mut self, other: Self) -> Self {
                let mut word = 0;
                while word < Self::WORDS {
                    self.0[word] |= other.0[word];
                    word += 1;
                }
                self
            }

            /// The columns that are in both sets.
            #[must_use]
            #[inline]
            pub const fn intersection(mut self, other: Self) -> Self {
                let mut word = 0;
                while word < Self::WORDS {
                    self.0[word] &= other.0[word];
                    word += 1;
                }
                self
            }

            /// The columns of this set that are not in the other.
            #[must_use]
            #[inline]
            pub const fn difference(mut self, other: Self) -> Self {
                let mut word = 0;
                while word < Self::WORDS {
                    self.0[word] &= !other.0[word];
                    word += 1;
                }
                self
            }

            /// Whether no column is in the set.
            #[inline]
            pub const fn is_empty(self) -> bool {
                let mut word = 0;
                while word < Self::WORDS {
                    if self.0[word] != 0 {
                        return false;
                    }
                    word += 1;
                }
                true
            }

            /// Whether the two sets share a column.
            #[inline]
            pub const fn intersects(self, other: Self) -> bool {
                !self.intersection(other).is_empty()
            }

            /// Whether every column of the other set is in this one.
            pub const fn is_superset(self, other: Self) -> bool {
                other.difference(self).is_empty()
            }

            /// How many columns are in the set.
            pub const fn len(self) -> usize {
                let mut count = 0;
                let mut word = 0;
                while word < Self::WORDS {
                    count += self.0[word].count_ones() as usize;
                    word += 1;
                }
                count
            }

            /// The bitmap: bit `n % 64` of word `n / 64` is the column of number `n`.
            #[inline]
            pub(crate) const fn words(self) -> [u64; { $field::COUNT.div_ceil(64) }] {
                self.0
            }

            /// The columns in schema order.
            #[inline]
            pub const fn iter(self) -> $iter {
                $iter {
                    words: self.0,
                    word: 0,
                }
            }
        }

        /// The columns of a set in schema order.
        #[derive(Debug, Clone)]
        pub struct $iter {
            words: [u64; { $field::COUNT.div_ceil(64) }],
            word: usize,
        }

        impl Iterator for $iter {
            type Item = $field;

            #[inline]
            fn next(&mut self) -> Option<$field> {
                while let Some(bits) = self.words.get_mut(self.word) {
                    if *bits != 0 {
                        let bit = bits.trailing_zeros() as usize;
                        *bits &= *bits - 1;
                        return $field::ALL.get(self.word * 64 + bit).copied();
                    }
                    self.word += 1;
                }
                None
            }

            /// The same as calling `next`, with the bits of a word at hand.
            #[inline]
            fn fold<B, F: FnMut(B, $field) -> B>(self, start: B, mut step: F) -> B {
                let mut folded = start;
                for (word, bits) in self.words.into_iter().enumerate().skip(self.word) {
                    let mut bits = bits;
                    while bits != 0 {
                        let bit = bits.trailing_zeros() as usize;
                        bits &= bits - 1;
                        if let Some(field) = $field::ALL.get(word * 64 + bit) {
                            folded = step(folded, *field);
                        }
                    }
                }
                folded
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                let left = self.words.iter().map(|word| word.count_ones() as usize).sum();
                (left, Some(left))
            }
        }

        impl ExactSizeIterator for $iter {}

        impl IntoIterator for $set {
            type Item = $field;
            type IntoIter = $iter;

            fn into_iter(self) -> $iter {
                self.iter()
            }
        }

        impl FromIterator<$field> for $set {
            fn from_iter<I: IntoIterator<Item = $field>>(fields: I) -> Self {
                fields.into_iter().fold(Self::EMPTY, Self::with)
            }
        }

        impl std::fmt::Debug for $set {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_set().entries(self.iter()).finish()
            }
        }
    };
}

field_set! {
    /// A set of columns of the Dns schema: one bit a column, in schema order.
    ///
    /// ```
    /// use asim_schema::{DnsField, FieldSet};
    ///
    /// const WANTED: FieldSet = FieldSet::EMPTY.with(DnsField::DnsQuery).with(DnsField::SrcIpAddr);
    ///
    /// assert!(WANTED.contains(DnsField::DnsQuery));
    /// assert_eq!(WANTED.len(), 2);
    /// ```
    DnsFieldSet, DnsFieldSetIter, DnsField
}

field_set! {
    /// A set of columns of the ProcessEvent schema: one bit a column, in schema order.
    ProcessFieldSet, ProcessFieldSetIter, ProcessField
}

field_set! {
    /// A set of columns of the AlertEvent schema: one bit a column, in schema order.
    AlertFieldSet, AlertFieldSetIter, AlertField
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn behaves_as_a_set(a in fields(), b in fields()) {
            let (left, right): (FieldSet, FieldSet) = (a.iter().copied().collect(), b.iter().copied().collect());
            prop_assert_eq!(left.iter().collect::<Vec<_>>(), a.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(left.union(right), a.union(&b).copied().collect());
            prop_assert_eq!(left.intersection(right), a.intersection(&b).copied().collect());
            prop_assert_eq!(left.difference(right), a.difference(&b).copied().collect());
            prop_assert_eq!(left.intersects(right), !a.is_disjoint(&b));
            prop_assert_eq!(left.is_superset(right), a.is_superset(&b));
            prop_assert_eq!((left.len(), left.is_empty()), (a.len(), a.is_empty()));
            prop_assert_eq!(left.iter().len(), a.len());
            let mut folded = Vec::new();
            left.iter().for_each(|field| folded.push(field));
            prop_assert_eq!(folded, a.iter().copied().collect::<Vec<_>>());
            for field in DnsField::ALL {
                prop_assert_eq!(left.contains(field), a.contains(&field));
                prop_assert!(!left.without(field).contains(field));
            }
        }
    }

    fn fields() -> impl Strategy<Value = BTreeSet<DnsField>> {
        prop::collection::btree_set(prop::sample::select(DnsField::ALL.as_slice()), 0..DnsField::COUNT)
    }
}
