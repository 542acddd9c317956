//! Names as named prints them (RFC 1035, section 5.1).

pub(crate) use asim_parse::value::domain_name::from_presentation as canonical;

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use asim_parse::value::domain_name;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_undone_once() {
        for (name, expected) in [
            (&b"www.example.com"[..], "www.example.com"),
            (b".", "."),
            (b"", "."),
            (b"WWW.ExAmPlE.com.", "WWW.ExAmPlE.com"),
            (br"b\195\188cher.example", "b\u{fc}cher.example"),
            (br"b\252cher.example", r"b\252cher.example"),
            (br"cr\013lf\010.example", r"cr\013lf\010.example"),
            (br"a\032b\ c.example", "a b c.example"),
            (br"x\):\032query:\(y.example", "x): query:(y.example"),
            (br"dot\.inside.example", r"dot\.inside.example"),
            (br"back\\slash.example", r"back\\slash.example"),
            (br"once\\032.example", r"once\\032.example"),
            (b"quote\\\".example", "quote\".example"),
            (br"\300.example", "300.example"),
            (br"end\", r"end\\"),
        ] {
            assert_eq!(
                canonical(name).as_deref(),
                Some(expected),
                "{}",
                name.escape_ascii()
            );
        }
    }

    #[test]
    fn the_longest_name_fits() {
        let plain = [b'a'; 253];
        assert!(canonical(&plain).is_some() && canonical(&[b'a'; 254]).is_none());
        let escaped: Vec<u8> = br"\009".repeat(253);
        assert!(canonical(&escaped).is_some());
        assert!(canonical(&br"\009".repeat(254)).is_none());
    }

    proptest! {
        /// What named prints for a name comes back as the canonical text of its labels.
        #[test]
        fn printed_names_come_back(labels in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..20), 1..5)) {
            let mut printed = String::new();
            for (place, label) in labels.iter().enumerate() {
                if place > 0 {
                    printed.push('.');
                }
                for byte in label {
                    match byte {
                        b'.' | b'"' | b'\\' | b'@' | b'$' | b';' | b'(' | b')' => {
                            printed.push('\\');
                            printed.push(char::from(*byte));
                        }
                        0x21..=0x7e => printed.push(char::from(*byte)),
                        _ => write!(printed, "\\{byte:03}").unwrap(),
                    }
                }
            }
            let expected = domain_name::from_labels(labels.iter().map(Vec::as_slice));
            prop_assert_eq!(canonical(printed.as_bytes()).unwrap(), expected);
        }

        #[test]
        fn nothing_panics(name in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = canonical(&name);
        }
    }
}
