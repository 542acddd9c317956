//! The letters for flags that lines of queries and responses end with.

use asim_parse::schema::answers::DnsFlagList;

/// What the letters say.
#[expect(clippy::struct_excessive_bools, reason = "each letter is a flag of its own")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Letters {
    /// `+` or `-`: RD.
    pub(crate) recursion_desired: Option<bool>,
    /// `S`: signed with TSIG or SIG(0).
    pub(crate) signed: bool,
    /// `E`: with EDNS.
    pub(crate) edns: bool,
    /// `E(0)`: its version, which 9.10 and older do not print.
    pub(crate) edns_version: Option<u8>,
    /// `D`: DO, DNSSEC records are welcome.
    pub(crate) dnssec_ok: bool,
    /// `C`: CD.
    pub(crate) checking_disabled: bool,
    /// `V`: with a cookie of this server's making; `K`: with one that is not.
    pub(crate) cookie: Option<bool>,
    /// `A`: AA, in Infoblox's responses.
    pub(crate) authoritative: bool,
    /// `t`: TC, in Infoblox's responses.
    pub(crate) truncated: bool,
}

/// Reads the letters, in the order of any version. None where the text has no sign, or what no version writes.
pub(crate) fn read(text: &[u8]) -> Option<Letters> {
    let (sign, mut rest) = text.split_first()?;
    let mut letters = Letters {
        recursion_desired: Some(match sign {
            b'+' => true,
            b'-' => false,
            _ => return None,
        }),
        ..Letters::default()
    };
    while let Some((letter, after)) = rest.split_first() {
        rest = after;
        match letter {
            b'S' => letters.signed = true,
            b'E' => {
                letters.edns = true;
                if let Some(inside) = rest.strip_prefix(b"(") {
                    let end = memchr::memchr(b')', inside)?;
                    let version = asim_parse::value::number::unsigned(inside.get(..end)?)?;
                    letters.edns_version = Some(u8::try_from(version).ok()?);
                    rest = inside.get(end + 1..)?;
                }
            }
            // The transport.
            b'T' | b'U' => {}
            b'D' => letters.dnssec_ok = true,
            b'C' => letters.checking_disabled = true,
            b'V' => letters.cookie = Some(true),
            b'K' => letters.cookie = Some(false),
            b'A' => letters.authoritative = true,
            b't' => letters.truncated = true,
            letter if letter.is_ascii_alphabetic() => {}
            _ => return None,
        }
    }
    Some(letters)
}

/// The flags in named's letters, such as `+E(0)DCV`, or in Infoblox's of a response, such as `+AED`; none when it is
/// no such text.
///
/// A query tells RD and CD, and nothing else: the others stay absent. `A` stands in responses of Infoblox alone, where
/// its absence means that the answer was not authoritative; there CD is not told. The marker `-` is a query without
/// any flag, and no text at all tells of none.
pub fn decode_flags(text: &str) -> Option<DnsFlagList> {
    let text = text.trim();
    if text.is_empty() {
        return Some(DnsFlagList::default());
    }
    let letters = read(text.as_bytes())?;
    let of_response = letters.authoritative || letters.truncated;
    Some(DnsFlagList {
        recursion_desired: letters.recursion_desired,
        checking_disabled: (!of_response || letters.checking_disabled).then_some(letters.checking_disabled),
        authoritative: of_response.then_some(letters.authoritative),
        truncated: letters.truncated.then_some(true),
        ..DnsFlagList::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_orders_of_all_versions() {
        let nine_eleven = read(b"+SE(0)TDCV").unwrap();
        assert_eq!(nine_eleven, read(b"+E(0)STDCV").unwrap());
        assert!(
            nine_eleven.signed && nine_eleven.edns && nine_eleven.dnssec_ok && nine_eleven.checking_disabled
        );
        assert_eq!(
            (nine_eleven.edns_version, nine_eleven.cookie),
            (Some(0), Some(true))
        );
        let nine_nine = read(b"-SETDC").unwrap();
        assert_eq!((nine_nine.edns, nine_nine.edns_version), (true, None));
        assert_eq!(nine_nine.recursion_desired, Some(false));
        assert_eq!(read(b"+K").unwrap().cookie, Some(false));
    }

    #[test]
    fn the_list_of_flags() {
        for (text, expected) in [
            ("+", Some("[null,null,false,null,true,null,null]")),
            ("-", Some("[null,null,false,null,false,null,null]")),
            ("+E(0)DCV", Some("[null,null,true,null,true,null,null]")),
            ("+AED", Some("[null,true,null,null,true,null,null]")),
            ("-tE", Some("[null,false,null,null,false,true,null]")),
            ("", Some("[null,null,null,null,null,null,null]")),
            ("E(0)", None),
            ("+E(", None),
            ("+E(x)", None),
            ("+E(256)", None),
            ("+ED 1", None),
            ("AA,RD", None),
        ] {
            assert_eq!(
                decode_flags(text).map(DnsFlagList::to_json).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
