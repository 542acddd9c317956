//! The procedure by which published filtering parsers are tested, on every source's samples: each parameter with
//! values of the source's own events and with nonsense.

use std::collections::BTreeSet;
use std::path::Path;

use asim_parse::engine::Options;
use asim_parse::filter::Filter;
use asim_parse::schema::answers::Answers;
use asim_parse::{Context, Parser, YearEvidence, sniff};
use asim_testkit::{Reading, Sample, Suite, run_filtered};
use asimkit::{SchemaKind, registry};
use serde_json::Value;

/// Stands nowhere in a log.
const NONSENSE: &str = "!not_REAL_vAlUe";

/// An address that stands nowhere in the samples.
const NOBODY: &str = "203.0.113.251";

/// A source of Dns events with its samples.
struct Source {
    parser: &'static dyn Parser,
    samples: Vec<Sample>,
}

impl Source {
    fn all() -> impl Iterator<Item = Self> {
        let parsers = registry::parsers().iter();
        let of_dns = parsers.filter(|parser| parser.manifest().schemas().contains(SchemaKind::Dns));
        of_dns.map(|parser| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../parsers")
                .join(parser.manifest().id);
            Self {
                parser: *parser,
                samples: Suite::new(*parser, &folder.to_string_lossy()).samples(),
            }
        })
    }

    fn id(&self) -> &'static str {
        self.parser.manifest().id
    }

    /// The events of all samples that a filter leaves.
    fn events(&self, filter: &Filter) -> Vec<Value> {
        let filter = filter
            .compile()
            .unwrap_or_else(|error| panic!("{}: {error}", self.id()));
        let lines = self.samples.iter().flat_map(|sample| {
            let mut context = Context::default();
            context.year = Some(YearEvidence::BeginsIn(2026));
            let head = sample.bytes.get(..sniff::HEAD).unwrap_or(&sample.bytes);
            let _ = asim_parse::settle(self.parser, head, &mut context);
            let run = run_filtered(
                self.parser,
                Reading::of(self.parser, &sample.bytes),
                sample.bytes.as_slice(),
                &context,
                Options::default(),
                Some(&filter),
            );
            assert!(run.report.counts.add_up());
            let events = run
                .lines()
                .into_iter()
                .map(|line| serde_json::from_str(line).unwrap());
            events.collect::<Vec<Value>>()
        });
        lines.collect()
    }

    /// The different values of a column.
    fn values(&self, filter: &Filter, column: &str) -> BTreeSet<String> {
        let events = self.events(filter);
        let values = events.iter().filter_map(|event| event.get(column));
        values
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .filter(|value| !value.is_empty())
            .collect()
    }

    fn count(&self, filter: &Filter) -> usize {
        self.events(filter).len()
    }
}

/// A parameter with one value gives events with this value alone, and nonsense gives none.
#[track_caller]
fn scalar(source: &Source, column: &str, filter: impl Fn(&str) -> Filter, nonsense: &str) -> usize {
    let all = source.values(&Filter::default(), column);
    for value in &all {
        let found = source.values(&filter(value), column);
        assert_eq!(
            found,
            BTreeSet::from([value.clone()]),
            "{} {column} {value}",
            source.id()
        );
    }
    assert_eq!(
        source.count(&filter(nonsense)),
        0,
        "{} {column} {nonsense}",
        source.id()
    );
    all.len()
}

/// A parameter with one value, then with two, gives some values and not all.
#[track_caller]
fn list(source: &Source, column: &str, values: &[String], filter: impl Fn(&[&str]) -> Filter) {
    let all = source.values(&Filter::default(), column).len();
    let two: Vec<_> = values.iter().map(String::as_str).take(2).collect();
    for length in 1..=two.len() {
        let chosen = &two[..length];
        let found = source.values(&filter(chosen), column).len();
        // With so few values they may be all that there are.
        assert!(
            found > 0 && (found < all || all <= 2),
            "{} {column} {chosen:?}: {found} of {all}",
            source.id()
        );
    }
}

#[test]
fn response_codes_types_and_halves() {
    for source in Source::all() {
        let codes = scalar(
            &source,
            "EventResultDetails",
            |value| Filter::default().responsecodename(value),
            NONSENSE,
        );
        let types = scalar(
            &source,
            "EventType",
            |value| Filter::default().eventtype(value),
            NONSENSE,
        );
        assert!(
            codes >= 2 && types >= 1,
            "{}: {codes} codes, {types} types",
            source.id()
        );
        let all = source.count(&Filter::default());
        assert_eq!(source.count(&Filter::default().eventtype("*")), all);
        let queries = source.count(&Filter::im_dns());
        for name in ["lookup", "LOOKUP", "query", "Query"] {
            assert_eq!(
                source.count(&Filter::default().eventtype(name)),
                queries,
                "{name}"
            );
        }
        // The alias that the procedure looks at shows the same.
        let filter = Filter::default().responsecodename("nxdomain");
        let aliases = source.values(&filter, "DnsResponseCodeName");
        assert!(
            aliases.is_empty() || aliases == BTreeSet::from(["NXDOMAIN".to_owned()]),
            "{aliases:?}"
        );
    }
}

#[test]
fn client_addresses() {
    for source in Source::all() {
        let filter = |value: &str| Filter::default().srcipaddr(value);
        let found = scalar(&source, "SrcIpAddr", filter, NOBODY);
        assert!(filter(NONSENSE).compile().is_err());
        if found == 0 {
            assert_eq!(source.count(&filter("0.0.0.0/0")), 0);
        }
    }
}

