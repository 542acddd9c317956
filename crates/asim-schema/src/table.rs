//! The tables that log platforms keep events in.

use crate::KustoType;

pub use crate::generated::tables::*;

/// A table of a log platform.
#[derive(Debug)]
#[non_exhaustive]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns in the order of their names.
    pub columns: &'static [TableColumn],
}

/// A column of a [`Table`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableColumn {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub column_type: KustoType,
    /// Whether the log platform fills it, so that nobody can send it.
    pub platform: bool,
}

impl Table {
    /// The column of a name, in the table's own letter case.
    pub fn column(&self, name: &str) -> Option<&'static TableColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}
