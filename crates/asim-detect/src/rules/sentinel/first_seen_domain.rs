//! Domains that nobody has asked for in some time.

use std::sync::Arc;

use asim_schema::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{EntityKind, Finding};
use crate::observation::{Observation, Traits};
use crate::rule::{Rule, RuleInfo};
use crate::tuning::{PerRole, Tuning, ticks};
use crate::window::{Group, Key, Sightings, SomeClients, Span, Window};

use super::what::{NAME, is_lookup, is_public};

static INFO: RuleInfo = info! {
    id: "first-seen-domain",
    title: "Domain seen for the first time",
    about: "Somebody asked for a domain for which nobody had asked in the two weeks before. Servers of \
            attacks are young, and domains that people use come back.",
    branch: "FirstSeenDomain",
    severity: Informational,
    risk: 10,
    tactics: ["Command and Control"],
    techniques: [("T1095", "Non-Application Layer Protocol")],
    published: ["DNS Essentials: ConnectionToUnpopularWebsiteDetected"],
    false_positives: [
        "ordinary sites that somebody visits for the first time: this is to look through, not an alarm",
    ],
    needs: &[NAME],
    parameters: [
        ("days", 14, "days", "nobody asked for it in so many days before"),
        ("warm-up", 7, "days", "nothing is told in so many days from the first event on"),
    ],
    kql: "let Known = _Im_Dns(starttime=ago(14d), endtime=ago(1d))\n\
          | summarize by DnsQuery = tolower(DnsQuery);\n\
          _Im_Dns(starttime=ago(1d))\n\
          | where isnotempty(DnsQuery)\n\
          | summarize Lookups = count(), SrcIpAddrs = make_set(SrcIpAddr, 100) by DnsQuery = \
          tolower(DnsQuery)\n\
          | join kind=leftanti Known on DnsQuery",
};

/// Seconds in a day.
const DAY: u64 = 86_400;

/// The rule.
#[derive(Debug)]
pub struct FirstSeenDomain {
    days: u64,
    warm_up: u64,
}

/// The lookups of one domain.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Lookups {
    sightings: Sightings,
    clients: SomeClients,
    answered: u64,
    failed: u64,
}

impl FirstSeenDomain {
    /// The rule with the days of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        let days = |name| PerRole::of(&tuning.per_role(&INFO, name), 0);
        Self {
            days: days("days"),
            warm_up: days("warm-up"),
        }
    }
}

impl Rule for FirstSeenDomain {
    type Pane = Lookups;
    /// The end of the last hour in which somebody asked.
    type Memory = Option<Timestamp>;

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::CLOCK_HOUR
    }

    fn retention(&self) -> i64 {
        i64::try_from(self.days.saturating_add(1).saturating_mul(24)).unwrap_or(i64::MAX)
    }

    fn warm_up(&self) -> u64 {
        self.warm_up.saturating_mul(DAY)
    }

    fn traits(&self) -> Traits {
        Traits::DNS
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        if !is_lookup(observation) || observation.listed().is_some() || !is_public(observation) {
            return None;
        }
        Group::domain(observation)
    }

    fn add(&self, pane: &mut Lookups, observation: Observation<'_>) {
        match observation.response_code() {
            Some(0) => pane.answered += 1,
            Some(_) => pane.failed += 1,
            None => {}
        }
        pane.clients.add(observation);
        pane.sightings.count(observation);
    }

    fn prefetch(&self, pane: &Lookups, _: Observation<'_>) {
        pane.clients.prefetch();
    }

    fn merge(&self, into: &mut Lookups, from: &Lookups) {
        into.sightings.merge(&from.sightings);
        into.clients.merge(&from.clients);
        into.answered += from.answered;
        into.failed += from.failed;
    }

    /// What only ever fails is not there, whether somebody asks for it or not.
    fn weight(&self, pane: &Lookups) -> u64 {
        u64::from(pane.answered > 0 || pane.failed == 0)
    }

    fn enough(&self, _: u8) -> u64 {
        1
    }

    fn judge(
        &self,
        key: &Key,
        _: u8,
        span: Span,
        pane: &Lookups,
        memory: &mut Option<Timestamp>,
    ) -> Option<Finding> {
        let before = memory.replace(span.end);
        let quiet = ticks(self.days.saturating_mul(DAY));
        if before.is_some_and(|end| span.start.ticks().saturating_sub(end.ticks()) < quiet) {
            return None;
        }
        // Ten at most.
        let clients = pane.clients.len();
        let mut finding = Finding::new(&pane.sightings)
            .counter("Clients", clients)
            .columns(INFO.branch.clone(), format!("Clients:{clients}"));
        finding.entities.extend(pane.clients.entities());
        Some(match key.item() {
            Some(domain) => finding.entity(EntityKind::Dns, domain),
            None => finding,
        })
    }
    fn remember(&self, _: &Key, _: u8, span: Span, _: &Lookups, memory: &mut Option<Timestamp>) {
        memory.replace(span.end);
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{Rcode, RrType};

    use super::super::tests::{DAY, found, nonexistent};
    use super::*;
    use crate::rules::tests::{counter, request, response};

    #[test]
    fn a_domain_that_nobody_asked_for_is_told_once_it_is_known_what_people_ask_for() {
        let mut events = Vec::new();
        for day in 0..10 {
            events.push(request(day * DAY, "192.0.2.1", "www.example.com", RrType::A));
        }
        events.push(request(2 * DAY, "192.0.2.1", "early.example", RrType::A));
        events.push(request(8 * DAY, "192.0.2.2", "a.new.co.uk", RrType::A));
        events.push(response(
            8 * DAY + 1,
            "192.0.2.3",
            "b.new.co.uk",
            RrType::A,
            Rcode::NOERROR,
            None,
        ));
        events.push(request(9 * DAY, "192.0.2.3", "c.new.co.uk", RrType::A));
        events.push(request(9 * DAY, "192.0.2.3", "shop.example.com", RrType::A));
        events.sort_by_key(asim_schema::DnsEvent::event_start_time);
        let told = found(FirstSeenDomain::new, "", events);
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!(alert.item.as_deref(), Some("new.co.uk"));
        assert_eq!(counter(alert, "Clients"), Some(2));
    }

    #[test]
    fn a_domain_comes_back_as_new_after_two_weeks_and_not_before() {
        let at = |day: i64| request(day * DAY, "192.0.2.1", "www.example.com", RrType::A);
        let other = request(0, "192.0.2.1", "www.example.net", RrType::A);
        assert_eq!(
            found(FirstSeenDomain::new, "", [other.clone(), at(3), at(18)]).len(),
            1
        );
        assert!(found(FirstSeenDomain::new, "", [other, at(3), at(16)]).is_empty());
    }

    /// They would be new every day.
    #[test]
    fn domains_that_do_not_exist_and_private_names_are_quiet() {
        let events = [
            request(0, "192.0.2.1", "www.example.net", RrType::A),
            nonexistent(8 * DAY, "192.0.2.1", "www.gone.com"),
            request(8 * DAY, "192.0.2.1", "printer.local", RrType::A),
            request(8 * DAY, "192.0.2.1", "7.2.0.192.in-addr.arpa", RrType::PTR),
            request(8 * DAY, "192.0.2.1", "wpad", RrType::A),
        ];
        assert!(found(FirstSeenDomain::new, "", events).is_empty());
    }
}
