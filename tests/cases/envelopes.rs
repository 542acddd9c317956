//! A record is the same event in whatever layers it comes, one or two deep.

use asimkit::{DnsEvent, Event, Format, Normalizer, Timestamp};
use serde_json::{Value, json};

use super::data::beside;

const RECORD: &str = r#"{"ts":1795251600.5,"uid":"CEnvelope000000001","id.orig_h":"192.0.2.10","id.orig_p":54321,"id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","trans_id":9,"query":"say \"hello\", \\x09tab.example","qclass":1,"qtype":1,"rcode":0,"AA":false,"TC":false,"RD":true,"RA":true,"Z":0,"answers":["198.51.100.7"],"TTLs":[60.0],"rejected":false}"#;
const OTHER_LOG: &str = r#"{"_path":"conn","ts":1795251600.5,"uid":"CEnvelope000000002","id.orig_h":"192.0.2.10","id.orig_p":1,"id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp"}"#;

/// A layer around a text of one line.
type Layer = (&'static str, fn(&str) -> String);

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

const LAYERS: [Layer; 9] = [
    ("RFC 3164", |text| {
        format!("<134>Feb 15 05:59:33 sensor-1 zeek: {text}")
    }),
    ("RFC 3164 without a tag", |text| {
        format!("<134>Feb 15 05:59:33 sensor-1 {text}")
    }),
    ("RFC 5424", |text| {
        format!("<134>1 2026-11-21T09:00:01Z sensor-1 zeek 17 - - {text}")
    }),
    ("Splunk", |text| {
        format!(
            r#"{{"preview":false,"result":{{"_raw":{},"host":"sensor-1"}}}}"#,
            quoted(text)
        )
    }),
    ("Splunk _raw", |text| {
        json!({"_raw": text, "host": "sensor-1"}).to_string()
    }),
    ("Elastic message", |text| {
        json!({"@timestamp": "2026-11-21T09:00:01Z", "host": {"name": "sensor-1"}, "message": text})
            .to_string()
    }),
    ("Elastic event.original", |text| {
        json!({"event": {"original": text}, "message": "short", "host": {"name": "sensor-1"}}).to_string()
    }),
    ("Elastic hit", |text| {
        json!({"_index": "zeek", "_source": {"message": text, "host": {"name": "sensor-1"}}}).to_string()
    }),
    ("table row", |text| {
        json!({"TenantId": "t", "Computer": "sensor-1", "Message": text}).to_string()
    }),
];

/// The one event of an input, without what the layers add to it.
fn event(input: &str) -> (DnsEvent<'static>, Format, bool) {
    let normalized = Normalizer::new()
        .events(input.as_bytes())
        .unwrap_or_else(|error| panic!("{error}: {input}"));
    let counts = normalized.report.counts;
    assert!(
        counts.add_up() && counts.written == 1 && counts.read == 1,
        "{counts:?} {:?}: {input}",
        normalized.rejects
    );
    let recognized = normalized.recognized.unwrap();
    let Some(Event::Dns(event)) = normalized.events.into_iter().next() else {
        panic!("a DNS event")
    };
    (event, recognized.format, recognized.enveloped)
}

fn without_device(mut event: DnsEvent<'static>) -> DnsEvent<'static> {
    event.clear_dvc_hostname();
    event.clear_dvc_ip_addr();
    event.clear_time_generated();
    event
}

fn bare() -> DnsEvent<'static> {
    let (event, _, enveloped) = event(RECORD);
    assert!(!enveloped);
    event
}

#[test]
fn the_same_event_out_of_every_layer_and_every_pair_of_them() {
    let bare = bare();
    for (name, layer) in LAYERS {
        let (event, _, enveloped) = event(&layer(RECORD));
        assert!(enveloped, "{name}");
        assert_eq!(event.dvc_hostname(), Some("sensor-1"), "{name}");
        assert_eq!(without_device(event), bare, "{name}");
    }
    for (outer_name, outer) in LAYERS {
        for (inner_name, inner) in LAYERS {
            let (event, _, _) = event(&outer(&inner(RECORD)));
            assert_eq!(without_device(event), bare, "{inner_name} in {outer_name}");
        }
    }
}

#[test]
fn arrays_and_pretty_printed_objects_of_enveloped_records() {
    let rows: Vec<Value> = vec![
        json!({"message": RECORD, "hostname": "a"}),
        json!({"message": OTHER_LOG, "hostname": "a"}),
        json!({"message": "a line of another program", "hostname": "a"}),
        json!({"hostname": "a"}),
    ];
    let text = serde_json::to_string_pretty(&rows).unwrap();
    let normalized = Normalizer::new().events(text.as_bytes()).unwrap();
    let counts = normalized.report.counts;
    assert_eq!(
        (counts.read, counts.written, counts.declined, counts.rejected),
        (4, 1, 3, 0)
    );
    assert!(
        normalized.report.declined.contains_key("Zeek conn log"),
        "{:?}",
        normalized.report.declined
    );
}

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[test]
fn csv_exports_with_the_portals_headers() {
    let header = "TenantId,TimeGenerated [UTC],Computer,HostIP,SyslogMessage,Type";
    let row = |message: &str| {
        format!(
            "t,\"11/21/2026, 9:05:06.255 AM\",sensor-1,192.0.2.250,{},Syslog",
            cell(message)
        )
    };
    for (end, mark) in [("\n", ""), ("\r\n", "\u{feff}")] {
        let rows = [
            row(RECORD),
            row(&format!("<13>{RECORD}")),
            row(OTHER_LOG),
            row("other"),
            row(""),
            "too,few".to_owned(),
        ];
        let input = format!("{mark}{header}{end}{}", rows.join(end));
        let normalized = Normalizer::new().events(input.as_bytes()).unwrap();
        let counts = normalized.report.counts;
        assert_eq!(
            (counts.read, counts.written, counts.declined, counts.rejected),
            (6, 2, 3, 1),
            "{:?}",
            normalized.report
        );
        assert_eq!(normalized.recognized.unwrap().format, Format::Csv);
        for event in normalized.events {
            let Event::Dns(event) = event else {
                panic!("a DNS event")
            };
            assert_eq!(
                event.time_generated(),
                Timestamp::parse("2026-11-21T09:05:06.255Z")
            );
            assert_eq!(
                (event.dvc_hostname(), event.dvc_ip_addr()),
                (Some("sensor-1"), Some([192, 0, 2, 250].into()))
            );
            assert_eq!(without_device(event), bare());
        }
    }
}

#[test]
fn the_records_own_facts_go_first() {
    let record = RECORD.replacen('{', r#"{"_system_name":"own","#, 1);
    let (event, _, _) = event(&LAYERS[2].1(&record));
    assert_eq!(event.dvc_hostname(), Some("own"));
    let without_time = RECORD.replace("\"ts\":1795251600.5,", "");
    let (event, _, _) = self::event(&LAYERS[2].1(&without_time));
    assert_eq!(event.event_start_time(), Timestamp::parse("2026-11-21T09:00:01Z"));
}

#[test]
fn utf_16_by_its_mark() {
    let text = format!("\u{feff}{RECORD}\r\n");
    let orders: [fn(u16) -> [u8; 2]; 2] = [u16::to_le_bytes, u16::to_be_bytes];
    for to_bytes in orders {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(to_bytes).collect();
        let normalized = Normalizer::new().events(&bytes).unwrap();
        assert_eq!(normalized.report.counts.written, 1);
    }
}

#[test]
fn event_uids_are_stable_and_distinct() {
    let input = [RECORD, RECORD].join("\n");
    let uids = |block_size| -> Vec<String> {
        let normalizer = Normalizer::new().event_uid(true).block_size(block_size);
        let events = normalizer.events(input.as_bytes()).unwrap().events;
        events
            .iter()
            .map(|event| event.get_by_name("EventUid").unwrap().to_string())
            .collect()
    };
    let once = uids(1);
    assert_eq!(once, uids(1 << 20));
    assert!(
        once.iter().all(|uid| uid.len() == 32) && once[0] != once[1],
        "{once:?}"
    );
    assert!(
        Normalizer::new().events(input.as_bytes()).unwrap().events[0]
            .get_by_name("EventUid")
            .is_none()
    );
}

#[test]
fn a_real_export_of_all_zeek_logs() {
    let Some(path) = beside("data/zeek/corelight-table.json") else {
        return;
    };
    let normalized = Normalizer::new().events(&std::fs::read(path).unwrap()).unwrap();
    let counts = normalized.report.counts;
    assert_eq!(
        (counts.read, counts.written, counts.declined, counts.rejected),
        (193, 10, 183, 0)
    );
}
