//! A row of the tab-separated form.

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Range;

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
    let row = Row::new(row);
    let mut cells = header.cells.iter();
    let mut read = 0;
    let mut take = |value: Range<usize>| {
        read += 1;
        if let Some(cell) = cells.next() {
            let value = row.value(value);
            // Unset is told before escapes are undone: a value that looks like the marker is escaped.
            if !value.is(&header.unset_field) {
                raw.take_cell(cell, value, header, notes);
            }
        }
    };
    if let [separator] = *header.separator {
        each_part(row.bytes, separator, take);
    } else {
        let mut from = 0;
        for part in split(row.bytes, &header.separator) {
            take(from..from + part.len());
            from += part.len() + header.separator.len();
        }
    }
    if read != header.cells.len() {
        let found = format!("{read}, the header has {}", header.cells.len());
        return Err(Fault::decode("wrong number of columns").with(found).into());
    }
    Ok(raw)
}

/// The bytes of a row, and its text if that is the row as it stands.
#[derive(Clone, Copy)]
struct Row<'r> {
    bytes: &'r [u8],
    /// Set when the row is UTF-8 and nothing in it is escaped, as in nearly all rows: no cell has to be checked again.
    text: Option<&'r str>,
}

impl<'r> Row<'r> {
    fn new(bytes: &'r [u8]) -> Self {
        let text = std::str::from_utf8(bytes)
            .ok()
            .filter(|_| memchr::memchr(b'\\', bytes).is_none());
        Self { bytes, text }
    }

    #[inline]
    fn value(self, range: Range<usize>) -> Value<'r> {
        Value {
            bytes: self.bytes.get(range.clone()).unwrap_or_default(),
            text: self.text.and_then(|text| text.get(range)),
        }
    }
}

/// The bytes of a cell, and its text if that is the cell as it stands.
#[derive(Clone, Copy)]
struct Value<'r> {
    bytes: &'r [u8],
    text: Option<&'r str>,
}

impl<'r> Value<'r> {
    /// Whether the value is a marker of the header; markers mostly have one byte, which needs no call to compare.
    #[inline]
    fn is(self, marker: &[u8]) -> bool {
        match (self.bytes, marker) {
            ([byte], [marker]) => byte == marker,
            (bytes, marker) => bytes == marker,
        }
    }

    /// The bytes with Zeek's escapes undone.
    #[inline]
    fn undone(self) -> Cow<'r, [u8]> {
        if self.text.is_some() {
            Cow::Borrowed(self.bytes)
        } else {
            undo(self.bytes, Backslash::Doubled)
        }
    }

    /// The text with Zeek's escapes undone.
    #[inline]
    fn text(self, column: Column, notes: &mut Notes) -> Cow<'r, str> {
        match self.text {
            Some(text) => Cow::Borrowed(text),
            None => to_text(self.bytes, column, notes),
        }
    }
}

/// Calls `take` with each element of a set or vector.
#[inline]
fn each_element<'r>(list: &'r [u8], header: &ZeekHeader, mut take: impl FnMut(&'r [u8])) {
    if let [separator] = *header.set_separator {
        each_part(list, separator, |range| take(list.get(range).unwrap_or_default()));
    } else {
        split(list, &header.set_separator).for_each(take);
    }
}

/// Calls `take` with the place of each part of a row between separators.
///
/// Cells are short: finding the separators of many bytes at once costs less than a search from each to the next.
#[inline]
fn each_part(row: &[u8], separator: u8, mut take: impl FnMut(Range<usize>)) {
    const BLOCK: usize = 64;
    let (mut from, mut start) = (0, 0);
    for block in row.chunks(BLOCK) {
        let mut found = places(block, separator);
        while found != 0 {
            let to = start + found.trailing_zeros() as usize;
            take(from..to);
            from = to + 1;
            found &= found - 1;
        }
        start += BLOCK;
    }
    take(from..row.len());
}

/// Bit `n` is set if byte `n` of at most 64 is the one that is looked for.
#[inline]
fn places(block: &[u8], byte: u8) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    /// Brings the top bits of eight bytes together in the topmost byte.
    const GATHER: u64 = 0x0002_0408_1020_4081;
    let pattern = u64::from_ne_bytes([byte; 8]);
    let (words, rest) = block.as_chunks::<8>();
    let mut found = 0;
    for (index, word) in words.iter().enumerate() {
        let differing = u64::from_le_bytes(*word) ^ pattern;
        let equal = !((differing & LOW).wrapping_add(LOW) | differing | LOW);
        found |= (equal.wrapping_mul(GATHER) >> 56) << (index * 8);
    }
    for (index, other) in rest.iter().enumerate() {
        found |= u64::from(*other == byte) << (words.len() * 8 + index);
    }
    found
}

