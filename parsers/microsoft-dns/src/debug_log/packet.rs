//! The words of a packet's line.

use std::net::IpAddr;

use asim_parse::Fault;
use asim_parse::packet::MessageFlags;
use asim_parse::schema::NetworkProtocol;
use asim_parse::value::address;
use memchr::memmem;

/// What stands behind `PACKET` in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PacketWords<'r> {
    /// The server's number of the packet, in hexadecimal; it is used again for other packets.
    pub packet: &'r str,
    pub transport: NetworkProtocol,
    /// Whether the server sent the message.
    pub sent: bool,
    pub remote: Option<IpAddr>,
    pub remote_text: &'r [u8],
    pub id: u16,
    /// Whether the line marks a response with its `R`.
    pub marked_response: bool,
    /// In network order.
    pub flags: MessageFlags,
    /// The name of the response code.
    pub rcode: &'r str,
    pub rr_type: &'r str,
    pub name: &'r [u8],
}

/// Whether a text looks like a packet's line: for recognition.
pub(crate) fn is_packet(line: &[u8]) -> bool {
    let Some(place) = memmem::find(line, b"PACKET ") else {
        return false;
    };
    line.get(place + 7..)
        .is_some_and(|words| PacketWords::read(words).is_ok())
}

impl<'r> PacketWords<'r> {
    pub(super) fn read(text: &'r [u8]) -> Result<Self, Fault> {
        let mut words = Words { rest: text };
        let packet = words
            .text()
            .filter(|word| is_hexadecimal(word))
            .ok_or_else(|| broken("no packet number"))?;
        let transport = match words.next() {
            Some(b"UDP") => NetworkProtocol::UDP,
            Some(b"TCP") => NetworkProtocol::TCP,
            _ => return Err(broken("neither UDP nor TCP")),
        };
        let sent = match words.next() {
            Some(b"Snd") => true,
            Some(b"Rcv") => false,
            _ => return Err(broken("neither Snd nor Rcv")),
        };
        let remote_text = words.next().ok_or_else(|| broken("no address"))?;
        let id = words.hexadecimal().ok_or_else(|| broken("no id"))?;
        // A request has a blank where a response has its mark; then comes the operation's letter.
        let mut marked_response = false;
        loop {
            match words.peek() {
                Some(b'[') => break,
                Some(_) => marked_response |= words.next() == Some(b"R"),
                None => return Err(broken("no flags")),
            }
        }
        let (flags, rcode) = words.flags().ok_or_else(|| broken("no flags"))?;
        let rr_type = words.text().unwrap_or_default();
        Ok(Self {
            packet,
            transport,
            sent,
            remote: address::from_text(remote_text),
            remote_text,
            id,
            marked_response,
            flags,
            rcode,
            rr_type,
            // Labels are not escaped, and may hold blanks.
            name: words.rest.trim_ascii_start(),
        })
    }
}

#[cold]
fn broken(what: &'static str) -> Fault {
    Fault::decode("not the words of a packet").with(what)
}

fn is_hexadecimal(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The words of a text, between blanks.
struct Words<'r> {
    rest: &'r [u8],
}

impl<'r> Words<'r> {
    fn next(&mut self) -> Option<&'r [u8]> {
        let text = self.rest.trim_ascii_start();
        let end = memchr::memchr2(b' ', b'\t', text).unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end)?;
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    fn text(&mut self) -> Option<&'r str> {
        std::str::from_utf8(self.next()?).ok()
    }

    /// The first byte of the next word.
    fn peek(&self) -> Option<u8> {
        self.rest.trim_ascii_start().first().copied()
    }

    fn hexadecimal(&mut self) -> Option<u16> {
        let word = self.text().filter(|word| is_hexadecimal(word))?;
        u16::from_str_radix(word, 16).ok()
    }

    /// What stands in brackets: the flags, their letters, the response code's name.
    fn flags(&mut self) -> Option<(MessageFlags, &'r str)> {
        let text = self.rest.trim_ascii_start().strip_prefix(b"[")?;
        let end = memchr::memchr(b']', text)?;
        let (inside, rest) = (text.get(..end)?, text.get(end + 1..)?);
        self.rest = rest;
        let mut words = Words { rest: inside };
        // The server prints the word of the header as it lies in its memory, the second octet first.
        let flags = MessageFlags(words.hexadecimal()?.swap_bytes());
        let mut rcode = "";
        while let Some(word) = words.text() {
            rcode = word;
        }
        let is_letters = rcode
            .bytes()
            .all(|byte| matches!(byte, b'A' | b'T' | b'D' | b'R'));
        Some((flags, if is_letters { "" } else { rcode }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> PacketWords<'_> {
        PacketWords::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn padded_and_collapsed_lines_are_the_same() {
        let padded =
            read("0000018CEDDB1140 UDP Snd 192.0.2.101     7653 R Q [8085 A DR  NOERROR] A      (3)www(0)");
        let collapsed =
            read("0000018CEDDB1140 UDP  Snd 192.0.2.101 7653 R Q [8085 A DR NOERROR] A (3)www(0)");
        assert_eq!(padded, collapsed);
        assert_eq!((padded.flags, padded.id), (MessageFlags(0x8580), 0x7653));
        assert!(padded.sent && padded.marked_response);
        assert_eq!(
            (padded.rcode, padded.rr_type, padded.name),
            ("NOERROR", "A", &b"(3)www(0)"[..])
        );
    }

    #[test]
    fn the_flags_are_read_second_octet_first() {
        for (text, expected) in [
            ("[0001   D   NOERROR]", 0x0100),
            ("[2084 A     NOERROR]", 0x8420),
            ("[9384 A  R NXDOMAIN]", 0x8493),
            ("[0028       NOERROR]", 0x2800),
            ("[00a8       NOERROR]", 0xa800),
            ("[02a8      SERVFAIL]", 0xa802),
            ("[1000       NOERROR]", 0x0010),
        ] {
            let line = format!("018CEDDB UDP Rcv ::1             7653   Q {text}         ");
            let words = read(&line);
            assert_eq!(words.flags, MessageFlags(expected), "{text}");
            assert!(words.rr_type.is_empty() && words.name.is_empty());
        }
    }

    #[test]
    fn a_line_that_breaks_off_is_rejected() {
        let line = "018CEDDB UDP Rcv ::1 7653 Q [0001 D NOERROR]";
        for end in 0..line.len() {
            assert!(
                PacketWords::read(line.get(..end).unwrap().as_bytes()).is_err(),
                "{end}"
            );
        }
    }
}
