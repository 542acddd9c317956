//! The records of a chunk of an EVTX file, as XML.

use std::error::Error;
use std::ops::Range;
use std::sync::Arc;

use evtx::err::EvtxError;
use evtx::{EvtxChunkData, ParserSettings};
use memchr::memmem;

use crate::cut::EVTX_CHUNK;
use crate::error::Fault;

/// The bytes of a record's header, in front of its event.
const RECORD_HEADER: usize = 24;
/// The bytes behind a record's event: its size again.
const RECORD_TRAILER: usize = 4;
/// The first bytes of a record.
const RECORD_SIGNATURE: &[u8] = b"\x2a\x2a\0\0";
/// Where a record's header has its number, as 64 bits.
const RECORD_ID: Range<usize> = 8..16;

/// Shows each record of a chunk: where it stands, and its event as XML text without an XML declaration.
///
/// What cannot be read is shown with its fault, and the records behind it are read.
pub(crate) fn records(chunk: &[u8], mut show: impl FnMut(Range<usize>, Result<&[u8], Fault>)) {
    let whole = 0..chunk.len();
    let mut data = match EvtxChunkData::new(chunk.to_vec(), false) {
        Ok(data) => data,
        Err(error) => return show(whole, Err(fault("EVTX chunk cannot be read", &error))),
    };
    let free_space = data.header.free_space_offset as usize;
    let settings = Arc::new(ParserSettings::new().indent(false));
    let mut records = match data.parse(settings) {
        Ok(records) => records,
        Err(error) => return show(whole, Err(fault("EVTX chunk cannot be read", &error))),
    };
    let mut last_end = 0;
    for record in records.iter() {
        let (range, event) = match record {
            Ok(record) => {
                let start = usize::try_from(record.binxml_offset).unwrap_or(chunk.len());
                let end = start + record.binxml_size as usize + RECORD_TRAILER;
                let range = start.saturating_sub(RECORD_HEADER)..end.min(chunk.len());
                (range, record.into_xml_bytes().map(|record| record.data))
            }
            Err(error) => (place(chunk, &error, last_end), Err(error)),
        };
        last_end = range.end.max(last_end);
        match event {
            Ok(xml) => show(range, Ok(without_declaration(&xml))),
            Err(error) => show(range, Err(fault("EVTX record cannot be read", &error))),
        }
    }
    if chunk.len() < EVTX_CHUNK && chunk.len() < free_space {
        let found = format!("{} bytes of {EVTX_CHUNK}", chunk.len());
        show(
            last_end..chunk.len(),
            Err(Fault::cut("EVTX chunk broken off").with(found)),
        );
    }
}

fn without_declaration(xml: &[u8]) -> &[u8] {
    if !xml.starts_with(b"<?xml") {
        return xml;
    }
    let end = memmem::find(xml, b"?>").map_or(0, |place| place + 2);
    xml.get(end..).unwrap_or_default().trim_ascii_start()
}

/// Where a record stands that cannot be read: up to the next record.
fn place(chunk: &[u8], error: &EvtxError, last_end: usize) -> Range<usize> {
    let start = match error {
        EvtxError::FailedToReadRecordAt { offset, .. } => usize::try_from(*offset).ok(),
        EvtxError::FailedToParseRecord { record_id, .. } => find(chunk, *record_id, last_end),
        _ => None,
    };
    let start = start.unwrap_or(last_end).min(chunk.len());
    let behind = chunk.get(start + 1..).unwrap_or_default();
    let length = memmem::find(behind, RECORD_SIGNATURE).map_or(behind.len(), |place| place);
    start..(start + 1 + length).min(chunk.len())
}

/// Where the record of a number begins.
fn find(chunk: &[u8], id: u64, from: usize) -> Option<usize> {
    let rest = chunk.get(from..)?;
    memmem::find_iter(rest, RECORD_SIGNATURE)
        .map(|place| from + place)
        .find(|place| chunk.get(place + RECORD_ID.start..place + RECORD_ID.end) == Some(&id.to_le_bytes()))
}

/// A fault with what the error and the errors behind it say.
fn fault(class: &'static str, error: &dyn Error) -> Fault {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    Fault::decode(class).with(text)
}
