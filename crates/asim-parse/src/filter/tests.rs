use asim_schema::{
    DnsEvent, DnsField, Event, EventSubType, Opcode, ProcessEvent, ProcessEventType, SchemaKind,
    SchemaVersion, Timestamp,
};

use super::*;
use crate::envelope::Envelope;
use crate::manifest::{Format, Manifest};
use crate::provenance::Provenance;

static MANIFEST: Manifest = Manifest {
    id: "acme",
    title: "A parser of two products",
    vendor: "Acme Corp",
    product: "Name Server",
    other_products: &[("Other", "Appliance")],
    formats: &[Format::Lines],
    provenance: &[
        Provenance::new(DnsField::EventResultDetails, &["rcode"], ""),
        Provenance::new(DnsField::DnsQuery, &["name"], ""),
    ],
    process_provenance: &[],
    asim_functions: &[
        "vimDnsAcmeCorpServer",
        "ASimDnsAcmeCorpServer",
        "vimDnsOtherAppliance",
    ],
};

/// 2026-11-21T20:00:00Z.
const START: i64 = 1_795_291_200;

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(START + seconds).unwrap()
}

/// A response to a client.
fn event() -> DnsEvent<'static> {
    let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
    event.set_event_vendor("Acme Corp");
    event.set_event_product("Name Server");
    event.set_event_start_time(time(0));
    event.set_event_type(Opcode::QUERY);
    event.set_event_sub_type(EventSubType::Response);
    event.set_event_result_details("NXDOMAIN");
    event.set_src_ip_addr("192.0.2.7".parse().unwrap());
    event.set_dns_query("www.example.com");
    event.set_dns_response_name(r#"{"answers":["198.51.100.4","2001:db8::4"]}"#);
    event
}

#[track_caller]
fn selects(filter: &Filter, event: &DnsEvent<'static>) -> bool {
    filter
        .compile()
        .unwrap()
        .selects(&Event::Dns(event.clone()), &MANIFEST)
}

/// Whether the event passes all of the filters, and none of the others.
#[track_caller]
fn passes(event: &DnsEvent<'static>, by: &[Filter], not_by: &[Filter]) {
    for filter in by {
        assert!(selects(filter, event), "{filter:?}");
    }
    for filter in not_by {
        assert!(!selects(filter, event), "{filter:?}");
    }
}

#[test]
fn without_parameters_everything_passes() {
    let empty = DnsEvent::new(SchemaVersion::DEFAULT);
    for filter in [
        Filter::default(),
        Filter::default()
            .srcipaddr("*")
            .eventtype("*")
            .responsecodename("*"),
    ] {
        passes(&event(), std::slice::from_ref(&filter), &[]);
        passes(&empty, &[filter.response_has_ipv4("*")], &[]);
    }
}

#[test]
fn times_are_inclusive_and_those_of_time_generated() {
    let at = |start, end| Filter::default().starttime(time(start)).endtime(time(end));
    passes(&event(), &[at(0, 0), at(-1, 1)], &[at(1, 2), at(-2, -1)]);
    let mut generated = event();
    generated.set_time_generated(time(100));
    passes(&generated, &[at(100, 100)], &[at(0, 99), at(101, 200)]);
    // An event that ends after `endtime` began before it, and passes.
    let mut long = event();
    long.set_event_end_time(time(60));
    passes(&long, &[at(0, 30)], &[]);
}

#[test]
fn a_source_is_an_address_a_prefix_or_a_network() {
    let of = |text| Filter::default().srcipaddr(text);
    passes(
        &event(),
        &[
            of("192.0.2.7"),
            of("192.0.2."),
            of("192.0.2.0/29"),
            of("::ffff:192.0.2.7"),
        ],
        &[
            of("192.0.2.70"),
            of("192.0.3."),
            of("192.0.2.8/29"),
            of("2001:db8::7"),
        ],
    );
    let mut v6 = event();
    v6.set_src_ip_addr("2001:db8::7".parse().unwrap());
    passes(
        &v6,
        &[of("2001:db8:0::7"), of("2001:db8:"), of("2001:db8::/64")],
        &[of("192.0.2.7")],
    );
    let without = DnsEvent::new(SchemaVersion::DEFAULT);
    passes(&without, &[], &[of("192.0.2.7"), of("0.0.0.0/0")]);
}

