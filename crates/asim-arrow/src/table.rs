//! The columns of a table of events, and their Arrow types.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{Field, Schema, SchemaRef};
use asim_schema::{
    DnsEvent, DnsField, Event, FieldInfo, FieldSet, KustoType, ProcessField, ProcessFieldSet, ProcessVersion,
    SchemaField, SchemaVersion, Storage,
};

use crate::column::{Column, Kind};
use crate::rows::Rows;

/// The key of the schema's name in the metadata of files and streams.
pub const SCHEMA_KEY: &str = "asim.schema";
/// The key of the schema's version in the metadata of files and streams.
pub const VERSION_KEY: &str = "asim.schema_version";
/// The key of the name and version of what wrote a file or a stream.
pub const WRITER_KEY: &str = "asim.writer";

/// The column that the decoded responses stand in.
pub const ANSWERS: &str = "DnsAnswers";

/// What wrote a file or a stream.
const WRITER: &str = concat!("asimkit ", env!("CARGO_PKG_VERSION"));

/// Columns of text without a list of values that nevertheless have few of them in one log.
const REPEATING: [&str; 12] = [
    "EventProduct",
    "EventProductVersion",
    "EventVendor",
    "EventSchema",
    "EventSchemaVersion",
    "EventResultDetails",
    "EventOriginalSeverity",
    "DnsQueryTypeName",
    "DnsQueryClassName",
    "DnsFlags",
    "DvcOs",
    "TargetProcessIntegrityLevel",
];

/// The forms that a table can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableOptions {
    /// Whether enumerations, names of codes and other texts of few values are dictionaries. Spark takes plain text
    /// only.
    pub dictionaries: bool,
    /// Whether a column `DnsAnswers` holds the decoded responses.
    pub answers: bool,
}

impl Default for TableOptions {
    /// Dictionaries, and no decoded responses.
    fn default() -> Self {
        Self {
            dictionaries: true,
            answers: false,
        }
    }
}

/// The columns of a table of events: which there are, in which order, of which types.
///
/// ```
/// use asim_arrow::{Table, TableOptions};
/// use asim_schema::{DnsField, SchemaVersion};
///
/// let columns = [DnsField::TimeGenerated, DnsField::DnsQuery, DnsField::DnsResponseCode];
/// let table = Table::dns(SchemaVersion::DEFAULT, columns, TableOptions::default());
/// let schema = table.schema();
/// assert_eq!(schema.field(0).data_type().to_string(), r#"Timestamp(µs, "UTC")"#);
/// assert_eq!(schema.metadata()["asim.schema"], "Dns");
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    schema: SchemaRef,
    kinds: Vec<Kind>,
    chosen: Chosen,
    /// The place of a field's column, by the field's number.
    places: Vec<usize>,
    /// The place of the decoded responses.
    answers: Option<usize>,
}

/// The columns of the table, which are those of one schema.
#[derive(Debug, Clone, Copy)]
enum Chosen {
    Dns(FieldSet),
    Process(ProcessFieldSet),
}

impl Table {
    /// A table of Dns events with these columns in this order. A column that is named again is passed over.
    pub fn dns(
        version: SchemaVersion,
        columns: impl IntoIterator<Item = DnsField>,
        options: TableOptions,
    ) -> Self {
        Self::of(columns, version.as_str(), options, |columns| {
            Chosen::Dns(FieldSet::of(columns))
        })
    }

    /// A table of process events with these columns in this order, in the same way. It has no column for decoded
    /// responses.
    ///
    /// ```
    /// use asim_arrow::{Table, TableOptions};
    /// use asim_schema::{ProcessField, ProcessVersion};
    ///
    /// let columns = [ProcessField::TargetProcessName, ProcessField::TargetProcessFileSize];
    /// let table = Table::process(ProcessVersion::DEFAULT, columns, TableOptions::default());
    /// assert_eq!(table.schema().field(1).data_type().to_string(), "Int64");
    /// assert_eq!(table.schema().metadata()["asim.schema"], "ProcessEvent");
    /// ```
    pub fn process(
        version: ProcessVersion,
        columns: impl IntoIterator<Item = ProcessField>,
        options: TableOptions,
    ) -> Self {
        let options = TableOptions {
            answers: false,
            ..options
        };
        Self::of(columns, version.as_str(), options, |columns| {
            Chosen::Process(ProcessFieldSet::of(columns))
        })
    }

