//! The reference of all fields for readers.

use std::fmt::Write;

use super::NOTICE;
use crate::schema::{Class, Field, Model};

/// The whole page.
pub(super) fn emit(model: &Model) -> String {
    let default = model.version_name(model.default_version);
    let mut page = format!(
        "<!-- {NOTICE} -->

# Fields of the {} schema

Events are written in version {default} unless another is chosen; a field is written from the version on that brought
it. A field that the record does not tell is absent.

## Versions

| version | written | brought |
|---|---|---|
",
        model.name
    );
    for version in &model.versions {
        let written = if version.selectable { "yes" } else { "no" };
        let _ = writeln!(
            page,
            "| {} | {written} | {} |",
            version.name,
            cell(&version.description)
        );
    }
    page.push_str("\n## Fields\n\nIn the order in which they are written.\n\n");
    page.push_str("| field | class | type | since | meaning |\n|---|---|---|---|---|\n");
    for field in &model.fields {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            field.name,
            class(field),
            field.logical_type,
            model.version_name(field.since),
            cell(&meaning(field)),
        );
    }
    page.push_str("\n## Listed values\n");
    for list in &model.enumerations {
        let _ = write!(
            page,
            "\n### {}\n\n{}\n\n| value | since | meaning |\n|---|---|---|\n",
            list.name, list.description
        );
        for value in &list.values {
            let since = value
                .since
                .get(&model.name)
                .map_or_else(|| model.version_name(0), String::as_str);
            let _ = writeln!(
                page,
                "| `{}` | {since} | {} |",
                value.value,
                cell(&value.description)
            );
        }
    }
    page
}

/// The class, with the partner of a conditional field.
fn class(field: &Field) -> String {
    match (&field.conditional_on, field.class) {
        (Some(partner), _) => format!("Conditional on `{partner}`"),
        (None, Class::Alias) if field.deprecated => "Alias (old name)".to_owned(),
        (None, class) => class.title().to_owned(),
    }
}

/// Description, targets, stand-ins, unit, example and note in sentences.
fn meaning(field: &Field) -> String {
    let names = |names: &[String]| {
        names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", else ")
    };
    let mut text = field.description.clone();
    if !field.alias_of.is_empty() {
        let _ = write!(text, " Shows {}.", names(&field.alias_of));
    }
    if !field.fallback.is_empty() {
        let _ = write!(
            text,
            " Without a value of its own it shows {}.",
            names(&field.fallback)
        );
    }
    if !field.not_an_address.is_empty() {
        let _ = write!(
            text,
            " {} is passed over while it is an address.",
            names(&field.not_an_address)
        );
    }
    if let Some(unit) = &field.unit {
        let _ = write!(text, " Unit: {unit}.");
    }
    if field.from_table {
        text.push_str(" Supplied by the table; events do not have it.");
    }
    if let Some(example) = &field.example {
        let _ = write!(text, " Example: `{example}`.");
    }
    if let Some(note) = &field.note {
        let _ = write!(text, " *{note}*");
    }
    text
}

/// Text that does not break out of its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::project;

    #[test]
    fn every_field_has_one_row_with_five_cells() {
        let model = project();
        let page = emit(&model);
        for field in &model.fields {
            let start = format!("| `{}` | ", field.name);
            let rows: Vec<&str> = page.lines().filter(|line| line.starts_with(&start)).collect();
            let fields = rows
                .iter()
                .filter(|row| row.replace("\\|", "").matches('|').count() == 6)
                .count();
            assert_eq!(fields, 1, "{}", field.name);
        }
    }
}
