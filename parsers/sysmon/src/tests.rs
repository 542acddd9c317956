//! Single events, the shipped EVTX sample, and damaged files.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use asim_parse::schema::{AdditionalValue, DnsEvent, Event, SchemaVersion};
use asim_parse::{Additional, Context, Envelope, Format, Mapper, Notes, Record, Refusal};
use asim_testkit::{Run, evtx, run};

use crate::{PARSER, Sysmon};

/// The bytes of an EVTX file's header.
const FILE_HEADER: usize = 4096;
/// The bytes of a chunk of it.
const CHUNK: usize = 65_536;

/// An event 22 in XML with these data in place of, or beside, its own; the values are XML text.
pub(crate) fn event(data: &[(&str, &str)]) -> String {
    let own = [
        ("RuleName", "-"),
        ("UtcTime", "2026-11-21 09:00:00.101"),
        ("ProcessId", "77"),
        ("QueryName", "www.example.com"),
        ("QueryStatus", "0"),
        ("QueryResults", "::ffff:192.0.2.1;"),
        ("Image", "C:\\Tools\\dig.exe"),
    ];
    let mut xml = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
        <Provider Name='Microsoft-Windows-Sysmon'/><EventID>22</EventID><EventRecordID>17</EventRecordID>\
        <TimeCreated SystemTime='2026-11-21T09:00:02.5000001Z'/><Computer>ws1.corp.example</Computer></System><EventData>"
        .to_owned();
    let given = |name: &str| data.iter().any(|(given, _)| *given == name);
    for (name, value) in own.iter().filter(|(name, _)| !given(name)).chain(data) {
        write!(xml, "<Data Name='{name}'>{value}</Data>").unwrap();
    }
    xml + "</EventData></Event>"
}

fn map<'r>(text: &'r str, context: &Context, notes: &mut Notes) -> Result<DnsEvent<'r>, Refusal> {
    let record = Record {
        bytes: text.as_bytes(),
        format: Format::WindowsXml,
        header: &(),
        table: None,
    };
    let raw = Sysmon.decode(record, context, notes)?;
    match Sysmon.map(raw, &Envelope::default(), context, notes)? {
        Event::Dns(event) => Ok(event),
        other => panic!("a DNS event, not {other:?}"),
    }
}

/// The event of a record in the default version of the schema.
pub(crate) fn dns(text: &str) -> DnsEvent<'_> {
    dns_in(text, SchemaVersion::DEFAULT)
}

/// The event of a record in a version of the schema.
pub(crate) fn dns_in(text: &str, version: SchemaVersion) -> DnsEvent<'_> {
    let mut context = Context::default();
    context.schema_version = version;
    map(text, &context, &mut Notes::default()).unwrap()
}

#[test]
fn text_stays_borrowed_from_the_record() {
    let text = event(&[]);
    let event = dns(&text);
    let own = text.as_bytes().as_ptr_range();
    for field in [
        event.dns_query(),
        event.src_process_name(),
        event.dns_response_name(),
        event.src_hostname(),
    ] {
        assert!(own.contains(&field.unwrap().as_ptr()));
    }
}

