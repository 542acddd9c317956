//! The testers: planted faults, published results, and what every parser writes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use asimkit::conformance::{Checker, Level, Own, Report, RuleSet, Table};
use asimkit::{Normalizer, registry};

use super::data::{beside, files_below};

/// A record in which nothing is wrong.
const CLEAN: &str = r#"{"TimeGenerated":"2026-11-21T09:00:00.104512Z","EventCount":1,"EventStartTime":"2026-11-21T09:00:00.104512Z","EventEndTime":"2026-11-21T09:00:00.116857Z","EventType":"Query","EventSubType":"response","EventResult":"Success","EventResultDetails":"NOERROR","DnsResponseCodeName":"NOERROR","EventProduct":"DNS Server","EventVendor":"Microsoft","EventSchema":"Dns","EventSchemaVersion":"0.1.3","EventSeverity":"Informational","EventReportUrl":"https://siem.example/e/1","Dvc":"ns1.corp.example","DvcIpAddr":"192.0.2.53","DvcFQDN":"ns1.corp.example","DvcDomain":"corp.example","DvcDomainType":"FQDN","DvcHostname":"ns1","DvcId":"11","DvcIdType":"MDEid","DvcMacAddr":"00:1b:44:11:3a:b7","Src":"CORP\\desktop-7","SrcIpAddr":"192.0.2.10","IpAddr":"192.0.2.10","SrcPortNumber":54312,"SrcFQDN":"CORP\\desktop-7","SrcDomain":"CORP","SrcDomainType":"Windows","SrcHostname":"desktop-7","Hostname":"desktop-7","SrcUserId":"S-1-5-21-1-2-3-500","SrcUserIdType":"SID","SrcUsername":"CORP\\kim","User":"CORP\\kim","SrcUsernameType":"Windows","SrcUserType":"Regular","SrcProcessGuid":"EF3BD0BD-2B74-60C5-AF5C-010000001E00","SrcProcessId":"4711","SrcProcessName":"C:\\tools\\dig.exe","Process":"C:\\tools\\dig.exe","SrcGeoLatitude":52.5,"SrcRiskLevel":10,"Dst":"192.0.2.53","DstIpAddr":"192.0.2.53","DstPortNumber":53,"DstHostname":"192.0.2.53","DnsQuery":"www.example.com","Domain":"www.example.com","DnsQueryType":28,"DnsQueryTypeName":"AAAA","DnsQueryClass":1,"DnsQueryClassName":"IN","TransactionIdHex":"ae97","DnsResponseCode":0,"DnsFlagsAuthoritative":true,"NetworkProtocol":"UDP","DnsNetworkDuration":12,"Duration":12,"DnsSessionId":"7","SessionId":"7","AdditionalFields":{"site":"north"}}"#;

fn check(rules: RuleSet, records: &str) -> Report {
    let mut checker = Checker::new(rules);
    Table::read(&mut checker, "test", records.as_bytes()).unwrap();
    checker.finish()
}

/// Rule and column of each finding that is more than an empty or missing optional column.
fn wrong(report: &Report) -> Vec<(&str, &str)> {
    let told = |rule: &str| {
        !matches!(
            rule,
            "missing-optional" | "missing-alias-and-target" | "missing-recommended" | "empty-value"
        )
    };
    let findings = report.findings.iter().filter(|finding| told(finding.rule));
    findings
        .map(|finding| (finding.rule, finding.column.as_str()))
        .collect()
}

#[test]
fn nothing_is_wrong_with_a_clean_record() {
    let report = check(RuleSet::dns(), CLEAN);
    assert_eq!(wrong(&report), [], "{report:#?}");
    assert_eq!(report.errors, 0);
}

