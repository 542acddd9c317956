//! The open code spaces of DNS: newtypes over the number, with names from the IANA registries.
//!
//! A number without a name is as good a value as any other, so these are no enums.

use std::borrow::Cow;
use std::fmt;

use crate::generated::code_tables;

mod lookup;

/// The text names no code of its space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCode;

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no name of a DNS code")
    }
}

impl std::error::Error for UnknownCode {}

/// A newtype over the number, with the names of its registry.
macro_rules! code_space {
    ($(#[$meta:meta])* $name:ident($number:ty), $prefix:literal, $names:path, $by_name:path) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $number);

        impl $name {
            /// What stands before the number when a code has no name.
            pub const PREFIX: &'static str = $prefix;

            /// The registered name; none for a number without one.
            #[inline]
            pub fn name(self) -> Option<&'static str> {
                $names(self.0)
            }

            #[doc = concat!("The registered name, else `", $prefix, "` and the number.")]
            pub fn text(self) -> Cow<'static, str> {
                self.name().map_or_else(|| Cow::Owned(format!("{}{}", Self::PREFIX, self.0)), Cow::Borrowed)
            }

            #[doc = concat!("The code of a name in any letter case; `", $prefix, "` and a number is a name too.")]
            pub fn from_name(name: &str) -> Option<Self> {
                lookup::by_name(&$by_name, name)
                    .or_else(|| lookup::generic(Self::PREFIX, name)?.try_into().ok())
                    .map(Self)
            }

            /// Writes the text as a JSON string.
            #[allow(dead_code, reason = "which code spaces have a column of names is a matter of the schema data")]
            pub(crate) fn write_json_name(self, room: &mut [u8], at: usize) -> Option<usize> {
                crate::json::string(&self.text(), room, at)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.text())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownCode;

            fn from_str(name: &str) -> Result<Self, UnknownCode> {
                Self::from_name(name).ok_or(UnknownCode)
            }
        }

        impl From<$number> for $name {
            fn from(number: $number) -> Self {
                Self(number)
            }
        }
    };
}

code_space! {
    /// A DNS response code, with the extended codes of RFC 6891 and those of TSIG and TKEY.
    ///
    /// Names are in upper case. Number 16 is `BADVERS`; its other name `BADSIG` is read as well.
    ///
    /// ```
    /// use asim_schema::Rcode;
    ///
    /// assert_eq!(Rcode::NXDOMAIN.text(), "NXDOMAIN");
    /// assert_eq!(Rcode::from_name("BadSig"), Some(Rcode(16)));
    /// assert_eq!(Rcode(3999).text(), "RCODE3999");
    /// ```
    Rcode(u16), "RCODE", code_tables::rcode_name, code_tables::RCODE_BY_NAME
}

code_space! {
    /// A DNS resource record type, or one of the types that only occur in questions.
    ///
    /// ```
    /// use asim_schema::RrType;
    ///
    /// assert_eq!(RrType::from_name("TYPE65"), Some(RrType::HTTPS));
    /// assert_eq!(RrType(255).name(), Some("ANY"));
    /// assert_eq!(RrType(0).text(), "TYPE0");
    /// ```
    RrType(u16), "TYPE", code_tables::rr_type_name, code_tables::RR_TYPE_BY_NAME
}

code_space! {
    /// A DNS class.
    ///
    /// ```
    /// use asim_schema::DnsClass;
    ///
    /// assert_eq!(DnsClass(1).text(), "IN");
    /// assert_eq!(DnsClass(99).text(), "CLASS99");
    /// ```
    DnsClass(u16), "CLASS", code_tables::class_name, code_tables::CLASS_BY_NAME
}

code_space! {
    /// A DNS operation code.
    ///
    /// ```
    /// use asim_schema::Opcode;
    ///
    /// assert_eq!(Opcode::from_name("QUERY"), Some(Opcode(0)));
    /// assert_eq!(Opcode(3).text(), "OPCODE3");
    /// ```
    Opcode(u8), "OPCODE", code_tables::opcode_name, code_tables::OPCODE_BY_NAME
}

#[cfg(test)]
mod tests;
