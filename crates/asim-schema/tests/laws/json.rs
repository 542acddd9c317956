//! JSON: three ways of writing agree, and what is written reads back.

use asim_schema::{
    DnsEvent, DnsField, Event, JsonEvent, JsonOptions, JsonWriter, ProcessEvent, ProcessField, Rcode,
    SchemaVersion, ValueRef,
};
use proptest::prelude::*;

use crate::any_event::additional;

/// All combinations of options.
fn all_options() -> [JsonOptions; 4] {
    [(false, false), (false, true), (true, false), (true, true)].map(|(aliases, deprecated_aliases)| {
        JsonOptions {
            aliases,
            deprecated_aliases,
            ..JsonOptions::default()
        }
    })
}

/// The event as the writer has it.
fn written(writer: JsonWriter, event: &impl JsonEvent) -> String {
    let mut out = Vec::new();
    writer.write_event(event, &mut out);
    String::from_utf8(out).unwrap()
}

/// The laws for one schema.
macro_rules! laws {
    ($schema:ident, $event:ident, $field:ident, $set:ident, $columns:ident, $chosen:ident) => {
        mod $schema {
            use asim_schema::{$columns, $event, $field, $set, Event, JsonOptions, JsonWriter};
            use proptest::prelude::*;

            use super::{all_options, written};
            use crate::any_event::$schema::event;

            proptest! {
                #[test]
                fn serde_and_the_writer_agree_byte_for_byte(event in event()) {
                    let json = written(JsonWriter::default(), &event);
                    prop_assert_eq!(&serde_json::to_string(&event).unwrap(), &json);
                    let mut out = b"before\n".to_vec();
                    JsonWriter::default().write_event(&Event::from(event), &mut out);
                    prop_assert_eq!(out, [b"before\n", json.as_bytes()].concat());
                }

                #[test]
                fn what_is_written_reads_back(event in event()) {
                    for options in all_options() {
                        let json = written(JsonWriter { options }, &event);
                        let read: $event<'_> = serde_json::from_str(&json).unwrap();
                        prop_assert_eq!(&read, &event, "{}", json);
                        let any: Event<'_> = serde_json::from_str(&json).unwrap();
                        prop_assert_eq!(&any, &Event::from(read), "{}", json);
                    }
                }

                #[test]
                fn named_columns_are_written_and_no_others(
                    event in event(),
                    wanted in prop::collection::vec(prop::sample::select($field::ALL.as_slice()), 0..60),
                ) {
                    let columns: $set = wanted.into_iter().collect();
                    for options in all_options() {
                        let options = JsonOptions { $chosen: Some(columns), ..options };
                        let json = written(JsonWriter { options }, &event);
                        let read: std::collections::BTreeMap<String, serde_json::Value> = serde_json::from_str(&json).unwrap();
                        for field in $field::ALL {
                            prop_assert_eq!(read.contains_key(field.name()), event.contains(field) && columns.contains(field));
                        }
                    }
                }

                #[test]
                fn columns_are_in_schema_order_and_follow_the_options(event in event()) {
                    for options in all_options() {
                        let json = written(JsonWriter { options }, &event);
                        let read: std::collections::BTreeMap<String, serde_json::Value> = serde_json::from_str(&json).unwrap();
                        let mut at = 0;
                        for field in $field::ALL {
                            let info = field.info();
                            let wanted = event.contains(field)
                                && if info.deprecated { options.deprecated_aliases } else { info.alias_of.is_empty() || options.aliases };
                            prop_assert_eq!(read.contains_key(info.name), wanted, "{}", field);
                            if wanted {
                                let mut member = format!("{}\"{}\":", if at == 0 { '{' } else { ',' }, info.name).into_bytes();
                                event.get(field).unwrap().write_json(&mut member);
                                prop_assert!(json.as_bytes()[at..].starts_with(&member), "{}: {}", field, json);
                                at += member.len();
                            }
                        }
                        prop_assert_eq!(&json[at..], "}");
                    }
                }

                #[test]
                fn a_column_writes_what_it_shows(event in event()) {
                    for field in $field::ALL {
                        let (mut column, mut value) = (b"before".to_vec(), b"before".to_vec());
                        if let Some(shown) = event.get(field) {
                            shown.write_json(&mut value);
                            $columns[field as usize].write(&event, &mut column);
                        }
                        prop_assert_eq!(column, value, "{}", field);
                    }
                }
            }
        }
    };
}

