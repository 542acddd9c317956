//! The faults of the published parser that Zeek's rows would show: one test each, named after the fault.
//!
//! `docs/published-parser-faults.md` lists them all.

use std::sync::LazyLock;

use asim_parse::schema::{DnsEvent, Event, EventResult, EventSubType, NetworkProtocol, Rcode};
use asim_parse::{Context, Envelope, Format, Mapper, Notes, Record};

use crate::{Zeek, ZeekHeader};

/// A row in JSON with these members more.
fn row(members: &str) -> String {
    format!(
        r#"{{"ts":1750000000.5,"uid":"C1","id.orig_h":"192.0.2.6","id.orig_p":54243,"id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","query":"www.example.",{members}}}"#
    )
}

static HEADER: LazyLock<ZeekHeader> = LazyLock::new(ZeekHeader::default);

fn read(text: &str) -> DnsEvent<'_> {
    let (context, mut notes) = (Context::default(), Notes::default());
    let record = Record {
        bytes: text.as_bytes(),
        format: Format::NdJson,
        header: &*HEADER,
        table: None,
    };
    let raw = Zeek.decode(record, &context, &mut notes).unwrap();
    match Zeek.map(raw, &Envelope::default(), &context, &mut notes).unwrap() {
        Event::Dns(event) => event,
        other => panic!("a DNS event, not {other:?}"),
    }
}

#[test]
fn fault_requests_are_counted_as_failures() {
    let text = row(r#""qtype":1,"qclass":1"#);
    let event = read(&text);
    assert_eq!(event.event_sub_type(), Some(EventSubType::Request));
    assert_eq!(
        (event.event_result(), event.event_result_details()),
        (Some(EventResult::NA), Some("NA"))
    );
}

#[test]
fn fault_rejected_rows_are_counted_as_failures() {
    let text = row(r#""qtype":1,"qclass":1,"rcode":0,"rcode_name":"NOERROR","rejected":true"#);
    assert_eq!(read(&text).event_result(), Some(EventResult::Success));
}

#[test]
fn fault_event_ends_when_the_row_was_written() {
    let text = row(r#""_write_ts":"2025-06-15T16:00:00Z","rtt":0.25,"qtype":1,"qclass":1,"rcode":0"#);
    let event = read(&text);
    let ticks = |time: Option<asim_parse::schema::Timestamp>| time.map(asim_parse::schema::Timestamp::ticks);
    assert_eq!(
        ticks(event.event_end_time()),
        ticks(event.event_start_time()).map(|start| start + 2_500_000)
    );
}

#[test]
fn fault_protocol_is_in_lower_case() {
    let text = row(r#""qtype":1"#);
    assert_eq!(read(&text).network_protocol(), Some(NetworkProtocol::UDP));
}

#[test]
fn fault_ad_is_not_filled_and_any_bit_is_taken_for_z() {
    let text =
        row(r#""qtype":1,"qclass":1,"rcode":0,"rtt":0.1,"AA":false,"TC":false,"RD":true,"RA":true,"Z":2"#);
    assert_eq!(
        read(&text).flags().to_json(),
        "[true,false,false,true,true,false,false]"
    );
}

#[test]
fn fault_flags_of_messages_that_were_not_seen_are_written() {
    let text = row(r#""qtype":1,"qclass":1,"AA":false,"TC":false,"RD":true,"RA":false,"Z":0"#);
    assert_eq!(
        read(&text).flags().to_json(),
        "[null,null,false,null,true,null,null]"
    );
}

#[test]
fn fault_answers_are_lost_when_the_columns_stand_in_another_order() {
    let text = row(r#""TTLs":[30.0],"rejected":false,"qtype":1,"rcode":0,"answers":["192.0.2.1"]"#);
    assert_eq!(
        read(&text).dns_response_name(),
        Some(r#"{"answers":["192.0.2.1"],"ttls":[30]}"#)
    );
}

#[test]
fn fault_types_above_62_are_not_named() {
    for (number, name) in [
        (65, "HTTPS"),
        (64, "SVCB"),
        (63, "ZONEMD"),
        (260, "AMTRELAY"),
        (65280, "TYPE65280"),
    ] {
        let text = row(&format!(r#""qtype":{number}"#));
        assert_eq!(read(&text).dns_query_type_name(), Some(name));
    }
}

#[test]
fn fault_type_255_is_an_asterisk() {
    let text = row(r#""qtype":255,"qtype_name":"*""#);
    assert_eq!(read(&text).dns_query_type_name(), Some("ANY"));
}

#[test]
fn fault_response_code_16_makes_two_records() {
    let text = row(r#""qtype":1,"rcode":16"#);
    let event = read(&text);
    assert_eq!(
        (event.dns_response_code(), event.event_result_details()),
        (Some(Rcode(16)), Some("BADVERS"))
    );
}

#[test]
fn fault_final_dot_stays_on_a_name() {
    let text = row(r#""qtype":1"#);
    assert_eq!(read(&text).dns_query(), Some("www.example"));
}

#[test]
fn fault_ids_are_decimal_or_padded() {
    let text = row(r#""qtype":1,"trans_id":256"#);
    assert_eq!(read(&text).transaction_id_hex(), Some("100"));
}

#[test]
fn fault_ip_address_of_the_sensor_is_split_as_a_full_name() {
    let text = row(r#""qtype":1,"_system_name":"192.0.2.99""#);
    let event = read(&text);
    assert_eq!(event.dvc_ip_addr(), Some([192, 0, 2, 99].into()));
    assert_eq!((event.dvc_hostname(), event.dvc_domain()), (None, None));
}
