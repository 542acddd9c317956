//! The details of a packet, on the lines that follow it.

use std::borrow::Cow;

use asim_parse::packet::MessageFlags;
use asim_parse::schema::answers::{DnsRecord, Part};
use asim_parse::schema::{DnsClass, Opcode, Rcode, RrType};
use asim_parse::value::text;

use super::name;

/// What the details of a packet tell.
#[derive(Debug, Default)]
pub(crate) struct Details<'r> {
    /// The port of the other side; nothing else in the log tells it.
    pub remote_port: Option<u16>,
    /// In network order, as the details print them.
    pub flags: Option<MessageFlags>,
    /// The name asked for; in a dynamic update, the zone.
    pub name: Option<Cow<'r, str>>,
    pub rr_type: Option<RrType>,
    pub class: Option<DnsClass>,
    /// The response code with the upper bits of the OPT record.
    pub rcode: Option<Rcode>,
    /// The records of all sections but the question; without the OPT record.
    pub records: Vec<DnsRecord<'r>>,
}

/// A record under way.
#[derive(Default)]
struct Open<'r> {
    record: DnsRecord<'r>,
    /// The parts of the data, joined by blanks.
    data: String,
    in_data: bool,
}

impl<'r> Details<'r> {
    /// Reads details, whole or cut off; none if not one of the lines is of theirs.
    pub(crate) fn read(text: &'r [u8]) -> Option<Self> {
        let mut details = Self::default();
        let mut section = Section::Header;
        let mut open: Option<Open<'r>> = None;
        let mut any = false;
        for line in text.split(|byte| *byte == b'\n') {
            let line = line.trim_ascii();
            let (word, value) = word_and_value(line);
            any |= match word {
                b"Remote" => details.take_remote(value),
                b"Flags" if section == Section::Header => details.take_flags(value),
                b"QUESTION" | b"ZONE" | b"ANSWER" | b"PREREQUISITE" | b"AUTHORITY" | b"UPDATE"
                | b"ADDITIONAL"
                    if value == b"SECTION:" =>
                {
                    details.close(open.take());
                    section = Section::of(word);
                    true
                }
                b"Offset" if section != Section::Header => {
                    details.close(open.take());
                    open = section.part().map(|part| Open {
                        record: record_in(part),
                        ..Open::default()
                    });
                    true
                }
                _ => match &mut open {
                    Some(open) => open.take(word, value, line, &mut details.rcode),
                    None if section == Section::Question => details.take_question(word, value),
                    None => is_of_header(word),
                },
            };
        }
        details.close(open.take());
        if details.opcode() == Some(Opcode::UPDATE) {
            for record in &mut details.records {
                record.part = None;
            }
        }
        any.then_some(details)
    }

    fn opcode(&self) -> Option<Opcode> {
        self.flags.map(MessageFlags::opcode)
    }

    fn take_remote(&mut self, value: &[u8]) -> bool {
        let port = as_text(value).and_then(|text| text.rsplit_once("port ")?.1.parse().ok());
        self.remote_port = port.filter(|port| *port > 0);
        value.starts_with(b"addr")
    }

    fn take_flags(&mut self, value: &[u8]) -> bool {
        let flags = as_text(value)
            .and_then(|text| text.strip_prefix("0x"))
            .and_then(|digits| u16::from_str_radix(digits, 16).ok());
        self.flags = flags.map(MessageFlags).or(self.flags);
        flags.is_some()
    }

    fn take_question(&mut self, word: &[u8], value: &'r [u8]) -> bool {
        match word {
            b"Name" => self.name = quoted_name(value),
            b"QTYPE" | b"ZTYPE" => self.rr_type = type_of(value),
            b"QCLASS" | b"ZCLASS" => self.class = class_of(value),
            _ => return false,
        }
        true
    }

    fn close(&mut self, open: Option<Open<'r>>) {
        let Some(Open { mut record, data, .. }) = open else {
            return;
        };
        let is_empty = record.rr_type.is_none() && record.query.is_none();
        if is_empty || record.rr_type == Some(RrType::OPT) {
            return;
        }
        if !data.is_empty() {
            record.response = Some(Cow::Owned(data));
        }
        self.records.push(record);
    }
}

