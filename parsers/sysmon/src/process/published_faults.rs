//! The faults of the published parsers that events 1 and 5 would show: one test each, named after the fault.
//!
//! `docs/published-parser-faults.md` lists them all.

use std::fmt::Write;

use asim_parse::schema::{Event, ProcessEvent, UsernameType};
use asim_parse::{Context, Envelope, Format, Mapper, Notes, Record};

use crate::Sysmon;

/// An event 1 in XML with these data; the values are XML text.
fn created(data: &[(&str, &str)]) -> String {
    let mut elements = String::new();
    for (name, value) in data {
        write!(elements, "<Data Name='{name}'>{value}</Data>").unwrap();
    }
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
         <Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID>\
         <TimeCreated SystemTime='2026-11-21T09:00:02.5000001Z'/><Computer>ws1.corp.example</Computer></System>\
         <EventData>{elements}</EventData></Event>"
    )
}

/// The event of a record.
fn process(text: &str) -> ProcessEvent<'_> {
    let (context, mut notes) = (Context::default(), Notes::default());
    let record = Record {
        bytes: text.as_bytes(),
        format: Format::WindowsXml,
        header: &(),
        table: None,
    };
    let raw = Sysmon.decode(record, &context, &mut notes).unwrap();
    match Sysmon.map(raw, &Envelope::default(), &context, &mut notes) {
        Ok(Event::Process(event)) => event,
        other => panic!("a process event, not {other:?}"),
    }
}

#[test]
fn fault_original_name_passes_for_the_file_name() {
    let text = created(&[("Image", r"C:\Temp\update.exe"), ("OriginalFileName", "dig.exe")]);
    let event = process(&text);
    assert_eq!(event.target_process_filename(), Some("update.exe"));
    assert_eq!(event.target_process_file_original_name(), Some("dig.exe"));
}

#[test]
fn fault_time_is_that_of_the_table_and_not_of_the_process() {
    let text = created(&[("UtcTime", "2026-11-21 09:00:00.101")]);
    let event = process(&text);
    let expected = "2026-11-21T09:00:00.101Z".parse().ok();
    assert_eq!(event.event_start_time(), expected);
    assert_eq!(event.target_process_creation_time(), expected);
}

#[test]
fn fault_values_end_at_a_sign_of_their_own() {
    let text = created(&[
        ("CommandLine", "cmd /c echo {x} &gt;&gt; a.txt"),
        ("Product", "{curl}"),
    ]);
    let event = process(&text);
    assert_eq!(
        event.target_process_command_line(),
        Some("cmd /c echo {x} >> a.txt")
    );
    assert_eq!(event.target_process_file_product(), Some("{curl}"));
}

#[test]
fn fault_users_of_processes_are_always_of_the_form_windows() {
    let text = created(&[("User", "alice@corp.example"), ("ParentUser", "S-1-5-18")]);
    let event = process(&text);
    assert_eq!(event.target_username_type(), Some(UsernameType::UPN));
    assert_eq!(
        (event.actor_username(), event.actor_username_type()),
        (None, None)
    );
    assert_eq!(event.actor_user_id(), Some("S-1-5-18"));
}

#[test]
fn fault_rows_of_another_table_are_of_another_product() {
    let text = r#"{"TimeGenerated":"2026-11-21T09:00:00Z","Provider":"Microsoft-Windows-Sysmon","EventID":1,
        "EventData":{"Image":"C:\\a.exe"},"Type":"WindowsEvent"}"#;
    assert_eq!(process(text).event_product(), Some("Sysmon"));
}

#[test]
fn fault_logon_ids_of_sysmon_are_hexadecimal() {
    let text = created(&[("LogonId", "0x3e7")]);
    assert_eq!(process(&text).target_user_session_id(), Some("999"));
}
