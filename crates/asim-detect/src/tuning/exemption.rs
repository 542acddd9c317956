//! Alerts that are known to be harmless.

use asim_match::{AddressSet, DomainSuffixes, TextSet};
use asim_schema::Timestamp;

use crate::alert::{Alert, EntityKind, Suppression};

/// What is exempt: an alert that all of its conditions fit, in its time.
#[derive(Debug, Default)]
pub(super) struct Exemption {
    pub(super) name: String,
    pub(super) owner: Option<String>,
    pub(super) reason: String,
    /// Without any, all rules.
    pub(super) rules: Vec<String>,
    pub(super) addresses: Option<AddressSet>,
    pub(super) hosts: Option<TextSet>,
    pub(super) users: Option<TextSet>,
    pub(super) programs: Option<TextSet>,
    pub(super) domains: Option<DomainSuffixes>,
    /// From when on.
    pub(super) from: Option<Timestamp>,
    /// Until when: the end of a planned test, or the day on which it expires.
    pub(super) until: Option<Timestamp>,
}

impl Exemption {
    pub(super) fn rules(&self) -> impl Iterator<Item = &String> {
        self.rules.iter()
    }

    pub(super) fn covers(&self, alert: &Alert) -> bool {
        let of_rule = self.rules.is_empty() || self.rules.iter().any(|rule| *rule == *alert.info.id);
        let in_time = self.from.is_none_or(|from| alert.first >= from)
            && self.until.is_none_or(|until| alert.last < until);
        of_rule && in_time && self.is_client(alert) && self.is_about(alert)
    }

    /// Addresses and hosts name the same machine in two ways, so one of them is enough.
    fn is_client(&self, alert: &Alert) -> bool {
        if self.addresses.is_none() && self.hosts.is_none() {
            return true;
        }
        let address = alert.key().client().and_then(|client| client.address());
        let by_address = self
            .addresses
            .as_ref()
            .zip(address)
            .is_some_and(|(addresses, address)| addresses.contains(address));
        by_address
            || self
                .hosts
                .as_ref()
                .is_some_and(|hosts| named(alert, EntityKind::Host, |host| hosts.contains(host)))
    }

    fn is_about(&self, alert: &Alert) -> bool {
        let user = self
            .users
            .as_ref()
            .is_none_or(|users| named(alert, EntityKind::Account, |user| users.contains(user)));
        let program = self
            .programs
            .as_ref()
            .is_none_or(|programs| named(alert, EntityKind::Process, |program| programs.contains(program)));
        let domain = self.domains.as_ref().is_none_or(|domains| {
            let item = alert.item.as_deref();
            item.is_some_and(|item| domains.contains(item))
                || named(alert, EntityKind::Dns, |name| domains.contains(name))
        });
        user && program && domain
    }

    pub(super) fn suppression(&self) -> Suppression {
        Suppression {
            by: self.name.clone(),
            reason: self.reason.clone(),
            owner: self.owner.clone(),
        }
    }
}

fn named(alert: &Alert, kind: EntityKind, test: impl Fn(&str) -> bool) -> bool {
    let mut entities = alert.entities.iter().filter(|entity| entity.kind == kind);
    entities.any(|entity| test(&entity.value))
}
