//! The reporting device from one name.

use std::borrow::Cow;
use std::net::IpAddr;

use asim_schema::{DnsEvent, DomainType};

/// Writes a device's name to the `Dvc` fields that fit its form: an IP address, an FQDN, or a host name.
///
/// `Dvc` itself is not set: it reads the first of the others.
pub fn set_reporting<'r>(event: &mut DnsEvent<'r>, name: Cow<'r, str>) {
    // An address begins with a digit or holds a colon; most names need no closer look.
    let suspicious = name.starts_with(|first: char| first.is_ascii_digit()) || name.contains(':');
    if suspicious && let Ok(address) = name.parse::<IpAddr>() {
        event.set_dvc_ip_addr(address);
        return;
    }
    let parts = match &name {
        Cow::Borrowed(name) => split(name).map(|(host, domain)| (host.into(), domain.into())),
        Cow::Owned(name) => {
            split(name).map(|(host, domain)| (host.to_owned().into(), domain.to_owned().into()))
        }
    };
    let Some((host, domain)): Option<(Cow<'r, str>, Cow<'r, str>)> = parts else {
        event.set_dvc_hostname(name);
        return;
    };
    event.set_dvc_hostname(host);
    event.set_dvc_domain(domain);
    event.set_dvc_domain_type(DomainType::FQDN);
    event.set_dvc_fqdn(name);
}

/// A fully qualified name in host and domain, without a final dot; none if there is no dot inside.
fn split(name: &str) -> Option<(&str, &str)> {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.split_once('.')
        .filter(|(host, domain)| !host.is_empty() && !domain.is_empty())
}
