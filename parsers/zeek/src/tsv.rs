//! A row of the tab-separated form.

use std::borrow::Cow;
use std::net::IpAddr;

use asim_parse::schema::AdditionalValue;
use asim_parse::value::{address, number, text, time};
use asim_parse::{Fault, Notes, Refusal};

use crate::column::Column;
use crate::escape::{Backslash, undo};
use crate::header::{Cell, CellType, Scalar, ZeekHeader, split};
use crate::raw::{ZeekDns, problem};

/// Reads a row under its header.
pub(crate) fn decode<'r>(
    row: &'r [u8],
    header: &'r ZeekHeader,
    notes: &mut Notes,
) -> Result<ZeekDns<'r>, Refusal> {
    if header.cells.is_empty() {
        return Err(Fault::decode("no header: no #fields line before this row").into());
    }
    if let Some(log) = header.other_log() {
        return Err(Refusal::Declined(Cow::Owned(format!("Zeek {log} log"))));
    }
    let mut raw = ZeekDns::default();
    let mut cells = header.cells.iter();
    let mut read = 0;
    let mut take = |value: &'r [u8]| {
        read += 1;
        if let Some(cell) = cells.next() {
            // Unset is told before escapes are undone: a value that looks like the marker is escaped.
            if value != header.unset_field {
                raw.take_cell(cell, value, header, notes);
            }
        }
    };
    if let [separator] = *header.separator {
        let mut from = 0;
        for to in memchr::memchr_iter(separator, row) {
            take(row.get(from..to).unwrap_or_default());
            from = to + 1;
        }
        take(row.get(from..).unwrap_or_default());
    } else {
        split(row, &header.separator).for_each(take);
    }
    if read != header.cells.len() {
        let found = format!("{read}, the header has {}", header.cells.len());
        return Err(Fault::decode("wrong number of columns").with(found).into());
    }
    Ok(raw)
}

impl<'r> ZeekDns<'r> {
    fn take_cell(&mut self, cell: &'r Cell, value: &'r [u8], header: &ZeekHeader, notes: &mut Notes) {
        match cell {
            Cell::Known(column) => {
                if !self.columns.insert(*column) {
                    notes.add(column.name(), problem::TWICE);
                }
                if self.take_known(*column, value, header, notes).is_none() {
                    let raw = AdditionalValue::Text(to_text(value, *column, notes));
                    self.keep_misfit(*column, raw, misfit(*column), notes);
                }
            }
            Cell::Other(name, cell_type) => {
                self.keep(&**name, other(*cell_type, value, header));
            }
        }
    }

    /// Takes the value of a known column; none if it does not fit.
    fn take_known(
        &mut self,
        column: Column,
        value: &'r [u8],
        header: &ZeekHeader,
        notes: &mut Notes,
    ) -> Option<()> {
        match column {
            Column::Ts => self.ts = Some(time::from_text(std::str::from_utf8(value).ok()?)?),
            Column::Uid => self.uid = Some(to_text(value, column, notes)),
            Column::OrigH => self.orig_h = Some(ip(value)?),
            Column::OrigP => self.orig_p = Some(integer(value)?),
            Column::RespH => self.resp_h = Some(ip(value)?),
            Column::RespP => self.resp_p = Some(integer(value)?),
            Column::Proto => self.proto = Some(to_text(value, column, notes)),
            Column::TransId => self.trans_id = Some(integer(value)?),
            Column::Rtt => self.rtt = Some(number::ten_millionths(value).filter(|ticks| *ticks >= 0)?),
            Column::Query => {
                let root = value == header.empty_field;
                self.query = Some(if root {
                    Cow::Borrowed(&[])
                } else {
                    undo(value, Backslash::Doubled)
                });
            }
            Column::Qclass => self.qclass = Some(integer(value)?),
            Column::QclassName => self.qclass_name = Some(to_text(value, column, notes)),
            Column::Qtype => self.qtype = Some(integer(value)?),
            Column::QtypeName => self.qtype_name = Some(to_text(value, column, notes)),
            Column::Rcode => self.rcode = Some(integer(value)?),
            Column::RcodeName => self.rcode_name = Some(to_text(value, column, notes)),
            Column::Aa => self.aa = Some(boolean(value)?),
            Column::Tc => self.tc = Some(boolean(value)?),
            Column::Rd => self.rd = Some(boolean(value)?),
            Column::Ra => self.ra = Some(boolean(value)?),
            Column::Z => self.z = Some(integer(value).filter(|bits| *bits < 8)?),
            Column::Answers => {
                self.answers.clear();
                if value != header.empty_field {
                    let answers = split(value, &header.set_separator);
                    self.answers
                        .extend(answers.map(|answer| undo(answer, Backslash::Doubled)));
                }
            }
            Column::Ttls => {
                self.ttls.clear();
                if value != header.empty_field {
                    for ttl in split(value, &header.set_separator) {
                        self.ttls.push(number::ten_millionths(ttl)?);
                    }
                }
            }
            Column::Rejected => self.rejected = Some(boolean(value)?),
            Column::Opcode => self.opcode = Some(integer(value).filter(|code| *code < 16)?),
            Column::OpcodeName => self.opcode_name = Some(to_text(value, column, notes)),
            Column::Path => self.path = Some(to_text(value, column, notes)),
            Column::SystemName => self.system_name = Some(to_text(value, column, notes)),
        }
        Some(())
    }
}

