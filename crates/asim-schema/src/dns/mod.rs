//! What is written by hand of a Dns event; its slots and accessors are generated.

use std::borrow::Cow;
use std::fmt;

use crate::generated::dns_columns::{SHOWS, SOURCES, stored_source};
use crate::{AdditionalValue, DnsEvent, DnsField, FieldSet, SchemaVersion, Storage, ValueRef};

mod deserialize;
mod serialize;
pub(crate) mod text;

impl<'r> DnsEvent<'r> {
    /// The schema version that the event is written in.
    #[inline]
    pub fn version(&self) -> SchemaVersion {
        self.version
    }

    /// Writes the event in another schema version from now on.
    ///
    /// Values of columns that the version does not have are kept, but nothing shows them.
    pub fn set_version(&mut self, version: SchemaVersion) {
        self.version = version;
    }

    /// The columns that show a value: those set, those that follow from them, and the constants.
    #[inline]
    pub fn present(&self) -> FieldSet {
        self.present.intersection(self.version.fields())
    }

    /// Whether the column shows a value.
    #[inline]
    pub fn contains(&self, field: DnsField) -> bool {
        self.present().contains(field)
    }

    /// What the column shows: its own value, that of its target or of a stand-in, or a constant.
    ///
    /// A column of text shows an address as text.
    pub fn get(&self, field: DnsField) -> Option<ValueRef<'_>> {
        if !self.contains(field) {
            return None;
        }
        let Some(source) = stored_source(self, field) else {
            return self.constant(field);
        };
        match self.stored(source)? {
            ValueRef::Ip(address) if field.info().storage == Storage::Text => {
                Some(ValueRef::Text(Cow::Owned(address.to_string())))
            }
            value => Some(value),
        }
    }

    /// What the column of that name shows; none also when there is no such column.
    pub fn get_by_name(&self, name: &str) -> Option<ValueRef<'_>> {
        self.get(DnsField::from_name(name)?)
    }

    /// The columns that show a value, in schema order.
    pub fn iter(&self) -> impl Iterator<Item = (DnsField, ValueRef<'_>)> {
        self.present()
            .iter()
            .filter_map(|field| Some((field, self.get(field)?)))
    }

    /// Adds one member to `AdditionalFields`.
    pub fn push_additional(&mut self, name: impl Into<Cow<'r, str>>, value: impl Into<AdditionalValue<'r>>) {
        let mut fields = self.additional_fields.take().unwrap_or_default();
        fields.push(name, value);
        self.set_additional_fields(fields);
    }

    /// Takes back what a slot that has just been emptied made present.
    pub(crate) fn forget(&mut self, field: DnsField) {
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
    fn constant(&self, field: DnsField) -> Option<ValueRef<'static>> {
        match field {
            DnsField::EventSchema => Some(ValueRef::Text(Cow::Borrowed("Dns"))),
            DnsField::EventSchemaVersion => Some(ValueRef::Text(Cow::Borrowed(self.version.as_str()))),
            _ => None,
        }
    }
}

/// An event without values in the default schema version; its `EventCount` is 1.
impl Default for DnsEvent<'_> {
    fn default() -> Self {
        Self::new(SchemaVersion::DEFAULT)
    }
}

/// Two events are equal when they have the same schema version and their columns show the same values.
impl PartialEq for DnsEvent<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version && self.present() == other.present() && self.iter().eq(other.iter())
    }
}

impl fmt::Debug for DnsEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut event = f.debug_struct("DnsEvent");
        for (field, value) in self.iter() {
            event.field(field.name(), &value);
        }
        event.finish()
    }
}
