//! What a filter leaves out before a row is mapped.

use asim_parse::filter::{CompiledFilter, is_plain};
use asim_parse::schema::{EventSubType, Opcode, Rcode};
use asim_parse::{Context, Envelope};
use memchr::memmem;

use crate::column::Column;
use crate::header::{Cell, ZeekHeader};
use crate::map::{client_of, response_code};
use crate::raw::ZeekDns;

/// Whether a filter leaves out the event of a row.
///
/// One without a time is rejected, so it is never refused.
pub(crate) fn refuses(
    raw: &ZeekDns<'_>,
    envelope: &Envelope,
    context: &Context,
    filter: &CompiledFilter,
) -> bool {
    let Some(start) = raw.ts.or(envelope.time).or(context.assume_time) else {
        return false;
    };
    let sub_type = if raw.has_response() {
        EventSubType::Response
    } else {
        EventSubType::Request
    };
    filter.refuses_time(start, envelope)
        || filter.refuses_sub_type(sub_type)
        || filter.refuses_event_type(Opcode(raw.opcode.unwrap_or_default()))
        || client_of(raw).is_some_and(|address| filter.refuses_source(address))
        || raw
            .query
            .as_deref()
            .is_some_and(|name| filter.refuses_query_bytes(name))
        || refuses_response_code(raw, filter)
}

fn refuses_response_code(raw: &ZeekDns<'_>, filter: &CompiledFilter) -> bool {
    let by_name = || raw.rcode_name.as_deref().and_then(response_code);
    match raw.rcode.map(Rcode).or_else(by_name) {
        Some(rcode) => filter.refuses_response_code(&rcode.text()),
        None => filter.refuses_response_code("NA"),
    }
}

/// The cell of a tab-separated row that holds the name.
pub(crate) fn cell<'r>(row: &'r [u8], header: &ZeekHeader) -> Option<&'r [u8]> {
    let [separator] = *header.separator else {
        return None;
    };
    let is_query = |cell: &Cell| matches!(cell, Cell::Known(Column::Query));
    let place = header.cells.iter().position(is_query)?;
    let twice = header.cells.iter().skip(place + 1).any(is_query);
    if twice || header.other_log().is_some() {
        return None;
    }
    let mut ends = memchr::memchr_iter(separator, row);
    let start = match place.checked_sub(1) {
        Some(before) => ends.nth(before)? + 1,
        None => 0,
    };
    let end = ends.next().unwrap_or(row.len());
    row.get(start..end).filter(|name| is_plain(name))
}

/// The column of a JSON row that holds the name, with what stands between.
const QUERY: &[u8] = b"\"query\"";

/// The text in a JSON row that holds the name.
///
/// A row in which nothing is escaped has its keys and values as they are. If `"query"` stands in it once, the name is
/// what follows; if it stands there more often, one of them may be a value, or in an object of its own.
pub(crate) fn member(row: &[u8]) -> Option<&[u8]> {
    let mut found = memmem::find_iter(row, QUERY);
    let key = found.next()?;
    if found.next().is_some() || !is_plain(row) {
        return None;
    }
    let value = row.get(key + QUERY.len()..)?.trim_ascii_start();
    let value = value.strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    value.get(..memchr::memchr(b'"', value)?)
}

#[cfg(test)]
mod tests {
    use asim_parse::cut::HeaderLines;

    use super::*;

    fn name_of(json: &str) -> Option<&str> {
        member(json.as_bytes()).map(|name| std::str::from_utf8(name).unwrap())
    }

    #[test]
    fn the_name_of_a_json_row_is_taken_only_where_there_is_no_doubt() {
        assert_eq!(
            name_of(r#"{"ts":1,"query":"a.example","qtype":1}"#),
            Some("a.example")
        );
        assert_eq!(name_of("{\"query\" : \"a.example\"}"), Some("a.example"));
        assert_eq!(name_of(r#"{"query":""}"#), Some(""));
        for doubtful in [
            r#"{"ts":1}"#,
            r#"{"query":null}"#,
            r#"{"query":7}"#,
            r#"{"query":"a.example","query":"b.example"}"#,
            r#"{"id":{"query":"a.example"},"query":"b.example"}"#,
            r#"{"qu\u0065ry":"a.example","x":1}"#,
            r#"{"query":"\u0061.example"}"#,
            r#"{"query":"a.example","q\u0075ery":"b.example"}"#,
            r#"{"query":"bücher.example"}"#,
            r#"{"uid":"query"}"#,
            r#"{"query":"a.exam"#,
        ] {
            assert_eq!(name_of(doubtful), None, "{doubtful}");
        }
    }

    #[test]
    fn the_name_of_a_row_is_its_cell() {
        let header = |fields: &str| {
            let mut header = ZeekHeader::default();
            for line in ["#path\tdns", fields] {
                assert!(header.line(line.as_bytes()));
            }
            header
        };
        let plain = header("#fields\tts\ttrans_id\tquery\tqtype");
        assert_eq!(cell(b"1.5\t7\ta.example\t28", &plain), Some(&b"a.example"[..]));
        assert_eq!(cell(b"1.5\t7\ta.example", &plain), Some(&b"a.example"[..]));
        assert_eq!(cell(b"1.5\t7", &plain), None);
        assert_eq!(cell(b"1.5\t7\ta\\x2eb\t28", &plain), None);
        assert_eq!(cell(b"1.5\t7\tb\xc3\xbc\t28", &plain), None);
        let first = header("#fields\tquery\ttrans_id\tqtype");
        assert_eq!(cell(b"a.example\t7\t28", &first), Some(&b"a.example"[..]));
        let twice = header("#fields\tquery\ttrans_id\tquery\tqtype");
        assert_eq!(cell(b"a.example\t7\tb.example\t28", &twice), None);
        let none = header("#fields\tts\ttrans_id\tqtype");
        assert_eq!(cell(b"1.5\t7\t28", &none), None);
    }
}
