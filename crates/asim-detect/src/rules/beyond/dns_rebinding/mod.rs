//! DNS rebinding: a public name that leads into the site's own network.

mod reach;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::reach::{Reach, shortest_ttl};
use super::{is_public, is_reverse};
use crate::alert::{EntityKind, Finding, Severity};
use crate::distinct::DistinctSet;
use crate::observation::{Client, Observation, Traits};
use crate::rule::{Family, Parameter, Rule, RuleInfo, Technique};
use crate::tuning::{PerRole, Tuning};
use crate::window::{Group, Key, Sightings, Span, Waited, Window};

/// So many addresses are shown, the lowest ones.
const SHOWN: usize = 5;

static INFO: RuleInfo = RuleInfo {
    id: Cow::Borrowed("dns-rebinding"),
    title: Cow::Borrowed("Public name with an address of the inside"),
    description: Cow::Borrowed(
        "A name below a public suffix was answered with a private, link-local or loopback address: a page under that \
         name may then reach machines of the inside through the browser of a visitor. It is high when the same name \
         had a public address before, with a short time to live, or has both at once.",
    ),
    family: Family::Beyond,
    branch: Cow::Borrowed("DnsRebinding"),
    severity: Severity::Medium,
    risk_score: 50,
    tactics: Cow::Borrowed(&[Cow::Borrowed("Initial Access"), Cow::Borrowed("Discovery")]),
    techniques: Cow::Borrowed(&[
        Technique::new("T1189", "Drive-by Compromise"),
        Technique::new("T1557", "Adversary-in-the-Middle"),
    ]),
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://crypto.stanford.edu/dns/dns-rebinding.pdf"),
        Cow::Borrowed("https://www.rfc-editor.org/rfc/rfc6761"),
        Cow::Borrowed("https://www.rfc-editor.org/rfc/rfc5782"),
    ]),
    false_positives: Cow::Borrowed(&[
        Cow::Borrowed(
            "split-horizon zones, whose names have inside addresses for the inside: put them on a list",
        ),
        Cow::Borrowed(
            "names of makers that lead to a device in the home, such as media servers: put them on a list",
        ),
        Cow::Borrowed(
            "filters that answer with 127.0.0.1: low; with 0.0.0.0 and lists that answer with 127.0.0.2: not told",
        ),
    ]),
    schema: Some("Dns"),
    needs: &[&["DnsQuery"], &["DnsResponseName"]],
    parameters: &[Parameter {
        name: "ttl",
        unit: "seconds",
        default: 10,
        about: "public answers that live no longer than this are remembered for an hour",
    }],
    kql: Cow::Borrowed(
        "_Im_Dns(eventtype='lookup')\n| where EventSubType == 'response' and isnotempty(DnsResponseName)\n| where \
         DnsQuery !endswith '.local' and DnsQuery !endswith '.internal' and DnsQuery !endswith '.arpa' and DnsQuery \
         contains '.'\n| extend Addresses = extract_all(@'(\\d+\\.\\d+\\.\\d+\\.\\d+)', DnsResponseName)\n| mv-expand \
         Address = Addresses to typeof(string)\n| extend Inside = ipv4_is_private(Address) or Address == '127.0.0.1' \
         or Address startswith '169.254.'\n| summarize Inside = countif(Inside), Public = countif(not(Inside)), \
         Addresses = make_set(Address, 5)\n    by DnsQuery, bin(EventStartTime, 1h)\n| where Inside > 0\n| extend \
         Severity = iff(Public > 0, 'High', 'Medium')",
    ),
};

/// The rule.
#[derive(Debug)]
pub struct DnsRebinding {
    ttl: PerRole,
}

/// Where the answers for one name lead.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Answered {
    sightings: Sightings,
    /// Answers that lead to the inside, to the machine itself, to nowhere.
    inside: u64,
    loopback: u64,
    verdicts: u64,
    public: u64,
    /// Answers that lead both ways.
    both: u64,
    /// The first public answer, and the last one that is not, in ticks.
    first_public: Option<i64>,
    last_other: Option<i64>,
    addresses: BTreeSet<IpAddr>,
    clients: DistinctSet,
    some_clients: BTreeSet<Box<str>>,
}

