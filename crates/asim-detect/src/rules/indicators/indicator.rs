//! What one row of a list says.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use asim_schema::Timestamp;
use ipnetwork::IpNetwork;
use serde::Serialize;

use crate::alert::Severity;

/// What an indicator is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub enum IndicatorKind {
    /// A name and all names below it: `evil.example` finds `www.evil.example`, never `not-evil.example`.
    Domain,
    /// This name alone.
    Exact,
    /// One address among the answers.
    Ip,
    /// An address of the network among the answers.
    Cidr,
}

impl IndicatorKind {
    /// The name, as lists have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Exact => "exact",
            Self::Ip => "ip",
            Self::Cidr => "cidr",
        }
    }
}

impl fmt::Display for IndicatorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for IndicatorKind {
    type Err = String;

    /// Reads the kind by its name here, or by the usual ones of threat intelligence: `domain-name`, `hostname`, `fqdn`,
    /// `ipv4-addr`, `ipv6-addr`, `network`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "domain" | "domain-name" | "domainname" | "suffix" => Ok(Self::Domain),
            "exact" | "hostname" | "fqdn" => Ok(Self::Exact),
            "ip" | "address" | "ipv4" | "ipv6" | "ipv4-addr" | "ipv6-addr" => Ok(Self::Ip),
            "cidr" | "network" | "prefix" => Ok(Self::Cidr),
            _ => Err(format!(
                "`{}` is none of domain, exact, ip, cidr",
                text.escape_debug()
            )),
        }
    }
}

/// One row of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indicator<'i> {
    /// The name without final dot in lower case, the address or the network.
    pub value: &'i str,
    /// What it is compared with.
    pub kind: IndicatorKind,
    /// How bad it is.
    pub severity: Severity,
    /// The name of the threat.
    pub title: Option<&'i str>,
    /// Tactics of MITRE ATT&CK, separated by `; `.
    pub tactics: Option<&'i str>,
    /// Techniques, separated by `; `.
    pub techniques: Option<&'i str>,
    /// Who says so.
    pub source: Option<&'i str>,
    /// How sure the source is, from 0 to 100.
    pub confidence: Option<u8>,
    /// From when on it does not hold any more, UTC.
    pub valid_until: Option<Timestamp>,
}

/// The value of an indicator as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// In lower case, without final dot.
    Name(String),
    Address(IpAddr),
    Network(IpNetwork),
}

impl Value {
    /// Reads a value, and what kind it is where that is not said. `evil[.]example` is read as `evil.example`, and
    /// `*.evil.example` as the domain.
    pub(super) fn read(text: &str, kind: Option<IndicatorKind>) -> Result<(Self, IndicatorKind), String> {
        let text = text.trim().replace("[.]", ".").replace("(.)", ".");
        let quoted = || format!("`{}`", text.escape_debug());
        if let Ok(address) = text.parse::<IpAddr>() {
            return match kind {
                None | Some(IndicatorKind::Ip) => {
                    Ok((Self::Address(address.to_canonical()), IndicatorKind::Ip))
                }
                Some(IndicatorKind::Cidr) => {
                    Ok((Self::Network(address.to_canonical().into()), IndicatorKind::Cidr))
                }
                Some(kind) => Err(format!("{} is an address and no {kind}", quoted())),
            };
        }
        if text.contains('/') {
            let network = text.parse::<IpNetwork>().ok();
            return match (network, kind) {
                (Some(network), None | Some(IndicatorKind::Cidr)) => {
                    let network = IpNetwork::new(network.network(), network.prefix());
                    let network = network.map_err(|_| format!("{} is no network", quoted()))?;
                    Ok((Self::Network(network), IndicatorKind::Cidr))
                }
                _ => Err(format!("{} is no name, address or network", quoted())),
            };
        }
        match kind {
            Some(kind @ (IndicatorKind::Ip | IndicatorKind::Cidr)) => {
                Err(format!("{} is no {kind}", quoted()))
            }
            Some(kind) => Ok((Self::Name(name(&text)?), kind)),
            None => Ok((Self::Name(name(&text)?), IndicatorKind::Domain)),
        }
    }
}

/// A name as events have it.
fn name(text: &str) -> Result<String, String> {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let name = name.strip_prefix('.').unwrap_or(name);
    let name = name.strip_suffix('.').unwrap_or(name).to_lowercase();
    let fits = |label: &str| !label.is_empty() && label.len() <= 63;
    let strange =
        |letter: char| letter.is_whitespace() || letter.is_control() || "/:@?#*\"'<>,;|".contains(letter);
    if name.is_empty() || name.len() > 255 || !name.split('.').all(fits) || name.contains(strange) {
        return Err(format!(
            "`{}` is no name, address or network",
            text.escape_debug()
        ));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Value, IndicatorKind), String> {
        Value::read(text, None)
    }

    #[test]
    fn kinds_are_guessed_from_the_form() {
        let name = |text: &str| Ok((Value::Name(text.to_owned()), IndicatorKind::Domain));
        assert_eq!(read("Evil.Example."), name("evil.example"));
        assert_eq!(read("*.evil.example"), name("evil.example"));
        assert_eq!(read(".evil.example"), name("evil.example"));
        assert_eq!(read("evil[.]example"), name("evil.example"));
        let address = "192.0.2.7".parse().unwrap();
        assert_eq!(
            read("192.0.2[.]7"),
            Ok((Value::Address(address), IndicatorKind::Ip))
        );
        assert_eq!(
            read("::ffff:192.0.2.7"),
            Ok((Value::Address(address), IndicatorKind::Ip))
        );
        let network = "192.0.2.0/24".parse().unwrap();
        assert_eq!(
            read("192.0.2.9/24"),
            Ok((Value::Network(network), IndicatorKind::Cidr))
        );
        let network = "2001:db8::/32".parse().unwrap();
        assert_eq!(
            read("2001:db8::/32"),
            Ok((Value::Network(network), IndicatorKind::Cidr))
        );
    }

    #[test]
    fn other_things_are_refused_with_a_reason() {
        let texts = [
            "",
            "http://evil.example/x",
            "evil.example/x",
            "a b",
            "a..b",
            "user@evil.example",
            "192.0.2.0/33",
        ];
        for text in texts {
            let problem = read(text).unwrap_err();
            assert!(
                problem.contains("is no name, address or network"),
                "{text}: {problem}"
            );
        }
        assert!(Value::read("evil.example", Some(IndicatorKind::Ip)).is_err());
        assert!(Value::read("192.0.2.7", Some(IndicatorKind::Domain)).is_err());
    }
}
