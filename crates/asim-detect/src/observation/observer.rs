//! From events to observations.

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;

use asim_match::each_address_in;
use asim_schema::{DnsEvent, DnsField, Event, EventSubType, NetworkProtocol, ProcessEvent};
use prefetch_index::prefetch_index;
use xxhash_rust::xxh3::xxh3_64;

use super::batch::{Batch, Details, Place, Row, Slot};
use super::client::Client;
use super::hit::Hits;
use super::name::registered;
use super::name_kind::NameKinds;
use crate::tuning::Tuning;

/// Rules that look at one event and keep no state, such as Sigma's.
pub trait Stateless: Send + Sync {
    /// Appends the rules that the event fulfils, in the ascending order of their numbers.
    fn matches(&self, event: &Event<'_>, hits: &mut Hits<'_>);
}

/// Makes observations of events. It has no state, so that any number of threads may do it.
#[derive(Clone)]
pub struct Observer {
    tuning: Arc<Tuning>,
    stateless: Option<Arc<dyn Stateless>>,
}

impl std::fmt::Debug for Observer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Observer").finish_non_exhaustive()
    }
}

impl Observer {
    /// An observer that knows the roles and lists of a tuning.
    pub fn new(tuning: Arc<Tuning>) -> Self {
        Self {
            tuning,
            stateless: None,
        }
    }

    /// Asks stateless rules of each event as well.
    #[must_use]
    pub fn stateless(mut self, rules: Arc<dyn Stateless>) -> Self {
        self.stateless = Some(rules);
        self
    }

    /// Appends an event's observation to a batch. An event without any time is only counted.
    pub fn observe(&self, event: &Event<'_>, place: Option<Place>, batch: &mut Batch) {
        let mut row = Row::default();
        let mut details = Details {
            place,
            ..Details::default()
        };
        let seen = match event {
            Event::Dns(event) => self.dns(event, &mut row, &mut details, batch),
            Event::Process(event) => self.process(event, &mut row, &mut details, batch),
            _ => return,
        };
        if seen.is_none() {
            batch.untimed += 1;
            return;
        }
        if let Some(rules) = &self.stateless {
            let start = batch.hits.len();
            rules.matches(event, &mut Hits::of(batch));
            let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
            details.hits = (place(start), place(batch.hits.len()));
        }
        batch.push(row, details);
    }

