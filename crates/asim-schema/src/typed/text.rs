//! Text that stays borrowed from the input where the format allows it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};

/// Text as it came: `Cow` itself would always be owned.
pub(crate) struct BorrowedText<'r>(pub(crate) Cow<'r, str>);

impl<'de> Deserialize<'de> for BorrowedText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text).map(Self)
    }
}

struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
}

/// Whether the text is an IP address, for columns that would rather show a name.
#[inline]
pub(crate) fn is_address(text: &str) -> bool {
    // Names rarely end in a digit or hold a colon; addresses end in a digit or do.
    let suspicious = text.bytes().next_back().is_some_and(|last| last.is_ascii_digit()) || text.contains(':');
    suspicious && text.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_addresses_from_names() {
        for text in [
            "192.0.2.1",
            "::1",
            "2001:db8::beef",
            "::ffff:192.0.2.1",
            "fe80::a",
        ] {
            assert!(is_address(text), "{text}");
        }
        for text in ["", "host1", "192.0.2.1.example.com", "1.2.3", "a:b"] {
            assert!(!is_address(text), "{text}");
        }
    }
}
