//! DNS tunnels by the shape of what a client asks for below one domain.

mod shape;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::shape::{Measure, NameShape, STEPS};
use super::verdicts::{VerdictServices, is_reversed_address};
use super::{NXDOMAIN, is_reverse, is_shown};
use crate::alert::{EntityKind, Finding, Severity};
use crate::distinct::DistinctSet;
use crate::observation::Observation;
use crate::rule::{Family, Parameter, Rule, RuleInfo, Technique};
use crate::tuning::{PerRole, Tuning};
use crate::window::{Group, Key, Sightings, Span, Waited, Window};

/// Types whose answers carry much, with their numbers (IANA, DNS parameters; 65399 is the private type that iodine
/// asks for).
const CARRIERS: [(u16, &str); 7] = [
    (5, "CNAME"),
    (10, "NULL"),
    (15, "MX"),
    (16, "TXT"),
    (25, "KEY"),
    (33, "SRV"),
    (65_399, "TYPE65399"),
];

/// Names of fewer bytes below their domain carry next to nothing once a tunnel's own header is taken off: `www`, `mail`
/// and their like need not be looked at.
const SHORTEST: usize = 8;

/// More different names than this: the strongest sign, alone not enough. Measured within an hour below one domain: 137
/// in 39 seconds (iodine on Android, MX), 2,816 (dns2tcp, KEY), 3,975 and 4,774 (dnscat2), 7,635 (iodine, CNAME), and 34
/// at most in 15,000 lookups of a crawler.
const FOR_NAMES: u64 = 30;
/// More than nine in ten lookups have a name of their own: what a tunnel sends twice it sends under another name.
const FOR_UNIQUE: u64 = 20;
/// Half of the lookups or more are of types that carry much.
const FOR_TYPES: u64 = 20;
/// One in twenty names or more has a label of more than 52 bytes.
const FOR_LABELS: u64 = 15;
/// The names' entropy is 3 bits a byte or more: 3.1 measured with iodine, 3.9 with dnscat2.
const FOR_ENTROPY: u64 = 10;
/// The names have brought 20,000 bytes or more to the domain's owner.
const FOR_BYTES: u64 = 5;
const MANY_BYTES: u64 = 20_000;
/// Most answers say that there is no such name: a search for names, no conversation.
const AGAINST_NONEXISTENT: u64 = 30;

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("dns-tunnel"),
    title: Cow::Borrowed("Lookups with the shape of a DNS tunnel"),
    description: Cow::Borrowed(
        "One client's lookups below one registrable domain look like a conversation that is carried in names: many \
         different ones, hardly any twice, of types whose answers carry much, with long labels or the letters of \
         encoded data. Points: more than `names` different names 30, nine in ten lookups with a name of their own 20, \
         half of them of the types TXT, NULL, KEY, MX, CNAME or SRV 20, one in twenty with a label over 52 bytes 15, \
         entropy of 3 bits a byte 10, 20,000 bytes of names 5; less 30 when most names do not exist.",
    ),
    family: Family::Beyond,
    branch: Cow::Borrowed("DnsTunnel"),
    severity: Severity::Medium,
    risk_score: 70,
    tactics: Cow::Borrowed(&[
        Cow::Borrowed("Command and Control"),
        Cow::Borrowed("Exfiltration"),
    ]),
    techniques: Cow::Borrowed(&[
        Technique::new("T1071.004", "DNS"),
        Technique::new("T1572", "Protocol Tunneling"),
        Technique::new("T1048", "Exfiltration Over Alternative Protocol"),
    ]),
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://www.sans.org/white-papers/34152/"),
        Cow::Borrowed("https://github.com/ggyggy666/DNS-Tunnel-Datasets"),
        Cow::Borrowed("https://attack.mitre.org/techniques/T1572/"),
    ]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed(
            "virus scanners and block lists that are asked by names: the well-known ones are left out, put others on a list",
        ),
        Cow::Borrowed(
            "content delivery and telemetry domains with a name for every visit: put them on a list",
        ),
        Cow::Borrowed(
            "resolvers that ask for many people: give them a role with more names or a higher score",
        ),
    ]),
    schema: Some("Dns"),
    needs: &[&["DnsQuery"], &["SrcIpAddr", "SrcHostname"]],
    parameters: &[
        Parameter {
            name: "names",
            unit: "names",
            default: 100,
            about: "more different names than this under one domain within an hour",
        },
        Parameter {
            name: "score",
            unit: "points",
            default: 65,
            about: "from so many points on it is told; from 85 on it is high",
        },
    ],
    kql: Cow::Borrowed(
        "_Im_Dns(eventtype='lookup')\n| extend Name = tolower(trim_end(@'\\.', DnsQuery))\n| where Name !endswith \
         '.arpa'\n| extend Domain = extract(@'([^.]+\\.[^.]+)$', 1, Name)\n| extend Below = substring(Name, 0, \
         strlen(Name) - strlen(Domain) - 1)\n| where strlen(Below) >= 8\n| summarize Lookups = count(), Names = \
         dcount(Name, 2), Carriers = countif(DnsQueryTypeName in ('TXT', 'NULL', 'KEY', 'MX', 'CNAME', 'SRV')), \
         LongLabels = countif(Below matches regex @'[^.]{53,}'), Bytes = sum(strlen(Below)), Nonexistent = \
         countif(EventResultDetails == 'NXDOMAIN')\n    by SrcIpAddr, Domain, bin(EventStartTime, 1h)\n| where Names > \
         100\n| extend Score = 30 + iff(Names > 0.9 * Lookups, 20, 0) + iff(2 * Carriers >= Lookups, 20, 0) + iff(20 * \
         LongLabels >= Lookups, 15, 0) + iff(Bytes >= 20000, 5, 0) - iff(2 * Nonexistent > Lookups, 30, 0)\n| where \
         Score >= 65",
    ),
};

