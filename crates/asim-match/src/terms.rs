//! The whole-term search of KQL.

use std::fmt;

use aho_corasick::AhoCorasick;

/// A list of texts of which a value may hold any, as KQL's `has_any` tells; with one text it is `has`.
///
/// A term is a maximal run of letters and digits, of any script. An item is found where it stands in the value and
/// cuts no term in two: if it begins with a letter or digit, the character before is neither; likewise at its end. What
/// stands between its ends does not matter, so an item may go over several terms, as `example.com` does. Letter case
/// counts for nothing in ASCII and for everything else elsewhere, as KQL's documentation has it. An empty item is
/// found everywhere.
///
/// ```
/// let domains = asim_match::HasAny::new(["example.com"])?;
/// assert!(domains.is_in("WWW.Example.com.au") && domains.is_in("x-example.com"));
/// assert!(!domains.is_in("myexample.com") && !domains.is_in("example.company"));
/// # Ok::<(), asim_match::TooManyTerms>(())
/// ```
#[derive(Debug, Clone)]
pub struct HasAny {
    automaton: AhoCorasick,
    /// For each item, whether its first and its last character belong to a term.
    ends: Vec<Ends>,
    /// Whether an item is empty.
    everything: bool,
}

/// Whether the first and the last character of an item belong to a term.
#[derive(Debug, Clone, Copy)]
struct Ends {
    first: bool,
    last: bool,
}

impl HasAny {
    /// A search for any of these items.
    ///
    /// # Errors
    ///
    /// When the items are too many or too long for one automaton; it takes gigabytes of them.
    pub fn new<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Result<Self, TooManyTerms> {
        let (empty, items): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.as_ref().is_empty());
        let ends = items.iter().map(|item| Ends::of(item.as_ref())).collect();
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(items.iter().map(AsRef::as_ref))
            .map_err(|_| TooManyTerms)?;
        Ok(Self {
            automaton,
            ends,
            everything: !empty.is_empty(),
        })
    }

    /// Whether the text holds an item without cutting a term.
    pub fn is_in(&self, text: &str) -> bool {
        self.everything
            || self.automaton.find_overlapping_iter(text).any(|found| {
                let ends = self.ends.get(found.pattern().as_usize());
                ends.is_some_and(|ends| ends.cut_no_term(text, found.start(), found.end()))
            })
    }

    /// Whether an item stands anywhere in these bytes, terms or not. Where none does, [`is_in`](Self::is_in) is
    /// false for any part of them; the search is cheaper.
    pub fn may_be_in(&self, bytes: &[u8]) -> bool {
        self.everything || self.automaton.is_match(bytes)
    }
}

impl Ends {
    fn of(item: &str) -> Self {
        Self {
            first: item.chars().next().is_some_and(char::is_alphanumeric),
            last: item.chars().next_back().is_some_and(char::is_alphanumeric),
        }
    }

    fn cut_no_term(self, text: &str, start: usize, end: usize) -> bool {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let behind = text.get(end..).and_then(|behind| behind.chars().next());
        !(self.first && before.is_some_and(char::is_alphanumeric)
            || self.last && behind.is_some_and(char::is_alphanumeric))
    }
}

/// The items are too many or too long for one search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyTerms;

impl fmt::Display for TooManyTerms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the items are too many or too long for one search")
    }
}

impl std::error::Error for TooManyTerms {}

#[cfg(test)]
mod tests;
