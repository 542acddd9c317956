//! Devices from one name.

use std::borrow::Cow;
use std::net::IpAddr;

use asim_schema::{DnsEvent, DomainType};

use super::common::CommonFields;

/// Writes a device's name to the `Dvc` fields that fit its form: an IP address, an FQDN, or a host name.
///
/// `Dvc` itself is not set: it reads the first of the others.
pub fn set_reporting<'r>(event: &mut (impl CommonFields<'r> + ?Sized), name: Cow<'r, str>) {
    Identity::of(name).report(event);
}

/// The same for the client: for sources on the client itself.
pub fn set_source<'r>(event: &mut DnsEvent<'r>, name: Cow<'r, str>) {
    match Identity::of(name) {
        Identity::Address(address) => event.set_src_ip_addr(address),
        Identity::Host(host) => event.set_src_hostname(host),
        Identity::Qualified { host, domain, name } => {
            event.set_src_hostname(host);
            event.set_src_domain(domain);
            event.set_src_domain_type(DomainType::FQDN);
            event.set_src_fqdn(name);
        }
    }
}

/// What a device is named by.
#[derive(Debug, Clone)]
pub(crate) enum Identity<'r> {
    Address(IpAddr),
    Host(Cow<'r, str>),
    Qualified {
        host: Cow<'r, str>,
        domain: Cow<'r, str>,
        name: Cow<'r, str>,
    },
}

impl<'r> Identity<'r> {
    /// Writes the `Dvc` fields.
    pub(crate) fn report(self, event: &mut (impl CommonFields<'r> + ?Sized)) {
        match self {
            Self::Address(address) => event.set_dvc_ip_addr(address),
            Self::Host(host) => event.set_dvc_hostname(host),
            Self::Qualified { host, domain, name } => {
                event.set_dvc_hostname(host);
                event.set_dvc_domain(domain, DomainType::FQDN, name);
            }
        }
    }

    /// What kind of name this is.
    pub(crate) fn of(name: Cow<'r, str>) -> Self {
        // An address begins with a digit or holds a colon; most names need no closer look.
        let suspicious = name.starts_with(|first: char| first.is_ascii_digit()) || name.contains(':');
        if suspicious && let Ok(address) = name.parse::<IpAddr>() {
            return Self::Address(address);
        }
        let parts = match &name {
            Cow::Borrowed(name) => split(name).map(|(host, domain)| (host.into(), domain.into())),
            Cow::Owned(name) => {
                split(name).map(|(host, domain)| (host.to_owned().into(), domain.to_owned().into()))
            }
        };
        match parts {
            Some((host, domain)) => Self::Qualified { host, domain, name },
            None => Self::Host(name),
        }
    }
}

/// A fully qualified name in host and domain, without a final dot; none if there is no dot inside.
fn split(name: &str) -> Option<(&str, &str)> {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.split_once('.')
        .filter(|(host, domain)| !host.is_empty() && !domain.is_empty())
}
