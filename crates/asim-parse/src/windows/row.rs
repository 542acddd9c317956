//! Windows events as rows of a table.

use std::borrow::Cow;

use super::build::Builder;
use super::event::WindowsEvent;
use super::json::NO_ID;
use super::names::Group;
use super::value::DataValue;
use crate::decode::members::{MemberValue, Members};
use crate::envelope::{ColumnZone, TableHeader};
use crate::error::Fault;

/// The column for which a portal names the zone.
const TIME_GENERATED: &str = "TimeGenerated";

impl<'r> WindowsEvent<'r> {
    /// Reads a row of one of the tables `WindowsEvent`, `Event`, `SecurityEvent` or of a custom table with the columns
    /// of a shipper.
    ///
    /// # Errors
    ///
    /// A row with another number of cells than the header, or without an event's id: [`Fault::class`] is then
    /// [`NO_ID`].
    pub fn row(row: &'r [u8], header: &'r TableHeader) -> Result<Self, Fault> {
        let mut builder = Builder::default();
        for (name, value) in Members::row(row, header)? {
            let Some(value) = cell(value) else { continue };
            if name == TIME_GENERATED && header.zone(TIME_GENERATED) == Some(ColumnZone::Local) {
                builder.event.local_time_generated = value.into_text();
            } else {
                builder.member(Group::Root, name, value);
            }
        }
        builder.finish(Fault::decode(NO_ID))
    }
}

fn cell(value: MemberValue<'_>) -> Option<DataValue<'_>> {
    Some(match value {
        MemberValue::Null => return None,
        MemberValue::Text(text) => DataValue::Text(text),
        MemberValue::Number(number) => DataValue::Number(Cow::Borrowed(number)),
        MemberValue::Boolean(value) => DataValue::Boolean(value),
        MemberValue::Nested(json) => DataValue::Nested(Cow::Borrowed(json)),
    })
}
