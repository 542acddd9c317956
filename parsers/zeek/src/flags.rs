//! Reads Zeek's columns of flags as somebody pastes them.

use asim_parse::decode::json;
use asim_parse::schema::answers::DnsFlagList;
use serde::Deserialize;

/// The columns of flags of a row in JSON.
#[derive(Debug, Deserialize)]
struct Columns {
    #[serde(rename = "AA")]
    aa: Option<bool>,
    #[serde(rename = "TC")]
    tc: Option<bool>,
    #[serde(rename = "RD")]
    rd: Option<bool>,
    #[serde(rename = "RA")]
    ra: Option<bool>,
    #[serde(rename = "Z")]
    z: Option<u8>,
}

/// The flags from the values of Zeek's columns `AA`, `TC`, `RD`, `RA` and `Z`, as they are printed.
///
/// `Z` holds three bits: 4 is Z, 2 is AD, 1 is CD. A number above 7 is none, and its flags are absent.
///
/// Zeek prints false, and 0, for messages that it did not see. Whether they were seen follows from other columns; in
/// events these flags are absent. On port 137 the bits of `Z` are those of the NetBIOS name service; leave it out then.
pub const fn flag_list(
    aa: Option<bool>,
    tc: Option<bool>,
    rd: Option<bool>,
    ra: Option<bool>,
    z: Option<u8>,
) -> DnsFlagList {
    let [z, ad, cd] = match z {
        Some(bits @ 0..=7) => [Some(bits & 4 != 0), Some(bits & 2 != 0), Some(bits & 1 != 0)],
        _ => [None; 3],
    };
    DnsFlagList {
        authenticated: ad,
        authoritative: aa,
        checking_disabled: cd,
        recursion_available: ra,
        recursion_desired: rd,
        truncated: tc,
        z,
    }
}

/// The flags in Zeek's text; none when it is no such text.
///
/// The text is one of
///
/// - the names of the flags that are set, `AA,RD,RA`, as `DnsFlags` has them: all others are absent;
/// - the cells of the columns `AA`, `TC`, `RD`, `RA` and `Z` in Zeek's order, `T F T T 0`, separated by tabs, blanks or
///   commas, with `-` for those that are unset: see [`flag_list`];
/// - a JSON object with these columns, such as a whole row.
///
/// The marker `-` and no text at all tell of no flag.
pub fn decode_flags(text: &str) -> Option<DnsFlagList> {
    let text = text.trim();
    if text.is_empty() || text == "-" {
        return Some(DnsFlagList::default());
    }
    if text.starts_with('{') {
        let row: Columns = json::read(text.as_bytes()).ok()?;
        let any = [row.aa, row.tc, row.rd, row.ra].iter().any(Option::is_some) || row.z.is_some();
        return (any && are_bits(row.z)).then(|| flag_list(row.aa, row.tc, row.rd, row.ra, row.z));
    }
    columns(text).or_else(|| DnsFlagList::from_names(text))
}

/// Whether a value of `Z`, if there is one, has no more than three bits.
fn are_bits(z: Option<u8>) -> bool {
    z.is_none_or(|bits| bits <= 7)
}

/// Five cells.
fn columns(text: &str) -> Option<DnsFlagList> {
    let mut cells = text
        .split([' ', '\t', ','])
        .map(str::trim)
        .filter(|cell| !cell.is_empty());
    let mut flag = || match cells.next()? {
        "T" | "true" => Some(Some(true)),
        "F" | "false" => Some(Some(false)),
        "-" => Some(None),
        _ => None,
    };
    let [aa, tc, rd, ra] = [flag()?, flag()?, flag()?, flag()?];
    let z = match cells.next()? {
        "-" => None,
        bits => Some(bits.parse().ok()?),
    };
    (cells.next().is_none() && are_bits(z)).then(|| flag_list(aa, tc, rd, ra, z))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Option<String> {
        decode_flags(text).map(DnsFlagList::to_json)
    }

    #[test]
    fn names_cells_and_rows() {
        for (text, expected) in [
            ("AA,RD,RA", "[null,true,null,true,true,null,null]"),
            ("T F T T 0", "[false,true,false,true,true,false,false]"),
            ("T\tF\tT\tT\t0", "[false,true,false,true,true,false,false]"),
            ("F,F,T,-,3", "[true,false,true,null,true,false,false]"),
            ("F F T T -", "[null,false,null,true,true,false,null]"),
            (
                r#"{"query":"a.example","AA":false,"TC":false,"RD":true,"RA":true,"Z":4}"#,
                "[false,false,false,true,true,false,true]",
            ),
            (r#"{"RD":true}"#, "[null,null,null,null,true,null,null]"),
            ("", "[null,null,null,null,null,null,null]"),
            (" -\n", "[null,null,null,null,null,null,null]"),
        ] {
            assert_eq!(json(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn each_bit_of_z_is_a_flag_of_its_own() {
        for bits in 0..8 {
            let flags = flag_list(None, None, None, None, Some(bits));
            let found = [flags.z, flags.authenticated, flags.checking_disabled];
            assert_eq!(found, [4, 2, 1].map(|mask| Some(bits & mask != 0)));
        }
        assert_eq!(flag_list(None, None, None, None, Some(8)), DnsFlagList::default());
    }

    #[test]
    fn what_is_no_such_text_gives_none() {
        for text in [
            "XX",
            "T F T T 8",
            "T F T T",
            "T F T T 0 0",
            "0x8180",
            "{",
            "{}",
            r#"{"Z":123}"#,
            r#"{"AA":"yes"}"#,
        ] {
            assert_eq!(json(text), None, "{text}");
        }
    }
}
