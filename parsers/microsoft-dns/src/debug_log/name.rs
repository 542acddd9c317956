//! Names as the debug log writes them: each label behind its length, `(3)www(7)example(0)`.

use std::borrow::Cow;

use asim_parse::value::domain_name;

/// A name of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogName<'r> {
    /// The canonical text; none for a name over 255 octets.
    pub text: Option<Cow<'r, str>>,
    /// Whether the printed lengths do not fit the labels, so that the marks were taken for separators.
    pub lengths_misfit: bool,
}

/// Reads a name; none where nothing is printed.
///
/// Labels are not escaped and may hold anything, so their lengths tell where they end. A mark of compression, `[C00C]`,
/// tells where the rest of the name stands in the packet; the log prints that rest behind it. Logs whose labels were
/// made unrecognizable keep the old lengths, and there every `(n)` is taken for a separator. Very old servers print dots.
pub(crate) fn read(text: &[u8]) -> Option<LogName<'_>> {
    if text.is_empty() {
        return None;
    }
    if !text.contains(&b'(') {
        let text = text.strip_prefix(b".").unwrap_or(text);
        return Some(LogName {
            text: domain_name::fits(text).then(|| domain_name::canonical(text)),
            lengths_misfit: false,
        });
    }
    let by_length = Labels {
        rest: text,
        ended: false,
    };
    if let Some(length) = by_length.clone().whole_length() {
        let labels = by_length.map_while(Result::ok);
        return Some(LogName {
            text: (length <= LONGEST).then(|| Cow::Owned(domain_name::from_labels(labels))),
            lengths_misfit: false,
        });
    }
    let length = between_marks(text).map(|label| label.len() + 1).sum::<usize>();
    Some(LogName {
        text: (length <= LONGEST).then(|| Cow::Owned(domain_name::from_labels(between_marks(text)))),
        lengths_misfit: true,
    })
}

/// The labels of a name and a length octet for each, without the root's octet.
const LONGEST: usize = 254;

/// The labels by their lengths, up to the root's; an error where something else than a length stands.
#[derive(Debug, Clone)]
struct Labels<'r> {
    rest: &'r [u8],
    ended: bool,
}

impl Labels<'_> {
    /// The length of all labels with an octet for each; none if the name does not end with its root.
    fn whole_length(mut self) -> Option<usize> {
        let mut length = 0;
        for label in self.by_ref() {
            length += label.ok()?.len() + 1;
        }
        (self.ended && self.rest.is_empty()).then_some(length)
    }
}

impl<'r> Iterator for Labels<'r> {
    type Item = Result<&'r [u8], ()>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let rest = without_compression_mark(self.rest);
        let Some((length, behind)) = mark(rest) else {
            self.ended = true;
            return Some(Err(()));
        };
        if length == 0 {
            (self.rest, self.ended) = (behind, true);
            return None;
        }
        let Some((label, behind)) = behind.split_at_checked(length) else {
            self.ended = true;
            return Some(Err(()));
        };
        self.rest = behind;
        Some(Ok(label))
    }
}

/// The number in parentheses at the start, and what follows.
fn mark(text: &[u8]) -> Option<(usize, &[u8])> {
    match text {
        [b'(', digit @ b'0'..=b'9', b')', rest @ ..] => Some((usize::from(digit - b'0'), rest)),
        [b'(', ten @ b'1'..=b'9', one @ b'0'..=b'9', b')', rest @ ..] => {
            Some((usize::from(ten - b'0') * 10 + usize::from(one - b'0'), rest))
        }
        _ => None,
    }
}

/// The text behind `[C00C]`, if it begins with it.
fn without_compression_mark(text: &[u8]) -> &[u8] {
    match text {
        [b'[', b'C' | b'c', a, b, c, b']', rest @ ..]
            if [a, b, c].iter().all(|digit| digit.is_ascii_hexdigit()) =>
        {
            rest
        }
        _ => text,
    }
}

/// What stands between the marks.
fn between_marks(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let place = (0..rest.len()).find(|place| rest.get(*place..).is_some_and(is_any_mark));
            let (label, behind) = rest.split_at_checked(place.unwrap_or(rest.len()))?;
            rest = mark(behind).map_or_else(|| without_compression_mark(behind), |(_, behind)| behind);
            if !label.is_empty() {
                return Some(label);
            }
        }
        None
    })
}

fn is_any_mark(text: &[u8]) -> bool {
    mark(text).is_some() || without_compression_mark(text).len() < text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> (Option<String>, bool) {
        let name = read(text.as_bytes()).unwrap();
        (name.text.map(Cow::into_owned), name.lengths_misfit)
    }

    #[test]
    fn lengths_tell_where_labels_end() {
        for (text, expected) in [
            ("(3)www(7)example(0)", "www.example"),
            ("(0)", "."),
            ("(8)a(3)b c)(7)example(0)", "a(3)b c).example"),
            ("(3)a.b(7)example(0)", r"a\.b.example"),
            ("[C00C](3)www(7)example(0)", "www.example"),
            ("(9)us-east-1(7)example[C026](3)com(0)", "us-east-1.example.com"),
            ("(6)[C00C](0)", "[C00C]"),
            ("(2)\u{fc}(0)", "\u{fc}"),
            (".ns1.example.com.", "ns1.example.com"),
            (".", "."),
        ] {
            assert_eq!(name(text), (Some(expected.to_owned()), false), "{text}");
        }
        assert_eq!(read(b""), None);
        assert_eq!(read(b"(2)b\xfc(0)").unwrap().text.unwrap(), r"b\252");
    }

    #[test]
    fn without_fitting_lengths_the_marks_are_separators() {
        for (text, expected) in [
            ("(4)redacted(3)com(0)", "redacted.com"),
            ("(20)short(7)example(0)", "short.example"),
            ("(3)www(7)exam", "www.exam"),
            ("(3)www[C010]", "www"),
            ("(1)", "."),
        ] {
            assert_eq!(name(text), (Some(expected.to_owned()), true), "{text}");
        }
    }

    #[test]
    fn a_name_over_255_octets_has_no_text() {
        let label = format!("(62){}", "a".repeat(62));
        assert_eq!(
            name(&format!("{}(0)", label.repeat(4))),
            (Some(vec!["a".repeat(62); 4].join(".")), false)
        );
        assert_eq!(name(&format!("{}(2)ab(0)", label.repeat(4))), (None, false));
        assert_eq!(name(&format!("(1){}(0)", "a".repeat(300))), (None, true));
    }

    proptest! {
        /// What the log makes of labels is read back, whatever they hold.
        #[test]
        fn labels_are_read_back(labels in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..20), 0..8)) {
            let mut text = Vec::new();
            for label in &labels {
                text.extend(format!("({})", label.len()).bytes());
                text.extend(label);
            }
            text.extend(b"(0)");
            let expected = domain_name::from_labels(labels.iter().map(Vec::as_slice));
            let read = read(&text).unwrap();
            prop_assert_eq!(read.text.as_deref(), Some(expected.as_str()));
            prop_assert!(!read.lengths_misfit);
        }

        #[test]
        fn anything_is_read(text in "[()\\[\\]C0-9a-z ]{0,40}") {
            let _ = read(text.as_bytes());
        }
    }
}
