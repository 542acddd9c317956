//! Reads the server's answers as somebody pastes them: what ASIM calls the unparsed response.

use std::borrow::Cow;

use asim_parse::packet::{Message, from_hexadecimal};
use asim_parse::schema::answers::{Answers, DnsRecord, Part, Question};
use asim_parse::schema::{DnsClass, RrType};
use asim_parse::value::address;

use crate::debug_log::Details;

/// The records of a response in the server's text; none when it is no such text.
///
/// The text is one of
///
/// - a packet in hexadecimal digits, whole or cut off: all its sections, without the OPT record;
/// - the details of a packet in the debug log, on lines of their own;
/// - the addresses of the column `IPAddresses` in the table `DnsEvents`, separated by commas;
/// - the text of `DnsResponseName`.
///
/// No text at all is a response without records.
pub fn decode_response(text: &str) -> Option<Answers<'_>> {
    let trimmed = text.trim_ascii();
    match trimmed.as_bytes() {
        [] | [b'-'] => Some(Answers::default()),
        [b'[', ..] => Answers::from_text(trimmed, &Question::default()),
        [b'0', b'x' | b'X', ..] => {
            let packet = from_hexadecimal(trimmed);
            Some(Message::read(&packet.octets)?.answers())
        }
        _ => addresses(trimmed).or_else(|| {
            let details = Details::read(text.as_bytes())?;
            Some(details.records.into())
        }),
    }
}

/// Addresses separated by commas or blanks; none if one of them is none.
fn addresses(text: &str) -> Option<Answers<'_>> {
    let texts = text.split([',', ' ', ';']).filter(|text| !text.is_empty());
    let records = texts.map(|text| {
        let address = address::from_text(text.as_bytes())?.to_canonical();
        let mut record = DnsRecord::default();
        record.part = Some(Part::Answer);
        record.class = Some(DnsClass(1));
        record.rr_type = Some(if address.is_ipv4() {
            RrType::A
        } else {
            RrType::AAAA
        });
        record.response = Some(Cow::Owned(address.to_string()));
        Some(record)
    });
    records.collect::<Option<Vec<_>>>().map(Answers::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Option<String> {
        decode_response(text).map(|answers| answers.to_json())
    }

    #[test]
    fn every_form_is_read() {
        let record = r#"[{"part":"answer","query":"a.example","TTL":60,"Class":"IN","Type":"A","Response":"192.0.2.1"}]"#;
        let packet = "0x12348180000100010000000001610765786D706C6500";
        assert_eq!(json(packet).as_deref(), Some("[]"));
        let packet =
            "0x1234818000010001000000000161076578616D706C650000010001C00C000100010000003C0004C0000201";
        assert_eq!(json(packet).as_deref(), Some(record));
        let details = "    ANSWER SECTION:\n    Offset = 0x001b, RR count = 0\n    Name      \"[C00C](1)a(7)example(0)\"\n      TYPE   A  (1)\n      CLASS  1\n      TTL    60\n      DLEN   4\n      DATA   192.0.2.1\n";
        assert_eq!(json(details).as_deref(), Some(record));
        assert_eq!(json(record).as_deref(), Some(record));
        assert_eq!(
            json("192.0.2.1, 2001:db8::1").as_deref(),
            Some(
                r#"[{"part":"answer","Class":"IN","Type":"A","Response":"192.0.2.1"},{"part":"answer","Class":"IN","Type":"AAAA","Response":"2001:db8::1"}]"#
            )
        );
        assert_eq!(json("").as_deref(), Some("[]"));
        for text in ["0x12", "a letter", "[1]", "192.0.2.1,x"] {
            assert_eq!(json(text), None, "{text}");
        }
    }
}
