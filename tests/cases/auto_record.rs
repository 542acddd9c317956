//! Records of several sources in one input, each found by itself.

use std::path::Path;

use asim_testkit::{Sample, Suite};
use asimkit::{
    Counts, DateOrder, Format, NormalizeError, Normalized, Normalizer, Parser, Schemas, Source, YearEvidence,
    registry,
};

fn normalizer(source: Source) -> Normalizer {
    // What some samples leave open and others settle, each for itself.
    Normalizer::new()
        .source(source)
        .schemas(Schemas::ALL)
        .year(YearEvidence::BeginsIn(2026))
        .date_order(DateOrder::MonthDayYear)
}

fn samples(parser: &'static dyn Parser) -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../parsers")
        .join(parser.manifest().id);
    Suite::new(parser, &folder.to_string_lossy()).samples()
}

fn format(parser: &'static dyn Parser, sample: &Sample) -> Format {
    Source::Parser(parser)
        .recognize(&sample.bytes, Schemas::ALL)
        .unwrap()
        .format
}

/// Whether each record of a layout stands alone: no header, and no lines that go on.
fn stands_alone(format: Format) -> bool {
    !matches!(format, Format::HeaderedLines | Format::ContinuedLines)
}

#[test]
fn an_unmixed_input_gives_the_events_of_the_named_source() {
    for parser in registry::parsers() {
        for sample in samples(*parser) {
            if !stands_alone(format(*parser, &sample)) {
                continue;
            }
            let name = &sample.name;
            let id = parser.manifest().id;
            let named = match normalizer(Source::Parser(*parser)).events(&sample.bytes) {
                Err(NormalizeError::Undecided(_)) => continue,
                named => named.unwrap_or_else(|error| panic!("{id}/{name}: {error}")),
            };
            let found = normalizer(Source::AutoRecord)
                .events(&sample.bytes)
                .unwrap_or_else(|error| panic!("{id}/{name}: {error}"));
            assert_eq!(found.report.counts.read, named.report.counts.read, "{id}/{name}");
            // A sample may hold a record of another source, which that source alone reads.
            let mut rest = found.events.iter();
            let all = named.events.iter().all(|event| rest.any(|other| other == event));
            assert!(all, "{id}/{name}: {:#?}", found.report);
            let written = found.report.sources.get(id).map_or(0, |counts| counts.written);
            assert_eq!(written, named.report.counts.written, "{id}/{name}");
        }
    }
}

/// The lines of each of a parser's samples in a layout that has one record a line.
fn lines(parser: &'static dyn Parser) -> Vec<Vec<String>> {
    let one_a_line = |sample: &Sample| {
        matches!(format(parser, sample), Format::Lines | Format::NdJson) && !sample.bytes.contains(&b'\0')
    };
    let samples = samples(parser).into_iter().filter(one_a_line);
    let texts = samples.filter_map(|sample| String::from_utf8(sample.bytes).ok());
    let lines = |text: String| {
        let lines = text.trim_start_matches('\u{feff}').lines();
        lines
            .filter(|line| !line.trim().is_empty())
            .map(str::to_owned)
            .collect()
    };
    texts.map(lines).collect()
}

#[test]
fn a_mixed_input_is_read_record_by_record() {
    let all: Vec<_> = registry::parsers().iter().map(|parser| lines(*parser)).collect();
    let each: Vec<Vec<_>> = all.iter().map(|samples| samples.concat()).collect();
    let longest = each.iter().map(Vec::len).max().unwrap();
    let mut mixed = vec!["a line that no source writes".to_owned()];
    for place in 0..longest {
        mixed.extend(each.iter().filter_map(|lines| lines.get(place)).cloned());
    }
    let found = normalizer(Source::AutoRecord)
        .events(mixed.join("\n").as_bytes())
        .unwrap();
    let counts = found.report.counts;
    assert!(counts.add_up(), "{counts:?}");
    let (mut read, mut written) = (1, 0);
    for (parser, samples) in registry::parsers().iter().zip(&all) {
        let id = parser.manifest().id;
        let named = samples.iter().map(|lines| {
            let named = normalizer(Source::Parser(*parser)).events(lines.join("\n").as_bytes());
            named.unwrap().report.counts
        });
        let mut sum = Counts::default();
        named.for_each(|counts| sum.merge(&counts));
        // Every line is a record, unless those of one activity are joined.
        read += match parser.joins() {
            Some(_) => sum.read,
            None => samples.iter().map(|lines| lines.len() as u64).sum(),
        };
        let named = sum.written;
        let of_source = found.report.sources.get(id).map_or(0, |counts| counts.written);
        // The samples of one source may hold a record of another.
        assert!(of_source >= named, "{id}: {of_source} of {named}");
        written += of_source;
    }
    assert_eq!((counts.read, counts.written), (read, written));
    assert!(found.report.sources["auto-record"].declined > 0);
    assert!(found.report.declined.contains_key("unknown: no source claims it"));
    let sum: u64 = found.report.sources.values().map(|counts| counts.read).sum();
    assert_eq!(sum, counts.read);
}

fn one(input: &str) -> Normalized {
    normalizer(Source::AutoRecord).events(input.as_bytes()).unwrap()
}

#[test]
fn layers_are_peeled_for_each_record() {
    let zeek = r#"{"_path":"dns","ts":1795251600.5,"uid":"C1","id.orig_h":"192.0.2.1","trans_id":1,"query":"a.example","qtype":1}"#;
    let quoted = serde_json::Value::from(zeek).to_string();
    let input = format!(
        "<134>Feb 15 05:59:33 sensor-1 zeek: {zeek}\n{{\"message\":{quoted}}}\n{zeek}\n<30>Feb 15 05:59:33 h cron[1]: no\n"
    );
    let found = one(&input);
    let counts = found.report.counts;
    assert_eq!((counts.read, counts.written, counts.declined), (4, 3, 1));
    assert_eq!(found.report.sources["zeek"].written, 3);
}

#[test]
fn nothing_at_all_is_no_record() {
    assert_eq!(one("").report.counts.read, 0);
    assert_eq!(one("\n \n").report.counts.read, 0);
    assert_eq!(one("what is this\n").report.counts.declined, 1);
}
