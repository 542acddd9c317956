//! The data of a record as text.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use asim_schema::RrType;
use domain::base::iana::Rtype;
use domain::base::name::ParsedName;
use domain::base::rdata::ParseAnyRecordData;
use domain::dep::octseq::Parser;
use domain::rdata::AllRecordData;

use super::WireName;

/// Any data that the library knows, and all other.
type Data<'p> = AllRecordData<&'p [u8], ParsedName<&'p [u8]>>;

/// The data in the presentation form of its type, names canonical; data that does not fit its type in the form for
/// unknown types (RFC 3597, section 5).
pub(super) fn text(rr_type: RrType, data: Parser<'_, [u8]>) -> String {
    known(rr_type, data)
        .or_else(|| of_library(rr_type, data))
        .unwrap_or_else(|| unknown(data))
}

/// The types that make nearly all of the traffic.
fn known(rr_type: RrType, mut data: Parser<'_, [u8]>) -> Option<String> {
    let mut text = String::new();
    match rr_type {
        RrType::A => {
            let mut octets = [0; 4];
            data.parse_buf(&mut octets).ok()?;
            text = Ipv4Addr::from(octets).to_string();
        }
        RrType::AAAA => {
            let mut octets = [0; 16];
            data.parse_buf(&mut octets).ok()?;
            text = Ipv6Addr::from(octets).to_string();
        }
        RrType::CNAME | RrType::NS | RrType::PTR | RrType::DNAME => text = name(&mut data)?,
        RrType::MX => {
            let preference = data.parse_u16_be().ok()?;
            // Writing to a `String` cannot fail, here and below.
            let _ = write!(text, "{preference} {}", name(&mut data)?);
        }
        RrType::SRV => {
            for _ in 0..3 {
                let _ = write!(text, "{} ", data.parse_u16_be().ok()?);
            }
            text.push_str(&name(&mut data)?);
        }
        RrType::SOA => {
            let _ = write!(text, "{} {}", name(&mut data)?, name(&mut data)?);
            for _ in 0..5 {
                let _ = write!(text, " {}", data.parse_u32_be().ok()?);
            }
        }
        _ => return None,
    }
    // What follows the data of these types makes it another one's.
    (data.remaining() == 0).then_some(text)
}

fn name(data: &mut Parser<'_, [u8]>) -> Option<String> {
    WireName::read(data).ok().flatten().map(|name| name.text())
}

/// All other types that the library knows.
fn of_library(rr_type: RrType, mut data: Parser<'_, [u8]>) -> Option<String> {
    // These have a text of their own above, and are no such data if they do not have it.
    let own = [
        RrType::A,
        RrType::AAAA,
        RrType::CNAME,
        RrType::NS,
        RrType::PTR,
        RrType::DNAME,
        RrType::MX,
        RrType::SRV,
        RrType::SOA,
    ];
    if own.contains(&rr_type) {
        return None;
    }
    let read = Data::parse_any_rdata(Rtype::from_int(rr_type.0), &mut data).ok()?;
    if data.remaining() > 0 || matches!(read, Data::Unknown(_)) {
        return None;
    }
    let mut text = String::new();
    write!(text, "{read}").ok()?;
    // What the library leaves as it is could end a line or hide.
    text.chars()
        .all(|character| !character.is_control())
        .then_some(text)
}

/// The form for unknown types: the length and the octets.
fn unknown(data: Parser<'_, [u8]>) -> String {
    let octets = data.peek_all();
    let mut text = String::with_capacity(octets.len() * 2 + 8);
    let _ = write!(text, "\\# {}", octets.len());
    for (place, octet) in octets.iter().enumerate() {
        let blank = if place == 0 { " " } else { "" };
        let _ = write!(text, "{blank}{octet:02x}");
    }
    text
}
