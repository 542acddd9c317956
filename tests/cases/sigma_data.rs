//! What rules in the Sigma format see of a process event is what Sysmon wrote.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::sync::Arc;

use asim_detect::sigma::SigmaRules;
use asim_detect::{Batch, Observer, Tuning};
use asimkit::{Normalizer, Schemas};
use serde_json::Value;

use super::data::{beside, files_below};

/// The columns of event 1 under the names that rules give them.
const NAMES: [&str; 19] = [
    "CommandLine",
    "Company",
    "CurrentDirectory",
    "Description",
    "FileVersion",
    "Hashes",
    "Image",
    "IntegrityLevel",
    "LogonGuid",
    "LogonId",
    "OriginalFileName",
    "ParentCommandLine",
    "ParentImage",
    "ParentProcessId",
    "ParentUser",
    "ProcessId",
    "Product",
    "TerminalSessionId",
    "User",
];

/// What Sysmon writes where it knows nothing.
const UNKNOWN: [&str; 4] = ["", "-", "?", "00000000-0000-0000-0000-000000000000"];

/// A rule that wants exactly this value.
fn rule(id: &str, name: &str, value: &str) -> String {
    let mut escaped = String::new();
    for letter in value.chars() {
        if matches!(letter, '\\' | '*' | '?') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    let mut text = format!("title: {id}\nlogsource:\n  category: process_creation\n  product: windows\n");
    // The order of the hashes is the writer's own, and rules ask for each of them.
    let (name, value) = if name == "Hashes" {
        let parts: Vec<_> = escaped.split(',').collect();
        ("Hashes|contains|all", serde_json::to_string(&parts).unwrap())
    } else {
        (name, serde_json::to_string(&escaped).unwrap())
    };
    write!(
        text,
        "detection:\n  s:\n    EventID: 1\n    {name}: {value}\n  condition: s\n"
    )
    .unwrap();
    text
}

#[test]
fn each_column_of_a_process_fulfils_the_rule_that_wants_its_value() {
    let Some(folder) = beside("data/process/sigma-regression") else {
        return;
    };
    let (mut events, mut missed, mut tested) = (0, BTreeMap::<&str, Vec<String>>::new(), 0);
    for path in files_below(&folder) {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let json = fs::read(&path).unwrap();
        let records = serde_json::Deserializer::from_slice(&json).into_iter::<Value>();
        let normalized = Normalizer::new().schemas(Schemas::ALL).events(&json).unwrap();
        for (event, record) in normalized.events.iter().zip(records.map(Result::unwrap)) {
            let data = record.pointer("/Event/EventData").unwrap();
            let wanted: Vec<_> = NAMES
                .iter()
                .filter_map(|name| {
                    let value = match data.get(*name)? {
                        Value::String(text) => text.clone(),
                        other => other.to_string(),
                    };
                    (!UNKNOWN.contains(&&*value)).then_some((*name, value))
                })
                .collect();
            let texts = wanted
                .iter()
                .map(|(name, value)| (*name, rule(name, name, value)));
            let rules = Arc::new(SigmaRules::load(texts));
            assert!(rules.unloadable().is_empty(), "{:?}", rules.unloadable());
            let observer = Observer::new(Arc::new(Tuning::default())).stateless(rules);
            let mut batch = Batch::default();
            observer.observe(event, None, &mut batch);
            let seen: Vec<_> = batch.iter().next().unwrap().hits().map(|hit| hit.rule).collect();
            for ((name, value), number) in wanted.iter().zip(0..) {
                tested += 1;
                if !seen.contains(&number) {
                    missed.entry(name).or_default().push(value.clone());
                }
            }
            events += 1;
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(
        events >= 136 && tested > 2_000,
        "{events} events, {tested} values"
    );
}
