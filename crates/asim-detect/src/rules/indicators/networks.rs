//! Networks as stretches of addresses, each with the narrowest network that holds it.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

/// A number that addresses are.
pub(super) trait Bits: Copy + Ord {
    fn next(self) -> Option<Self>;
    fn before(self) -> Option<Self>;
}

impl Bits for u32 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn before(self) -> Option<Self> {
        self.checked_sub(1)
    }
}

impl Bits for u128 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn before(self) -> Option<Self> {
        self.checked_sub(1)
    }
}

/// First and last address, and the row of the network.
type Stretch<N> = (N, N, u32);

/// Networks with their rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Networks {
    v4: Vec<Stretch<u32>>,
    v6: Vec<Stretch<u128>>,
}

impl Networks {
    pub(super) fn push(&mut self, network: IpNetwork, row: u32) {
        match network {
            IpNetwork::V4(network) => {
                self.v4
                    .push((network.network().to_bits(), network.broadcast().to_bits(), row));
            }
            IpNetwork::V6(network) => {
                self.v6
                    .push((network.network().to_bits(), network.broadcast().to_bits(), row));
            }
        }
    }

    /// Cuts nested networks into stretches that do not overlap. `above` is told each row that lies in the network of
    /// another one.
    pub(super) fn settle(&mut self, mut above: impl FnMut(u32, u32)) {
        self.v4 = stretches(std::mem::take(&mut self.v4), &mut above);
        self.v6 = stretches(std::mem::take(&mut self.v6), &mut above);
    }

    /// The row of the narrowest network that holds the address.
    pub(super) fn find(&self, address: IpAddr) -> Option<u32> {
        match address {
            IpAddr::V4(address) => find(&self.v4, address.to_bits()),
            IpAddr::V6(address) => find(&self.v6, address.to_bits()),
        }
    }

    /// The bytes of memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.v4.capacity() * size_of::<Stretch<u32>>() + self.v6.capacity() * size_of::<Stretch<u128>>()
    }
}

fn find<N: Bits>(stretches: &[Stretch<N>], address: N) -> Option<u32> {
    let behind = stretches.partition_point(|(first, ..)| *first <= address);
    let (_, last, row) = stretches.get(behind.checked_sub(1)?)?;
    (address <= *last).then_some(*row)
}

fn stretches<N: Bits>(mut networks: Vec<Stretch<N>>, above: &mut impl FnMut(u32, u32)) -> Vec<Stretch<N>> {
    // Networks lie in one another or apart; the wider one comes first.
    networks.sort_unstable_by(|one, other| {
        one.0
            .cmp(&other.0)
            .then(other.1.cmp(&one.1))
            .then(one.2.cmp(&other.2))
    });
    let mut out = Vec::with_capacity(networks.len());
    let mut open: Vec<(N, u32)> = Vec::new();
    // The first address that no stretch holds yet.
    let mut from = networks.first().map(|(first, ..)| *first);
    for (first, last, row) in networks {
        while let Some((end, own)) = open.pop_if(|(end, _)| *end < first) {
            from = close(&mut out, from, end, own);
        }
        if let Some((_, own)) = open.last() {
            above(row, *own);
            if let Some(before) = first.before() {
                close(&mut out, from, before, *own);
            }
        }
        from = Some(first);
        open.push((last, row));
    }
    while let Some((end, own)) = open.pop() {
        from = close(&mut out, from, end, own);
    }
    out.shrink_to_fit();
    out
}

/// Ends a stretch, and returns where the next one begins.
fn close<N: Bits>(out: &mut Vec<Stretch<N>>, from: Option<N>, end: N, row: u32) -> Option<N> {
    match from {
        Some(first) if first <= end => {
            out.push((first, end, row));
            end.next()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        #[test]
        fn the_narrowest_network_and_all_above_it_are_found(
            networks in proptest::collection::vec((0_u32..64, 26_u8..=32), 0..20),
            address in 0_u32..64,
            high in any::<bool>(),
        ) {
            // At both ends of the address space.
            let base = if high { u32::MAX - 63 } else { 0 };
            let network = |low: u32, bits: u8| -> IpNetwork {
                let network = ipnetwork::Ipv4Network::new(Ipv4Addr::from_bits(base + low), bits).unwrap();
                ipnetwork::Ipv4Network::new(network.network(), bits).unwrap().into()
            };
            let list: Vec<IpNetwork> = networks.iter().map(|(low, bits)| network(*low, *bits)).collect();
            let mut settled = Networks::default();
            for (row, network) in list.iter().enumerate() {
                settled.push(*network, u32::try_from(row).unwrap());
            }
            let mut above = BTreeMap::new();
            settled.settle(|row, own| { above.insert(row, own); });
            let address = IpAddr::from(Ipv4Addr::from_bits(base + address));
            let mut found = Vec::new();
            let mut row = settled.find(address);
            while let Some(own) = row {
                found.push(own);
                row = above.get(&own).copied();
            }
            let mut prefixes: Vec<_> = found.iter().map(|row| list[*row as usize].prefix()).collect();
            prop_assert!(prefixes.is_sorted_by(|one, other| one >= other), "{prefixes:?}");
            prefixes.clear();
            found.sort_unstable();
            let expected = list.iter().enumerate().filter(|(_, network)| network.contains(address));
            let expected: Vec<_> = expected.map(|(row, _)| u32::try_from(row).unwrap()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
