//! The part of a lookup's way that an event tells of.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

/// The part of a lookup's way that an event tells of.
///
/// A resolver that logs everything writes four events for a name that it has to ask for: the client's request, its own
/// request upstream, the answer from there, and the answer to the client. Its own requests come from
/// [`RECURSION`](Self::RECURSION).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Segment {
    /// Between a client and the server that reports: `SrcIpAddr` is another address, or absent.
    Client,
    /// Between the resolver that reports and the server that it asks: `SrcIpAddr` is [`RECURSION`](Self::RECURSION).
    Upstream,
    /// The responses of [`Client`](Self::Client) alone: one event for each lookup.
    ClientResponse,
}

impl Segment {
    /// All segments.
    pub const ALL: [Self; 3] = [Self::Client, Self::Upstream, Self::ClientResponse];

    /// The `SrcIpAddr` of a resolver's own requests.
    pub const RECURSION: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    /// The segment's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Upstream => "upstream",
            Self::ClientResponse => "client-response",
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
