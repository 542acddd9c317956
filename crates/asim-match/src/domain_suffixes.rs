//! Names below given domains.

use std::collections::HashSet;

use crate::text_set::lower;

/// A set of domains: a name is in it if it is one of them or lies below one.
///
/// Other than [`HasAny`](crate::HasAny) it looks at the end of names, label by label: `example.com` holds
/// `www.example.com`, and neither `www.example.com.au` nor `my-example.com`. ASCII letter case and a final dot count
/// for nothing; a dot inside a label is written `\.`, as presentation format has it. The root holds every name.
///
/// ```
/// let domains: asim_match::DomainSuffixes = ["example.com"].into_iter().collect();
/// assert!(domains.contains("www.EXAMPLE.com.") && domains.contains("example.com"));
/// assert!(!domains.contains("www.example.com.au") && !domains.contains("my-example.com"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct DomainSuffixes {
    domains: HashSet<Box<str>>,
    /// Whether the root is among them.
    root: bool,
}

impl DomainSuffixes {
    /// Whether the name is one of the domains or lies below one.
    pub fn contains(&self, name: &str) -> bool {
        if self.root || self.domains.is_empty() {
            return self.root;
        }
        let name = lower(without_final_dot(name));
        label_starts(&name).any(|start| name.get(start..).is_some_and(|end| self.domains.contains(end)))
    }

    /// Whether there is no domain in the set.
    pub fn is_empty(&self) -> bool {
        self.domains.is_empty() && !self.root
    }
}

impl<T: AsRef<str>> FromIterator<T> for DomainSuffixes {
    fn from_iter<I: IntoIterator<Item = T>>(domains: I) -> Self {
        let mut set = Self::default();
        for domain in domains {
            let domain = without_final_dot(domain.as_ref());
            if domain.is_empty() {
                set.root = true;
            } else {
                set.domains.insert(domain.to_ascii_lowercase().into_boxed_str());
            }
        }
        set
    }
}

/// The name without the dot at its end that stands for the root.
fn without_final_dot(name: &str) -> &str {
    match name.strip_suffix('.') {
        Some(rest) if !ends_in_escape(rest) => rest,
        _ => name,
    }
}

/// Whether the next character is escaped: an odd number of backslashes stands at the end.
fn ends_in_escape(text: &str) -> bool {
    let backslashes = text.bytes().rev().take_while(|byte| *byte == b'\\').count();
    backslashes % 2 == 1
}

/// The places where a label begins.
fn label_starts(name: &str) -> impl Iterator<Item = usize> + '_ {
    let dots = name.match_indices('.').map(|(dot, _)| dot);
    let dots = dots.filter(|dot| !name.get(..*dot).is_some_and(ends_in_escape));
    std::iter::once(0).chain(dots.map(|dot| dot + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_below_a_domain_are_in_the_set() {
        let set: DomainSuffixes = ["example.com", "Test.", "a\\.b.example"].into_iter().collect();
        for name in [
            "example.com",
            "Example.COM.",
            "www.example.com",
            "a.b.c.example.com",
            "x\\.example.com.test",
            "test",
            "a\\.b.example",
            "www.a\\.b.example",
        ] {
            assert!(set.contains(name), "{name}");
        }
        for name in [
            "",
            ".",
            "com",
            "example.com.au",
            "my-example.com",
            "myexample.com",
            "www\\.example.com",
            "b.example",
            "test\\.",
        ] {
            assert!(!set.contains(name), "{name}");
        }
    }

    #[test]
    fn the_root_holds_every_name_and_the_empty_set_none() {
        let root: DomainSuffixes = ["."].into_iter().collect();
        assert!(root.contains("a.example") && root.contains(".") && !root.is_empty());
        let none = DomainSuffixes::default();
        assert!(!none.contains("a.example") && !none.contains(".") && none.is_empty());
    }
}
