//! Rows of a table in CSV, as portals and databases export them.

use std::borrow::Cow;

use super::time::Clock;
use super::{Envelope, json};
use crate::error::Fault;

/// The columns of a table, by their names in the header row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableHeader {
    row: Vec<u8>,
    names: Vec<String>,
    zones: Vec<Option<ColumnZone>>,
    columns: Vec<Column>,
}

/// What a column tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// It holds the record.
    Carrier,
    TimeGenerated,
    Time,
    Host,
    Address,
    Program,
    Id,
    Other,
}

impl Column {
    fn of(name: &str) -> Self {
        match name {
            "message" | "Message" | "SyslogMessage" | "RawData" | "_raw" | "event.original" => Self::Carrier,
            "TimeGenerated" => Self::TimeGenerated,
            "@timestamp" | "_time" | "EventTime" => Self::Time,
            "Computer" | "HostName" | "hostname" | "host" | "host.name" => Self::Host,
            "HostIP" | "host.ip" => Self::Address,
            "ProcessName" | "program" => Self::Program,
            "_ItemId" | "_id" => Self::Id,
            _ => Self::Other,
        }
    }
}

/// A record that a row carries, and what the row knows of it.
type Carried<'r> = (Cow<'r, [u8]>, Envelope);

/// The zone that a column's name tells, as the portal's exports have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnZone {
    /// `TimeGenerated [UTC]`.
    Utc,
    /// `TimeGenerated [Local Time]`: the zone of whoever exported the table.
    Local,
}

/// What a portal adds to the names of columns that hold times.
const ZONES: [(&str, ColumnZone); 2] = [(" [UTC]", ColumnZone::Utc), (" [Local Time]", ColumnZone::Local)];

impl TableHeader {
    /// The columns of a header row.
    pub fn new(row: &[u8]) -> Self {
        let mut header = Self {
            row: row.to_vec(),
            ..Self::default()
        };
        for cell in cells(row) {
            let name = String::from_utf8_lossy(&cell);
            let with_zone = ZONES
                .iter()
                .find_map(|(suffix, zone)| Some((name.strip_suffix(suffix)?, Some(*zone))));
            let (name, zone) = with_zone.unwrap_or((&name, None));
            header.columns.push(Column::of(name));
            header.zones.push(zone);
            header.names.push(name.to_owned());
        }
        header
    }

    /// The header row as it stands.
    pub fn row(&self) -> &[u8] {
        &self.row
    }

    /// The names of the columns, without the zone that a portal adds to them.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there is a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|found| found == name)
    }

    /// The zone that a column's name told.
    pub fn zone(&self, name: &str) -> Option<ColumnZone> {
        let place = self.names.iter().position(|found| found == name)?;
        *self.zones.get(place)?
    }

    /// Whether a column holds records.
    pub fn has_carrier(&self) -> bool {
        self.columns.contains(&Column::Carrier)
    }

    /// Whether a row has as many cells as there are columns.
    pub(crate) fn check(&self, found: usize) -> Result<(), Fault> {
        if found == self.columns.len() {
            return Ok(());
        }
        let found = format!("{found}, the header has {}", self.columns.len());
        Err(Fault::decode("wrong number of columns").with(found))
    }

    /// The record that a row carries, and what the row knows of it; none if it carries nothing.
    pub(super) fn peel<'r>(&self, row: &'r [u8], clock: &Clock<'_>) -> Result<Option<Carried<'r>>, Fault> {
        let (mut record, mut envelope, mut found) = (None, Envelope::default(), 0);
        for cell in cells(row) {
            let column = self.columns.get(found).copied().unwrap_or(Column::Other);
            let zone = self.zones.get(found).copied().flatten();
            found += 1;
            if matches!(column, Column::Other) || cell.trim_ascii().is_empty() {
                continue;
            }
            if column == Column::Carrier {
                record.get_or_insert(cell);
                continue;
            }
            let text = String::from_utf8_lossy(&cell);
            match column {
                Column::TimeGenerated => {
                    envelope.time_generated = clock.column(&text, zone).time.ok().flatten();
                }
                Column::Time => envelope.set_time(clock.column(&text, zone)),
                Column::Host => json::host(&text, &mut envelope),
                Column::Address => envelope.address = text.parse().ok().or(envelope.address),
                Column::Program => envelope.program = Some(text.into_owned()),
                Column::Id => envelope.id = Some(text.into_owned()),
                Column::Carrier | Column::Other => {}
            }
        }
        self.check(found)?;
        Ok(record.map(|record| (record, envelope)))
    }
}

/// The cells of one row (RFC 4180), their quotes undone.
pub(crate) fn cells(row: &[u8]) -> impl Iterator<Item = Cow<'_, [u8]>> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let (cell, behind) = next_cell(rest?);
        rest = behind;
        Some(cell)
    })
}

