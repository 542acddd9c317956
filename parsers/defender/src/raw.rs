//! A row of the table, without any idea of what it means.

use std::borrow::Cow;

use asim_parse::decode::members::{MemberValue, Members};
use asim_parse::envelope::{ColumnZone, TableHeader};
use asim_parse::{Fault, Notes, Refusal};

use crate::recognize::STREAMED;

/// The table that is read.
pub(crate) const TABLE: &str = "DeviceProcessEvents";

/// The one kind of its rows that is read.
const PROCESS_CREATED: &str = "ProcessCreated";

/// So many characters of a foreign name are shown in a reason.
const SHOWN: usize = 80;

/// A row of `DeviceProcessEvents`: its columns by name.
#[derive(Debug, Clone, Default)]
pub struct ProcessRow<'r> {
    columns: Vec<(Cow<'r, str>, MemberValue<'r>)>,
    header: Option<&'r TableHeader>,
    /// What stands around the row in a stream: `time`, `tenantId` and others.
    pub stream: Vec<(Cow<'r, str>, MemberValue<'r>)>,
}

impl<'r> ProcessRow<'r> {
    /// Takes a column's text out; none if it is absent, `null` or empty.
    pub fn take(&mut self, name: &str) -> Option<Cow<'r, str>> {
        let place = self.columns.iter().position(|(own, _)| own == name)?;
        if matches!(self.columns.get(place), Some((_, MemberValue::Nested(_)))) {
            return None;
        }
        let (_, value) = self.columns.swap_remove(place);
        value.into_text().filter(|text| !text.is_empty())
    }

    /// A column's text.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.columns.iter().find(|(own, _)| own == name)?;
        value.as_text().filter(|text| !text.is_empty())
    }

    /// The zone that a portal's export names for a column.
    pub fn zone(&self, name: &str) -> Option<ColumnZone> {
        self.header?.zone(name)
    }

    /// Takes out all columns that are left, in the order of their names.
    pub fn take_rest(&mut self) -> Vec<(Cow<'r, str>, MemberValue<'r>)> {
        let mut rest = std::mem::take(&mut self.columns);
        rest.sort_by(|(one, _), (other, _)| one.cmp(other));
        rest
    }
}

/// Reads a record: a row of a table in CSV, or a JSON object with the columns, in a stream's `properties` or not.
pub(crate) fn decode<'r>(
    bytes: &'r [u8],
    table: Option<&'r TableHeader>,
    notes: &mut Notes,
) -> Result<ProcessRow<'r>, Refusal> {
    let (row, category) = match table {
        Some(header) => (of_row(bytes, header, notes)?, None),
        None => of_json(bytes, notes)?,
    };
    if let Some(category) = category.filter(|category| category != &format!("{STREAMED}{TABLE}")) {
        return Err(foreign(&category));
    }
    if let Some(name) = row.get("Type").filter(|name| *name != TABLE) {
        return Err(foreign(name));
    }
    match row.get("ActionType") {
        Some(PROCESS_CREATED) => Ok(row),
        Some(other) => Err(foreign(&format!("{TABLE} {other}"))),
        None => Err(Refusal::Declined("a row without an ActionType".into())),
    }
}

fn foreign(name: &str) -> Refusal {
    let name: String = name.chars().take(SHOWN).collect();
    Refusal::Declined(Cow::Owned(name.escape_debug().to_string()))
}

fn of_row<'r>(bytes: &'r [u8], header: &'r TableHeader, notes: &mut Notes) -> Result<ProcessRow<'r>, Fault> {
    let members = Members::row(bytes, header)?;
    if members.has_escaped_bytes() {
        notes.add("row", "bytes that are no UTF-8");
    }
    Ok(ProcessRow {
        columns: columns(members, notes),
        header: Some(header),
        stream: Vec::new(),
    })
}

fn of_json<'r>(bytes: &'r [u8], notes: &mut Notes) -> Result<(ProcessRow<'r>, Option<String>), Fault> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let members = Members::json(text)?;
    let Some(MemberValue::Nested(properties)) = members.get("properties") else {
        let row = ProcessRow {
            columns: columns(members, notes),
            ..ProcessRow::default()
        };
        return Ok((row, None));
    };
    let columns = columns(Members::json(properties.as_bytes())?, notes);
    let category = members.get("category").and_then(MemberValue::as_text);
    let category = category.map(str::to_owned);
    let stream = members.into_iter().filter(|(name, _)| name != "properties");
    let row = ProcessRow {
        columns,
        header: None,
        stream: stream.collect(),
    };
    Ok((row, category))
}

/// The columns, each once: of a name given twice the last value counts.
fn columns<'r>(members: Members<'r>, notes: &mut Notes) -> Vec<(Cow<'r, str>, MemberValue<'r>)> {
    let is_repeated = members.has_repeated_name();
    let mut columns: Vec<_> = members.into_iter().collect();
    if is_repeated {
        notes.add("row", "a name given twice, the last value counts");
        let mut seen = std::collections::HashSet::new();
        columns.reverse();
        columns.retain(|(name, _)| seen.insert(name.to_string()));
        columns.reverse();
    }
    columns
}
