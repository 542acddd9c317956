//! One JSON Schema (draft 2020-12) for each version that events can be written in.

use super::NOTICE;
use super::json::Json;
use crate::schema::{Class, CodeSpace, EnumValue, Field, Kusto, Model, Storage};

/// The JSON Schema of one version.
pub(super) fn emit(model: &Model, version: usize) -> String {
    let columns = || model.columns().filter(|field| field.since <= version);
    let properties = columns().map(|field| (field.name.clone(), property(model, field, version)));
    let required = columns()
        .filter(|field| every_event_has(field))
        .map(|field| Json::from(field.name.as_str()));
    let name = model.version_name(version);
    Json::object([
        ("$schema", "https://json-schema.org/draft/2020-12/schema".into()),
        ("$comment", NOTICE.into()),
        (
            "title",
            format!("ASIM {} event, schema version {name}", model.short_name).into(),
        ),
        ("type", "object".into()),
        ("properties", Json::Object(properties.collect())),
        ("required", Json::List(required.collect())),
        ("additionalProperties", Json::Boolean(false)),
    ])
    .file()
}

/// Whether every event has the column: it is mandatory, and the published tester does not ask for less.
fn every_event_has(field: &Field) -> bool {
    field.class == Class::Mandatory
        && field.required
        && field.tester.class.is_none_or(|class| class == Class::Mandatory)
}

/// What a column's value must be.
fn property(model: &Model, field: &Field, version: usize) -> Json {
    let property = match (field.name.as_str(), field.storage) {
        ("EventSchema", _) => Json::object([("const", model.name.as_str().into())]),
        ("EventSchemaVersion", _) => Json::object([("const", model.version_name(version).into())]),
        (_, Storage::Text) => text(field.format.as_deref()),
        // A column of addresses that shows another kind of slot does not exist, so the format always holds.
        (_, Storage::Ip) => {
            let format = |name: &str| Json::object([("format", name.into())]);
            of_type("string").with("anyOf", Json::List(vec![format("ipv4"), format("ipv6")]))
        }
        (_, Storage::Time) => of_type("string")
            .with("format", "date-time")
            .with("pattern", r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}[1-9]?Z$"),
        (_, Storage::Int32) => between(i32::MIN.into(), i32::MAX.into()),
        (_, Storage::Int64) => between(i64::MIN, i64::MAX),
        (_, Storage::Port) => between(0, u16::MAX.into()),
        (_, Storage::Percent) => between(0, 100),
        (_, Storage::Real) => of_type("number"),
        (_, Storage::Bool) => of_type("boolean"),
        (_, Storage::Object) => of_type("object"),
        (_, Storage::Rcode) => code(field, &model.codes.rcode, "RCODE", u16::MAX),
        (_, Storage::RrType) => code(field, &model.codes.rr_type, "TYPE", u16::MAX),
        (_, Storage::Class) => code(field, &model.codes.class, "CLASS", u16::MAX),
        (_, Storage::Opcode) => code(field, &model.codes.opcode, "OPCODE", 15),
        (_, Storage::Enumeration) => enumeration(model, field, version),
    };
    let property = property.with("description", described(field));
    if field.deprecated {
        property.with("deprecated", Json::Boolean(true))
    } else {
        property
    }
}

/// The description with the unit.
fn described(field: &Field) -> String {
    field.unit.as_ref().map_or_else(
        || field.description.clone(),
        |unit| format!("{} Unit: {unit}.", field.description),
    )
}

fn of_type(name: &str) -> Json {
    Json::object([("type", name.into())])
}

fn between(least: i64, most: i64) -> Json {
    of_type("integer")
        .with("minimum", Json::Number(least))
        .with("maximum", Json::Number(most))
}

/// Text, perhaps of a known form.
fn text(format: Option<&str>) -> Json {
    let text = of_type("string");
    match format {
        Some("hex") => text.with("pattern", "^(0|[1-9a-f][0-9a-f]*)$"),
        Some("mac") => text.with("pattern", "^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$"),
        Some("md5") => text.with("pattern", "^[0-9A-Fa-f]{32}$"),
        Some("sha1") => text.with("pattern", "^[0-9A-Fa-f]{40}$"),
        Some("sha256") => text.with("pattern", "^[0-9A-Fa-f]{64}$"),
        Some("sha512") => text.with("pattern", "^[0-9A-Fa-f]{128}$"),
        Some("guid") => text.with("format", "uuid"),
        Some(other) => text.with("format", other),
        None => text,
    }
}

