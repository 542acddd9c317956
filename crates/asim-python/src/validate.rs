//! Whether tables of events keep to their schema.

use asimkit::NormalizeError;
use asimkit::SchemaVersion;
use asimkit::conformance::{Checker, RuleSet, Table, TableError};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::failure::Failure;
use crate::input::Input;

/// Tests inputs as one table; the report as JSON.
#[pyfunction]
pub(crate) fn validate(
    py: Python<'_>,
    inputs: Vec<Input>,
    schema_version: Option<&str>,
    published_rules: bool,
) -> PyResult<String> {
    let rules = if published_rules {
        RuleSet::dns_published()
    } else {
        RuleSet::dns()
    };
    let mut checker = Checker::new(rules);
    if let Some(name) = schema_version {
        let version = SchemaVersion::from_name(name)
            .ok_or_else(|| PyValueError::new_err(format!("no version `{name}` of the schema")))?;
        checker = checker.version(version);
    }
    let checked = py.detach(|| inputs.into_iter().try_for_each(|input| one(&mut checker, input)));
    checked.map_err(|failure| failure.raise(py))?;
    Ok(serde_json::to_string(&checker.finish()).unwrap_or_default())
}

fn one(checker: &mut Checker, input: Input) -> Result<(), Failure> {
    let (name, named) = (input.name, input.named);
    let unread = |error| Failure::Input(name.clone(), NormalizeError::Read(error));
    let open = input.origin.open().map_err(unread)?;
    let shown = name.as_deref().unwrap_or("input");
    match Table::read(checker, shown, open.reader) {
        Ok(_) => Ok(()),
        // What a walk has found by itself need not be a table.
        Err(TableError::Unrecognized) if !named => Ok(()),
        Err(TableError::Read(error)) => Err(unread(error)),
        Err(error) => Err(unread(std::io::Error::other(error.to_string()))),
    }
}
