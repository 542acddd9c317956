//! The addresses in a text.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use memchr::memchr2_iter;

/// The IP addresses that stand in a text, as KQL's `has_ipv4` finds them, and IPv6 addresses likewise.
///
/// An IPv4 address is four numbers up to 255 in decimal, with a dot between two; neither before nor behind it stands a
/// letter or digit. An IPv6 address stands where the whole run of hexadecimal digits, colons and dots is one, apart
/// from a word and a colon before it or a dot behind it; one that maps an IPv4 address is the IPv4 address, which may
/// then be found twice.
///
/// ```
/// let found: Vec<_> = asim_match::addresses_in(r#"{"answers":["192.0.2.1","2001:db8::1"]}"#).collect();
/// assert_eq!(found, ["192.0.2.1".parse::<std::net::IpAddr>().unwrap(), "2001:db8::1".parse().unwrap()]);
/// ```
pub fn addresses_in(text: &str) -> impl Iterator<Item = IpAddr> + '_ {
    runs(text).flat_map(|run| {
        let mut addresses = Vec::new();
        run.each(|address| addresses.push(address));
        addresses
    })
}

/// Hands over the addresses in a text, as [`addresses_in`] finds them: for texts of which there are many.
pub fn each_address_in(text: &str, mut each: impl FnMut(IpAddr)) {
    for run in runs(text) {
        run.each(&mut each);
    }
}

/// A maximal run of characters that addresses are made of.
#[derive(Debug, Clone, Copy)]
struct Run<'t> {
    text: &'t str,
    /// Whether a letter or digit that is no part of it stands before it.
    joined_before: bool,
    /// The same behind it.
    joined_behind: bool,
    dots: u32,
    colons: u32,
}

/// What a byte is to an address: nothing, a digit, a dot or a colon.
const fn kind_of(byte: u8) -> u8 {
    match byte {
        b'.' => DOT,
        b':' => COLON,
        byte if byte.is_ascii_hexdigit() => DIGIT,
        _ => 0,
    }
}

const DIGIT: u8 = 1;
const DOT: u8 = 2;
const COLON: u8 = 3;

/// [`kind_of`] each byte: texts are read whole, and most of their bytes are no part of an address.
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::indexing_slicing,
            reason = "below 256"
        )]
        {
            kinds[byte] = kind_of(byte as u8);
        }
        byte += 1;
    }
    kinds
};

#[inline]
fn kind(byte: u8) -> u8 {
    KINDS.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The runs that may hold an address: those with two colons, or with three dots and seven characters.
fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let bytes = text.as_bytes();
    // Behind the run before.
    let mut from = 0;
    memchr2_iter(b'.', b':', bytes).filter_map(move |mark| {
        if mark < from || !is_within(bytes, mark) {
            return None;
        }
        let (before, rest) = bytes.split_at_checked(mark)?;
        let (own, behind) = (Part::of(before.get(from..)?.iter().rev()), Part::of(rest.iter()));
        let (start, dots, colons) = (
            mark - own.length,
            own.dots + behind.dots,
            own.colons + behind.colons,
        );
        from = mark + behind.length;
        if colons < 2 && (dots < 3 || from - start < 7) {
            return None;
        }
        Some(Run {
            text: text.get(start..from)?,
            joined_before: is_joined_before(text, start),
            joined_behind: is_joined_behind(text, from),
            dots,
            colons,
        })
    })
}

/// What stands on one side of a mark.
struct Part {
    length: usize,
    dots: u32,
    colons: u32,
}

impl Part {
    #[inline]
    fn of<'b>(bytes: impl Iterator<Item = &'b u8>) -> Self {
        let (mut length, mut dots, mut colons) = (0, 0, 0);
        for kind in bytes.map(|byte| kind(*byte)).take_while(|kind| *kind != 0) {
            length += 1;
            dots += u32::from(kind == DOT);
            colons += u32::from(kind == COLON);
        }
        Self { length, dots, colons }
    }
}

