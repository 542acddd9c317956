//! The rows of the published tester's list as Rust.

use std::fmt::Write;

use super::tester_csv;
use crate::schema::names::version;
use crate::schema::{Kusto, Model};

/// The rows in the order of their names.
pub(super) fn emit(model: &Model) -> String {
    let rows = tester_csv::rows(model);
    let mut text = format!(
        "//! The published tester's list for the {} schema, in the order of its names.

use crate::conformance::TesterRow;
use crate::{{Class, KustoType, {}Version as SchemaVersion}};

/// One row a column.
pub(crate) static ROWS: [TesterRow; {}] = [",
        model.name,
        model.short_name,
        rows.len(),
    );
    for row in rows {
        let field = row.field;
        let kusto = Kusto::ALL
            .into_iter()
            .find(|kusto| kusto.name() == row.column_type)
            .unwrap_or(field.kusto);
        let aliased = row
            .aliased
            .as_ref()
            .map_or("None".to_owned(), |name| format!("Some({name:?})"));
        let _ = writeln!(
            text,
            "TesterRow {{ name: {:?}, column_type: KustoType::{kusto:?}, class: Class::{}, logical_type: {:?}, \
             values: {:?}, aliased: {aliased}, since: SchemaVersion::{}.number(), from_table: {} }},",
            field.name,
            row.class.title(),
            row.logical_type,
            row.values,
            version(model.version_name(field.since)),
            field.from_table,
        );
    }
    text.push_str("];\n");
    text
}
