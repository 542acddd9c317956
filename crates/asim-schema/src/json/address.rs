//! IP addresses as text: IPv4 dotted, IPv6 as RFC 5952 has it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Room for the longest text, `ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff`, its quotes, and one entry copied whole.
const ROOM: usize = 48;

/// The decimal digits of every byte and a dot after them.
static OCTETS: [[u8; 4]; 256] = {
    let mut octets = [[b'.'; 4]; 256];
    let mut octet: u8 = 0;
    loop {
        let digits = [b'0' + octet / 100, b'0' + octet / 10 % 10, b'0' + octet % 10];
        let first = if octet >= 100 {
            0
        } else if octet >= 10 {
            1
        } else {
            2
        };
        let mut digit = first;
        while digit < 3 {
            octets[octet as usize][digit - first] = digits[digit];
            digit += 1;
        }
        if octet == u8::MAX {
            break octets;
        }
        octet += 1;
    }
};

/// The two hexadecimal digits of every byte.
static HEX: [[u8; 2]; 256] = {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [DIGITS[byte >> 4], DIGITS[byte & 15]];
        byte += 1;
    }
    pairs
};

/// Text that is being put together at its final place.
struct Buffer<'o> {
    bytes: &'o mut [u8; ROOM],
    length: usize,
}

impl Buffer<'_> {
    /// Writes all of `bytes`, and keeps the first `length` of them.
    ///
    /// Copying a whole entry and keeping a part is faster than copying a part: the size is known.
    #[inline]
    fn put<const N: usize>(&mut self, bytes: [u8; N], length: usize) {
        if let Some(place) = self
            .bytes
            .get_mut(self.length..)
            .and_then(|rest| rest.first_chunk_mut())
        {
            *place = bytes;
            self.length += length;
        }
    }

    /// Appends one byte.
    #[inline]
    fn push(&mut self, byte: u8) {
        self.put([byte], 1);
    }

    /// Appends a number in hexadecimal without leading zeros.
    #[inline]
    fn group(&mut self, group: u16) {
        let digits = (4 - group.leading_zeros() / 4).max(1);
        let [high, low] = (group << (16 - digits * 4)).to_be_bytes();
        let ([a, b], [c, d]) = (HEX[usize::from(high)], HEX[usize::from(low)]);
        self.put([a, b, c, d], digits as usize);
    }

    /// Appends an IPv4 address.
    #[inline]
    fn v4(&mut self, address: Ipv4Addr) {
        for octet in address.octets() {
            let length = 2 + usize::from(octet >= 10) + usize::from(octet >= 100);
            self.put(OCTETS[usize::from(octet)], length);
        }
        // There is no dot after the last octet.
        self.length -= 1;
    }

    /// Appends an IPv6 address: the first longest run of two or more zero groups is shortened.
    fn v6(&mut self, address: Ipv6Addr) {
        if let Some(mapped) = address.to_ipv4_mapped() {
            self.put(*b"::ffff:", 7);
            return self.v4(mapped);
        }
        let groups = address.segments();
        let (start, end) = longest_zero_run(groups);
        for (index, group) in groups.into_iter().enumerate().take(start) {
            if index != 0 {
                self.push(b':');
            }
            self.group(group);
        }
        if start == end {
            return;
        }
        self.push(b':');
        if end == groups.len() {
            self.push(b':');
        }
        for group in groups.into_iter().skip(end) {
            self.push(b':');
            self.group(group);
        }
    }

    /// Appends an address.
    #[inline]
    fn address(&mut self, address: IpAddr) {
        match address {
            IpAddr::V4(address) => self.v4(address),
            IpAddr::V6(address) => self.v6(address),
        }
    }
}

/// For each set of zero groups, one bit a group: where the first longest run of two or more starts and ends.
static ZERO_RUNS: [(u8, u8); 256] = {
    let mut runs = [(8, 8); 256];
    let mut zeros = 0;
    while zeros < 256 {
        let mut longest = 1;
        let mut start = 0;
        while start < 8 {
            let mut end = start;
            while end < 8 && zeros >> end & 1 == 1 {
                end += 1;
            }
            if end - start > longest {
                longest = end - start;
                runs[zeros] = (start, end);
            }
            start += 1;
        }
        zeros += 1;
    }
    runs
};

/// Start and end of the run of zero groups that is shortened; both past the last group when there is none.
#[inline]
fn longest_zero_run(groups: [u16; 8]) -> (usize, usize) {
    let zeros = groups
        .iter()
        .rev()
        .fold(0, |zeros, group| zeros << 1 | usize::from(*group == 0));
    let (start, end) = ZERO_RUNS.get(zeros).copied().unwrap_or((8, 8));
    (start.into(), end.into())
}

/// Writes an address as a JSON string.
pub(crate) fn ip(address: IpAddr, room: &mut [u8], at: usize) -> Option<usize> {
    let mut buffer = Buffer {
        bytes: room.get_mut(at..)?.first_chunk_mut()?,
        length: 0,
    };
    buffer.push(b'"');
    buffer.address(address);
    buffer.push(b'"');
    Some(at + buffer.length)
}

/// Writes an address as bare text.
pub(crate) fn ip_text(address: IpAddr, room: &mut [u8], at: usize) -> Option<usize> {
    let mut buffer = Buffer {
        bytes: room.get_mut(at..)?.first_chunk_mut()?,
        length: 0,
    };
    buffer.address(address);
    Some(at + buffer.length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(address: IpAddr) -> String {
        let mut out = Vec::new();
        crate::json::room::append(&mut out, 1, |room| ip_text(address, room, 0));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn known_addresses() {
        for text in [
            "::",
            "::1",
            "1::",
            "2001:db8::1:0:0:1",
            "::ffff:192.0.2.1",
            "1:0:2::3",
            "0.0.0.0",
            "255.255.255.255",
        ] {
            assert_eq!(written(text.parse().unwrap()), text);
        }
    }

    proptest! {
        #[test]
        fn v4_reads_as_std_prints_it(bits: u32) {
            let address = IpAddr::V4(bits.into());
            prop_assert_eq!(written(address), address.to_string());
        }

        #[test]
        fn v6_reads_as_std_prints_it(groups: [u16; 8], zero: u8, small: u8) {
            let mut groups = groups;
            for (index, group) in groups.iter_mut().enumerate() {
                if zero >> index & 1 == 1 { *group = 0 }
                if small >> index & 1 == 1 { *group >>= index }
            }
            let address = IpAddr::V6(groups.into());
            prop_assert_eq!(written(address), address.to_string());
        }
    }
}
