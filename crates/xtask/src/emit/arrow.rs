//! The Arrow schema of the table form: one nullable column a field.

use super::NOTICE;
use super::json::Json;
use crate::schema::{Field, Kusto, Model};

/// All columns that events show.
pub(super) fn emit(model: &Model) -> String {
    let fields = model.columns().map(|field| column(model, field)).collect();
    Json::object([
        ("$comment", NOTICE.into()),
        ("schema", model.name.as_str().into()),
        ("fields", Json::List(fields)),
    ])
    .file()
}

/// Name, type and metadata of a column.
///
/// Times have microseconds, which every reader of Parquet understands; objects are JSON text.
fn column(model: &Model, field: &Field) -> Json {
    let arrow_type = match field.kusto {
        Kusto::String | Kusto::Dynamic => "Utf8",
        Kusto::Int => "Int32",
        Kusto::Long => "Int64",
        Kusto::Real => "Float64",
        Kusto::Bool => "Boolean",
        Kusto::Datetime => "Timestamp(Microsecond, UTC)",
    };
    let mut metadata = Json::object([
        ("class", field.class.title().into()),
        ("logical_type", field.logical_type.as_str().into()),
        ("since", model.version_name(field.since).into()),
    ]);
    if let Some(unit) = &field.unit {
        metadata = metadata.with("unit", unit.as_str());
    }
    if !field.alias_of.is_empty() {
        metadata = metadata.with("alias_of", field.alias_of.join(","));
    }
    if field.kusto == Kusto::Dynamic {
        metadata = metadata.with("ARROW:extension:name", "arrow.json");
    }
    Json::object([
        ("name", field.name.as_str().into()),
        ("type", arrow_type.into()),
        ("nullable", Json::Boolean(true)),
        (
            "metadata",
            metadata.with("description", field.description.as_str()),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::project;

    #[test]
    fn every_column_has_one_field_in_order() {
        let model = project();
        let schema: serde_json::Value = serde_json::from_str(&emit(&model)).unwrap();
        let fields = schema["fields"].as_array().unwrap();
        let names: Vec<_> = fields
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            model
                .columns()
                .map(|field| field.name.as_str())
                .collect::<Vec<_>>()
        );
        let time = fields
            .iter()
            .find(|field| field["name"] == "EventStartTime")
            .unwrap();
        assert_eq!(time["type"], "Timestamp(Microsecond, UTC)");
    }
}
