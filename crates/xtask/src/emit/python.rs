//! The columns of events as types of Python.

use std::fmt::Write;

use super::NOTICE;
use crate::schema::{Field, Kusto, Model};

/// The module with one type of dict for each schema.
pub(super) fn emit(schemas: &[Model]) -> String {
    let mut text = format!("# {NOTICE}\n{HEAD}");
    for model in schemas {
        event(model, &mut text);
    }
    text
}

/// What stands before the types.
const HEAD: &str = r#"
"""The columns of events, as types: what the dicts of `asimkit.normalize(..., to="dicts")` hold.

A column that the event does not tell is not in its dict. Columns of later schema versions, and aliases, are there when
they are asked for.
"""

from datetime import datetime
from typing import Any, Literal, TypedDict
"#;

fn event(model: &Model, text: &mut String) {
    let short = &model.short_name;
    // Writing to a `String` cannot fail.
    let _ = write!(text, "\n\nclass {short}Event(TypedDict, total=False):\n");
    let _ = writeln!(text, "    \"\"\"An event of the {} schema.\"\"\"\n", model.name);
    for field in model.columns() {
        let _ = writeln!(text, "    #: {}", comment(model, field));
        let _ = writeln!(text, "    {}: {}", field.name, python_type(field));
    }
    if model.name == "Dns" {
        text.push_str("    #: The decoded response, with `answers=True`; a list of dicts.\n");
        text.push_str("    DnsAnswers: list[dict[str, Any]]\n");
    }
    let _ = write!(text, "\n\n{short}Column = Literal[\n");
    for field in model.columns() {
        let _ = writeln!(text, "    \"{}\",", field.name);
    }
    text.push_str("]\n");
}

/// What the schema says of a column, in one line.
fn comment(model: &Model, field: &Field) -> String {
    let mut comment = field.description.split_whitespace().collect::<Vec<_>>().join(" ");
    if !field.alias_of.is_empty() {
        let _ = write!(comment, " Alias of {}.", field.alias_of.join(", "));
    }
    if let Some(unit) = &field.unit {
        let _ = write!(comment, " Unit: {unit}.");
    }
    if field.since > 0 {
        let _ = write!(comment, " Since {}.", model.version_name(field.since));
    }
    comment
}

/// The type of a value.
fn python_type(field: &Field) -> &'static str {
    match field.kusto {
        Kusto::String => "str",
        Kusto::Int | Kusto::Long => "int",
        Kusto::Real => "float",
        Kusto::Bool => "bool",
        Kusto::Datetime => "datetime",
        Kusto::Dynamic => "dict[str, Any]",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::project;

    #[test]
    fn every_column_has_a_line_and_a_type() {
        let model = project();
        let count = model.columns().count();
        let text = emit(std::slice::from_ref(&model));
        assert_eq!(
            text.matches("    #: ").count(),
            count + usize::from(model.name == "Dns")
        );
        assert!(text.contains("    EventStartTime: datetime\n"));
        assert!(text.contains("class DnsEvent(TypedDict, total=False):"), "{text}");
    }
}