#[test]
fn a_domain_is_found_by_whole_terms_anywhere_in_the_name() {
    let of = |domains: &[&str]| Filter::default().domain_has_any(domains.iter().copied());
    passes(
        &event(),
        &[
            of(&["example.com"]),
            of(&["other.test", "EXAMPLE"]),
            of(&["www"]),
            of(&["."]),
        ],
        &[
            of(&["xample.com"]),
            of(&["example.co"]),
            of(&["other.test", "another.test"]),
        ],
    );
    passes(
        &DnsEvent::new(SchemaVersion::DEFAULT),
        &[],
        &[of(&["example.com"])],
    );
}

#[test]
fn a_response_code_is_whole_and_in_any_letter_case() {
    let of = |name| Filter::default().responsecodename(name);
    passes(
        &event(),
        &[of("NXDOMAIN"), of("nxdomain")],
        &[of("NXDOM"), of("NOERROR"), of("3")],
    );
    let mut request = event();
    request.set_event_result_details("NA");
    passes(&request, &[of("NA")], &[of("NXDOMAIN")]);
}

#[test]
fn a_response_holds_an_address() {
    let of = |text| Filter::default().response_has_ipv4(text);
    let any = |texts: &[&str]| Filter::default().response_has_any_prefix(texts.iter().copied());
    passes(
        &event(),
        &[
            of("198.51.100.4"),
            of("198.51."),
            of("2001:db8:"),
            any(&["10.", "198.51.100."]),
            any(&["2001:db8::4"]),
            of("198.51.100.4").response_has_any_prefix(["2001:db8:"]),
        ],
        &[
            of("198.51.100.40"),
            any(&["10.", "98.51.100."]),
            of("198.51.100.4").response_has_any_prefix(["10."]),
        ],
    );
    // No response data, no event.
    let mut request = event();
    request.set_dns_response_name("");
    passes(&request, &[], &[of("198.51.100.4"), any(&["0.0.0.0/0"])]);
    passes(
        &DnsEvent::new(SchemaVersion::DEFAULT),
        &[],
        &[of("0.0.0.0/0"), any(&["10."])],
    );
}

#[test]
fn a_type_is_an_operation_in_any_letter_case() {
    let of = |name| Filter::default().eventtype(name);
    passes(
        &event(),
        &[
            of("Query"),
            of("QUERY"),
            of("lookup"),
            of("Lookup"),
            of("*"),
            Filter::im_dns(),
        ],
        &[of("Update"), of("no such type"), of("")],
    );
    let mut update = event();
    update.set_event_type(Opcode(5));
    passes(
        &update,
        &[of("update"), of("*")],
        &[of("lookup"), Filter::im_dns()],
    );
    let mut unnamed = event();
    unnamed.set_event_type(Opcode(15));
    passes(&unnamed, &[of("OPCODE15")], &[of("Query")]);
}

#[test]
fn segments_and_halves_give_each_lookup_once() {
    let half = |sub_type| Filter::default().eventsubtype(sub_type);
    let part = |segment| Filter::default().segment(segment);
    let response = event();
    passes(
        &response,
        &[
            half(EventSubType::Response),
            part(Segment::Client),
            part(Segment::ClientResponse),
        ],
        &[half(EventSubType::Request), part(Segment::Upstream)],
    );
    let mut request = event();
    request.set_event_sub_type(EventSubType::Request);
    passes(
        &request,
        &[half(EventSubType::Request), part(Segment::Client)],
        &[half(EventSubType::Response), part(Segment::ClientResponse)],
    );
    let mut upstream = event();
    upstream.set_src_ip_addr(Segment::RECURSION);
    passes(
        &upstream,
        &[part(Segment::Upstream)],
        &[part(Segment::Client), part(Segment::ClientResponse)],
    );
    let without = DnsEvent::new(SchemaVersion::DEFAULT);
    passes(
        &without,
        &[part(Segment::Client)],
        &[
            part(Segment::Upstream),
            part(Segment::ClientResponse),
            half(EventSubType::Response),
        ],
    );
}

