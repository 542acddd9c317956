//! Sources, schemas and decoders.

use asimkit::schema::{Class, KustoType};
use asimkit::{DnsField, Format, ProcessField, SchemaKind, decoders, registry};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;
use serde::Serialize;

use crate::dicts::records;

/// The members of `asimkit.Source`.
#[derive(Serialize)]
struct Source {
    id: &'static str,
    title: &'static str,
    vendor: &'static str,
    product: &'static str,
    formats: Vec<&'static str>,
    asim_functions: &'static [&'static str],
    fields: Vec<&'static str>,
    process_fields: Vec<&'static str>,
    decoders: bool,
}

/// The sources as JSON.
#[pyfunction]
pub(crate) fn sources() -> String {
    let sources: Vec<_> = registry::parsers()
        .iter()
        .map(|parser| {
            let manifest = parser.manifest();
            Source {
                id: manifest.id,
                title: manifest.title,
                vendor: manifest.vendor,
                product: manifest.product,
                formats: manifest.formats.iter().copied().map(Format::as_str).collect(),
                asim_functions: manifest.asim_functions,
                fields: manifest.filled().iter().map(DnsField::name).collect(),
                process_fields: manifest.filled_process().iter().map(ProcessField::name).collect(),
                decoders: decoders::sources().any(|id| id == manifest.id),
            }
        })
        .collect();
    serde_json::to_string(&sources).unwrap_or_default()
}

/// The members of `asimkit.Field`.
#[derive(Serialize)]
struct Field {
    name: &'static str,
    class_: &'static str,
    type_: &'static str,
    logical_type: &'static str,
    unit: Option<&'static str>,
    since: String,
    alias_of: &'static [&'static str],
    values: &'static [&'static str],
    description: &'static str,
    example: Option<&'static str>,
}

/// The columns of a schema as JSON: those of a version, or of all.
#[pyfunction]
pub(crate) fn schema(name: &str, version: Option<&str>) -> PyResult<String> {
    let found = SchemaKind::ALL.into_iter().find(|kind| kind.id() == name);
    let Some(kind) = found else {
        let known: Vec<_> = SchemaKind::ALL.iter().map(|kind| kind.id()).collect();
        let problem = format!("no schema `{name}`; there are {}", known.join(", "));
        return Err(PyValueError::new_err(problem));
    };
    let until = match version {
        None => None,
        Some(name) => {
            let versions = kind.versions();
            let found = versions
                .iter()
                .find(|version| version.to_string() == name)
                .copied();
            Some(found.ok_or_else(|| {
                let known: Vec<_> = versions.iter().map(ToString::to_string).collect();
                let problem = format!(
                    "no version `{name}` of the schema; there are {}",
                    known.join(", ")
                );
                PyValueError::new_err(problem)
            })?)
        }
    };
    let fields: Vec<_> = kind
        .fields()
        .iter()
        .filter(|info| until.is_none_or(|until| info.since <= until))
        .map(|info| Field {
            name: info.name,
            class_: Class::as_str(info.class),
            type_: KustoType::as_str(info.kusto_type),
            logical_type: info.logical_type,
            unit: info.unit,
            since: info.since.to_string(),
            alias_of: info.alias_of,
            values: info.values,
            description: info.description,
            example: info.example,
        })
        .collect();
    Ok(serde_json::to_string(&fields).unwrap_or_default())
}

/// The records of a response in a source's own text.
#[pyfunction]
pub(crate) fn decode_response<'py>(
    py: Python<'py>,
    source: &str,
    text: &str,
) -> PyResult<Bound<'py, PyList>> {
    let answers = decoders::response(source, text).map_err(|error| undecoded(py, &error))?;
    records(py, &answers)
}

/// The flags in a source's own text, in the order of ASIM's list.
#[pyfunction]
pub(crate) fn decode_flags(py: Python<'_>, source: &str, text: &str) -> PyResult<Vec<Option<bool>>> {
    let flags = decoders::flags(source, text).map_err(|error| undecoded(py, &error))?;
    Ok(flags.to_array().to_vec())
}

fn undecoded(py: Python<'_>, error: &decoders::DecodeError) -> PyErr {
    let raised = py
        .import("asimkit.errors")
        .and_then(|errors| errors.getattr("DecodeError"))
        .and_then(|class| class.call1((error.to_string(),)));
    raised.map_or_else(|error| error, PyErr::from_value)
}
