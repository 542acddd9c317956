//! Single cases that are worth a name.

use asim_schema::{
    DnsEvent, DnsField, Event, EventResult, EventSubType, Opcode, SchemaKind, SchemaVersion, Timestamp,
};

/// What a column shows, as text.
fn shown(event: &DnsEvent<'_>, field: DnsField) -> Option<String> {
    event.get(field).map(|value| value.to_string())
}

#[test]
fn an_event_is_small() {
    assert!(
        size_of::<DnsEvent<'_>>() <= 1024,
        "{} bytes",
        size_of::<DnsEvent<'_>>()
    );
}

#[test]
fn a_later_field_does_not_show_in_an_older_version() {
    let mut event = DnsEvent::new(SchemaVersion::V0_1_3);
    event.set_threat_name("x");
    event.set_rule_name("y");
    assert!(!event.contains(DnsField::ThreatName));
    assert_eq!(event.get(DnsField::Rule), None);
    assert_eq!(event.threat_name(), Some("x"));
    event.set_version(SchemaVersion::V0_1_4);
    assert_eq!(shown(&event, DnsField::ThreatName).as_deref(), Some("x"));
    assert_eq!(event.get(DnsField::Rule), None);
    event.set_version(SchemaVersion::V0_1_7);
    assert_eq!(shown(&event, DnsField::Rule).as_deref(), Some("y"));
}

#[test]
fn the_reporting_device_falls_back_in_order() {
    let mut event = DnsEvent::default();
    assert_eq!(shown(&event, DnsField::Dvc), None);
    event.set_event_product("Zeek");
    assert_eq!(shown(&event, DnsField::Dvc).as_deref(), Some("Zeek"));
    event.set_dvc_ip_addr("192.0.2.53".parse().unwrap());
    assert_eq!(shown(&event, DnsField::Dvc).as_deref(), Some("192.0.2.53"));
    event.set_dvc_hostname("ns1");
    event.set_dvc_fqdn("ns1.example.com");
    assert_eq!(shown(&event, DnsField::Dvc).as_deref(), Some("ns1.example.com"));
    event.set_dvc("by hand");
    assert_eq!(shown(&event, DnsField::Dvc).as_deref(), Some("by hand"));
    event.clear_dvc();
    event.clear_dvc_fqdn();
    assert_eq!(shown(&event, DnsField::Dvc).as_deref(), Some("ns1"));
}

#[test]
fn the_server_prefers_a_name_that_is_one() {
    let mut event = DnsEvent::default();
    event.set_dst_ip_addr("2001:db8::53".parse().unwrap());
    assert_eq!(
        shown(&event, DnsField::DstHostname).as_deref(),
        Some("2001:db8::53")
    );
    assert_eq!(shown(&event, DnsField::Dst).as_deref(), Some("2001:db8::53"));
    event.set_dst_hostname("192.0.2.99");
    assert_eq!(shown(&event, DnsField::Dst).as_deref(), Some("2001:db8::53"));
    event.set_dst_hostname("ns1");
    assert_eq!(shown(&event, DnsField::Dst).as_deref(), Some("ns1"));
    event.set_dst_hostname("192.0.2.99");
    event.clear_dst_ip_addr();
    assert_eq!(shown(&event, DnsField::Dst).as_deref(), Some("192.0.2.99"));
}

#[test]
fn times_stand_in_for_one_another() {
    let mut event = DnsEvent::default();
    let start = Timestamp::parse("2026-11-21T20:47:45Z").unwrap();
    event.set_event_start_time(start);
    assert_eq!(event.time_generated(), None);
    assert_eq!(shown(&event, DnsField::TimeGenerated), Some(start.to_string()));
    assert_eq!(shown(&event, DnsField::EventEndTime), Some(start.to_string()));
}

#[test]
fn an_event_as_one_line() {
    let mut event = DnsEvent::default();
    event.set_event_type(Opcode::QUERY);
    event.set_event_sub_type(EventSubType::Request);
    event.set_event_result(EventResult::NA);
    event.set_dns_query("a\"b");
    event.push_additional("qclass", 1_i64);
    let json = serde_json::to_string(&event).unwrap();
    assert_eq!(
        json,
        r#"{"EventCount":1,"EventType":"Query","EventSubType":"request","EventResult":"NA","EventSchema":"Dns","EventSchemaVersion":"0.1.3","DnsQuery":"a\"b","Domain":"a\"b","AdditionalFields":{"qclass":1}}"#
    );
}

#[test]
fn an_event_of_any_schema_answers_by_name() {
    let mut event = Event::from(DnsEvent::default());
    assert_eq!(event.schema(), SchemaKind::Dns);
    event.set_version(SchemaVersion::V0_1_7);
    assert_eq!(
        event.get_by_name("EventSchemaVersion").unwrap().as_text(),
        Some("0.1.7")
    );
    assert_eq!(event.get_by_name("Unheard"), None);
    assert_eq!(event.into_owned().version(), SchemaVersion::V0_1_7);
}
