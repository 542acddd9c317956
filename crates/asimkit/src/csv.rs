//! Events as CSV.

use std::collections::BTreeSet;

use asim_parse::engine::Collector;
use asim_parse::{Manifest, Provenance};
use asim_schema::{
    DnsEvent, DnsField, Event, FieldSet, ProcessEvent, ProcessFieldSet, ProcessVersion, SchemaEvent,
    SchemaField, SchemaVersion, ValueRef,
};
use csv_core::WriteResult;

use crate::registry;
use crate::source::Source;

/// Collects events of one schema as CSV: one row an event, and always the same columns. Events of other schemas are
/// left out.
///
/// RFC 4180 with a line feed at the end of each row: a cell that holds a comma, a quotation mark or a line break stands
/// in quotation marks, and quotation marks in it are doubled. A column that an event does not show is an empty cell;
/// an empty text is one too. Truth values are `true` and `false`, times are as in NDJSON, `AdditionalFields` is JSON
/// text. Every value is written as it is: text that a spreadsheet would take for a formula, such as `=1+1`, is not
/// changed, so a reader that evaluates cells has to import these columns as text.
///
/// The header is not part of the rows: it is written once, by [`header`](Self::header).
///
/// ```
/// use asimkit::{Csv, DnsField, Normalizer, Report};
/// # struct Lines(Vec<u8>);
/// # impl asimkit::Committer<Vec<u8>> for Lines {
/// #     fn commit(&mut self, part: &mut Vec<u8>) -> std::io::Result<()> { self.0.append(part); Ok(()) }
/// #     fn reject(&mut self, _: asimkit::Reject) -> std::io::Result<()> { Ok(()) }
/// # }
///
/// let log = b"#separator \\x09\n#path\tdns\n#fields\tts\ttrans_id\tquery\tqtype\n1.5\t7\ta,b.example\t28\n";
/// let csv = Csv::new([DnsField::DnsQuery, DnsField::SrcIpAddr, DnsField::DnsQueryTypeName]);
/// let mut lines = Lines(csv.header()); // a committer that appends the parts
/// Normalizer::new().run(&log[..], &csv, &mut lines, &mut Report::default())?;
/// assert_eq!(String::from_utf8(lines.0).unwrap(), "DnsQuery,SrcIpAddr,DnsQueryTypeName\n\"a,b.example\",,AAAA\n");
/// # Ok::<(), asimkit::NormalizeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Csv<F = DnsField> {
    columns: Vec<F>,
    quoting: csv_core::Writer,
}

impl<F: SchemaField> Csv<F> {
    /// A collector that writes these columns in this order.
    pub fn new(columns: impl IntoIterator<Item = F>) -> Self {
        Self {
            columns: columns.into_iter().collect(),
            quoting: csv_core::Writer::new(),
        }
    }

    /// The names of the columns as the first row.
    pub fn header(&self) -> Vec<u8> {
        let names: Vec<_> = self.columns.iter().map(|column| column.info().name).collect();
        let mut row = names.join(",").into_bytes();
        row.push(b'\n');
        row
    }

    fn row(&self, event: &F::Event<'_>, out: &mut Vec<u8>) {
        let start = out.len();
        for (place, column) in self.columns.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            self.cell(event.get(*column), out);
        }
        // A row of one empty cell would be an empty line, which readers pass over.
        if out.len() == start {
            out.extend_from_slice(b"\"\"");
        }
        out.push(b'\n');
    }

    fn cell(&self, value: Option<ValueRef<'_>>, out: &mut Vec<u8>) {
        match value {
            None => {}
            Some(ValueRef::Text(text)) => self.text(text.as_bytes(), out),
            Some(value @ ValueRef::Object(_)) => {
                let mut json = Vec::new();
                value.write_text(&mut json);
                self.text(&json, out);
            }
            // Numbers, truth values, times and addresses hold nothing that must be quoted.
            Some(value) => value.write_text(out),
        }
    }

    fn text(&self, text: &[u8], out: &mut Vec<u8>) {
        if !self.quoting.should_quote(text) {
            return out.extend_from_slice(text);
        }
        out.push(b'"');
        let mut rest = text;
        let mut room = [0; 1024];
        loop {
            let (result, read, written) = csv_core::quote(rest, &mut room, b'"', b'"', true);
            out.extend_from_slice(room.get(..written).unwrap_or_default());
            rest = rest.get(read..).unwrap_or_default();
            if result == WriteResult::InputEmpty {
                break;
            }
        }
        out.push(b'"');
    }
}

