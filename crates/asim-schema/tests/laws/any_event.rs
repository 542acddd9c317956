//! Arbitrary events.

use std::net::IpAddr;

use asim_schema::{AdditionalFields, AdditionalValue, Timestamp};
use proptest::prelude::*;

/// Text with everything that JSON must escape, addresses, and plain names.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9.-]{0,24}",
        "\\PC{0,12}",
        "[\\x00-\\x7f]{0,40}",
        any::<IpAddr>().prop_map(|address| address.to_string()),
    ]
}

pub(crate) fn time() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.ticks()..=Timestamp::MAX.ticks()).prop_map(|ticks| Timestamp::from_ticks(ticks).unwrap())
}

pub(crate) fn additional() -> impl Strategy<Value = AdditionalFields<'static>> {
    let leaf = prop_oneof![
        Just(AdditionalValue::Null),
        any::<bool>().prop_map(AdditionalValue::from),
        any::<i64>().prop_map(AdditionalValue::from),
        any::<u64>().prop_map(AdditionalValue::from),
        prop::num::f64::NORMAL.prop_map(AdditionalValue::from),
        text().prop_map(AdditionalValue::from),
    ];
    let object = |value: BoxedStrategy<AdditionalValue<'static>>| {
        prop::collection::vec((text(), value), 0..5).prop_map(|members| {
            members
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect::<AdditionalFields<'static>>()
        })
    };
    let value = leaf.boxed().prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(AdditionalValue::from),
            object(inner.boxed()).prop_map(AdditionalValue::from),
        ]
    });
    object(value.boxed())
}

/// The events of one schema.
macro_rules! any_event {
    ($schema:ident, $event:ident, $field:ident, $version:ident) => {
        pub(crate) mod $schema {
            use std::net::IpAddr;

            use asim_schema::{Class, KustoType, Storage, Value, $event, $field, $version};
            use proptest::prelude::*;

            use super::{additional, text, time};

            /// The fields that have a slot.
            pub(crate) fn stored_fields() -> Vec<$field> {
                let stored = |field: &$field| field.info().class != Class::Alias && !field.info().constant;
                $field::ALL.into_iter().filter(stored).collect()
            }

            /// A value that a field takes.
            pub(crate) fn value(field: $field) -> BoxedStrategy<Value<'static>> {
                let info = field.info();
                match info.storage {
                    Storage::Text => text().prop_map(Value::from).boxed(),
                    Storage::Ip => any::<IpAddr>().prop_map(Value::from).boxed(),
                    Storage::Time => time().prop_map(Value::from).boxed(),
                    Storage::Int32 => any::<i32>().prop_map(Value::from).boxed(),
                    Storage::Int64 => any::<i64>().prop_map(Value::from).boxed(),
                    Storage::Percent => (0_i64..=100).prop_map(Value::from).boxed(),
                    Storage::Real => prop::num::f64::NORMAL.prop_map(Value::from).boxed(),
                    Storage::Bool => any::<bool>().prop_map(Value::from).boxed(),
                    Storage::Opcode => (0_i64..=255).prop_map(Value::from).boxed(),
                    Storage::Object => additional().prop_map(Value::from).boxed(),
                    Storage::Enumeration => prop::sample::select(info.values)
                        .prop_map(Value::from)
                        .boxed(),
                    _ => {
                        assert!(matches!(
                            info.kusto_type,
                            KustoType::Int | KustoType::String
                        ));
                        any::<u16>().prop_map(Value::from).boxed()
                    }
                }
            }

            /// A field with a value that it takes.
            pub(crate) fn setting() -> impl Strategy<Value = ($field, Value<'static>)> {
                prop::sample::select(stored_fields()).prop_flat_map(|field| (Just(field), value(field)))
            }

            /// An event in any version that can be written, with up to 60 values.
            pub(crate) fn event() -> impl Strategy<Value = $event<'static>> {
                let version = prop::sample::select($version::SELECTABLE);
                (version, prop::collection::vec(setting(), 0..60)).prop_map(|(version, settings)| {
                    let mut event = $event::new(version);
                    for (field, value) in settings {
                        event.set(field, value).unwrap();
                    }
                    event
                })
            }
        }
    };
}

any_event!(dns, DnsEvent, DnsField, DnsVersion);
any_event!(process, ProcessEvent, ProcessField, ProcessVersion);
any_event!(alert, AlertEvent, AlertField, AlertVersion);
