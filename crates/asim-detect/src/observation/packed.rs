//! Observations as bytes, for a sort by time that needs no memory.

use std::net::IpAddr;

use asim_schema::Timestamp;
use serde::{Deserialize, Serialize};

use super::batch::{Batch, Details, Row};
use super::hit::HitRow;
use crate::detector::SnapshotError;

#[derive(Serialize, Deserialize)]
struct Packed<'p> {
    row: Row,
    details: Details,
    hits: Vec<HitRow>,
    addresses: Vec<IpAddr>,
    /// Where the text begins that spans count from.
    base: u32,
    text: &'p str,
}

impl Batch {
    /// Hands each observation over as bytes, with its time.
    ///
    /// # Errors
    ///
    /// When one cannot be written, which only memory brings about.
    pub fn pack(&self, mut each: impl FnMut(Timestamp, &[u8])) -> Result<(), SnapshotError> {
        let mut bytes = Vec::new();
        for (row, details) in self.rows.iter().zip(&self.details) {
            let range = |(start, end): (u32, u32)| start as usize..end as usize;
            let hits = self.hits.get(range(details.hits)).unwrap_or_default();
            // The texts of one observation stand together.
            let spans = details.texts.iter().flatten().copied();
            let spans = spans.chain(hits.iter().flat_map(HitRow::spans));
            let (base, end) = spans.fold((u32::MAX, 0), |(first, last), (start, end)| {
                (first.min(start), last.max(end))
            });
            let base = base.min(end);
            let packed = Packed {
                row: row.clone(),
                details: details.clone(),
                hits: hits.to_vec(),
                addresses: self
                    .addresses
                    .get(range(details.addresses))
                    .unwrap_or_default()
                    .to_vec(),
                base,
                text: self.text.get(range((base, end))).unwrap_or_default(),
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
        let (mut packed, rest): (Packed<'_>, _) =
            postcard::take_from_bytes(bytes).map_err(|_| SnapshotError::Unreadable)?;
        let start = u32::try_from(self.text.len()).map_err(|_| SnapshotError::Unreadable)?;
        self.text.push_str(packed.text);
        let texts = packed.details.texts.iter_mut().flatten();
        let spans = texts.chain(packed.hits.iter_mut().flat_map(HitRow::spans_mut));
        for (first, last) in spans {
            for place in [first, last] {
                *place = place.wrapping_sub(packed.base).wrapping_add(start);
            }
        }
        let mut details = packed.details;
        details.hits = append(&mut self.hits, packed.hits)?;
        details.addresses = append(&mut self.addresses, packed.addresses)?;
        self.push(packed.row, details);
        Ok(rest)
    }
}

impl Batch {
    /// Appends the observations of another batch.
    pub fn append(&mut self, other: &Self) {
        let place = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (text, hits, addresses) = (
            place(self.text.len()),
            place(self.hits.len()),
            place(self.addresses.len()),
        );
        let moved = |span: &mut (u32, u32), by: u32| *span = (span.0 + by, span.1 + by);
        self.text.push_str(&other.text);
        self.addresses.extend_from_slice(&other.addresses);
        for hit in &other.hits {
            let mut hit = *hit;
            hit.spans_mut().for_each(|span| moved(span, text));
            self.hits.push(hit);
        }
        for (row, details) in other.rows.iter().zip(&other.details) {
            let mut details = details.clone();
            details
                .texts
                .iter_mut()
                .flatten()
                .for_each(|span| moved(span, text));
            moved(&mut details.hits, hits);
            moved(&mut details.addresses, addresses);
            self.push(row.clone(), details);
        }
        self.untimed += other.untimed;
    }
}

/// Appends to a list; where the new items stand.
fn append<T>(list: &mut Vec<T>, items: Vec<T>) -> Result<(u32, u32), SnapshotError> {
    let start = u32::try_from(list.len()).map_err(|_| SnapshotError::Unreadable)?;
    list.extend(items);
    let end = u32::try_from(list.len()).map_err(|_| SnapshotError::Unreadable)?;
    Ok((start, end))
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
        let told = |batch: &Batch| {
            let all = batch.iter().map(|one| {
                let texts = [
                    one.name(),
                    one.domain(),
                    one.response(),
                    one.program(),
                    one.command_line(),
                ];
                format!(
                    "{texts:?} {:?} {:?} {}",
                    one.client(),
                    one.addresses(),
                    one.ticks()
                )
            });
            all.collect::<Vec<_>>()
        };
        assert_eq!(told(&batch), told(&again));
        assert!(again.unpack(b"\xff").is_err());
    }
}
