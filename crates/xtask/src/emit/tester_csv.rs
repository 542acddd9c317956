//! The columns in the layout of the published tester's list, in the order of their names.

use crate::schema::{Class, Field, Model};

/// One row of the list.
#[derive(Debug)]
pub(super) struct Row<'m> {
    pub(super) field: &'m Field,
    pub(super) column_type: String,
    pub(super) class: Class,
    pub(super) logical_type: String,
    /// The listed values, joined by a bar.
    pub(super) values: String,
    /// The one target of an alias, or the partner of a conditional field.
    pub(super) aliased: Option<String>,
}

/// The rows in the order of their names.
pub(super) fn rows(model: &Model) -> Vec<Row<'_>> {
    let mut fields: Vec<&Field> = model.fields.iter().filter(|field| !field.tester.absent).collect();
    fields.sort_by_key(|field| &field.name);
    let row = |field| Row {
        field,
        column_type: column_type(field),
        class: field.tester.class.unwrap_or(field.class),
        logical_type: logical_type(field),
        values: values(model, field),
        aliased: aliased(field),
    };
    fields.into_iter().map(row).collect()
}

/// The list, with its header.
///
/// The layout has no room for a remark, so this is the one generated file without one.
pub(super) fn emit(model: &Model) -> String {
    let mut text = "ColumnName,ColumnType,Class,Schema,LogicalType,ListOfValues,Aliased\n".to_owned();
    for row in rows(model) {
        let cells = [
            row.field.name.clone(),
            row.column_type,
            row.class.title().to_owned(),
            model.name.clone(),
            row.logical_type,
            row.values,
            row.aliased.unwrap_or_default(),
        ];
        text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
        text.push('\n');
    }
    text
}

/// The type of the column.
fn column_type(field: &Field) -> String {
    let own = field.tester.column_type.clone();
    own.unwrap_or_else(|| field.kusto.name().to_owned())
}

/// The list's name of the logical type; empty where it has none.
fn logical_type(field: &Field) -> String {
    let own = field.tester.logical.clone();
    own.or_else(|| field.type_tester.clone()).unwrap_or_default()
}

/// The listed values, joined by a bar.
fn values(model: &Model, field: &Field) -> String {
    if let Some(values) = &field.tester.values {
        return values.join("|");
    }
    let published = model.values(field).iter().filter(|value| value.published);
    published
        .map(|value| value.value.as_str())
        .collect::<Vec<_>>()
        .join("|")
}

/// The one target of an alias, or the partner of a conditional field.
fn aliased(field: &Field) -> Option<String> {
    if let Some(aliased) = &field.tester.aliased {
        return Some(aliased.clone());
    }
    match field.alias_of.as_slice() {
        [target] => Some(target.clone()),
        _ => field.conditional_on.clone(),
    }
}

/// A cell, in quotes where CSV needs them.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::project;

    #[test]
    fn rows_have_the_published_layout() {
        let text = emit(&project());
        for row in [
            "ColumnName,ColumnType,Class,Schema,LogicalType,ListOfValues,Aliased",
            "Domain,string,Alias,Dns,RecommendedDnsDomain,,DnsQuery",
            "DstDomainType,string,Conditional,Dns,Enumerated,Windows|FQDN|ResourceGroup,DstDomain",
            "Src,string,Mandatory,Dns,,,",
        ] {
            assert!(text.lines().any(|line| line == row), "{row}");
        }
        assert!(!text.contains("\nQueryTypeName,"));
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(quoted("a b"), "a b");
    }
}
