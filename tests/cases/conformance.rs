//! The testers: published results, and what every parser writes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use asimkit::conformance::{Checker, Level, Own, Report, RuleSet, Table};
use asimkit::{Normalizer, SchemaKind, Schemas, registry};

use super::data::{beside, files_below};

pub(super) fn check(rules: RuleSet, records: &str) -> Report {
    let mut checker = Checker::new(rules);
    Table::read(&mut checker, "test", records.as_bytes()).unwrap();
    checker.finish()
}

#[test]
fn every_rule_is_documented() {
    let page = fs::read_to_string(root().join("docs/conformance.md")).unwrap();
    for rule in Own::ALL {
        assert!(
            page.contains(&format!("`{}`", rule.id())),
            "docs/conformance.md lacks {}",
            rule.id()
        );
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Errors under the published rules that follow from the design, each of which docs/conformance.md explains.
fn is_known(rule: &str, column: &str, values: &[&str]) -> bool {
    let all = |known: &dyn Fn(&str) -> bool| values.iter().all(|value| known(value));
    match (rule, column) {
        ("missing-mandatory", "Type" | "Src") | ("invalid-value", "EventVendor" | "EventProduct") => true,
        ("invalid-value", "DnsQueryTypeName") => all(&|value| matches!(value, "NB" | "NBSTAT")),
        ("invalid-value", "EventType") => all(&|value| value.starts_with("OPCODE") || value == "IQuery"),
        ("invalid-value", "DvcFQDN" | "SrcFQDN" | "DstFQDN") => {
            all(&|value| value.contains(['\\', '-']) || value.contains("xn--"))
        }
        _ => false,
    }
}

/// What breaks the promise in the lines that a parser wrote: a table for each schema among them.
fn broken_promises(what: &str, ndjson: &[u8]) -> Vec<String> {
    let mut broken = Vec::new();
    for schema in [SchemaKind::Dns, SchemaKind::Process] {
        let mark = format!("\"EventSchema\":\"{}\"", schema.name());
        let own = ndjson
            .split_inclusive(|byte| *byte == b'\n')
            .filter(|line| line.windows(mark.len()).any(|window| window == mark.as_bytes()));
        let own = own.collect::<Vec<_>>().concat();
        for rules in [RuleSet::of(schema), RuleSet::published_of(schema)] {
            let published = rules.is_published();
            let mut checker = Checker::new(rules);
            if Table::read(&mut checker, what, &own[..]).unwrap() == Table::Empty {
                continue;
            }
            let report = checker.finish();
            let errors = report.findings.iter();
            for finding in errors.filter(|finding| finding.level == Level::Error) {
                let values: Vec<_> = finding
                    .examples
                    .iter()
                    .map(|example| example.value.as_str())
                    .collect();
                let known = match schema {
                    SchemaKind::Dns => is_known(finding.rule, &finding.column, &values),
                    _ => is_known_of_processes(finding.rule, &finding.column, &values),
                };
                if !published || !known {
                    broken.push(format!("{what}: {}", finding.text));
                }
            }
        }
    }
    broken
}

/// The same for processes: what sources do not tell of every process is missing from whole tables, and with it the
/// aliases and the kinds that go with it.
fn is_known_of_processes(rule: &str, column: &str, values: &[&str]) -> bool {
    let of_sources = [
        "ActingProcessId",
        "ActorUsername",
        "ActorUsernameType",
        "CommandLine",
        "Process",
        "TargetProcessCommandLine",
        "TargetProcessId",
        "TargetProcessName",
        "TargetUsername",
        "TargetUsernameType",
        "User",
    ];
    match rule {
        // The published list takes `Dvc` for a host name; the article, for the best name that is known.
        "invalid-value" if column == "Dvc" => true,
        "missing-mandatory" | "missing-conditional" | "missing-alias" => {
            of_sources.contains(&column) || column == "Type"
        }
        _ => is_known(rule, column, values),
    }
}

#[test]
fn every_golden_keeps_to_the_schema() {
    let (mut seen, mut broken) = (0, Vec::new());
    for parser in registry::parsers() {
        let folder = root().join("parsers").join(parser.manifest().id).join("goldens");
        if !folder.is_dir() {
            continue;
        }
        for path in files_below(&folder) {
            if path.extension().is_some_and(|extension| extension == "ndjson") {
                broken.extend(broken_promises(
                    &path.display().to_string(),
                    &fs::read(&path).unwrap(),
                ));
                seen += 1;
            }
        }
    }
    assert!(
        seen > 5 && broken.is_empty(),
        "{seen} goldens\n{}",
        broken.join("\n")
    );
}

#[test]
fn everything_made_of_real_data_keeps_to_the_schema() {
    let Some(folder) = beside("data") else { return };
    let (mut tables, mut broken) = (0, Vec::new());
    let time = asimkit::Timestamp::from_unix_seconds(1_760_000_000).unwrap();
    let normalizer = Normalizer::new().assume_time(time).schemas(Schemas::ALL);
    for path in files_below(&folder) {
        let bytes = fs::read(&path).unwrap();
        let mut ndjson = Vec::new();
        // What no parser recognizes is no log of ours.
        if normalizer.ndjson(&bytes[..], &mut ndjson).is_ok() && !ndjson.is_empty() {
            broken.extend(broken_promises(&path.display().to_string(), &ndjson));
            tables += 1;
        }
    }
    assert!(
        tables > 3 && broken.is_empty(),
        "{tables} tables\n{}",
        broken.join("\n")
    );
}

/// The lines of a published result.
fn published(name: &str) -> Option<Vec<String>> {
    let text = fs::read_to_string(beside(&format!("data/asim/tests/{name}"))?).unwrap();
    let lines = text.trim_start_matches('\u{feff}').lines().map(|line| {
        let line = line.trim().trim_end_matches(',');
        let inner = line.strip_prefix('"').and_then(|line| line.strip_suffix('"'));
        inner.map_or_else(|| line.to_owned(), |inner| inner.replace("\"\"", "\""))
    });
    Some(lines.filter(|line| line.starts_with('(')).collect())
}

/// The text between two marks.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let rest = text.split_once(before).map_or("", |(_, rest)| rest);
    rest.split_once(after).map_or(rest, |(found, _)| found)
}

/// The columns of the parser are those of the list that its published result does not call missing, and those that it
/// calls extra; type columns without their partner are missing and not told.
#[test]
fn the_schema_test_of_nxlog_comes_out_line_by_line() {
    let Some(expected) = published("Microsoft_DNS Server_Dns_SchemaTest_vimDnsMicrosoftNXLog.csv") else {
        return;
    };
    assert_eq!(expected.len(), 118);
    let missing: BTreeSet<_> = expected
        .iter()
        .filter(|line| line.contains(": Missing "))
        .map(|line| between(line, "[", "]"))
        .collect();
    let list = fs::read_to_string(root().join("schemas/generated/dns.tester.csv")).unwrap();
    let rows: Vec<Vec<&str>> = list
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect();
    let mut checker = Checker::new(RuleSet::dns_published());
    for row in &rows {
        let (name, column_type, class, partner) = (row[0], row[1], row[2], row[row.len() - 1]);
        let alone = class == "Conditional" && missing.contains(partner);
        if !missing.contains(name) && !alone {
            checker.schema_column(name, column_type);
        }
    }
    for line in expected.iter().filter(|line| line.contains("extra unnormalized")) {
        checker.schema_column(between(line, "[", "]"), "string");
    }
    let found: Vec<_> = checker
        .finish()
        .findings
        .into_iter()
        .map(|finding| finding.text)
        .collect();
    assert_eq!(found, expected);
}

/// The published results of the data tester, from tables made to have just these values.
#[test]
fn the_published_data_tests_come_out_line_by_line() {
    for (name, records, other_version) in [
        // The list has got the product since.
        (
            "InfobloxBloxOne_ASimDns_ASimDataTester.csv",
            1000,
            &["[EventProduct]"][..],
        ),
        (
            "Microsoft_DNS Server_Dns_DataTest_vimDnsMicrosoftNXLog.csv",
            201,
            &[],
        ),
        ("Microsoft_Sysmon_VimDns_DataTest.csv", 10, &[]),
    ] {
        let Some(mut expected) = published(name) else {
            return;
        };
        assert!(!expected.is_empty(), "{name}");
        expected.retain(|line| !other_version.iter().any(|part| line.contains(part)));
        let mut rows = vec![serde_json::Map::new(); records];
        let filler = |column: &str| match column {
            "DvcDomain" | "DvcFQDN" | "DnsQuery" | "Domain" => serde_json::json!("www.example.com"),
            "SrcIpAddr" => serde_json::json!("192.0.2.1"),
            "DnsResponseCode" => serde_json::json!(0),
            flag if flag.starts_with("DnsFlags") => serde_json::json!(true),
            _ => serde_json::json!("text"),
        };
        for line in &expected {
            let column = between(line, "field [", "]");
            let count: usize = between(line, " in ", " records").parse().unwrap();
            let values: Vec<String> = if line.contains("Empty value") {
                vec![String::new()]
            } else {
                serde_json::from_str(between(line, "]: ", " (Schema")).unwrap()
            };
            for (index, row) in rows.iter_mut().enumerate() {
                let value = if index < count {
                    serde_json::json!(values[index % values.len()])
                } else {
                    filler(column)
                };
                // An empty value of another type than text is null.
                let value = if value == "" {
                    serde_json::Value::Null
                } else {
                    value
                };
                row.insert(column.to_owned(), value);
            }
        }
        let table: String = rows
            .into_iter()
            .map(|row| serde_json::Value::from(row).to_string() + "\n")
            .collect();
        let report = check(RuleSet::dns_published(), &table);
        let found: Vec<_> = report
            .findings
            .into_iter()
            .map(|finding| finding.text)
            .filter(|text| text.contains("(Schema:Dns)"))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

/// The published result of a million records, from a tenth of them: every line with its counts divided by ten.
#[test]
fn the_published_data_test_of_azure_firewall_comes_out_line_by_line() {
    const RECORDS: usize = 100_000;

    let Some(published) = published("Microsoft_Azure Firewall_vimDns_DataTest.csv") else {
        return;
    };
    let tenth = |text: &str| text.parse::<usize>().unwrap().div_euclid(5).div_ceil(2);
    let columns: Vec<(&str, usize, Vec<String>)> = published
        .iter()
        .map(|line| {
            let count = tenth(between(line, " in ", " records"));
            let mut names = Vec::new();
            if line.contains("abnormal") {
                names = serde_json::from_str(between(line, "]: ", " (Schema")).unwrap();
                let listed = names.len();
                let different: usize = between(line, "Warning: ", " abnormal").parse().unwrap();
                names.extend((listed..different).map(|number| format!("host{number}.example.")));
            }
            (between(line, "field [", "]"), count, names)
        })
        .collect();
    let filler = |column: &str| match column {
        "DnsQuery" | "Domain" => "\"www.example.com\"",
        "DnsQueryClassName" => "\"IN\"",
        "DnsQueryType" => "1",
        "AdditionalFields" => "{}",
        _ => "\"text\"",
    };
    let mut table = String::new();
    for row in 0..RECORDS {
        let member = |(column, count, names): &(&str, usize, Vec<String>)| {
            let value = match names.as_slice() {
                _ if row >= *count => filler(column).to_owned(),
                [] => "null".to_owned(),
                names => format!("\"{}\"", names[row % names.len()]),
            };
            format!("\"{column}\":{value}")
        };
        let members: Vec<_> = columns.iter().map(member).collect();
        table += "{";
        table += &members.join(",");
        table += "}\n";
    }
    let expected: Vec<_> = published
        .iter()
        .map(|line| {
            let count = between(line, " in ", " records");
            line.replacen(
                &format!(" in {count} records"),
                &format!(" in {} records", tenth(count)),
                1,
            )
        })
        .collect();
    let found: Vec<_> = check(RuleSet::dns_published(), &table)
        .findings
        .into_iter()
        .map(|finding| finding.text)
        .filter(|text| text.contains("(Schema:Dns)"))
        .collect();
    assert_eq!(found, expected);
}

/// The list that the rules come from is the published one, cell by cell.
#[test]
fn the_list_is_the_published_one() {
    let Some(path) = beside("data/asim/ASimTester.csv") else {
        return;
    };
    let text = fs::read_to_string(path).unwrap();
    let published: BTreeSet<_> = text.lines().filter(|line| line.contains(",Dns,")).collect();
    let ours = fs::read_to_string(root().join("schemas/generated/dns.tester.csv")).unwrap();
    let ours: BTreeSet<_> = ours.lines().skip(1).collect();
    assert_eq!(ours, published);
}

/// The table that `--profile sentinel` writes for has the columns and types of the documentation.
#[test]
fn the_sentinel_table_is_the_documented_one() {
    let table = &asimkit::schema::table::ASIM_DNS_ACTIVITY_LOGS;
    let Some(path) = beside("data/asim/la_tables_subset.csv") else {
        return;
    };
    let text = fs::read_to_string(path).unwrap().replace('"', "");
    let documented: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("ASimDnsActivityLogs,"))
        .map(str::to_owned)
        .collect();
    let ours: BTreeSet<_> = table
        .columns
        .iter()
        .map(|column| format!("{},{}", column.name, column.column_type.as_str()))
        .collect();
    assert_eq!(ours, documented);
    let Some(path) = beside("data/asim/input-table-schemas/ASimDnsActivityLogs.json") else {
        return;
    };
    let json: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for column in json["Properties"].as_array().unwrap() {
        let name = column["Name"].as_str().unwrap();
        // A slip of that file: the flag has the name DnsFlagsTruncated everywhere else.
        assert!(
            table.column(name).is_some() || name == "DnsFlagsTruncates",
            "{name}"
        );
    }
}
