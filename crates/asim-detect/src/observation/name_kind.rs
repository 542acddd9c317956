//! What a name is known for, looked up once for all rules.

use std::fmt;
use std::sync::LazyLock;

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

use super::name::{Registered, SuffixKind};
use super::name_lists;

/// What a name is known for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
#[non_exhaustive]
pub enum NameKind {
    /// A pool of crypto-currency miners.
    MiningPool = 1,
    /// A gateway from the web to Tor's onion services, or an onion service itself.
    TorGateway = 1 << 1,
    /// A service that lets the world in to a machine behind a firewall.
    TunnelService = 1 << 2,
    /// A service that is asked by DNS with long or random names: block lists, virus scanners.
    LookupService = 1 << 3,
    /// A top-level domain that is abused more than others.
    AbusedTld = 1 << 4,
    /// A suffix that is in nobody's list.
    UnknownTld = 1 << 5,
    /// Reserved by the IETF for use without registration, or common in private networks: never in the root zone.
    SpecialUse = 1 << 6,
    /// The name of an address (RFC 1035 section 3.5, RFC 3596 section 2.5).
    Reverse = 1 << 7,
    /// Below `arpa`: reverse names and other parts of the infrastructure (RFC 3172).
    Infrastructure = 1 << 8,
}

impl NameKind {
    const ALL: [Self; 9] = [
        Self::MiningPool,
        Self::TorGateway,
        Self::TunnelService,
        Self::LookupService,
        Self::AbusedTld,
        Self::UnknownTld,
        Self::SpecialUse,
        Self::Reverse,
        Self::Infrastructure,
    ];

    /// The domains that the kind is told by; none for kinds that are told otherwise.
    pub fn domains(self) -> &'static [&'static str] {
        let list = Self::LISTS.iter().find(|(kind, _)| *kind == self);
        list.map(|(_, domains)| *domains).unwrap_or_default()
    }

    const LISTS: [(Self, &'static [&'static str]); 6] = [
        (Self::MiningPool, name_lists::MINING_POOLS),
        (Self::TorGateway, name_lists::TOR_GATEWAYS),
        (Self::TunnelService, name_lists::TUNNEL_SERVICES),
        (Self::LookupService, name_lists::LOOKUP_SERVICES),
        (Self::AbusedTld, name_lists::ABUSED_TLDS),
        (Self::SpecialUse, name_lists::SPECIAL_USE),
    ];
}

/// All that a name is known for.
///
/// Lists are of domains, and a name is in them by whole labels: `ngrok.io` holds `a.ngrok.io`, and neither
/// `ngrok.example` nor `my-ngrok.io`.
#[derive(Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NameKinds(u16);

impl fmt::Debug for NameKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = NameKind::ALL.into_iter().filter(|kind| self.has(*kind));
        f.debug_set().entries(kinds).finish()
    }
}

impl NameKinds {
    /// Whether this is among them.
    #[inline]
    pub fn has(self, kind: NameKind) -> bool {
        self.0 & kind as u16 != 0
    }

    /// One bit for each of them.
    pub(super) fn bits(self) -> u16 {
        self.0
    }

    /// Those of a name in lower case without final dot.
    pub(crate) fn of(name: &str, registered: Option<Registered>) -> Self {
        let listed = LISTED.kinds(name);
        let suffix = match registered.map(|registered| registered.suffix) {
            Some(SuffixKind::Reverse) => NameKind::Reverse as u16,
            Some(SuffixKind::Unlisted) if listed & SPECIAL == 0 => NameKind::UnknownTld as u16,
            _ => 0,
        };
        let infrastructure = match name.strip_suffix(".arpa") {
            Some(_) => NameKind::Infrastructure as u16,
            None => 0,
        };
        Self(listed | suffix | infrastructure)
    }
}

/// Names of these kinds have no suffix of the root zone for a good reason.
const SPECIAL: u16 = NameKind::SpecialUse as u16 | NameKind::TorGateway as u16;

static LISTED: LazyLock<Suffixes> = LazyLock::new(|| {
    let mut suffixes = Suffixes::default();
    for (kind, domains) in NameKind::LISTS {
        for domain in domains {
            suffixes.insert(domain, kind as u16);
        }
    }
    suffixes
});

/// All lists in one table of suffixes.
#[derive(Default)]
struct Suffixes(HashTable<Suffix>);

struct Suffix {
    text: &'static str,
    hash: u64,
    kinds: u16,
    /// Whether a longer suffix ends in this one.
    goes_on: bool,
}

impl Suffixes {
    fn insert(&mut self, domain: &'static str, kinds: u16) {
        let mut start = domain.len();
        while start > 0 {
            let dot = domain.get(..start - 1).and_then(|before| before.rfind('.'));
            start = dot.map_or(0, |dot| dot + 1);
            let text = domain.get(start..).unwrap_or_default();
            let hash = xxh3_64(text.as_bytes());
            let suffix = self
                .0
                .entry(hash, |own| own.text == text, |own| own.hash)
                .or_insert(Suffix {
                    text,
                    hash,
                    kinds: 0,
                    goes_on: false,
                })
                .into_mut();
            if start == 0 {
                suffix.kinds |= kinds;
            } else {
                suffix.goes_on = true;
            }
        }
    }

