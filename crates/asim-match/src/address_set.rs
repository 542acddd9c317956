//! Many addresses and prefixes.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use crate::address_pattern::AddressPattern;
use crate::address_text::addresses_in;

/// A set of addresses and prefixes.
///
/// ```
/// let patterns = ["192.0.2.7".parse()?, "10.".parse()?];
/// let set: asim_match::AddressSet = patterns.into_iter().collect();
/// assert!(set.contains("10.1.2.3".parse().unwrap()));
/// assert!(set.is_any_in("type:  5 www.example.com;::ffff:192.0.2.7;"));
/// # Ok::<(), asim_match::AddressPatternError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct AddressSet {
    /// The first and last addresses of ranges, sorted, none touching another.
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
}

impl AddressSet {
    /// Whether the address is in the set; an IPv4 address that is mapped into IPv6 is the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => is_in(&self.v4, address.to_bits()),
            IpAddr::V6(address) => is_in(&self.v6, address.to_bits()),
        }
    }

    /// Whether any address in the text is in the set.
    pub fn is_any_in(&self, text: &str) -> bool {
        addresses_in(text).any(|address| self.contains(address))
    }
}

fn is_in<N: Ord + Copy>(ranges: &[(N, N)], address: N) -> bool {
    let behind = ranges.partition_point(|(first, _)| *first <= address);
    behind
        .checked_sub(1)
        .and_then(|place| ranges.get(place))
        .is_some_and(|(_, last)| address <= *last)
}

/// Sorted, and ranges inside others left out: networks never overlap in part.
fn sorted<N: Ord + Copy>(mut ranges: Vec<(N, N)>) -> Vec<(N, N)> {
    ranges.sort_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)));
    ranges.dedup_by(|next, kept| next.1 <= kept.1);
    ranges
}

impl FromIterator<AddressPattern> for AddressSet {
    fn from_iter<I: IntoIterator<Item = AddressPattern>>(patterns: I) -> Self {
        let mut set = Self::default();
        for pattern in patterns {
            match pattern.network() {
                IpNetwork::V4(network) => set
                    .v4
                    .push((network.network().to_bits(), network.broadcast().to_bits())),
                IpNetwork::V6(network) => set
                    .v6
                    .push((network.network().to_bits(), network.broadcast().to_bits())),
            }
        }
        Self {
            v4: sorted(set.v4),
            v6: sorted(set.v6),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    /// Addresses that are near one another, so that prefixes often hold them.
    fn address() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            (0_u32..4, 0_u32..70_000).prop_map(|(high, low)| Ipv4Addr::from_bits(high << 30 | low).into()),
            (0_u128..4, 0_u128..70_000).prop_map(|(high, low)| Ipv6Addr::from_bits(high << 126 | low).into()),
        ]
    }

    fn pattern() -> impl Strategy<Value = AddressPattern> {
        (address(), 0_u8..=128).prop_map(|(address, bits)| {
            let bits = if address.is_ipv4() { bits.min(32) } else { bits };
            format!("{address}/{bits}").parse().unwrap()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn holds_what_any_pattern_holds(patterns in prop::collection::vec(pattern(), 0..20), address in address()) {
            let any = patterns.iter().any(|pattern| pattern.contains(address));
            let set: AddressSet = patterns.into_iter().collect();
            prop_assert_eq!(set.contains(address), any);
        }
    }
}