/// Each of these changes to the clean record is found, by this rule and in this column, and no other column is blamed.
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn planted_faults_are_found() {
    let planted: &[(&str, &str, &str, &str)] = &[
        (
            r#""EventCount":1"#,
            r#""EventCount":"1""#,
            "type-mismatch",
            "EventCount",
        ),
        (
            r#""EventCount":1"#,
            r#""EventCount":3000000000"#,
            "type-mismatch",
            "EventCount",
        ),
        (
            r#""EventCount":1"#,
            r#""EventCount":0"#,
            "out-of-range",
            "EventCount",
        ),
        (
            r#""DnsFlagsAuthoritative":true"#,
            r#""DnsFlagsAuthoritative":"T""#,
            "type-mismatch",
            "DnsFlagsAuthoritative",
        ),
        (
            r#""SrcGeoLatitude":52.5"#,
            r#""SrcGeoLatitude":"52.5""#,
            "type-mismatch",
            "SrcGeoLatitude",
        ),
        (
            r#""SrcGeoLatitude":52.5"#,
            r#""SrcGeoLatitude":152.5"#,
            "out-of-range",
            "SrcGeoLatitude",
        ),
        (
            r#"{"site":"north"}"#,
            r#""site=north""#,
            "type-mismatch",
            "AdditionalFields",
        ),
        (
            r#"{"site":"north"}"#,
            r#"["north"]"#,
            "not-an-object",
            "AdditionalFields",
        ),
        (
            r#""TimeGenerated":"2026-11-21T09:00:00.104512Z""#,
            r#""TimeGenerated":"21.11.2026 09:00""#,
            "type-mismatch",
            "TimeGenerated",
        ),
        (
            r#""EventVendor":"Microsoft","#,
            "",
            "missing-mandatory",
            "EventVendor",
        ),
        (r#""Domain":"www.example.com","#, "", "missing-alias", "Domain"),
        (
            r#""DvcDomainType":"FQDN","#,
            "",
            "missing-conditional",
            "DvcDomainType",
        ),
        (
            r#""Domain":"www.example.com""#,
            r#""Domain":"example.com""#,
            "alias-differs",
            "Domain",
        ),
        (
            r#""Duration":12"#,
            r#""Duration":13"#,
            "alias-differs",
            "Duration",
        ),
        (
            r#""Src":"CORP\\desktop-7""#,
            r#""Src":"*""#,
            "leading-identifier",
            "Src",
        ),
        (
            r#""EventResult":"Success""#,
            r#""EventResult":"Good""#,
            "invalid-value",
            "EventResult",
        ),
        (
            r#""EventSubType":"response""#,
            r#""EventSubType":"Response""#,
            "letter-case",
            "EventSubType",
        ),
        (
            r#""EventType":"Query""#,
            r#""EventType":"lookup""#,
            "invalid-value",
            "EventType",
        ),
        (
            r#""EventType":"Query""#,
            r#""EventType":"Zone XFR""#,
            "invalid-value",
            "EventType",
        ),
        (
            r#""NetworkProtocol":"UDP""#,
            r#""NetworkProtocol":"udp""#,
            "letter-case",
            "NetworkProtocol",
        ),
        (
            r#""EventSchema":"Dns""#,
            r#""EventSchema":"DNS""#,
            "letter-case",
            "EventSchema",
        ),
        (
            r#""EventSchemaVersion":"0.1.3""#,
            r#""EventSchemaVersion":"0.1""#,
            "version-form",
            "EventSchemaVersion",
        ),
        (
            r#""EventSchemaVersion":"0.1.3""#,
            r#""EventSchemaVersion":"0.2.9""#,
            "unknown-version",
            "EventSchemaVersion",
        ),
        (
            r#""EventSeverity":"#,
            r#""RuleName":"r","EventSeverity":"#,
            "later-column",
            "RuleName",
        ),
        (
            r#""SrcIpAddr":"192.0.2.10","IpAddr":"192.0.2.10""#,
            r#""SrcIpAddr":"192.0.2","IpAddr":"192.0.2""#,
            "invalid-value",
            "SrcIpAddr",
        ),
        (
            r#""DvcIpAddr":"192.0.2.53""#,
            r#""DvcIpAddr":"2001:DB8::1""#,
            "address-form",
            "DvcIpAddr",
        ),
        (
            r#""SrcPortNumber":54312"#,
            r#""SrcPortNumber":70000"#,
            "out-of-range",
            "SrcPortNumber",
        ),
        (
            r#""SrcRiskLevel":10"#,
            r#""SrcRiskLevel":101"#,
            "out-of-range",
            "SrcRiskLevel",
        ),
        (
            r#""DnsQuery":"www.example.com","Domain":"www.example.com""#,
            r#""DnsQuery":"www.example.com.","Domain":"www.example.com.""#,
            "final-dot",
            "DnsQuery",
        ),
        (
            r#""DnsQuery":"www.example.com","Domain":"www.example.com""#,
            r#""DnsQuery":"a..example","Domain":"a..example""#,
            "label-length",
            "DnsQuery",
        ),
        (
            r#""DnsQuery":"www.example.com","Domain":"www.example.com""#,
            r#""DnsQuery":"a\u0007.example","Domain":"a\u0007.example""#,
            "control-character",
            "DnsQuery",
        ),
        (
            r#""DvcFQDN":"ns1.corp.example""#,
            r#""DvcFQDN":"ns1""#,
            "invalid-value",
            "DvcFQDN",
        ),
        (
            r#""DvcFQDN":"ns1.corp.example""#,
            r#""DvcFQDN":"107.0.2.235""#,
            "name-is-address",
            "DvcFQDN",
        ),
        (
            r#""DvcFQDN":"ns1.corp.example""#,
            r#""DvcFQDN":"CORP\\ns1""#,
            "domain-form",
            "DvcFQDN",
        ),
        (
            r#""DvcDomain":"corp.example""#,
            r#""DvcDomain":"0.2.235""#,
            "name-is-address",
            "DvcDomain",
        ),
        (
            r#""DvcDomain":"corp.example""#,
            r#""DvcDomain":"corp.example.""#,
            "final-dot",
            "DvcDomain",
        ),
        (
            r#""DvcHostname":"ns1""#,
            r#""DvcHostname":"ns1.corp.example""#,
            "invalid-value",
            "DvcHostname",
        ),
        (
            r#""DvcHostname":"ns1""#,
            r#""DvcHostname":"192.0.2.53""#,
            "host-is-address",
            "DvcHostname",
        ),
        (
            r#""DvcMacAddr":"00:1b:44:11:3a:b7""#,
            r#""DvcMacAddr":"00-1b-44-11-3a-b7""#,
            "invalid-value",
            "DvcMacAddr",
        ),
        (
            r#""TransactionIdHex":"ae97""#,
            r#""TransactionIdHex":"0xAE97""#,
            "hexadecimal",
            "TransactionIdHex",
        ),
        (
            r#""TransactionIdHex":"ae97""#,
            r#""TransactionIdHex":"44695""#,
            "transaction-range",
            "TransactionIdHex",
        ),
        (
            r#""https://siem.example/e/1""#,
            r#""siem.example/e/1""#,
            "url",
            "EventReportUrl",
        ),
        (
            r#""SrcProcessGuid":"EF3BD0BD-2B74-60C5-AF5C-010000001E00""#,
            r#""SrcProcessGuid":"{EF3BD0BD-2B74-60C5-AF5C-010000001E00}""#,
            "guid-form",
            "SrcProcessGuid",
        ),
        (
            r#""SrcProcessGuid":"EF3BD0BD-2B74-60C5-AF5C-010000001E00""#,
            r#""SrcProcessGuid":"EF3BD0BD""#,
            "invalid-value",
            "SrcProcessGuid",
        ),
        (
            r#""SrcProcessId":"4711""#,
            r#""SrcProcessId":"0x1267""#,
            "process-id",
            "SrcProcessId",
        ),
        (
            r#""SrcUsernameType":"Windows""#,
            r#""SrcUsernameType":"UPN""#,
            "user-form",
            "SrcUsername",
        ),
        (
            r#""SrcUserIdType":"SID""#,
            r#""SrcUserIdType":"UID""#,
            "user-form",
            "SrcUserId",
        ),
        (
            r#""DnsQueryTypeName":"AAAA""#,
            r#""DnsQueryTypeName":"A""#,
            "code-and-name",
            "DnsQueryType",
        ),
        (
            r#""DnsQueryTypeName":"AAAA""#,
            r#""DnsQueryTypeName":"Unassigned""#,
            "invalid-value",
            "DnsQueryTypeName",
        ),
        (
            r#""DnsQueryClassName":"IN""#,
            r#""DnsQueryClassName":"C_INTERNET""#,
            "invalid-value",
            "DnsQueryClassName",
        ),
        (
            r#""EventResult":"Success""#,
            r#""EventResult":"Failure""#,
            "result-and-details",
            "EventResult",
        ),
        (
            r#""EventSubType":"response""#,
            r#""EventSubType":"request""#,
            "request-details",
            "EventResultDetails",
        ),
        (
            r#""EventEndTime":"2026-11-21T09:00:00.116857Z""#,
            r#""EventEndTime":"2026-11-21T08:00:00Z""#,
            "time-order",
            "EventEndTime",
        ),
        (
            r#""DnsNetworkDuration":12,"Duration":12"#,
            r#""DnsNetworkDuration":12345,"Duration":12345"#,
            "duration-differs",
            "DnsNetworkDuration",
        ),
        (
            r#""DnsNetworkDuration":12,"Duration":12"#,
            r#""DnsNetworkDuration":-1,"Duration":-1"#,
            "out-of-range",
            "DnsNetworkDuration",
        ),
        (
            r#""DnsQuery":"#,
            r#""Query":"www.example.com","DnsQuery":"#,
            "deprecated-column",
            "Query",
        ),
        (
            r#""EventCount":1"#,
            r#""EventCount":1,"EventCount":1"#,
            "duplicate-column",
            "EventCount",
        ),
        (
            r#""EventCount":1"#,
            r#""EventCount":1,"Event_Count":1"#,
            "extra-column",
            "Event_Count",
        ),
        ("}}", "}", "not-a-record", ""),
    ];
    for (from, to, rule, column) in planted {
        let changed = CLEAN.replacen(from, to, 1);
        assert_ne!(changed, CLEAN, "{from} is not in the clean record");
        let report = check(RuleSet::dns(), &changed);
        let found = wrong(&report);
        assert!(
            found.contains(&(rule, column)),
            "{rule} in {column} for {to}: {found:?}"
        );
        // An alias shows what its target shows, and a name beside a code or a result goes with it.
        let related = [
            "Domain",
            "DnsQuery",
            "IpAddr",
            "SrcIpAddr",
            "Duration",
            "DnsNetworkDuration",
            "Dvc",
            "DvcDomain",
            "DnsResponseCode",
            "DnsResponseCodeName",
            "EventResult",
            "EventResultDetails",
            "SrcUsername",
        ];
        for (other, blamed) in &found {
            assert!(
                blamed == column || related.contains(blamed) || *rule == "not-a-record",
                "{other} in {blamed} for {to}"
            );
        }
    }
    // A column that comes and goes: the alias, the type and the server's name are asked for in each record.
    for (from, rule, column) in [
        (r#""Domain":"www.example.com","#, "alias-differs", "Domain"),
        (r#""DvcDomainType":"FQDN","#, "type-missing", "DvcDomain"),
        (r#""DvcDomain":"corp.example","#, "type-alone", "DvcDomainType"),
        (r#""DstHostname":"192.0.2.53","#, "server-name", "DstHostname"),
    ] {
        let records = format!("{CLEAN}\n{}\n", CLEAN.replacen(from, "", 1));
        let report = check(RuleSet::dns(), &records);
        assert!(
            wrong(&report).contains(&(rule, column)),
            "{rule} in {column}: {:?}",
            wrong(&report)
        );
    }
    let wanted = Checker::new(RuleSet::dns()).version("1.0.0".parse().unwrap());
    let mut checker = wanted;
    Table::read(&mut checker, "test", CLEAN.as_bytes()).unwrap();
    assert!(wrong(&checker.finish()).contains(&("wrong-version", "EventSchemaVersion")));
    let request = CLEAN
        .replace(r#""EventSubType":"response""#, r#""EventSubType":"request""#)
        .replace("\"NOERROR\"", "\"NA\"");
    assert!(wrong(&check(RuleSet::dns(), &request)).contains(&("request-result", "EventResult")));
}

/// Every rule of ours is planted above or cannot be met by one change.
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

/// What breaks the promise in a table that a parser wrote.
fn broken_promises(what: &str, ndjson: &[u8]) -> Vec<String> {
    let mut broken = Vec::new();
    for rules in [RuleSet::dns(), RuleSet::dns_published()] {
        let published = rules.is_published();
        let mut checker = Checker::new(rules);
        if Table::read(&mut checker, what, ndjson).unwrap() == Table::Empty {
            return broken;
        }
        let report = checker.finish();
        for finding in report
            .findings
            .iter()
            .filter(|finding| finding.level == Level::Error)
        {
            let values: Vec<_> = finding
                .examples
                .iter()
                .map(|example| example.value.as_str())
                .collect();
            if !published || !is_known(finding.rule, &finding.column, &values) {
                broken.push(format!("{what}: {}", finding.text));
            }
        }
    }
    broken
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
    let normalizer = Normalizer::new().assume_time(time);
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
