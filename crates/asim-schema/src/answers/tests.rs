//! Every text form, and the laws of all of them.

use proptest::prelude::*;

use super::*;
use crate::{AdditionalFields, DnsClass, Opcode, Rcode, RrType, SchemaVersion};

/// An event of a response to this question.
fn event(query: &'static str, rr_type: RrType, answers: &[&str], ttls: &[f64]) -> DnsEvent<'static> {
    let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
    event.set_event_product("Zeek");
    event.set_event_type(Opcode(0));
    event.set_dns_response_code(Rcode::NOERROR);
    event.set_dns_query(query);
    event.set_dns_query_type(rr_type);
    event.set_dns_query_type_name(rr_type.text());
    event.set_dns_query_class(DnsClass::IN);
    let json = serde_json::json!({ "answers": answers, "ttls": ttls });
    event.set_dns_response_name(json.to_string());
    event
}

/// Type, owner and data of each answer.
fn told(event: &DnsEvent<'_>) -> Vec<[String; 3]> {
    let text = |text: Option<Cow<'_, str>>| text.map_or_else(|| "?".to_owned(), Cow::into_owned);
    let told = |record: &DnsRecord<'_>| {
        [
            text(record.type_text()),
            text(record.query.clone()),
            text(record.response.clone()),
        ]
    };
    event.answers().unwrap().iter().map(told).collect()
}

/// The type and data of one text without a question.
fn one(text: &str) -> (Option<RrType>, Option<String>) {
    let records = zeek::records([Cow::Borrowed(text)], &[], Part::Answer, &Question::default());
    let [record] = &records[..] else {
        panic!("{records:?}")
    };
    (record.rr_type, record.response.as_deref().map(str::to_owned))
}

#[test]
fn the_list_has_the_shape_of_the_article() {
    let mut event = event("yahoo.com", RrType::A, &["74.6.231.21"], &[1782.0]);
    event.push_additional(
        "auth",
        AdditionalValue::List(vec![AdditionalValue::Text("ns5.yahoo.com".into())]),
    );
    assert_eq!(
        event.answers().unwrap().to_json(),
        r#"[{"part":"answer","query":"yahoo.com","TTL":1782,"Class":"IN","Type":"A","Response":"74.6.231.21"},{"part":"authority","Class":"IN","Response":"ns5.yahoo.com"}]"#
    );
}

#[test]
fn the_list_of_the_article_is_read_back() {
    let list = r#" [
        {"part":"answer","query":"yahoo.com.","TTL":1782,"Class":"IN","Type":"A","Response":"74.6.231.21"},
        {"part":"authority","query":"yahoo.com.","TTL":113066,"Class":"IN","Type":"NS","Response":"ns5.yahoo.com."},
        {"part":"additional","query":".","TTL":0.5,"Class":"CLASS9","Type":"NB","Response":"x.","new":1}
    ]"#;
    let answers = Answers::from_text(list, &Question::default()).unwrap();
    let json = answers.to_json();
    assert_eq!(
        json,
        r#"[{"part":"answer","query":"yahoo.com","TTL":1782,"Class":"IN","Type":"A","Response":"74.6.231.21"},{"part":"authority","query":"yahoo.com","TTL":113066,"Class":"IN","Type":"NS","Response":"ns5.yahoo.com"},{"part":"additional","query":".","TTL":0.5,"Class":"CLASS9","Type":"NB","Response":"x."}]"#
    );
    assert_eq!(
        Answers::from_text(&json, &Question::default()).unwrap(),
        answers.clone()
    );
    assert_eq!(answers.records[2].class, Some(DnsClass(9)));
    assert_eq!(answers.clone().into_owned(), answers);
}

#[test]
fn unknown_text_gives_none() {
    for text in [
        "",
        "no list of records",
        "{}",
        "[1]",
        "[{}]",
        r#"["192.0.2.1"]"#,
        r#"[{"part":"question","Type":"A"}]"#,
        r#"{"answers":["192.0.2.1"]"#,
        r#"{"answers":[7]}"#,
        r#"{"answers":"192.0.2.1"}"#,
    ] {
        assert_eq!(Answers::from_text(text, &Question::default()), None, "{text}");
        let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
        event.set_dns_response_name(text);
        assert_eq!(event.answers(), None, "{text}");
    }
    assert_eq!(DnsEvent::new(SchemaVersion::DEFAULT).answers(), None);
    for text in [r#"{"answers":[]}"#, "[]"] {
        assert!(Answers::from_text(text, &Question::default()).unwrap().is_empty());
    }
}

