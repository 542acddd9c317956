//! The faults of the published parsers that this server's records would show: one test each, named after the fault.
//!
//! `docs/published-parser-faults.md` lists them all.

use asim_parse::schema::{
    DnsEvent, DnsField, Event, EventResult, EventSeverity, EventSubType, Opcode, Rcode, RrType,
};
use asim_parse::{Context, Envelope, Format, Mapper, Notes, Record, Refusal};

use crate::PARSER;

fn read(text: &str) -> Result<DnsEvent<'_>, Refusal> {
    let (context, mut notes) = (Context::default(), Notes::default());
    let record = Record {
        bytes: text.as_bytes(),
        format: Format::NdJson,
        header: &(),
        table: None,
    };
    let raw = PARSER.decode(record, &context, &mut notes)?;
    match PARSER.map(raw, &Envelope::default(), &context, &mut notes)? {
        Event::Dns(event) => Ok(event),
        other => panic!("a DNS event, not {other:?}"),
    }
}

/// A record of `NXLog` with these members.
fn nxlog(id: u32, members: &str) -> String {
    format!(
        r#"{{"SourceName":"Microsoft-Windows-DNSServer","EventID":{id},"EventTime":"2026-08-13T16:02:03Z","Hostname":"192.0.2.53",{members}}}"#
    )
}

/// A row of the table `DnsEvents` with these columns.
fn row(id: u32, columns: &str) -> String {
    format!(
        r#"{{"Type":"DnsEvents","TimeGenerated":"2026-08-13T16:02:03Z","EventId":{id},"ClientIP":"198.51.100.7","Name":"www.example","Computer":"dc1.corp.example",{columns}}}"#
    )
}

const QUERY: &str = r#""InterfaceIP":"192.0.2.53","Source":"198.51.100.7","QNAME":"www.example","QTYPE":"1","XID":"44695","Port":"59293","Flags":"256","RD":"1""#;
const NXDOMAIN: &str = r#""InterfaceIP":"192.0.2.53","Destination":"198.51.100.7","QNAME":"www.example.","QTYPE":"255","XID":"256","Port":"59293","Flags":"33155","RCODE":"3""#;