impl<F: SchemaField + Sync> Collector for Csv<F> {
    type Part = Vec<u8>;

    fn event(&self, part: &mut Vec<u8>, event: &Event<'_>) {
        if let Some(event) = <F::Event<'_> as SchemaEvent<'_>>::of(event) {
            self.row(event, part);
        }
    }
}

impl Source {
    /// The columns that Dns events of this source can show in a schema version: what its parser fills, or any parser for
    /// [`Source::Auto`], the reporting device, the columns that follow from these (aliases, old names, stand-ins), and
    /// the constants. `EventUid` is not among them: only [`Normalizer::event_uid`](crate::Normalizer::event_uid) fills
    /// it.
    ///
    /// ```
    /// use asimkit::{DnsField, SchemaVersion, Source};
    ///
    /// let columns = Source::named("zeek")?.columns(SchemaVersion::DEFAULT);
    /// assert!(columns.contains(DnsField::DnsQuery) && columns.contains(DnsField::Domain));
    /// assert!(columns.contains(DnsField::EventSchema) && !columns.contains(DnsField::SrcUsername));
    /// # Ok::<(), asimkit::SourceError>(())
    /// ```
    pub fn columns(self, version: SchemaVersion) -> FieldSet {
        let always = DnsEvent::new(version).present();
        let filled = self.filled(|manifest| manifest.provenance);
        let shown = shown(filled.chain(always.iter()));
        FieldSet::of(&shown).intersection(version.fields())
    }

    /// The columns that process events of this source can show in a schema version, in the same way.
    ///
    /// ```
    /// use asimkit::{ProcessField, ProcessVersion, Source};
    ///
    /// let columns = Source::Auto.process_columns(ProcessVersion::DEFAULT);
    /// assert!(columns.contains(ProcessField::EventSchema) && columns.contains(ProcessField::DvcHostname));
    /// ```
    pub fn process_columns(self, version: ProcessVersion) -> ProcessFieldSet {
        let always = ProcessEvent::new(version).present();
        let filled = self.filled(|manifest| manifest.process_provenance);
        let shown = shown(filled.chain(always.iter()));
        ProcessFieldSet::of(&shown).intersection(version.fields())
    }

