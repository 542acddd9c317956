//! The forms of values by this project's reading of the schema.

use std::net::{IpAddr, Ipv6Addr};

use super::published::{is_digits, is_numbers};
use super::rule::{Own, Rule};
use crate::{DnsClass, Opcode, Rcode, RrType, SchemaKind};

/// A text is one of the values, letter for letter.
pub(super) fn listed<'v>(mut values: impl Iterator<Item = &'v str> + Clone, text: &str) -> Option<Rule> {
    if values.clone().any(|value| value == text) {
        return None;
    }
    let other_letters = values.any(|value| value.eq_ignore_ascii_case(text));
    Some(if other_letters {
        Rule::Own(Own::LetterCase)
    } else {
        Rule::Invalid
    })
}

/// A text is the name of a code, in the form in which the schema has it.
fn code_name(text: &str, canonical: Option<impl AsRef<str>>) -> Option<Rule> {
    match canonical {
        Some(name) if name.as_ref() == text => None,
        Some(name) if name.as_ref().eq_ignore_ascii_case(text) => Some(Rule::Own(Own::LetterCase)),
        _ => Some(Rule::Invalid),
    }
}

/// The name of a resource record type; the NetBIOS name service has two of its own for numbers that IANA names otherwise.
pub(super) fn query_type(text: &str) -> Option<Rule> {
    if matches!(text, "NB" | "NBSTAT") {
        return None;
    }
    code_name(text, RrType::from_name(text).map(RrType::text))
}

/// The name of a class.
pub(super) fn query_class(text: &str) -> Option<Rule> {
    code_name(text, DnsClass::from_name(text).map(DnsClass::text))
}

/// The name of an operation.
pub(super) fn opcode(text: &str) -> Option<Rule> {
    code_name(text, Opcode::from_name(text).map(Opcode::text))
}

/// The name of a response code in upper case, or `NA`. Code 16 has two names.
pub(super) fn response_code(text: &str) -> Option<Rule> {
    if matches!(text, "NA" | "BADSIG") {
        return None;
    }
    code_name(text, Rcode::from_name(text).map(Rcode::text))
}

/// Whether a text is the name of a response code in upper case.
pub(super) fn is_response_code(text: &str) -> bool {
    Rcode::from_name(text).is_some_and(|code| code.name() == Some(text)) || text == "BADSIG"
}

/// An address as RFC 5952 writes it, and IPv4 as IPv4.
pub(super) fn address(text: &str) -> Option<Rule> {
    // Most addresses are IPv4, whose only written form is the one that is read.
    let Ok(address) = text.parse::<IpAddr>() else {
        return Some(Rule::Invalid);
    };
    let IpAddr::V6(address) = address else {
        return None;
    };
    let plain = address.to_ipv4_mapped().is_none() && is_written_so(address, text);
    (!plain).then_some(Rule::Own(Own::AddressForm))
}

/// Whether an address is written like this.
fn is_written_so(address: Ipv6Addr, text: &str) -> bool {
    use std::fmt::Write;

    struct Same<'t>(&'t str);
    impl Write for Same<'_> {
        fn write_str(&mut self, part: &str) -> std::fmt::Result {
            self.0 = self.0.strip_prefix(part).ok_or(std::fmt::Error)?;
            Ok(())
        }
    }
    let mut rest = Same(text);
    write!(rest, "{address}").is_ok() && rest.0.is_empty()
}

/// A name as it was asked for, in presentation form: without the final dot, except for the root.
pub(super) fn query(text: &str) -> Option<Rule> {
    let bytes = text.as_bytes();
    let (mut label, mut long, mut escaped, mut digits) = (0_usize, false, false, 0_u8);
    for &byte in bytes {
        if byte < 0x20 || byte == 0x7f {
            return Some(Rule::Own(Own::ControlCharacter));
        }
        match byte {
            // `\DDD` is one octet, as is `\` and any other character.
            b'0'..=b'9' if escaped && digits < 2 => digits += 1,
            _ if escaped => (escaped, digits) = (false, 0),
            b'\\' => {
                label += 1;
                escaped = true;
            }
            b'.' => {
                long |= label == 0 || label > 63;
                label = 0;
            }
            _ => label += 1,
        }
    }
    if bytes == b"." {
        return None;
    }
    if bytes.last() == Some(&b'.') && label == 0 && !escaped {
        return Some(Rule::Own(Own::FinalDot));
    }
    (long || label > 63).then_some(Rule::Own(Own::LabelLength))
}

/// Whether every label is 1 to 63 letters, digits, hyphens and underscores; letters of any script.
fn has_labels(text: &str) -> bool {
    let inside = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    text.split('.')
        .all(|label| !label.is_empty() && label.len() <= 63 && label.chars().all(inside))
}

/// The name of a device with its domain, `host.domain` or `domain\host`.
pub(super) fn full_name(text: &str) -> Option<Rule> {
    if let Some((domain, host)) = text.split_once('\\') {
        let good = !domain.is_empty() && !host.is_empty() && !host.contains('\\') && !has_control(text);
        return (!good).then_some(Rule::Invalid);
    }
    let unfit = dns_name(text);
    if unfit.is_none() && !text.contains('.') {
        return Some(Rule::Invalid);
    }
    unfit
}

/// The domain of a device: of DNS, or of Windows.
pub(super) fn domain(text: &str) -> Option<Rule> {
    dns_name(text)
}

