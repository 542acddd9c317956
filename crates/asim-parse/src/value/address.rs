//! IP addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address from text: IPv4 in dotted decimal, or IPv6 with or without a zone index, which is left out.
///
/// ```
/// use asim_parse::value::address::from_text;
/// assert_eq!(from_text(b"192.0.2.7"), Some([192, 0, 2, 7].into()));
/// assert_eq!(from_text(b"fe80::1%eth0"), "fe80::1".parse().ok());
/// assert_eq!(from_text(b"192.0.2"), None);
/// ```
pub fn from_text(text: &[u8]) -> Option<IpAddr> {
    if let Some(address) = dotted_decimal(text) {
        return Some(IpAddr::V4(address));
    }
    let text = std::str::from_utf8(text).ok()?;
    let address = text.split_once('%').map_or(text, |(address, _)| address);
    address.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

/// Four decimal numbers up to 255 without leading zeros, as the standard library reads them.
fn dotted_decimal(text: &[u8]) -> Option<Ipv4Addr> {
    let (mut octets, mut octet, mut digits, mut dots) = ([0; 4], 0_u16, 0, 0);
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            if digits > 0 && octet == 0 {
                return None;
            }
            octet = octet * 10 + u16::from(digit);
            digits += 1;
            if octet > 255 {
                return None;
            }
        } else if *byte == b'.' && digits > 0 && dots < 3 {
            *octets.get_mut(dots)? = u8::try_from(octet).ok()?;
            (octet, digits, dots) = (0, 0, dots + 1);
        } else {
            return None;
        }
    }
    *octets.get_mut(dots).filter(|_| dots == 3 && digits > 0)? = u8::try_from(octet).ok()?;
    Some(octets.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn dotted_decimal_is_read_as_the_standard_library_does(
            text in prop_oneof!["[0-9.]{0,16}", "([0-9]{1,3}\\.){3}[0-9]{1,3}", any::<Ipv4Addr>().prop_map(|a| a.to_string())],
        ) {
            prop_assert_eq!(dotted_decimal(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn every_address_is_read_back(address: IpAddr) {
            prop_assert_eq!(from_text(address.to_string().as_bytes()), Some(address));
        }
    }
}
