//! The presence bitmap is exact, whatever was set and cleared in whatever order.

use asim_schema::{Class, DnsEvent, DnsField, FieldSet, SchemaVersion};
use proptest::prelude::*;

use crate::any_event::{event, setting, stored_fields};

/// What must be present, worked out from the descriptions of the fields and the slots alone.
fn naive(event: &DnsEvent<'_>) -> FieldSet {
    let shows = |field: &DnsField| -> bool {
        let info = field.info();
        info.constant
            || event.is_stored(*field)
            || info.fallback.iter().any(|stand_in| event.is_stored(*stand_in))
            || info.alias_of.iter().any(|target| {
                event.is_stored(*target)
                    || (info.alias_of.len() == 1
                        && target
                            .info()
                            .fallback
                            .iter()
                            .any(|stand_in| event.is_stored(*stand_in)))
            })
    };
    DnsField::ALL
        .into_iter()
        .filter(|field| field.info().since <= event.version())
        .filter(shows)
        .collect()
}

proptest! {
    #[test]
    fn setting_and_clearing_keep_presence_exact(
        steps in prop::collection::vec((any::<bool>(), setting()), 0..120),
        version in prop::sample::select(SchemaVersion::ALL.as_slice()),
    ) {
        let mut event = DnsEvent::new(version);
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
        event.set_version(SchemaVersion::DEFAULT);
        prop_assert_eq!(event.present(), naive(&event));
    }

    #[test]
    fn a_column_is_present_exactly_when_it_shows_a_value(event in event()) {
        for field in DnsField::ALL {
            prop_assert_eq!(event.contains(field), event.get(field).is_some(), "{}", field);
        }
    }

    #[test]
    fn an_alias_shows_its_target(event in event()) {
        for field in DnsField::ALL {
            if let [target] = field.info().alias_of && event.contains(field) {
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
        let mut empty = DnsEvent::new(event.version());
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
    let event = DnsEvent::default();
    let present: Vec<_> = event.present().iter().collect();
    assert_eq!(
        present,
        [
            DnsField::EventCount,
            DnsField::EventSchema,
            DnsField::EventSchemaVersion
        ]
    );
    assert_eq!(event.event_count(), Some(1));
    assert_eq!(event.get(DnsField::EventSchema).unwrap().to_string(), "Dns");
}

#[test]
fn every_alias_and_fallback_is_reachable() {
    for field in DnsField::ALL {
        let info = field.info();
        assert_eq!(info.alias_of.is_empty(), info.class != Class::Alias, "{field}");
        for target in info.alias_of.iter().chain(info.fallback) {
            let mut event = DnsEvent::new(SchemaVersion::V1_0_0);
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
