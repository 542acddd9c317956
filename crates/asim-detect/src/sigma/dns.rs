//! What rules for DNS call the values of a Dns event.

use std::borrow::Cow;

use asim_schema::{AdditionalFields, DnsEvent, DnsField, NetworkProtocol, Rcode, RrType};
use rsigma_eval::EventValue;

use super::field::{Mapped, Mapping, number, printed, text};
use super::logsource::Gate;
use crate::observation::organization_domain;

/// What Sysmon writes for a program that it does not know; its parser leaves the column empty then.
const UNKNOWN_PROGRAM: &str = "<unknown process>";
/// Windows tells a response code as this number plus the code (Microsoft, "System Error Codes 9000-11999", 2026).
const WINDOWS_CODES: i64 = 9_000;

/// Names: Sigma's taxonomy for `dns`, `dns_query` and `zeek`, and the events of Windows' DNS client and server.
static MAPPINGS: [Mapping<DnsField>; 27] = [
    Mapping {
        names: &["query", "QueryName", "QNAME", "dns_query"],
        columns: &["DnsQuery"],
        read: |event| text(name(event)),
    },
    Mapping {
        names: &["record_type", "qtype_name"],
        columns: &["DnsQueryTypeName"],
        read: |event| query_type_name(event).map(EventValue::Str),
    },
    Mapping {
        names: &["qtype", "QueryType"],
        columns: &["DnsQueryType"],
        read: |event| number(event.dns_query_type().map(|code| code.0)),
    },
    Mapping {
        names: &["answer", "answers"],
        columns: &["DnsResponseName"],
        read: answers,
    },
    Mapping {
        names: &["QueryResults"],
        columns: &["DnsResponseName"],
        read: |event| text(event.dns_response_name()),
    },
    Mapping {
        names: &["QueryStatus"],
        columns: &["DnsResponseCode", "EventOriginalResultDetails"],
        read: status,
    },
    Mapping {
        names: &["rcode"],
        columns: &["DnsResponseCode"],
        read: |event| number(event.dns_response_code().map(|code| code.0)),
    },
    Mapping {
        names: &["rcode_name"],
        columns: &["EventResultDetails"],
        read: |event| text(event.event_result_details()),
    },
    Mapping {
        names: &["rejected"],
        columns: &["DnsResponseCode"],
        read: |event| {
            let code = event.dns_response_code();
            code.map(|code| EventValue::Bool(code == Rcode::REFUSED))
        },
    },
    // A source that does not tell the bit has not seen it set; rules look for `not Z: 0`.
    Mapping {
        names: &["Z"],
        columns: &["DnsFlagsZ"],
        read: |event| number(Some(event.dns_flags_z().unwrap_or_default())),
    },
    Mapping {
        names: &["AA"],
        columns: &["DnsFlagsAuthoritative"],
        read: |event| event.dns_flags_authoritative().map(EventValue::Bool),
    },
    Mapping {
        names: &["TC"],
        columns: &["DnsFlagsTruncated"],
        read: |event| event.dns_flags_truncated().map(EventValue::Bool),
    },
    Mapping {
        names: &["RD"],
        columns: &["DnsFlagsRecursionDesired"],
        read: |event| event.dns_flags_recursion_desired().map(EventValue::Bool),
    },
    Mapping {
        names: &["RA"],
        columns: &["DnsFlagsRecursionAvailable"],
        read: |event| event.dns_flags_recursion_available().map(EventValue::Bool),
    },
    Mapping {
        names: &["query_etld_plus_one", "parent_domain"],
        columns: &["DnsQuery"],
        read: parent_domain,
    },
    Mapping {
        names: &["query_length"],
        columns: &["DnsQuery"],
        read: |event| number(name(event).and_then(|name| u32::try_from(name.len()).ok())),
    },
    Mapping {
        names: &["id.orig_h", "src_ip", "SourceIP", "ClientIP", "c-ip"],
        columns: &["SrcIpAddr"],
        read: |event| printed(event.src_ip_addr()),
    },
    Mapping {
        names: &["id.orig_p", "src_port", "SourcePort"],
        columns: &["SrcPortNumber"],
        read: |event| number(event.src_port_number()),
    },
    Mapping {
        names: &["id.resp_h", "dst_ip", "DestinationIP"],
        columns: &["DstIpAddr"],
        read: |event| printed(event.dst_ip_addr()),
    },
    Mapping {
        names: &["id.resp_p", "dst_port", "DestinationPort"],
        columns: &["DstPortNumber"],
        read: |event| number(event.dst_port_number()),
    },
    Mapping {
        names: &["proto"],
        columns: &["NetworkProtocol"],
        read: |event| text(event.network_protocol().map(NetworkProtocol::as_str)),
    },
    Mapping {
        names: &["EventID"],
        columns: &["EventOriginalType"],
        read: |event| text(event.event_original_type()),
    },
    Mapping {
        names: &["Image", "ProcessName"],
        columns: &["SrcProcessName"],
        read: |event| text(program(event)),
    },
    Mapping {
        names: &["ProcessId"],
        columns: &["SrcProcessId"],
        read: |event| text(event.src_process_id()),
    },
    Mapping {
        names: &["ProcessGuid"],
        columns: &["SrcProcessGuid"],
        read: |event| text(event.src_process_guid()),
    },
    Mapping {
        names: &["User"],
        columns: &["SrcUsername", "SrcUserId"],
        read: |event| text(event.src_username().or(event.src_user_id())),
    },
    Mapping {
        names: &["Computer", "ComputerName", "computer_name"],
        columns: &["DvcFQDN", "DvcHostname"],
        read: |event| text(event.dvc_fqdn().or(event.dvc_hostname())),
    },
];