    /// Appends the observations of events that are in memory, as [`observe`](Self::observe) does one by one, but faster.
    /// `first` is the place of the first one; those of the others follow on it.
    pub fn observe_all(&self, events: &[Event<'_>], first: Option<Place>, batch: &mut Batch) {
        let mut place = first;
        for events in events.chunks(AHEAD) {
            // What memory has to bring for many events it brings together, and for one after the other it does not:
            // first the events themselves, then the texts that they lead to.
            std::hint::black_box(events.iter().fold(0, |read, event| read ^ read_event(event)));
            events.iter().for_each(prefetch_texts);
            for event in events {
                self.observe(event, place, batch);
                if let Some(place) = &mut place {
                    place.record = place.record.saturating_add(1);
                }
            }
        }
    }

    fn dns(
        &self,
        event: &DnsEvent<'_>,
        row: &mut Row,
        details: &mut Details,
        batch: &mut Batch,
    ) -> Option<()> {
        row.time = event.event_start_time().or(event.time_generated())?.ticks();
        row.response = event.event_sub_type().map(|kind| kind == EventSubType::Response);
        row.opcode = event.event_type().map(|code| code.0);
        row.query_type = event.dns_query_type().map(|code| code.0);
        details.query_class = event.dns_query_class().map(|code| code.0);
        row.response_code = event.dns_response_code().map(|code| code.0);
        row.server_port = event.dst_port_number();
        details.server_address = event.dst_ip_addr();
        details.reserved_flag = event.dns_flags_z();
        row.tcp = event
            .network_protocol()
            .map(|protocol| protocol == NetworkProtocol::TCP);
        details.client_address = event.src_ip_addr();
        row.upstream = is_upstream(event);
        let rare = Rare::of(event);
        if let Some(host) = rare.client_host {
            lower(batch, details, Slot::ClientHost, host);
        }
        set_reporter(
            batch,
            details,
            rare.device_name,
            event.dvc_ip_addr(),
            event.dvc().or(event.event_product()),
        );
        if let Some(name) = event.dns_query() {
            self.name(name, row, details, batch);
        }
        for (slot, text) in [(Slot::Program, rare.program), (Slot::User, rare.user)] {
            if let Some(text) = text {
                batch.push_text(details, slot, text);
            }
        }
        if let Some(answers) = event.dns_response_name() {
            let start = batch.addresses.len();
            each_address_in(answers, |address| batch.addresses.push(address));
            let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
            details.addresses = (place(start), place(batch.addresses.len()));
            row.has_addresses = start < batch.addresses.len();
            if row.has_addresses {
                batch.push_text(details, Slot::Response, answers);
            }
        }
        self.client(rare.client_host, row, details);
        Some(())
    }

    fn process(
        &self,
        event: &ProcessEvent<'_>,
        row: &mut Row,
        details: &mut Details,
        batch: &mut Batch,
    ) -> Option<()> {
        row.is_process = true;
        row.time = event.event_start_time().or(event.time_generated())?.ticks();
        details.client_address = event.dvc_ip_addr();
        if let Some(host) = event.dvc_hostname() {
            lower(batch, details, Slot::ClientHost, host);
        }
        set_reporter(
            batch,
            details,
            event.dvc_fqdn().or(event.dvc_hostname()),
            event.dvc_ip_addr(),
            event.dvc().or(event.event_product()),
        );
        for (slot, text) in [
            (Slot::Program, event.target_process_name()),
            (Slot::CommandLine, event.target_process_command_line()),
            (Slot::OriginalFileName, event.target_process_file_original_name()),
            (Slot::ParentProgram, event.acting_process_name()),
            (
                Slot::User,
                event
                    .actor_username()
                    .or(event.target_username())
                    .or(event.actor_user_id()),
            ),
        ] {
            if let Some(text) = text {
                batch.push_text(details, slot, text);
            }
        }
        self.client(event.dvc_hostname(), row, details);
        Some(())
    }

    /// The hash and the role of the client.
    fn client(&self, host: Option<&str>, row: &mut Row, details: &Details) {
        let client = match (details.client_address, host) {
            (Some(address), _) => Client::Address(address),
            (None, Some(host)) => {
                let host = host.to_ascii_lowercase();
                row.has_client = true;
                row.client_hash = Client::Host(&host).hash();
                row.role = self.tuning.role(None, Some(&host));
                return;
            }
            (None, None) => return,
        };
        row.has_client = true;
        row.client_hash = client.hash();
        if self.tuning.has_roles() {
            row.role = self.tuning.role(details.client_address, host);
        }
    }

    /// The name in lower case, and its registrable domain.
    fn name(&self, name: &str, row: &mut Row, details: &mut Details, batch: &mut Batch) {
        let start = batch.text.len();
        let name = match name {
            "." => name,
            name => name.strip_suffix('.').unwrap_or(name),
        };
        batch.text.push_str(name);
        if let Some(own) = batch.text.get_mut(start..) {
            own.make_ascii_lowercase();
        }
        batch.set(details, Slot::Name, start);
        let own = batch.text.get(start..).unwrap_or_default();
        row.has_name = true;
        row.name_hash = xxh3_64(own.as_bytes());
        let registered = registered(own);
        row.kinds = NameKinds::of(own, registered);
        if let Some(registered) = registered
            && let Some(domain) = own.get(registered.start..)
        {
            row.domain_start = u16::try_from(registered.start).ok();
            row.domain_hash = xxh3_64(domain.as_bytes());
            row.listed = self.tuning.listed(domain);
        }
    }
}

/// Texts that few events have. What an event shows is asked first, because each of them stands in another line of memory.
struct Rare<'e> {
    client_host: Option<&'e str>,
    device_name: Option<&'e str>,
    program: Option<&'e str>,
    user: Option<&'e str>,
}

impl<'e> Rare<'e> {
    #[inline]
    fn of(event: &'e DnsEvent<'_>) -> Self {
        let shown = event.present_in_any_version();
        let text = |field, text: fn(&'e DnsEvent<'_>) -> Option<&'e str>| {
            if shown.contains(field) { text(event) } else { None }
        };
        Self {
            client_host: text(DnsField::SrcHostname, |event| event.src_hostname()),
            device_name: text(DnsField::DvcFQDN, |event| event.dvc_fqdn())
                .or_else(|| text(DnsField::DvcHostname, |event| event.dvc_hostname())),
            program: text(DnsField::SrcProcessName, |event| event.src_process_name()),
            user: text(DnsField::SrcUsername, |event| event.src_username())
                .or_else(|| text(DnsField::SrcUserId, |event| event.src_user_id())),
        }
    }
}

/// So many events are read ahead.
const AHEAD: usize = 32;