fn dns_name(text: &str) -> Option<Rule> {
    if text.len() > 1 && text.ends_with('.') {
        return Some(Rule::Own(Own::FinalDot));
    }
    if is_numbers(text) || text.parse::<IpAddr>().is_ok() {
        return Some(Rule::Own(Own::NameIsAddress));
    }
    (!has_labels(text)).then_some(Rule::Invalid)
}

/// The name of a device without its domain.
pub(super) fn hostname(text: &str, may_be_address: bool) -> Option<Rule> {
    if text.parse::<IpAddr>().is_ok() {
        return (!may_be_address).then_some(Rule::Own(Own::HostIsAddress));
    }
    (text.contains('.') || !has_labels(text)).then_some(Rule::Invalid)
}

/// Digits and letters `a` to `f`, without a needless zero.
pub(super) fn is_hexadecimal(text: &str) -> bool {
    let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    digits && (text == "0" || !text.starts_with('0')) && !text.is_empty()
}

/// The id of a DNS message: a number of 16 bits in hexadecimal.
pub(super) fn transaction(text: &str) -> Option<Rule> {
    if !is_hexadecimal(text) {
        return Some(Rule::Own(Own::Hexadecimal));
    }
    (text.len() > 4).then_some(Rule::Own(Own::TransactionRange))
}

/// A scheme, `://` and something behind, without blanks.
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let mut letters = scheme.bytes();
    let begins = letters.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    begins
        && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        && !rest.is_empty()
        && !rest
            .bytes()
            .any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control())
}

/// A version of the schema that is known.
pub(super) fn version(text: &str, schema: SchemaKind) -> Option<Rule> {
    let numbers = text.split('.').filter(|part| is_digits(part)).count();
    if numbers != 3 || text.split('.').count() != 3 {
        return Some(Rule::Own(Own::VersionForm));
    }
    schema
        .version_named(text)
        .is_none()
        .then_some(Rule::Own(Own::UnknownVersion))
}

/// Whether a text has a character that moves cursors or hides text.
pub(super) fn has_control(text: &str) -> bool {
    text.bytes().any(|byte| byte < 0x20 || byte == 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! own {
        ($rule:path) => {
            Some(Rule::Own($rule))
        };
    }

    #[test]
    fn queries_in_presentation_form() {
        for good in [
            ".",
            "example.com",
            "_ldap._tcp.dc.example",
            "a\\.b.example",
            "a\\013b.example",
            "one",
            "b\u{fc}cher.example",
            "trailing\\.",
            "a b.example",
        ] {
            assert_eq!(query(good), None, "{good}");
        }
        assert_eq!(query("example.com."), own!(Own::FinalDot));
        assert_eq!(query("a..example"), own!(Own::LabelLength));
        assert_eq!(query(&"a".repeat(64)), own!(Own::LabelLength));
        assert_eq!(query("a\u{7}.example"), own!(Own::ControlCharacter));
    }

    #[test]
    fn names_of_devices() {
        assert_eq!(full_name("host.example"), None);
        assert_eq!(full_name("CORP\\desktop-7"), None);
        assert_eq!(full_name("host"), Some(Rule::Invalid));
        assert_eq!(full_name("107.0.2.235"), own!(Own::NameIsAddress));
        assert_eq!(full_name("host.example."), own!(Own::FinalDot));
        assert_eq!(domain("2.3.4"), own!(Own::NameIsAddress));
        assert_eq!(domain("corp"), None);
        assert_eq!(hostname("192.0.2.1", false), own!(Own::HostIsAddress));
        assert_eq!(hostname("192.0.2.1", true), None);
        assert_eq!(hostname("ns1.example", false), Some(Rule::Invalid));
    }

    #[test]
    fn numbers_and_addresses_in_text() {
        assert_eq!(address("2001:db8::1"), None);
        assert_eq!(address("2001:DB8::1"), own!(Own::AddressForm));
        assert_eq!(address("::ffff:192.0.2.1"), own!(Own::AddressForm));
        assert_eq!(address("192.0.2"), Some(Rule::Invalid));
        assert_eq!(transaction("ae97"), None);
        assert_eq!(transaction("0"), None);
        for wrong in ["0xae97", "AE97", "00ff", ""] {
            assert_eq!(transaction(wrong), own!(Own::Hexadecimal), "{wrong}");
        }
        assert_eq!(transaction("ae971"), own!(Own::TransactionRange));
        assert!(
            is_url("https://siem.example/event/7") && !is_url("siem.example/event") && !is_url("http:// a")
        );
        assert_eq!(version("0.1.3", SchemaKind::Dns), None);
        assert_eq!(version("0.1", SchemaKind::Dns), own!(Own::VersionForm));
        assert_eq!(version("7.0.0", SchemaKind::Dns), own!(Own::UnknownVersion));
    }

    #[test]
    fn names_of_codes() {
        assert_eq!(query_type("A"), None);
        assert_eq!(query_type("TYPE65400"), None);
        assert_eq!(query_type("NBSTAT"), None);
        assert_eq!(query_type("a"), own!(Own::LetterCase));
        assert_eq!(query_type("TYPE65"), Some(Rule::Invalid));
        assert_eq!(query_type("All"), Some(Rule::Invalid));
        assert_eq!(response_code("NXDOMAIN"), None);
        assert_eq!(response_code("NXDomain"), own!(Own::LetterCase));
        assert_eq!(response_code("NOPE"), Some(Rule::Invalid));
        assert_eq!(opcode("OPCODE3"), None);
        assert_eq!(opcode("lookup"), Some(Rule::Invalid));
        assert_eq!(query_class("ANY"), own!(Own::LetterCase));
    }
}
