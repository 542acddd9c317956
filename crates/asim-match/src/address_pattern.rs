//! One address, or all that begin alike.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnetwork::{IpNetwork, Ipv4Network, Ipv6Network};

/// One address, or all addresses that begin alike.
///
/// | text | what |
/// |---|---|
/// | `192.0.2.1`, `2001:db8::1` | this address |
/// | `192.0.2.`, `10.` | the IPv4 addresses that begin so; the prefix ends with a dot |
/// | `2001:db8:` | the IPv6 addresses whose first groups are these; the prefix ends with one colon |
/// | `192.0.2.0/24`, `2001:db8::/32` | a network in CIDR notation |
///
/// An IPv4 address that is mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
///
/// ```
/// let pattern: asim_match::AddressPattern = "10.0.".parse()?;
/// assert!(pattern.contains("10.0.255.1".parse().unwrap()) && !pattern.contains("10.1.0.1".parse().unwrap()));
/// # Ok::<(), asim_match::AddressPatternError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressPattern(IpNetwork);

/// The bits before the IPv4 address in an IPv6 address that maps it.
const MAPPED_BITS: u8 = 96;

impl AddressPattern {
    /// Whether an address is the one, or begins so.
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(address.to_canonical())
    }

    /// The addresses as a network.
    pub fn network(self) -> IpNetwork {
        self.0
    }

    fn of_network(network: IpNetwork) -> Self {
        if let IpNetwork::V6(mapped) = network
            && let Some(address) = mapped.ip().to_ipv4_mapped()
            && let Some(bits) = mapped.prefix().checked_sub(MAPPED_BITS)
            && let Ok(network) = Ipv4Network::new(address, bits)
        {
            return Self(IpNetwork::V4(network));
        }
        Self(network)
    }
}

impl From<IpAddr> for AddressPattern {
    fn from(address: IpAddr) -> Self {
        Self(IpNetwork::from(address.to_canonical()))
    }
}

impl FromStr for AddressPattern {
    type Err = AddressPatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text.trim()).ok_or_else(|| AddressPatternError::new(text))
    }
}

fn read(text: &str) -> Option<AddressPattern> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.into());
    }
    if text.contains('/') {
        return text.parse().ok().map(AddressPattern::of_network);
    }
    if let Some(octets) = text.strip_suffix('.') {
        return ipv4_prefix(octets);
    }
    ipv6_prefix(text.strip_suffix(':')?)
}

/// Up to three octets.
fn ipv4_prefix(octets: &str) -> Option<AddressPattern> {
    let count = octets.split('.').count();
    let missing = 4_usize.checked_sub(count).filter(|missing| *missing > 0)?;
    let address: Ipv4Addr = format!("{octets}{}", ".0".repeat(missing)).parse().ok()?;
    let network = Ipv4Network::new(address, u8::try_from(count * 8).ok()?).ok()?;
    Some(AddressPattern(IpNetwork::V4(network)))
}

/// Up to seven groups.
fn ipv6_prefix(groups: &str) -> Option<AddressPattern> {
    let count = groups.split(':').count();
    // `::` would leave open how many groups there are.
    if count > 7 || groups.contains("::") || groups.contains('.') {
        return None;
    }
    let address: Ipv6Addr = format!("{groups}{}", ":0".repeat(8 - count)).parse().ok()?;
    let network = Ipv6Network::new(address, u8::try_from(count * 16).ok()?).ok()?;
    Some(AddressPattern(IpNetwork::V6(network)))
}

/// A text is neither an address nor a prefix of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressPatternError {
    text: Box<str>,
    /// What was probably meant.
    meant: Option<Box<str>>,
}

impl AddressPatternError {
    fn new(text: &str) -> Self {
        let meant = [".", ":"].map(|end| format!("{}{end}", text.trim()));
        let begun = text.contains(|digit: char| digit.is_ascii_hexdigit());
        let meant = meant.into_iter().find(|prefix| begun && read(prefix).is_some());
        Self {
            text: text.into(),
            meant: meant.map(String::into_boxed_str),
        }
    }
}

impl fmt::Display for AddressPatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.escape_debug();
        match &self.meant {
            Some(meant) => write!(
                f,
                "`{text}` is no whole address; did you mean the prefix `{meant}`?"
            ),
            None => write!(
                f,
                "`{text}` is neither an IP address, nor a prefix such as `192.0.2.` or `2001:db8:`, nor a network \
                 such as 192.0.2.0/24"
            ),
        }
    }
}

impl std::error::Error for AddressPatternError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_the_network_that_it_looks_like() {
        for (text, network) in [
            ("192.0.2.1", "192.0.2.1/32"),
            (" 192.0.2.1\n", "192.0.2.1/32"),
            ("192.0.2.", "192.0.2.0/24"),
            ("10.", "10.0.0.0/8"),
            ("10.0.", "10.0.0.0/16"),
            ("192.0.2.0/25", "192.0.2.0/25"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:db8::1", "2001:db8::1/128"),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1/128"),
            ("2001:db8:", "2001:db8::/32"),
            ("fe80:", "fe80::/16"),
            ("2001:db8::", "2001:db8::/128"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("::ffff:192.0.2.1", "192.0.2.1/32"),
            ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
            ("::/0", "::/0"),
        ] {
            let pattern: AddressPattern = text.parse().unwrap();
            assert_eq!(pattern.network(), network.parse().unwrap(), "{text}");
        }
    }

    #[test]
    fn addresses_that_begin_alike_are_found_and_no_others() {
        let contains = |pattern: &str, address: &str| {
            pattern
                .parse::<AddressPattern>()
                .unwrap()
                .contains(address.parse().unwrap())
        };
        assert!(contains("10.0.0.1", "10.0.0.1") && !contains("10.0.0.1", "10.0.0.12"));
        assert!(contains("10.1.", "10.1.2.3") && !contains("10.1.", "10.12.3.4"));
        assert!(contains("192.0.2.1", "::ffff:192.0.2.1") && contains("::ffff:192.0.2.1", "192.0.2.1"));
        assert!(contains("2001:db8:", "2001:db8:1::") && !contains("2001:db8:", "2001:db81::"));
        assert!(
            contains("192.0.2.77/24", "192.0.2.1"),
            "host bits count for nothing"
        );
        assert!(!contains("::/0", "192.0.2.1") && !contains("0.0.0.0/0", "2001:db8::1"));
    }

    #[test]
    fn what_is_neither_is_told_what_it_might_be() {
        for (text, message) in [
            ("10.0", "did you mean the prefix `10.0.`?"),
            ("2001:db8", "did you mean the prefix `2001:db8:`?"),
            ("10.0.0.256", "is neither an IP address"),
            ("", "`` is neither an IP address"),
            ("*", "is neither an IP address"),
            ("10.0.0.0/33", "is neither an IP address"),
            ("10.0.0.1.", "is neither an IP address"),
            ("host.example", "is neither an IP address"),
            ("::1:", "is neither an IP address"),
            ("1.2.3.4.5.", "is neither an IP address"),
            (".", "is neither an IP address"),
            (":", "is neither an IP address"),
        ] {
            let error = text.parse::<AddressPattern>().unwrap_err().to_string();
            assert!(error.contains(message), "{text:?}: {error}");
        }
    }
}