/// The values that a version knows.
fn enumeration(model: &Model, field: &Field, version: usize) -> Json {
    let known = |value: &&EnumValue| {
        value.since.get(&model.name).is_none_or(|since| {
            model
                .versions
                .iter()
                .take(version + 1)
                .any(|known| known.name == *since)
        })
    };
    let values = model.values(field).iter().filter(known);
    Json::object([(
        "enum",
        Json::List(values.map(|value| value.value.as_str().into()).collect()),
    )])
}

/// A code as a number, or as its name: a registered one, or the generic one of a number without a name.
fn code(field: &Field, space: &CodeSpace, prefix: &str, most: u16) -> Json {
    if field.kusto != Kusto::String {
        return between(0, most.into());
    }
    let names = space
        .codes
        .iter()
        .map(|code| code.name.replace(['.', '*', '+', '(', ')'], "\\$0"));
    let mut choices: Vec<String> = names.collect();
    if most < 100 {
        let nameless = (0..=most).filter(|number| !space.codes.iter().any(|code| code.number == *number));
        let numbers: Vec<String> = nameless.map(|number| number.to_string()).collect();
        choices.push(format!("{prefix}({})", numbers.join("|")));
    } else {
        choices.push(format!("{prefix}(0|[1-9][0-9]{{0,4}})"));
    }
    of_type("string").with("pattern", format!("^({})$", choices.join("|")))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::schema::tests::{all, project};

    /// The JSON Schema of a version of the project.
    fn schema(version: &str) -> Value {
        let model = project();
        let index = model
            .versions
            .iter()
            .position(|entry| entry.name == version)
            .unwrap();
        serde_json::from_str(&emit(&model, index)).unwrap()
    }

    #[test]
    fn required_is_what_every_event_carries() {
        let schema = schema("0.1.3");
        let mut required: Vec<&str> = schema["required"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        required.sort_unstable();
        let expected = [
            "Dvc",
            "EventCount",
            "EventEndTime",
            "EventProduct",
            "EventResult",
            "EventResultDetails",
            "EventSchema",
            "EventSchemaVersion",
            "EventStartTime",
            "EventType",
            "EventVendor",
            "TimeGenerated",
        ];
        assert_eq!(required, expected);
    }

    #[test]
    fn a_process_event_may_lack_what_sources_leave_out() {
        let model = all()
            .schemas
            .into_iter()
            .find(|model| model.name == "ProcessEvent")
            .unwrap();
        let schema: Value = serde_json::from_str(&emit(&model, model.default_version)).unwrap();
        let required = schema["required"].as_array().unwrap();
        assert!(required.contains(&"EventType".into()) && required.contains(&"Dvc".into()));
        for name in ["TargetProcessName", "TargetProcessId", "TargetProcessCommandLine"] {
            assert!(!required.contains(&name.into()), "{name}");
        }
        assert_eq!(schema["properties"]["EventSchema"]["const"], "ProcessEvent");
        // Values that came to the Dns schema late have always been those of this one.
        let roles = schema["properties"]["ActorUserType"]["enum"].as_array().unwrap();
        assert!(roles.contains(&"Guest".into()));
    }

    #[test]
    fn a_version_has_neither_later_columns_nor_later_values() {
        let (old, new) = (schema("0.1.3"), schema("0.1.7"));
        assert!(
            old["properties"].get("ThreatName").is_none() && new["properties"].get("ThreatName").is_some()
        );
        let guests = |schema: &Value| {
            schema["properties"]["SrcUserType"]["enum"]
                .as_array()
                .unwrap()
                .contains(&"Guest".into())
        };
        assert!(!guests(&old) && guests(&new));
    }

    #[test]
    fn columns_of_the_table_are_not_in_events() {
        assert!(schema("0.1.3")["properties"].get("TenantId").is_none());
    }

    #[test]
    fn an_opcode_without_a_name_is_its_number() {
        let schema = schema("0.1.3");
        let pattern = schema["properties"]["EventType"]["pattern"].as_str().unwrap();
        assert!(
            pattern.contains("|Update|") && pattern.contains("OPCODE(3|7|"),
            "{pattern}"
        );
    }
}