/// The rule.
#[derive(Debug)]
pub struct DnsTunnel {
    names: PerRole,
    score: PerRole,
    measure: Measure,
    verdicts: VerdictServices,
}

/// What one client asked for below one domain.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Shape {
    sightings: Sightings,
    names: DistinctSet,
    requests: u32,
    responses: u32,
    nonexistent: u32,
    carriers: u32,
    long_labels: u32,
    /// A bit for each of [`CARRIERS`].
    types: u8,
    /// The bytes of names below the domain.
    bytes: u64,
    /// The sum of the names' entropies, in steps of 1/256 bit.
    entropy: u64,
}

impl Shape {
    /// Counts what an event is in numbers.
    fn take(&mut self, event: Waited, shape: NameShape, bytes: u64) {
        self.names.insert(event.name_hash);
        if event.is_response {
            self.responses = self.responses.saturating_add(1);
        } else {
            self.requests = self.requests.saturating_add(1);
        }
        self.nonexistent += u32::from(event.response_code == Some(NXDOMAIN));
        if let Some(place) = event.query_type.and_then(carrier) {
            self.carriers += 1;
            self.types |= 1 << place;
        }
        self.long_labels += u32::from(shape.has_long_label);
        self.bytes += bytes;
        self.entropy += u64::from(shape.entropy);
    }

    /// The lookups: a source may write both halves of one.
    fn lookups(&self) -> u64 {
        u64::from(self.requests.max(self.responses))
    }

    /// The points, as the description has them.
    fn score(&self, names: u64) -> u64 {
        let count = self.sightings.count;
        let points = [
            (true, FOR_NAMES),
            (
                names.saturating_mul(10) > self.lookups().saturating_mul(9),
                FOR_UNIQUE,
            ),
            (u64::from(self.carriers) * 2 >= count, FOR_TYPES),
            (u64::from(self.long_labels) * 20 >= count, FOR_LABELS),
            (
                self.entropy >= count.saturating_mul(3 * u64::from(STEPS)),
                FOR_ENTROPY,
            ),
            (self.bytes >= MANY_BYTES, FOR_BYTES),
        ];
        let sum: u64 = points
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, points)| points)
            .sum();
        let against = u64::from(self.nonexistent) * 2 > u64::from(self.responses);
        sum.saturating_sub(if against { AGAINST_NONEXISTENT } else { 0 })
    }
}

impl DnsTunnel {
    /// The rule with the thresholds of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        Self {
            names: tuning.per_role(&INFO, "names"),
            score: tuning.per_role(&INFO, "score"),
            measure: Measure::new(),
            verdicts: VerdictServices::new(),
        }
    }
}

/// The place of a type in [`CARRIERS`].
fn carrier(kind: u16) -> Option<usize> {
    CARRIERS.iter().position(|(number, _)| *number == kind)
}

