//! The account of a record for people.

use std::fmt::Write;

use serde_json::Value;

use super::account::{Account, Field};
use crate::message::printable;

/// A wider value pushes what stands behind it to the next line.
const WIDEST_VALUE: usize = 40;
/// Of a longer record, the first part is shown.
const RAW_SHOWN: usize = 4096;

/// The account as text, in blocks that are indented.
pub(super) fn text(account: &Account) -> String {
    let place = &account.location;
    let lines = if place.last_line > place.line {
        format!("lines {} to {}", place.line, place.last_line)
    } else {
        format!("line {}", place.line)
    };
    let mut text = format!(
        "{}: record {}, {lines}, byte {}\nsource {}, {}\n",
        printable(&account.file),
        place.record,
        place.byte,
        account.source,
        account.format
    );
    raw(&mut text, account);
    let _ = writeln!(text, "\n{}", outcome(account));
    fields(&mut text, &account.fields);
    list(&mut text, "notes", &account.notes);
    list(
        &mut text,
        "columns without a field, in AdditionalFields",
        &account.unmapped,
    );
    text
}

fn raw(text: &mut String, account: &Account) {
    text.push_str("\nraw\n");
    let mut rest = account.raw();
    let mut length = account.raw_length;
    if let Some((end, _)) = rest.char_indices().nth(RAW_SHOWN) {
        length = length.or(Some(rest.len() as u64));
        rest = rest.get(..end).unwrap_or(rest);
    }
    for line in rest.lines() {
        let _ = writeln!(text, "  {}", printable(line));
    }
    if let Some(length) = length {
        let _ = writeln!(text, "  ... {length} bytes in all");
    }
}

fn outcome(account: &Account) -> String {
    let reason = printable(account.reason.as_deref().unwrap_or_default());
    match (&account.schema, account.stage) {
        (Some(schema), _) => format!("event {schema}"),
        (None, Some(stage)) => format!("{} at {stage}: {reason}", account.outcome),
        (None, None) => format!("{}: {reason}", account.outcome),
    }
}

fn fields(text: &mut String, fields: &[Field]) {
    let rows: Vec<_> = fields.iter().map(row).collect();
    let width = |of: fn(&[String; 4]) -> &String, most: usize| {
        let widths = rows.iter().map(|row| of(row).chars().count());
        widths.filter(|width| *width <= most).max().unwrap_or_default()
    };
    let field = width(|row| &row[0], usize::MAX);
    let value = width(|row| &row[1], WIDEST_VALUE);
    let from = width(|row| &row[2], usize::MAX);
    for row in &rows {
        let mut line = format!("  {:field$}  {:value$}", row[0], row[1]);
        if row[1].chars().count() > value && !(row[2].is_empty() && row[3].is_empty()) {
            text.push_str(line.trim_end());
            text.push('\n');
            line = format!("  {:field$}  {:value$}", "", "");
        }
        let _ = write!(line, "  {:from$}  {}", row[2], row[3]);
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

fn row(field: &Field) -> [String; 4] {
    let value = match &field.value {
        Value::String(text) => printable(text),
        other => printable(&other.to_string()),
    };
    let rule = match field.alias_of {
        Some(target) => format!("alias of {target}"),
        None => field.rule.clone(),
    };
    [field.name.to_owned(), value, field.from.join(", "), rule]
}

fn list(text: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}");
    for item in items {
        let _ = writeln!(text, "  {}", printable(item));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_value_stands_on_a_line_of_its_own() {
        let field = |value: &str| Field {
            name: "DnsQuery",
            value: Value::String(value.to_owned()),
            from: vec!["query"],
            rule: String::new(),
            alias_of: None,
        };
        let mut text = String::new();
        fields(&mut text, &[field("short"), field(&"x".repeat(41))]);
        let expected = format!(
            "  DnsQuery  short  query\n  DnsQuery  {}\n                   query\n",
            "x".repeat(41)
        );
        assert_eq!(text, expected);
    }
}
