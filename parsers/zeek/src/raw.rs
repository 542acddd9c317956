//! What Zeek writes of a DNS transaction.

use std::borrow::Cow;
use std::net::IpAddr;

use asim_parse::Notes;
use asim_parse::schema::{AdditionalValue, Timestamp};

use crate::column::{Column, Columns};

/// One row of `dns.log`: a query, its answer, or both.
///
/// Zeek's own escapes are undone; what the row leaves unset is absent.
#[derive(Debug, Default)]
pub struct ZeekDns<'r> {
    /// When the first message was seen, UTC.
    pub ts: Option<Timestamp>,
    /// Zeek's id of the connection.
    pub uid: Option<Cow<'r, str>>,
    /// The originator's address.
    pub orig_h: Option<IpAddr>,
    /// The originator's port.
    pub orig_p: Option<u16>,
    /// The responder's address.
    pub resp_h: Option<IpAddr>,
    /// The responder's port.
    pub resp_p: Option<u16>,
    /// The transport, in lower case.
    pub proto: Option<Cow<'r, str>>,
    /// The message id.
    pub trans_id: Option<u16>,
    /// From the query to the first answer record, in ticks of 100 ns.
    pub rtt: Option<i64>,
    /// The name asked for, its labels separated by dots; empty for the root.
    pub query: Option<Cow<'r, [u8]>>,
    /// The question's class.
    pub qclass: Option<u16>,
    /// Zeek's name for it, such as `C_INTERNET`.
    pub qclass_name: Option<Cow<'r, str>>,
    /// The question's type.
    pub qtype: Option<u16>,
    /// Zeek's name for it, such as `*` or `query-65399`.
    pub qtype_name: Option<Cow<'r, str>>,
    /// The response code; without it no response was seen.
    pub rcode: Option<u16>,
    /// Zeek's name for it.
    pub rcode_name: Option<Cow<'r, str>>,
    /// Authoritative answer; copied from a response only when it has an answer record.
    pub aa: Option<bool>,
    /// Truncated.
    pub tc: Option<bool>,
    /// Recursion desired, from the query.
    pub rd: Option<bool>,
    /// Recursion available; copied from a response only when it has an answer record.
    pub ra: Option<bool>,
    /// The three bits behind RA, from the query: 4 is Z, 2 is AD, 1 is CD.
    pub z: Option<u8>,
    /// The answer records in Zeek's short text.
    pub answers: Vec<Cow<'r, [u8]>>,
    /// Their times to live, in ticks of 100 ns; may be fewer than the answers.
    pub ttls: Vec<i64>,
    /// Zeek's verdict that the server rejected the query.
    pub rejected: Option<bool>,
    /// The operation code, from Zeek 8 on.
    pub opcode: Option<u8>,
    /// Zeek's name for it, such as `dynamic-update`.
    pub opcode_name: Option<Cow<'r, str>>,
    /// The name of the log, such as `dns`.
    pub path: Option<Cow<'r, str>>,
    /// The sensor.
    pub system_name: Option<Cow<'r, str>>,
    /// Columns without a place of their own, and values that do not fit theirs, under Zeek's names. Of those with
    /// one name the last one counts.
    pub other: Vec<(Cow<'r, str>, AdditionalValue<'r>)>,
    pub(crate) columns: Columns,
}

impl<'r> ZeekDns<'r> {
    /// Keeps a value under a name.
    pub(crate) fn keep(&mut self, name: impl Into<Cow<'r, str>>, value: impl Into<AdditionalValue<'r>>) {
        self.other.push((name.into(), value.into()));
    }

    /// Keeps a value that does not fit its column, and notes it.
    #[cold]
    pub(crate) fn keep_misfit(
        &mut self,
        column: Column,
        value: impl Into<AdditionalValue<'r>>,
        problem: &'static str,
        notes: &mut Notes,
    ) {
        notes.add(column.name(), problem);
        self.keep(column.name(), value);
    }
}

/// The problems that values of columns have.
pub(crate) mod problem {
    pub(crate) const ADDRESS: &str = "not an IP address";
    pub(crate) const BOOLEAN: &str = "neither true nor false";
    pub(crate) const DURATION: &str = "not a duration in seconds";
    pub(crate) const LIST: &str = "not a list";
    pub(crate) const NAME_TOO_LONG: &str = "a name over 255 octets";
    pub(crate) const NOT_UTF8: &str = "not UTF-8";
    pub(crate) const NUMBER: &str = "not a number within its range";
    pub(crate) const TEXT: &str = "not text";
    pub(crate) const TIME: &str = "not a time";
    pub(crate) const TRANSPORT: &str = "neither udp nor tcp";
    pub(crate) const TWICE: &str = "given twice, the last one counts";
}