/// Whether a dot or a colon may be one within an address. Every address has one that is, and most others are not: the first
/// dot of IPv4 stands between digits, and another dot after one to three of them; the first colon of IPv6 has a digit or
/// another colon behind it.
fn is_within(bytes: &[u8], mark: usize) -> bool {
    let is = |place: usize, byte: u8| bytes.get(place) == Some(&byte);
    let behind = bytes.get(mark + 1).copied().unwrap_or_default();
    if is(mark, b':') {
        return behind == b':' || behind.is_ascii_hexdigit();
    }
    let before = mark.checked_sub(1).and_then(|before| bytes.get(before));
    behind.is_ascii_digit()
        && before.is_some_and(u8::is_ascii_digit)
        && (is(mark + 2, b'.') || is(mark + 3, b'.') || is(mark + 4, b'.'))
}

/// Whether a letter or digit stands before a place.
fn is_joined_before(text: &str, place: usize) -> bool {
    match place
        .checked_sub(1)
        .and_then(|before| text.as_bytes().get(before))
    {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => text
            .get(..place)
            .and_then(|before| before.chars().next_back())
            .is_some_and(char::is_alphanumeric),
        None => false,
    }
}

/// Whether a letter or digit stands at a place.
fn is_joined_behind(text: &str, place: usize) -> bool {
    match text.as_bytes().get(place) {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => text
            .get(place..)
            .and_then(|behind| behind.chars().next())
            .is_some_and(char::is_alphanumeric),
        None => false,
    }
}

impl Run<'_> {
    #[inline]
    fn each(self, mut each: impl FnMut(IpAddr)) {
        if self.colons > 0
            && let Some(address) = self.ipv6()
        {
            each(IpAddr::V6(address).to_canonical());
        }
        // One may begin at the start and behind each mark, for as long as three dots follow.
        let mut dots = self.dots;
        let mut start = 0;
        while dots >= 3 {
            if let Some(address) = self.ipv4_at(start) {
                each(IpAddr::V4(address));
            }
            if dots == 3 && self.colons == 0 {
                return;
            }
            let rest = self.text.as_bytes().get(start..).unwrap_or_default();
            let Some(mark) = rest.iter().position(|byte| matches!(byte, b'.' | b':')) else {
                return;
            };
            dots -= u32::from(rest.get(mark) == Some(&b'.'));
            start += mark + 1;
        }
    }

    fn ipv6(self) -> Option<Ipv6Addr> {
        if self.joined_behind {
            return None;
        }
        let text = self.text.trim_end_matches('.');
        let text = if self.joined_before {
            text.split_once(':')?.1
        } else {
            text
        };
        // The shortest one is `::`, and most runs are no address.
        if text.len() < 2 || !text.contains(':') {
            return None;
        }
        if self.dots == 0 {
            ipv6_of(text)
        } else {
            text.parse().ok()
        }
    }

    /// The address that begins here.
    fn ipv4_at(self, start: usize) -> Option<Ipv4Addr> {
        let bytes = self.text.as_bytes();
        let joined = match start.checked_sub(1) {
            Some(before) => bytes.get(before)?.is_ascii_alphanumeric(),
            None => self.joined_before,
        };
        if joined {
            return None;
        }
        let mut rest = bytes.get(start..)?.iter();
        let mut octets = [0; 4];
        let mut behind = None;
        for (place, octet) in octets.iter_mut().enumerate() {
            if place > 0 && behind != Some(b'.') {
                return None;
            }
            (*octet, behind) = number(&mut rest)?;
        }
        let joined = match behind {
            Some(byte) => byte.is_ascii_alphanumeric(),
            None => self.joined_behind,
        };
        (!joined).then(|| Ipv4Addr::from(octets))
    }
}