impl<'r> Open<'r> {
    fn take(&mut self, word: &[u8], value: &'r [u8], line: &'r [u8], rcode: &mut Option<Rcode>) -> bool {
        match word {
            b"DATA" if !self.in_data => {
                self.in_data = true;
                self.push_data(value);
            }
            _ if self.in_data => {
                if self.record.rr_type == Some(RrType::OPT) {
                    take_opt(line, rcode);
                } else {
                    self.push_data(value_of_line(line));
                }
            }
            b"Name" => self.record.query = quoted_name(value),
            b"TYPE" => self.record.rr_type = type_of(value),
            b"CLASS" => self.record.class = class_of(value),
            b"TTL" => self.record.ttl = number(value).map(f64::from),
            b"DLEN" => {}
            _ => return false,
        }
        !line.is_empty()
    }

    /// Adds a part of the data; a name is written as everywhere, without its lengths.
    fn push_data(&mut self, part: &'r [u8]) {
        if part.is_empty() {
            return;
        }
        if !self.data.is_empty() {
            self.data.push(' ');
        }
        let name = name_within(part);
        self.data
            .push_str(&name.unwrap_or_else(|| text::from_bytes(part).0));
    }
}

/// `Rcode Full   = 3` of an OPT record.
fn take_opt(line: &[u8], rcode: &mut Option<Rcode>) {
    if line.starts_with(b"Rcode Full") {
        let number = number(value_of_line(line)).and_then(|number| u16::try_from(number).ok());
        *rcode = number.map(Rcode).or(*rcode);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Header,
    Question,
    Records(Part),
}

impl Section {
    fn of(word: &[u8]) -> Self {
        match word {
            b"QUESTION" | b"ZONE" => Self::Question,
            b"ANSWER" | b"PREREQUISITE" => Self::Records(Part::Answer),
            b"AUTHORITY" | b"UPDATE" => Self::Records(Part::Authority),
            _ => Self::Records(Part::Additional),
        }
    }

    const fn part(self) -> Option<Part> {
        match self {
            Self::Records(part) => Some(part),
            _ => None,
        }
    }
}

fn record_in(part: Part) -> DnsRecord<'static> {
    let mut record = DnsRecord::default();
    record.part = Some(part);
    record
}

/// The words with which the lines in front of the sections begin.
fn is_of_header(word: &[u8]) -> bool {
    matches!(
        word,
        b"UDP"
            | b"TCP"
            | b"Socket"
            | b"Time"
            | b"Buf"
            | b"Msg"
            | b"Message:"
            | b"XID"
            | b"QR"
            | b"OPCODE"
            | b"AA"
            | b"TC"
            | b"RD"
            | b"RA"
            | b"Z"
            | b"CD"
            | b"AD"
            | b"RCODE"
            | b"QCOUNT"
            | b"ZCOUNT"
            | b"ACOUNT"
            | b"PRECOUNT"
            | b"NSCOUNT"
            | b"UPCOUNT"
            | b"ARCOUNT"
            | b"empty"
    )
}

fn word_and_value(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(line.len());
    let (word, rest) = line.split_at_checked(end).unwrap_or((line, b""));
    (word, rest.trim_ascii_start())
}

/// What stands behind `= ` or `: ` in a line of data, else the whole line.
fn value_of_line(line: &[u8]) -> &[u8] {
    let separator = line.windows(2).position(|pair| matches!(pair, b"= " | b": "));
    separator
        .and_then(|place| line.get(place + 2..))
        .map_or(line, <[u8]>::trim_ascii)
}

fn as_text(value: &[u8]) -> Option<&str> {
    std::str::from_utf8(value).ok()
}

fn number(value: &[u8]) -> Option<u32> {
    as_text(value)?.parse().ok()
}

/// `AAAA (28)`: the number counts.
fn type_of(value: &[u8]) -> Option<RrType> {
    let text = as_text(value)?;
    let number = text
        .rsplit_once('(')
        .and_then(|(_, number)| number.strip_suffix(')')?.parse().ok());
    let name = text.split_ascii_whitespace().next();
    number.map(RrType).or_else(|| RrType::from_name(name?))
}

fn class_of(value: &[u8]) -> Option<DnsClass> {
    let text = as_text(value)?;
    text.parse()
        .ok()
        .map(DnsClass)
        .or_else(|| DnsClass::from_name(text))
}

/// A name in quotes.
fn quoted_name(value: &[u8]) -> Option<Cow<'_, str>> {
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    let name = value.strip_suffix(b"\"").unwrap_or(value);
    // A mark of compression alone, without the rest of the name behind it, names nothing.
    if name.starts_with(b"[C") && !name.contains(&b'(') {
        return None;
    }
    name::read(name)?.text
}

/// The name that a part of data is, if it is one whole.
fn name_within(part: &[u8]) -> Option<Cow<'_, str>> {
    let begins = part.starts_with(b"(") || part.starts_with(b"[C");
    let name = name::read(part).filter(|name| begins && part.ends_with(b"(0)") && !name.lengths_misfit)?;
    name.text
}