impl<'r> ZeekDns<'r> {
    #[inline]
    fn take_cell(&mut self, cell: &'r Cell, value: Value<'r>, header: &ZeekHeader, notes: &mut Notes) {
        match cell {
            Cell::Known(column) => {
                if !self.columns.insert(*column) {
                    notes.add(column.name(), problem::TWICE);
                }
                if self.take_known(*column, value, header, notes).is_none() {
                    let raw = AdditionalValue::Text(to_text(value.bytes, *column, notes));
                    self.keep_misfit(*column, raw, misfit(*column), notes);
                }
            }
            Cell::Other(name, cell_type) => {
                self.keep(&**name, other(*cell_type, value.bytes, header));
            }
        }
    }

    /// Takes the value of a known column; none if it does not fit.
    #[inline]
    fn take_known(
        &mut self,
        column: Column,
        value: Value<'r>,
        header: &ZeekHeader,
        notes: &mut Notes,
    ) -> Option<()> {
        let bytes = value.bytes;
        match column {
            Column::Ts => {
                let text = value.text.or_else(|| std::str::from_utf8(bytes).ok())?;
                self.ts = Some(time::from_text(text)?);
            }
            Column::Uid => self.uid = Some(value.text(column, notes)),
            Column::OrigH => self.orig_h = Some(ip(bytes)?),
            Column::OrigP => self.orig_p = Some(integer(bytes)?),
            Column::RespH => self.resp_h = Some(ip(bytes)?),
            Column::RespP => self.resp_p = Some(integer(bytes)?),
            Column::Proto => self.proto = Some(value.text(column, notes)),
            Column::TransId => self.trans_id = Some(integer(bytes)?),
            Column::Rtt => self.rtt = Some(number::ten_millionths(bytes).filter(|ticks| *ticks >= 0)?),
            Column::Query => {
                self.query = Some(if value.is(&header.empty_field) {
                    Cow::Borrowed(&[])
                } else {
                    value.undone()
                });
            }
            Column::Qclass => self.qclass = Some(integer(bytes)?),
            Column::QclassName => self.qclass_name = Some(value.text(column, notes)),
            Column::Qtype => self.qtype = Some(integer(bytes)?),
            Column::QtypeName => self.qtype_name = Some(value.text(column, notes)),
            Column::Rcode => self.rcode = Some(integer(bytes)?),
            Column::RcodeName => self.rcode_name = Some(value.text(column, notes)),
            Column::Aa => self.aa = Some(boolean(bytes)?),
            Column::Tc => self.tc = Some(boolean(bytes)?),
            Column::Rd => self.rd = Some(boolean(bytes)?),
            Column::Ra => self.ra = Some(boolean(bytes)?),
            Column::Z => self.z = Some(integer(bytes).filter(|bits| *bits < 8)?),
            Column::Answers => {
                self.answers.clear();
                if !value.is(&header.empty_field) {
                    let plain = value.text.is_some();
                    each_element(bytes, header, |answer| {
                        self.answers.push(if plain {
                            Cow::Borrowed(answer)
                        } else {
                            undo(answer, Backslash::Doubled)
                        });
                    });
                }
            }
            Column::Ttls => {
                self.ttls.clear();
                if !value.is(&header.empty_field) {
                    let mut fits = true;
                    each_element(bytes, header, |ttl| {
                        let ttl = number::ten_millionths(ttl).filter(|_| fits);
                        fits = ttl.is_some();
                        self.ttls.extend(ttl);
                    });
                    fits.then_some(())?;
                }
            }
            Column::Rejected => self.rejected = Some(boolean(bytes)?),
            Column::Opcode => self.opcode = Some(integer(bytes).filter(|code| *code < 16)?),
            Column::OpcodeName => self.opcode_name = Some(value.text(column, notes)),
            Column::Path => self.path = Some(value.text(column, notes)),
            Column::SystemName => self.system_name = Some(value.text(column, notes)),
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

#[cold]
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

#[inline]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_those_of_a_plain_split() {
        // Neighbours of the separator in value, and bytes with the top bit set, must not pass for it.
        let alphabet = b"\t\x08\x0a\x89a\t\x00\xff";
        for length in 0..200 {
            for step in 1..40 {
                let row: Vec<u8> = (0..length)
                    .map(|at| alphabet[at * at * step / 7 % alphabet.len()])
                    .collect();
                let mut parts = Vec::new();
                each_part(&row, b'\t', |range| parts.push(&row[range]));
                assert_eq!(parts, row.split(|byte| *byte == b'\t').collect::<Vec<_>>());
            }
        }
    }
}
