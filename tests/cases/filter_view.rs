//! The unified view over the samples of all sources.

use std::fs;
use std::path::{Path, PathBuf};

use asimkit::filter::Parameter;
use asimkit::{
    Counts, Filter, SchemaKind, Timestamp, UnifiedView, ViewInput, ViewReport, YearEvidence, asim_dns,
    im_dns, registry,
};
use serde_json::Value;

/// All samples of all sources, mixed.
fn samples() -> Vec<PathBuf> {
    let parsers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../parsers");
    let mut paths: Vec<_> = registry::parsers()
        .iter()
        .flat_map(|parser| fs::read_dir(parsers.join(parser.manifest().id).join("samples")).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && path.extension().is_none_or(|extension| extension != "md"))
        .collect();
    paths.sort_by_key(|path| path.file_name().map(ToOwned::to_owned));
    paths
}

fn lines(view: UnifiedView) -> (Vec<String>, ViewReport) {
    let view = view.with(|normalizer| normalizer.year(YearEvidence::BeginsIn(2026)));
    let mut output = Vec::new();
    let report = view
        .ndjson(samples().into_iter().map(ViewInput::file), &mut output)
        .unwrap();
    let lines = String::from_utf8(output).unwrap();
    (lines.lines().map(str::to_owned).collect(), report)
}

fn time(line: &str) -> Timestamp {
    let event: Value = serde_json::from_str(line).unwrap();
    event["TimeGenerated"].as_str().unwrap().parse().unwrap()
}

#[test]
fn all_sources_come_as_one_stream_with_counts_for_each() {
    let (lines, report) = lines(asim_dns());
    assert_eq!(report.inputs.len(), samples().len());
    assert_eq!(lines.len() as u64, report.total.counts.written);
    let mut sum = Counts::default();
    for (source, of_source) in &report.total.sources {
        let manifest = registry::parser(source).unwrap().manifest();
        let makes_dns = manifest.schemas().contains(SchemaKind::Dns);
        assert!(
            of_source.add_up() && (of_source.written > 0) == makes_dns,
            "{source}"
        );
        sum.merge(of_source);
    }
    assert_eq!(sum, report.total.counts);
    let ids: Vec<_> = registry::parsers()
        .iter()
        .map(|parser| parser.manifest().id)
        .collect();
    assert_eq!(report.total.sources.keys().copied().collect::<Vec<_>>(), ids);
}

#[test]
fn by_time_it_is_the_same_events_in_the_order_of_their_times() {
    let directory = std::env::temp_dir();
    let (mut as_read, _) = lines(asim_dns());
    let (by_time, _) = lines(asim_dns().by_time(directory));
    as_read.sort_by_key(|line| time(line));
    assert_eq!(as_read, by_time);
}

#[test]
fn disabled_sources_are_not_in_it_and_the_filter_has_its_default() {
    let (all, _) = lines(asim_dns());
    let (queries, _) = lines(im_dns(&Filter::default()).unwrap());
    let (every_type, _) = lines(im_dns(&Filter::default().eventtype("*")).unwrap());
    assert_eq!(every_type, all);
    let is_query = |line: &&String| line.contains(r#""EventType":"Query""#);
    assert_eq!(queries, all.iter().filter(is_query).cloned().collect::<Vec<_>>());
    assert!(queries.len() < all.len());
    let (without, report) = lines(im_dns(&Filter::default().eventtype("*").disabled(["zeek"])).unwrap());
    assert!(without.len() < all.len() && report.total.sources["zeek"].written == 0);
    assert!(report.total.sources["zeek"].filtered > 0);
    let (without, _) =
        lines(im_dns(&Filter::default().eventtype("*").disabled(["vimDnsInfobloxNIOS"])).unwrap());
    assert!(
        !without
            .iter()
            .any(|line| line.contains(r#""EventProduct":"NIOS""#))
    );
    assert!(
        without
            .iter()
            .any(|line| line.contains(r#""EventProduct":"BIND""#))
    );
    let error = im_dns(&Filter::default().disabled(["vimDnsNobody"]))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("disabled: no source `vimDnsNobody`; there are auditd, bind, "),
        "{error}"
    );
}

#[test]
fn what_a_source_does_not_answer_is_told() {
    let (lines, report) = lines(im_dns(&Filter::default().srcipaddr("192.0.2.")).unwrap());
    assert!(!lines.is_empty());
    // An endpoint's own log of its lookups names no address of the client.
    let unanswered = &report.total.unanswered["sysmon"];
    assert!(unanswered[&Parameter::SrcIpAddr] > 0, "{unanswered:?}");
    assert!(
        !report.total.unanswered.contains_key("zeek"),
        "{:?}",
        report.total.unanswered
    );
}

#[test]
fn an_input_that_cannot_be_read_leaves_the_others() {
    let log = &br#"{"_path":"dns","ts":2.5,"id.orig_h":"192.0.2.6","query":"www.example.com","qtype":1}"#[..];
    let inputs = [
        ViewInput::file("/no/such/file"),
        ViewInput::reader("nothing known", &b"what is this\n"[..]),
        ViewInput::reader("log", log),
    ];
    let (events, report) = asim_dns().events(inputs);
    assert_eq!(events.len(), 1);
    let failed: Vec<_> = report.inputs.iter().map(|input| input.error.is_some()).collect();
    assert_eq!(failed, [true, true, false]);
    assert_eq!(report.inputs[2].source, Some("zeek"));
}