impl Answered {
    /// Whether the name was public and then was not, or is both.
    fn has_turned(&self) -> bool {
        let turned = self.first_public.zip(self.last_other);
        self.both > 0 || turned.is_some_and(|(public, other)| public < other)
    }
}

/// From where the addresses of one answer can be reached: a bit for each [`Reach`].
#[derive(Debug, Clone, Copy)]
struct Kinds(u8);

impl Kinds {
    fn of(addresses: &[IpAddr]) -> Self {
        let bits = addresses.iter().map(|address| 1 << Reach::of(*address) as u8);
        Self(bits.fold(0, |all, bit| all | bit))
    }

    fn has(self, reach: Reach) -> bool {
        self.0 & 1 << reach as u8 != 0
    }
}

impl DnsRebinding {
    /// The rule with the thresholds of a tuning.
    pub fn new(tuning: &Arc<Tuning>) -> Self {
        Self {
            ttl: tuning.per_role(&INFO, "ttl"),
        }
    }
}

/// Keeps the lowest few.
fn keep<T: Ord>(set: &mut BTreeSet<T>, item: T) {
    set.insert(item);
    if set.len() > SHOWN {
        set.pop_last();
    }
}

impl Rule for DnsRebinding {
    type Pane = Answered;
    type Memory = ();

    fn info(&self) -> RuleInfo {
        INFO.clone()
    }

    fn window(&self) -> Window {
        Window::HOUR
    }

    fn traits(&self) -> Traits {
        Traits::ADDRESSES
    }

    fn group<'o>(&'o self, observation: Observation<'o>) -> Option<Group<'o>> {
        let addresses = observation.addresses();
        if addresses.is_empty() || observation.listed().is_some() || observation.is_upstream() {
            return None;
        }
        if !is_public(observation) {
            return None;
        }
        let kinds = Kinds::of(addresses);
        if !kinds.has(Reach::Inside) && !kinds.has(Reach::Loopback) {
            let ttl = shortest_ttl(observation.response()?)?;
            if ttl > self.ttl.of(observation.role()) {
                return None;
            }
        }
        // The list has `onion`, and suffixes below `arpa`.
        let domain = observation.domain()?;
        if domain.strip_suffix(".onion").is_some() || is_reverse(observation) {
            return None;
        }
        Group::name(observation)
    }

    fn add(&self, pane: &mut Answered, observation: Observation<'_>) {
        let addresses = observation.addresses();
        let kinds = Kinds::of(addresses);
        let public = kinds.has(Reach::Public);
        let other = addresses
            .iter()
            .any(|address| Reach::of(*address) != Reach::Public);
        pane.inside += u64::from(kinds.has(Reach::Inside));
        pane.loopback += u64::from(kinds.has(Reach::Loopback));
        pane.verdicts += u64::from(kinds.has(Reach::Verdict));
        pane.public += u64::from(public);
        pane.both += u64::from(public && other);
        let time = observation.ticks();
        if public {
            pane.first_public = Some(pane.first_public.map_or(time, |own| own.min(time)));
        }
        if !other {
            // Nearly all that are remembered never turn.
            pane.sightings.count(observation);
            return;
        }
        pane.last_other = pane.last_other.max(Some(time));
        for address in addresses {
            if Reach::of(*address) != Reach::Public {
                keep(&mut pane.addresses, *address);
            }
        }
        if let Some(client) = observation.client() {
            pane.clients.insert(observation.client_hash());
            if matches!(client, Client::Address(_)) {
                keep(&mut pane.some_clients, client.to_string().into());
            }
        }
        pane.sightings
            .add(observation, observation.response().unwrap_or_default());
    }

    /// A public answer alone tells nothing, and nearly all that are remembered never turn.
    fn waits(&self, observation: Observation<'_>) -> Option<u32> {
        let mut addresses = observation.addresses().iter();
        addresses
            .all(|address| Reach::of(*address) == Reach::Public)
            .then_some(0)
    }

