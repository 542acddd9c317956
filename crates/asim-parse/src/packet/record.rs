//! The records of a message.

use std::borrow::Cow;

use asim_schema::answers::{DnsRecord, Part};
use asim_schema::{DnsClass, RrType};
use domain::dep::octseq::Parser;

use super::{WireName, record_data};

/// A record of a message.
#[derive(Debug, Clone, Copy)]
pub struct WireRecord<'p> {
    /// The section.
    pub part: Part,
    /// The owner; none where the message points to none.
    pub owner: Option<WireName<'p>>,
    /// The type.
    pub rr_type: RrType,
    /// The class.
    pub class: DnsClass,
    /// How long the record may be kept, in seconds.
    pub ttl: u32,
    /// The data; none where the message ends inside it.
    data: Option<Parser<'p, [u8]>>,
}

impl WireRecord<'_> {
    /// The data as text in the presentation form of the type; none where the message ends inside it.
    pub fn data_text(&self) -> Option<String> {
        self.data.map(|data| record_data::text(self.rr_type, data))
    }

    /// The record in ASIM's list.
    pub(super) fn to_list_entry(self, with_part: bool) -> DnsRecord<'static> {
        let mut entry = DnsRecord::default();
        entry.part = with_part.then_some(self.part);
        entry.query = self.owner.map(|owner| Cow::Owned(owner.text()));
        entry.ttl = Some(f64::from(self.ttl));
        entry.class = Some(self.class);
        entry.rr_type = Some(self.rr_type);
        entry.response = self.data_text().filter(|text| !text.is_empty()).map(Cow::Owned);
        entry
    }
}

/// The records of a message in order, as far as it goes.
#[derive(Debug, Clone)]
pub struct Records<'p> {
    parser: Parser<'p, [u8]>,
    left: [u16; 3],
    broken: bool,
}

const PARTS: [Part; 3] = [Part::Answer, Part::Authority, Part::Additional];

impl<'p> Records<'p> {
    pub(super) const fn new(parser: Parser<'p, [u8]>, counts: [u16; 3]) -> Self {
        Self {
            parser,
            left: counts,
            broken: false,
        }
    }

    /// Whether the header tells of records in a section.
    pub(super) fn has(&self, part: Part) -> bool {
        PARTS
            .iter()
            .zip(self.left)
            .any(|(found, left)| *found == part && left > 0)
    }

    /// Whether the message breaks off before its last record.
    pub(super) fn ends_early(mut self) -> bool {
        while self.next().is_some() {}
        self.broken
    }

    /// The section of the next record.
    fn part(&mut self) -> Option<Part> {
        let (part, left) = PARTS.iter().zip(&mut self.left).find(|(_, left)| **left > 0)?;
        *left -= 1;
        Some(*part)
    }

    fn read(&mut self, part: Part) -> Option<WireRecord<'p>> {
        let parser = &mut self.parser;
        let owner = WireName::read(parser).ok()?;
        let rr_type = RrType(parser.parse_u16_be().ok()?);
        let class = DnsClass(parser.parse_u16_be().ok()?);
        let ttl = parser.parse_u32_be().ok()?;
        let length = parser.parse_u16_be().ok()?;
        let data = parser.parse_parser(length.into()).ok();
        self.broken = data.is_none();
        Some(WireRecord {
            part,
            owner,
            rr_type,
            class,
            ttl,
            data,
        })
    }
}

impl<'p> Iterator for Records<'p> {
    type Item = WireRecord<'p>;

    fn next(&mut self) -> Option<WireRecord<'p>> {
        if self.broken {
            return None;
        }
        let part = self.part()?;
        let record = self.read(part);
        self.broken |= record.is_none();
        record
    }
}
