//! The header lines of Zeek's text logs.

use asim_parse::cut::HeaderLines;
use memchr::memmem;

use crate::column::{Column, Columns, is_dns_log};
use crate::escape::{Backslash, undo};

/// What the header lines say of the rows below them.
///
/// Columns are taken from `#fields`, by name; their number and order differ between versions and sites.
#[derive(Debug, Clone)]
pub struct ZeekHeader {
    pub(crate) separator: Vec<u8>,
    pub(crate) set_separator: Vec<u8>,
    pub(crate) empty_field: Vec<u8>,
    pub(crate) unset_field: Vec<u8>,
    /// The log's name, such as `dns`.
    pub(crate) path: Option<String>,
    /// The columns of a row, in order; none before `#fields`.
    pub(crate) cells: Vec<Cell>,
    types: Vec<CellType>,
    columns: Columns,
}

/// What a cell of a row holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// A column with a place of its own.
    Known(Column),
    /// A column that is kept under its name.
    Other(Box<str>, CellType),
}

/// The type of a cell, as far as JSON tells types apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellType {
    Boolean,
    Integer,
    Real,
    Text,
    /// A `set` or `vector` of such values.
    List(Scalar),
}

/// The type of a list's element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    Boolean,
    Integer,
    Real,
    Text,
}

impl CellType {
    /// The type of a name in `#types`.
    fn of(name: &[u8]) -> Self {
        let element = name
            .strip_prefix(b"set[")
            .or_else(|| name.strip_prefix(b"vector["))
            .and_then(|rest| rest.strip_suffix(b"]"));
        if let Some(element) = element {
            return Self::List(Scalar::of(element));
        }
        match Scalar::of(name) {
            Scalar::Boolean => Self::Boolean,
            Scalar::Integer => Self::Integer,
            Scalar::Real => Self::Real,
            Scalar::Text => Self::Text,
        }
    }
}

impl Scalar {
    fn of(name: &[u8]) -> Self {
        match name {
            b"bool" => Self::Boolean,
            b"count" | b"int" | b"port" => Self::Integer,
            b"double" | b"interval" | b"time" => Self::Real,
            _ => Self::Text,
        }
    }
}

impl Default for ZeekHeader {
    /// Zeek's defaults, without columns.
    fn default() -> Self {
        Self {
            separator: b"\t".to_vec(),
            set_separator: b",".to_vec(),
            empty_field: b"(empty)".to_vec(),
            unset_field: b"-".to_vec(),
            path: None,
            cells: Vec::new(),
            types: Vec::new(),
            columns: Columns::default(),
        }
    }
}

impl ZeekHeader {
    /// Whether rows under this header are of the DNS log; otherwise the name of the log that they are of.
    pub(crate) fn other_log(&self) -> Option<&str> {
        match self.path.as_deref() {
            Some(path) if !is_dns_log(path) && !self.columns.tell_of_dns() => Some(path),
            None if !self.columns.tell_of_dns() => Some("unnamed"),
            _ => None,
        }
    }

    /// The values of a header line, behind its name.
    fn values<'l>(&self, line: &'l [u8]) -> impl Iterator<Item = &'l [u8]> + use<'_, 'l> {
        split(line, &self.separator).skip(1)
    }

    fn set_types(&mut self) {
        let mut types = self.types.iter().copied();
        for cell in &mut self.cells {
            let named = types.next();
            if let (Cell::Other(_, cell_type), Some(named)) = (cell, named) {
                *cell_type = named;
            }
        }
    }
}

/// The parts of a line between separators of any length.
pub(crate) fn split<'l, 's>(
    line: &'l [u8],
    separator: &'s [u8],
) -> impl Iterator<Item = &'l [u8]> + use<'l, 's> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let part = rest?;
        let found = match separator {
            [] => None,
            [byte] => memchr::memchr(*byte, part),
            _ => memmem::find(part, separator),
        };
        match found {
            Some(at) => {
                rest = part.get(at + separator.len()..);
                part.get(..at)
            }
            None => rest.take(),
        }
    })
}

impl HeaderLines for ZeekHeader {
    fn line(&mut self, line: &[u8]) -> bool {
        // This one line is divided by a blank and begins a new header: nothing of an earlier one holds any longer.
        if let Some(separator) = line.strip_prefix(b"#separator ") {
            let separator = undo(separator, Backslash::Doubled).into_owned();
            *self = Self::default();
            if !separator.is_empty() {
                self.separator = separator;
            }
            return true;
        }
        let Some(name) = split(line, &self.separator).next() else {
            return false;
        };
        let first = self.values(line).next().unwrap_or_default();
        let marker = undo(first, Backslash::Doubled).into_owned();
        match name {
            b"#set_separator" => self.set_separator = marker,
            b"#empty_field" => self.empty_field = marker,
            b"#unset_field" => self.unset_field = marker,
            b"#path" => self.path = Some(String::from_utf8_lossy(&marker).into_owned()),
            b"#fields" => {
                let mut columns = Columns::default();
                let cells = self
                    .values(line)
                    .map(|name| {
                        let name = String::from_utf8_lossy(name);
                        match Column::of(&name) {
                            Some(column) => {
                                columns.insert(column);
                                Cell::Known(column)
                            }
                            None => Cell::Other(name.into(), CellType::Text),
                        }
                    })
                    .collect();
                (self.cells, self.columns) = (cells, columns);
                self.set_types();
            }
            b"#types" => {
                let types = self.values(line).map(CellType::of).collect();
                self.types = types;
                self.set_types();
            }
            // `#open`, `#close` and comments.
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(lines: &[&str]) -> ZeekHeader {
        let mut header = ZeekHeader::default();
        for line in lines {
            header.line(line.as_bytes());
        }
        header
    }

    #[test]
    fn columns_and_types_by_name() {
        let header = header(&[
            r"#separator \x09",
            "#path\tdns",
            "#fields\tuid\ttrans_id\tqtype\ticann_tld\tauth",
            "#types\tstring\tcount\tcount\tbool\tset[string]",
        ]);
        assert_eq!(
            header.cells,
            [
                Cell::Known(Column::Uid),
                Cell::Known(Column::TransId),
                Cell::Known(Column::Qtype),
                Cell::Other("icann_tld".into(), CellType::Boolean),
                Cell::Other("auth".into(), CellType::List(Scalar::Text)),
            ]
        );
        assert_eq!(header.other_log(), None);
    }

    #[test]
    fn separators_of_any_length_and_a_new_header_that_forgets_the_old_one() {
        let mut header = header(&[
            "#separator ||",
            "#set_separator||;",
            "#unset_field||NIL",
            "#fields||ts||uid",
        ]);
        assert_eq!(header.separator, b"||");
        assert_eq!(header.set_separator, b";");
        assert_eq!(header.unset_field, b"NIL");
        assert_eq!(header.cells.len(), 2);
        assert!(header.line(br"#separator \x09"));
        assert_eq!(
            (header.cells.len(), header.unset_field.as_slice()),
            (0, b"-".as_slice())
        );
    }

    #[test]
    fn a_closing_line_changes_nothing() {
        let mut header = header(&["#fields\tts"]);
        assert!(!header.line(b"#close\t2026-01-01-00-00-00"));
        assert_eq!(header.cells.len(), 1);
    }

    #[test]
    fn another_log_is_told_by_its_name_and_columns() {
        assert_eq!(
            header(&["#path\tconn", "#fields\tts\tuid\tproto"]).other_log(),
            Some("conn")
        );
        assert_eq!(
            header(&["#path\tnames", "#fields\tts\ttrans_id\tquery\tqtype"]).other_log(),
            None
        );
    }
}
