//! Reads the server's flags as somebody pastes them: what ASIM calls the unparsed flags.

use asim_parse::packet::{Message, MessageFlags, from_hexadecimal};
use asim_parse::schema::answers::DnsFlagList;

use crate::debug_log::Details;

/// The flags in the server's text; none when it is no such text.
///
/// The text is one of
///
/// - a packet in hexadecimal digits, `0xAE97010000010000…`;
/// - the second word of a header as the events have it, in decimal, `33152`, or in four hexadecimal digits, `0x8180`;
/// - the brackets of the debug log, `[8085 A DR  NOERROR]`, whose word is printed second octet first;
/// - the details of a packet in the debug log;
/// - the names of the flags that are set, `AA,RD,RA`, as `DnsFlags` has them: all others are absent.
///
/// A request tells RD and CD, a response all of them. No text at all tells of no flag.
pub fn decode_flags(text: &str) -> Option<DnsFlagList> {
    let text = text.trim();
    if text.is_empty() || text == "-" {
        return Some(DnsFlagList::default());
    }
    if let Some(inside) = text.strip_prefix('[') {
        let word = inside.split([' ', ']']).next()?;
        let swapped = u16::from_str_radix(word, 16).ok().filter(|_| word.len() == 4)?;
        return Some(MessageFlags(swapped.swap_bytes()).list());
    }
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        if digits.len() <= 4 {
            return u16::from_str_radix(digits, 16)
                .ok()
                .map(|flags| MessageFlags(flags).list());
        }
        let packet = from_hexadecimal(text);
        return Some(Message::read(&packet.octets)?.flags.list());
    }
    if let Ok(flags) = text.parse() {
        return Some(MessageFlags(flags).list());
    }
    if let Some(flags) = Details::read(text.as_bytes()).and_then(|details| details.flags) {
        return Some(flags.list());
    }
    DnsFlagList::from_names(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        for (text, expected) in [
            ("0xAE9701000001", Some("[null,null,false,null,true,null,null]")),
            ("0x8180", Some("[false,false,false,true,true,false,false]")),
            ("33152", Some("[false,false,false,true,true,false,false]")),
            (
                "[8085 A DR  NOERROR]",
                Some("[false,true,false,true,true,false,false]"),
            ),
            (
                "[2084 A NOERROR]",
                Some("[true,true,false,false,false,false,false]"),
            ),
            (
                "  Message:\n    XID       0x7653\n    Flags     0x8410\n",
                Some("[false,true,true,false,false,false,false]"),
            ),
            ("AA,RD", Some("[null,true,null,null,true,null,null]")),
            ("", Some("[null,null,null,null,null,null,null]")),
            ("0x", None),
            ("0xZZ", None),
            ("70000", None),
            ("[80 A]", None),
            ("a letter", None),
        ] {
            assert_eq!(
                decode_flags(text).map(DnsFlagList::to_json).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
