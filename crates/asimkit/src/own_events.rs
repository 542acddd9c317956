//! Events of this project as an input: NDJSON and JSON arrays that were written before.

use asim_parse::filter::CompiledFilter;
use asim_parse::value::common::common;
use asim_parse::{
    Context, Envelope, Fault, Format, Manifest, Mapper, Notes, Recognition, Record, Refusal, sniff,
};
use asim_schema::{Event, SchemaKind};
use serde::Deserialize;

use crate::registry;
use crate::written::Written;

/// The reader of events.
pub(crate) static OWN_EVENTS: OwnEvents = OwnEvents;

/// Reads events that were written before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnEvents;

static MANIFEST: Manifest = Manifest {
    id: Written::SOURCE,
    title: "Events of the schemas Dns and ProcessEvent: NDJSON, JSON",
    vendor: "",
    product: "",
    other_products: &[],
    formats: &[Format::NdJson, Format::JsonValues],
    provenance: &[],
    process_provenance: &[],
    asim_functions: &[],
};

/// The fault of a record that is none of these events.
pub(crate) const NO_EVENT: Fault = Fault::decode("no event");

/// The source whose logs an event was made of, as far as its vendor and product tell.
pub(crate) fn origin(event: &Event<'_>) -> &'static Manifest {
    let product = common(event).and_then(|event| Some((event.event_vendor()?, event.event_product()?)));
    let known = product.and_then(|(vendor, product)| {
        let mut manifests = registry::parsers().iter().map(|parser| parser.manifest());
        manifests.find(|manifest| manifest.makes(vendor, product))
    });
    known.unwrap_or(&MANIFEST)
}

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
            .map_err(|error| Refusal::Rejected(NO_EVENT.with(error.to_string())))
    }

    fn refuses(&self, raw: &Event<'_>, _: &Envelope, _: &Context, filter: &CompiledFilter) -> bool {
        filter.disables(raw, origin(raw))
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

#[cfg(test)]
mod tests {
    use asim_schema::{DnsEvent, SchemaVersion};

    use super::*;

    #[test]
    fn vendor_and_product_tell_the_source() {
        for (vendor, product, id) in [
            ("Corelight", "Zeek", "zeek"),
            ("Infoblox", "NIOS", "bind"),
            ("Microsoft", "Sysmon for Linux", "sysmon"),
            ("Microsoft", "Zeek", Written::SOURCE),
        ] {
            let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
            event.set_event_vendor(vendor);
            event.set_event_product(product);
            assert_eq!(origin(&Event::Dns(event)).id, id, "{vendor} {product}");
        }
        assert_eq!(origin(&Event::Dns(DnsEvent::default())).id, Written::SOURCE);
    }
}
