//! The arguments of `asim schema`.

use asimkit::SchemaVersion;
use clap::{Args, ValueEnum};

use super::{help, value};

/// Print a schema: its fields as a table, or as a file for other programs.
#[derive(Debug, Args)]
#[command(after_long_help = help::SCHEMA)]
pub(crate) struct SchemaArguments {
    /// The schema.
    #[arg(value_enum)]
    pub(crate) schema: Schema,

    /// The form in which it is printed.
    #[arg(long = "as", value_enum, value_name = "FORM", default_value_t = Form::Table)]
    pub(crate) form: Form,

    // The default stands in the help alone, so that a version for a form without versions can be refused.
    #[arg(
        long,
        value_name = "VERSION",
        value_parser = value::schema_version(),
        help = format!("The schema version, for the forms table and json-schema [default: {}]", SchemaVersion::DEFAULT)
    )]
    pub(crate) schema_version: Option<SchemaVersion>,
}

/// A schema that can be printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Schema {
    /// Domain name activity.
    Dns,
}

/// A form in which a schema can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Name, class, type, first version and meaning of each field, for people.
    Table,
    /// A JSON Schema (2020-12) of one version's events.
    JsonSchema,
    /// The columns with their Arrow types, as JSON.
    Arrow,
    /// The fields in the layout of ASIM's published schema tester.
    Csv,
    /// The field reference.
    Markdown,
}