    /// However many public answers there are, they tell nothing.
    fn most_waiting(&self, _: u8) -> u64 {
        u64::MAX
    }

    fn add_waited(&self, pane: &mut Answered, event: Waited) {
        pane.public += 1;
        pane.first_public = Some(pane.first_public.map_or(event.ticks, |own| own.min(event.ticks)));
        pane.sightings.count_at(event.ticks);
    }

    fn merge(&self, into: &mut Answered, from: &Answered) {
        into.sightings.merge(&from.sightings);
        into.inside += from.inside;
        into.loopback += from.loopback;
        into.verdicts += from.verdicts;
        into.public += from.public;
        into.both += from.both;
        into.first_public = into.first_public.into_iter().chain(from.first_public).min();
        into.last_other = into.last_other.max(from.last_other);
        for address in &from.addresses {
            keep(&mut into.addresses, *address);
        }
        into.clients.merge(&from.clients);
        for client in &from.some_clients {
            keep(&mut into.some_clients, client.clone());
        }
    }

    fn weight(&self, pane: &Answered) -> u64 {
        pane.inside + pane.loopback + pane.verdicts
    }

    fn enough(&self, _: u8) -> u64 {
        1
    }

    fn exceeds(&self, pane: &Answered, _: u8) -> bool {
        pane.inside + pane.loopback > 0 || pane.has_turned()
    }

