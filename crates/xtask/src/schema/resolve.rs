//! Puts parts, roles, overrides and types together into one model.

use std::collections::BTreeMap;

use super::load::{FieldEntry, Fields, Files, Header, LogicalType, Part};
use super::{Codes, Enumeration, Field, Model, Project, Storage, Version};

/// The models of all schemas; an error names the file and the field.
pub(crate) fn resolve(files: Files) -> Result<Project, String> {
    let enumerations = files.types.enumerations.iter().map(|enumeration| LogicalType {
        name: enumeration.name.clone(),
        storage: Storage::Enumeration,
        kusto: enumeration.kusto,
        tester: enumeration.tester.clone(),
        format: None,
        description: enumeration.description.clone(),
    });
    let mut types = BTreeMap::new();
    for logical_type in files.types.types.iter().cloned().chain(enumerations) {
        if let Some(twice) = types.insert(logical_type.name.clone(), logical_type) {
            return Err(format!(
                "schemas/types.toml: the type {} is defined twice",
                twice.name
            ));
        }
    }
    let enumerations = files.types.enumerations;
    let schemas = files.headers.into_iter().map(|(name, header)| {
        schema(header, &files.fields, &types, &enumerations, &files.codes)
            .map_err(|problem| format!("schemas/{name}: {problem}"))
    });
    Ok(Project {
        schemas: schemas.collect::<Result<_, _>>()?,
        enumerations,
        codes: files.codes,
        tables: Vec::new(),
    })
}

/// The model of one schema.
fn schema(
    header: Header,
    files: &BTreeMap<String, Fields>,
    types: &BTreeMap<String, LogicalType>,
    enumerations: &[Enumeration],
    codes: &Codes,
) -> Result<Model, String> {
    let mut fields: Vec<Field> = Vec::new();
    for part in &header.parts {
        for entry in entries(part, files.get(&part.file))? {
            let place = format!("{}: field {}", part.file, entry.name);
            fields.push(
                field(part, entry, types, &header.versions)
                    .map_err(|problem| format!("{place}: {problem}"))?,
            );
        }
    }
    let default_version = version(&header.versions, &header.default_version)?;
    let used = |list: &&Enumeration| fields.iter().any(|field| field.logical_type == list.name);
    Ok(Model {
        short_name: header.short_name.unwrap_or_else(|| header.name.clone()),
        name: header.name,
        versions: header.versions,
        default_version,
        enumerations: enumerations.iter().filter(used).cloned().collect(),
        fields,
        codes: codes.clone(),
    })
}

