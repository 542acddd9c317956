//! Filters: what is refused early is what the exact test refuses.

use std::net::IpAddr;

use asim_parse::engine::Options;
use asim_parse::filter::{CompiledFilter, Filter, Segment};
use asim_parse::value::common::{CommonFields, common};
use asim_schema::{Event, EventSubType, JsonWriter, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::goldens::event;
use crate::run::{Reading, Run, run, run_filtered, settled};
use crate::samples::Suite;

/// So many filters are tried.
const FILTERS: u32 = 384;

/// What the events of a parser's samples hold.
#[derive(Debug, Default)]
struct Values {
    times: Vec<Timestamp>,
    addresses: Vec<IpAddr>,
    names: Vec<String>,
    response_codes: Vec<String>,
    response_addresses: Vec<IpAddr>,
    event_types: Vec<String>,
}

impl Values {
    fn of(runs: &[Run]) -> Self {
        let mut values = Self::default();
        for line in runs.iter().flat_map(Run::lines) {
            let event = event("a sample", line);
            values.times.extend(common(&event).and_then(CommonFields::time));
            let event = match event {
                Event::Dns(event) => event,
                Event::Process(event) => {
                    let kind = event.event_type().map(|kind| kind.as_str().to_owned());
                    values.event_types.extend(kind);
                    continue;
                }
                _ => continue,
            };
            values.addresses.extend(event.src_ip_addr());
            values.names.extend(event.dns_query().map(str::to_owned));
            values
                .response_codes
                .extend(event.event_result_details().map(str::to_owned));
            let response = event.dns_response_name().unwrap_or_default();
            values
                .response_addresses
                .extend(asim_match::addresses_in(response));
            values
                .event_types
                .extend(event.event_type().map(|code| code.text().into_owned()));
        }
        values
    }

    fn filter(&self) -> impl Strategy<Value = Filter> + use<> {
        let seldom = 0.25;
        let times = (
            prop::option::weighted(seldom, time(&self.times)),
            prop::option::weighted(seldom, time(&self.times)),
        );
        let domains = prop::collection::vec(domain(&self.names), 0..4);
        let prefixes = prop::collection::vec(pattern(&self.response_addresses), 0..3);
        let parameters = (
            times,
            prop::option::weighted(seldom, pattern(&self.addresses)),
            prop_oneof![2 => Just(Vec::new()), 3 => domains],
            prop::option::weighted(seldom, word(&self.response_codes)),
            prop::option::weighted(seldom, pattern(&self.response_addresses)),
            prop_oneof![3 => Just(Vec::new()), 1 => prefixes],
            prop::option::weighted(seldom, word(&self.event_types)),
            prop::option::weighted(seldom, prop::sample::select(EventSubType::ALL.to_vec())),
            prop::option::weighted(seldom, prop::sample::select(Segment::ALL.to_vec())),
        );
        parameters.prop_map(
            |(times, source, domains, code, address, prefixes, event_type, sub_type, segment)| {
                let mut filter = Filter::default()
                    .domain_has_any(domains)
                    .response_has_any_prefix(prefixes);
                (filter.starttime, filter.endtime) = match times {
                    (Some(start), Some(end)) if start > end => (Some(end), Some(start)),
                    times => times,
                };
                filter.srcipaddr = source;
                filter.responsecodename = code;
                filter.response_has_ipv4 = address;
                filter.eventtype = event_type;
                filter.eventsubtype = sub_type;
                filter.segment = segment;
                filter
            },
        )
    }
}

/// A time of an event, or one 100 ns beside it.
fn time(times: &[Timestamp]) -> impl Strategy<Value = Timestamp> + use<> {
    let times = choice(times, Timestamp::from_ticks(0));
    (times, -1_i64..=1).prop_map(|(time, step)| time.checked_add_ticks(step).unwrap_or(time))
}

/// A value of an event, in other letter case, or nonsense.
fn word(words: &[String]) -> impl Strategy<Value = String> + use<> {
    let words = choice(words, Some("NOERROR".to_owned()));
    (words, 0..4).prop_map(|(word, form)| match form {
        0 => word.to_lowercase(),
        1 => "!not_REAL_vAlUe".to_owned(),
        _ => word,
    })
}

/// An address of an event, what it begins with, or one that is nowhere.
fn pattern(addresses: &[IpAddr]) -> impl Strategy<Value = String> + use<> {
    let addresses = choice(addresses, "203.0.113.250".parse().ok());
    (addresses, 0..5).prop_map(|(address, form)| {
        let text = address.to_string();
        match (form, text.rsplit_once('.')) {
            (0, Some((start, _))) => format!("{start}."),
            (1, _) => format!("{address}/{}", if address.is_ipv4() { 12 } else { 30 }),
            (2, _) => "203.0.113.".to_owned(),
            _ => text,
        }
    })
}

/// A name of an event or a part of it, in any letter case, or nonsense.
fn domain(names: &[String]) -> impl Strategy<Value = String> + use<> {
    let names = choice(names, Some("www.example.com".to_owned()));
    (
        names,
        0..8,
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
    )
        .prop_map(|(name, form, from, to)| {
            let letters: Vec<_> = name.chars().collect();
            let (from, to) = (from.index(letters.len().max(1)), to.index(letters.len() + 1));
            let part: String = letters
                .get(from.min(to)..from.max(to))
                .unwrap_or_default()
                .iter()
                .collect();
            let domain = match form {
                0 => name.to_uppercase(),
                1 => part.to_uppercase(),
                2 | 3 => part,
                4 => name
                    .split_once('.')
                    .map_or(name.clone(), |(_, rest)| rest.to_owned()),
                5 => "!not_REAL_vAlUe".to_owned(),
                _ => name.clone(),
            };
            if domain.trim().is_empty() {
                "www".to_owned()
            } else {
                domain
            }
        })
}

fn choice<T: Clone + std::fmt::Debug + 'static>(
    values: &[T],
    further: Option<T>,
) -> impl Strategy<Value = T> + use<T> {
    let values: Vec<_> = values.iter().cloned().chain(further).collect();
    prop::sample::select(values)
}