    /// Goes from the last label on for as long as there is a list with a longer suffix: two steps for most names.
    fn kinds(&self, name: &str) -> u16 {
        let mut kinds = 0;
        let mut end = name.len();
        loop {
            let before = name.as_bytes().get(..end).unwrap_or_default();
            // Last labels are short.
            let dot = before.iter().rposition(|byte| *byte == b'.');
            if let Some(dot) = dot
                && is_escaped(name, dot)
            {
                end = dot;
                continue;
            }
            let text = name.get(dot.map_or(0, |dot| dot + 1)..).unwrap_or_default();
            let hash = xxh3_64(text.as_bytes());
            let Some(suffix) = self.0.find(hash, |own| own.text == text) else {
                return kinds;
            };
            kinds |= suffix.kinds;
            match dot {
                Some(dot) if suffix.goes_on => end = dot,
                _ => return kinds,
            }
        }
    }
}

/// Whether the dot belongs to a label: an odd number of backslashes stands before it.
fn is_escaped(name: &str, dot: usize) -> bool {
    let before = name.as_bytes().get(..dot).unwrap_or_default();
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::observation::name::registered;

    fn kinds(name: &str) -> Vec<NameKind> {
        let kinds = NameKinds::of(name, registered(name));
        NameKind::ALL
            .into_iter()
            .filter(|kind| kinds.has(*kind))
            .collect()
    }

    #[test]
    fn lists_hold_whole_labels() {
        assert_eq!(kinds("xmr.pool.nanopool.org"), [NameKind::MiningPool]);
        assert_eq!(kinds("abc.onion.ws"), [NameKind::TorGateway]);
        assert_eq!(kinds("abcdef.onion"), [NameKind::TorGateway]);
        assert_eq!(kinds("a.ngrok.io"), [NameKind::TunnelService]);
        for other in [
            "nanopool.org.example.com",
            "my-nanopool.org",
            "evil-onion.to",
            "onion.to.example.com",
            "ngrok.example.org",
            "x\\.nanopool.org",
            "onion\\.ws.example.com",
        ] {
            assert_eq!(kinds(other), [], "{other}");
        }
        assert_eq!(kinds("evil\\.ngrok.io"), []);
    }

    #[test]
    fn suffixes_of_the_root_zone_are_known_however_long() {
        for name in ["a.google", "shop.cloud", "www.example.museum", "a.xn--p1ai"] {
            assert_eq!(kinds(name), [], "{name}");
        }
        for name in ["printer.local", "dc.corp", "db.internal", "a.test"] {
            assert_eq!(kinds(name), [NameKind::SpecialUse], "{name}");
        }
        assert_eq!(kinds("wallet.bazar"), [NameKind::UnknownTld]);
        assert_eq!(
            kinds("nas.home.arpa"),
            [NameKind::SpecialUse, NameKind::Infrastructure]
        );
        assert_eq!(kinds("3.0.e164.arpa"), [NameKind::Infrastructure]);
        assert_eq!(
            kinds("7.2.0.192.in-addr.arpa"),
            [NameKind::Reverse, NameKind::Infrastructure]
        );
        assert_eq!(kinds("shop.example.xyz"), [NameKind::AbusedTld]);
        for name in ["wpad", "localhost-of-mine", "192.0.2.1", "."] {
            assert_eq!(kinds(name), [], "{name}");
        }
    }

    #[test]
    fn lists_are_sorted_lower_case_domains() {
        for (kind, domains) in NameKind::LISTS {
            assert!(domains.is_sorted(), "{kind:?}");
            for domain in domains {
                assert_eq!(*domain, domain.to_ascii_lowercase());
                assert!(!domain.starts_with('.') && !domain.ends_with('.') && !domain.is_empty());
                let mut above = domain.match_indices('.').map(|(dot, _)| &domain[dot + 1..]);
                assert!(
                    !above.any(|above| domains.contains(&above)),
                    "{domain} is in its list twice"
                );
            }
        }
    }

    #[test]
    fn special_suffixes_are_not_in_the_root_zone_and_abused_ones_are() {
        let listed = |name: &str| psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known());
        for suffix in name_lists::SPECIAL_USE
            .iter()
            .filter(|suffix| !suffix.contains('.'))
        {
            assert!(!listed(suffix), "{suffix}");
        }
        assert!(name_lists::ABUSED_TLDS.iter().all(|tld| listed(tld)));
    }

    proptest! {
        /// The table agrees with the set of domains that filters use.
        #[test]
        fn the_table_says_what_sets_of_domains_say(
            list in 0..NameKind::LISTS.len(),
            place in 0_usize..1_000,
            before in "[a-z.\\\\-]{0,6}",
            behind in "[a-z.]{0,3}",
        ) {
            let (kind, domains) = NameKind::LISTS[list];
            let name = format!("{before}{}{behind}", domains[place % domains.len()]);
            let set: asim_match::DomainSuffixes = domains.iter().collect();
            let found = LISTED.kinds(&name) & kind as u16 != 0;
            prop_assert_eq!(found, set.contains(&name) && !name.ends_with('.'));
        }
    }
}
