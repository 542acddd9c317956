//! Single cases that are worth a name.

use asim_schema::{
    AlertEvent, AlertEventSubType, AlertEventType, DetectionMethod, DnsEvent, DnsField, Event, EventResult,
    EventSubType, HashType, Opcode, ProcessEvent, ProcessEventType, ProcessField, ProcessVersion, SchemaKind,
    SchemaVersion, Timestamp, VersionNumber,
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
    // An event of any schema is moved about as that of the Dns schema is, so another one may not make it larger.
    assert!(
        size_of::<ProcessEvent<'_>>() <= size_of::<DnsEvent<'_>>(),
        "{} bytes",
        size_of::<ProcessEvent<'_>>()
    );
    assert!(
        size_of::<AlertEvent<'_>>() <= size_of::<DnsEvent<'_>>(),
        "{} bytes",
        size_of::<AlertEvent<'_>>()
    );
    assert!(
        size_of::<Event<'_>>() <= size_of::<DnsEvent<'_>>() + 8,
        "{} bytes",
        size_of::<Event<'_>>()
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
    event.set_version(SchemaVersion::V0_1_7).unwrap();
    assert_eq!(
        event.get_by_name("EventSchemaVersion").unwrap().as_text(),
        Some("0.1.7")
    );
    assert_eq!(event.get_by_name("Unheard"), None);
    assert_eq!(event.into_owned().version(), SchemaVersion::V0_1_7);
}

#[test]
fn a_process_event_as_one_line() {
    let mut event = ProcessEvent::default();
    event.set_event_type(ProcessEventType::ProcessCreated);
    event.set_dvc_hostname("desktop-7");
    event.set_target_username("CORP\\jdoe");
    event.set_target_process_name("a.exe");
    event.set_target_process_command_line("a.exe -q \"x y\"");
    event.set_target_process_sha1("da39a3ee5e6b4b0d3255bfef95601890afd80709");
    event.set_hash_type(HashType::SHA);
    assert_eq!(
        serde_json::to_string(&event).unwrap(),
        concat!(
            r#"{"EventCount":1,"EventType":"ProcessCreated","EventSchema":"ProcessEvent","EventSchemaVersion":"0.1.4","#,
            r#""Dvc":"desktop-7","DvcHostname":"desktop-7","TargetUsername":"CORP\\jdoe","TargetProcessName":"a.exe","#,
            r#""TargetProcessCommandLine":"a.exe -q \"x y\"","#,
            r#""TargetProcessSHA1":"da39a3ee5e6b4b0d3255bfef95601890afd80709","User":"CORP\\jdoe","Process":"a.exe","#,
            r#""CommandLine":"a.exe -q \"x y\"","Hash":"da39a3ee5e6b4b0d3255bfef95601890afd80709","HashType":"SHA"}"#,
        )
    );
}

#[test]
fn an_alert_as_one_line() {
    let mut event = AlertEvent::default();
    event.set_event_type(AlertEventType::Alert);
    event.set_event_sub_type(AlertEventSubType::SuspiciousActivity);
    event.set_event_uid("8f14");
    event.set_event_message("120 names under example.com");
    event.set_detection_method(DetectionMethod::CloudSecurityPostureManagement);
    event.set_dvc_ip_addr("192.0.2.1".parse().unwrap());
    event.set_rule_name("r");
    event.set_username("CORP\\jdoe");
    assert_eq!(
        serde_json::to_string(&event).unwrap(),
        concat!(
            r#"{"EventCount":1,"EventType":"Alert","EventSubType":"Suspicious Activity","EventSchema":"AlertEvent","#,
            r#""EventSchemaVersion":"0.1","EventMessage":"120 names under example.com","EventUid":"8f14","#,
            r#""DvcIpAddr":"192.0.2.1","IpAddr":"192.0.2.1","AlertId":"8f14","#,
            r#""AlertDescription":"120 names under example.com","#,
            r#""DetectionMethod":"Cloud Security Posture Management","RuleName":"r","Rule":"r","#,
            r#""Username":"CORP\\jdoe","User":"CORP\\jdoe"}"#,
        )
    );
    let event = Event::from(event);
    assert_eq!(event.version(), VersionNumber::of_two(0, 1));
    assert!(VersionNumber::of_two(0, 1) < VersionNumber::new(0, 1, 0));
}

#[test]
fn the_hash_is_the_longest() {
    let mut event = ProcessEvent::default();
    event.set_target_process_imphash("i");
    event.set_target_process_md5("m");
    event.set_acting_process_sha512("a");
    let hash = |event: &ProcessEvent<'_>| event.get(ProcessField::Hash).unwrap().to_string();
    assert_eq!(hash(&event), "m");
    event.set_target_process_sha256("s");
    assert_eq!(hash(&event), "s");
    event.set_target_process_sha512("t");
    assert_eq!(hash(&event), "t");
}

#[test]
fn a_process_event_has_versions_of_its_own() {
    let mut event = ProcessEvent::new(ProcessVersion::V0_1_3);
    event.set_actor_scope("example.com");
    assert!(!event.contains(ProcessField::ActorScope));
    let mut event = Event::from(event);
    assert_eq!(event.version(), VersionNumber::new(0, 1, 3));
    assert!(event.set_version(SchemaVersion::V1_0_0).is_err());
    event.set_version(ProcessVersion::V0_1_4).unwrap();
    assert_eq!(
        event.get_by_name("ActorScope").unwrap().as_text(),
        Some("example.com")
    );
}

#[test]
fn schemas_tell_their_fields_and_versions() {
    for schema in SchemaKind::ALL {
        let fields = schema.fields();
        assert_eq!(fields.iter().filter(|field| field.constant).count(), 2);
        for field in fields {
            assert_eq!(schema.field(field.name).unwrap().name, field.name);
            for other in field
                .alias_of
                .iter()
                .chain(field.fallback)
                .chain(field.conditional_on.as_ref())
            {
                assert!(schema.field(other).is_some(), "{}: {other}", field.name);
            }
            assert!(schema.versions().contains(&field.since));
        }
        assert!(schema.selectable_versions().contains(&schema.default_version()));
        assert_eq!(
            schema
                .name()
                .to_lowercase()
                .strip_suffix("event")
                .unwrap_or("dns"),
            schema.id()
        );
    }
}
