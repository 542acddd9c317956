//! Faults planted in a clean record, each of which is found.

use asimkit::SchemaVersion;
use asimkit::conformance::{Checker, Report, RuleSet, Table};

use super::conformance::check;

/// A record in which nothing is wrong.
const CLEAN: &str = r#"{"TimeGenerated":"2026-11-21T09:00:00.104512Z","EventCount":1,"EventStartTime":"2026-11-21T09:00:00.104512Z","EventEndTime":"2026-11-21T09:00:00.116857Z","EventType":"Query","EventSubType":"response","EventResult":"Success","EventResultDetails":"NOERROR","DnsResponseCodeName":"NOERROR","EventProduct":"DNS Server","EventVendor":"Microsoft","EventSchema":"Dns","EventSchemaVersion":"0.1.3","EventSeverity":"Informational","EventReportUrl":"https://siem.example/e/1","Dvc":"ns1.corp.example","DvcIpAddr":"192.0.2.53","DvcFQDN":"ns1.corp.example","DvcDomain":"corp.example","DvcDomainType":"FQDN","DvcHostname":"ns1","DvcId":"11","DvcIdType":"MDEid","DvcMacAddr":"00:1b:44:11:3a:b7","Src":"CORP\\desktop-7","SrcIpAddr":"192.0.2.10","IpAddr":"192.0.2.10","SrcPortNumber":54312,"SrcFQDN":"CORP\\desktop-7","SrcDomain":"CORP","SrcDomainType":"Windows","SrcHostname":"desktop-7","Hostname":"desktop-7","SrcUserId":"S-1-5-21-1-2-3-500","SrcUserIdType":"SID","SrcUsername":"CORP\\kim","User":"CORP\\kim","SrcUsernameType":"Windows","SrcUserType":"Regular","SrcProcessGuid":"EF3BD0BD-2B74-60C5-AF5C-010000001E00","SrcProcessId":"4711","SrcProcessName":"C:\\tools\\dig.exe","Process":"C:\\tools\\dig.exe","SrcGeoLatitude":52.5,"SrcRiskLevel":10,"Dst":"192.0.2.53","DstIpAddr":"192.0.2.53","DstPortNumber":53,"DstHostname":"192.0.2.53","DnsQuery":"www.example.com","Domain":"www.example.com","DnsQueryType":28,"DnsQueryTypeName":"AAAA","DnsQueryClass":1,"DnsQueryClassName":"IN","TransactionIdHex":"ae97","DnsResponseCode":0,"DnsFlagsAuthoritative":true,"NetworkProtocol":"UDP","DnsNetworkDuration":12,"Duration":12,"DnsSessionId":"7","SessionId":"7","AdditionalFields":{"site":"north"}}"#;

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
    let wanted = Checker::new(RuleSet::dns()).version(SchemaVersion::V1_0_0);
    let mut checker = wanted;
    Table::read(&mut checker, "test", CLEAN.as_bytes()).unwrap();
    assert!(wrong(&checker.finish()).contains(&("wrong-version", "EventSchemaVersion")));
    let request = CLEAN
        .replace(r#""EventSubType":"response""#, r#""EventSubType":"request""#)
        .replace("\"NOERROR\"", "\"NA\"");
    assert!(wrong(&check(RuleSet::dns(), &request)).contains(&("request-result", "EventResult")));
}
