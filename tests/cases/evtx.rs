//! Windows event log files: chunks, damage, and the same events as their XML.

use asim_testkit::evtx;
use asimkit::{Event, Found, Normalized, Normalizer, Wanted};

fn dns_query(record: u32, name: &str) -> String {
    format!(
        "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System>\
         <Provider Name=\"Microsoft-Windows-Sysmon\" Guid=\"{{5770385f-c22a-43e0-bf4c-06f5698ffbd9}}\"/>\
         <EventID>22</EventID><Version>5</Version><Level>4</Level><Task>22</Task><Opcode>0</Opcode>\
         <Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime=\"2026-11-21T09:00:00.5000000Z\"/>\
         <EventRecordID>{record}</EventRecordID><Correlation/><Execution ProcessID=\"10\" ThreadID=\"11\"/>\
         <Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>host.example.com</Computer>\
         <Security UserID=\"S-1-5-18\"/></System><EventData><Data Name=\"RuleName\">-</Data>\
         <Data Name=\"UtcTime\">2026-11-21 09:00:00.123</Data>\
         <Data Name=\"ProcessGuid\">{{0ab1c2d3-0001-0002-0003-000000000001}}</Data><Data Name=\"ProcessId\">77</Data>\
         <Data Name=\"QueryName\">{name}</Data><Data Name=\"QueryStatus\">0</Data>\
         <Data Name=\"QueryResults\">::ffff:192.0.2.9;</Data><Data Name=\"Image\">C:\\a.exe</Data>\
         <Data Name=\"User\">EXAMPLE\\user</Data></EventData></Event>"
    )
}

fn names(normalized: &Normalized) -> Vec<&str> {
    let events = normalized.events.iter();
    events
        .filter_map(|event| match event {
            Event::Dns(event) => event.dns_query(),
            _ => None,
        })
        .collect()
}

fn read(bytes: &[u8]) -> Normalized {
    let normalized = Normalizer::new()
        .source_named("sysmon")
        .unwrap()
        .events(bytes)
        .unwrap();
    assert!(normalized.report.counts.add_up());
    normalized
}

fn file() -> Vec<u8> {
    let records: Vec<_> = (1..=4)
        .map(|number| dns_query(number, &format!("n{number}.example")))
        .collect();
    let records: Vec<_> = records.iter().map(String::as_str).collect();
    evtx::file(&[&records[..2], &records[2..3], &records[3..]])
}

#[test]
fn a_file_gives_the_events_of_its_xml() {
    let from_file = read(&file());
    assert_eq!(
        names(&from_file),
        ["n1.example", "n2.example", "n3.example", "n4.example"]
    );
    assert_eq!(
        from_file.recognized.as_ref().unwrap().format,
        asimkit::Format::Evtx
    );
    let xml: String = (1..=4)
        .map(|number| dns_query(number, &format!("n{number}.example")))
        .collect();
    assert_eq!(read(xml.as_bytes()).events, from_file.events);
}

#[test]
fn damage_is_rejected_with_its_place_and_the_rest_goes_on() {
    const CHUNK: usize = 65_536;
    let mut bytes = file();
    // The second chunk's signature, and the signature of the first chunk's second record.
    bytes[4096 + CHUNK] = b'x';
    let second = 4096 + 512 + usize::from(u16::from_le_bytes([bytes[4096 + 516], bytes[4096 + 517]]));
    assert_eq!(&bytes[second..second + 2], b"**");
    bytes[second] = 0;
    // The last chunk breaks off, and unused chunks stand before it.
    bytes.splice(4096 + 2 * CHUNK..4096 + 2 * CHUNK, vec![0; 0]);
    bytes.truncate(4096 + 2 * CHUNK + 40_000);
    let normalized = read(&bytes);
    assert_eq!(names(&normalized), ["n1.example", "n4.example"]);
    let places: Vec<_> = normalized
        .rejects
        .iter()
        .map(|reject| {
            (
                reject.error.location().byte,
                reject.error.fault().class,
                reject.error.location().line,
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            (second as u64, "EVTX record cannot be read", 1),
            (4096 + CHUNK as u64, "not an EVTX chunk", 1),
        ]
    );
}

#[test]
fn a_record_of_a_chunk_is_explained() {
    let normalizer = Normalizer::new().source_named("sysmon").unwrap();
    let bytes = file();
    let found = normalizer
        .open(&bytes[..])
        .unwrap()
        .trace(Wanted::Record(3))
        .unwrap();
    let Found::Record(traced) = found else {
        panic!("{found:?}")
    };
    assert_eq!((traced.location.record, traced.source), (3, "sysmon"));
    assert!(traced.raw.starts_with(b"<Event") && traced.location.byte > 4096 + 65_536);
    let beyond = normalizer
        .open(&bytes[..])
        .unwrap()
        .trace(Wanted::Record(5))
        .unwrap();
    assert!(matches!(beyond, Found::Beyond { records: 4, .. }), "{beyond:?}");
}

#[test]
fn block_size_jobs_and_compression_change_nothing() {
    let bytes = file();
    let whole = read(&bytes);
    for block_size in [1, 5000, 65_536, 1 << 20] {
        for jobs in [1, 3] {
            let normalized = Normalizer::new()
                .block_size(block_size)
                .max_record(9000)
                .jobs(std::num::NonZero::new(jobs).unwrap())
                .events(&bytes)
                .unwrap();
            assert_eq!(normalized.events, whole.events, "{block_size} {jobs}");
        }
    }
    let packed = zstd::encode_all(&bytes[..], 1).unwrap();
    assert_eq!(read(&packed).events, whole.events);
}
