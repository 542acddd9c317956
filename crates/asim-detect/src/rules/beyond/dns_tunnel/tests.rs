//! Tunnels in the shapes of the known tools, and what only looks like one.

use asim_schema::{DnsEvent, Rcode, RrType};
use xxhash_rust::xxh3::xxh3_64;

use super::*;
use crate::Alert;
use crate::rules::boxed;
use crate::rules::tests::{alerts, counter, first_ones_count_like_others, lookups_of_64_names, response};

const KEY: RrType = RrType(25);

fn found(tuning: &str, events: Vec<DnsEvent<'static>>) -> Vec<Alert> {
    let rule = |tuning: &Arc<Tuning>| boxed(DnsTunnel::new(tuning), tuning);
    alerts(rule, tuning.parse().unwrap(), events)
}

/// So many letters of an alphabet that look like encoded data, another text for each number.
fn data(number: u64, letters: usize, alphabet: &str) -> String {
    let alphabet: Vec<_> = alphabet.chars().collect();
    let letter = |place: usize| {
        let hash = xxh3_64(format!("{number}/{place}").as_bytes());
        alphabet[usize::try_from(hash % alphabet.len() as u64).unwrap()]
    };
    (0..letters).map(letter).collect()
}

const HEXADECIMAL: &str = "0123456789abcdef";
const BASE32: &str = "abcdefghijklmnopqrstuvwxyz234567";

fn answered(count: u64, kind: RrType, code: Rcode, name: impl Fn(u64) -> String) -> Vec<DnsEvent<'static>> {
    let event = |number: u64| {
        let second = i64::try_from(number * 3_000 / count).unwrap();
        response(second, "192.0.2.7", &name(number), kind, code, None)
    };
    (0..count).map(event).collect()
}

#[test]
fn dns2tcp_is_seen_by_its_types_without_any_long_name() {
    let told = found(
        "",
        answered(400, KEY, Rcode::NOERROR, |number| {
            format!("{}.t.example.net", data(number, 10, BASE32))
        }),
    );
    let [alert] = &told[..] else { panic!("{told:#?}") };
    assert!(counter(alert, "Score") >= Some(70), "{alert:#?}");
    assert_eq!(counter(alert, "LongLabelPercent"), Some(0));
    assert_eq!(counter(alert, "CarrierTypePercent"), Some(100));
    assert_eq!(alert.item.as_deref(), Some("example.net"));
    assert_eq!(alert.severity, Severity::Medium);
}

#[test]
fn dnscat2_is_seen_by_its_labels_whatever_type_it_asks_for() {
    for (kind, least) in [(RrType::TXT, 85), (RrType::A, 80)] {
        let told = found(
            "",
            answered(300, kind, Rcode::NOERROR, |number| {
                let label = |part| data(number * 3 + part, 60, HEXADECIMAL);
                format!("{}.{}.example.net", label(0), label(1))
            }),
        );
        assert!(counter(&told[0], "Score") >= Some(least), "{told:#?}");
        assert_eq!(counter(&told[0], "LongLabelPercent"), Some(100));
    }
}

#[test]
fn iodine_is_seen_with_cname_and_with_addresses_alone() {
    let names = |number| format!("p{}.t.example.net", data(number, 14, BASE32));
    let told = found("", answered(2_000, RrType::CNAME, Rcode::NOERROR, names));
    assert!(counter(&told[0], "Score") >= Some(85), "{told:#?}");
    let told = found("", answered(2_000, RrType::A, Rcode::NOERROR, names));
    assert_eq!(counter(&told[0], "Score"), Some(65), "{told:#?}");
}

#[test]
fn a_few_names_are_no_tunnel() {
    let names = |number| format!("{}.example.net", data(number, 60, HEXADECIMAL));
    assert!(found("", answered(100, RrType::TXT, Rcode::NOERROR, names)).is_empty());
    assert_eq!(
        found("", answered(101, RrType::TXT, Rcode::NOERROR, names)).len(),
        1
    );
    let role = "[[role]]\nname = 'resolver'\nclients = ['192.0.2.7']\nrule.dns-tunnel.names = 500\n";
    assert!(found(role, answered(400, RrType::TXT, Rcode::NOERROR, names)).is_empty());
}

#[test]
fn content_delivery_is_quiet() {
    // Each name is asked for its IPv4 and its IPv6 addresses, and some again when the cache has forgotten them.
    let names = |number| format!("{}.cdn.example.net", data(number, 20, HEXADECIMAL));
    let mut events = answered(150, RrType::A, Rcode::NOERROR, names);
    events.extend(answered(150, RrType::AAAA, Rcode::NOERROR, names));
    assert!(found("", events).is_empty());
    assert!(found("", answered(150, RrType::A, Rcode::NOERROR, names)).is_empty());
    let list = "[[list]]\nname = 'delivery'\ndomains = ['example.net']\n";
    assert!(found(list, answered(2_000, RrType::TXT, Rcode::NOERROR, names)).is_empty());
}

#[test]
fn block_lists_virus_scanners_and_reverse_names_are_quiet() {
    let address = |number: u64| format!("{}.{}.0.203", number % 250, number / 250);
    let cases: [&dyn Fn(u64) -> String; 4] = [
        &|number| format!("{}.zen.spamhaus.org", address(number)),
        // A list that nobody knows by name.
        &|number| format!("{}.bl.example.net", address(number)),
        &|number| format!("0.11.{}.avts.mcafee.com", data(number, 60, BASE32)),
        &|number| format!("{}.in-addr.arpa", address(number)),
    ];
    for name in cases {
        assert!(found("", answered(500, RrType::TXT, Rcode::NOERROR, name)).is_empty());
    }
}

#[test]
fn a_search_for_names_is_no_tunnel() {
    let names = |number| format!("server-{number}-backup.example.net");
    assert!(found("", answered(500, RrType::A, Rcode::NXDOMAIN, names)).is_empty());
    let random = |number| format!("{}.example.net", data(number, 12, BASE32));
    assert!(found("", answered(2_000, RrType::A, Rcode::NXDOMAIN, random)).is_empty());
}

#[test]
fn what_waits_is_counted_whole() {
    let rule = DnsTunnel::new(&Tuning::default().into());
    let waiting = first_ones_count_like_others(&rule, lookups_of_64_names());
    assert!((32..128).contains(&waiting), "{waiting}");
}
