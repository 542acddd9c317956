//! What a model must satisfy to make sense; each rule returns the problems it found, in words for who edits the data.

use std::collections::BTreeMap;

use super::{Class, CodeSpace, Field, Kusto, Model, Project, Storage, names};

/// Room for a name in the look-up of codes.
const LONGEST_CODE_NAME: usize = 32;
/// Columns that a field set can number.
const MOST_COLUMNS: usize = 256;

/// All problems of all schemas.
pub(crate) fn check_all(project: &Project) -> Vec<String> {
    let mut problems = Vec::new();
    for model in &project.schemas {
        problems.extend(
            check(model)
                .into_iter()
                .map(|problem| format!("{}: {problem}", model.name)),
        );
    }
    problems.extend(duplicates(
        "schema",
        project.schemas.iter().map(|model| model.name.clone()),
    ));
    problems.extend(duplicates(
        "short name",
        project.schemas.iter().map(Model::file_name),
    ));
    for list in &project.enumerations {
        let kind = format!("enumeration {}", list.name);
        if !project
            .schemas
            .iter()
            .any(|model| model.enumeration(&list.name).is_some())
        {
            problems.push(format!("{kind}: no schema uses it"));
        }
        for name in list.values.iter().flat_map(|value| value.since.keys()) {
            if !project.schemas.iter().any(|model| model.name == *name) {
                problems.push(format!("{kind}: there is no schema {name}"));
            }
        }
    }
    problems
}

/// All problems of a model.
pub(crate) fn check(model: &Model) -> Vec<String> {
    let mut problems = Vec::new();
    let columns = model.columns().count();
    if columns > MOST_COLUMNS {
        problems.push(format!("{columns} columns, but a field's number has one byte"));
    }
    let mut problem = |field: &Field, text: &str| problems.push(format!("field {}: {text}", field.name));
    for field in &model.fields {
        class_matches_keys(field, &mut problem);
        targets_exist_and_are_stored(model, field, &mut problem);
        partner_exists(model, field, &mut problem);
    }
    problems.extend(duplicates(
        "field",
        model.fields.iter().map(|field| field.name.clone()),
    ));
    problems.extend(duplicates(
        "accessor",
        model.fields.iter().map(|field| names::snake(&field.name)),
    ));
    problems.extend(duplicates(
        "version",
        model.versions.iter().map(|version| version.name.clone()),
    ));
    problems.extend(duplicates(
        "enumeration",
        model.enumerations.iter().map(|list| list.name.clone()),
    ));
    if model
        .versions
        .get(model.default_version)
        .is_none_or(|version| !version.selectable)
    {
        problems.push("the default version must be selectable".to_owned());
    }
    problems.extend(enumerations_are_sound(model));
    for (name, codes, most) in [
        ("rcode", &model.codes.rcode, u16::MAX),
        ("rrtype", &model.codes.rr_type, u16::MAX),
        ("opcode", &model.codes.opcode, 15),
        ("class", &model.codes.class, u16::MAX),
    ] {
        problems.extend(codes_are_sound(name, codes, most));
    }
    problems
}

/// Keys that belong to a class or exclude one another.
fn class_matches_keys(field: &Field, problem: &mut impl FnMut(&Field, &str)) {
    if (field.class == Class::Alias) == field.alias_of.is_empty() {
        problem(field, "class `alias` and the key `alias_of` belong together");
    }
    if (field.class == Class::Conditional) != field.conditional_on.is_some() {
        problem(
            field,
            "class `conditional` and the key `conditional_on` belong together",
        );
    }
    if !field.required && field.class != Class::Mandatory {
        problem(field, "only a mandatory field can be one that is not required");
    }
    if field.deprecated && field.class != Class::Alias {
        problem(field, "only an alias can be deprecated");
    }
    if !field.is_stored() && (field.cold || !field.fallback.is_empty()) {
        problem(field, "`cold` and `fallback` are for fields with storage");
    }
    if field.cold && !field.fallback.is_empty() {
        problem(field, "a cold field cannot have a fallback");
    }
    if field.constant && !matches!(field.name.as_str(), "EventSchema" | "EventSchemaVersion") {
        problem(
            field,
            "only EventSchema and EventSchemaVersion are known constants",
        );
    }
    if u8::from(field.constant) + u8::from(field.from_table) + u8::from(!field.alias_of.is_empty()) > 1 {
        problem(
            field,
            "`constant`, `provided_by` and `alias_of` exclude one another",
        );
    }
    if field.description.trim().is_empty() {
        problem(field, "the description is empty");
    }
    if field.description.contains(['{', '}']) {
        problem(field, "the description has a placeholder that is not replaced");
    }
    if field.is_stored() && field.kusto != expected_kusto(field.storage, field.kusto) {
        problem(field, "the storage cannot be shown in a column of this type");
    }
}