#[test]
fn times_in_every_form() {
    for (text, expected) in [
        ("2026-11-21 09:00:00.101", "2026-11-21T09:00:00.101000Z"),
        ("2026-11-21T09:00:00.1010000Z", "2026-11-21T09:00:00.101000Z"),
        ("2026-11-21T09:00:00.1010001", "2026-11-21T09:00:00.1010001Z"),
        ("-", "2026-11-21T09:00:02.5000001Z"),
        ("soon", "2026-11-21T09:00:02.5000001Z"),
    ] {
        let xml = event(&[("UtcTime", text)]);
        let start = dns(&xml).event_start_time().map(|time| time.to_string());
        assert_eq!(start.as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn an_unknown_process_without_escapes_is_noted_and_read() {
    let text = event(&[("Image", "<unknown process>")]);
    let mut notes = Notes::default();
    let event = map(&text, &Context::default(), &mut notes).unwrap();
    assert_eq!(
        (event.dns_query(), event.src_process_name()),
        (Some("www.example.com"), None)
    );
    assert_eq!(notes.iter().count(), 1);
    let broken = text.replace("</EventData>", "");
    assert!(map(&broken, &Context::default(), &mut notes).is_err());
}

#[test]
fn an_event_without_any_time_is_rejected() {
    let text =
        event(&[("UtcTime", "-")]).replace("<TimeCreated SystemTime='2026-11-21T09:00:02.5000001Z'/>", "");
    let refusal = map(&text, &Context::default(), &mut Notes::default()).unwrap_err();
    assert!(matches!(refusal, Refusal::Rejected(fault) if fault.class == "no time; use --assume-time"));
}

#[test]
fn surroundings_are_written_when_asked_for() {
    let text = event(&[("Future", "1")]);
    let mut context = Context::default();
    let fields = |context: &Context| {
        let event = map(&text, context, &mut Notes::default()).unwrap();
        let fields = event.additional_fields().cloned().unwrap_or_default();
        fields.into_owned()
    };
    assert_eq!(fields(&context).get("Future"), Some(&AdditionalValue::from("1")));
    context.additional = Additional::None;
    assert!(fields(&context).is_empty());
    let text = r#"{"EventID":22,"SourceName":"Microsoft-Windows-Sysmon","Level":"4","UtcTime":"2026-11-21 09:00:00.101","SourceModuleName":"in","Message":"m"}"#;
    context.additional = Additional::All;
    let event = map(text, &context, &mut Notes::default()).unwrap();
    let fields = event.additional_fields().unwrap();
    let names: Vec<_> = fields.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Level", "Message", "SourceModuleName"]);
}

#[test]
fn the_query_type_is_not_guessed_from_the_results() {
    let text = event(&[("QueryResults", "type:  5 a.example;::ffff:192.0.2.1;")]);
    let event = dns(&text);
    assert_eq!(
        (event.dns_query_type(), event.dns_query_type_name()),
        (None, None)
    );
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The events of an XML sample as an EVTX file.
fn sample_as_evtx(stem: &str, per_chunk: usize) -> Vec<u8> {
    let xml = fs::read_to_string(samples().join(format!("{stem}.xml"))).unwrap();
    let events: Vec<_> = xml.lines().collect();
    let chunks: Vec<_> = events.chunks(per_chunk).collect();
    evtx::file(&chunks)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how a developer asks for new samples")]
fn the_evtx_samples_are_the_xml_samples_in_binary_xml() {
    for stem in ["basic", "process"] {
        let (path, bytes) = (samples().join(format!("{stem}.evtx")), sample_as_evtx(stem, 100));
        if std::env::var_os("ASIM_UPDATE_GOLDENS").is_some() {
            fs::write(&path, &bytes).unwrap();
        }
        assert!(
            fs::read(&path).unwrap_or_default() == bytes,
            "set ASIM_UPDATE_GOLDENS=1 to write {stem}.evtx"
        );
    }
}

fn read(bytes: &[u8]) -> Run {
    let run = run(&PARSER, bytes, &Context::default());
    let counts = &run.report.counts;
    assert_eq!(
        counts.read,
        counts.written + counts.filtered + counts.declined + counts.rejected
    );
    run
}

fn counts(run: &Run) -> (u64, u64) {
    (run.report.counts.written, run.report.counts.rejected)
}

#[test]
fn chunks_beside_a_damaged_one_are_read() {
    let whole = sample_as_evtx("basic", 5);
    assert_eq!(counts(&read(&whole)), (14, 0));
    let second = FILE_HEADER + CHUNK;
    let behind = second + CHUNK;

    // Zero bytes all over, as a copy of a file under way has them.
    let mut zeroed = whole.clone();
    zeroed.get_mut(second..behind).unwrap().fill(0);
    let run = read(&zeroed);
    assert_eq!(counts(&run), (9, 1));
    assert_eq!(run.rejects.first().unwrap().error.location().byte, second as u64);

    // A chunk whose signature was overwritten.
    let mut broken = whole.clone();
    *broken.get_mut(second).unwrap() = b'X';
    assert_eq!(counts(&read(&broken)), (9, 1));

    // A record whose signature was overwritten: those behind it are found.
    let record = second + 512;
    let mut broken = whole.clone();
    *broken.get_mut(record).unwrap() = b'X';
    let run = read(&broken);
    assert!(
        run.report.counts.rejected >= 1 && run.report.counts.written >= 9,
        "{:?}",
        run.report.counts
    );

    // A file that breaks off.
    let cut = whole.get(..behind + 700).unwrap();
    let run = read(cut);
    assert!(
        run.report.counts.written >= 10 && run.report.counts.rejected >= 1,
        "{:?}",
        run.report.counts
    );
    assert_eq!(counts(&read(whole.get(..100).unwrap())), (0, 1));
}
