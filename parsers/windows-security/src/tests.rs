//! Single events, and the shipped EVTX sample.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use asim_parse::schema::{Event, ProcessEvent};
use asim_parse::{Context, Envelope, Format, Mapper, Notes, Record, Refusal, Schemas};
use asim_testkit::evtx;

use crate::WindowsSecurity;

/// An event 4688 in XML with these data; the values are XML text.
pub(crate) fn event(data: &[(&str, &str)]) -> String {
    let mut elements = String::new();
    for (name, value) in data {
        write!(elements, "<Data Name='{name}'>{value}</Data>").unwrap();
    }
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
         <Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4688</EventID><EventRecordID>17</EventRecordID>\
         <TimeCreated SystemTime='2026-11-21T09:00:02.5000001Z'/><Channel>Security</Channel>\
         <Computer>ws1.corp.example</Computer></System><EventData>{elements}</EventData></Event>"
    )
}

/// The event of a record.
pub(crate) fn process(text: &str) -> ProcessEvent<'_> {
    let mut context = Context::default();
    context.schemas = Schemas::ALL;
    map(text, &context).unwrap()
}

fn map<'r>(text: &'r str, context: &Context) -> Result<ProcessEvent<'r>, Refusal> {
    let record = Record {
        bytes: text.as_bytes(),
        format: Format::WindowsXml,
        header: &(),
        table: None,
    };
    let mut notes = Notes::default();
    let raw = WindowsSecurity.decode(record, context, &mut notes)?;
    match WindowsSecurity.map(raw, &Envelope::default(), context, &mut notes)? {
        Event::Process(event) => Ok(event),
        other => panic!("a process event, not {other:?}"),
    }
}

#[test]
fn text_stays_borrowed_from_the_record() {
    let text = event(&[("NewProcessName", r"C:\a.exe"), ("CommandLine", "a.exe -x")]);
    let event = process(&text);
    let own = text.as_bytes().as_ptr_range();
    for field in [
        event.target_process_name(),
        event.target_process_filename(),
        event.target_process_command_line(),
        event.dvc_hostname(),
    ] {
        assert!(own.contains(&field.unwrap().as_ptr()));
    }
}

#[test]
fn elevation_is_named_as_the_system_does() {
    for (text, expected) in [
        ("%%1936", Some("TokenElevationTypeDefault")),
        ("%%1937", Some("TokenElevationTypeFull")),
        ("%%1938", Some("TokenElevationTypeLimited")),
        ("TokenElevationTypeFull (2)", Some("TokenElevationTypeFull")),
        ("%%1935", None),
    ] {
        let xml = event(&[("TokenElevationType", text)]);
        let event = process(&xml);
        assert_eq!(event.target_process_token_elevation(), expected, "{text}");
        let kept = event.additional_fields().is_some();
        assert_eq!(kept, expected.is_none(), "{text}");
    }
}

#[test]
fn an_event_without_a_provider_is_known_by_its_channel() {
    let provider = "<Provider Name='Microsoft-Windows-Security-Auditing'/>";
    let text = event(&[("NewProcessName", r"C:\a.exe")]).replace(provider, "");
    assert_eq!(process(&text).target_process_name(), Some(r"C:\a.exe"));
    let other = text.replace("<Channel>Security<", "<Channel>Application<");
    assert!(matches!(
        map(&other, &Context::default()),
        Err(Refusal::Declined(_))
    ));
}

#[test]
fn an_event_without_any_time_is_rejected() {
    let text = event(&[]).replace("<TimeCreated SystemTime='2026-11-21T09:00:02.5000001Z'/>", "");
    let refusal = map(&text, &Context::default()).unwrap_err();
    assert!(matches!(refusal, Refusal::Rejected(fault) if fault.class == "no time; use --assume-time"));
    let mut context = Context::default();
    context.assume_time = "2026-11-21T10:00:00Z".parse().ok();
    let event = map(&text, &context).unwrap();
    assert_eq!(event.event_start_time(), context.assume_time);
    assert_eq!(event.target_process_creation_time(), None);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how a developer asks for new samples")]
fn the_evtx_sample_is_the_xml_sample_in_binary_xml() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let xml = fs::read_to_string(samples.join("basic.xml")).unwrap();
    let events: Vec<_> = xml.lines().collect();
    let (path, bytes) = (samples.join("basic.evtx"), evtx::file(&[&events]));
    if std::env::var_os("ASIM_UPDATE_GOLDENS").is_some() {
        fs::write(&path, &bytes).unwrap();
    }
    assert!(
        fs::read(&path).unwrap_or_default() == bytes,
        "set ASIM_UPDATE_GOLDENS=1 to write it"
    );
}
