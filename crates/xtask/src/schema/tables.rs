//! The tables that logs are kept in: `schemas/tables/*.toml`.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::Kusto;

/// One table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) schema: String,
    /// Where its columns are told.
    pub(crate) source: String,
    /// The day on which that was read.
    pub(crate) read: String,
    pub(crate) columns: Vec<TableColumn>,
}

/// One column of a table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableColumn {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kusto: Kusto,
    /// The log platform fills it.
    #[serde(default)]
    pub(crate) platform: bool,
}

impl Table {
    /// The name of its constant: `ASIM_DNS_ACTIVITY_LOGS`.
    pub(crate) fn constant(&self) -> String {
        super::names::snake(&self.name.replace("ASim", "Asim")).to_uppercase()
    }
}

/// Reads all tables, in the order of their names.
pub(crate) fn read(folder: &Path) -> Result<Vec<Table>, String> {
    let cannot = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut tables = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let table: Table = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        tables.push(table);
    }
    tables.sort_by(|one: &Table, other| one.name.cmp(&other.name));
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::root;

    #[test]
    fn columns_are_named_once() {
        for table in read(&root().join("schemas/tables")).unwrap() {
            let mut names: Vec<_> = table.columns.iter().map(|column| &column.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
            assert_eq!(table.constant(), "ASIM_DNS_ACTIVITY_LOGS");
        }
    }
}
