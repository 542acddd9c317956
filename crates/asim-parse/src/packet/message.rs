//! A message, and its question.

use asim_schema::answers::{Answers, Part};
use asim_schema::{DnsClass, Opcode, Rcode, RrType};
use domain::dep::octseq::Parser;

use super::{MessageFlags, Records, WireName};

/// A DNS message, read as far as it goes.
#[derive(Debug, Clone)]
pub struct Message<'p> {
    /// The id.
    pub id: u16,
    /// The second word of the header.
    pub flags: MessageFlags,
    /// The first question; in a dynamic update, the zone.
    pub question: Option<WireQuestion<'p>>,
    /// How many questions there are by the header.
    pub questions: u16,
    /// Whether the message ends before its header says so, or breaks off inside the questions.
    cut: bool,
    records: Records<'p>,
    after_first_question: Parser<'p, [u8]>,
}

/// A question.
#[derive(Debug, Clone, Copy)]
pub struct WireQuestion<'p> {
    /// The name; none where the message points to none.
    pub name: Option<WireName<'p>>,
    /// The type; none where the message ends before it.
    pub rr_type: Option<RrType>,
    /// The class; none where the message ends before it.
    pub class: Option<DnsClass>,
}

/// What the OPT record tells (RFC 6891, section 6.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edns {
    /// The largest UDP payload that the sender takes, in octets.
    pub payload_size: u16,
    /// The upper eight bits of the response code.
    pub extended_rcode: u8,
    /// The version.
    pub version: u8,
    /// DO: DNSSEC records are wanted.
    pub dnssec_ok: bool,
}

impl<'p> Message<'p> {
    /// Reads a message; none when not even its first two words are there.
    pub fn read(octets: &'p [u8]) -> Option<Self> {
        let word = |place: usize| Some(u16::from_be_bytes([*octets.get(place)?, *octets.get(place + 1)?]));
        let (id, flags) = (word(0)?, MessageFlags(word(2)?));
        let counts = [word(4), word(6), word(8), word(10)];
        let mut cut = counts.contains(&None);
        let [questions, answers, authority, additional] = counts.map(Option::unwrap_or_default);
        let mut parser = Parser::from_ref(octets);
        cut |= parser.advance(12).is_err();
        let mut question = None;
        let mut after_first_question = parser;
        for place in 0..questions {
            if cut {
                break;
            }
            let read = WireQuestion::read(&mut parser);
            cut = !read.is_some_and(WireQuestion::is_whole);
            if place == 0 {
                (question, after_first_question) = (read, parser);
            }
        }
        let counts = if cut {
            [0; 3]
        } else {
            [answers, authority, additional]
        };
        Some(Self {
            id,
            flags,
            question,
            questions,
            cut,
            records: Records::new(parser, counts),
            after_first_question,
        })
    }

    /// The questions after the first; usually none.
    pub fn further_questions(&self) -> impl Iterator<Item = WireQuestion<'p>> {
        let mut parser = self.after_first_question;
        let first = usize::from(self.question.is_some());
        (first..usize::from(self.questions))
            .map_while(move |_| WireQuestion::read(&mut parser).filter(|question| question.is_whole()))
    }

    /// The records of all sections in order, as far as the message goes.
    pub fn records(&self) -> Records<'p> {
        self.records.clone()
    }

    /// What the OPT record tells; none without one.
    pub fn edns(&self) -> Option<Edns> {
        if !self.records.has(Part::Additional) {
            return None;
        }
        let record = self.records().find(|record| record.rr_type == RrType::OPT)?;
        let [extended_rcode, version, flags, _] = record.ttl.to_be_bytes();
        Some(Edns {
            payload_size: record.class.0,
            extended_rcode,
            version,
            dnssec_ok: flags & 0x80 != 0,
        })
    }

    /// The response code, with the upper bits from the OPT record if there is one.
    pub fn rcode(&self) -> Rcode {
        let upper = self.edns().map_or(0, |edns| u16::from(edns.extended_rcode));
        Rcode(upper << 4 | self.flags.rcode().0)
    }

    /// Whether the message ends or breaks before its header says so.
    pub fn is_cut(&self) -> bool {
        self.cut || self.records().ends_early()
    }

    /// The records of all sections as ASIM's list, without the OPT record, which is none in the sense of the list.
    pub fn answers(&self) -> Answers<'static> {
        self.list(|_| true)
    }

    /// The records of one section as ASIM's list.
    pub fn section(&self, part: Part) -> Answers<'static> {
        self.list(|found| found == part)
    }

    fn list(&self, wanted: impl Fn(Part) -> bool) -> Answers<'static> {
        let is_update = self.flags.opcode() == Opcode::UPDATE;
        let records = self
            .records()
            .filter(|record| wanted(record.part) && record.rr_type != RrType::OPT)
            .map(|record| record.to_list_entry(!is_update));
        records.collect::<Vec<_>>().into()
    }
}

impl<'p> WireQuestion<'p> {
    fn read(parser: &mut Parser<'p, [u8]>) -> Option<Self> {
        let name = WireName::read(parser).ok()?;
        let rr_type = parser.parse_u16_be().ok().map(RrType);
        let class = parser.parse_u16_be().ok().map(DnsClass);
        Some(Self { name, rr_type, class })
    }

    const fn is_whole(self) -> bool {
        self.class.is_some()
    }
}
