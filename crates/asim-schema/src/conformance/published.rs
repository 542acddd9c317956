//! The forms of values by the published data tester.

use std::net::{IpAddr, Ipv4Addr};

use crate::RrType;

/// Whether a list of values, joined by bars, has a text as KQL's `has` sees it: in any letter case, and at term edges.
///
/// So a part of a value passes, such as `Mobile` for `Mobile Device`; so does an empty text.
pub(super) fn has(list: &str, value: &str) -> bool {
    if value.is_empty() {
        return true;
    }
    let (list, value) = (list.as_bytes(), value.as_bytes());
    let is_term = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let (first, last) = (is_term(value.first()), is_term(value.last()));
    list.windows(value.len()).enumerate().any(|(at, window)| {
        window.eq_ignore_ascii_case(value)
            && !(first && at.checked_sub(1).is_some_and(|before| is_term(list.get(before))))
            && !(last && is_term(list.get(at + value.len())))
    })
}

/// Six pairs of hexadecimal digits with colons.
pub(super) fn is_mac(text: &str) -> bool {
    text.len() == 17
        && text.bytes().enumerate().all(|(at, byte)| match at % 3 {
            2 => byte == b':',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// An address, with or without the length of a prefix, as `ipv4_is_match` and `ipv6_is_match` read it.
pub(super) fn is_address(text: &str) -> bool {
    match text.split_once('/') {
        None => text.parse::<IpAddr>().is_ok(),
        Some((address, length)) => match (address.parse::<IpAddr>(), length.parse::<u8>()) {
            (Ok(IpAddr::V4(_)), Ok(length)) => length <= 32,
            (Ok(IpAddr::V6(_)), Ok(length)) => length <= 128,
            _ => false,
        },
    }
}

/// Labels of letters, digits, underscores and hyphens that do not begin with a hyphen, and a last one of 2 to 63 letters.
pub(super) fn is_domain(text: &str, dots: usize) -> bool {
    let mut labels = text.as_bytes().rsplit(|byte| *byte == b'.');
    let top = labels.next().unwrap_or_default();
    let mut others = 0;
    let good = labels.all(|label| {
        others += 1;
        let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        (1..=63).contains(&label.len()) && label.first() != Some(&b'-') && label.iter().all(inside)
    });
    good && others >= dots && (2..=63).contains(&top.len()) && top.iter().all(u8::is_ascii_alphabetic)
}

/// Up to 61 letters, digits and hyphens, or an address.
pub(super) fn is_hostname(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (text.len() <= 61 && !text.is_empty() && text.bytes().all(inside)) || is_address(text)
}

/// A GUID as `toguid` reads it: 32 hexadecimal digits, with the usual hyphens or none, in braces or not.
pub(super) fn is_guid(text: &str) -> bool {
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text);
    is_plain_guid(inner) || (inner.len() == 32 && inner.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A GUID in groups of 8, 4, 4, 4 and 12 hexadecimal digits.
pub(super) fn is_plain_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A type in IANA's own spelling, `ANY`, or `TYPE` and digits. The registry's first column has more than types.
pub(super) fn is_query_type(text: &str) -> bool {
    let numbered = text.strip_prefix("TYPE");
    numbered.is_some_and(is_digits)
        || matches!(text, "ANY" | "*" | "Unassigned" | "Reserved" | "Private use")
        || RrType::from_name(text).is_some_and(|code| code.name() == Some(text))
}

/// A class in the spelling of the function that the tester names, or `CLASS` and digits.
pub(super) fn is_query_class(text: &str) -> bool {
    matches!(
        text,
        "Reserved" | "IN" | "Unassigned" | "CH" | "HS" | "None" | "Any"
    ) || text.strip_prefix("CLASS").is_some_and(is_digits)
}

/// Whether the text holds so many letters and digits in a row.
pub(super) fn has_run(text: &str, length: usize) -> bool {
    let mut run = 0;
    text.bytes().any(|byte| {
        run = if byte.is_ascii_alphanumeric() { run + 1 } else { 0 };
        run >= length
    })
}

/// One digit or more, and nothing else.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether every label is a number, as in an address or a part of one.
pub(super) fn is_numbers(text: &str) -> bool {
    text.contains('.') && text.split('.').all(is_digits) || text.parse::<Ipv4Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_terms_in_any_letter_case() {
        let list = "Computer|Mobile Device|IOT Device|Other";
        for value in ["Computer", "mobile", "Device", "IOT Device", "other", ""] {
            assert!(has(list, value), "{value}");
        }
        for value in ["Comp", "evice", "Mobile Devices", "Tablet"] {
            assert!(!has(list, value), "{value}");
        }
        assert!(!has("TCP|UDP", "TCP|UDP|SCTP"));
    }

    #[test]
    fn domains_have_a_last_label_of_letters() {
        for (text, domain, full) in [
            ("example.com", true, true),
            ("corp", true, false),
            ("_ldap._tcp.dc.example", true, true),
            ("example.com.", false, false),
            ("xn--e1afmkfd.xn--p1ai", false, false),
            ("107.0.2.235", false, false),
            ("-a.example", false, false),
            ("a..example", false, false),
            ("x", false, false),
        ] {
            assert_eq!((is_domain(text, 0), is_domain(text, 1)), (domain, full), "{text}");
        }
    }

    #[test]
    fn hosts_addresses_and_identifiers() {
        assert!(is_hostname("desktop-7") && is_hostname("192.0.2.1") && is_hostname("2001:db8::1"));
        assert!(!is_hostname("a_b") && !is_hostname("a.b") && !is_hostname(""));
        assert!(is_address("::1") && is_address("192.0.2.0/24"));
        assert!(!is_address("192.0.2") && !is_address("192.0.2.0/33"));
        assert!(is_mac("00:1b:44:11:3A:b7") && !is_mac("00-1b-44-11-3a-b7"));
        assert!(is_guid("{EF3BD0BD-2B74-60C5-AF5C-010000001E00}") && !is_guid("EF3BD0BD"));
        assert!(has_run("x: d41d8cd98f00b204e9800998ecf8427e", 32) && !has_run("d41d8cd9-8f00", 32));
    }

    #[test]
    fn codes_have_iana_spelling() {
        for name in ["A", "TYPE65400", "ANY", "HTTPS", "NSAP-PTR"] {
            assert!(is_query_type(name), "{name}");
        }
        for name in ["a", "All", "TYPE", "65"] {
            assert!(!is_query_type(name), "{name}");
        }
        assert!(is_query_class("None") && is_query_class("CLASS99") && !is_query_class("ANY"));
    }
}
