//! Observations packed one behind the other, and the view of one.

use asim_schema::Timestamp;
use std::net::IpAddr;

use super::client::Client;
use super::hit::{Hit, HitRow};
use super::name_kind::{NameKind, NameKinds};
use super::traits::Traits;

/// Where an event's record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The number of the input, as the caller counts them.
    pub input: u32,
    /// The number of the record in the input, from one.
    pub record: u64,
}

/// Which half of an exchange an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubType {
    /// A request.
    Request,
    /// A response, which tells its request as well.
    Response,
}

/// The texts that an observation may have; those come first that rules want of events they are about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slot {
    Name,
    Reporter,
    ClientHost,
    Response,
    Program,
    User,
    CommandLine,
    OriginalFileName,
    ParentProgram,
}

/// The number of [`Slot`]s.
const SLOTS: usize = 9;

/// What rules look at of every observation, to see whether they are about it: one line of a processor's cache.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[repr(align(64))]
pub(crate) struct Row {
    pub(crate) time: i64,
    pub(crate) client_hash: u64,
    pub(crate) name_hash: u64,
    pub(crate) domain_hash: u64,
    pub(crate) query_type: Option<u16>,
    pub(crate) response_code: Option<u16>,
    pub(crate) server_port: Option<u16>,
    pub(crate) listed: Option<u16>,
    /// Where in the name the registrable domain begins.
    pub(crate) domain_start: Option<u16>,
    pub(crate) kinds: NameKinds,
    pub(crate) opcode: Option<u8>,
    pub(crate) role: u8,
    pub(crate) response: Option<bool>,
    pub(crate) tcp: Option<bool>,
    pub(crate) is_process: bool,
    pub(crate) upstream: bool,
    pub(crate) has_client: bool,
    pub(crate) has_name: bool,
    pub(crate) has_addresses: bool,
}

/// What else there is of an observation, but for its texts. What tells its group stands in the first line.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[repr(C, align(64))]
pub(crate) struct Details {
    pub(crate) client_address: Option<IpAddr>,
    pub(crate) texts: [Option<(u32, u32)>; SLOTS],
    pub(crate) addresses: (u32, u32),
    pub(crate) hits: (u32, u32),
    pub(crate) server_address: Option<IpAddr>,
    pub(crate) reserved_flag: Option<bool>,
    pub(crate) query_class: Option<u16>,
    pub(crate) place: Option<Place>,
}

/// Observations in the order of the input.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub(crate) text: String,
    pub(crate) rows: Vec<Row>,
    /// Those of each row.
    pub(crate) details: Vec<Details>,
    pub(crate) traits: Vec<Traits>,
    pub(crate) hits: Vec<HitRow>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) untimed: u64,
}

impl Batch {
    /// The number of observations.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.untimed == 0
    }

    /// Leaves it empty, with its room.
    pub fn clear(&mut self) {
        self.text.clear();
        self.rows.clear();
        self.details.clear();
        self.traits.clear();
        self.hits.clear();
        self.addresses.clear();
        self.untimed = 0;
    }

    /// Takes over how many events of another batch had no time.
    pub fn count_untimed(&mut self, other: &Self) {
        self.untimed += other.untimed;
    }

    /// Names the places of its observations by their input, and counts their records from another one.
    pub fn move_places(&mut self, input: u32, records_before: u64) {
        for place in self
            .details
            .iter_mut()
            .filter_map(|details| details.place.as_mut())
        {
            place.input = input;
            place.record += records_before;
        }
    }

    /// The observations.
    pub fn iter(&self) -> impl Iterator<Item = Observation<'_>> {
        let rows = self.rows.iter().zip(&self.details);
        rows.map(|(row, details)| Observation {
            row,
            details,
            batch: self,
        })
    }

    /// The observations that have one of these traits, with their numbers.
    pub(crate) fn with(&self, traits: Traits) -> impl Iterator<Item = (usize, Observation<'_>)> {
        let numbers = self.traits.iter().enumerate();
        let numbers = numbers.filter(move |(_, own)| own.meet(traits));
        numbers.filter_map(|(number, _)| {
            let (row, details) = (self.rows.get(number)?, self.details.get(number)?);
            let observation = Observation {
                row,
                details,
                batch: self,
            };
            Some((number, observation))
        })
    }

    /// Appends a row whose texts stand in the batch.
    pub(crate) fn push(&mut self, row: Row, details: Details) {
        self.traits.push(Traits::of(&row));
        self.rows.push(row);
        self.details.push(details);
    }

    pub(crate) fn push_text(&mut self, details: &mut Details, slot: Slot, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.set(details, slot, start);
    }

    /// Marks what was appended to the text since `start`.
    pub(crate) fn set(&self, details: &mut Details, slot: Slot, start: usize) {
        let span = u32::try_from(start).ok().zip(u32::try_from(self.text.len()).ok());
        if let Some(place) = details.texts.get_mut(slot as usize) {
            *place = span;
        }
    }
}

