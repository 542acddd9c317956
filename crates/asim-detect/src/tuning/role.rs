//! What kind of client somebody is: a resolver, a scanner, a mail server.

use std::collections::BTreeMap;
use std::net::IpAddr;

use asim_match::{AddressSet, TextSet};

/// Clients for which other thresholds hold.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) addresses: AddressSet,
    pub(super) hosts: TextSet,
    pub(super) parameters: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Role {
    pub(super) fn has(&self, address: Option<IpAddr>, host: Option<&str>) -> bool {
        address.is_some_and(|address| self.addresses.contains(address))
            || host.is_some_and(|host| self.hosts.contains(host))
    }

    pub(super) fn parameter(&self, rule: &str, name: &str) -> Option<u64> {
        self.parameters.get(rule)?.get(name).copied()
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = (&String, &BTreeMap<String, u64>)> {
        self.parameters.iter()
    }
}
