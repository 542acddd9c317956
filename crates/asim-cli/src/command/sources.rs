//! `asim sources`: what can be read.

use asimkit::schema::SchemaKind;
use asimkit::{Format, Manifest, registry};
use serde::Serialize;

use super::table::table;
use crate::arguments::SourcesArguments;
use crate::output::answer;

/// A source as JSON tells of it.
#[derive(Serialize)]
struct Source {
    id: &'static str,
    title: &'static str,
    vendor: &'static str,
    product: &'static str,
    formats: Vec<&'static str>,
    asim_functions: &'static [&'static str],
    /// The names of the schemas that it can make events of.
    schemas: Vec<&'static str>,
    /// The number of fields of Dns events that it can fill.
    fields: usize,
    /// Their names, in schema order.
    fills: Vec<&'static str>,
    /// The number of fields of process events that it can fill.
    process_fields: usize,
    /// Their names, in schema order.
    process_fills: Vec<&'static str>,
}

impl From<&'static Manifest> for Source {
    fn from(manifest: &'static Manifest) -> Self {
        let fills: Vec<_> = manifest.filled().iter().map(|field| field.info().name).collect();
        let process_fills: Vec<_> = manifest
            .filled_process()
            .iter()
            .map(|field| field.info().name)
            .collect();
        Self {
            id: manifest.id,
            title: manifest.title,
            vendor: manifest.vendor,
            product: manifest.product,
            formats: manifest.formats.iter().copied().map(Format::as_str).collect(),
            asim_functions: manifest.asim_functions,
            schemas: manifest.schemas().iter().map(SchemaKind::name).collect(),
            fields: fills.len(),
            fills,
            process_fields: process_fills.len(),
            process_fills,
        }
    }
}

pub(super) fn run(arguments: &SourcesArguments) -> Result<(), String> {
    let sources: Vec<_> = registry::parsers()
        .iter()
        .map(|parser| Source::from(parser.manifest()))
        .collect();
    if arguments.json {
        let json = serde_json::to_string_pretty(&sources).map_err(|error| error.to_string())?;
        return answer(&format!("{json}\n"));
    }
    let head = [
        "id",
        "title",
        "vendor",
        "product",
        "formats",
        "schemas",
        "fields",
        "ASIM functions",
    ];
    let rows: Vec<_> = std::iter::once(head.map(str::to_owned))
        .chain(sources.iter().map(row))
        .collect();
    answer(&table(&rows))
}

fn row(source: &Source) -> [String; 8] {
    let Source {
        id,
        title,
        vendor,
        product,
        formats,
        asim_functions,
        schemas,
        fields,
        process_fields,
        ..
    } = source;
    [
        (*id).to_owned(),
        (*title).to_owned(),
        (*vendor).to_owned(),
        (*product).to_owned(),
        formats.join(", "),
        schemas.join(", "),
        (fields + process_fields).to_string(),
        asim_functions.join(", "),
    ]
}