/// The entries of a part with its version and its overrides applied, without those that it omits.
///
/// With a version of its own, a part is another schema's file: its notes are about that schema's texts.
fn entries(part: &Part, file: Option<&Fields>) -> Result<Vec<FieldEntry>, String> {
    let mut unused = part.overrides.clone();
    let mut entries = Vec::new();
    for table in file.map_or(&[][..], |file| &file.field) {
        let mut table = table.clone();
        let name = table
            .get("name")
            .and_then(toml::Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if let Some(since) = &part.since {
            table.insert("since".to_owned(), since.clone().into());
            table.remove("note");
        }
        table.extend(unused.remove(&name).unwrap_or_default());
        let entry: FieldEntry = toml::Value::Table(table)
            .try_into()
            .map_err(|error| format!("{}: field {name}: {error}", part.file))?;
        if !entry.omit {
            entries.push(entry);
        }
    }
    match unused.keys().next() {
        Some(name) => Err(format!("override of {name}, which {} does not have", part.file)),
        None => Ok(entries),
    }
}

/// One field with its role and its type applied.
fn field(
    part: &Part,
    entry: FieldEntry,
    types: &BTreeMap<String, LogicalType>,
    versions: &[Version],
) -> Result<Field, String> {
    let role = part.role.as_deref().unwrap_or_default();
    let noun = part.role_noun.as_deref().unwrap_or_default();
    let prose = |text: String| text.replace("{Role}", role).replace("{role}", noun);
    let logical_type = types
        .get(&entry.logical_type)
        .ok_or_else(|| format!("there is no type {}", entry.logical_type))?;
    Ok(Field {
        name: format!("{role}{}", entry.name),
        class: entry.class,
        logical_type: logical_type.name.clone(),
        storage: logical_type.storage,
        kusto: logical_type.kusto,
        format: logical_type.format.clone(),
        type_tester: logical_type.tester.clone(),
        unit: entry.unit,
        since: version(versions, &entry.since)?,
        conditional_on: entry.conditional_on.map(|partner| format!("{role}{partner}")),
        alias_of: entry.alias_of,
        fallback: entry.fallback,
        not_an_address: entry.not_an_address,
        deprecated: entry.deprecated,
        cold: entry.cold,
        constant: entry.constant,
        required: entry.required,
        from_table: entry.provided_by.is_some(),
        tester: entry.tester,
        description: prose(entry.description),
        example: entry.example,
        note: entry.note.map(prose),
    })
}

/// The place of a version among all.
fn version(versions: &[Version], name: &str) -> Result<usize, String> {
    versions
        .iter()
        .position(|version| version.name == name)
        .ok_or_else(|| format!("the schema has no version {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Part {
        toml::from_str(text).unwrap()
    }

    fn file() -> Fields {
        toml::from_str(
            "[[field]]\nname='IpAddr'\nclass='optional'\ntype='Ip'\nsince='1'\ndescription='The address of the {role} ({Role}).'
             [[field]]\nname='IdType'\nclass='conditional'\nconditional_on='Id'\ntype='Ip'\nsince='1'\ndescription=''",
        )
        .unwrap()
    }

    fn versions() -> Vec<Version> {
        vec![Version {
            name: "1".to_owned(),
            selectable: true,
            description: String::new(),
        }]
    }

    fn types() -> BTreeMap<String, LogicalType> {
        let ip = toml::from_str("name='Ip'\nstorage='ip'\nkusto='string'\ndescription=''").unwrap();
        BTreeMap::from([("Ip".to_owned(), ip)])
    }

    fn resolved(part: &Part) -> Result<Vec<Field>, String> {
        entries(part, Some(&file()))?
            .into_iter()
            .map(|entry| field(part, entry, &types(), &versions()))
            .collect()
    }

    #[test]
    fn a_role_prefixes_names_and_partners_and_speaks_in_prose() {
        let fields = resolved(&part("file='a'\nrole='Src'\nrole_noun='client'")).unwrap();
        assert_eq!(fields[0].name, "SrcIpAddr");
        assert_eq!(fields[0].description, "The address of the client (Src).");
        assert_eq!(fields[1].conditional_on.as_deref(), Some("SrcId"));
    }

    #[test]
    fn an_override_replaces_keys_and_may_omit() {
        let fields = resolved(&part(
            "file='a'\n[override.IpAddr]\nclass='recommended'\n[override.IdType]\nomit=true",
        ))
        .unwrap();
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].class, super::super::Class::Recommended);
    }

    #[test]
    fn a_part_with_a_version_leaves_the_file_s_version_and_notes_out() {
        let text = "[[field]]\nname='A'\nclass='optional'\ntype='Ip'\nsince='9'\ndescription='a'\nnote='n'
             [[field]]\nname='B'\nclass='optional'\ntype='Ip'\nsince='9'\ndescription='b'\nnote='n'";
        let part = part("file='a'\nsince='1'\n[override.B]\nsince='2'\nnote='own'");
        let entries = entries(&part, Some(&toml::from_str(text).unwrap())).unwrap();
        let told: Vec<_> = entries
            .iter()
            .map(|entry| (entry.since.as_str(), entry.note.as_deref()))
            .collect();
        assert_eq!(told, [("1", None), ("2", Some("own"))]);
    }

    #[test]
    fn an_override_without_a_field_is_refused() {
        let error = resolved(&part("file='a'\n[override.Missing]\nclass='optional'")).unwrap_err();
        assert!(error.contains("Missing"), "{error}");
    }

    #[test]
    fn an_override_with_an_unknown_key_is_refused() {
        let error = resolved(&part("file='a'\n[override.IpAddr]\nklass='optional'")).unwrap_err();
        assert!(error.contains("klass"), "{error}");
    }

    #[test]
    fn unknown_types_and_versions_are_refused() {
        for (text, expected) in [("type='None'", "no type None"), ("since='9'", "no version 9")] {
            let error = resolved(&part(&format!("file='a'\n[override.IpAddr]\n{text}"))).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
