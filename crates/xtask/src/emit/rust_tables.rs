//! The columns of log tables as Rust.

use std::fmt::Write;

use crate::schema::tables::Table;

/// One list a table.
pub(super) fn emit(tables: &[Table]) -> String {
    let mut text =
        "//! The columns of log tables.\n\nuse crate::KustoType;\nuse crate::table::{Table, TableColumn};\n"
            .to_owned();
    for table in tables {
        let _ = writeln!(
            text,
            "\n/// The table `{name}` of the {schema} schema: {source}, read {read}.
pub static {constant}: Table = Table {{ name: {name:?}, columns: &[",
            name = table.name,
            schema = table.schema,
            source = table.source,
            read = table.read,
            constant = table.constant(),
        );
        for column in &table.columns {
            let _ = writeln!(
                text,
                "TableColumn {{ name: {:?}, column_type: KustoType::{:?}, platform: {} }},",
                column.name, column.kusto, column.platform,
            );
        }
        text.push_str("] };\n");
    }
    text
}