/// A number up to 255 without zeros before it, and the byte behind it.
#[inline]
fn number<'b>(bytes: &mut impl Iterator<Item = &'b u8>) -> Option<(u8, Option<u8>)> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
    let mut number = digit(*bytes.next()?)?;
    let starts_with_zero = number == 0;
    loop {
        let next = bytes.next().copied();
        let Some(digit) = next.and_then(digit) else {
            return Some((u8::try_from(number).ok()?, next));
        };
        number = number * 10 + digit;
        if starts_with_zero || number > 255 {
            return None;
        }
    }
}

/// An IPv6 address without dots: groups of hexadecimal digits with colons between, of which some may be left out once (RFC
/// 4291 section 2.2).
fn ipv6_of(text: &str) -> Option<Ipv6Addr> {
    let mut groups = [0_u16; 8];
    let mut count = 0;
    // How many groups stand before those that are left out.
    let mut left_out = None;
    let mut rest = text.as_bytes();
    if let Some(behind) = rest.strip_prefix(b"::") {
        (left_out, rest) = (Some(0), behind);
    }
    while !rest.is_empty() {
        let mut group = 0_u16;
        let mut digits = 0;
        for byte in rest.iter().take(4).take_while(|byte| **byte != b':') {
            group = group << 4 | u16::try_from(char::from(*byte).to_digit(16)?).ok()?;
            digits += 1;
        }
        *groups.get_mut(count)? = group;
        count += 1;
        rest = match rest.get(digits..)? {
            [] if digits > 0 => &[],
            [b':', b':', behind @ ..] if digits > 0 && left_out.is_none() => {
                left_out = Some(count);
                behind
            }
            [b':', behind @ ..] if digits > 0 && !behind.is_empty() => behind,
            _ => return None,
        };
    }
    match left_out {
        None => (count == groups.len()).then(|| groups.into()),
        Some(before) => {
            let gap = groups.len() - count;
            if gap == 0 {
                return None;
            }
            groups.get_mut(before..)?.rotate_right(gap);
            Some(groups.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> BTreeSet<String> {
        addresses_in(text).map(|address| address.to_string()).collect()
    }

    #[test]
    fn addresses_stand_between_other_characters() {
        let cases: &[(&str, &[&str])] = &[
            ("192.0.2.1", &["192.0.2.1"]),
            ("05:04:54 192.0.2.1 GET /favicon.ico 404", &["192.0.2.1"]),
            ("05:04:54192.0.2.1 GET", &[]),
            ("192.0.2.256", &[]),
            ("192.0.2.1x", &[]),
            ("x192.0.2.1", &[]),
            ("é192.0.2.1", &[]),
            ("192.0.2.1é", &[]),
            ("€192.0.2.1€", &["192.0.2.1"]),
            ("192.0.2.01", &[]),
            ("192.0.2", &[]),
            ("1.2.3.4.5", &["1.2.3.4", "2.3.4.5"]),
            ("a.192.0.2.1.b", &["192.0.2.1"]),
            ("192.0.2.1:53", &["192.0.2.1"]),
            (
                "192.0.2.1,198.51.100.7;203.0.113.9",
                &["192.0.2.1", "198.51.100.7", "203.0.113.9"],
            ),
            (
                r#"{"answers":["192.0.2.1","2001:db8::1"],"ttls":[60,60]}"#,
                &["192.0.2.1", "2001:db8::1"],
            ),
            (
                "type:  5 www.example.com;::ffff:192.0.2.1;2001:db8::1;",
                &["192.0.2.1", "2001:db8::1"],
            ),
            ("www.example.com. 300 IN AAAA 2001:db8::1; ", &["2001:db8::1"]),
            ("address:2001:db8::1", &["2001:db8::1"]),
            ("type:::1", &["::1"]),
            ("[2001:DB8::1]:53", &["2001:db8::1"]),
            ("2001:db8::1.", &["2001:db8::1"]),
            ("2001:db8::1g", &[]),
            ("fe80::1%eth0", &["fe80::1"]),
            ("::", &["::"]),
            (":", &[]),
            ("", &[]),
            ("12:34:56", &[]),
        ];
        for (text, expected) in cases {
            let expected: BTreeSet<_> = expected.iter().map(|address| (*address).to_owned()).collect();
            assert_eq!(found(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_written_address_is_found(v4: u32, v6: u128, before in "[ -\\-/;-@]{1,3}", behind in "[ -\\-/;-@]{1,3}") {
            let v4 = Ipv4Addr::from_bits(v4);
            let v6 = IpAddr::from(Ipv6Addr::from_bits(v6)).to_canonical();
            let text = format!("{before}{v4}{behind}{v6}{behind}");
            let found = found(&text);
            prop_assert!(found.contains(&v4.to_string()) && found.contains(&v6.to_string()), "{text}: {found:?}");
        }

        #[test]
        fn ipv4_addresses_are_the_words_that_are_one(text in "[0-9.:a-c é]{0,24}|([0-9]{1,3}[.: é]){3,9}") {
            let mut expected = BTreeSet::new();
            for (start, _) in text.char_indices() {
                for end in (start..=text.len()).filter(|end| text.is_char_boundary(*end)) {
                    let word = text[start..end].parse::<Ipv4Addr>();
                    let joined = text[..start].ends_with(char::is_alphanumeric)
                        || text[end..].starts_with(char::is_alphanumeric);
                    expected.extend(word.ok().filter(|_| !joined).map(IpAddr::V4));
                }
            }
            let found: BTreeSet<_> = addresses_in(&text).filter(IpAddr::is_ipv4).collect();
            // One that an IPv6 address maps is found as well, and may stand in it in hexadecimal digits.
            prop_assert!(found.is_superset(&expected), "{found:?} and {expected:?}");
            prop_assert!(text.contains("::") || found == expected, "{found:?} and {expected:?}");
        }

        #[test]
        fn ipv6_addresses_are_those_of_the_standard_library(
            text in "[0-9a-f:]{0,12}|([0-9A-Fa-f]{0,5}:{1,3}){0,9}[0-9a-f]{0,5}|([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}",
            address: u128,
        ) {
            prop_assert_eq!(ipv6_of(&text), text.parse().ok());
            let address = Ipv6Addr::from_bits(address & address.rotate_left(16) & address.rotate_left(48));
            let text = address.to_string();
            prop_assert!(text.contains('.') || ipv6_of(&text) == Some(address));
        }

        #[test]
        fn runs_are_found_by_the_marks_that_may_be_within(text in "[0-9a-g:. é]{0,30}|([0-9a-g]{0,4}[:. ]{1,2}){0,12}") {
            let mut expected = Vec::new();
            let mut start = 0;
            for part in text.split_inclusive(|letter: char| !matches!(letter, '.' | ':') && !letter.is_ascii_hexdigit()) {
                let end = start + part.trim_end_matches(|letter: char| !matches!(letter, '.' | ':') && !letter.is_ascii_hexdigit()).len();
                let own = &text[start..end];
                let count = |mark| u32::try_from(own.matches(mark).count()).unwrap();
                Run {
                    text: own,
                    joined_before: is_joined_before(&text, start),
                    joined_behind: is_joined_behind(&text, end),
                    dots: count('.'),
                    colons: count(':'),
                }.each(|address| expected.push(address));
                start += part.len();
            }
            let found: Vec<_> = addresses_in(&text).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn any_text_is_read(text in "\\PC{0,40}") {
            let _ = addresses_in(&text).count();
        }

        #[test]
        fn any_text_of_such_characters_is_read(text in "[0-9a-g:. é]{0,30}") {
            for address in addresses_in(&text) {
                prop_assert!(text.contains(|letter: char| letter.is_ascii_digit() || letter == ':'), "{address}");
            }
        }
    }
}
