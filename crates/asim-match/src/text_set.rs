//! Whole texts.

use std::borrow::Cow;
use std::collections::HashSet;

/// A set of texts that are compared as wholes, whatever the case of their ASCII letters.
#[derive(Debug, Clone, Default)]
pub struct TextSet(HashSet<Box<str>>);

impl TextSet {
    /// Whether the text is one of the set.
    pub fn contains(&self, text: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&*lower(text))
    }

    /// Whether nothing is in the set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: AsRef<str>> FromIterator<T> for TextSet {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let lower = |text: T| text.as_ref().to_ascii_lowercase().into_boxed_str();
        Self(texts.into_iter().map(lower).collect())
    }
}

/// The text with its ASCII letters in lower case.
pub(crate) fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_whole_and_letter_case_counts_for_nothing() {
        let set: TextSet = ["NXDOMAIN", "refused"].into_iter().collect();
        assert!(set.contains("nxdomain") && set.contains("REFUSED") && set.contains("Refused"));
        assert!(!set.contains("NX") && !set.contains("") && !set.contains("NXDOMAIN "));
        assert!(TextSet::default().is_empty() && !TextSet::default().contains(""));
    }
}
