//! Who asked: the key of most rules.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use asim_schema::ValueRef;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// The client of an event: the address where it is known, else the host's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Client<'o> {
    /// `SrcIpAddr`, or the address of the device on which a process ran.
    Address(IpAddr),
    /// `SrcHostname`, or the name of the device on which a process ran, in lower case.
    Host(&'o str),
}

impl Client<'_> {
    /// A hash that is the same on every run.
    pub fn hash(&self) -> u64 {
        match self {
            Self::Address(IpAddr::V4(address)) => xxh3_64(&address.octets()),
            Self::Address(IpAddr::V6(address)) => xxh3_64(&address.octets()),
            Self::Host(name) => xxh3_64(name.as_bytes()),
        }
    }

    /// An IPv4 client as a number, for a group that waits; see [`Rule::waits`](crate::Rule::waits). None for others.
    pub(crate) fn to_note(self) -> Option<u32> {
        match self {
            Self::Address(IpAddr::V4(address)) => Some(address.to_bits()),
            _ => None,
        }
    }

    /// The client that a note is of.
    pub(crate) fn of_note(note: u32) -> Self {
        Self::Address(Ipv4Addr::from_bits(note).into())
    }

    /// The client as text, as it is displayed: for alerts, of which there may be very many. `room` is written over.
    pub(crate) fn to_text(self, room: &mut Vec<u8>) -> String {
        match self {
            Self::Address(address) => {
                room.clear();
                ValueRef::Ip(address).write_text(room);
                String::from_utf8_lossy(room).into_owned()
            }
            Self::Host(name) => name.to_owned(),
        }
    }

    /// The address, if that is what is known.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Address(address) => Some(*address),
            Self::Host(_) => None,
        }
    }
}

impl fmt::Display for Client<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Host(name) => f.write_str(name),
        }
    }
}

/// A client that is kept beyond its batch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum OwnedClient {
    Address(IpAddr),
    Host(CompactString),
}

impl OwnedClient {
    pub(crate) fn as_client(&self) -> Client<'_> {
        match self {
            Self::Address(address) => Client::Address(*address),
            Self::Host(name) => Client::Host(name),
        }
    }
}

impl From<Client<'_>> for OwnedClient {
    fn from(client: Client<'_>) -> Self {
        match client {
            Client::Address(address) => Self::Address(address),
            Client::Host(name) => Self::Host(name.into()),
        }
    }
}