#[test]
fn a_source_is_disabled_by_id_by_function_or_by_product() {
    let of = |name: &str| Filter::default().disabled([name]);
    let mut other = event();
    other.set_event_vendor("Other");
    other.set_event_product("Appliance");
    for (name, acme_is_left, other_is_left) in [
        ("acme", false, false),
        ("ACME", false, false),
        ("vimDnsAcmeCorpServer", false, true),
        ("_Im_Dns_AcmeCorpServer", false, true),
        ("asimdnsacmecorpserver", false, true),
        ("vimDnsOtherAppliance", true, false),
        ("_ASim_Dns_OtherAppliance", true, false),
        ("Acme Corp Name Server", false, true),
    ] {
        assert_eq!(selects(&of(name), &event()), acme_is_left, "{name}");
        assert_eq!(selects(&of(name), &other), other_is_left, "{name}");
        assert!(
            of(name)
                .compile()
                .unwrap()
                .unknown_disabled(&[&MANIFEST])
                .is_empty()
        );
    }
    for name in ["acm", "vimDns", "vimDnsAcme", "Acme Corp", "vimDnsGcp", "Dns"] {
        assert!(selects(&of(name), &event()), "{name}");
        assert_eq!(of(name).compile().unwrap().unknown_disabled(&[&MANIFEST]), [name]);
    }
}

#[test]
fn all_parameters_count() {
    let both = Filter::default().domain_has_any(["example.com"]).srcipaddr("10.");
    passes(&event(), &[], std::slice::from_ref(&both));
    passes(&event(), &[both.srcipaddr("192.0.2.")], &[]);
}

#[test]
fn values_that_cannot_be_are_errors_that_name_the_parameter() {
    let many = |count: usize| (0..count).map(|number| format!("10.{}.{}.", number / 256, number % 256));
    let cases = [
        (
            Filter::default().srcipaddr("nobody"),
            "srcipaddr: `nobody` is neither an IP address",
        ),
        (
            Filter::default().response_has_ipv4("10.0"),
            "response_has_ipv4: `10.0` is no whole address",
        ),
        (
            Filter::default().response_has_any_prefix(["10.", "x"]),
            "response_has_any_prefix: `x` is neither",
        ),
        (
            Filter::default().domain_has_any(many(10_001)),
            "domain_has_any: 10001 items; a list has at most 10000",
        ),
        (
            Filter::default().response_has_any_prefix(many(10_001)),
            "response_has_any_prefix: 10001 items",
        ),
        (
            Filter::default().domain_has_any(["a.example", " "]),
            "domain_has_any: an empty text is no value",
        ),
        (
            Filter::default().responsecodename(""),
            "responsecodename: an empty text is no value",
        ),
        (
            Filter::default().starttime(time(1)).endtime(time(0)),
            "starttime: 2026-11-21T20:00:01",
        ),
    ];
    for (filter, message) in cases {
        let error = filter.compile().unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
        assert!(error.to_string().starts_with(error.parameter().as_str()));
    }
    assert!(Filter::default().domain_has_any(many(10_000)).compile().is_ok());
    assert!(
        Filter::default()
            .response_has_any_prefix(many(10_000))
            .compile()
            .is_ok()
    );
}

