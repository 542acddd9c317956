//! One schema among several: what its columns and events have in common with those of the others.

use std::fmt;
use std::hash::Hash;

use crate::{Event, FieldInfo, SchemaKind, SetError, Value, ValueRef};

/// The columns of one schema, such as [`DnsField`](crate::DnsField).
pub trait SchemaField: sealed::Sealed + Copy + Ord + Hash + fmt::Debug + fmt::Display + 'static {
    /// An event of the schema.
    type Event<'r>: SchemaEvent<'r, Field = Self>;

    /// The schema.
    const SCHEMA: SchemaKind;

    /// All columns in schema order.
    const FIELDS: &'static [Self];

    /// What the schema says of the column.
    fn info(self) -> &'static FieldInfo;

    /// The column of a name, in the schema's own letter case.
    fn from_name(name: &str) -> Option<Self>;

    /// The targets of an alias in order, of which the first that is present shows; of another column none.
    fn alias_of(self) -> &'static [Self];
}

/// An event of one schema, such as [`DnsEvent`](crate::DnsEvent).
pub trait SchemaEvent<'r>: sealed::Sealed + Sized {
    /// The columns of the schema.
    type Field: SchemaField<Event<'r> = Self>;

    /// The event of this schema that an event of any schema is; none if it is of another one.
    fn of<'e>(event: &'e Event<'r>) -> Option<&'e Self>;

    /// An event without any value, in the version that events have unless told otherwise.
    fn blank() -> Self;

    /// Writes the event in the version of that name from now on; false when the schema has no such version.
    fn set_version_by_name(&mut self, name: &str) -> bool;

    /// Sets a column to a value of its type.
    ///
    /// # Errors
    ///
    /// When the column cannot hold the value, or has no value of its own.
    fn set(&mut self, field: Self::Field, value: Value<'r>) -> Result<(), SetError<Self::Field>>;

    /// What the column shows.
    fn get(&self, field: Self::Field) -> Option<ValueRef<'_>>;

    /// Whether the field has a value of its own.
    fn is_stored(&self, field: Self::Field) -> bool;
}

pub(crate) mod sealed {
    //! Schemas come from the project's data alone.

    pub trait Sealed {}
}