/// The column type that a storage needs; code spaces may be numbers or names.
fn expected_kusto(storage: Storage, kusto: Kusto) -> Kusto {
    match storage {
        Storage::Text | Storage::Ip | Storage::Enumeration => Kusto::String,
        Storage::Time => Kusto::Datetime,
        Storage::Real => Kusto::Real,
        Storage::Bool => Kusto::Bool,
        Storage::Int64 => Kusto::Long,
        Storage::Object => Kusto::Dynamic,
        Storage::Rcode | Storage::RrType | Storage::Class | Storage::Opcode if kusto == Kusto::String => {
            kusto
        }
        Storage::Int32
        | Storage::Port
        | Storage::Percent
        | Storage::Rcode
        | Storage::RrType
        | Storage::Class
        | Storage::Opcode => Kusto::Int,
    }
}

/// Targets of aliases and fallbacks.
fn targets_exist_and_are_stored(model: &Model, field: &Field, problem: &mut impl FnMut(&Field, &str)) {
    for name in field.alias_of.iter().chain(&field.fallback) {
        let Some(target) = model.field(name) else {
            problem(field, &format!("shows {name}, which does not exist"));
            continue;
        };
        if !target.is_stored() {
            problem(field, &format!("shows {name}, which has no storage"));
        }
        if target == field {
            problem(field, "shows itself");
        }
        if target.since > first_written(model, field) {
            problem(field, &format!("is older than {name}, which it shows"));
        }
        if target.kusto != field.kusto {
            problem(
                field,
                &format!("has another column type than {name}, which it shows"),
            );
        }
    }
    if let [target] = field.alias_of.as_slice()
        && model
            .field(target)
            .is_some_and(|target| target.logical_type != field.logical_type)
    {
        problem(field, &format!("has another type than its target {target}"));
    }
    for name in &field.not_an_address {
        if !field
            .alias_of
            .iter()
            .chain(&field.fallback)
            .any(|target| target == name)
        {
            problem(field, &format!("passes over {name}, which it does not show"));
        }
        if model
            .field(name)
            .is_some_and(|target| target.storage != Storage::Text)
        {
            problem(field, &format!("passes over {name}, which is no text"));
        }
    }
    if field.alias_of.len() == 1 && !field.not_an_address.is_empty() {
        problem(field, "`not_an_address` needs something else to show");
    }
}

/// The first version in which events show a field.
fn first_written(model: &Model, field: &Field) -> usize {
    model
        .selectable()
        .map(|(version, _)| version)
        .find(|version| *version >= field.since)
        .unwrap_or(field.since)
}

/// Partners of conditional fields.
fn partner_exists(model: &Model, field: &Field, problem: &mut impl FnMut(&Field, &str)) {
    let Some(name) = &field.conditional_on else {
        return;
    };
    match model.field(name) {
        None => problem(field, &format!("depends on {name}, which does not exist")),
        Some(partner) if partner == field => problem(field, "depends on itself"),
        Some(partner) if partner.since > first_written(model, field) => {
            problem(field, &format!("is older than {name}, on which it depends"));
        }
        Some(_) => {}
    }
}

/// Values of enumerations.
fn enumerations_are_sound(model: &Model) -> Vec<String> {
    let mut problems = Vec::new();
    for list in &model.enumerations {
        if list.values.is_empty() {
            problems.push(format!("enumeration {}: has no values", list.name));
        }
        if list.kusto != Kusto::String {
            problems.push(format!("enumeration {}: values are text", list.name));
        }
        let kind = format!("enumeration {}: value", list.name);
        problems.extend(duplicates(
            &kind,
            list.values
                .iter()
                .map(|value| names::variant(&value.value).to_lowercase()),
        ));
        for value in &list.values {
            if value
                .value
                .bytes()
                .any(|byte| !(byte.is_ascii_alphanumeric() || b" -_./".contains(&byte)))
            {
                problems.push(format!("{kind} {}: letters, digits and blanks only", value.value));
            }
            if value
                .since
                .get(&model.name)
                .is_some_and(|since| !model.versions.iter().any(|known| known.name == *since))
            {
                problems.push(format!("{kind} {}: the schema has no such version", value.value));
            }
        }
    }
    problems
}

