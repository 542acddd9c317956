//! What is written by hand of the events of every schema; their slots and accessors are generated.

mod deserialize;
mod deserialize_any;
pub(crate) mod text;

/// Everything about one schema that is the same for all of them.
///
/// A macro rather than generic code, so that each schema has plain types with methods of their own.
macro_rules! typed_event {
    (
        schema: $schema:ident,
        event: $event:ident,
        field: $field:ident,
        set: $set:ident,
        version: $version:ident,
        columns: $columns:ident,
        module: $module:ident,
        chosen: $chosen:ident,
    ) => {
        const _: () = {
            use std::borrow::Cow;
            use std::fmt;

            use serde::{Deserialize, Deserializer, Serialize, Serializer};

            use crate::generated::$module::{SHOWS, SOURCES, stored_source};
            use crate::schema::sealed::Sealed;
            use crate::show::{AsValue, Show};
            use crate::{
                AdditionalValue, Event, FieldInfo, JsonEvent, JsonOptions, SchemaEvent, SchemaField,
                SchemaKind, SetError, Value, ValueRef, $event, $field, $set, $version,
            };

            /// The columns that show a value of their own and no other.
            const OWN: $set = {
                let mut own = $set::EMPTY;
                let mut place = 0;
                while place < $field::ALL.len() {
                    let field = $field::ALL[place];
                    if SOURCES[place].contains(field) && SOURCES[place].len() == 1 {
                        own = own.with(field);
                    }
                    place += 1;
                }
                own
            };

            impl<'r> $event<'r> {
                /// The schema version that the event is written in.
                #[inline]
                pub fn version(&self) -> $version {
                    self.version
                }

                /// Writes the event in another schema version from now on.
                ///
                /// Values of columns that the version does not have are kept, but nothing shows them.
                pub fn set_version(&mut self, version: $version) {
                    self.version = version;
                }

                /// The columns that show a value: those set, those that follow from them, and the constants.
                #[inline]
                pub fn present(&self) -> $set {
                    self.present.intersection(self.version.fields())
                }

                /// The columns that show a value in some version, this one or another.
                #[inline]
                pub fn present_in_any_version(&self) -> $set {
                    self.present
                }

                /// Whether the column shows a value.
                #[inline]
                pub fn contains(&self, field: $field) -> bool {
                    self.present().contains(field)
                }

                /// What the column shows: its own value, that of its target or of a stand-in, or a constant.
                ///
                /// A column of text shows an address as text.
                pub fn get(&self, field: $field) -> Option<ValueRef<'_>> {
                    self.show(field, AsValue(field.info()))
                }

                /// Shows what the column shows, by a call instead of a value; none when it shows nothing.
                #[inline]
                pub fn show<'e, S: Show<'e>>(&'e self, field: $field, show: S) -> Option<S::Shown> {
                    if !self.contains(field) {
                        return None;
                    }
                    self.show_present(field, show)
                }

                /// The same for a column of [`present`](Self::present), which is not looked up again.
                ///
                /// For any other column it shows what the column has in another version, if anything.
                #[inline]
                pub fn show_present<'e, S: Show<'e>>(&'e self, field: $field, show: S) -> Option<S::Shown> {
                    let source = if OWN.contains(field) {
                        Some(field)
                    } else {
                        stored_source(self, field)
                    };
                    match source {
                        Some(source) => self.show_stored(source, show),
                        None => self
                            .constant(field)
                            .map(|text| show.text(Cow::Borrowed(text))),
                    }
                }

                /// What the column of that name shows; none also when there is no such column.
                pub fn get_by_name(&self, name: &str) -> Option<ValueRef<'_>> {
                    self.get($field::from_name(name)?)
                }

                /// The columns that show a value, in schema order.
                pub fn iter(&self) -> impl Iterator<Item = ($field, ValueRef<'_>)> {
                    self.present()
                        .iter()
                        .filter_map(|field| Some((field, self.get(field)?)))
                }

                /// Adds one member to `AdditionalFields`.
                pub fn push_additional(
                    &mut self,
                    name: impl Into<Cow<'r, str>>,
                    value: impl Into<AdditionalValue<'r>>,
                ) {
                    let mut fields = self.additional_fields.take().unwrap_or_default();
                    fields.push(name, value);
                    self.set_additional_fields(fields);
                }

                /// Takes back what a slot that has just been emptied made present.
                pub(crate) fn forget(&mut self, field: $field) {
                    for column in SHOWS[field as usize] {
                        let shown = SOURCES[column as usize]
                            .iter()
                            .any(|source| self.is_stored(source));
                        if !shown {
                            self.present = self.present.without(column);
                        }
                    }
                }

                /// The value of a column that follows from the schema and its version.
                fn constant(&self, field: $field) -> Option<&'static str> {
                    match field {
                        $field::EventSchema => Some(SchemaKind::$schema.name()),
                        $field::EventSchemaVersion => Some(self.version.as_str()),
                        _ => None,
                    }
                }
            }

            /// An event without values in the default schema version; its `EventCount` is 1.
            impl Default for $event<'_> {
                fn default() -> Self {
                    Self::new($version::DEFAULT)
                }
            }

            /// Two events are equal when they have the same schema version and their columns show the same values.
            impl PartialEq for $event<'_> {
                fn eq(&self, other: &Self) -> bool {
                    self.version == other.version
                        && self.present() == other.present()
                        && self.iter().eq(other.iter())
                }
            }

            impl fmt::Debug for $event<'_> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    let mut event = f.debug_struct(stringify!($event));
                    for (field, value) in self.iter() {
                        event.field(field.name(), &value);
                    }
                    event.finish()
                }
            }

            impl Sealed for $field {}
            impl Sealed for $event<'_> {}

            impl SchemaField for $field {
                type Event<'r> = $event<'r>;

                const SCHEMA: SchemaKind = SchemaKind::$schema;
                const FIELDS: &'static [Self] = &Self::ALL;

                #[inline]
                fn info(self) -> &'static FieldInfo {
                    self.info()
                }

                fn from_name(name: &str) -> Option<Self> {
                    Self::from_name(name)
                }

                fn alias_of(self) -> &'static [Self] {
                    self.alias_of()
                }
            }

            impl<'r> SchemaEvent<'r> for $event<'r> {
                type Field = $field;

                fn of<'e>(event: &'e Event<'r>) -> Option<&'e Self> {
                    match event {
                        Event::$schema(event) => Some(event),
                        _ => None,
                    }
                }

                fn blank() -> Self {
                    Self::blank($version::DEFAULT)
                }

                fn set_version_by_name(&mut self, name: &str) -> bool {
                    let version = $version::from_name(name);
                    if let Some(version) = version {
                        self.set_version(version);
                    }
                    version.is_some()
                }

                fn set(&mut self, field: $field, value: Value<'r>) -> Result<(), SetError<$field>> {
                    self.set(field, value)
                }

                fn get(&self, field: $field) -> Option<ValueRef<'_>> {
                    self.get(field)
                }

                fn is_stored(&self, field: $field) -> bool {
                    self.is_stored(field)
                }
            }

            /// One map in schema order with the columns that [`JsonWriter`](crate::JsonWriter) writes by default.
            impl Serialize for $event<'_> {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let columns = self
                        .present()
                        .intersection(JsonOptions::default().$chosen());
                    serializer.collect_map(
                        columns
                            .iter()
                            .filter_map(|field| Some((field.name(), self.get(field)?))),
                    )
                }
            }

            /// Reads one map whose keys are columns of the schema; text stays borrowed where the format allows it.
            ///
            /// A column that is `null` is absent. An alias with one target gives its value to the target if that is
            /// absent, other aliases are passed over. `EventSchema` must be the schema's name, `EventSchemaVersion`
            /// sets the version. Any other key is an error that names it. Nothing is filled in: without `EventCount`
            /// the event has none.
            impl<'de> Deserialize<'de> for $event<'de> {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(crate::typed::deserialize::Columns::<$field>::new())
                }
            }

            impl JsonEvent for $event<'_> {
                fn write_json(&self, options: JsonOptions, out: &mut Vec<u8>) {
                    let columns = self.present().intersection(options.$chosen());
                    crate::json::write_object(self, &crate::$columns, columns.words(), out);
                }
            }

            crate::version::version_text!($version, $schema);
        };
    };
}

typed_event! {
    schema: Dns,
    event: DnsEvent,
    field: DnsField,
    set: DnsFieldSet,
    version: DnsVersion,
    columns: DNS_COLUMNS,
    module: dns_columns,
    chosen: chosen,
}

typed_event! {
    schema: Process,
    event: ProcessEvent,
    field: ProcessField,
    set: ProcessFieldSet,
    version: ProcessVersion,
    columns: PROCESS_COLUMNS,
    module: process_columns,
    chosen: chosen_process,
}

typed_event! {
    schema: Alert,
    event: AlertEvent,
    field: AlertField,
    set: AlertFieldSet,
    version: AlertVersion,
    columns: ALERT_COLUMNS,
    module: alert_columns,
    chosen: chosen_alert,
}
