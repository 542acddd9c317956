//! The part of a name that somebody registered.

use std::net::IpAddr;

/// Labels of a reverse name that make one network: three octets and `in-addr.arpa`, a /24.
const IPV4_LABELS: usize = 5;
/// Twelve nibbles and `ip6.arpa`, a /48.
const IPV6_LABELS: usize = 14;

/// The registrable domain of a name in lower case without final dot: the public suffix and one label more.
///
/// Suffixes below which a company lets others register, such as `github.io`, count as public (the private section of
/// the Public Suffix List). Reverse names have the network as theirs, a /24 or a /48. None for addresses, for names
/// of one label and for public suffixes.
///
/// ```
/// use asim_detect::observation::registrable;
/// assert_eq!(registrable("a.b.co.uk"), Some("b.co.uk"));
/// assert_eq!(registrable("foo.github.io"), Some("foo.github.io"));
/// assert_eq!(registrable("7.2.0.192.in-addr.arpa"), Some("2.0.192.in-addr.arpa"));
/// assert_eq!(registrable("_ldap._tcp.corp.local"), Some("corp.local"));
/// assert_eq!((registrable("co.uk"), registrable("10.1.2.3"), registrable(".")), (None, None, None));
/// ```
pub fn registrable(name: &str) -> Option<&str> {
    name.get(registered(name)?.start..)
}

/// Where the registrable part of a name begins, and what is known of its suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) start: usize,
    pub(crate) suffix: SuffixKind,
}

/// What kind of suffix a name has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SuffixKind {
    /// It is on the Public Suffix List, which has every top-level domain of the root zone.
    Listed,
    /// It is not.
    Unlisted,
    /// That of reverse names.
    Reverse,
}

/// The registrable part of a name; see [`registrable`].
pub(crate) fn registered(name: &str) -> Option<Registered> {
    if let Some(above) = name.strip_suffix(".arpa") {
        let labels = match above.rsplit('.').next() {
            Some("in-addr") => IPV4_LABELS,
            Some("ip6") => IPV6_LABELS,
            _ => return public(name),
        };
        return Some(Registered {
            start: name.len() - last_labels(name, labels).len(),
            suffix: SuffixKind::Reverse,
        });
    }
    if name.as_bytes().last().is_some_and(u8::is_ascii_digit) && name.parse::<IpAddr>().is_ok() {
        return None;
    }
    public(name)
}

/// The registrable domain by the registries alone: `github.io` for `foo.github.io`.
///
/// ```
/// use asim_detect::observation::organization_domain;
/// assert_eq!(organization_domain("a.foo.github.io"), Some("github.io"));
/// assert_eq!(organization_domain("www.example.co.uk"), Some("example.co.uk"));
/// ```
pub fn organization_domain(name: &str) -> Option<&str> {
    let domain = registrable(name)?;
    let mut suffix = psl::suffix(domain.as_bytes())?;
    let mut text = domain;
    while suffix.typ() == Some(psl::Type::Private) {
        // The private suffix was registered below a suffix of a registry.
        let length = suffix.as_bytes().len();
        text = name.get(name.len().checked_sub(length)?..)?;
        let (_, above) = text.split_once('.')?;
        suffix = psl::suffix(above.as_bytes())?;
    }
    Some(if text.len() == domain.len() {
        domain
    } else {
        let length = suffix.as_bytes().len();
        let label = name.get(..name.len().checked_sub(length + 1)?)?;
        let start = label.rfind('.').map_or(0, |dot| dot + 1);
        name.get(start..)?
    })
}

fn public(name: &str) -> Option<Registered> {
    let domain = psl::domain(name.as_bytes())?;
    Some(Registered {
        start: name.len().checked_sub(domain.as_bytes().len())?,
        suffix: if domain.suffix().is_known() {
            SuffixKind::Listed
        } else {
            SuffixKind::Unlisted
        },
    })
}

fn last_labels(name: &str, labels: usize) -> &str {
    let mut dots = name.rmatch_indices('.');
    let start = dots.nth(labels.saturating_sub(1)).map_or(0, |(dot, _)| dot + 1);
    name.get(start..).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_a_registrable_part_have_none() {
        for name in ["localhost", "com", ".", "", "2001:db8::1", "192.0.2.1"] {
            assert_eq!(registrable(name), None, "{name}");
        }
        assert_eq!(registrable("example.com"), Some("example.com"));
        assert_eq!(registrable("x.s3.amazonaws.com"), Some("x.s3.amazonaws.com"));
        assert_eq!(organization_domain("x.s3.amazonaws.com"), Some("amazonaws.com"));
    }

    #[test]
    fn reverse_names_are_grouped_by_network() {
        let name = "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
        assert_eq!(registrable(name), Some("1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"));
        assert_eq!(registrable("in-addr.arpa"), Some("in-addr.arpa"));
    }
}
