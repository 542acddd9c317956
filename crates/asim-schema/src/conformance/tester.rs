//! The published tester's list of columns.

use crate::{Class, KustoType, VersionNumber};

/// A row of the published tester's list.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct TesterRow {
    /// The column's name.
    pub name: &'static str,
    /// The column's type.
    pub column_type: KustoType,
    /// How much the tester asks for the column.
    pub class: Class,
    /// The tester's name of the logical type; empty for none.
    pub logical_type: &'static str,
    /// The values of an enumeration, joined by bars; empty for none.
    pub values: &'static str,
    /// The target of an alias, or the column that a conditional one belongs to.
    pub aliased: Option<&'static str>,
    /// The schema version that brought the column.
    pub since: VersionNumber,
    /// Whether the log table adds the column to every row.
    pub from_table: bool,
}
