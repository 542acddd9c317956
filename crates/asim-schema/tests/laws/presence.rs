//! The presence bitmap is exact, whatever was set and cleared in whatever order.

/// The laws for one schema.
macro_rules! laws {
    ($schema:ident, $kind:ident, $event:ident, $field:ident, $set:ident, $version:ident) => {
        mod $schema {
            use asim_schema::{Class, SchemaKind, $event, $field, $set, $version};
            use proptest::prelude::*;

            use crate::any_event::$schema::{event, setting, stored_fields};

            const SCHEMA: SchemaKind = SchemaKind::$kind;
            const NEWEST: $version = $version::ALL[$version::ALL.len() - 1];

            /// What must be present, worked out from the descriptions of the fields and the slots alone.
            fn naive(event: &$event<'_>) -> $set {
                let shows = |field: &$field| -> bool {
                    let info = field.info();
                    info.constant
                        || event.is_stored(*field)
                        || field
                            .fallback()
                            .iter()
                            .any(|stand_in| event.is_stored(*stand_in))
                        || field.alias_of().iter().any(|target| {
                            event.is_stored(*target)
                                || (field.alias_of().len() == 1
                                    && target
                                        .fallback()
                                        .iter()
                                        .any(|stand_in| event.is_stored(*stand_in)))
                        })
                };
                $field::ALL
                    .into_iter()
                    .filter(|field| field.info().since <= event.version())
                    .filter(shows)
                    .collect()
            }

            proptest! {
                #[test]
                fn setting_and_clearing_keep_presence_exact(
                    steps in prop::collection::vec((any::<bool>(), setting()), 0..120),
                    version in prop::sample::select($version::ALL.as_slice()),
                ) {
                    let mut event = $event::new(version);
                    for (set, (field, value)) in steps {
                        if set {
                            event.set(field, value).unwrap();
                            prop_assert!(event.is_stored(field));
                        } else {
                            event.clear(field);
                            prop_assert!(!event.is_stored(field));
                        }
                        prop_assert_eq!(event.present(), naive(&event));
                    }
                    event.set_version($version::DEFAULT);
                    prop_assert_eq!(event.present(), naive(&event));
                }

                #[test]
                fn a_column_is_present_exactly_when_it_shows_a_value(event in event()) {
                    for field in $field::ALL {
                        prop_assert_eq!(event.contains(field), event.get(field).is_some(), "{}", field);
                    }
                }

                #[test]
                fn an_alias_shows_its_target(event in event()) {
                    for field in $field::ALL {
                        if let [target] = field.alias_of() && event.contains(field) {
                            prop_assert_eq!(event.get(field), event.get(*target));
                        }
                    }
                }

                #[test]
                fn clearing_everything_leaves_an_empty_event(event in event()) {
                    let mut event = event;
                    for field in stored_fields() {
                        event.clear(field);
                    }
                    let mut empty = $event::new(event.version());
                    empty.clear_event_count();
                    prop_assert_eq!(&event, &empty);
                    prop_assert!(event.present().iter().all(|field| field.info().constant));
                }

                #[test]
                fn owning_changes_nothing(event in event()) {
                    let copy = event.clone();
                    prop_assert_eq!(event.into_owned(), copy);
                }
            }

            #[test]
            fn a_new_event_has_its_constants_and_counts_one() {
                let event = $event::default();
                let present: Vec<_> = event.present().iter().collect();
                assert_eq!(
                    present,
                    [
                        $field::EventCount,
                        $field::EventSchema,
                        $field::EventSchemaVersion
                    ]
                );
                assert_eq!(event.event_count(), Some(1));
                assert_eq!(
                    event.get($field::EventSchema).unwrap().to_string(),
                    SCHEMA.name()
                );
            }

            #[test]
            fn every_alias_and_fallback_is_reachable() {
                for field in $field::ALL {
                    let info = field.info();
                    assert_eq!(
                        info.alias_of.is_empty(),
                        info.class != Class::Alias,
                        "{field}"
                    );
                    for target in field.alias_of().iter().chain(field.fallback()) {
                        let mut event = $event::new(NEWEST);
                        let text = match target.info().storage {
                            asim_schema::Storage::Time => "2026-11-21T20:47:45Z",
                            asim_schema::Storage::Ip => "192.0.2.1",
                            _ => "x",
                        };
                        if event.set(*target, text.into()).is_err() {
                            event.set(*target, 3_i64.into()).unwrap();
                        }
                        let shown = |field| event.get(field).map(|value| value.to_string());
                        assert_eq!(shown(field), shown(*target), "{field} <- {target}");
                    }
                }
            }
        }
    };
}

laws!(dns, Dns, DnsEvent, DnsField, DnsFieldSet, DnsVersion);
laws!(
    process,
    Process,
    ProcessEvent,
    ProcessField,
    ProcessFieldSet,
    ProcessVersion
);
laws!(alert, Alert, AlertEvent, AlertField, AlertFieldSet, AlertVersion);
