//! Rows of a table in CSV, as portals and databases export them.

use super::{Envelope, json, time};
use crate::error::Fault;

/// The columns of a table, by their names in the header row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableHeader {
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
    /// The column of a name; the portal adds the zone, as in `TimeGenerated [UTC]`.
    fn of(name: &str) -> Self {
        let name = name.strip_suffix(" [UTC]").unwrap_or(name);
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

impl TableHeader {
    /// The columns of a header row.
    pub fn new(row: &[u8]) -> Self {
        let columns = cells(row)
            .iter()
            .map(|name| Column::of(&String::from_utf8_lossy(name)))
            .collect();
        Self { columns }
    }

    /// Whether a column holds records.
    pub fn has_carrier(&self) -> bool {
        self.columns.contains(&Column::Carrier)
    }

    /// The record that a row carries, and what the row knows of it; none if it carries nothing.
    pub(super) fn peel(&self, row: &[u8]) -> Result<Option<(Vec<u8>, Envelope)>, Fault> {
        let cells = cells(row);
        if cells.len() != self.columns.len() {
            let found = format!("{}, the header has {}", cells.len(), self.columns.len());
            return Err(Fault::decode("wrong number of columns").with(found));
        }
        let (mut record, mut envelope) = (None, Envelope::default());
        for (column, cell) in self.columns.iter().zip(cells) {
            if cell.trim_ascii().is_empty() {
                continue;
            }
            if *column == Column::Carrier {
                record.get_or_insert(cell);
                continue;
            }
            let text = String::from_utf8_lossy(&cell);
            match column {
                Column::TimeGenerated => envelope.time_generated = time::utc(&text),
                Column::Time => envelope.time = time::utc(&text),
                Column::Host => json::host(&text, &mut envelope),
                Column::Address => envelope.address = text.parse().ok().or(envelope.address),
                Column::Program => envelope.program = Some(text.into_owned()),
                Column::Id => envelope.id = Some(text.into_owned()),
                Column::Carrier | Column::Other => {}
            }
        }
        Ok(record.map(|record| (record, envelope)))
    }
}

/// The cells of one row, their quotes undone.
fn cells(row: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = csv_core::Reader::new();
    let (mut cells, mut cell) = (Vec::new(), Vec::new());
    let mut space = [0; 4096];
    let mut input = row;
    loop {
        let (result, read, written) = reader.read_field(input, &mut space);
        input = input.get(read..).unwrap_or_default();
        cell.extend_from_slice(space.get(..written).unwrap_or_default());
        match result {
            csv_core::ReadFieldResult::Field { record_end } => {
                cells.push(std::mem::take(&mut cell));
                if record_end {
                    return cells;
                }
            }
            csv_core::ReadFieldResult::End => return cells,
            // An empty input tells the reader that the row is over.
            csv_core::ReadFieldResult::InputEmpty | csv_core::ReadFieldResult::OutputFull => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_carries_its_record_and_its_facts() {
        let header = TableHeader::new(b"TenantId,TimeGenerated [UTC],Computer,HostIP,SyslogMessage,Type");
        assert!(header.has_carrier());
        let row = b"t,\"11/24/2023, 12:57:06.255 PM\",sensor,192.0.2.3,\"{\"\"a\"\":\"\"b,\nc\"\"}\",Syslog";
        let (record, envelope) = header.peel(row).unwrap().unwrap();
        assert_eq!(record, b"{\"a\":\"b,\nc\"}");
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
        assert!(header.peel(b"x").is_err() && header.peel(b"x,y,z").is_err());
        assert_eq!(header.peel(b"x,"), Ok(None));
        assert_eq!(
            header.peel(b"x,\"y").unwrap().map(|(record, _)| record),
            Some(b"y".to_vec())
        );
    }
}
