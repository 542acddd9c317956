//! The flags of a message as ASIM's list.

use std::fmt;

use serde::ser::{Serialize, Serializer};

use crate::DnsEvent;

/// The seven flags of a message: true, false, or absent where they were not seen.
///
/// As JSON it is the list of ASIM's article, in its order: AD, AA, CD, RA, RD, TC, Z, with `null` for what is absent.
///
/// ```
/// use asim_schema::{DnsEvent, SchemaVersion};
///
/// let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
/// event.set_dns_flags_recursion_desired(true);
/// event.set_dns_flags_authoritative(false);
/// assert_eq!(event.flags().to_json(), "[null,false,null,null,true,null,null]");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct DnsFlagList {
    /// AD: the server has verified all data (RFC 4035, section 3.2.3).
    pub authenticated: Option<bool>,
    /// AA: the server is an authority for the name (RFC 1035, section 4.1.1).
    pub authoritative: Option<bool>,
    /// CD: data that was not verified will do (RFC 4035, section 3.2.2).
    pub checking_disabled: Option<bool>,
    /// RA: the server offers recursion (RFC 1035, section 4.1.1).
    pub recursion_available: Option<bool>,
    /// RD: the client wants recursion (RFC 1035, section 4.1.1).
    pub recursion_desired: Option<bool>,
    /// TC: the message was cut off (RFC 1035, section 4.1.1).
    pub truncated: Option<bool>,
    /// Z: the bit that is reserved (RFC 1035, section 4.1.1).
    pub z: Option<bool>,
}

impl DnsFlagList {
    /// The flags' names in the list's order.
    pub const NAMES: [&'static str; 7] = ["AD", "AA", "CD", "RA", "RD", "TC", "Z"];

    /// The flags in the list's order.
    pub const fn to_array(self) -> [Option<bool>; 7] {
        [
            self.authenticated,
            self.authoritative,
            self.checking_disabled,
            self.recursion_available,
            self.recursion_desired,
            self.truncated,
            self.z,
        ]
    }

    /// The flags from the list's order.
    pub const fn from_array(flags: [Option<bool>; 7]) -> Self {
        let [
            authenticated,
            authoritative,
            checking_disabled,
            recursion_available,
            recursion_desired,
            truncated,
            z,
        ] = flags;
        Self {
            authenticated,
            authoritative,
            checking_disabled,
            recursion_available,
            recursion_desired,
            truncated,
            z,
        }
    }

    /// The flags from the names of those that are set, separated by commas, as `DnsFlags` has them; in any letter case.
    ///
    /// A flag that is not named was not set or not seen, and is absent. None when a name is no flag's.
    ///
    /// ```
    /// use asim_schema::answers::DnsFlagList;
    /// let flags = DnsFlagList::from_names("AA,RD,RA").unwrap();
    /// assert_eq!(flags.to_json(), "[null,true,null,true,true,null,null]");
    /// assert_eq!(DnsFlagList::from_names("AA,XX"), None);
    /// ```
    pub fn from_names(names: &str) -> Option<Self> {
        let mut flags = [None; 7];
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        for name in names {
            let place = Self::NAMES
                .iter()
                .position(|known| known.eq_ignore_ascii_case(name))?;
            *flags.get_mut(place)? = Some(true);
        }
        Some(Self::from_array(flags))
    }

    /// The list as JSON.
    pub fn to_json(self) -> String {
        self.to_string()
    }
}

impl fmt::Display for DnsFlagList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = self.to_array().map(|flag| match flag {
            Some(true) => "true",
            Some(false) => "false",
            None => "null",
        });
        write!(f, "[{}]", texts.join(","))
    }
}

impl Serialize for DnsFlagList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_array().serialize(serializer)
    }
}

impl DnsEvent<'_> {
    /// The seven flags, from the event's own fields of each.
    pub fn flags(&self) -> DnsFlagList {
        DnsFlagList {
            authenticated: self.dns_flags_authenticated(),
            authoritative: self.dns_flags_authoritative(),
            checking_disabled: self.dns_flags_checking_disabled(),
            recursion_available: self.dns_flags_recursion_available(),
            recursion_desired: self.dns_flags_recursion_desired(),
            truncated: self.dns_flags_truncated(),
            z: self.dns_flags_z(),
        }
    }
}
