//! One set of events in two forms gives the same output.

use std::fs;
use std::process::Command;

use asimkit::Normalizer;

use super::data::{beside, skipped};

/// So many records are generated.
const RECORDS: usize = 20_000;

fn ndjson(log: &[u8]) -> String {
    let mut lines = Vec::new();
    let report = Normalizer::new().ndjson(log, &mut lines).unwrap();
    assert_eq!(
        (report.counts.read, report.counts.written),
        (RECORDS as u64, RECORDS as u64)
    );
    String::from_utf8(lines).unwrap()
}

#[test]
fn generated_tsv_and_json_twins_give_the_same_ndjson() {
    let Some(generator) = beside("bench/gen/gen_dns.py") else {
        return;
    };
    let folder = std::env::temp_dir().join(format!("asimkit-twins-{}", std::process::id()));
    let made = Command::new("python3")
        .arg(generator)
        .arg(&folder)
        .args(["-n", &RECORDS.to_string(), "--only", "zeek"])
        .status();
    if !made.is_ok_and(|status| status.success()) {
        skipped("the generator needs python3");
        return;
    }
    let tsv = ndjson(&fs::read(folder.join("zeek_dns.log")).unwrap());
    let json = ndjson(&fs::read(folder.join("zeek_dns.json")).unwrap());
    fs::remove_dir_all(&folder).unwrap();
    // TSV has rtt to the microsecond; the JSON's further digits can round to the next one.
    let differing = tsv.lines().zip(json.lines()).filter(|(tsv, json)| tsv != json);
    for (tsv, json) in differing {
        assert_eq!(without_duration(tsv), without_duration(json));
        assert!(
            microseconds(tsv).abs_diff(microseconds(json)) <= 1,
            "{tsv}\n{json}"
        );
    }
}

fn without_duration(line: &str) -> serde_json::Value {
    let mut event: serde_json::Value = serde_json::from_str(line).unwrap();
    for name in ["EventEndTime", "DnsNetworkDuration", "Duration"] {
        event.as_object_mut().unwrap().remove(name);
    }
    event
}

/// The microseconds of the minute at which the event ended.
fn microseconds(line: &str) -> u64 {
    let event: serde_json::Value = serde_json::from_str(line).unwrap();
    let end = event["EventEndTime"].as_str().unwrap();
    end[17..26]
        .replace('.', "")
        .trim_end_matches('Z')
        .parse()
        .unwrap()
}