    fn of<F: SchemaField>(
        named: impl IntoIterator<Item = F>,
        version: &str,
        options: TableOptions,
        chosen: impl FnOnce(&[F]) -> Chosen,
    ) -> Self {
        let mut columns: Vec<F> = Vec::new();
        let mut places = vec![0; F::FIELDS.len()];
        for column in named {
            if columns.contains(&column) {
                continue;
            }
            // The fields stand in the order of their numbers.
            let number = F::FIELDS.binary_search(&column).ok();
            if let Some(place) = number.and_then(|number| places.get_mut(number)) {
                *place = columns.len();
            }
            columns.push(column);
        }
        let infos = columns.iter().map(|column| column.info());
        let mut kinds: Vec<_> = infos.clone().map(|info| kind(info, options)).collect();
        let mut fields: Vec<_> = infos.zip(&kinds).map(|(info, kind)| field(info, *kind)).collect();
        let answers = options.answers.then_some(fields.len());
        if options.answers {
            kinds.push(Kind::Answers);
            fields.push(Field::new(ANSWERS, Kind::Answers.data_type(), true));
        }
        let metadata = [
            (SCHEMA_KEY, F::SCHEMA.name()),
            (VERSION_KEY, version),
            (WRITER_KEY, WRITER),
        ];
        let metadata = metadata.map(|(key, value)| (key.to_owned(), value.to_owned()));
        Self {
            schema: Arc::new(Schema::new_with_metadata(fields, HashMap::from(metadata))),
            kinds,
            chosen: chosen(&columns),
            places,
            answers,
        }
    }

    /// The Arrow schema, with the schema's name and version and the writer in its metadata.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Adds an event as the last of some rows; an event of another schema is not added.
    pub fn push(&self, rows: &mut Rows, event: &Event<'_>) -> bool {
        match (event, self.chosen) {
            (Event::Dns(event), Chosen::Dns(_)) => self.push_dns(rows, event),
            (Event::Process(event), Chosen::Process(chosen)) => {
                let row = rows.len();
                let columns = rows.begin(self);
                for field in event.present().intersection(chosen) {
                    if let Some(column) = self.column(columns, field as usize) {
                        event.show_present(field, column.cell(row));
                    }
                }
            }
            _ => return false,
        }
        true
    }

    /// Adds a Dns event as the last of some rows, a row without values in a table of another schema.
    pub fn push_dns(&self, rows: &mut Rows, event: &DnsEvent<'_>) {
        let row = rows.len();
        let columns = rows.begin(self);
        let chosen = match self.chosen {
            Chosen::Dns(chosen) => chosen,
            Chosen::Process(_) => FieldSet::EMPTY,
        };
        event.present().intersection(chosen).iter().for_each(|field| {
            if let Some(column) = self.column(columns, field as usize) {
                event.show_present(field, column.cell(row));
            }
        });
        if let Some(column) = self.answers.and_then(|place| columns.get_mut(place))
            && let Some(answers) = event.answers()
        {
            column.push_answers(row, &answers);
        }
    }

    /// The column of the field of this number.
    #[inline]
    fn column<'c>(&self, columns: &'c mut [Column], field: usize) -> Option<&'c mut Column> {
        columns.get_mut(*self.places.get(field)?)
    }

    /// Columns without rows.
    pub(crate) fn columns(&self) -> Vec<Column> {
        self.kinds.iter().copied().map(Column::new).collect()
    }
}

/// What a column holds.
fn kind(info: &FieldInfo, options: TableOptions) -> Kind {
    match info.kusto_type {
        KustoType::Int => Kind::Integer,
        KustoType::Long => Kind::Long,
        KustoType::Real => Kind::Real,
        KustoType::Bool => Kind::Boolean,
        KustoType::Datetime => Kind::Time,
        _ if options.dictionaries && repeats(info) => Kind::Dictionary,
        _ => Kind::Text,
    }
}

/// Whether a column of text has few values in one log.
fn repeats(info: &FieldInfo) -> bool {
    let named = matches!(
        info.storage,
        Storage::Enumeration | Storage::Opcode | Storage::Rcode | Storage::RrType | Storage::Class
    );
    let target = info.alias_of.first().copied().unwrap_or(info.name);
    named || REPEATING.contains(&target)
}

/// The Arrow field of a column, with what the schema says of it.
fn field(info: &FieldInfo, kind: Kind) -> Field {
    let mut metadata = HashMap::from([
        ("class".to_owned(), info.class.as_str().to_owned()),
        ("logical_type".to_owned(), info.logical_type.to_owned()),
        ("since".to_owned(), info.since.to_string()),
        ("description".to_owned(), info.description.to_owned()),
    ]);
    if let Some(unit) = info.unit {
        metadata.insert("unit".to_owned(), unit.to_owned());
    }
    if !info.alias_of.is_empty() {
        metadata.insert("alias_of".to_owned(), info.alias_of.join(","));
    }
    Field::new(info.name, kind.data_type(), true).with_metadata(metadata)
}
