//! The faults of published parsers for this source, each named by a test; `docs/published-parser-faults.md` lists them.

use asim_parse::schema::{DnsEvent, Event, EventResult, EventSubType, Rcode, RrType, Timestamp};
use asim_parse::{Context, Envelope, Notes};

use crate::{map, record};

fn event(line: &str) -> DnsEvent<'_> {
    let mut context = Context::default();
    context.assume_time = Timestamp::parse("2026-11-21T09:00:00Z");
    let raw = record::decode(line.as_bytes()).unwrap_or_else(|refusal| panic!("{line}: {refusal:?}"));
    match map::map(raw, &Envelope::default(), &context, &mut Notes::default()) {
        Ok(Event::Dns(event)) => event.into_owned(),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn fault_object_stays_in_the_address() {
    let line = "client @0x7f1a9b54aaaa 192.0.2.1#57398 UDP: query: a.example IN A response: NOERROR +A a.example. 60 IN A 192.0.2.9";
    let event = event(line);
    assert_eq!(event.src_ip_addr(), Some([192, 0, 2, 1].into()));
    assert_eq!(event.src_port_number(), Some(57398));
}

#[test]
fn fault_request_is_a_success() {
    let event = event("client 192.0.2.1#5 (a.example): query: a.example IN A + (192.0.2.53)");
    assert_eq!(event.event_sub_type(), Some(EventSubType::Request));
    assert_eq!(event.event_result(), Some(EventResult::NA));
    assert_eq!(event.event_result_details(), Some("NA"));
}

#[test]
fn fault_escaped_blank_is_undone_before_the_line_is_split() {
    for name in [r"a\ IN\ A\ b.example", r"a\032IN\032A\032b.example"] {
        let line = format!("client 192.0.2.1#5 ({name}): query: {name} IN MX + (192.0.2.53)");
        let event = event(&line);
        assert_eq!(event.dns_query(), Some("a IN A b.example"));
        assert_eq!(event.dns_query_type(), Some(RrType::MX));
    }
}

#[test]
fn fault_lazy_pattern_takes_a_forged_line_inside_a_name() {
    let name = r"x\):\032query:\032bank.example\032IN\032A\032+\032\(203.0.113.9\).example.net";
    let line = format!("client @0x7f 192.0.2.1#5 ({name}): view v: query: {name} IN AAAA - (192.0.2.53)");
    let event = event(&line);
    assert_eq!(
        event.dns_query(),
        Some("x): query: bank.example IN A + (203.0.113.9).example.net")
    );
    assert_eq!(event.dns_query_type(), Some(RrType::AAAA));
    assert_eq!(event.dns_flags(), Some("-"));
    assert_eq!(event.dst_ip_addr(), Some([192, 0, 2, 53].into()));
}

#[test]
fn fault_word_response_inside_a_name_makes_a_response() {
    let line =
        r"client 192.0.2.1#5 (response:.query:.example): query: response:.query:.example IN A + (192.0.2.53)";
    let event = event(line);
    assert_eq!(event.event_sub_type(), Some(EventSubType::Request));
    assert_eq!(event.dns_query(), Some("response:.query:.example"));
}

#[test]
fn fault_escapes_of_a_name_are_undone_twice_or_never() {
    let event = event(
        r"client 192.0.2.1#5 (b\195\188\\032c.example): query: b\195\188\\032c.example IN A + (192.0.2.53)",
    );
    assert_eq!(event.dns_query(), Some("b\u{fc}\\\\032c.example"));
}

#[test]
fn fault_final_dot_stays_on_a_name() {
    let event = event(
        "client 192.0.2.1#5 UDP: query: a.example. IN A response: NOERROR + a.example. 60 IN CNAME b.example.",
    );
    assert_eq!(event.dns_query(), Some("a.example"));
    let answers = event.answers().unwrap();
    let first = answers.records.first().unwrap();
    assert_eq!(
        (first.query.as_deref(), first.response.as_deref()),
        (Some("a.example"), Some("b.example"))
    );
}

#[test]
fn fault_server_and_view_are_lost() {
    let event = event(
        "client 192.0.2.1#5 (a.example): view Guests And Visitors: query: a.example IN A + (192.0.2.53)",
    );
    assert_eq!(event.dst_ip_addr(), Some([192, 0, 2, 53].into()));
    let view = event.additional_fields().and_then(|fields| fields.get("view"));
    assert_eq!(view, Some(&"Guests And Visitors".into()));
}

#[test]
fn fault_types_classes_and_codes_have_no_number() {
    let event = event("client 192.0.2.1#5 UDP: query: a.example CH TYPE65 response: NXDOMAIN +");
    assert_eq!(event.dns_query_type(), Some(RrType::HTTPS));
    assert_eq!(event.dns_query_type_name(), Some("HTTPS"));
    assert_eq!(event.dns_query_class().map(|class| class.0), Some(3));
    assert_eq!(event.dns_response_code(), Some(Rcode::NXDOMAIN));
}

#[test]
fn fault_flags_are_text_alone() {
    let event = event("client 192.0.2.1#5 UDP: query: a.example IN A response: NOERROR -AED");
    assert_eq!(event.dns_flags(), Some("-AED"));
    assert_eq!(event.dns_flags_authoritative(), Some(true));
    assert_eq!(event.dns_flags_recursion_desired(), Some(false));
    let event = self::event("client 192.0.2.1#5 (a.example): query: a.example IN A +E(0)DC (192.0.2.53)");
    assert_eq!(event.dns_flags_checking_disabled(), Some(true));
    assert_eq!(event.dns_flags_authoritative(), None);
}

#[test]
fn fault_failed_and_denied_queries_are_left_out() {
    for (line, code) in [
        (
            "client 192.0.2.1#5 (a.example): query failed (SERVFAIL) for a.example/IN/A at query.c:1",
            "SERVFAIL",
        ),
        (
            "client 192.0.2.1#5 (a.example): query (cache) 'a.example/A/IN' denied",
            "REFUSED",
        ),
        (
            "client 192.0.2.1#5 (a.example): zone transfer 'a.example/AXFR/IN' denied",
            "REFUSED",
        ),
    ] {
        let event = event(line);
        assert_eq!(event.event_result(), Some(EventResult::Failure), "{line}");
        assert_eq!(event.event_result_details(), Some(code), "{line}");
        assert_eq!(event.dns_query(), Some("a.example"), "{line}");
    }
}

#[test]
fn fault_transport_of_a_request_is_lost() {
    for (flags, expected) in [("+T", "TCP"), ("+E(0)TDC", "TCP"), ("+E(0)DK", "UDP")] {
        let line = format!("client 192.0.2.1#5 (a.example): query: a.example IN A {flags} (192.0.2.53)");
        let event = event(&line);
        assert_eq!(
            event
                .network_protocol()
                .map(asim_parse::schema::NetworkProtocol::as_str),
            Some(expected),
            "{flags}"
        );
    }
}

#[test]
fn fault_time_is_the_collectors() {
    let event = event(
        "21-Nov-2026 20:47:48.722 client 192.0.2.1#5 (a.example): query: a.example IN A + (192.0.2.53)",
    );
    assert_eq!(
        event.event_start_time(),
        Timestamp::parse("2026-11-21T20:47:48.722Z")
    );
}