impl Mapped for DnsField {
    const MAPPINGS: &'static [Mapping<Self>] = &MAPPINGS;
    const CLIENT: &'static [&'static str] = &["SrcIpAddr", "SrcHostname"];

    fn additional<'e>(event: &'e DnsEvent<'e>) -> Option<&'e AdditionalFields<'e>> {
        event.additional_fields()
    }

    fn passes(gate: Gate, event: &DnsEvent<'_>) -> bool {
        !gate.asks_for_program || program(event).is_some()
    }
}

/// The name without a final dot, which rules that end in a domain do not expect.
fn name<'e>(event: &'e DnsEvent<'e>) -> Option<&'e str> {
    match event.dns_query()? {
        "." => Some("."),
        name => Some(name.strip_suffix('.').unwrap_or(name)),
    }
}

fn query_type_name<'e>(event: &'e DnsEvent<'e>) -> Option<Cow<'e, str>> {
    let name = event.dns_query_type_name().map(Cow::Borrowed);
    name.or_else(|| event.dns_query_type().map(RrType::text))
}

/// The program, where the source tells of programs at all.
fn program<'e>(event: &'e DnsEvent<'e>) -> Option<&'e str> {
    event.src_process_name().or_else(|| {
        let product = event.event_product()?;
        product.starts_with("Sysmon").then_some(UNKNOWN_PROGRAM)
    })
}

/// Each answer by itself, as Zeek's rules expect them; the whole text where it cannot be read.
fn answers<'e>(event: &'e DnsEvent<'e>) -> Option<EventValue<'e>> {
    let whole = event.dns_response_name()?;
    let Some(answers) = event.answers() else {
        return text(Some(whole));
    };
    let texts = answers.into_iter().filter_map(|record| record.response);
    Some(EventValue::Array(texts.map(EventValue::Str).collect()))
}

/// The status as Windows tells it: that of the source, or what Windows would make of the response code.
fn status<'e>(event: &'e DnsEvent<'e>) -> Option<EventValue<'e>> {
    match event.dns_response_code() {
        Some(Rcode::NOERROR) => number(Some(0)),
        Some(code) => number(Some(WINDOWS_CODES + i64::from(code.0))),
        None => text(event.event_original_result_details()),
    }
}

