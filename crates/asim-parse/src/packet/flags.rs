//! The second word of a message's header.

use asim_schema::answers::DnsFlagList;
use asim_schema::{Opcode, Rcode};

/// The second 16 bits of a header in network order: QR, operation code, flags, response code (RFC 1035, section 4.1.1).
///
/// ```
/// use asim_parse::packet::MessageFlags;
/// use asim_parse::schema::{Opcode, Rcode};
///
/// let flags = MessageFlags(0x8583);
/// assert!(flags.is_response() && flags.authoritative() && !flags.truncated());
/// assert_eq!((flags.opcode(), flags.rcode()), (Opcode::QUERY, Rcode::NXDOMAIN));
/// assert_eq!(flags.names(), "AA,RD,RA");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct MessageFlags(pub u16);

impl MessageFlags {
    const AA: u16 = 0x0400;
    const TC: u16 = 0x0200;
    const RD: u16 = 0x0100;
    const RA: u16 = 0x0080;
    const Z: u16 = 0x0040;
    const AD: u16 = 0x0020;
    const CD: u16 = 0x0010;

    /// Whether the message is a response.
    pub const fn is_response(self) -> bool {
        self.0 & 0x8000 != 0
    }

    /// The operation.
    pub const fn opcode(self) -> Opcode {
        Opcode((self.0 >> 11 & 15) as u8)
    }

    /// The four bits of the response code that stand in the header.
    pub const fn rcode(self) -> Rcode {
        Rcode(self.0 & 15)
    }

    /// AA: the answer is authoritative.
    pub const fn authoritative(self) -> bool {
        self.0 & Self::AA != 0
    }

    /// TC: the message was truncated.
    pub const fn truncated(self) -> bool {
        self.0 & Self::TC != 0
    }

    /// RD: recursion is desired.
    pub const fn recursion_desired(self) -> bool {
        self.0 & Self::RD != 0
    }

    /// RA: recursion is available.
    pub const fn recursion_available(self) -> bool {
        self.0 & Self::RA != 0
    }

    /// Z: reserved.
    pub const fn z(self) -> bool {
        self.0 & Self::Z != 0
    }

    /// AD: the data was authenticated.
    pub const fn authenticated(self) -> bool {
        self.0 & Self::AD != 0
    }

    /// CD: checking is disabled.
    pub const fn checking_disabled(self) -> bool {
        self.0 & Self::CD != 0
    }

    /// The flags that the message tells: a response all of them, a request RD and CD.
    pub fn list(self) -> DnsFlagList {
        let told = |flag: bool| self.is_response().then_some(flag);
        DnsFlagList {
            authenticated: told(self.authenticated()),
            authoritative: told(self.authoritative()),
            checking_disabled: Some(self.checking_disabled()),
            recursion_available: told(self.recursion_available()),
            recursion_desired: Some(self.recursion_desired()),
            truncated: told(self.truncated()),
            z: told(self.z()),
        }
    }

    /// The names of the flags that are set, in the header's order, joined by commas.
    pub fn names(self) -> String {
        let names = [
            (Self::AA, "AA"),
            (Self::TC, "TC"),
            (Self::RD, "RD"),
            (Self::RA, "RA"),
            (Self::Z, "Z"),
            (Self::AD, "AD"),
            (Self::CD, "CD"),
        ];
        let mut text = String::new();
        for (mask, name) in names {
            if self.0 & mask != 0 {
                if !text.is_empty() {
                    text.push(',');
                }
                text.push_str(name);
            }
        }
        text
    }
}