/// What is said of a value that does not fit its column.
const fn misfit(column: Column) -> &'static str {
    match column {
        Column::Ts => problem::TIME,
        Column::OrigH | Column::RespH => problem::ADDRESS,
        Column::Rtt | Column::Ttls => problem::DURATION,
        Column::Aa | Column::Tc | Column::Rd | Column::Ra | Column::Rejected => problem::BOOLEAN,
        _ => problem::NUMBER,
    }
}

fn to_text<'r>(value: &'r [u8], column: Column, notes: &mut Notes) -> Cow<'r, str> {
    let (text, was_bytes) = text::from_cow(undo(value, Backslash::Doubled));
    if was_bytes {
        notes.add(column.name(), problem::NOT_UTF8);
    }
    text
}

fn ip(value: &[u8]) -> Option<IpAddr> {
    address::from_text(value)
}

fn integer<N: TryFrom<u64>>(value: &[u8]) -> Option<N> {
    N::try_from(number::unsigned(value)?).ok()
}

fn boolean(value: &[u8]) -> Option<bool> {
    match value {
        b"T" => Some(true),
        b"F" => Some(false),
        _ => None,
    }
}

/// A value of a column without a place of its own, in its own type.
fn other<'r>(cell_type: CellType, value: &'r [u8], header: &ZeekHeader) -> AdditionalValue<'r> {
    match cell_type {
        CellType::Boolean => scalar(Scalar::Boolean, value),
        CellType::Integer => scalar(Scalar::Integer, value),
        CellType::Real => scalar(Scalar::Real, value),
        CellType::Text if value == header.empty_field => AdditionalValue::Text(Cow::Borrowed("")),
        CellType::Text => scalar(Scalar::Text, value),
        CellType::List(_) if value == header.empty_field => AdditionalValue::List(Vec::new()),
        CellType::List(element) => AdditionalValue::List(
            split(value, &header.set_separator)
                .map(|value| {
                    if value == header.unset_field {
                        AdditionalValue::Null
                    } else {
                        scalar(element, value)
                    }
                })
                .collect(),
        ),
    }
}

fn scalar(kind: Scalar, value: &[u8]) -> AdditionalValue<'_> {
    let typed = match kind {
        Scalar::Boolean => boolean(value).map(AdditionalValue::Boolean),
        Scalar::Integer => std::str::from_utf8(value).ok().and_then(|digits| {
            let signed = digits.parse().map(AdditionalValue::Integer);
            signed
                .or_else(|_| digits.parse().map(AdditionalValue::Unsigned))
                .ok()
        }),
        Scalar::Real => std::str::from_utf8(value)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .filter(|number: &f64| number.is_finite())
            .map(AdditionalValue::Real),
        Scalar::Text => None,
    };
    typed.unwrap_or_else(|| AdditionalValue::Text(text::from_cow(undo(value, Backslash::Doubled)).0))
}