impl Rule for DnsTunnel {
    type Pane = Shape;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::HOUR
    }

    fn group<'o>(&'o self, observation: Observation<'o>) -> Option<Group<'o>> {
        if observation.is_upstream() || observation.listed().is_some() {
            return None;
        }
        if observation.length_below_domain()? < SHORTEST
            || self.verdicts.has(observation.domain_hash())
            || is_reverse(observation)
            || is_reversed_address(observation.below_domain()?)
        {
            return None;
        }
        Group::client_and_domain(observation)
    }

    fn add(&self, pane: &mut Shape, observation: Observation<'_>) {
        let below = observation.below_domain().unwrap_or_default();
        let shape = self.measure.shape(below);
        pane.take(Waited::of(observation, 0), shape, below.len() as u64);
        if is_shown(observation) {
            pane.sightings
                .add(observation, observation.name().unwrap_or_default());
        } else {
            pane.sightings.count(observation);
        }
    }

    /// A name that is shown does not wait, because its text is wanted.
    fn waits(&self, observation: Observation<'_>) -> Option<u32> {
        if is_shown(observation) || self.enough(observation.role()) <= 1 {
            return None;
        }
        let below = observation.below_domain()?;
        self.measure.shape(below).to_note(below.len())
    }

    /// So few events have fewer names than it takes.
    fn most_waiting(&self, role: u8) -> u64 {
        self.names.of(role)
    }

    fn add_waited(&self, pane: &mut Shape, event: Waited) {
        let (shape, bytes) = NameShape::of_note(event.note);
        pane.take(event, shape, bytes);
        pane.sightings.count_at(event.ticks);
    }

    fn prefetch(&self, pane: &Shape, observation: Observation<'_>) {
        pane.names.prefetch(observation.name_hash());
        pane.sightings.prefetch();
    }

    fn merge(&self, into: &mut Shape, from: &Shape) {
        into.sightings.merge(&from.sightings);
        into.names.merge(&from.names);
        into.requests = into.requests.saturating_add(from.requests);
        into.responses = into.responses.saturating_add(from.responses);
        into.nonexistent = into.nonexistent.saturating_add(from.nonexistent);
        into.carriers = into.carriers.saturating_add(from.carriers);
        into.long_labels = into.long_labels.saturating_add(from.long_labels);
        into.types |= from.types;
        into.bytes += from.bytes;
        into.entropy += from.entropy;
    }

    fn weight(&self, pane: &Shape) -> u64 {
        pane.names.len()
    }

    fn enough(&self, role: u8) -> u64 {
        self.names.of(role).saturating_add(1)
    }

    fn exceeds(&self, pane: &Shape, role: u8) -> bool {
        let names = pane.names.len();
        names >= self.enough(role) && pane.score(names) >= self.score.of(role)
    }

    fn judge(&self, key: &Key, role: u8, _: Span, pane: &Shape, (): &mut ()) -> Option<Finding> {
        // More of the window may have shown that it is something else.
        if !self.exceeds(pane, role) {
            return None;
        }
        let names = pane.names.len();
        let score = pane.score(names);
        let count = pane.sightings.count.max(1);
        let lookups = pane.lookups();
        let types = CARRIERS.iter().enumerate();
        let types = types.filter(|(place, _)| pane.types & (1 << place) != 0);
        let types: Vec<_> = types.map(|(_, (_, name))| *name).collect();
        let mut finding = Finding::new(&pane.sightings)
            .counter("Score", score)
            .counter("Names", names)
            .counter("Lookups", lookups)
            .counter("UniquePercent", names.saturating_mul(100) / lookups.max(1))
            .counter("CarrierTypePercent", u64::from(pane.carriers) * 100 / count)
            .counter("LongLabelPercent", u64::from(pane.long_labels) * 100 / count)
            .counter(
                "EntropyMillibits",
                pane.entropy * 1_000 / count / u64::from(STEPS),
            )
            .counter("NameBytes", pane.bytes)
            .counter("NonexistentNames", u64::from(pane.nonexistent))
            .columns(
                "DnsTunnel",
                format!("Score:{score}/Names:{names}/Bytes:{}", pane.bytes),
            );
        if !types.is_empty() {
            finding.details.push(("CarrierTypes", types.join(",")));
        }
        finding.severity = Some(if score >= 85 {
            Severity::High
        } else {
            Severity::Medium
        });
        finding.risk_score = u8::try_from(score.min(100)).ok();
        Some(match key.item() {
            Some(domain) => finding.entity(EntityKind::Dns, domain),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests;
