//! The parser of Microsoft's DNS server on real logs.

use std::collections::BTreeMap;
use std::fs;

use asim_schema::{EventResult, EventSubType, Opcode};
use asim_testkit::Validator;
use asimkit::{DnsEvent, Event, Normalized, Normalizer};
use serde_json::Value;

use super::data::{beside, files_below};

fn dns<'e>(event: &'e Event<'static>) -> &'e DnsEvent<'static> {
    match event {
        Event::Dns(event) => event,
        other => panic!("a DNS event, not {other:?}"),
    }
}

/// Every record is written or declined, and every event is one that the schema allows.
fn none_rejected(bytes: &[u8]) -> Normalized {
    let normalized = Normalizer::new().events(bytes).unwrap();
    let counts = normalized.report.counts;
    assert!(
        counts.add_up() && counts.rejected == 0 && counts.read > 0,
        "{counts:?}"
    );
    let validator = Validator::default();
    for event in &normalized.events {
        let json = serde_json::to_string(dns(event)).unwrap();
        let errors = validator.errors(&json);
        assert!(errors.is_empty(), "{errors:?}\n{json}");
    }
    normalized
}

/// What a message's header and first question say, read here once more and without the library that the parser uses.
#[derive(Debug, PartialEq)]
struct Independent {
    id: u16,
    flags: u16,
    name: String,
    rr_type: u16,
    class: u16,
    rcode: u16,
}

impl Independent {
    fn read(hexadecimal: &str) -> Self {
        let digits = hexadecimal.strip_prefix("0x").unwrap();
        let octets: Vec<u8> = (0..digits.len() / 2)
            .map(|pair| u8::from_str_radix(&digits[pair * 2..pair * 2 + 2], 16).unwrap())
            .collect();
        let word = |place: usize| u16::from_be_bytes([octets[place], octets[place + 1]]);
        assert_eq!(word(4), 1, "one question");
        let (mut labels, mut place) = (Vec::new(), 12);
        while octets[place] != 0 {
            let length = usize::from(octets[place]);
            assert!(length < 64, "the first name of a message is not compressed");
            labels.push(String::from_utf8(octets[place + 1..=place + length].to_vec()).unwrap());
            place += length + 1;
        }
        let flags = word(2);
        Self {
            id: word(0),
            flags,
            name: labels.join("."),
            rr_type: word(place + 1),
            class: word(place + 3),
            rcode: (Self::extended(&octets, place + 5) << 4) | (flags & 15),
        }
    }

    /// The upper bits of the response code: the OPT records here are the last ones, with the root for a name.
    fn extended(octets: &[u8], records: usize) -> u16 {
        let counts = u16::from_be_bytes([octets[10], octets[11]]);
        let tail = octets.len().checked_sub(11).filter(|start| *start >= records);
        match tail {
            Some(start) if counts > 0 && octets[start..start + 3] == [0, 0, 41] => octets[start + 5].into(),
            _ => 0,
        }
    }
}

