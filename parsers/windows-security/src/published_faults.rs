//! The faults of the published parsers that events 4688 and 4689 would show: one test each, named after the fault.
//!
//! `docs/published-parser-faults.md` lists them all.

use asim_parse::schema::UserType;

use crate::tests::{event, process};

#[test]
fn fault_nobody_passes_for_the_target_user() {
    let text = event(&[
        ("TargetUserSid", "S-1-0-0"),
        ("TargetUserName", "-"),
        ("TargetDomainName", "-"),
        ("TargetLogonId", "0x0"),
    ]);
    let event = process(&text);
    assert_eq!((event.target_username(), event.target_user_id()), (None, None));
    assert_eq!(event.target_user_id_type(), None);
    assert_eq!(event.target_user_session_id(), None);
}

#[test]
fn fault_integrity_level_is_looked_up_and_left_out() {
    let text = event(&[("MandatoryLabel", "S-1-16-12288")]);
    assert_eq!(process(&text).target_process_integrity_level(), Some("High"));
}

#[test]
fn fault_token_elevation_is_the_number_of_a_message() {
    let text = event(&[("TokenElevationType", "%%1938")]);
    assert_eq!(
        process(&text).target_process_token_elevation(),
        Some("TokenElevationTypeLimited")
    );
}

#[test]
fn fault_logon_ids_are_hexadecimal() {
    let text = event(&[("SubjectLogonId", "0x3e7"), ("TargetLogonId", "0x100000000")]);
    let event = process(&text);
    assert_eq!(event.actor_session_id(), Some("999"));
    assert_eq!(event.target_user_session_id(), Some("4294967296"));
}

#[test]
fn fault_user_types_are_not_told() {
    let text = event(&[("SubjectUserSid", "S-1-5-18"), ("SubjectUserName", "WS1$")]);
    assert_eq!(process(&text).actor_user_type(), Some(UserType::System));
}

#[test]
fn fault_exit_code_passes_for_the_result() {
    let text = event(&[("Status", "0xc000013a"), ("ProcessId", "0x10")]).replace("4688", "4689");
    let event = process(&text);
    assert_eq!(event.target_process_status_code(), Some("0xc000013a"));
    assert_eq!(event.event_result_details(), None);
}

#[test]
fn fault_full_name_of_the_computer_is_not_split() {
    let text = event(&[]);
    let event = process(&text);
    assert_eq!(
        (event.dvc_hostname(), event.dvc_domain(), event.dvc_fqdn()),
        (Some("ws1"), Some("corp.example"), Some("ws1.corp.example"))
    );
}
