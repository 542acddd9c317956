//! The reporting device from the path of a file.

use serde_json::Value;

use crate::support::{Place, log};

/// The device of each event, by its query.
fn devices(events: &str) -> Vec<(String, String)> {
    let event = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let device = |line| {
        let event = event(line);
        (text(&event["DnsQuery"]), text(&event["Dvc"]))
    };
    events.lines().map(device).collect()
}

fn logs() -> Place {
    Place::new()
        .with("logs/sensor-1/dns.log", log(&["a.example"]))
        .with("logs/10.0.0.7/dns.log", log(&["b.example"]))
        .with("logs/dns.log", log(&["c.example"]))
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(query, device): &(&str, &str)| ((*query).to_owned(), (*device).to_owned());
    expected.iter().map(owned).collect()
}

#[test]
fn each_file_has_its_own_device() {
    let place = logs();
    for pattern in [
        "^logs/([^/]+)/",
        "(?<dvc>[^/]+)/[^/]+$",
        "^(logs)/(?P<dvc>.*)/dns",
    ] {
        let run = place
            .normalize(&["--dvc-from", pattern, "--dvc", "other", "logs"])
            .ended(0);
        let root = if pattern.starts_with("(?<dvc>") {
            "logs"
        } else {
            "other"
        };
        assert_eq!(
            devices(&run.stdout),
            pairs(&[
                ("b.example", "10.0.0.7"),
                ("c.example", root),
                ("a.example", "sensor-1")
            ]),
            "{pattern}"
        );
    }
}

#[test]
fn without_a_device_the_event_is_as_it_would_be() {
    let place = logs();
    let plain = place.normalize(&["logs/dns.log"]).ended(0).stdout;
    let run = place
        .normalize(&["--dvc-from", "sensor-(.*)/", "logs/dns.log"])
        .ended(0);
    assert_eq!(run.stdout, plain);
}

#[test]
fn the_path_of_standard_input_is_a_dash() {
    let run = Place::new()
        .normalize_input(&["--dvc-from", "^(-)$", "-"], log(&["a.example"]).as_bytes())
        .ended(0);
    assert_eq!(devices(&run.stdout), pairs(&[("a.example", "-")]));
}

#[test]
fn a_pattern_that_finds_no_device_at_all_is_2() {
    let place = logs();
    for (pattern, message) in [("(", "unclosed group"), ("logs", "has no group")] {
        let run = place.normalize(&["--dvc-from", pattern, "logs"]).ended(2);
        assert!(run.stderr.contains(message), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn explain_finds_the_same_device() {
    let place = logs();
    let pattern = "^logs/([^/]+)/";
    let run = place
        .run(&["explain", "--dvc-from", pattern, "logs/sensor-1/dns.log"])
        .ended(0);
    let device = |line: &str| line.contains("DvcHostname") && line.contains("sensor-1");
    assert!(run.stdout.lines().any(device), "{}", run.stdout);
}
