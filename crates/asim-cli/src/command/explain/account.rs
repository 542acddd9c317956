//! Everything that there is to say of one record.

use asimkit::schema::{SchemaEvent, SchemaField};
use asimkit::{Became, Event, Manifest, Notes, Provenance, Recognized, Traced, registry};
use serde::Serialize;
use serde_json::Value;

/// A record, what became of it, and why.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) file: String,
    pub(super) location: Place,
    pub(super) source: &'static str,
    pub(super) format: &'static str,
    /// The record's bytes, if they are UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
    /// The record's bytes, everything but printable ASCII escaped, if they are no UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_escaped: Option<String>,
    /// Its length, if not all of its bytes were kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) raw_length: Option<u64>,
    /// `written`, `declined` or `rejected`.
    pub(super) outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stage: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) schema: Option<String>,
    pub(super) fields: Vec<Field>,
    pub(super) notes: Vec<String>,
    /// The columns without a field of their own, which stand in `AdditionalFields`.
    pub(super) unmapped: Vec<String>,
}

/// Where the record stands.
#[derive(Debug, Serialize)]
pub(super) struct Place {
    pub(super) record: u64,
    pub(super) line: u64,
    pub(super) last_line: u64,
    pub(super) byte: u64,
}

/// A field of the event, and where its value comes from.
#[derive(Debug, Serialize)]
pub(super) struct Field {
    #[serde(rename = "field")]
    pub(super) name: &'static str,
    pub(super) value: Value,
    pub(super) from: Vec<&'static str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alias_of: Option<&'static str>,
}

impl Account {
    /// The account of a record of a file.
    pub(super) fn new(file: String, recognized: &Recognized, traced: &Traced) -> Self {
        // Of an input of several sources, each record has its own.
        let parser = registry::parser(traced.source).unwrap_or(recognized.parser);
        let manifest = parser.manifest();
        let raw = std::str::from_utf8(&traced.raw).ok();
        let mut account = Self {
            file,
            location: Place {
                record: traced.location.record,
                line: traced.location.line,
                last_line: traced.last_line,
                byte: traced.location.byte,
            },
            source: manifest.id,
            format: recognized.format.as_str(),
            raw: raw.map(str::to_owned),
            raw_escaped: raw.is_none().then(|| traced.raw.escape_ascii().to_string()),
            raw_length: Some(traced.length).filter(|length| *length > traced.raw.len() as u64),
            outcome: "written",
            stage: None,
            reason: None,
            schema: None,
            fields: Vec::new(),
            notes: Vec::new(),
            unmapped: Vec::new(),
        };
        account.became(manifest, &traced.became);
        account
    }

    fn became(&mut self, manifest: &Manifest, became: &Became) {
        match became {
            Became::Event(event, notes) => self.event(manifest, event, notes),
            Became::Declined(reason) => {
                self.outcome = "declined";
                self.reason = Some(reason.clone());
            }
            Became::Rejected(error) => {
                self.outcome = "rejected";
                self.stage = Some(error.stage().as_str());
                self.reason = Some(error.fault().to_string());
            }
            other => self.reason = Some(format!("{other:?}")),
        }
    }

    fn event(&mut self, manifest: &Manifest, event: &Event<'_>, notes: &Notes) {
        self.notes = notes.iter().map(|(note, _)| note.to_string()).collect();
        self.schema = Some(format!("{} {}", event.schema().name(), event.version()));
        let (fields, additional) = match event {
            Event::Dns(event) => (Field::all(manifest.provenance, event), event.additional_fields()),
            Event::Process(event) => (
                Field::all(manifest.process_provenance, event),
                event.additional_fields(),
            ),
            _ => return,
        };
        self.fields = fields;
        if let Some(additional) = additional {
            self.unmapped = additional.iter().map(|(name, _)| name.to_owned()).collect();
        }
    }

    /// The record's bytes as text.
    pub(super) fn raw(&self) -> &str {
        self.raw
            .as_deref()
            .or(self.raw_escaped.as_deref())
            .unwrap_or_default()
    }
}

impl Field {
    /// The fields of an event, with what is known of where its parser takes them from.
    fn all<'r, E: SchemaEvent<'r>>(provenance: &[Provenance<E::Field>], event: &E) -> Vec<Self> {
        let fields = E::Field::FIELDS.iter().copied();
        fields
            .filter(|field| !field.info().deprecated)
            .filter_map(|field| {
                let mut json = Vec::new();
                event.get(field)?.write_json(&mut json);
                let value = serde_json::from_slice(&json).unwrap_or_default();
                Some(Self::new(provenance, event, field, value))
            })
            .collect()
    }

    fn new<'r, E: SchemaEvent<'r>>(
        provenance: &[Provenance<E::Field>],
        event: &E,
        field: E::Field,
        value: Value,
    ) -> Self {
        let info = field.info();
        let known = |field: E::Field| provenance.iter().find(|entry| entry.field == field);
        let target = target(event, field);
        let (from, rule) = match (known(target.unwrap_or(field)), target) {
            (Some(Provenance { columns, .. }), Some(_)) => (columns.to_vec(), String::new()),
            (Some(Provenance { columns, rule, .. }), None) => (columns.to_vec(), (*rule).to_owned()),
            (None, None) if info.constant => (Vec::new(), "the schema's own".to_owned()),
            _ => (Vec::new(), String::new()),
        };
        Self {
            name: info.name,
            value,
            from,
            rule,
            alias_of: target.map(|target| target.info().name),
        }
    }
}

/// The field that an alias shows.
fn target<'r, E: SchemaEvent<'r>>(event: &E, alias: E::Field) -> Option<E::Field> {
    let shown = event.get(alias)?.to_string();
    let mut targets = alias.alias_of().iter().copied();
    targets.find(|target| event.get(*target).is_some_and(|value| value.to_string() == shown))
}
