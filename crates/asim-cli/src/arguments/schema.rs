//! The arguments of `asim schema`.

use asimkit::{AlertVersion, ProcessVersion, SchemaVersion, Source};
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
        help = format!("The schema version, for the forms table, json-schema and kql [default: {}, for process {}, for alert {}]", SchemaVersion::DEFAULT, ProcessVersion::DEFAULT, AlertVersion::DEFAULT)
    )]
    pub(crate) schema_version: Option<SchemaVersion>,

    /// The source whose events the KQL function shows, and after whose vendor and product it is named; without it all.
    #[arg(long, value_name = "ID", value_parser = value::source())]
    pub(crate) source: Option<Source>,
}

/// A schema that can be printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Schema {
    /// Domain name activity.
    Dns,
    /// The start and the end of processes.
    Process,
    /// What detections find.
    Alert,
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
    /// KQL that makes a table for events, a filtering parser `vimDns...` over it, and the stream declaration.
    Kql,
    /// The declaration of a stream into `ASimDnsActivityLogs` for a data collection rule, as JSON.
    Dcr,
}
