//! Which reader a record is for.

use std::borrow::Cow;

use asim_parse::decode::members::Members;
use asim_parse::envelope::TableHeader;
use asim_parse::windows::{NO_ID, WindowsEvent};
use asim_parse::{Context, Fault, Format, Notes, Record, Refusal};

use crate::raw::MicrosoftDns;
use crate::{agent_row, debug_log, server_event};

/// Reads a record by its format and its first byte.
pub(crate) fn decode<'r>(
    record: Record<'r, ()>,
    context: &Context,
    notes: &mut Notes,
) -> Result<MicrosoftDns<'r>, Refusal> {
    if let Some(header) = record.table {
        return row(record.bytes, header, context, notes);
    }
    match record.format {
        Format::NdJson | Format::JsonValues => json(record.bytes, context, notes),
        Format::WindowsXml | Format::Evtx => xml(record.bytes, context, notes),
        _ => match record.bytes.trim_ascii_start().first() {
            Some(b'{') => json(record.bytes, context, notes),
            Some(b'<') => xml(record.bytes, context, notes),
            Some(b'A'..=b'Z') => message(record.bytes, context, notes),
            _ => debug_log::decode(record.bytes, context, notes),
        },
    }
}

fn xml<'r>(bytes: &'r [u8], context: &Context, notes: &mut Notes) -> Result<MicrosoftDns<'r>, Refusal> {
    server_event::from_event(WindowsEvent::xml(bytes)?, context, notes)
}

fn json<'r>(bytes: &'r [u8], context: &Context, notes: &mut Notes) -> Result<MicrosoftDns<'r>, Refusal> {
    if agent_row::is_json(bytes) {
        return agent_row::decode(Members::json(bytes)?, None, context, notes);
    }
    event(WindowsEvent::json(bytes), context, notes)
}

fn row<'r>(
    bytes: &'r [u8],
    header: &'r TableHeader,
    context: &Context,
    notes: &mut Notes,
) -> Result<MicrosoftDns<'r>, Refusal> {
    if agent_row::is_table(header) {
        let members = Members::row(bytes, header)?;
        if members.has_escaped_bytes() {
            notes.add("row", "not UTF-8");
        }
        return agent_row::decode(members, Some(header), context, notes);
    }
    event(WindowsEvent::row(bytes, header), context, notes)
}

/// An event; what is well-formed and has no id of one is another kind of record.
fn event<'r>(
    read: Result<WindowsEvent<'r>, Fault>,
    context: &Context,
    notes: &mut Notes,
) -> Result<MicrosoftDns<'r>, Refusal> {
    match read {
        Ok(event) => server_event::from_event(event, context, notes),
        Err(fault) if fault.class == NO_ID => Err(Refusal::Declined(Cow::Borrowed(
            "a record that is no Windows event",
        ))),
        Err(fault) => Err(fault.into()),
    }
}

/// A rendered message, or the log's own line that begins with a letter.
fn message<'r>(bytes: &'r [u8], context: &Context, notes: &mut Notes) -> Result<MicrosoftDns<'r>, Refusal> {
    let text = std::str::from_utf8(bytes).ok();
    match text.and_then(|text| server_event::from_message(text, context, notes)) {
        Some(read) => read,
        None => debug_log::decode(bytes, context, notes),
    }
}