/// Numbers and names of one code space.
fn codes_are_sound(space: &str, codes: &CodeSpace, most: u16) -> Vec<String> {
    let mut problems = Vec::new();
    let numbers = codes.codes.iter().map(|code| code.number.to_string());
    problems.extend(duplicates(&format!("{space} number"), numbers));
    let spellings = codes.codes.iter().flat_map(|code| spellings(code).into_iter());
    problems.extend(duplicates(&format!("{space} name"), spellings));
    let constants = codes.codes.iter().map(|code| names::constant(&code.name));
    problems.extend(duplicates(&format!("{space} constant"), constants));
    if !codes.codes.is_sorted_by_key(|code| code.number) {
        problems.push(format!("{space}: codes are not in order of their numbers"));
    }
    for code in &codes.codes {
        if code.number > most {
            problems.push(format!("{space} {}: numbers end at {most}", code.name));
        }
        for name in spellings_of(code) {
            if name.len() > LONGEST_CODE_NAME || !name.is_ascii() {
                problems.push(format!(
                    "{space} {}: `{name}` is no ASCII name of at most 32 bytes",
                    code.name
                ));
            }
        }
        if code
            .name
            .bytes()
            .any(|byte| !(byte == b' ' || byte.is_ascii_graphic()) || b"\"\\".contains(&byte))
        {
            problems.push(format!("{space} {}: a name needs no escapes in JSON", code.name));
        }
    }
    problems
}

/// The name and the aliases of a code.
fn spellings_of(code: &super::Code) -> impl Iterator<Item = &str> {
    std::iter::once(code.name.as_str()).chain(code.aliases.iter().map(String::as_str))
}

/// The different spellings of a code in lower case, as they are looked up.
pub(crate) fn spellings(code: &super::Code) -> Vec<String> {
    let mut spellings: Vec<String> = spellings_of(code).map(str::to_ascii_lowercase).collect();
    spellings.sort();
    spellings.dedup();
    spellings
}

