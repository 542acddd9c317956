//! The columns in the layout of the published tester's list, in the order of their names.

use crate::schema::{Field, Model};

/// The list, with its header.
///
/// The layout has no room for a remark, so this is the one generated file without one.
pub(super) fn emit(model: &Model) -> String {
    let mut fields: Vec<&Field> = model.fields.iter().filter(|field| !field.tester.absent).collect();
    fields.sort_by_key(|field| &field.name);
    let mut text = "ColumnName,ColumnType,Class,Schema,LogicalType,ListOfValues,Aliased\n".to_owned();
    for field in fields {
        let row = [
            field.name.clone(),
            field
                .tester
                .column_type
                .clone()
                .unwrap_or_else(|| field.kusto.name().to_owned()),
            field.tester.class.unwrap_or(field.class).title().to_owned(),
            model.name.clone(),
            field
                .tester
                .logical
                .clone()
                .or_else(|| field.type_tester.clone())
                .unwrap_or_default(),
            values(model, field),
            aliased(field),
        ];
        text.push_str(&row.map(|cell| quoted(&cell)).join(","));
        text.push('\n');
    }
    text
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
fn aliased(field: &Field) -> String {
    if let Some(aliased) = &field.tester.aliased {
        return aliased.clone();
    }
    match field.alias_of.as_slice() {
        [target] => target.clone(),
        _ => field.conditional_on.clone().unwrap_or_default(),
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