laws!(dns, DnsEvent, DnsField, DnsFieldSet, DNS_COLUMNS, columns);
laws!(
    process,
    ProcessEvent,
    ProcessField,
    ProcessFieldSet,
    PROCESS_COLUMNS,
    process_columns
);
laws!(
    alert,
    AlertEvent,
    AlertField,
    AlertFieldSet,
    ALERT_COLUMNS,
    alert_columns
);

proptest! {
    #[test]
    fn additional_fields_are_written_as_serde_json_writes_them_and_read_back(fields in additional()) {
        let mut out = Vec::new();
        fields.write_json(&mut out);
        let json = String::from_utf8(out).unwrap();
        prop_assert_eq!(&serde_json::to_string(&fields).unwrap(), &json);
        let read: asim_schema::AdditionalFields<'_> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&read, &fields);
        prop_assert_eq!(fields.clone().into_owned(), fields);
    }
}

/// Reads an event, or the words of the error.
fn read(json: &str) -> Result<DnsEvent<'_>, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn an_event_larger_than_the_usual_room_is_written_whole() {
    for length in [3_000, 3_050, 3_072, 10_000, 1_000_000] {
        let text = "x\n".repeat(length / 2);
        let mut event = DnsEvent::default();
        event.set_dns_response_name(text.as_str());
        assert_eq!(
            written(JsonWriter::default(), &event),
            serde_json::to_string(&event).unwrap()
        );
    }
}