/// Reads something of each line of an event that an observation takes from it, and decides nothing by it: a processor that
/// has guessed wrong would wait. The number means nothing.
fn read_event(event: &Event<'_>) -> u64 {
    let is_there = match event {
        Event::Dns(event) => [
            event.event_start_time().is_some(),
            event.event_product().is_some(),
            event.dvc().is_some(),
            event.present_in_any_version().is_empty(),
            event.dst_port_number().is_some(),
            event.dns_query().is_some(),
            event.dns_response_name().is_some(),
            event.network_protocol().is_some(),
        ],
        _ => [false; 8],
    };
    is_there
        .into_iter()
        .fold(0, |read, is_there| read ^ u64::from(is_there))
}

/// Has memory bring the texts that an observation takes from an event.
fn prefetch_texts(event: &Event<'_>) {
    let texts = match event {
        Event::Dns(event) => [
            event.dns_query(),
            event.dns_response_name(),
            event.dvc().or(event.event_product()),
        ],
        Event::Process(event) => [
            event.target_process_name(),
            event.target_process_command_line(),
            event.dvc_fqdn().or(event.dvc_hostname()),
        ],
        _ => [None; 3],
    };
    for text in texts.into_iter().flatten() {
        for place in (0..text.len()).step_by(64) {
            prefetch_index(text.as_bytes(), place);
        }
    }
}

/// Whether a resolver asked: as ASIM has it, the client is then the loopback address, and the server is not.
fn is_upstream(event: &DnsEvent<'_>) -> bool {
    event.src_ip_addr().is_some_and(|address| address.is_loopback())
        && event.dst_ip_addr().is_some_and(|address| !address.is_loopback())
}

fn lower(batch: &mut Batch, details: &mut Details, slot: Slot, text: &str) {
    let start = batch.text.len();
    batch.text.push_str(text);
    if let Some(own) = batch.text.get_mut(start..) {
        own.make_ascii_lowercase();
    }
    batch.set(details, slot, start);
}

fn set_reporter(
    batch: &mut Batch,
    details: &mut Details,
    name: Option<&str>,
    address: Option<IpAddr>,
    other: Option<&str>,
) {
    let start = batch.text.len();
    match (name, address, other) {
        (Some(name), ..) => batch.text.push_str(name),
        (None, Some(address), _) => {
            // Writing to a string does not fail.
            let _ = write!(batch.text, "{address}");
        }
        (None, None, Some(other)) => batch.text.push_str(other),
        (None, None, None) => return,
    }
    batch.set(details, Slot::Reporter, start);
}

#[cfg(test)]
mod tests {
    use asim_schema::SchemaVersion;

    use super::*;
    use crate::rules::tests::{lookups_of_64_names, process};

    /// Whether an event shows them is asked before they are read, and old versions do not have all of them.
    #[test]
    fn texts_that_few_events_have_are_seen_in_every_version() {
        for version in SchemaVersion::ALL {
            let mut event = DnsEvent::new(version);
            event.set_src_hostname("ws7");
            event.set_dvc_hostname("ns");
            event.set_src_process_name("/usr/bin/dig");
            event.set_src_user_id("S-1-5-18");
            let rare = Rare::of(&event);
            assert_eq!(
                (rare.client_host, rare.device_name, rare.program, rare.user),
                (Some("ws7"), Some("ns"), Some("/usr/bin/dig"), Some("S-1-5-18")),
                "{version:?}"
            );
            event.set_dvc_fqdn("ns.example.com");
            event.set_src_username("system");
            let rare = Rare::of(&event);
            assert_eq!(
                (rare.device_name, rare.user),
                (Some("ns.example.com"), Some("system"))
            );
        }
    }

    #[test]
    fn many_events_are_observed_like_one_after_the_other() {
        let mut events: Vec<Event<'_>> = lookups_of_64_names().into_iter().map(Event::Dns).collect();
        events.insert(
            50,
            process(3, "host", "/usr/bin/dig", "dig axfr example.net").into(),
        );
        let observer = Observer::new(Tuning::default().into());
        let place = |record| Some(Place { input: 2, record });
        let (mut all, mut each) = (Batch::default(), Batch::default());
        observer.observe_all(&events, place(7), &mut all);
        for (record, event) in (7..).zip(&events) {
            observer.observe(event, place(record), &mut each);
        }
        let bytes = |batch: &Batch| {
            let mut bytes = Vec::new();
            batch.pack(|_, one| bytes.push(one.to_vec())).unwrap();
            bytes
        };
        assert_eq!(bytes(&all), bytes(&each));
        assert_eq!(all.len(), events.len());
    }
}
