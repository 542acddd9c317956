//! Observations as bytes, for a sort by time that needs no memory.

use std::net::IpAddr;

use asim_schema::Timestamp;
use serde::{Deserialize, Serialize};

use super::batch::{Batch, Row};
use crate::detector::SnapshotError;

#[derive(Serialize, Deserialize)]
struct Packed<'p> {
    row: Row,
    #[serde(borrow)]
    texts: Vec<Option<&'p str>>,
    hits: Vec<u32>,
    addresses: Vec<IpAddr>,
}

impl Batch {
    /// Hands each observation over as bytes, with its time.
    ///
    /// # Errors
    ///
    /// When one cannot be written, which only memory brings about.
    pub fn pack(&self, mut each: impl FnMut(Timestamp, &[u8])) -> Result<(), SnapshotError> {
        let mut bytes = Vec::new();
        for row in &self.rows {
            let span = |(start, end): (u32, u32)| start as usize..end as usize;
            let texts = row.texts.iter().map(|text| self.text.get(span((*text)?)));
            let packed = Packed {
                texts: texts.collect(),
                hits: self.hits.get(span(row.hits)).unwrap_or_default().to_vec(),
                addresses: self
                    .addresses
                    .get(span(row.addresses))
                    .unwrap_or_default()
                    .to_vec(),
                row: row.clone(),
            };
            bytes.clear();
            bytes = postcard::to_extend(&packed, bytes).map_err(|_| SnapshotError::Unwritable)?;
            each(Timestamp::from_ticks(row.time).unwrap_or(Timestamp::MIN), &bytes);
        }
        Ok(())
    }

    /// Appends an observation that was packed; what is left of the bytes.
    ///
    /// # Errors
    ///
    /// When the bytes are not a packed observation's.
    pub fn unpack<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], SnapshotError> {
        let (packed, rest): (Packed<'_>, _) =
            postcard::take_from_bytes(bytes).map_err(|_| SnapshotError::Unreadable)?;
        let mut row = packed.row;
        for (place, text) in row.texts.iter_mut().zip(packed.texts) {
            let start = self.text.len();
            *place = text.and_then(|text| {
                self.text.push_str(text);
                span(start, self.text.len())
            });
        }
        let start = self.hits.len();
        self.hits.extend(packed.hits);
        row.hits = span(start, self.hits.len()).unwrap_or_default();
        let start = self.addresses.len();
        self.addresses.extend(packed.addresses);
        row.addresses = span(start, self.addresses.len()).unwrap_or_default();
        self.rows.push(row);
        Ok(rest)
    }
}

fn span(start: usize, end: usize) -> Option<(u32, u32)> {
    u32::try_from(start).ok().zip(u32::try_from(end).ok())
}

#[cfg(test)]
mod tests {
    use asim_schema::{Event, Rcode, RrType};

    use super::*;
    use crate::rules::tests::{process, response};
    use crate::{Observer, Tuning};

    #[test]
    fn packed_observations_are_the_same() {
        let observer = Observer::new(Tuning::default().into());
        let mut batch = Batch::default();
        let answer = response(
            7,
            "192.0.2.9",
            "WWW.Example.com",
            RrType::A,
            Rcode::NOERROR,
            Some("192.0.2.80"),
        );
        observer.observe(&Event::Dns(answer), None, &mut batch);
        observer.observe(
            &Event::Process(process(8, "ws7", "/usr/bin/dig", "dig x")),
            None,
            &mut batch,
        );
        let mut all = Vec::new();
        batch.pack(|_, bytes| all.extend_from_slice(bytes)).unwrap();
        let mut again = Batch::default();
        let mut rest = &all[..];
        while !rest.is_empty() {
            rest = again.unpack(rest).unwrap();
        }
        assert_eq!(format!("{batch:?}"), format!("{again:?}"));
        assert!(again.unpack(b"\xff").is_err());
    }
}
