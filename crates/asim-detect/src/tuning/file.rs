//! A tuning as it is written: TOML.

use std::collections::BTreeMap;
use std::str::FromStr;

use asim_match::{AddressPattern, AddressSet, DomainSuffixes, TextSet};
use asim_schema::Timestamp;
use serde::Deserialize;

use super::exemption::Exemption;
use super::role::Role;
use super::{RuleTuning, Tuning, TuningError};

/// So many roles there may be.
const MOST_ROLES: usize = 250;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    lateness: Option<u64>,
    keys_per_rule: Option<usize>,
    tell_within: Option<u64>,
    #[serde(default)]
    rule: BTreeMap<String, RuleTable>,
    #[serde(default)]
    role: Vec<RoleTable>,
    #[serde(default)]
    exemption: Vec<ExemptionTable>,
    #[serde(default)]
    transfer_peers: Vec<PeersTable>,
    #[serde(default)]
    list: Vec<ListTable>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct RuleTable {
    #[serde(default)]
    disabled: bool,
    #[serde(default)]
    shadow: bool,
    cool_down: Option<u64>,
    tell_within: Option<u64>,
    #[serde(flatten)]
    parameters: BTreeMap<String, u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleTable {
    name: String,
    clients: Vec<String>,
    #[serde(default)]
    rule: BTreeMap<String, BTreeMap<String, u64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExemptionTable {
    name: String,
    reason: String,
    owner: Option<String>,
    #[serde(default)]
    rules: Vec<String>,
    clients: Option<Vec<String>>,
    users: Option<Vec<String>>,
    programs: Option<Vec<String>>,
    domains: Option<Vec<String>>,
    from: Option<String>,
    until: Option<String>,
    expires: Option<String>,
}

/// Who may transfer a zone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PeersTable {
    zones: Vec<String>,
    peers: Vec<String>,
    reason: Option<String>,
    owner: Option<String>,
    expires: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListTable {
    name: String,
    domains: Vec<String>,
}

/// Addresses and prefixes apart from names of hosts.
fn clients(texts: &[String]) -> Result<(AddressSet, TextSet), TuningError> {
    let mut patterns = Vec::new();
    let mut hosts = Vec::new();
    for text in texts {
        match text.parse::<AddressPattern>() {
            Ok(pattern) => patterns.push(pattern),
            // A host has a letter and no slash; what has not was meant as an address.
            Err(problem)
                if text.contains(['/', ':']) || !text.contains(|c: char| c.is_ascii_alphabetic()) =>
            {
                return Err(TuningError::new(format!(
                    "client `{}`: {problem}",
                    text.escape_debug()
                )));
            }
            Err(_) => hosts.push(text.as_str()),
        }
    }
    Ok((patterns.into_iter().collect(), hosts.into_iter().collect()))
}

fn texts(texts: &[String]) -> TextSet {
    texts.iter().map(String::as_str).collect()
}

fn domains(texts: &[String]) -> DomainSuffixes {
    texts.iter().map(String::as_str).collect()
}

/// A date, which is its first instant in UTC, or a date and time.
fn instant(name: &str, text: Option<&String>) -> Result<Option<Timestamp>, TuningError> {
    let Some(text) = text else { return Ok(None) };
    let time = Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")));
    match time {
        Some(time) => Ok(Some(time)),
        None => Err(TuningError::new(format!(
            "{name} `{}` is neither a date such as 2027-01-31 nor a time such as 2027-01-31T18:00:00Z",
            text.escape_debug()
        ))),
    }
}

impl TryFrom<ExemptionTable> for Exemption {
    type Error = TuningError;

    fn try_from(table: ExemptionTable) -> Result<Self, TuningError> {
        let about = |problem: TuningError| {
            TuningError::new(format!("exemption `{}`: {problem}", table.name.escape_debug()))
        };
        if table.clients.is_none()
            && table.users.is_none()
            && table.programs.is_none()
            && table.domains.is_none()
        {
            return Err(about(TuningError::new(
                "names no clients, users, programs or domains, and would hide everything",
            )));
        }
        let named = table.clients.as_deref().map(clients).transpose().map_err(about)?;
        let (addresses, hosts) = named.unzip();
        let until = instant("until", table.until.as_ref()).map_err(about)?;
        let expires = instant("expires", table.expires.as_ref()).map_err(about)?;
        Ok(Self {
            from: instant("from", table.from.as_ref()).map_err(about)?,
            until: until.into_iter().chain(expires).min(),
            name: table.name,
            owner: table.owner,
            reason: table.reason,
            rules: table.rules,
            addresses,
            hosts,
            users: table.users.as_deref().map(texts),
            programs: table.programs.as_deref().map(texts),
            domains: table.domains.as_deref().map(domains),
        })
    }
}

impl TryFrom<PeersTable> for Exemption {
    type Error = TuningError;

    fn try_from(table: PeersTable) -> Result<Self, TuningError> {
        let zones = table.zones.join(", ");
        Self::try_from(ExemptionTable {
            name: format!("transfer peers of {zones}"),
            reason: table
                .reason
                .unwrap_or_else(|| "a secondary server of the zone".to_owned()),
            owner: table.owner,
            rules: vec!["zone-transfer".to_owned()],
            clients: Some(table.peers),
            users: None,
            programs: None,
            domains: Some(table.zones),
            from: None,
            until: None,
            expires: table.expires,
        })
    }
}

impl TryFrom<RoleTable> for Role {
    type Error = TuningError;

    fn try_from(table: RoleTable) -> Result<Self, TuningError> {
        let (addresses, hosts) = clients(&table.clients).map_err(|problem| {
            TuningError::new(format!("role `{}`: {problem}", table.name.escape_debug()))
        })?;
        Ok(Self {
            addresses,
            hosts,
            parameters: table.rule,
        })
    }
}

impl FromStr for Tuning {
    type Err = TuningError;

    fn from_str(text: &str) -> Result<Self, TuningError> {
        let file: File = toml::from_str(text).map_err(|error| TuningError::new(error.to_string()))?;
        if file.role.len() > MOST_ROLES {
            return Err(TuningError::new(format!("more than {MOST_ROLES} roles")));
        }
        let rules = file.rule.into_iter().map(|(id, table)| {
            let tuning = RuleTuning {
                disabled: table.disabled,
                shadow: table.shadow,
                cool_down: table.cool_down,
                tell_within: table.tell_within,
                parameters: table.parameters,
            };
            (id, tuning)
        });
        let peers = file.transfer_peers.into_iter().map(Exemption::try_from);
        let exemptions = file.exemption.into_iter().map(Exemption::try_from).chain(peers);
        Ok(Self {
            lateness: file.lateness,
            keys_per_rule: file.keys_per_rule,
            tell_within: file.tell_within,
            rules: rules.collect(),
            roles: file
                .role
                .into_iter()
                .map(Role::try_from)
                .collect::<Result<_, _>>()?,
            exemptions: exemptions.collect::<Result<_, _>>()?,
            lists: file
                .list
                .into_iter()
                .map(|list| (list.name, domains(&list.domains)))
                .collect(),
        })
    }
}
