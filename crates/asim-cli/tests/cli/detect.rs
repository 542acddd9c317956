//! `asim detect`.

use std::path::Path;

use serde_json::Value;

use crate::support::{Place, log_of, row_at};

/// A log in which one client sweeps a domain: a name each ten seconds, from a second after 2026-11-21T09:00:00Z.
fn sweep(from: i64, number: i64, domain: &str) -> String {
    let rows: Vec<_> = (0..number)
        .map(|place| {
            row_at(
                &format!("{}.5", 1_795_251_600 + from + place * 10),
                &format!("h{place}.{domain}"),
            )
        })
        .collect();
    log_of(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

fn alerts(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const ONE: [&str; 4] = ["detect", "--quiet", "--rule", "subdomain-sweep"];

fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ONE.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn a_sweep_is_told_with_its_samples_and_their_places() {
    let place = Place::new().with("dns.log", sweep(0, 120, "example.com"));
    let run = place.run(&arguments(&["--to", "ndjson", "dns.log"])).ended(0);
    let told = alerts(&run.stdout);
    let [alert] = &told[..] else {
        panic!("{}", run.stdout)
    };
    for (column, value) in [
        ("ClientIP", "192.0.2.6"),
        ("QueryType", "EnumerationSweep"),
        ("Name", "example.com"),
        ("ResultCode", "UniqueSubdomains:120/QueryCount:120"),
        ("DetectionBranch", "SubdomainEnumerationSweep"),
        ("RuleId", "subdomain-sweep"),
        ("Severity", "Medium"),
    ] {
        assert_eq!(alert[column], value, "{column}");
    }
    assert_eq!(alert["RiskScore"], 70);
    let sample = &alert["Evidence"][0];
    let number = sample["Record"].as_u64().unwrap();
    assert_eq!(sample["File"], "dns.log");
    assert_eq!(sample["Text"], format!("h{}.example.com", number - 1));
}

#[test]
fn events_that_were_written_before_give_the_same_alerts() {
    let place = Place::new().with("dns.log", sweep(0, 120, "example.com"));
    let events = place.normalize(&["--quiet", "dns.log"]).ended(0).stdout;
    let place = place.with("events.ndjson", &events);
    let article = |file: &str| {
        let run = place.run(&arguments(&["--to", "article", file])).ended(0);
        run.stdout
    };
    let raw = article("dns.log");
    assert!(raw.contains("EnumerationSweep"), "{raw}");
    assert_eq!(raw, article("events.ndjson"));
}

/// Parquet and Arrow, each recognized by its first bytes.
#[test]
fn tables_of_events_give_the_same_alerts() {
    let place = Place::new().with("dns.log", sweep(0, 120, "example.com"));
    for form in ["parquet", "arrow"] {
        place
            .run(&["normalize", "--quiet", "--to", form, "-o", form, "dns.log"])
            .ended(0);
    }
    let article = |file: &str| place.run(&arguments(&["--to", "article", file])).ended(0).stdout;
    let raw = article("dns.log");
    assert!(!raw.is_empty());
    assert_eq!(raw, article("parquet"));
    assert_eq!(raw, article("arrow"));
    let kql = |file: &str| {
        let choices = ["detect", "--quiet", "--kql-compatible", "--to", "article", file];
        place.run(&choices).ended(0).stdout
    };
    assert_eq!(kql("dns.log"), kql("parquet"));
}

#[test]
fn threads_and_blocks_change_nothing() {
    let place = Place::new().with("dns.log", sweep(0, 3_000, "example.com"));
    let run = |jobs: &str, block: &str| {
        let choices = ["--to", "ndjson", "--jobs", jobs, "--block-size", block, "dns.log"];
        place.run(&arguments(&choices)).ended(0).stdout
    };
    let one = run("1", "256K");
    assert!(one.lines().count() > 1, "{one}");
    assert_eq!(one, run("2", "4K"));
    assert_eq!(one, run("3", "64K"));
}

/// The files of two sensors tell of the same time.
#[test]
fn several_inputs_are_seen_in_the_order_of_time() {
    let place = Place::new()
        .with("a.log", sweep(0, 80, "example.com"))
        .with("b.log", sweep(5, 80, "example.com").replace("\th", "\tg"));
    let run = place
        .run(&arguments(&["--to", "ndjson", "b.log", "a.log"]))
        .ended(0);
    let told = alerts(&run.stdout);
    assert_eq!(told.len(), 1, "{}", run.stdout);
    assert_eq!(told[0]["Counters"]["UniqueSubdomains"], 160);
}

#[test]
fn a_run_goes_on_from_its_state() {
    let place = Place::new()
        .with("whole.log", sweep(0, 300, "example.com"))
        .with("first.log", sweep(0, 150, "example.com"));
    let second = sweep(0, 300, "example.com");
    let rows: Vec<_> = second.lines().collect();
    let (header, records) = rows.split_at(7);
    let rest = [header, &records[150..]].concat().join("\n") + "\n";
    let end = sweep(20_000, 1, "example.org");
    let place = place.with("second.log", rest).with("end.log", end);
    let run = |files: &[&str]| {
        let mut told = String::new();
        for file in files {
            let choices = ["--to", "article", "--state", "state", file];
            told += &place.run(&arguments(&choices)).ended(0).stdout;
        }
        told
    };
    let apart = run(&["first.log", "second.log", "end.log"]);
    let whole = place
        .run(&arguments(&["--to", "article", "whole.log"]))
        .ended(0)
        .stdout;
    assert!(!whole.is_empty());
    assert_eq!(whole, apart);
    let place = place.with("state", "no state");
    let run = place.run(&arguments(&["--state", "state", "whole.log"])).ended(2);
    assert!(
        run.stderr.contains("state: is no state of `asim detect`"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_exempt_is_told_in_the_summary() {
    let tuning = "[[exemption]]\nname = 'scanner'\nclients = ['192.0.2.6']\nreason = 'weekly scan'\n";
    let place = Place::new()
        .with("dns.log", sweep(0, 120, "example.com"))
        .with("site.toml", tuning);
    let choices = [
        "detect",
        "--rule",
        "subdomain-sweep",
        "--allow",
        "site.toml",
        "--fail-on",
        "low",
        "dns.log",
    ];
    let run = place.run(&choices).ended(0);
    assert!(run.stdout.contains("nothing found"), "{}", run.stdout);
    assert!(
        run.stderr.contains("1 suppressed by scanner: weekly scan"),
        "{}",
        run.stderr
    );
    let shown = place
        .run(&arguments(&[
            "--allow",
            "site.toml",
            "--show-suppressed",
            "--to",
            "ndjson",
            "dns.log",
        ]))
        .ended(0);
    let told = alerts(&shown.stdout);
    assert_eq!(told[0]["SuppressedBy"]["By"], "scanner");
    assert_eq!(told[0]["SuppressedBy"]["Reason"], "weekly scan");
}

#[test]
fn the_status_follows_the_severity() {
    let place = Place::new().with("dns.log", sweep(0, 120, "example.com"));
    place.run(&arguments(&["dns.log"])).ended(0);
    place
        .run(&arguments(&["--fail-on", "medium", "dns.log"]))
        .ended(1);
    place.run(&arguments(&["--fail-on", "high", "dns.log"])).ended(0);
    let run = place.run(&arguments(&["--fail-on", "worse", "dns.log"])).ended(2);
    assert!(
        run.stderr.contains("none of informational, low, medium, high"),
        "{}",
        run.stderr
    );
}

#[test]
fn wrong_names_are_refused_before_anything_is_read() {
    let place = Place::new()
        .with("dns.log", sweep(0, 1, "example.com"))
        .with("rule.toml", "[rule.no-such]\nnames = 1\n")
        .with(
            "field.toml",
            "[[exemption]]\nname = 'x'\nreason = 'y'\nclient = ['192.0.2.1']\n",
        )
        .with("all.toml", "[[exemption]]\nname = 'x'\nreason = 'y'\n");
    for (choices, problem) in [
        (vec!["--rule", "no-such", "dns.log"], "no rule `no-such`"),
        (
            vec!["--allow", "rule.toml", "dns.log"],
            "rule.toml: no rule `no-such`",
        ),
        (vec!["--allow", "field.toml", "dns.log"], "unknown field `client`"),
        (vec!["--allow", "all.toml", "dns.log"], "would hide everything"),
        (vec!["--allow", "gone.toml", "dns.log"], "gone.toml: "),
        (vec!["gone.log"], "gone.log: "),
    ] {
        let choices: Vec<_> = ["detect"].into_iter().chain(choices).collect();
        let run = place.run(&choices).ended(2);
        assert!(run.stderr.contains(problem), "{choices:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{choices:?}: nothing was looked at");
    }
}

#[test]
fn rules_that_nothing_can_feed_say_so() {
    let place = Place::new().with("dns.log", sweep(0, 1, "example.com"));
    let run = place.run(&["detect", "dns.log"]).ended(0);
    assert!(
        run.stderr
            .contains("enumeration-tool saw nothing: no source of this run fills TargetProcessName"),
        "{}",
        run.stderr
    );
    assert!(
        !run.stderr.contains("subdomain-sweep saw nothing"),
        "{}",
        run.stderr
    );
}

#[test]
fn every_rule_is_listed() {
    let place = Place::new();
    let run = place.run(&["detect", "--list"]).ended(0);
    assert!(
        run.stdout
            .contains("subdomain-sweep: Subdomain enumeration sweep\n"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("names = 100 names: "), "{}", run.stdout);
    let json = place.run(&["detect", "--list", "--to", "ndjson"]).ended(0);
    for info in alerts(&json.stdout) {
        for member in ["id", "title", "description", "kql", "needs", "severity"] {
            assert!(info.get(member).is_some(), "{member}: {info}");
        }
    }
}

#[test]
fn the_published_query_is_run_to_the_letter() {
    let place = Place::new().with("dns.log", sweep(3_000, 120, "example.co.uk"));
    let run = place
        .run(&[
            "detect",
            "--quiet",
            "--kql-compatible",
            "--to",
            "article",
            "dns.log",
        ])
        .ended(0);
    // An hour of the clock ends on the way, and neither part has more than a hundred names.
    assert_eq!(run.stdout, "");
    let place = place.with("dns.log", sweep(0, 120, "example.co.uk"));
    let run = place
        .run(&[
            "detect",
            "--quiet",
            "--kql-compatible",
            "--to",
            "article",
            "dns.log",
        ])
        .ended(0);
    let rows = alerts(&run.stdout);
    assert_eq!(rows[0]["Name"], "co.uk");
    assert_eq!(
        rows[0]["ResultCode_string"],
        "UniqueSubdomains:120/QueryCount:120"
    );
}

#[test]
fn indicators_are_looked_for() {
    let place = Place::new()
        .with("dns.log", sweep(0, 2, "bad.example"))
        .with("feed.csv", "value,severity,title\nbad.example,high,Test\n");
    let run = place
        .run(&[
            "detect",
            "--quiet",
            "--indicators",
            "feed.csv",
            "--to",
            "ndjson",
            "--fail-on",
            "high",
            "dns.log",
        ])
        .ended(1);
    assert!(
        alerts(&run.stdout)
            .iter()
            .any(|alert| alert["RuleId"] == "indicator-match"),
        "{}",
        run.stdout
    );
}

#[test]
fn alerts_can_be_events_of_asim() {
    let place = Place::new().with("dns.log", sweep(0, 120, "example.com"));
    let run = place.run(&arguments(&["--to", "alert", "dns.log"])).ended(0);
    let event = &alerts(&run.stdout)[0];
    for (column, value) in [
        ("EventSchema", "AlertEvent"),
        ("EventType", "Alert"),
        ("AlertName", "Subdomain enumeration sweep"),
        ("EventSeverity", "Medium"),
        ("AttackTechniques", "T1596.001"),
        ("DvcIpAddr", "192.0.2.6"),
    ] {
        assert_eq!(event[column], value, "{column}: {event}");
    }
}

/// The article's tests as hosts log them, each beside what only looks like it.
#[test]
fn tools_are_told_from_the_logs_of_hosts() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../asim-detect/samples");
    for (file, expected) in [
        (
            "auditd.log",
            &[
                "DNS enumeration tool dnsrecon",
                "DNS enumeration tool subfinder",
                "Zone transfer by a command",
            ][..],
        ),
        (
            "sysmon.xml",
            &["DNS enumeration tool subfinder", "Zone transfer by a command"],
        ),
        (
            "security.xml",
            &["DNS enumeration tool amass", "Zone transfer by a command"],
        ),
    ] {
        let path = samples.join(file);
        let run = Place::new()
            .run(&["detect", "--quiet", "--to", "ndjson", path.to_str().unwrap()])
            .ended(0);
        let mut titles: Vec<_> = alerts(&run.stdout)
            .iter()
            .map(|alert| alert["Title"].as_str().unwrap().to_owned())
            .collect();
        titles.sort();
        assert_eq!(titles, expected, "{file}");
    }
}