#[test]
fn domains() {
    for source in Source::all() {
        let filter = |values: &[&str]| Filter::default().domain_has_any(values.iter().copied());
        let names: Vec<_> = source.values(&Filter::default(), "Domain").into_iter().collect();
        let names: Vec<_> = names
            .into_iter()
            .filter(|name| name.contains('.') && name.len() > 1)
            .collect();
        assert!(names.len() >= 2, "{}", source.id());
        list(&source, "Domain", &names, filter);
        for name in &names {
            // The text behind the first dot, and the text before the last one.
            let (_, behind) = name.split_once('.').unwrap();
            let (before, _) = name.rsplit_once('.').unwrap();
            for part in [behind, before, &*name.to_uppercase()]
                .iter()
                .filter(|part| !part.trim().is_empty())
            {
                // Only ASCII letters are found in other letter case.
                if part.is_ascii() {
                    let found = source.values(&filter(&[part]), "Domain");
                    assert!(found.contains(name), "{} {name} by {part}", source.id());
                }
            }
        }
        assert_eq!(source.count(&filter(&[NONSENSE])), 0);
        assert_eq!(
            source.count(&filter(&[NONSENSE, &names[0]])),
            source.count(&filter(&[&names[0]]))
        );
    }
}

/// The addresses that stand in the responses of a source's events.
fn response_addresses(source: &Source) -> BTreeSet<String> {
    let texts = source.values(&Filter::default(), "DnsResponseName");
    let words = texts
        .iter()
        .flat_map(|text| text.split(|letter: char| !(letter.is_ascii_hexdigit() || ".:".contains(letter))));
    let addresses = words.filter_map(|word| word.parse::<std::net::IpAddr>().ok());
    addresses
        .map(|address| address.to_canonical().to_string())
        .collect()
}

#[test]
fn response_addresses_and_prefixes() {
    for source in Source::all() {
        let one = |value: &str| Filter::default().response_has_ipv4(value);
        let any = |values: &[&str]| Filter::default().response_has_any_prefix(values.iter().copied());
        let addresses: Vec<_> = response_addresses(&source).into_iter().collect();
        let told = source.values(&Filter::default(), "DnsResponseName");
        if told.is_empty() {
            assert_eq!(
                source.count(&one("0.0.0.0/0")) + source.count(&any(&["0.0.0.0/0"])),
                0
            );
            continue;
        }
        assert_eq!(
            source.count(&one(NOBODY)) + source.count(&any(&[NOBODY, "203.0.112."])),
            0
        );
        assert!(any(&[NONSENSE]).compile().is_err());
        assert!(!addresses.is_empty(), "{}: {told:?}", source.id());
        list(&source, "DnsResponseName", &addresses, any);
        for address in &addresses {
            let found = source.count(&one(address));
            assert!(found > 0, "{} {address}", source.id());
            assert_eq!(source.count(&any(&[address])), found);
            // The prefix up to the last dot, or colon.
            let end = address.rfind(['.', ':']).unwrap();
            if address.parse::<std::net::Ipv4Addr>().is_ok() {
                let prefix = &address[..=end];
                assert!(
                    source.count(&one(prefix)) >= found && source.count(&any(&[prefix])) >= found,
                    "{prefix}"
                );
            }
        }
    }
}

#[test]
fn times() {
    for source in Source::all() {
        let all = source.count(&Filter::default());
        let times = source.values(&Filter::default(), "TimeGenerated");
        // A few of them tell as much as all.
        for time in times.iter().step_by(times.len() / 6 + 1) {
            let time = time.parse().unwrap();
            let from = source.count(&Filter::default().starttime(time));
            let until = source.count(&Filter::default().endtime(time));
            let exactly = source.count(&Filter::default().starttime(time).endtime(time));
            assert!(
                exactly > 0 && from + until == all + exactly,
                "{} {time}",
                source.id()
            );
        }
    }
}

#[test]
fn disabled_sources() {
    for source in Source::all() {
        let manifest = source.parser.manifest();
        assert!(source.count(&Filter::default()) > 0);
        assert_eq!(source.count(&Filter::default().disabled([manifest.id])), 0);
        // Those for processes have nothing to do with Dns events.
        let of_dns = |name: &&&str| name.contains("Dns");
        for function in manifest.asim_functions.iter().filter(of_dns) {
            let filter = Filter::default().disabled([*function]);
            assert!(filter.compile().unwrap().unknown_disabled(&[manifest]).is_empty());
            assert!(
                source.count(&filter) < source.count(&Filter::default()),
                "{function}"
            );
        }
    }
}

/// What stands in a response as text is what its decoded records tell.
#[test]
fn addresses_of_decoded_answers_are_found() {
    for source in Source::all() {
        for event in source.events(&Filter::default()) {
            let Some(text) = event.get("DnsResponseName").and_then(Value::as_str) else {
                continue;
            };
            let answers = Answers::from_text(text, &asim_parse::schema::answers::Question::default());
            for record in answers.iter().flat_map(|answers| &answers.records) {
                let address = record
                    .response
                    .as_deref()
                    .and_then(|response| response.parse().ok());
                let Some(address): Option<std::net::IpAddr> = address else {
                    continue;
                };
                let found: Vec<_> = asim_match::addresses_in(text).collect();
                assert!(found.contains(&address.to_canonical()), "{text}: {address}");
            }
        }
    }
}
