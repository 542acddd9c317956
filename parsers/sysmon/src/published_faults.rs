//! The faults of the published parsers that event 22 would show: one test each, named after the fault.
//!
//! `docs/published-parser-faults.md` lists them all.

use asim_parse::schema::{DnsEvent, EventResult, SchemaVersion, UsernameType};

use crate::tests::{dns, dns_in, event};

fn result(status: &str) -> (Option<u16>, Option<String>, Option<EventResult>) {
    let text = event(&[("QueryStatus", status)]);
    let event = dns(&text);
    let code = event.dns_response_code().map(|rcode| rcode.0);
    (
        code,
        event.event_result_details().map(str::to_owned),
        event.event_result(),
    )
}

fn name(event: &DnsEvent<'_>) -> Option<String> {
    event.dns_query().map(str::to_owned)
}

#[test]
fn fault_final_dot_stays_on_the_query() {
    assert_eq!(
        name(&dns(&event(&[("QueryName", "www.example.com.")]))).as_deref(),
        Some("www.example.com")
    );
}

#[test]
fn fault_user_names_are_always_of_the_form_windows() {
    for (user, expected) in [
        (r"CORP\alice", UsernameType::Windows),
        ("alice@corp.example", UsernameType::UPN),
        ("root", UsernameType::Simple),
    ] {
        assert_eq!(
            dns(&event(&[("User", user)])).src_username_type(),
            Some(expected),
            "{user}"
        );
    }
}

#[test]
fn fault_computers_with_a_domain_are_not_split() {
    let text = event(&[]);
    let event = dns(&text);
    assert_eq!(
        (event.dvc_hostname(), event.dvc_domain()),
        (Some("ws1"), Some("corp.example"))
    );
    assert_eq!(
        (event.src_hostname(), event.src_domain()),
        (Some("ws1"), Some("corp.example"))
    );
    assert_eq!(
        (event.dvc_fqdn(), event.src_fqdn()),
        (Some("ws1.corp.example"), Some("ws1.corp.example"))
    );
}

#[test]
fn fault_ip_address_is_split_as_a_full_name() {
    let text = event(&[]).replace("ws1.corp.example", "192.0.2.10");
    let event = dns(&text);
    assert_eq!(event.src_ip_addr(), Some([192, 0, 2, 10].into()));
    assert_eq!(
        (event.src_hostname(), event.src_domain(), event.dvc_domain()),
        (None, None, None)
    );
}

#[test]
fn fault_timeout_is_called_a_response_code() {
    assert_eq!(
        result("1460"),
        (None, Some("NA".to_owned()), Some(EventResult::Failure))
    );
}

#[test]
fn fault_every_status_from_9001_to_9099_is_taken_for_a_response_code() {
    for status in ["9012", "9015", "9024", "9099"] {
        assert_eq!(result(status).0, None, "{status}");
    }
    let text = event(&[("QueryStatus", "9099")]);
    assert_eq!(dns(&text).event_original_result_details(), Some("9099"));
}

#[test]
fn fault_no_records_of_the_type_is_counted_as_a_failure() {
    for status in ["9501", "9701"] {
        assert_eq!(
            result(status),
            (None, Some("NA".to_owned()), Some(EventResult::NA)),
            "{status}"
        );
    }
}

#[test]
fn fault_rcode_16_makes_two_events_of_one() {
    assert_eq!(
        result("9016"),
        (Some(16), Some("BADVERS".to_owned()), Some(EventResult::Failure))
    );
    let text = event(&[("QueryStatus", "9016")]);
    let run = asim_testkit::run(&crate::PARSER, text.as_bytes(), &asim_parse::Context::default());
    assert_eq!(run.report.counts.written, 1);
}

#[test]
fn fault_braces_are_taken_off_every_value() {
    assert_eq!(
        name(&dns(&event(&[("QueryName", "{x}")]))).as_deref(),
        Some("{x}")
    );
    let text = event(&[("ProcessGuid", "{5A0C1E2B-7D31-4F6A-8001-000000001A32}")]);
    assert_eq!(
        dns(&text).src_process_guid(),
        Some("5A0C1E2B-7D31-4F6A-8001-000000001A32")
    );
}

#[test]
fn fault_xml_escapes_stay_in_values() {
    let text = event(&[("Image", "C:\\A &amp; B\\c.exe")]);
    assert_eq!(dns(&text).src_process_name(), Some("C:\\A & B\\c.exe"));
}

#[test]
fn fault_attributes_in_single_quotes_are_not_found() {
    let text = event(&[("QueryName", "www.example.com")]);
    assert_eq!(
        name(&dns(&text.replace('"', "'"))),
        name(&dns(&text.replace('\'', "\"")))
    );
}

#[test]
fn fault_unknown_process_is_the_name_of_a_process() {
    for image in ["&lt;unknown process&gt;", "&amp;lt;unknown process&amp;gt;"] {
        assert_eq!(
            dns(&event(&[("Image", image)])).src_process_name(),
            None,
            "{image}"
        );
    }
}

#[test]
fn fault_hexadecimal_process_id() {
    assert_eq!(dns(&event(&[("ProcessId", "0x1a4")])).src_process_id(), None);
    assert_eq!(dns(&event(&[("ProcessId", "420")])).src_process_id(), Some("420"));
}

#[test]
fn fault_rule_name_in_a_version_without_it() {
    let text = event(&[("RuleName", "rule one")]);
    let early = dns(&text);
    assert_eq!(early.rule_name(), None);
    assert!(
        early
            .additional_fields()
            .is_some_and(|fields| fields.get("RuleName").is_some())
    );
    let late = dns_in(&text, SchemaVersion::V0_1_7);
    assert_eq!(
        (late.rule_name(), late.additional_fields()),
        (Some("rule one"), None)
    );
}
