//! Reads the records of a response as Sysmon writes them in its event 22.
//!
//! ```text
//! type:  5 web.example.net;2001:db8::1;::ffff:192.0.2.1;
//! ```
//!
//! # Records
//!
//! Each record ends with a semicolon. What stands behind the last one was cut off, and is left out: half an address
//! would be another address.
//!
//! | text | type | `Response` |
//! |---|---|---|
//! | an IPv4 address, or one mapped into IPv6 (`::ffff:192.0.2.1`) | A | the IPv4 address |
//! | another IPv6 address | AAAA | the address as RFC 5952 has it |
//! | `type:  N text` | the type of number N | a name where the type's data is one or holds one: canonical; else the text as it stands |
//! | `type:  N ` | the type of number N | absent: Sysmon has no text for SRV, SOA and others |
//!
//! A text in which anything else stands is no such text.
//!
//! # What the text leaves open
//!
//! The event tells neither the question's type nor the server's message: one event may hold the answers to a question
//! for A and to one for AAAA. So `query` is the name asked for, whoever owns the record, and `TTL` and `Class` are
//! absent.

use std::borrow::Cow;
use std::net::IpAddr;

use super::presentation::name;
use super::{DnsRecord, Part, Question};
use crate::RrType;

/// Reads the text; none when it is anything else.
pub(super) fn read<'r>(text: &'r str, question: &Question<'r>) -> Option<Vec<DnsRecord<'r>>> {
    let Some((complete, _)) = text.trim_ascii().rsplit_once(';') else {
        // Cut off within the first record.
        return text.trim_ascii_start().starts_with("type:").then(Vec::new);
    };
    complete.split(';').map(|text| record(text, question)).collect()
}

fn record<'r>(text: &'r str, question: &Question<'r>) -> Option<DnsRecord<'r>> {
    let text = text.trim_ascii_start();
    let (rr_type, response) = match text.strip_prefix("type:") {
        Some(typed) => typed_data(typed)?,
        None => address(text.trim_ascii_end())?,
    };
    Some(DnsRecord {
        part: Some(Part::Answer),
        query: question.name.clone(),
        rr_type: Some(rr_type),
        response,
        ..DnsRecord::default()
    })
}

/// What follows `type:`: blanks, the type's number, a blank, and the data if Sysmon has a text for them.
fn typed_data(text: &str) -> Option<(RrType, Option<Cow<'_, str>>)> {
    /// Types whose data is a name, or whose only part with a text is one.
    const NAMES: [RrType; 7] = [
        RrType::NS,
        RrType::CNAME,
        RrType::SOA,
        RrType::PTR,
        RrType::MX,
        RrType::SRV,
        RrType::DNAME,
    ];

    let text = text.trim_ascii_start();
    let (number, data) = text.split_once(' ').unwrap_or((text, ""));
    let rr_type = RrType(number.parse().ok()?);
    let data = data.trim_ascii();
    if data.is_empty() {
        return Some((rr_type, None));
    }
    if let Some((own, response)) = address(data)
        && own == rr_type
    {
        return Some((rr_type, response));
    }
    let is_name = NAMES.contains(&rr_type);
    Some((
        rr_type,
        Some(if is_name { name(data) } else { Cow::Borrowed(data) }),
    ))
}

fn address(text: &str) -> Option<(RrType, Option<Cow<'_, str>>)> {
    let address: IpAddr = text.parse().ok()?;
    let address = address.to_canonical();
    let rr_type = if address.is_ipv4() {
        RrType::A
    } else {
        RrType::AAAA
    };
    let canonical = address.to_string();
    let response = if canonical == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(canonical)
    };
    Some((rr_type, Some(response)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::answers::Answers;

    fn json(text: &str) -> Option<String> {
        read(text, &Question::default()).map(|records| Answers::from(records).to_json())
    }

    #[test]
    fn the_forms_of_records() {
        for (text, expected) in [
            (
                "192.0.2.1;",
                r#"[{"part":"answer","Type":"A","Response":"192.0.2.1"}]"#,
            ),
            (
                "::ffff:192.0.2.1;",
                r#"[{"part":"answer","Type":"A","Response":"192.0.2.1"}]"#,
            ),
            (
                "2001:DB8::0:1;::1;",
                r#"[{"part":"answer","Type":"AAAA","Response":"2001:db8::1"},{"part":"answer","Type":"AAAA","Response":"::1"}]"#,
            ),
            (
                "type:  5 Web.example.net.;",
                r#"[{"part":"answer","Type":"CNAME","Response":"Web.example.net"}]"#,
            ),
            (
                "type: 12 WS1;",
                r#"[{"part":"answer","Type":"PTR","Response":"WS1"}]"#,
            ),
            (
                "type:  33 ;192.0.2.1;",
                r#"[{"part":"answer","Type":"SRV"},{"part":"answer","Type":"A","Response":"192.0.2.1"}]"#,
            ),
            ("type:  6 ;", r#"[{"part":"answer","Type":"SOA"}]"#),
            (
                "type:  16 v=spf1 -all;",
                r#"[{"part":"answer","Type":"TXT","Response":"v=spf1 -all"}]"#,
            ),
            ("type:  65;", r#"[{"part":"answer","Type":"HTTPS"}]"#),
            (
                "type:  28 2001:db8::1;",
                r#"[{"part":"answer","Type":"AAAA","Response":"2001:db8::1"}]"#,
            ),
        ] {
            assert_eq!(json(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_was_cut_off_is_left_out() {
        let whole = "type:  5 web.example.net;::ffff:192.0.2.19;";
        for end in whole.len() - 4..whole.len() - 1 {
            let cut = whole.get(..end).unwrap();
            let expected = r#"[{"part":"answer","Type":"CNAME","Response":"web.example.net"}]"#;
            assert_eq!(json(cut).as_deref(), Some(expected), "{cut}");
        }
        assert_eq!(json("type:  5 web.exam").as_deref(), Some("[]"));
    }

    #[test]
    fn the_owner_is_the_name_asked_for() {
        let question = Question {
            name: Some("www.example.com".into()),
            ..Question::default()
        };
        let records = read("192.0.2.1;", &question).unwrap();
        assert_eq!(
            records.first().and_then(|record| record.query.as_deref()),
            Some("www.example.com")
        );
    }

    #[test]
    fn other_text_is_not_claimed() {
        for text in [
            "",
            "-",
            "192.0.2.1",
            "www.example.com;",
            "type:  x y;",
            "a.example. 300 IN A 192.0.2.1;",
            "{\"answers\":[]};",
            ";;",
        ] {
            assert_eq!(json(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics_and_addresses_come_back(text in "[:a-f0-9.; type]{0,40}", address: IpAddr) {
            let _ = json(&text);
            let text = format!("{address};");
            let records = read(&text, &Question::default()).unwrap();
            let response = records.first().and_then(|record| record.response.as_deref()).unwrap();
            prop_assert_eq!(response.parse::<IpAddr>().unwrap(), address.to_canonical());
        }

        /// An address that maps into IPv6 is the same as without.
        #[test]
        fn mapped_addresses_are_the_same(address: std::net::Ipv4Addr) {
            let mapped = address.to_ipv6_mapped();
            prop_assert_eq!(json(&format!("{mapped};")), json(&format!("{address};")));
        }
    }
}
