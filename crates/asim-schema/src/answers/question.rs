//! What was asked: it decides what a response's text leaves open.

use std::borrow::Cow;

use crate::{DnsClass, DnsEvent, Opcode, Rcode, RrType};

/// The service that a message belongs to; they share a format, but not the rules of what stands in an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameService {
    /// DNS.
    #[default]
    Dns,
    /// Multicast DNS (RFC 6762), whose answers may hold records that nobody asked for.
    MulticastDns,
    /// The NetBIOS name service (RFC 1002), which has its own types.
    NetBios,
}

impl NameService {
    /// The service of a message between these ports.
    pub fn of_ports(ports: [Option<u16>; 2]) -> Self {
        const NETBIOS: Option<u16> = Some(137);
        const MULTICAST_DNS: Option<u16> = Some(5353);

        if ports.contains(&NETBIOS) {
            Self::NetBios
        } else if ports.contains(&MULTICAST_DNS) {
            Self::MulticastDns
        } else {
            Self::Dns
        }
    }
}

/// The question of a response, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Question<'r> {
    /// The name asked for, canonical.
    pub name: Option<Cow<'r, str>>,
    /// The type asked for.
    pub rr_type: Option<RrType>,
    /// What the type is called.
    pub type_name: Option<Cow<'r, str>>,
    /// The class asked for.
    pub class: Option<DnsClass>,
    /// The operation.
    pub opcode: Option<Opcode>,
    /// The response's code.
    pub rcode: Option<Rcode>,
    /// The service.
    pub service: NameService,
}

impl<'r> Question<'r> {
    /// The question of an event.
    pub fn of(event: &'r DnsEvent<'_>) -> Self {
        Self {
            name: event.dns_query().map(Cow::Borrowed),
            rr_type: event.dns_query_type(),
            type_name: event.dns_query_type_name().map(Cow::Borrowed),
            class: event.dns_query_class(),
            opcode: event.event_type(),
            rcode: event.dns_response_code(),
            service: NameService::of_ports([event.dst_port_number(), event.src_port_number()]),
        }
    }

    /// The class that the records of the response have; none where the question leaves it open.
    pub(super) fn record_class(&self) -> Option<DnsClass> {
        const NONE: DnsClass = DnsClass(254);
        const ANY: DnsClass = DnsClass(255);
        self.class.filter(|class| *class != NONE && *class != ANY)
    }

    /// The service's own name of a type, where the registry has another.
    pub(super) fn own_name(&self, rr_type: RrType) -> Option<Cow<'r, str>> {
        let name = self.type_name.clone().filter(|_| self.rr_type == Some(rr_type))?;
        (name != rr_type.text()).then_some(name)
    }
}
