//! Laws of all code spaces.

use proptest::prelude::*;

use super::*;

/// Every registered code is found by its name, in any letter case, and under its number in both tables.
macro_rules! registered {
    ($test:ident, $type:ident, $by_name:path, $by_number:path) => {
        #[test]
        fn $test() {
            assert!(!$by_number.is_empty());
            for (number, name) in $by_number.entries() {
                let code = $type(*number);
                assert_eq!(code.name(), Some(*name));
                for spelling in [name.to_string(), name.to_lowercase(), name.to_uppercase()] {
                    assert_eq!($type::from_name(&spelling), Some(code), "{spelling}");
                }
            }
            for (name, number) in $by_name.entries() {
                assert_eq!(*name, name.to_lowercase());
                assert!($by_number.contains_key(number), "{name}");
                assert_eq!($type::from_name(name), Some($type(*number)));
            }
            let names = (0..=u16::MAX)
                .filter_map(|number| $type(number.try_into().ok()?).name())
                .count();
            assert_eq!(names, $by_number.len());
        }
    };
}

registered!(
    rcodes_are_in_both_tables,
    Rcode,
    code_tables::RCODE_BY_NAME,
    code_tables::RCODE_BY_NUMBER
);
registered!(
    rr_types_are_in_both_tables,
    RrType,
    code_tables::RR_TYPE_BY_NAME,
    code_tables::RR_TYPE_BY_NUMBER
);
registered!(
    classes_are_in_both_tables,
    DnsClass,
    code_tables::CLASS_BY_NAME,
    code_tables::CLASS_BY_NUMBER
);
registered!(
    opcodes_are_in_both_tables,
    Opcode,
    code_tables::OPCODE_BY_NAME,
    code_tables::OPCODE_BY_NUMBER
);

#[test]
fn the_names_that_every_source_must_agree_on() {
    assert_eq!(Rcode(16).text(), "BADVERS");
    assert_eq!(Rcode::from_name("badsig"), Some(Rcode(16)));
    assert_eq!(Rcode::from_name("NXDomain"), Some(Rcode::NXDOMAIN));
    assert_eq!(RrType(255).text(), "ANY");
    assert_eq!(RrType::from_name("*"), Some(RrType(255)));
    assert_eq!(
        (RrType(65).text(), RrType(65400).text()),
        ("HTTPS".into(), "TYPE65400".into())
    );
    let opcodes = [0, 1, 2, 4, 5, 6].map(|number| Opcode(number).text());
    assert_eq!(
        opcodes,
        [
            "Query",
            "IQuery",
            "Status",
            "Notify",
            "Update",
            "DNS Stateful Operations"
        ]
    );
    assert_eq!(Opcode::from_name("DSO"), Some(Opcode(6)));
    let classes = [1, 3, 4, 254, 255].map(|number| DnsClass(number).text());
    assert_eq!(classes, ["IN", "CH", "HS", "None", "Any"]);
}

#[test]
fn what_names_no_code_is_refused() {
    for name in [
        "",
        "TYPE",
        "TYPE65536",
        "TYPE+1",
        "TYPE01",
        "TYPE-1",
        "TYPE1 ",
        "12",
        "no such name",
        &"x".repeat(99),
    ] {
        assert_eq!(RrType::from_name(name), None, "{name}");
    }
    assert_eq!(Opcode::from_name("OPCODE256"), None);
    assert!("ÄÖÜ".parse::<Rcode>().is_err());
}

proptest! {
    #[test]
    fn the_text_of_any_number_reads_back(number: u16, small: u8) {
        prop_assert_eq!(Rcode::from_name(&Rcode(number).text()), Some(Rcode(number)));
        prop_assert_eq!(RrType::from_name(&RrType(number).text()), Some(RrType(number)));
        prop_assert_eq!(DnsClass::from_name(&DnsClass(number).text()), Some(DnsClass(number)));
        prop_assert_eq!(Opcode::from_name(&Opcode(small).text()), Some(Opcode(small)));
        prop_assert_eq!(RrType::from_name(&format!("type{number}")), Some(RrType(number)));
    }
}