    fn judge(&self, key: &Key, role: u8, _: Span, pane: &Answered, (): &mut ()) -> Option<Finding> {
        if !self.exceeds(pane, role) {
            return None;
        }
        let turned = pane.has_turned();
        let (title, severity, risk) = match pane {
            pane if turned && pane.inside + pane.loopback > 0 => (
                "DNS rebinding: a name led outside and then inside",
                Severity::High,
                85,
            ),
            _ if turned => (
                "Public name that leads nowhere after it led outside",
                Severity::Medium,
                50,
            ),
            pane if pane.inside > 0 => ("Public name with an address of the inside", Severity::Medium, 50),
            _ => (
                "Public name with the address of the machine itself",
                Severity::Low,
                30,
            ),
        };
        let addresses: Vec<_> = pane.addresses.iter().map(IpAddr::to_string).collect();
        let addresses = addresses.join(",");
        let mut finding = Finding::new(&pane.sightings)
            .counter("InsideAnswers", pane.inside)
            .counter("LoopbackAnswers", pane.loopback)
            .counter("VerdictAnswers", pane.verdicts)
            .counter("PublicAnswers", pane.public)
            .counter("Clients", pane.clients.len())
            .columns("DnsRebinding", addresses.clone());
        finding.details.push(("Addresses", addresses));
        finding.title = Some(Cow::Borrowed(title));
        finding.severity = Some(severity);
        finding.risk_score = Some(risk);
        for client in &pane.some_clients {
            finding = finding.entity(EntityKind::Ip, &**client);
        }
        Some(match key.item() {
            Some(name) => finding.entity(EntityKind::Dns, name),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, Rcode, RrType};

    use super::*;
    use crate::Alert;
    use crate::rules::boxed;
    use crate::rules::tests::{alerts, counter, first_ones_count_like_others, response};

    fn found(tuning: &str, events: Vec<DnsEvent<'static>>) -> Vec<Alert> {
        let rule = |tuning: &Arc<Tuning>| boxed(DnsRebinding::new(tuning), tuning);
        alerts(rule, tuning.parse().unwrap(), events)
    }

    fn answer(second: i64, name: &str, addresses: &[&str], ttl: u32) -> DnsEvent<'static> {
        let texts: Vec<_> = addresses.iter().map(|address| format!("\"{address}\"")).collect();
        let ttls = vec![ttl.to_string(); addresses.len()].join(",");
        let text = format!("{{\"answers\":[{}],\"ttls\":[{ttls}]}}", texts.join(","));
        response(second, "192.0.2.7", name, RrType::A, Rcode::NOERROR, Some(&text))
    }

    #[test]
    fn a_name_that_turns_from_outside_to_inside_is_high() {
        let told = found(
            "",
            vec![
                answer(1, "rebind.example.net", &["198.51.100.7"], 1),
                answer(40, "rebind.example.net", &["192.168.1.1"], 1),
            ],
        );
        let [alert] = &told[..] else { panic!("{told:#?}") };
        assert_eq!((alert.severity, alert.risk_score), (Severity::High, 85));
        assert_eq!(alert.columns.result_code.as_deref(), Some("192.168.1.1"));
        assert_eq!(
            (counter(alert, "PublicAnswers"), counter(alert, "InsideAnswers")),
            (Some(1), Some(1))
        );
        assert!(alert.entities.iter().any(|entity| entity.value == "192.0.2.7"));
        let both = vec![answer(
            1,
            "rebind.example.net",
            &["198.51.100.7", "127.0.0.1"],
            300,
        )];
        assert_eq!(found("", both)[0].severity, Severity::High);
    }

    #[test]
    fn a_public_name_with_an_inside_address_is_medium_and_with_that_of_the_machine_low() {
        for (address, severity) in [
            ("10.1.2.3", Severity::Medium),
            ("169.254.169.254", Severity::Medium),
            ("fd00::7", Severity::Medium),
            ("127.0.0.1", Severity::Low),
        ] {
            let told = found("", vec![answer(1, "a.example.co.uk", &[address], 3_600)]);
            assert_eq!(told[0].severity, severity, "{address}");
        }
        // First inside, then outside, as with a machine that was moved.
        let told = found(
            "",
            vec![
                answer(1, "a.example.net", &["10.1.2.3"], 1),
                answer(9, "a.example.net", &["198.51.100.7"], 1),
            ],
        );
        assert_eq!(told[0].severity, Severity::Medium);
    }

    #[test]
    fn the_suffixes_of_private_networks_are_quiet() {
        for name in [
            "printer.local",
            "db.corp.internal",
            "tv.home.arpa",
            "wpad.corp",
            "a.b.test",
            "x.localhost",
            "a.example",
            "hidden.onion",
            "router",
            "7.2.0.192.in-addr.arpa",
        ] {
            assert!(
                found("", vec![answer(1, name, &["10.1.2.3"], 1)]).is_empty(),
                "{name}"
            );
        }
    }

    #[test]
    fn split_horizons_are_on_a_list() {
        let list = "[[list]]\nname = 'own zones'\ndomains = ['example.net']\n";
        assert!(found(list, vec![answer(1, "db.example.net", &["10.1.2.3"], 60)]).is_empty());
    }

    #[test]
    fn block_lists_and_filters_are_quiet() {
        let events = vec![
            answer(1, "2.0.0.127.zen.spamhaus.org", &["127.0.0.2", "127.0.0.4"], 60),
            answer(2, "ads.example.net", &["0.0.0.0"], 2),
            answer(3, "www.example.net", &["198.51.100.7"], 5),
        ];
        assert!(found("", events).is_empty());
        let turned = vec![
            answer(1, "a.example.net", &["198.51.100.7"], 1),
            answer(9, "a.example.net", &["0.0.0.0"], 1),
        ];
        assert_eq!(found("", turned)[0].severity, Severity::Medium);
    }

    #[test]
    fn what_waits_is_counted_whole() {
        let names = (0..64).map(|number| format!("{number}.{}carried.example.net", "x".repeat(number)));
        let events = names.enumerate().flat_map(|(second, name)| {
            let second = i64::try_from(second).unwrap();
            [
                answer(second, &name, &["198.51.100.7"], 1),
                answer(second, &name, &["192.168.1.1"], 1),
            ]
        });
        let rule = DnsRebinding::new(&Tuning::default().into());
        let waiting = first_ones_count_like_others(&rule, events);
        assert!((32..128).contains(&waiting), "{waiting}");
    }
}
