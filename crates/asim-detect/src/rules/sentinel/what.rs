//! Which lookups rules are about, and the fields that tell it.

use crate::observation::{NameKind, Observation};
use crate::rule::Need;
use crate::window::Group;

/// SERVFAIL, NXDOMAIN and REFUSED (RFC 1035 section 4.1.1; IANA, DNS RCODEs, read 2026-11-21).
const ERRORS: [(u16, &str); 3] = [(2, "SERVFAIL"), (NXDOMAIN, "NXDOMAIN"), (5, "REFUSED")];
const NXDOMAIN: u16 = 3;
/// A and AAAA (IANA, Resource Record TYPEs, read 2026-11-21).
const ADDRESSES: [u16; 2] = [1, 28];
/// NetBIOS name service, multicast DNS and LLMNR (IANA, Service Names and Port Numbers, read 2026-11-21): names of the
/// local link, which are in no zone.
const LOCAL_PORTS: [u16; 3] = [137, 5353, 5355];

pub(super) const CLIENT: Need = &["SrcIpAddr", "SrcHostname"];
pub(super) const NAME: Need = &["DnsQuery"];
pub(super) const TYPE: Need = &["DnsQueryType", "DnsQueryTypeName"];
pub(super) const CODE: Need = &["DnsResponseCode", "EventResultDetails"];

/// Whether it is about a lookup that a client made: no other operation, and not a resolver's part of it.
pub(super) fn is_lookup(observation: Observation<'_>) -> bool {
    observation.is_dns() && !observation.is_upstream() && observation.opcode().is_none_or(|code| code == 0)
}

/// Whether a client was told that a name does not exist.
pub(super) fn is_nonexistent(observation: Observation<'_>) -> bool {
    observation.response_code() == Some(NXDOMAIN)
        && is_lookup(observation)
        && observation.listed().is_none()
        && !observation.is_named(NameKind::LookupService)
}

/// Whether a client was told of a failure that says something about the name or its servers.
pub(super) fn is_error(observation: Observation<'_>) -> bool {
    error_name(observation).is_some() && is_lookup(observation)
}

/// The name of such a failure.
pub(super) fn error_name(observation: Observation<'_>) -> Option<&'static str> {
    error_of(observation.response_code()?)
}

/// The name of a response code that says something about the name or its servers.
pub(super) fn error_of(code: u16) -> Option<&'static str> {
    let error = ERRORS.iter().find(|(own, _)| *own == code)?;
    Some(error.1)
}

/// Whether a client was told of any failure.
pub(super) fn is_failure(observation: Observation<'_>) -> bool {
    observation.response_code().is_some_and(|code| code != 0) && is_lookup(observation)
}

/// Whether the name is one that somebody could have registered: no name of one label, of an address or of a private
/// network, which fail everywhere.
pub(super) fn is_public(observation: Observation<'_>) -> bool {
    !observation.is_named(NameKind::Reverse)
        && !observation.is_named(NameKind::SpecialUse)
        && observation.has_domain()
        && observation
            .server_port()
            .is_none_or(|port| !LOCAL_PORTS.contains(&port))
}

/// Whether a client looked for the address of a public name that does not exist, as generated names mostly do not.
pub(super) fn is_failed_address(observation: Observation<'_>) -> bool {
    is_nonexistent(observation)
        && observation
            .query_type()
            .is_some_and(|kind| ADDRESSES.contains(&kind))
        && is_public(observation)
        && observation.name().is_some_and(|name| !name.contains('/'))
}

/// Whether a client looked for the name of an address. Service discovery asks below such names as well (RFC 6763
/// section 11) and looks for no address.
pub(super) fn is_reverse(observation: Observation<'_>) -> bool {
    observation.is_named(NameKind::Reverse)
        && is_lookup(observation)
        && observation.name().is_some_and(|name| !name.contains('_'))
}

/// By client and registrable domain, or by client and name where the name is a public suffix itself, as those of
/// services are below which others register.
pub(super) fn client_and_domain(observation: Observation<'_>) -> Option<Group<'_>> {
    Group::client_and_domain(observation).or_else(|| Group::client_and_name(observation))
}

/// A query for the domains by which a kind of name is told.
pub(super) fn kql_of_domains(kind: NameKind) -> String {
    let domains = kind.domains().join("', '");
    format!(
        "let Domains = dynamic(['{domains}']);\n_Im_Dns(domain_has_any=Domains)\n| where isnotempty(SrcIpAddr)\n| \
         mv-apply Domain = Domains to typeof(string) on (\n    where DnsQuery =~ Domain or DnsQuery endswith \
         strcat('.', Domain)\n    | take 1)\n| summarize Lookups = count(), Names = make_set(DnsQuery, 100), \
         FirstSeen = min(EventStartTime), LastSeen = max(EventStartTime)\n    by SrcIpAddr, Domain, \
         bin(EventStartTime, 1h)"
    )
}
