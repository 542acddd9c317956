//! Events of this project as an input: NDJSON and JSON arrays that were written before.

use asim_parse::{
    Context, Envelope, Fault, Format, Manifest, Mapper, Notes, Recognition, Record, Refusal, sniff,
};
use asim_schema::{Event, SchemaKind};
use serde::Deserialize;

/// The reader of events.
pub(crate) static OWN_EVENTS: OwnEvents = OwnEvents;

/// Reads events that were written before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnEvents;

static MANIFEST: Manifest = Manifest {
    id: "events",
    title: "Events of the schemas Dns and ProcessEvent: NDJSON, JSON",
    vendor: "",
    product: "",
    formats: &[Format::NdJson, Format::JsonValues],
    provenance: &[],
    process_provenance: &[],
    asim_functions: &[],
};

/// What tells an event from other objects.
#[derive(Deserialize)]
struct Head<'r> {
    #[serde(rename = "EventSchema", borrow)]
    schema: std::borrow::Cow<'r, str>,
}

/// Whether the text begins with an event of a schema that there is.
fn begins_with_event(text: &[u8]) -> bool {
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<Head<'_>>();
    let first = values.next().and_then(Result::ok);
    first.is_some_and(|head| SchemaKind::ALL.iter().any(|schema| schema.name() == head.schema))
}

impl Mapper for OwnEvents {
    const MANIFEST: &'static Manifest = &MANIFEST;

    type Header = ();
    type Raw<'r> = Event<'r>;

    fn recognize(&self, head: &[u8]) -> Option<Recognition> {
        let text = head.trim_ascii_start();
        let first = text.strip_prefix(b"[").unwrap_or(text);
        if !begins_with_event(first) {
            return None;
        }
        Some(Recognition {
            format: sniff::fallback_format(text, MANIFEST.formats)?,
            evidence: "EventSchema names a schema of ASIM".to_owned(),
        })
    }

    fn decode<'r>(
        &self,
        record: Record<'r, ()>,
        _: &Context,
        _: &mut Notes,
    ) -> Result<Self::Raw<'r>, Refusal> {
        serde_json::from_slice(record.bytes)
            .map_err(|error| Refusal::Rejected(Fault::decode("no event").with(error.to_string())))
    }

    fn map<'r>(
        &self,
        raw: Self::Raw<'r>,
        _: &Envelope,
        _: &Context,
        _: &mut Notes,
    ) -> Result<Event<'r>, Refusal> {
        Ok(raw)
    }
}
