//! Services that are asked about addresses, files and sites by names of their own.

use xxhash_rust::xxh3::xxh3_64;

/// The domains of services that give verdicts over DNS: their clients write addresses, hashes and host names into
/// names as a tunnel does, and nobody else can answer below them.
/// Lists of addresses and domains (RFC 5782) and the lookups of virus scanners that are in wide use. What a site uses
/// beside these goes on a list of its tuning.
const DOMAINS: [&str; 24] = [
    "abuse.ch",
    "abuseat.org",
    "barracudacentral.org",
    "brightcloud.com",
    "cymru.com",
    "dnswl.org",
    "e5.sk",
    "fortiguard.net",
    "kaspersky-labs.com",
    "mailspike.net",
    "mcafee.com",
    "nod32.com",
    "rspamd.com",
    "senderbase.org",
    "senderscore.com",
    "sophosxl.net",
    "spamcop.net",
    "spamhaus.net",
    "spamhaus.org",
    "support-intelligence.net",
    "surbl.org",
    "surriel.com",
    "trendmicro.com",
    "uribl.com",
];

/// The hashes of the domains, which observations have as well.
#[derive(Debug)]
pub(super) struct VerdictServices {
    hashes: Vec<u64>,
}

impl VerdictServices {
    pub(super) fn new() -> Self {
        let mut hashes: Vec<_> = DOMAINS.iter().map(|domain| xxh3_64(domain.as_bytes())).collect();
        hashes.sort_unstable();
        Self { hashes }
    }

    /// Whether a registrable domain is one of them.
    pub(super) fn has(&self, domain_hash: u64) -> bool {
        self.hashes.binary_search(&domain_hash).is_ok()
    }
}

/// Whether the first four labels are an IPv4 address, as lists of addresses are asked (RFC 5782 section 2.1).
pub(super) fn is_reversed_address(below: &str) -> bool {
    let mut labels = below.split('.');
    (0..4).all(|_| labels.next().is_some_and(|label| label.parse::<u8>().is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_asked_backwards() {
        assert!(is_reversed_address("2.0.0.127.zen") && is_reversed_address("2.0.0.127"));
        assert!(
            !is_reversed_address("2.0.0.256")
                && !is_reversed_address("2.0.0")
                && !is_reversed_address("a.2.0.0.1")
        );
    }
}
