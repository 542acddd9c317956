//! Methods of the field that go further than the published analytics.

mod any_flood;
mod beaconing;
mod dga_nxdomain;
mod dns_rebinding;
mod dns_tunnel;
mod encrypted_resolver;
mod exploded_dns;
mod random_subdomains;
mod verdicts;

pub use any_flood::AnyFlood;
pub use beaconing::Beaconing;
pub use dga_nxdomain::DgaNxdomain;
pub use dns_rebinding::DnsRebinding;
pub use dns_tunnel::DnsTunnel;
pub use encrypted_resolver::EncryptedResolver;
pub use exploded_dns::ExplodedDns;
pub use random_subdomains::RandomSubdomains;

use crate::observation::{NameKind, Observation};

/// NXDOMAIN (RFC 1035 section 4.1.1, there called Name Error).
const NXDOMAIN: u16 = 3;

/// Whether a name is one of reverse names, which are addresses written as names (RFC 1035 section 3.5), or of another
/// part of the infrastructure below `arpa`.
fn is_reverse(observation: Observation<'_>) -> bool {
    observation.is_named(NameKind::Infrastructure)
}

/// Whether the registries or companies of the Public Suffix List know the suffix of a name; names of private networks
/// such as `wpad.corp` have none, as RFC 6761 and its successors set their suffixes apart, and reverse names are none
/// here.
fn is_public(observation: Observation<'_>) -> bool {
    let private = [NameKind::Reverse, NameKind::SpecialUse, NameKind::UnknownTld];
    !private.into_iter().any(|kind| observation.is_named(kind))
}

/// Whether an event's name is one of every sixteen that are shown as evidence.
///
/// The choice goes by the name alone, so that it depends on no order, and most groups, which are seen once, keep no text.
fn is_shown(observation: Observation<'_>) -> bool {
    observation.name_hash().is_multiple_of(16)
}
