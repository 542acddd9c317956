//! Names as Cobalt Strike's beacon builds them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::alert::{EntityKind, Finding};
use crate::distinct::DistinctSet;
use crate::observation::{Observation, Traits};
use crate::rule::{Rule, RuleInfo};
use crate::tuning::{PerRole, Tuning};
use crate::window::{Group, Key, Reporter, Sightings, Span, Window};

use super::what::{CLIENT, NAME, client_and_domain, is_lookup};

static INFO: RuleInfo = info! {
    id: "cobalt-strike-names",
    title: "Names as Cobalt Strike's DNS beacon builds them",
    about: "A client asked for names that Cobalt Strike builds unless told otherwise: `aaa.stage.123456.` \
            for its stages, and `api.`, `cdn.`, `www6.` or `post.` followed by numbers in hex for its \
            orders and answers.",
    branch: "CobaltStrikeNames",
    severity: High,
    risk: 80,
    tactics: ["Command and Control"],
    techniques: [("T1568", "Dynamic Resolution"), ("T1008", "Fallback Channels")],
    published: ["Attacker Tools Threat Protection Essentials: CobaltDNSBeacon"],
    false_positives: ["content delivery that names its nodes by numbers: put its domain on a list"],
    needs: &[NAME, CLIENT],
    parameters: [(
        "at-least",
        3,
        "names",
        "so many different names of orders and answers or more under one domain within an hour; one of a stage is enough"
    )],
    kql: "_Im_Dns\n\
          | where isnotempty(SrcIpAddr)\n\
          | where DnsQuery matches regex \
          @'(?i)^([a-z]{3}\\.stage\\.[0-9]+\\.|aaa\\.stage\\.|post\\.1[0-9a-f]*\\.[0-9a-f]+\\.|(api|cdn|www6)\\.[0-9a-f]+\\.[0-9a-f]+\\.)'\n\
          | summarize Names = dcount(DnsQuery, 2), Examples = make_set(DnsQuery, 100) by SrcIpAddr, \
          bin(EventStartTime, 1h)",
};

/// The labels that begin the names of orders and answers.
const CHANNELS: [&str; 4] = ["api.", "cdn.", "post.", "www6."];
/// So many digits in hex make two numbers of 32 bits, of which the first may be short.
const DIGITS: usize = 9;
/// A stage is worth more than any number of names.
const STAGE: u64 = u64::MAX / 4;

/// What a name is to a beacon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It fetches its program.
    Stage,
    /// It takes orders or answers.
    Channel,
}

fn part(observation: Observation<'_>) -> Option<Part> {
    let name = observation.name()?;
    if name.get(3..10) == Some(".stage.") {
        let first = name.get(..3)?;
        let next = name.get(10..)?.split('.').next()?;
        let is_number = !next.is_empty() && next.bytes().all(|byte| byte.is_ascii_digit());
        let is_stage = first.bytes().all(|byte| byte.is_ascii_lowercase()) && is_number || first == "aaa";
        return is_stage.then_some(Part::Stage);
    }
    let channel = CHANNELS.iter().find(|channel| name.starts_with(**channel))?;
    let numbers = observation.below_domain()?.get(channel.len()..)?;
    let digits = numbers.bytes().filter(|byte| *byte != b'.');
    let is_channel = digits.clone().count() >= DIGITS && digits.clone().all(|byte| byte.is_ascii_hexdigit());
    is_channel.then_some(Part::Channel)
}

/// The rule.
#[derive(Debug)]
pub struct CobaltStrikeNames {
    names: PerRole,
}

/// What one client asked for below one domain.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Beacon {
    sightings: Sightings,
    reporter: Reporter,
    stages: u64,
    names: DistinctSet,
}

impl CobaltStrikeNames {
    /// The rule with the thresholds of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        Self {
            names: tuning.per_role(&INFO, "at-least"),
        }
    }
}

impl Rule for CobaltStrikeNames {
    type Pane = Beacon;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::HOUR
    }

    fn traits(&self) -> Traits {
        Traits::DNS
    }

    fn group<'o>(&self, observation: Observation<'o>) -> Option<Group<'o>> {
        part(observation)?;
        if observation.listed().is_some() || !is_lookup(observation) {
            return None;
        }
        client_and_domain(observation)
    }

    fn add(&self, pane: &mut Beacon, observation: Observation<'_>) {
        match part(observation) {
            Some(Part::Stage) => pane.stages += 1,
            _ => pane.names.insert(observation.name_hash()),
        }
        pane.sightings
            .add(observation, observation.name().unwrap_or_default());
        pane.reporter.add(observation);
    }

    fn merge(&self, into: &mut Beacon, from: &Beacon) {
        into.sightings.merge(&from.sightings);
        into.reporter.merge(&from.reporter);
        into.stages += from.stages;
        into.names.merge(&from.names);
    }

    fn weight(&self, pane: &Beacon) -> u64 {
        if pane.stages > 0 { STAGE } else { pane.names.len() }
    }

    fn enough(&self, role: u8) -> u64 {
        self.names.of(role).clamp(1, STAGE)
    }

    fn judge(&self, key: &Key, _: u8, _: Span, pane: &Beacon, (): &mut ()) -> Option<Finding> {
        let names = pane.names.len();
        let mut finding = Finding::new(&pane.sightings)
            .counter("Stages", pane.stages)
            .counter("Names", names)
            .columns(
                INFO.branch.clone(),
                format!("Stages:{}/Names:{names}", pane.stages),
            );
        finding.computer = pane.reporter.name();
        Some(match key.item() {
            Some(domain) => finding.entity(EntityKind::Dns, domain),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::RrType;

    use super::super::tests::{CLIENT, found};
    use super::*;
    use crate::rules::tests::{counter, request};

    #[test]
    fn a_stage_is_told_at_once() {
        for name in ["aaa.stage.evil.example.com", "baa.stage.123456.example.com"] {
            let told = found(
                CobaltStrikeNames::new,
                "",
                [request(1, CLIENT, name, RrType::TXT)],
            );
            let [alert] = &told[..] else {
                panic!("{name}: {told:#?}")
            };
            assert_eq!(alert.item.as_deref(), Some("example.com"));
            assert_eq!(counter(alert, "Stages"), Some(1));
        }
    }

    #[test]
    fn three_names_of_orders_and_answers_are_told() {
        let names = |number: u32| {
            (0..number).map(|place| {
                let name = format!("post.1{place:x}.0{place:07x}.19997cf2.example.com");
                request(i64::from(place), CLIENT, &name, RrType::A)
            })
        };
        assert!(found(CobaltStrikeNames::new, "", names(2)).is_empty());
        let told = found(CobaltStrikeNames::new, "", names(3));
        assert_eq!(counter(&told[0], "Names"), Some(3));
    }

    /// The published query finds `post.1` anywhere in a name.
    #[test]
    fn names_that_begin_alike_are_quiet() {
        let names = [
            "api.example.com",
            "api.v1.example.com",
            "cdn.images.example.com",
            "post.1.example.com",
            "blog.post.12345678.cafe.example.com",
            "www6.static-1.example.com",
            "the.stage.theatre.example.com",
            "api.cafe.example.com",
        ];
        let events = (0..5).flat_map(|turn| names.map(|name| request(turn, CLIENT, name, RrType::A)));
        assert!(found(CobaltStrikeNames::new, "", events.collect::<Vec<_>>()).is_empty());
    }
}
