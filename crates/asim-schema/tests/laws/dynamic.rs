//! Dynamic access agrees with typed access.

use asim_schema::{DnsEvent, DnsField, RrType, SetError};

/// The laws for one schema.
macro_rules! laws {
    ($schema:ident, $event:ident, $field:ident, $version:ident) => {
        mod $schema {
            use asim_schema::{$event, $field, $version, Opcode, SetError, Value, ValueRef};
            use proptest::prelude::*;

            use crate::any_event::$schema::setting;

            const NEWEST: $version = $version::ALL[$version::ALL.len() - 1];

            proptest! {
                #[test]
                fn a_field_shows_what_it_was_set_to((field, value) in setting()) {
                    let mut event = $event::new(NEWEST);
                    event.set(field, value.clone()).unwrap();
                    let shown = event.get(field).unwrap();
                    match (&value, &shown) {
                        (Value::Text(text), ValueRef::Text(shown)) => prop_assert_eq!(text, shown),
                        (Value::Integer(number), ValueRef::Integer(shown)) => prop_assert_eq!(number, shown),
                        (Value::Integer(number), ValueRef::Text(shown)) => {
                            prop_assert_eq!(Opcode::from_name(shown).map(|code| i64::from(code.0)), Some(*number));
                        }
                        (Value::Real(number), ValueRef::Real(shown)) => prop_assert_eq!(number.to_bits(), shown.to_bits()),
                        (Value::Boolean(value), ValueRef::Boolean(shown)) => prop_assert_eq!(value, shown),
                        (Value::Time(time), ValueRef::Time(shown)) => prop_assert_eq!(time, shown),
                        (Value::Ip(address), ValueRef::Ip(shown)) => prop_assert_eq!(address, shown),
                        (Value::Object(fields), ValueRef::Object(shown)) => prop_assert_eq!(fields, *shown),
                        _ => prop_assert!(false, "{field}: {value:?} shows as {shown:?}"),
                    }
                    let mut text = Vec::new();
                    shown.write_text(&mut text);
                    prop_assert_eq!(String::from_utf8(text).unwrap(), shown.to_string());
                }
            }

            #[test]
            fn aliases_and_constants_refuse() {
                let mut event = $event::default();
                for field in $field::ALL {
                    let info = field.info();
                    if info.constant {
                        assert_eq!(event.set(field, "x".into()), Err(SetError::Constant(field)));
                    } else if !info.alias_of.is_empty() {
                        assert_eq!(event.set(field, "x".into()), Err(SetError::Alias(field)));
                    }
                }
            }

            #[test]
            fn names_lead_to_columns() {
                for (index, field) in $field::ALL.into_iter().enumerate() {
                    assert_eq!(field as usize, index);
                    assert_eq!($field::from_name(field.name()), Some(field));
                }
                assert_eq!($field::from_name("eventtype"), None);
            }
        }
    };
}

laws!(dns, DnsEvent, DnsField, DnsVersion);
laws!(process, ProcessEvent, ProcessField, ProcessVersion);
laws!(alert, AlertEvent, AlertField, AlertVersion);

#[test]
fn types_and_ranges_are_checked() {
    let mut event = DnsEvent::default();
    let wrong = DnsField::DnsQueryType;
    assert_eq!(event.set(wrong, "AAAA".into()), Err(SetError::WrongType(wrong)));
    assert_eq!(
        event.set(wrong, 65_536_i64.into()),
        Err(SetError::OutOfRange(wrong))
    );
    assert_eq!(event.dns_query_type(), None);
    event.set(wrong, 28_i64.into()).unwrap();
    assert_eq!(event.dns_query_type(), Some(RrType::AAAA));
    let error = event.set(DnsField::SrcIpAddr, "nowhere".into()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "SrcIpAddr cannot hold this value (type IpAddress)"
    );
}

#[test]
fn a_real_number_that_is_not_finite_is_absent() {
    let mut event = DnsEvent::default();
    event.set_src_geo_latitude(52.5);
    assert_eq!(event.src_geo_latitude(), Some(52.5));
    event.set_src_geo_latitude(f64::NAN);
    assert!(!event.contains(DnsField::SrcGeoLatitude));
}
