use asim_schema::answers::Part;
use asim_schema::{DnsClass, Opcode, Rcode, RrType};
use proptest::prelude::*;

use super::*;

/// A response: `www.example` asked for A; an alias and an address, a name server, an OPT record with upper bits of the
/// response code.
const RESPONSE: &[u8] = b"\x12\x34\x85\x81\0\x01\0\x02\0\x01\0\x01\
    \x03www\x07example\0\0\x01\0\x01\
    \xc0\x0c\0\x05\0\x01\0\0\x01\x2c\0\x08\x05a.b\x20c\xc0\x10\
    \xc0\x29\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x01\
    \xc0\x10\0\x02\0\x01\0\0\0\x0a\0\x05\x02ns\xc0\x10\
    \0\0\x29\x10\0\x01\0\x80\0\0\0";

fn json(octets: &[u8]) -> String {
    Message::read(octets).unwrap().answers().to_json()
}

#[test]
fn every_part_of_a_message_is_read() {
    let message = Message::read(RESPONSE).unwrap();
    assert_eq!((message.id, message.flags), (0x1234, MessageFlags(0x8581)));
    assert_eq!(message.flags.opcode(), Opcode::QUERY);
    // 1 in the header, 1 in the OPT record.
    assert_eq!(message.rcode(), Rcode(17));
    let edns = message.edns().unwrap();
    assert_eq!(
        (
            edns.payload_size,
            edns.version,
            edns.dnssec_ok,
            edns.extended_rcode
        ),
        (4096, 0, true, 1)
    );
    let question = message.question.unwrap();
    assert_eq!(question.name.unwrap().text(), "www.example");
    assert_eq!(
        (question.rr_type, question.class),
        (Some(RrType::A), Some(DnsClass(1)))
    );
    assert!(!message.is_cut());
    assert_eq!(
        json(RESPONSE),
        r#"[{"part":"answer","query":"www.example","TTL":300,"Class":"IN","Type":"CNAME","Response":"a\\.b c.example"},{"part":"answer","query":"a\\.b c.example","TTL":60,"Class":"IN","Type":"A","Response":"192.0.2.1"},{"part":"authority","query":"example","TTL":10,"Class":"IN","Type":"NS","Response":"ns.example"}]"#
    );
    assert_eq!(message.section(Part::Authority).len(), 1);
}

#[test]
fn a_cut_message_gives_what_it_holds() {
    // Header words, then the question, then each record.
    let held = |length: usize| {
        let message = Message::read(RESPONSE.get(..length).unwrap()).unwrap();
        assert!(message.is_cut() || length == RESPONSE.len(), "{length}");
        let name = message.question.and_then(|question| question.name).is_some();
        (name, message.records().count())
    };
    assert!(Message::read(&RESPONSE[..3]).is_none());
    assert_eq!(held(4), (false, 0));
    assert_eq!(held(20), (false, 0));
    assert_eq!(held(25), (true, 0));
    assert_eq!(held(29), (true, 0));
    assert_eq!(held(RESPONSE.len() - 11), (true, 3));
    // A record whose data is cut off still tells its owner, type and time to live.
    let message = Message::read(&RESPONSE[..44]).unwrap();
    assert_eq!(
        message.answers().to_json(),
        r#"[{"part":"answer","query":"www.example","TTL":300,"Class":"IN","Type":"CNAME"}]"#
    );
    for length in 4..RESPONSE.len() {
        held(length);
    }
}

#[test]
fn data_that_does_not_fit_its_type_loses_nothing_else() {
    // An address of three octets, an owner that points ahead, an unknown type; then one in order.
    let octets = b"\0\0\x81\x80\0\0\0\x04\0\0\0\0\
        \0\0\x01\0\x01\0\0\0\x01\0\x03\x01\x02\x03\
        \xc0\xff\0\x01\0\x01\0\0\0\x02\0\x04\xc0\0\x02\x02\
        \0\xff\x01\0\x01\0\0\0\x03\0\x02\xab\xcd\
        \0\0\x10\0\x01\0\0\0\x04\0\x04\x03a\"b";
    assert_eq!(
        json(octets),
        r#"[{"part":"answer","query":".","TTL":1,"Class":"IN","Type":"A","Response":"\\# 3 010203"},{"part":"answer","TTL":2,"Class":"IN","Type":"A","Response":"192.0.2.2"},{"part":"answer","query":".","TTL":3,"Class":"IN","Type":"TYPE65281","Response":"\\# 2 abcd"},{"part":"answer","query":".","TTL":4,"Class":"IN","Type":"TXT","Response":"\"a\\\"b\""}]"#
    );
}