/// The first cell, and what stands behind the comma after it.
fn next_cell(row: &[u8]) -> (Cow<'_, [u8]>, Option<&[u8]>) {
    let Some(quoted) = row.strip_prefix(b"\"") else {
        return match memchr::memchr(b',', row) {
            Some(comma) => (
                Cow::Borrowed(row.get(..comma).unwrap_or_default()),
                row.get(comma + 1..),
            ),
            None => (Cow::Borrowed(row), None),
        };
    };
    let end = memchr::memchr(b'"', quoted).unwrap_or(quoted.len());
    let mut cell = Cow::Borrowed(quoted.get(..end).unwrap_or(quoted));
    let mut rest = quoted.get(end + 1..).unwrap_or_default();
    loop {
        match rest {
            [b',', behind @ ..] => return (cell, Some(behind)),
            [] => return (cell, None),
            // A doubled quote is one, and quoted text goes on behind it.
            [b'"', behind @ ..] => {
                let end = memchr::memchr(b'"', behind).unwrap_or(behind.len());
                cell.to_mut().push(b'"');
                cell.to_mut()
                    .extend_from_slice(behind.get(..end).unwrap_or(behind));
                rest = behind.get(end + 1..).unwrap_or_default();
            }
            // Text behind the closing quote is kept as it is.
            _ => {
                let end = memchr::memchr(b',', rest).unwrap_or(rest.len());
                cell.to_mut().extend_from_slice(rest.get(..end).unwrap_or(rest));
                rest = rest.get(end..).unwrap_or_default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::context::Context;

    fn peel<'r>(header: &TableHeader, row: &'r [u8]) -> Result<Option<Carried<'r>>, Fault> {
        let context = Context {
            timezone: Some(chrono_tz::Asia::Tokyo),
            ..Context::default()
        };
        header.peel(row, &Clock { context: &context })
    }

    #[test]
    fn a_row_carries_its_record_and_its_facts() {
        let header = TableHeader::new(b"TenantId,TimeGenerated [UTC],Computer,HostIP,SyslogMessage,Type");
        assert!(header.has_carrier());
        let row = b"t,\"11/24/2023, 12:57:06.255 PM\",sensor,192.0.2.3,\"{\"\"a\"\":\"\"b,\nc\"\"}\",Syslog";
        let (record, envelope) = peel(&header, row).unwrap().unwrap();
        assert_eq!(*record, *b"{\"a\":\"b,\nc\"}");
        assert_eq!(envelope.host.as_deref(), Some("sensor"));
        assert_eq!(envelope.address, Some([192, 0, 2, 3].into()));
        assert_eq!(
            envelope.time_generated,
            asim_schema::Timestamp::parse("2023-11-24T12:57:06.255Z")
        );
    }

    #[test]
    fn a_row_of_another_length_is_none() {
        let header = TableHeader::new(b"a,message");
        assert!(peel(&header, b"x").is_err() && peel(&header, b"x,y,z").is_err());
        assert_eq!(peel(&header, b"x,"), Ok(None));
        assert_eq!(
            peel(&header, b"x,\"y")
                .unwrap()
                .map(|(record, _)| record.into_owned()),
            Some(b"y".to_vec())
        );
    }

    #[test]
    fn a_local_column_obeys_the_time_zone() {
        let header = TableHeader::new(b"TimeGenerated [Local Time],Message");
        assert!(header.has("TimeGenerated"));
        assert_eq!(header.zone("TimeGenerated"), Some(ColumnZone::Local));
        let (_, envelope) = peel(&header, b"\"11/24/2023, 9:57:06.255 PM\",m")
            .unwrap()
            .unwrap();
        assert_eq!(
            envelope.time_generated,
            asim_schema::Timestamp::parse("2023-11-24T12:57:06.255Z")
        );
    }

    proptest! {
        /// Cells are those that another reader of CSV finds.
        #[test]
        fn cells_are_read_as_another_reader_does(
            row in proptest::collection::vec("[a ]{0,4}|\"([a, \n]|\"\"){0,6}\"", 2..6)
        ) {
            let row = row.join(",");
            let mut reader = csv_core::Reader::new();
            let (mut out, mut ends) = ([0; 64], [0; 64]);
            let (_, read, written, count) = reader.read_record(row.as_bytes(), &mut out, &mut ends);
            let (_, _, more, last) = reader.read_record(&row.as_bytes()[read..], &mut out[written..], &mut ends[count..]);
            let (written, count) = (written + more, count + last);
            let mut from = 0;
            let expected: Vec<_> = ends[..count].iter().map(|end| out[std::mem::replace(&mut from, *end)..*end].to_vec()).collect();
            let found: Vec<_> = cells(row.as_bytes()).map(Cow::into_owned).collect();
            prop_assert_eq!(found.concat().len(), written);
            prop_assert_eq!(found, expected);
        }
    }
}