#[test]
fn every_short_text_of_zeek() {
    let cases: &[(&str, Option<RrType>, Option<&str>)] = &[
        ("192.0.2.1", Some(RrType::A), Some("192.0.2.1")),
        ("2001:db8::1", Some(RrType::AAAA), Some("2001:db8::1")),
        ("2001:DB8:0:0::1", Some(RrType::AAAA), Some("2001:db8::1")),
        ("TXT 11 v=spf1 -all", Some(RrType::TXT), Some(r#""v=spf1 -all""#)),
        (
            "TXT 3 abc TXT 5 TXT 1 TXT 0 ",
            Some(RrType::TXT),
            Some(r#""abc" "TXT 1" """#),
        ),
        ("TXT 0", Some(RrType::TXT), Some(r#""""#)),
        (r#"TXT 4 "\ä"#, Some(RrType::TXT), Some(r#""\"\\ä""#)),
        (r"TXT 1 \xfe", Some(RrType::TXT), Some(r#""\254""#)),
        (r"TXT 4 \xfe", Some(RrType::TXT), Some(r#""\\xfe""#)),
        ("SPF 11 v=spf1 -all", Some(RrType::SPF), Some(r#""v=spf1 -all""#)),
        ("<unknown type=65>", Some(RrType::HTTPS), None),
        ("<unknown type=65400>", Some(RrType(65400)), None),
        ("RRSIG 1 upenn.edu", Some(RrType::RRSIG), Some("1 upenn.edu")),
        ("RRSIG 48 <Root>", Some(RrType::RRSIG), Some("48 .")),
        ("DNSKEY 8", Some(RrType::DNSKEY), Some("8")),
        ("DS 8 2", Some(RrType::DS), Some("8 2")),
        ("NSEC a.example b.example", Some(RrType::NSEC), Some("b.example")),
        ("NSEC3", Some(RrType::NSEC3), None),
        ("NSEC3PARAM", Some(RrType::NSEC3PARAM), None),
        (
            "NAPTR 100 10 u E2U+sip !^.*$!sip:info@example.com!",
            Some(RrType::NAPTR),
            Some("100 10 u E2U+sip !^.*$!sip:info@example.com!"),
        ),
        ("SSHFP: a6b9", Some(RrType::SSHFP), Some("a6b9")),
        ("LOC:  18 21 19", Some(RrType::LOC), Some("18 21 19")),
        (
            "BIND9 signing signal",
            Some(RrType(65534)),
            Some("BIND9 signing signal"),
        ),
        ("", None, None),
        ("www.example.net.", None, Some("www.example.net")),
        // Names that look like something else.
        ("1.2.3.4.example", None, Some("1.2.3.4.example")),
        ("DS 418._http._tcp.local", None, Some("DS 418._http._tcp.local")),
        ("TXT 5 abc", None, Some("TXT 5 abc")),
        ("TXT 99999999999 a", None, Some("TXT 99999999999 a")),
        ("RRSIG x y", None, Some("RRSIG x y")),
        ("LOC:  1 2", None, Some("LOC:  1 2")),
        ("<unknown type=65536>", None, Some("<unknown type=65536>")),
        ("line\nbreak", None, Some(r"line\010break")),
    ];
    for (text, rr_type, response) in cases {
        assert_eq!(one(text), (*rr_type, response.map(str::to_owned)), "{text}");
    }
}

#[test]
fn dynamic_updates_keep_their_text() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "pre: NoRRSet CNAME host2.dyn.example.com",
            "CNAME",
            "host2.dyn.example.com",
        ),
        ("pre: RRSetExists query-65399 a.example", "TYPE65399", "a.example"),
        ("pre: NameNotInUse a.example", "?", "a.example"),
        ("pre: NameInUse a.example", "?", "a.example"),
        ("del: RRSet AAAA", "AAAA", "?"),
        ("del: RRSet * a.example", "ANY", "a.example"),
        ("del: RR A a.example", "A", "a.example"),
        ("add: A a.example 192.0.2.21", "A", "a.example"),
        ("add: AAAA a.example 2001:db8::1", "AAAA", "a.example"),
        ("add: TXT 5 hello", "TXT", "?"),
        ("add: target.example", "?", "?"),
        ("A a.example 192.0.2.21", "A", "a.example"),
    ];
    let texts: Vec<_> = cases.iter().map(|(text, ..)| *text).collect();
    let mut event = event("dyn.example.com", RrType::SOA, &texts, &[0.0]);
    event.set_event_type(Opcode(5));
    let expected: Vec<_> = cases
        .iter()
        .map(|(text, rr_type, owner)| [rr_type, owner, text].map(|text| (*text).to_owned()))
        .collect();
    assert_eq!(told(&event), expected);
    assert!(
        event
            .answers()
            .unwrap()
            .iter()
            .all(|record| record.part.is_none() && record.class.is_none())
    );
    // In a response to a query the same text can only be a name.
    event.set_event_type(Opcode(0));
    assert_eq!(event.answers().unwrap().records[4].rr_type, None);
}

#[test]
fn names_before_addresses_are_a_chain() {
    let event = event(
        "www.example.com",
        RrType::A,
        &[
            "a.example.net",
            "RRSIG 5 example.com",
            "b.example.net",
            "192.0.2.1",
            "192.0.2.2",
            "RRSIG 1 example.net",
        ],
        &[300.0, 300.0, 60.0],
    );
    let expected = [
        ["CNAME", "www.example.com", "a.example.net"],
        ["RRSIG", "www.example.com", "5 example.com"],
        ["CNAME", "a.example.net", "b.example.net"],
        ["A", "b.example.net", "192.0.2.1"],
        ["A", "b.example.net", "192.0.2.2"],
        ["RRSIG", "b.example.net", "1 example.net"],
    ];
    assert_eq!(told(&event), expected);
    let ttls: Vec<_> = event.answers().unwrap().iter().map(|record| record.ttl).collect();
    assert_eq!(ttls, [Some(300.0), Some(300.0), Some(60.0), None, None, None]);
}

#[test]
fn what_is_no_certain_chain_has_the_name_asked_for() {
    for answers in [
        // Order broken, a name twice, a type that was not asked for, a name with a blank.
        &["192.0.2.1", "a.example.net"][..],
        &["a.example.net", "WWW.example.com", "192.0.2.1"],
        &["a.example.net", "2001:db8::1"],
        &["my printer.local", "192.0.2.1"],
    ] {
        let event = event("www.example.com", RrType::A, answers, &[]);
        assert!(
            told(&event)
                .iter()
                .all(|[_, owner, _]| owner == "www.example.com"),
            "{answers:?}"
        );
    }
}

#[test]
fn the_question_decides_the_type_of_a_name_where_it_can() {
    let types = |event: &DnsEvent<'_>| -> Vec<String> {
        told(event).into_iter().map(|[rr_type, ..]| rr_type).collect()
    };
    let names = ["a.example.net", "b.example.net"];
    for (asked, expected) in [
        (RrType::AAAA, ["CNAME", "CNAME"]),
        (RrType::HTTPS, ["CNAME", "CNAME"]),
        (RrType::CNAME, ["CNAME", "CNAME"]),
        (RrType::NS, ["?", "NS"]),
        (RrType::PTR, ["?", "PTR"]),
        (RrType::MX, ["?", "MX"]),
        (RrType::SRV, ["?", "SRV"]),
        (RrType::SOA, ["?", "SOA"]),
        (RrType::TXT, ["?", "?"]),
        (RrType::ANY, ["?", "?"]),
    ] {
        let mut event = event("example.com", asked, &names, &[]);
        assert_eq!(types(&event), expected, "{asked}");
        event.set_dns_response_code(Rcode::NXDOMAIN);
        let leads_nowhere = if expected[0] == "CNAME" {
            ["CNAME"; 2]
        } else {
            ["?"; 2]
        };
        assert_eq!(types(&event), leads_nowhere, "{asked}");
        event.set_dst_port_number(5353);
        assert_eq!(types(&event), ["?", "?"], "{asked}");
    }
    let alias = event(
        "1.2.0.192.in-addr.arpa",
        RrType::PTR,
        &["1.0-25.2.0.192.in-addr.arpa"],
        &[],
    );
    assert_eq!(types(&alias), ["?"]);
    let texts = event("example.com", RrType::TXT, &["a.example.net", "TXT 1 x"], &[]);
    assert_eq!(
        told(&texts),
        [
            ["CNAME", "example.com", "a.example.net"],
            ["TXT", "a.example.net", r#""x""#]
        ]
    );
    let signed = event(
        "example.com",
        RrType::NS,
        &["a.example.net", "RRSIG 2 example.com"],
        &[],
    );
    assert_eq!(types(&signed), ["NS", "RRSIG"]);
    let mut notify = event("example.com", RrType::SOA, &["a.example.net"], &[]);
    notify.set_event_type(Opcode(4));
    assert_eq!(types(&notify), ["?"]);
}

#[test]
fn netbios_types_keep_their_names() {
    let mut event = event("WORKSTATION5", RrType(32), &["<unknown type=32>"], &[]);
    event.set_dns_query_type_name("NB");
    event.set_dst_port_number(137);
    assert_eq!(told(&event), [["NB", "WORKSTATION5", "?"]]);
}

#[test]
fn authority_and_additional_records_follow() {
    let mut event = event("www.example.com", RrType::A, &["192.0.2.1"], &[60.0]);
    let texts = |texts: &[&'static str]| {
        AdditionalValue::List(
            texts
                .iter()
                .map(|text| AdditionalValue::Text((*text).into()))
                .collect(),
        )
    };
    let mut fields = AdditionalFields::new();
    fields.push(
        "auth",
        texts(&["ns1.example.com", "NSEC a.example.com c.example.com"]),
    );
    fields.push("addl", texts(&["192.0.2.53"]));
    event.set_additional_fields(fields);
    let expected = [
        ["A", "www.example.com", "192.0.2.1"],
        ["?", "?", "ns1.example.com"],
        ["NSEC", "a.example.com", "c.example.com"],
        ["A", "?", "192.0.2.53"],
    ];
    assert_eq!(told(&event), expected);
    let parts: Vec<_> = event
        .answers()
        .unwrap()
        .iter()
        .map(|record| record.part.unwrap().as_str())
        .collect();
    assert_eq!(parts, ["answer", "authority", "authority", "additional"]);

    event.clear_dns_response_name();
    assert_eq!(event.answers().unwrap().len(), 3);
    event.set_event_product("Another");
    assert_eq!(event.answers(), None);
}

#[test]
fn flags_are_three_valued_and_in_order() {
    let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
    assert_eq!(event.flags(), DnsFlagList::default());
    event.set_dns_flags_authenticated(true);
    event.set_dns_flags_checking_disabled(false);
    event.set_dns_flags_truncated(true);
    event.set_dns_flags_z(false);
    assert_eq!(event.flags().to_json(), "[true,null,false,null,null,true,false]");
    assert_eq!(
        serde_json::to_string(&event.flags()).unwrap(),
        event.flags().to_json()
    );
    assert_eq!(DnsFlagList::from_array(event.flags().to_array()), event.flags());
    let names = DnsFlagList::NAMES.join(", ").to_lowercase();
    assert_eq!(
        DnsFlagList::from_names(&names).unwrap().to_array(),
        [Some(true); 7]
    );
    assert_eq!(DnsFlagList::from_names(""), Some(DnsFlagList::default()));
}

/// Texts like Zeek's, and any others.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]\\.[a-c]",
        "192\\.0\\.2\\.[1-9]",
        "2001:db8::[1-9]",
        "(TXT|SPF) [0-9]{1,3} [a-z\\\\x ]{0,9}",
        "(RRSIG|DNSKEY|DS|NSEC|NAPTR|SSHFP:|LOC: ) [0-9a-z. ]{0,9}",
        "(pre|add|del): (RRSet|RR|NoRRSet|A|AAAA|TXT 3) [a-zA-Z0-9. *]{0,9}",
        "<unknown type=[0-9]{1,6}>",
        "\\PC{0,20}",
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn every_answer_comes_back(
        texts in proptest::collection::vec(any_text(), 0..9),
        ttls in proptest::collection::vec(0..=u32::MAX, 0..9),
        asked in any::<Option<u8>>(),
        opcode in 0_u8..7,
    ) {
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let real: Vec<_> = ttls.iter().copied().map(f64::from).collect();
        let mut event = event("a.b", RrType::A, &texts, &real);
        event.set_event_type(Opcode(opcode));
        match asked {
            Some(asked) => event.set_dns_query_type(RrType(asked.into())),
            None => event.clear_dns_query_type(),
        }
        let answers = event.answers().unwrap();
        prop_assert_eq!(answers.len(), texts.len());
        for (place, record) in answers.iter().enumerate() {
            prop_assert_eq!(record.ttl, real.get(place).copied());
        }
        // The list is one line of JSON, and its own text form.
        let json = answers.to_json();
        prop_assert!(!json.contains('\n'));
        let list: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(list.len(), texts.len());
        for (object, ttl) in list.iter().zip(&ttls) {
            prop_assert_eq!(&object["TTL"], *ttl);
        }
    }

    #[test]
    fn the_list_comes_back_from_its_own_text(
        texts in proptest::collection::vec("[a-c]\\.[a-c]|192\\.0\\.2\\.[1-9]|TXT 2 ab|<unknown type=[1-9]>", 1..6),
    ) {
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let event = event("a.b", RrType::A, &texts, &[60.0]);
        let json = event.answers().unwrap().to_json();
        let read = Answers::from_text(&json, &Question::default()).unwrap();
        prop_assert_eq!(read.to_json(), json);
    }

    #[test]
    fn no_text_is_too_strange(text in any::<String>()) {
        let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
        event.set_event_product("Zeek");
        event.set_dns_response_name(text);
        let _ = event.answers();
    }

    #[test]
    fn character_strings_keep_every_byte(strings in proptest::collection::vec("[a-z\"\\\\ ]{0,12}|\\PC{0,9}", 1..4)) {
        let text: Vec<_> = strings.iter().map(|string| format!("TXT {} {string}", string.len())).collect();
        let (rr_type, response) = one(&text.join(" "));
        prop_assert_eq!(rr_type, Some(RrType::TXT));
        let mut expected = String::new();
        for string in &strings {
            presentation::push_quoted(&mut expected, string.as_bytes());
        }
        prop_assert_eq!(response.unwrap(), expected);
    }
}