    /// The fields that the source's parser fills, or any parser.
    fn filled<F: SchemaField>(
        self,
        provenance: impl Fn(&'static Manifest) -> &'static [Provenance<F>],
    ) -> impl Iterator<Item = F> {
        let parsers = match self {
            Self::Parser(parser) => vec![parser],
            Self::Auto | Self::AutoRecord | Self::EventsOrAuto => registry::parsers().to_vec(),
        };
        let manifests = parsers.into_iter().map(asim_parse::Parser::manifest);
        manifests
            .flat_map(provenance)
            .map(|entry| entry.field)
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// The fields of the reporting device, which the caller and the layers around a record can name for any source.
const DEVICE: [&str; 5] = [
    "DvcIpAddr",
    "DvcHostname",
    "DvcDomain",
    "DvcDomainType",
    "DvcFQDN",
];

/// The fields and those of the reporting device, with all columns that read one of them, in schema order.
fn shown<F: SchemaField>(fields: impl Iterator<Item = F>) -> Vec<F> {
    let device = DEVICE.into_iter().filter_map(F::from_name);
    let mut shown: BTreeSet<F> = fields.chain(device).collect();
    loop {
        let before = shown.len();
        for field in F::FIELDS {
            let info = field.info();
            let mut read = info.alias_of.iter().chain(info.fallback);
            if read.any(|target| F::from_name(target).is_some_and(|target| shown.contains(&target))) {
                shown.insert(*field);
            }
        }
        if shown.len() == before {
            return shown.into_iter().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(csv: &Csv, events: &[DnsEvent<'static>]) -> Vec<u8> {
        let mut lines = csv.header();
        for event in events {
            csv.event(&mut lines, &Event::Dns(event.clone()));
        }
        lines
    }

    fn cells(lines: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(lines);
        let row = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
        reader.records().map(|record| row(record.unwrap())).collect()
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            texts in prop::collection::vec(("\\PC{0,9}[,\"\r\n]{0,3}\\PC{0,9}", "[\\x00-\\x7f]{0,2000}"), 1..4)
        ) {
            let csv = Csv::new([DnsField::EventMessage, DnsField::EventCount, DnsField::DnsQuery]);
            let event = |(message, query): &(String, String)| {
                let mut event = DnsEvent::default();
                event.set_event_message(message.clone());
                event.set_dns_query(query.clone());
                event
            };
            let events: Vec<_> = texts.iter().map(event).collect();
            let rows = cells(&lines(&csv, &events));
            prop_assert_eq!(rows.len(), events.len() + 1);
            for (row, (message, query)) in rows.iter().skip(1).zip(texts) {
                prop_assert_eq!(row, &[message, "1".to_owned(), query]);
            }
        }
    }

    #[test]
    fn each_type_has_its_form() {
        let mut event = DnsEvent::default();
        event.set_time_generated("2026-11-21T20:47:45.218Z".parse().unwrap());
        event.set_src_ip_addr("2001:db8::7".parse().unwrap());
        event.set_dns_flags_authoritative(false);
        event.push_additional("site", "north, \"old\"");
        event.set_dns_query("=1+1");
        let csv = Csv::new([
            DnsField::TimeGenerated,
            DnsField::Src,
            DnsField::DnsFlagsAuthoritative,
            DnsField::DnsQuery,
            DnsField::SrcHostname,
            DnsField::AdditionalFields,
        ]);
        let text = String::from_utf8(lines(&csv, &[event])).unwrap();
        assert_eq!(
            text.lines().nth(1).unwrap(),
            r#"2026-11-21T20:47:45.218000Z,2001:db8::7,false,=1+1,,"{""site"":""north, \""old\""""}""#
        );
    }

    #[test]
    fn a_row_without_values_is_still_a_row() {
        let csv = Csv::new([DnsField::DnsQuery]);
        let lines = lines(&csv, &[DnsEvent::default()]);
        assert_eq!(lines, b"DnsQuery\n\"\"\n");
        assert_eq!(cells(&lines).len(), 2);
    }

    #[test]
    fn every_column_that_a_filled_field_shows_is_a_column() {
        for field in DnsField::ALL {
            let info = field.info();
            if info.alias_of.is_empty() && !info.constant {
                let device = DEVICE.into_iter().filter_map(DnsField::from_name);
                let of_device = FieldSet::of(&shown(device));
                let columns = FieldSet::of(&shown([field].into_iter()));
                assert!(columns.contains(field) && columns.is_superset(of_device));
                for other in DnsField::ALL
                    .into_iter()
                    .filter(|other| *other != field && !of_device.contains(*other))
                {
                    let reads =
                        |target| other.alias_of().contains(&target) || other.fallback().contains(&target);
                    assert_eq!(
                        columns.contains(other),
                        columns.iter().any(reads),
                        "{field} {other}"
                    );
                }
            }
        }
    }

    #[test]
    fn columns_are_those_of_the_version() {
        for version in SchemaVersion::SELECTABLE {
            let columns = Source::Auto.columns(*version);
            assert!(version.fields().is_superset(columns));
            assert!(columns.contains(DnsField::EventSchemaVersion) && columns.contains(DnsField::EventCount));
            assert!(columns.is_superset(Source::named("zeek").unwrap().columns(*version)));
        }
    }
}
