//! The other subcommands, help and version.

use serde_json::Value;

use crate::support::Place;

#[test]
fn sources_as_a_table_and_as_json() {
    let place = Place::new();
    let table = place.run(&["sources"]).ended(0).stdout;
    let zeek = table.lines().find(|line| line.starts_with("zeek ")).unwrap();
    for cell in ["Corelight", "NDJSON", "vimDnsCorelightZeek"] {
        assert!(zeek.contains(cell), "{zeek}");
    }
    let sources: Value = serde_json::from_str(&place.run(&["sources", "--json"]).ended(0).stdout).unwrap();
    let zeek = sources
        .as_array()
        .unwrap()
        .iter()
        .find(|source| source["id"] == "zeek")
        .unwrap();
    assert_eq!(zeek["fields"], zeek["fills"].as_array().unwrap().len());
    assert_eq!(
        (&zeek["vendor"], &zeek["product"]),
        (&"Corelight".into(), &"Zeek".into())
    );
}

#[test]
fn the_schema_in_every_form() {
    let place = Place::new();
    let form = |form: &str| place.run(&["schema", "dns", "--as", form]).ended(0).stdout;
    let table = place.run(&["schema", "dns"]).ended(0).stdout;
    assert_eq!(table, form("table"));
    assert!(
        table
            .lines()
            .any(|line| line.starts_with("DnsQuery ") && line.contains(" 0.1.1 ")),
        "{table}"
    );
    assert!(!table.contains("\nThreatName "));
    let newest = place
        .run(&["schema", "dns", "--schema-version", "1.0.0"])
        .ended(0)
        .stdout;
    assert!(newest.contains("\nThreatName ") && newest.lines().count() > table.lines().count());

    let schema: Value = serde_json::from_str(&form("json-schema")).unwrap();
    assert!(schema["properties"]["DnsQuery"].is_object() && schema["properties"]["ThreatName"].is_null());
    let arrow: Value = serde_json::from_str(&form("arrow")).unwrap();
    assert!(arrow["fields"].as_array().unwrap().len() > 100);
    assert!(form("csv").starts_with("ColumnName,ColumnType,Class,Schema,LogicalType,ListOfValues,Aliased\n"));
    assert!(form("markdown").contains("| `DnsQuery` |"));
}

#[test]
fn the_process_schema_in_every_form() {
    let place = Place::new();
    let form = |form: &str| place.run(&["schema", "process", "--as", form]).ended(0).stdout;
    let table = form("table");
    assert!(
        table
            .lines()
            .any(|line| line.starts_with("ActorScope ") && line.contains(" 0.1.4 ")),
        "{table}"
    );
    let schema: Value = serde_json::from_str(&form("json-schema")).unwrap();
    assert_eq!(schema["properties"]["EventSchema"]["const"], "ProcessEvent");
    assert_eq!(schema["properties"]["TargetProcessFileSize"]["type"], "integer");
    let arrow: Value = serde_json::from_str(&form("arrow")).unwrap();
    assert_eq!(arrow["schema"], "ProcessEvent");
    assert!(form("csv").contains("\nCommandLine,string,Alias,ProcessEvent,,,TargetProcessCommandLine\n"));
    assert!(form("markdown").contains("| `HashType` |"));
    for (arguments, word) in [
        (
            ["--as", "table", "--schema-version", "0.1.3"].as_slice(),
            "there are 0.1.4",
        ),
        (&["--as", "kql"], "the Dns schema alone"),
    ] {
        let run = place
            .run(&[["schema", "process"].as_slice(), arguments].concat())
            .ended(2);
        assert!(run.stderr.contains(word), "{}", run.stderr);
    }
}

#[test]
fn the_alert_schema_in_every_form() {
    let place = Place::new();
    let form = |form: &str| place.run(&["schema", "alert", "--as", form]).ended(0).stdout;
    assert!(
        form("table")
            .lines()
            .any(|line| line.starts_with("AttackTechniques ") && line.contains(" 0.1 "))
    );
    let schema: Value = serde_json::from_str(&form("json-schema")).unwrap();
    assert_eq!(schema["properties"]["EventSchemaVersion"]["const"], "0.1");
    let required = schema["required"].as_array().unwrap();
    assert!(required.contains(&"EventUid".into()) && !required.contains(&"EventResult".into()));
    let arrow: Value = serde_json::from_str(&form("arrow")).unwrap();
    assert_eq!(arrow["schema"], "AlertEvent");
    assert!(form("csv").contains("\nAlertId,string,Alias,AlertEvent,,,EventUid\n"));
    assert!(form("markdown").contains("| `AlertVerdict` |"));
}

#[test]
fn a_form_of_all_versions_takes_none() {
    let run = Place::new()
        .run(&["schema", "dns", "--as", "csv", "--schema-version", "1.0.0"])
        .ended(2);
    assert!(run.stderr.contains("covers all versions"), "{}", run.stderr);
}

#[test]
fn help_and_version_are_answers() {
    let place = Place::new();
    assert_eq!(
        place.run(&["--version"]).ended(0).stdout,
        format!("asim {}\n", env!("CARGO_PKG_VERSION"))
    );
    let short = place.run(&["normalize", "-h"]).ended(0).stdout;
    let long = place.run(&["normalize", "--help"]).ended(0).stdout;
    assert!(!short.contains("Examples:") && long.contains("\nExamples:\n") && short.len() < long.len());
    assert!(place.run(&["--help"]).ended(0).stdout.contains("\nExamples:\n"));
}