#[cfg(test)]
mod tests {
    use asim_parse::schema::answers::Answers;

    use super::*;

    const DETAILS: &str = "UDP response info at 0000018CEDDB1140
  Socket = 696
  Remote addr 2001:db8::7, port 57613
  Time Query=4199, Queued=0, Expire=0
  Buf length = 0x0fa0 (4000)
  Msg length = 0x005d (93)
  Message:
    XID       0x7653
    Flags     0x8583
      QR        1 (RESPONSE)
      OPCODE    0 (QUERY)
      RCODE     3 (NXDOMAIN)
    QCOUNT    1
    ACOUNT    1
    QUESTION SECTION:
    Offset = 0x000c, RR count = 0
    Name      \"(3)www(7)example(0)\"
      QTYPE   AAAA (28)
      QCLASS  1
    ANSWER SECTION:
    Offset = 0x001d, RR count = 0
    Name      \"[C00C](3)www(7)example(0)\"
      TYPE   CNAME  (5)
      CLASS  1
      TTL    60
      DLEN   9
      DATA   (6)a b(3)[C010](7)example(0)
    AUTHORITY SECTION:
    Offset = 0x0027, RR count = 0
    Name      \"[C010](7)example(0)\"
      TYPE   SOA  (6)
      CLASS  1
      TTL    3600
      DLEN   42
      DATA   
\t\tPrimaryServer: (3)dc1[C010](7)example(0)
\t\tAdministrator: (10)hostmaster[C010](7)example(0)
\t\tSerialNo     = 17
\t\tRefresh      = 900
\t\tRetry        = 600
\t\tExpire       = 86400
\t\tMinimumTTL   = 3600
    ADDITIONAL SECTION:
    Offset = 0x009d, RR count = 0
    Name      \"(0)\"
      TYPE   OPT  (41)
      CLASS  4000
      TTL    32768
      DLEN   0
      DATA   
\t\tBuffer Size  = 4000
\t\tRcode Ext    = 1
\t\tRcode Full   = 19
\t\tVersion      = 0
\t\tFlags        = 80 DO
";

    #[test]
    fn all_sections_are_read() {
        let details = Details::read(DETAILS.as_bytes()).unwrap();
        assert_eq!(details.remote_port, Some(57613));
        assert_eq!(details.flags, Some(MessageFlags(0x8583)));
        assert_eq!(details.name.as_deref(), Some("www.example"));
        assert_eq!(
            (details.rr_type, details.class),
            (Some(RrType::AAAA), Some(DnsClass(1)))
        );
        assert_eq!(details.rcode, Some(Rcode(19)));
        assert_eq!(
            Answers::from(details.records).to_json(),
            r#"[{"part":"answer","query":"www.example","TTL":60,"Class":"IN","Type":"CNAME","Response":"a b(3).example"},{"part":"authority","query":"example","TTL":3600,"Class":"IN","Type":"SOA","Response":"dc1.example hostmaster.example 17 900 600 86400 3600"}]"#
        );
    }

    #[test]
    fn details_that_break_off_give_what_they_hold() {
        for (end, _) in DETAILS.char_indices() {
            let details = Details::read(DETAILS.get(..end).unwrap().as_bytes());
            assert!(details.is_some() || end < 4, "{end}");
        }
    }

    #[test]
    fn the_records_of_a_dynamic_update_have_no_part() {
        let text = "    Flags     0x2800\n    ZONE SECTION:\n    Offset = 0x000c, RR count = 0\n    Name      \"(7)example(0)\"\n      ZTYPE   SOA (6)\n      ZCLASS  1\n    PREREQUISITE SECTION:\n      empty\n    UPDATE SECTION:\n    Offset = 0x1, RR count = 0\n    Name      \"(1)a(7)example(0)\"\n      TYPE   A  (1)\n      CLASS  1\n      TTL    1200\n      DLEN   4\n      DATA   192.0.2.9\n";
        let details = Details::read(text.as_bytes()).unwrap();
        assert_eq!(
            (details.name.as_deref(), details.rr_type),
            (Some("example"), Some(RrType::SOA))
        );
        assert_eq!(
            Answers::from(details.records).to_json(),
            r#"[{"query":"a.example","TTL":1200,"Class":"IN","Type":"A","Response":"192.0.2.9"}]"#
        );
    }

    #[test]
    fn other_text_has_no_details() {
        for text in ["", "\r\n\r\n", "a letter\nof two lines"] {
            assert!(Details::read(text.as_bytes()).is_none(), "{text}");
        }
    }
}