#[test]
fn each_type_has_its_presentation_form() {
    let data: [(u16, &[u8], &str); 9] = [
        (28, b"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", "2001:db8::1"),
        (15, b"\0\x0a\x02mx\0", "10 mx"),
        (33, b"\0\x01\0\x02\x01\xbb\x02dc\0", "1 2 443 dc"),
        (
            6,
            b"\x02ns\0\x04root\0\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0\x05",
            "ns root 1 2 3 4 5",
        ),
        (12, b"\x04host\0", "host"),
        (257, b"\0\x05issueca.example", "0 issue \"ca.example\""),
        (65, b"\0\x01\0\0\x01\0\x03\x02h2", "1 . alpn=h2"),
        (43, b"\x12\x34\x08\x02\xab\xcd", "4660 8 2 abcd"),
        (10, b"", "\\# 0"),
    ];
    for (rr_type, data, expected) in data {
        let mut octets = b"\0\0\x80\0\0\0\0\x01\0\0\0\0\0".to_vec();
        octets.extend(rr_type.to_be_bytes());
        octets.extend(b"\0\x01\0\0\0\0");
        octets.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        octets.extend(data);
        let message = Message::read(&octets).unwrap();
        let record = message.records().next().unwrap();
        assert_eq!(record.data_text().as_deref(), Some(expected), "{rr_type}");
    }
}

#[test]
fn names_that_turn_in_circles_are_no_names() {
    let octets = b"\0\0\x01\0\0\x01\0\0\0\0\0\0\x01a\xc0\x0c\0\x01\0\x01";
    let message = Message::read(octets).unwrap();
    let question = message.question.unwrap();
    assert!(question.name.is_none() && question.rr_type == Some(RrType::A));
}

#[test]
fn several_questions_are_all_read() {
    let octets = b"\0\0\x01\0\0\x02\0\0\0\0\0\0\x01a\0\0\x01\0\x01\x01b\0\0\x1c\0\x03";
    let message = Message::read(octets).unwrap();
    let further: Vec<_> = message.further_questions().collect();
    assert_eq!(further.len(), 1);
    assert_eq!(further[0].name.unwrap().text(), "b");
    assert_eq!(
        (further[0].rr_type, further[0].class),
        (Some(RrType::AAAA), Some(DnsClass(3)))
    );
}

#[test]
fn a_request_tells_two_flags_and_a_response_all() {
    assert_eq!(
        MessageFlags(0x0110).list().to_json(),
        "[null,null,true,null,true,null,null]"
    );
    assert_eq!(
        MessageFlags(0x8420).list().to_json(),
        "[true,true,false,false,false,false,false]"
    );
    assert_eq!(MessageFlags(0x87f0).names(), "AA,TC,RD,RA,Z,AD,CD");
}

proptest! {
    /// Whatever the octets are, reading them ends, and every record lies within them.
    #[test]
    fn any_octets_are_read(octets in prop::collection::vec(any::<u8>(), 0..200), whole in any::<bool>(), place in 0..RESPONSE.len(), octet: u8) {
        let mut octets = octets;
        if whole {
            octets = RESPONSE.to_vec();
            octets[place] = octet;
        }
        if let Some(message) = Message::read(&octets) {
            let _ = (message.rcode(), message.is_cut(), message.further_questions().count());
            prop_assert!(message.answers().len() * 11 <= octets.len());
            for record in message.answers() {
                let text = record.response.unwrap_or_default();
                prop_assert!(!text.chars().any(char::is_control));
            }
        }
    }

    #[test]
    fn hexadecimal_text_is_read_back(octets in prop::collection::vec(any::<u8>(), 0..40)) {
        let text = octets.iter().fold(String::new(), |text, octet| text + &format!("{octet:02X}"));
        let read = from_hexadecimal(&format!("0x{text}"));
        prop_assert_eq!(&read.octets, &octets);
        prop_assert!(!read.cut);
        let cut = format!("{text}...");
        prop_assert!(from_hexadecimal(&cut).cut);
    }
}