fn with_type(number: u16) -> String {
    nxlog(
        256,
        &QUERY.replace(r#""QTYPE":"1""#, &format!(r#""QTYPE":"{number}""#)),
    )
}

#[test]
fn fault_client_of_a_response_is_lost() {
    let text = nxlog(257, NXDOMAIN);
    let event = read(&text).unwrap();
    assert_eq!(event.src_ip_addr(), Some([198, 51, 100, 7].into()));
    assert_eq!(event.src_port_number(), Some(59293));
    assert_eq!(event.dst_ip_addr(), Some([192, 0, 2, 53].into()));
}

#[test]
fn fault_upstream_server_is_taken_for_the_client() {
    for (id, member) in [(260, "Destination"), (261, "Source")] {
        let text = nxlog(
            id,
            &format!(r#""{member}":"203.0.113.1","InterfaceIP":"0.0.0.0","QNAME":"www.example.","Port":"0""#),
        );
        let event = read(&text).unwrap();
        assert_eq!(event.src_ip_addr(), Some([127, 0, 0, 1].into()), "{id}");
        assert_eq!(event.dst_ip_addr(), Some([203, 0, 113, 1].into()), "{id}");
    }
}

#[test]
fn fault_placeholders_are_taken_for_addresses_and_ports() {
    let text = nxlog(
        261,
        r#""Source":"203.0.113.1","InterfaceIP":"::","QNAME":"www.example.","Port":"0""#,
    );
    let event = read(&text.replace("\"192.0.2.53\"", "\"dc1\""))
        .map(DnsEvent::into_owned)
        .unwrap();
    assert_eq!(
        (
            event.dvc_ip_addr(),
            event.src_port_number(),
            event.dst_port_number()
        ),
        (None, None, None)
    );
}

#[test]
fn fault_event_257_is_always_a_success() {
    for text in [
        nxlog(257, NXDOMAIN),
        row(257, r#""QueryType":"A","ResultCode":3"#),
    ] {
        let event = read(&text).unwrap();
        assert_eq!(event.event_result(), Some(EventResult::Failure));
        assert_eq!(event.event_result_details(), Some("NXDOMAIN"));
        assert_eq!(event.event_severity(), Some(EventSeverity::Low));
    }
}

#[test]
fn fault_requests_have_the_details_unassigned() {
    for text in [nxlog(256, QUERY), row(256, r#""QueryType":"A""#)] {
        let event = read(&text).unwrap();
        assert_eq!(event.event_sub_type(), Some(EventSubType::Request));
        assert_eq!(
            (event.event_result(), event.event_result_details()),
            (Some(EventResult::NA), Some("NA"))
        );
    }
}

#[test]
fn fault_response_without_a_code_of_its_own_is_unassigned() {
    let text = nxlog(
        261,
        r#""Source":"203.0.113.1","QNAME":"www.example.","Flags":"33155""#,
    );
    let event = read(&text).unwrap();
    assert_eq!(event.event_result_details(), Some("NXDOMAIN"));
}

#[test]
fn fault_types_above_33_are_unassigned() {
    for (number, name) in [
        (33, "SRV"),
        (35, "NAPTR"),
        (43, "DS"),
        (64, "SVCB"),
        (65, "HTTPS"),
        (257, "CAA"),
        (260, "AMTRELAY"),
    ] {
        let text = with_type(number);
        let event = read(&text).unwrap();
        assert_eq!(event.dns_query_type_name(), Some(name));
    }
}

#[test]
fn fault_unknown_types_are_unassigned() {
    for (number, name) in [(0, "TYPE0"), (54, "TYPE54"), (65280, "TYPE65280")] {
        let text = with_type(number);
        let event = read(&text).unwrap();
        assert_eq!(event.dns_query_type_name(), Some(name));
    }
}

#[test]
fn fault_a_missing_type_is_unassigned() {
    let text = nxlog(264, r#""Destination":"198.51.100.7","XID":"1","RCODE":"0""#);
    let event = read(&text).unwrap();
    assert_eq!(
        (event.dns_query_type(), event.dns_query_type_name()),
        (None, None)
    );
}

#[test]
fn fault_type_255_is_an_asterisk_or_all() {
    for text in [
        nxlog(257, NXDOMAIN),
        row(256, r#""QueryType":"255""#),
        row(256, r#""QueryType":"ANY""#),
    ] {
        let event = read(&text).unwrap();
        assert_eq!(
            (event.dns_query_type(), event.dns_query_type_name()),
            (Some(RrType(255)), Some("ANY"))
        );
    }
}

#[test]
fn fault_type_of_a_row_has_no_number() {
    let text = row(256, r#""QueryType":"AAAA""#);
    assert_eq!(read(&text).unwrap().dns_query_type(), Some(RrType::AAAA));
}

#[test]
fn fault_response_code_16_makes_two_records() {
    let text = row(258, r#""QueryType":"A","ResultCode":16"#);
    let event = read(&text).unwrap();
    assert_eq!(
        (event.dns_response_code(), event.event_result_details()),
        (Some(Rcode(16)), Some("BADVERS"))
    );
}

#[test]
fn fault_unknown_response_codes_are_unassigned() {
    for (code, name) in [(12, "RCODE12"), (3841, "RCODE3841")] {
        let text = row(258, &format!(r#""QueryType":"A","ResultCode":{code}"#));
        assert_eq!(read(&text).unwrap().event_result_details(), Some(name));
    }
}

#[test]
fn fault_last_letter_of_a_name_is_chopped() {
    let text = nxlog(256, QUERY);
    assert_eq!(read(&text).unwrap().dns_query(), Some("www.example"));
}

#[test]
fn fault_final_dot_stays_on_a_name() {
    let text = row(256, r#""QueryType":"A""#).replace("www.example", "www.example.");
    assert_eq!(read(&text).unwrap().dns_query(), Some("www.example"));
}

#[test]
fn fault_ids_are_decimal_or_padded() {
    for (text, expected) in [(nxlog(256, QUERY), "ae97"), (nxlog(257, NXDOMAIN), "100")] {
        assert_eq!(read(&text).unwrap().transaction_id_hex(), Some(expected));
    }
}

#[test]
fn fault_ip_address_of_the_server_is_split_as_a_full_name() {
    let text = nxlog(256, QUERY);
    let event = read(&text).unwrap();
    assert_eq!(event.dvc_ip_addr(), Some([192, 0, 2, 53].into()));
    assert_eq!(
        (event.dvc_hostname(), event.dvc_domain(), event.dvc_fqdn()),
        (None, None, None)
    );
}

#[test]
fn fault_full_name_of_the_server_is_not_split() {
    let text = nxlog(256, QUERY).replace("\"Hostname\":\"192.0.2.53\"", "\"Hostname\":\"dc1.corp.example\"");
    let event = read(&text).unwrap();
    assert_eq!(
        (event.dvc_hostname(), event.dvc_domain()),
        (Some("dc1"), Some("corp.example"))
    );
}

#[test]
fn fault_source_is_the_argument_of_the_filter() {
    let text = row(256, r#""QueryType":"A""#);
    let event = read(&text).unwrap();
    let mut src = Vec::new();
    event.get(DnsField::Src).unwrap().write_text(&mut src);
    assert_eq!(src, b"198.51.100.7");
}

#[test]
fn fault_severity_is_a_number() {
    let text = row(256, r#""QueryType":"A","Severity":3"#);
    let event = read(&text).unwrap();
    assert_eq!(event.event_severity(), Some(EventSeverity::Informational));
    assert_eq!(event.event_original_severity(), Some("3"));
}

#[test]
fn fault_zone_transfers_and_updates_have_types_of_their_own() {
    for (id, opcode, rr_type) in [
        (263, Opcode::UPDATE, None),
        (264, Opcode::UPDATE, None),
        (265, Opcode::QUERY, Some(RrType(251))),
        (270, Opcode::QUERY, Some(RrType(252))),
        (272, Opcode::QUERY, Some(RrType(252))),
        (273, Opcode::NOTIFY, None),
        (276, Opcode::NOTIFY, None),
        (278, Opcode::UPDATE, None),
    ] {
        let text = nxlog(
            id,
            r#""Source":"198.51.100.7","QNAME":"example.","InterfaceIP":"192.0.2.53""#,
        );
        let event = read(&text).unwrap();
        assert_eq!(
            (event.event_type(), event.dns_query_type()),
            (Some(opcode), rr_type),
            "{id}"
        );
    }
}

#[test]
fn fault_notify_acknowledgements_succeed_whatever_they_say() {
    // A response with REFUSED in its header.
    let text = nxlog(
        275,
        r#""Source":"192.0.2.55","InterfaceIP":"192.0.2.53","PacketData":"0x0403A4050000000000000000""#,
    );
    let event = read(&text).unwrap();
    assert_eq!(
        (event.event_result(), event.event_result_details()),
        (Some(EventResult::Failure), Some("REFUSED"))
    );
}

#[test]
fn fault_internal_lookups_pass_for_traffic() {
    for id in [279, 280] {
        let text = nxlog(id, QUERY);
        assert!(
            matches!(read(&text), Err(Refusal::Declined(reason)) if reason.contains("internal lookup")),
            "{id}"
        );
    }
}

#[test]
fn fault_events_above_280_are_lost() {
    for id in [284, 285, 286, 289, 290, 291] {
        let text = nxlog(id, QUERY);
        assert_eq!(read(&text).unwrap().dns_query(), Some("www.example"), "{id}");
    }
}

#[test]
fn fault_packet_passes_for_the_response_name() {
    let packet = "0x1234818000010001000000000161076578616D706C650000010001C00C000100010000003C0004C0000201";
    for (id, expected) in [
        (256, None),
        (
            257,
            Some(
                r#"[{"part":"answer","query":"a.example","TTL":60,"Class":"IN","Type":"A","Response":"192.0.2.1"}]"#,
            ),
        ),
    ] {
        let text = nxlog(
            id,
            &format!(r#""Source":"198.51.100.7","QNAME":"a.example.","PacketData":"{packet}""#),
        );
        assert_eq!(read(&text).unwrap().dns_response_name(), expected);
    }
}

#[test]
fn fault_flags_of_the_packet_are_not_read() {
    let text = nxlog(257, NXDOMAIN);
    assert_eq!(
        read(&text).unwrap().flags().to_json(),
        "[false,false,false,true,true,false,false]"
    );
}

#[test]
fn fault_values_without_a_field_are_lost() {
    let text = nxlog(
        257,
        &format!(r#"{NXDOMAIN},"Zone":"..Cache","ElapsedTime":"188","PolicyName":"NULL""#),
    );
    let event = read(&text).unwrap();
    let kept = event.additional_fields().unwrap();
    assert!(
        kept.get("Zone").is_some() && kept.get("ElapsedTime").is_some() && kept.get("PolicyName").is_none()
    );
    assert_eq!(event.dns_network_duration(), None);
}

#[test]
fn fault_server_of_a_query_is_lost() {
    let text = nxlog(256, QUERY);
    assert_eq!(read(&text).unwrap().dst_ip_addr(), Some([192, 0, 2, 53].into()));
}