/// The domain that somebody registered, by the registries alone; of reverse names, the tree that they are in.
fn parent_domain<'e>(event: &'e DnsEvent<'e>) -> Option<EventValue<'e>> {
    let name = name(event)?.to_ascii_lowercase();
    let tree = ["in-addr.arpa", "ip6.arpa"]
        .into_iter()
        .find(|tree| name.ends_with(tree));
    let domain = tree.or_else(|| organization_domain(&name))?;
    Some(EventValue::Str(Cow::Owned(domain.to_owned())))
}

#[cfg(test)]
mod tests {
    use asim_schema::SchemaVersion;

    use super::*;

    fn value<'e>(event: &'e DnsEvent<'e>, name: &str) -> Option<EventValue<'e>> {
        let is = |mapping: &&Mapping<DnsField>| mapping.names.contains(&name);
        (MAPPINGS.iter().find(is).unwrap().read)(event)
    }

    fn event() -> DnsEvent<'static> {
        let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
        event.set_event_product("Zeek");
        event.set_dns_query("A.b.Example.CO.UK.");
        event.set_dns_query_type(RrType::TXT);
        event.set_dns_response_code(Rcode::NXDOMAIN);
        event.set_src_ip_addr("192.0.2.1".parse().unwrap());
        event.set_dst_port_number(53);
        event
    }

    #[test]
    fn each_name_is_mapped_once_and_each_column_is_one() {
        let mut seen = std::collections::BTreeSet::new();
        for mapping in &MAPPINGS {
            for name in mapping.names {
                assert!(seen.insert(name.to_ascii_lowercase()), "{name} twice");
            }
            for column in mapping.columns {
                assert!(DnsField::from_name(column).is_some(), "{column}");
            }
        }
    }

    #[test]
    fn values_are_those_that_rules_expect() {
        let event = event();
        let text = |text: &'static str| Some(EventValue::Str(Cow::Borrowed(text)));
        for (name, expected) in [
            ("query", text("A.b.Example.CO.UK")),
            ("qtype_name", text("TXT")),
            ("qtype", Some(EventValue::Int(16))),
            ("QueryStatus", Some(EventValue::Int(9_003))),
            ("rejected", Some(EventValue::Bool(false))),
            ("Z", Some(EventValue::Int(0))),
            ("parent_domain", text("example.co.uk")),
            ("query_length", Some(EventValue::Int(17))),
            ("id.resp_p", Some(EventValue::Int(53))),
            ("src_ip", text("192.0.2.1")),
            ("Image", None),
            ("answers", None),
        ] {
            assert_eq!(value(&event, name), expected, "{name}");
        }
    }

    #[test]
    fn a_set_bit_is_one_and_an_unknown_program_of_sysmon_is_named() {
        let mut event = event();
        event.set_dns_flags_z(true);
        assert_eq!(value(&event, "Z"), Some(EventValue::Int(1)));
        event.set_event_product("Sysmon");
        assert_eq!(
            value(&event, "Image"),
            Some(EventValue::Str("<unknown process>".into()))
        );
    }

    #[test]
    fn answers_come_one_by_one() {
        let mut event = event();
        event.set_dns_response_name(r#"{"answers":["TXT 5 hello","192.0.2.7"],"ttls":[1,2]}"#);
        let Some(EventValue::Array(answers)) = value(&event, "answers") else {
            panic!("a list")
        };
        assert_eq!(answers.len(), 2);
        assert_eq!(answers[1], EventValue::Str("192.0.2.7".into()));
        event.set_dns_response_name("no known form");
        assert_eq!(
            value(&event, "answer"),
            Some(EventValue::Str("no known form".into()))
        );
    }

    #[test]
    fn reverse_names_have_their_tree() {
        let mut event = event();
        event.set_dns_query("7.2.0.192.in-addr.arpa");
        assert_eq!(
            value(&event, "parent_domain"),
            Some(EventValue::Str("in-addr.arpa".into()))
        );
    }
}