/// What rules see of one event.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'o> {
    row: &'o Row,
    details: &'o Details,
    batch: &'o Batch,
}

impl<'o> Observation<'o> {
    fn text(self, slot: Slot) -> Option<&'o str> {
        let (start, end) = self.details.texts.get(slot as usize).copied().flatten()?;
        self.batch.text.get(start as usize..end as usize)
    }

    /// When it happened: `EventStartTime`, else `TimeGenerated`.
    pub fn time(self) -> Timestamp {
        // Rows are made of timestamps, so there always is one.
        Timestamp::from_ticks(self.row.time).unwrap_or(Timestamp::MIN)
    }

    /// The time in ticks of 100 nanoseconds since 1970.
    pub fn ticks(self) -> i64 {
        self.row.time
    }

    /// Where its record stands, if the caller told.
    pub fn place(self) -> Option<Place> {
        self.details.place
    }

    /// Whether it is of the Dns schema.
    pub fn is_dns(self) -> bool {
        !self.row.is_process
    }

    /// Whether it is a process that started.
    pub fn is_process(self) -> bool {
        self.row.is_process
    }

    /// Request or response, where the event tells.
    pub fn sub_type(self) -> Option<SubType> {
        self.row.response.map(|response| {
            if response {
                SubType::Response
            } else {
                SubType::Request
            }
        })
    }

    /// Whether it is a response.
    pub fn is_response(self) -> bool {
        self.row.response == Some(true)
    }

    /// Whether a resolver asked on behalf of a client: the second segment of one lookup.
    pub fn is_upstream(self) -> bool {
        self.row.upstream
    }

    /// Who asked, or where the process ran.
    pub fn client(self) -> Option<Client<'o>> {
        match self.details.client_address {
            Some(address) => Some(Client::Address(address)),
            None => self.text(Slot::ClientHost).map(Client::Host),
        }
    }

    /// The name of the client, where it is known beside the address or instead of it, in lower case.
    pub fn client_host(self) -> Option<&'o str> {
        self.text(Slot::ClientHost)
    }

    /// Whether it is known who asked.
    pub fn has_client(self) -> bool {
        self.row.has_client
    }

    /// The hash of the client; see [`Client::hash`].
    pub fn client_hash(self) -> u64 {
        self.row.client_hash
    }

    /// The role of the client, by the tuning; 0 is none.
    pub fn role(self) -> u8 {
        self.row.role
    }

    /// Who was asked.
    pub fn server(self) -> Option<IpAddr> {
        self.details.server_address
    }

    /// The port that was asked.
    pub fn server_port(self) -> Option<u16> {
        self.row.server_port
    }

    /// Who reports: `Dvc`.
    pub fn reporter(self) -> Option<&'o str> {
        self.text(Slot::Reporter)
    }

    /// The name that was asked for, in lower case, without final dot.
    pub fn name(self) -> Option<&'o str> {
        self.text(Slot::Name)
    }

    /// Whether it is about a name.
    pub fn has_name(self) -> bool {
        self.row.has_name
    }

    /// The hash of the name.
    pub fn name_hash(self) -> u64 {
        self.row.name_hash
    }

    /// The registrable domain of the name; see [`registrable`](super::registrable).
    pub fn domain(self) -> Option<&'o str> {
        self.name()?.get(usize::from(self.row.domain_start?)..)
    }

    /// Whether the name has a registrable domain.
    pub fn has_domain(self) -> bool {
        self.row.domain_start.is_some()
    }

    /// The hash of the registrable domain.
    pub fn domain_hash(self) -> u64 {
        self.row.domain_hash
    }

    /// What stands before the registrable domain, without the dot between; empty for the domain itself.
    pub fn below_domain(self) -> Option<&'o str> {
        self.name()?.get(..self.length_below_domain()?)
    }

    /// The length of [`below_domain`](Self::below_domain) in bytes.
    pub fn length_below_domain(self) -> Option<usize> {
        Some(usize::from(self.row.domain_start?).saturating_sub(1))
    }

    /// The number of the operation (RFC 1035 section 4.1.1).
    pub fn opcode(self) -> Option<u8> {
        self.row.opcode
    }

    /// The number of the type that was asked for.
    pub fn query_type(self) -> Option<u16> {
        self.row.query_type
    }

    /// The number of the class that was asked for.
    pub fn query_class(self) -> Option<u16> {
        self.details.query_class
    }

    /// The number of the response code; requests have none.
    pub fn response_code(self) -> Option<u16> {
        self.row.response_code
    }

    /// Whether it went over TCP, where the event tells.
    pub fn is_tcp(self) -> Option<bool> {
        self.row.tcp
    }

    /// The reserved bit Z of the header, where it was seen.
    pub fn reserved_flag(self) -> Option<bool> {
        self.details.reserved_flag
    }

    /// The answers as text, in the form of the source: `DnsResponseName`; only where there are addresses among them.
    pub fn response(self) -> Option<&'o str> {
        self.text(Slot::Response)
    }

    /// The addresses among the answers.
    pub fn addresses(self) -> &'o [IpAddr] {
        let (start, end) = self.details.addresses;
        self.batch
            .addresses
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// The program that asked (`SrcProcessName`), or that started (`TargetProcessName`).
    pub fn program(self) -> Option<&'o str> {
        self.text(Slot::Program)
    }

    /// The user of the program.
    pub fn user(self) -> Option<&'o str> {
        self.text(Slot::User)
    }

    /// The command line of a process that started.
    pub fn command_line(self) -> Option<&'o str> {
        self.text(Slot::CommandLine)
    }

    /// The name that a program had when it was built.
    pub fn original_file_name(self) -> Option<&'o str> {
        self.text(Slot::OriginalFileName)
    }

    /// The program that started the process.
    pub fn parent_program(self) -> Option<&'o str> {
        self.text(Slot::ParentProgram)
    }

    /// The list of harmless domains that the name is in, by its number in the tuning.
    pub fn listed(self) -> Option<u16> {
        self.row.listed
    }

    /// What the name is known for.
    pub fn kinds(self) -> NameKinds {
        self.row.kinds
    }

    /// Whether the name is known for this.
    #[inline]
    pub fn is_named(self, kind: NameKind) -> bool {
        self.row.kinds.has(kind)
    }

    /// The stateless rules that the event fulfils, in the ascending order of their numbers.
    pub fn hits(self) -> impl ExactSizeIterator<Item = Hit<'o>> {
        let (start, end) = self.details.hits;
        let batch = self.batch;
        let rows = batch.hits.get(start as usize..end as usize).unwrap_or_default();
        rows.iter().map(|row| row.shown(&batch.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_takes_64_bytes_and_its_details_192() {
        assert_eq!((size_of::<Row>(), size_of::<Details>()), (64, 192));
    }
}