#[test]
fn every_event_says_what_its_packet_says() {
    let Some(path) = beside("data/microsoft-dns/nxlog-dns-server-first-500.json") else {
        return;
    };
    let bytes = fs::read(path).unwrap();
    let normalized = none_rejected(&bytes);
    let records: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
    let number = |record: &Value| record["EventID"].as_u64().unwrap();
    let traffic: Vec<_> = records
        .iter()
        .filter(|record| (256..=291).contains(&number(record)) && !matches!(number(record), 279 | 280))
        .collect();
    let declined: u64 = normalized.report.declined.values().sum();
    assert_eq!(normalized.events.len(), traffic.len());
    assert_eq!(declined, (records.len() - traffic.len()) as u64);
    let mut compared = 0;
    for (event, record) in normalized.events.iter().map(dns).zip(&traffic) {
        let Some(packet) = record["PacketData"].as_str() else {
            continue;
        };
        let expected = Independent::read(packet);
        let response = expected.flags & 0x8000 != 0;
        assert_eq!(event.event_sub_type() == Some(EventSubType::Response), response);
        let found = Independent {
            id: u16::from_str_radix(event.transaction_id_hex().unwrap(), 16).unwrap(),
            flags: expected.flags,
            name: event.dns_query().unwrap().to_owned(),
            rr_type: event.dns_query_type().unwrap().0,
            class: event.dns_query_class().unwrap().0,
            rcode: event.dns_response_code().map_or(expected.rcode, |rcode| rcode.0),
        };
        assert_eq!(found, expected, "{record}");
        assert_eq!(event.dns_response_code().is_some(), response);
        assert_eq!(
            event.event_type(),
            u8::try_from(expected.flags >> 11 & 15).ok().map(Opcode)
        );
        let bit = |mask: u16| Some(expected.flags & mask != 0);
        let told = |mask: u16| bit(mask).filter(|_| response);
        let flags = event.flags();
        assert_eq!(
            [
                flags.authoritative,
                flags.truncated,
                flags.recursion_available,
                flags.z,
                flags.authenticated
            ],
            [
                told(0x0400),
                told(0x0200),
                told(0x0080),
                told(0x0040),
                told(0x0020)
            ]
        );
        assert_eq!(
            (flags.recursion_desired, flags.checking_disabled),
            (bit(0x0100), bit(0x0010))
        );
        compared += 1;
    }
    assert_eq!(compared, 406);
    for event in normalized.events.iter().map(dns) {
        assert!(event.src_ip_addr().is_some(), "{event:?}");
    }
    let failed = |event: &&DnsEvent<'_>| event.event_result() == Some(EventResult::Failure);
    assert!(normalized.events.iter().map(dns).filter(failed).count() > 4);
}

#[test]
fn audit_events_and_internal_lookups_are_declined() {
    let Some(path) = beside("data/microsoft-dns/nxlog-mixed-4.json") else {
        return;
    };
    let normalized = none_rejected(&fs::read(path).unwrap());
    assert_eq!(normalized.events.len(), 1);
    assert_eq!(normalized.report.counts.declined, 3);
}

#[test]
fn every_packet_of_the_debug_log_is_mapped_and_its_flags_agree() {
    let Some(folder) = beside("data/microsoft-dns/debug-log") else {
        return;
    };
    let mut seen = BTreeMap::new();
    for path in files_below(&folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name == "LICENSE" {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let packets: Vec<_> = text.lines().filter(|line| line.contains(" PACKET ")).collect();
        // The dates of two of the files leave the order open.
        let normalizer = Normalizer::new().date_order(asimkit::DateOrder::MonthDayYear);
        let normalized = normalizer.events(&bytes).unwrap();
        let counts = normalized.report.counts;
        assert!(counts.add_up() && counts.rejected == 0, "{name}: {counts:?}");
        assert_eq!(normalized.events.len(), packets.len(), "{name}");
        for (event, line) in normalized.events.iter().map(dns).zip(&packets) {
            let inside = line.split_once('[').unwrap().1.split_once(']').unwrap().0;
            let mut words: Vec<_> = inside.split_ascii_whitespace().skip(1).collect();
            let rcode = words.pop().unwrap();
            let letters = words.concat();
            let response = line
                .split_once(" R ")
                .is_some_and(|(before, _)| !before.contains('['));
            assert_eq!(
                event.event_sub_type() == Some(EventSubType::Response),
                response,
                "{line}"
            );
            assert_eq!(
                event.flags().recursion_desired,
                Some(letters.contains('D')),
                "{line}"
            );
            if response {
                assert_eq!(event.flags().authoritative, Some(letters.contains('A')), "{line}");
                assert_eq!(event.flags().truncated, Some(letters.contains('T')), "{line}");
                assert_eq!(
                    event.flags().recursion_available,
                    Some(letters.contains('R')),
                    "{line}"
                );
                assert_eq!(event.event_result_details(), Some(rcode), "{line}");
            }
        }
        seen.insert(name, packets.len());
    }
    assert_eq!(seen.values().sum::<usize>(), 444, "{seen:?}");
}

#[test]
fn a_debug_log_that_leaves_the_order_open_asks_for_it() {
    let Some(path) = beside("data/microsoft-dns/debug-log/basic.log") else {
        return;
    };
    let error = Normalizer::new().events(&fs::read(path).unwrap()).unwrap_err();
    assert!(error.to_string().contains("--date-order"), "{error}");
}