impl Suite {
    /// A sample through a filter is what the exact test leaves of the sample's events, and every record is accounted
    /// for.
    pub fn filters_leave_what_the_exact_test_leaves(&self) {
        let samples = self.samples();
        let context = Self::context();
        let runs: Vec<_> = samples
            .iter()
            .map(|sample| run(self.parser, &sample.bytes, &context))
            .collect();
        let filters = Values::of(&runs).filter();
        let config = Config {
            cases: FILTERS,
            failure_persistence: None,
            ..Config::default()
        };
        let outcome = TestRunner::new(config).run(&(filters, 0..samples.len()), |(filter, sample)| {
            let (Some(sample), Some(whole)) = (samples.get(sample), runs.get(sample)) else {
                return Ok(());
            };
            let compiled = filter.compile().expect("a filter of values");
            let (reading, options) = (Reading::of(self.parser, &sample.bytes), Options::default());
            let input = sample.bytes.as_slice();
            let context = settled(self.parser, input, &context);
            let filtered = run_filtered(self.parser, reading, input, &context, options, Some(&compiled));
            let expected = self.exact(&compiled, whole);
            prop_assert_eq!(filtered.lines(), expected, "{} through {:?}", sample.name, filter);
            let (all, left) = (&whole.report.counts, &filtered.report.counts);
            prop_assert!(left.add_up() && left.read == all.read, "{left:?}");
            prop_assert!(
                left.declined <= all.declined && left.rejected <= all.rejected,
                "{left:?}"
            );
            prop_assert!(filtered.report.never_mapped <= left.filtered, "{left:?}");
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }

    /// The lines of a run whose events a filter selects.
    fn exact<'r>(&self, filter: &CompiledFilter, run: &'r Run) -> Vec<&'r str> {
        let manifest = self.parser.manifest();
        let mut again = Vec::new();
        let selected = run.lines().into_iter().filter(|line| {
            let event = event("a sample", line);
            again.clear();
            JsonWriter::default().write_event(&event, &mut again);
            assert_eq!(again, line.as_bytes());
            filter.selects(&event, manifest)
        });
        selected.collect()
    }
}