#[test]
fn filters_are_written_and_read_by_the_names_of_asim() {
    let json = r#"{"starttime":"2026-11-21T20:00:00.000000Z","endtime":"2026-11-21T20:00:01.000000Z","srcipaddr":"192.0.2.","domain_has_any":["a.example"],"responsecodename":"NXDOMAIN","response_has_ipv4":"10.","response_has_any_prefix":["10.","192.0.2.1"],"eventtype":"lookup","eventsubtype":"response","segment":"client-response","disabled":["zeek"]}"#;
    let filter: Filter = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&filter).unwrap(), json);
    let written: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap();
    assert!(
        Parameter::ALL
            .iter()
            .all(|parameter| written.contains_key(parameter.as_str()))
    );
    assert_eq!(serde_json::from_str::<Filter>("{}").unwrap(), Filter::default());
    assert_eq!(serde_json::to_string(&Filter::default()).unwrap(), "{}");
    assert!(serde_json::from_str::<Filter>(r#"{"srcipadr":"192.0.2.1"}"#).is_err());
}

#[test]
fn parameters_that_an_event_does_not_answer_are_told() {
    let filter = Filter::default()
        .srcipaddr("10.")
        .domain_has_any(["a.example"])
        .response_has_ipv4("10.")
        .segment(Segment::Upstream);
    let filter = filter.compile().unwrap();
    let mut asked = DnsEvent::new(SchemaVersion::DEFAULT);
    asked.set_dns_query("a.example");
    let unanswered: Vec<_> = filter.unanswered(&Event::Dns(asked)).collect();
    let expected = [
        Parameter::SrcIpAddr,
        Parameter::Segment,
        Parameter::ResponseHasIpv4,
    ];
    assert_eq!(unanswered, expected);
    assert_eq!(filter.unanswered(&Event::Dns(event())).count(), 0);
    let none = Filter::im_dns().compile().unwrap();
    assert_eq!(
        none.unanswered(&Event::Dns(DnsEvent::new(SchemaVersion::DEFAULT)))
            .count(),
        0
    );
}

#[test]
fn a_rows_own_time_goes_before_that_of_the_record() {
    let filter = Filter::default().starttime(time(10)).compile().unwrap();
    let mut envelope = Envelope::default();
    assert!(filter.refuses_time(time(0), &envelope) && !filter.refuses_time(time(10), &envelope));
    envelope.time_generated = Some(time(20));
    assert!(!filter.refuses_time(time(0), &envelope));
}

#[test]
fn names_are_refused_in_canonical_text() {
    let refuses = |domain: &str, name: &[u8]| {
        let filter = Filter::default().domain_has_any([domain]).compile().unwrap();
        filter.refuses_query_bytes(name)
    };
    assert!(!refuses("example.com", b"www.example.com.") && refuses("example.com", b"www.example.net"));
    assert!(!refuses("007", b"\x07.example"), "written \\007");
    assert!(!refuses(".", b""), "the root");
    let long = [b"a".as_slice(); 200].join(&b'.');
    // Such a name is no DnsQuery: that is for the exact test to tell.
    assert!(!refuses("b", &long) && refuses("b", b"a.example"));
}

#[test]
fn bytes_are_searched_only_for_what_stands_in_them() {
    let searches = |domains: &[&str]| {
        let filter = Filter::default().domain_has_any(domains.iter().copied());
        filter.compile().unwrap().searches_names()
    };
    assert!(searches(&["a.example"]) && searches(&["-a", "é"]));
    // The root's name is written where the source has nothing.
    assert!(!searches(&["."]) && !searches(&["a.example", "."]) && !searches(&[]));
    assert!(is_plain(b"www.example.com") && is_plain(b""));
    for other in [&b"a\\.b"[..], b"a\tb", b"\xc3\xa9", b"\x7f", b"a\0"] {
        assert!(!is_plain(other));
    }
}

#[test]
fn process_events_answer_the_parameters_of_every_schema_alone() {
    let mut event = ProcessEvent::default();
    event.set_event_start_time(time(0));
    event.set_event_type(ProcessEventType::ProcessCreated);
    event.set_event_vendor("Acme Corp");
    event.set_event_product("Name Server");
    let event = Event::Process(event);
    let passes = |filter: &Filter| filter.compile().unwrap().selects(&event, &MANIFEST);

    assert!(passes(&Filter::default()));
    assert!(passes(&Filter::default().starttime(time(0)).endtime(time(0))));
    assert!(!passes(&Filter::default().starttime(time(1))));
    assert!(passes(&Filter::default().eventtype("processcreated")));
    assert!(passes(&Filter::default().eventtype("*")));
    for filter in [
        Filter::im_dns(),
        Filter::default().eventtype("ProcessTerminated"),
        Filter::default().srcipaddr("192.0.2."),
        Filter::default().domain_has_any(["example.com"]),
        Filter::default().responsecodename("NOERROR"),
        Filter::default().response_has_ipv4("192.0.2.1"),
        Filter::default().response_has_any_prefix(["192.0.2."]),
        Filter::default().eventsubtype(EventSubType::Response),
        Filter::default().segment(Segment::Client),
        Filter::default().disabled(["acme"]),
        Filter::default().disabled(["Acme Corp Name Server"]),
    ] {
        assert!(!passes(&filter), "{filter:?}");
    }
    let filter = Filter::default().srcipaddr("192.0.2.").compile().unwrap();
    assert!(filter.refuses_schema(SchemaKind::Process) && !filter.refuses_schema(SchemaKind::Dns));
    assert_eq!(
        filter.unanswered(&event).collect::<Vec<_>>(),
        [Parameter::SrcIpAddr]
    );
}