#[test]
fn plain_text_stays_borrowed() {
    let event = read(r#"{"DnsQuery":"example.com","AdditionalFields":{"a":"b"}}"#).unwrap();
    let clone = event.clone();
    // A borrowed slot gives the same address again; an owned one would have been copied.
    assert_eq!(
        event.dns_query().unwrap().as_ptr(),
        clone.dns_query().unwrap().as_ptr()
    );
    assert!(matches!(
        event.get(DnsField::DnsQuery),
        Some(ValueRef::Text(std::borrow::Cow::Borrowed("example.com")))
    ));
}

#[test]
fn nothing_is_filled_in_and_null_is_absent() {
    let event = read(r#"{"DnsQuery":null}"#).unwrap();
    assert_eq!((event.event_count(), event.dns_query()), (None, None));
    assert_eq!(event.version(), SchemaVersion::DEFAULT);
}

#[test]
fn an_alias_of_one_target_fills_it_when_it_is_absent() {
    for json in [
        r#"{"Domain":"a"}"#,
        r#"{"Query":"a"}"#,
        r#"{"DnsQuery":"a","Domain":"b"}"#,
        r#"{"Domain":"b","DnsQuery":"a"}"#,
    ] {
        assert_eq!(read(json).unwrap().dns_query(), Some("a"), "{json}");
    }
    assert_eq!(
        read(r#"{"ResponseCode":3}"#).unwrap().dns_response_code(),
        Some(Rcode::NXDOMAIN)
    );
    let choice = read(r#"{"Src":"192.0.2.1"}"#).unwrap();
    assert!(!choice.contains(DnsField::Src));
}

#[test]
fn constants_are_checked() {
    assert_eq!(
        read(r#"{"EventSchemaVersion":"0.1.7"}"#).unwrap().version(),
        SchemaVersion::V0_1_7
    );
    for (json, word) in [
        (r#"{"EventSchema":"NetworkSession"}"#, "NetworkSession"),
        (r#"{"EventSchemaVersion":"7"}"#, "`7`"),
        (r#"{"EventSchema":1}"#, "EventSchema"),
    ] {
        assert!(read(json).unwrap_err().contains(word), "{json}");
    }
}

#[test]
fn what_does_not_fit_is_an_error_that_names_the_column() {
    for (json, word) in [
        (r#"{"Unheard":1}"#, "`Unheard`"),
        (r#"{"SrcPortNumber":65536}"#, "SrcPortNumber"),
        (r#"{"SrcPortNumber":"53"}"#, "SrcPortNumber"),
        (r#"{"SrcIpAddr":"300.0.0.1"}"#, "SrcIpAddr"),
        (r#"{"EventStartTime":"yesterday"}"#, "EventStartTime"),
        (r#"{"EventResult":"Good"}"#, "EventResult"),
        (r#"{"EventType":"lookup"}"#, "EventType"),
        (r#"{"ThreatConfidence":101}"#, "ThreatConfidence"),
        (r#"{"DnsQueryType":18446744073709551615}"#, "64 signed bits"),
        (r#"{"AdditionalFields":"text"}"#, "AdditionalFields"),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.contains(word), "{json}: {error}");
    }
}

#[test]
fn the_schema_may_stand_anywhere() {
    let members = [
        r#""EventSchemaVersion":"0.1.4""#,
        r#""EventCount":2"#,
        r#""DvcHostname":"desktop-7""#,
        r#""Process":"a.exe""#,
        r#""EventSchema":"ProcessEvent""#,
    ];
    let mut event = ProcessEvent::default();
    event.set_event_count(2);
    event.set_dvc_hostname("desktop-7");
    event.set_target_process_name("a.exe");
    for place in 0..members.len() {
        let mut members = members;
        members.rotate_left(place);
        let json = format!("{{{}}}", members.join(","));
        let read: Event<'_> = serde_json::from_str(&json).unwrap();
        assert_eq!(read, Event::from(event.clone()), "{json}");
    }
    let dns: Event<'_> = serde_json::from_str(r#"{"DnsQuery":"a","EventSchema":"Dns"}"#).unwrap();
    assert_eq!(dns.get_by_name("Domain").unwrap().as_text(), Some("a"));
}

#[test]
fn an_event_of_any_schema_needs_a_schema_that_is_known() {
    for (json, word) in [
        (r#"{"DnsQuery":"a"}"#, "EventSchema"),
        (r#"{"EventSchema":null}"#, "EventSchema is text"),
        (r#"{"EventSchema":7}"#, "EventSchema is text"),
        (r#"{"EventSchema":"NetworkSession"}"#, "NetworkSession"),
        (r#"{"EventSchema":"dns"}"#, "`dns`"),
        (
            r#"{"DnsQuery":"a","EventSchema":"ProcessEvent"}"#,
            "no column `DnsQuery` in the ProcessEvent schema",
        ),
        (
            r#"{"EventSchema":"Dns","Hash":"a"}"#,
            "no column `Hash` in the Dns schema",
        ),
        (
            r#"{"EventSchema":"Dns","EventSchema":"ProcessEvent"}"#,
            "ProcessEvent",
        ),
        (
            r#"{"EventSchemaVersion":"1.0.0","EventSchema":"ProcessEvent"}"#,
            "`1.0.0`",
        ),
        (
            r#"{"TargetProcessFileSize":"big","EventSchema":"ProcessEvent"}"#,
            "TargetProcessFileSize",
        ),
        ("[]", "an event with the column EventSchema"),
    ] {
        let error = serde_json::from_str::<Event<'_>>(json).unwrap_err().to_string();
        assert!(error.contains(word), "{json}: {error}");
    }
}

#[test]
fn a_process_event_reads_what_fits() {
    let event: ProcessEvent<'_> =
        serde_json::from_str(r#"{"TargetProcessFileSize":5000000000,"HashType":"sha256"}"#).unwrap();
    assert_eq!(event.target_process_file_size(), Some(5_000_000_000));
    assert_eq!(
        event.get(ProcessField::HashType).unwrap().as_text(),
        Some("SHA256")
    );
    let error = serde_json::from_str::<ProcessEvent<'_>>(r#"{"EventSchema":"Dns"}"#).unwrap_err();
    assert!(error.to_string().contains("not ProcessEvent"), "{error}");
}