/// One problem for each name that occurs more than once.
fn duplicates(kind: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_insert(0) += 1;
    }
    counts.retain(|_, count| *count > 1);
    counts
        .into_keys()
        .map(|name| format!("{kind} {name} occurs more than once"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::{all, project};

    /// The problems of the project's own data after a change.
    fn problems_after(change: impl FnOnce(&mut Model)) -> String {
        let mut model = project();
        change(&mut model);
        check(&model).join("\n")
    }

    /// The problems after a change of one field.
    fn after(name: &str, change: impl FnOnce(&mut Field)) -> String {
        problems_after(|model| change(model.fields.iter_mut().find(|field| field.name == name).unwrap()))
    }

    fn one(name: &str) -> Vec<String> {
        vec![name.to_owned()]
    }

    #[test]
    fn the_project_has_no_problems() {
        assert_eq!(check_all(&all()), Vec::<String>::new());
    }

    /// The problems of all schemas after a change.
    fn of_all_after(change: impl FnOnce(&mut Project)) -> String {
        let mut project = all();
        change(&mut project);
        check_all(&project).join("\n")
    }

    #[test]
    fn schemas_have_names_of_their_own() {
        let same = of_all_after(|project| project.schemas[2].short_name = "DNS".to_owned());
        assert!(same.contains("short name dns occurs"), "{same}");
        let same = of_all_after(|project| project.schemas[2].name = "Dns".to_owned());
        assert!(same.contains("schema Dns occurs"), "{same}");
    }

    #[test]
    fn enumerations_serve_schemas_that_there_are() {
        let unknown = of_all_after(|project| {
            let since = &mut project.enumerations[0].values[0].since;
            since.insert("Dhcp".to_owned(), "0.1.0".to_owned());
        });
        assert!(unknown.contains("there is no schema Dhcp"), "{unknown}");
        let unused = of_all_after(|project| project.enumerations[0].name = "Nobody".to_owned());
        assert!(
            unused.contains("enumeration Nobody: no schema uses it"),
            "{unused}"
        );
    }

    #[test]
    fn only_a_mandatory_field_can_be_left_out() {
        assert!(after("SrcIpAddr", |field| field.required = false).contains("only a mandatory field"));
        assert!(after("DnsQuery", |field| field.required = false).is_empty());
    }

    #[test]
    fn an_alias_needs_an_existing_target_with_storage() {
        assert!(
            after("Domain", |field| field.alias_of = one("Nothing"))
                .contains("Nothing, which does not exist")
        );
        assert!(
            after("Domain", |field| field.alias_of = one("IpAddr")).contains("IpAddr, which has no storage")
        );
        assert!(after("Domain", |field| field.alias_of = one("Type")).contains("Type, which has no storage"));
        assert!(after("Domain", |field| field.alias_of = Vec::new()).contains("belong together"));
        assert!(
            after("Domain", |field| field.alias_of = one("SrcPortNumber")).contains("another column type")
        );
        assert!(after("Domain", |field| field.alias_of = one("DnsFlags")).contains("another type"));
        assert!(after("Domain", |field| field.since = 0).is_empty());
        assert!(after("Rule", |field| field.since = 0).contains("is older than RuleName"));
    }

    #[test]
    fn a_fallback_needs_an_existing_target_with_storage() {
        assert!(after("Dvc", |field| field.fallback = one("Nothing")).contains("does not exist"));
        assert!(after("Dvc", |field| field.fallback = one("Src")).contains("has no storage"));
        assert!(after("Dvc", |field| field.fallback = one("Dvc")).contains("shows itself"));
        assert!(after("Dvc", |field| field.cold = true).contains("cold field cannot have a fallback"));
    }

    #[test]
    fn what_is_passed_over_must_be_among_the_targets() {
        assert!(
            after("Dst", |field| field.not_an_address = one("DnsQuery")).contains("passes over DnsQuery")
        );
        assert!(after("Dst", |field| field.not_an_address = one("DstIpAddr")).contains("which is no text"));
    }

    #[test]
    fn a_conditional_field_needs_a_partner() {
        let partner = |name: &str| Some(name.to_owned());
        assert!(
            after("SrcDomainType", |field| field.conditional_on = partner("Nothing"))
                .contains("does not exist")
        );
        assert!(after("SrcDomainType", |field| field.conditional_on = None).contains("belong together"));
        assert!(
            after("SrcDomainType", |field| field.conditional_on =
                partner("SrcDomainType"))
            .contains("itself")
        );
        assert!(
            after("SrcDomainType", |field| field.conditional_on = partner("Rule"))
                .contains("is older than Rule")
        );
    }

    #[test]
    fn names_occur_once() {
        assert!(
            problems_after(|model| model.fields.push(model.fields[0].clone()))
                .contains("occurs more than once")
        );
        assert!(
            after("DvcFQDN", |field| field.name = "SrcFQDN".to_owned()).contains("field SrcFQDN occurs more")
        );
    }

    #[test]
    fn columns_fit_the_number_of_a_field() {
        let problems = problems_after(|model| {
            let field = model.fields[0].clone();
            model.fields.extend((0..300).map(|index| Field {
                name: format!("Extra{index}"),
                ..field.clone()
            }));
        });
        assert!(problems.contains("one byte"), "{problems}");
    }

    #[test]
    fn descriptions_are_written_out() {
        assert!(after("Dvc", |field| field.description = " ".to_owned()).contains("description is empty"));
        assert!(after("Dvc", |field| field.description = "The {role}".to_owned()).contains("placeholder"));
    }

    #[test]
    fn a_storage_has_its_column_type() {
        assert!(
            after("SrcPortNumber", |field| field.kusto = Kusto::Bool).contains("storage cannot be shown")
        );
    }

    #[test]
    fn versions_are_sound() {
        assert!(problems_after(|model| model.default_version = 0).contains("must be selectable"));
        assert!(
            problems_after(|model| model.versions.push(model.versions[0].clone()))
                .contains("version 0.1.1 occurs")
        );
    }

    #[test]
    fn enumerations_have_values_that_differ() {
        assert!(problems_after(|model| model.enumerations[0].values.clear()).contains("has no values"));
        let twice = problems_after(|model| {
            let values = &mut model.enumerations[0].values;
            values.push(values[0].clone());
        });
        assert!(twice.contains("occurs more than once"), "{twice}");
        let since = problems_after(|model| {
            let since = &mut model.enumerations[0].values[0].since;
            since.insert("Dns".to_owned(), "9".to_owned());
        });
        assert!(since.contains("no such version"), "{since}");
        let quoted = problems_after(|model| model.enumerations[0].values[0].value = "a\"b".to_owned());
        assert!(quoted.contains("letters, digits"), "{quoted}");
    }

    #[test]
    fn codes_have_one_number_and_names_of_their_own() {
        let same = problems_after(|model| model.codes.rcode.codes[1].number = 0);
        assert!(same.contains("rcode number 0 occurs"), "{same}");
        let name = problems_after(|model| model.codes.rcode.codes[1].aliases.push("noerror".to_owned()));
        assert!(name.contains("rcode name noerror occurs"), "{name}");
        let large = problems_after(|model| model.codes.opcode.codes.last_mut().unwrap().number = 16);
        assert!(large.contains("numbers end at 15"), "{large}");
        let long = problems_after(|model| model.codes.rcode.codes[0].aliases.push("x".repeat(33)));
        assert!(long.contains("at most 32 bytes"), "{long}");
        let order = problems_after(|model| model.codes.rr_type.codes.reverse());
        assert!(order.contains("not in order"), "{order}");
    }
}
