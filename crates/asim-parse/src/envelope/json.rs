//! JSON objects that carry a record: search products, shippers, exported tables.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::time::{Clock, utc};
use super::{ColumnZone, Envelope, Peeled};

/// The members that may hold the record, the likeliest first.
const CARRIERS: [&str; 9] = [
    "_raw",
    "event.original",
    "SyslogMessage",
    "RawData",
    "message",
    "Message",
    "_source",
    "result",
    "log",
];

/// Members that hold a whole find of a search product.
const FINDS: [&str; 2] = ["_source", "result"];

/// Peels an object that has a member with a record in it, as text or as an object.
pub(super) fn peel<'r>(text: &'r [u8], clock: &Clock<'_>) -> Option<Peeled<'r>> {
    let object: Object<'_> = serde_json::from_slice(text).ok()?;
    let mut envelope = Envelope::default();
    object.facts("", &mut envelope, clock);
    // What a search product found stands in an object of its own, which is no layer more.
    if let Some(found) = FINDS.iter().find_map(|name| object.object(name))
        && let Some(inner) = found.carried()
    {
        found.facts("", &mut envelope, clock);
        return Some(Peeled { inner, envelope });
    }
    let inner = object.carried()?;
    Some(Peeled { inner, envelope })
}

/// The members of an object, their values as they stand.
struct Object<'r>(Vec<(Cow<'r, str>, &'r RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(Name(name)) = map.next_key()? {
                    members.push((name, map.next_value()?));
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A name, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Name<'r>(#[serde(borrow)] Cow<'r, str>);

impl<'r> Object<'r> {
    fn get(&self, name: &str) -> Option<&'r RawValue> {
        self.0
            .iter()
            .rev()
            .find(|(found, _)| found == name)
            .map(|(_, value)| *value)
    }

    fn object(&self, name: &str) -> Option<Object<'r>> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// What stands in the first carrier that has something in it.
    fn carried(&self) -> Option<Cow<'r, [u8]>> {
        if let Some(text) = self
            .object("event")
            .and_then(|event| event.get("original").and_then(text))
        {
            return Some(text);
        }
        CARRIERS.iter().find_map(|name| {
            let value = self.get(name)?;
            match value.get().as_bytes().first()? {
                b'"' => text(value),
                b'{' => Some(Cow::Borrowed(value.get().as_bytes())),
                _ => None,
            }
        })
    }

    /// Collects what the members say; `group` is the object that they stand in.
    fn facts(&self, group: &str, envelope: &mut Envelope, clock: &Clock<'_>) {
        for (name, value) in &self.0 {
            if group.is_empty()
                && name == "host"
                && let Some(inner) = self.object(name)
            {
                inner.facts(name, envelope, clock);
                continue;
            }
            let Some(text) = plain(value).filter(|text| !text.is_empty() && text != "-") else {
                continue;
            };
            match (group, &**name) {
                ("", "TimeGenerated" | "TimeGenerated [UTC]") => envelope.time_generated = utc(&text),
                ("", "TimeGenerated [Local Time]") => {
                    envelope.time_generated =
                        clock.column(&text, Some(ColumnZone::Local)).time.ok().flatten();
                }
                ("", "@timestamp" | "_time" | "timestamp") => envelope.set_time(clock.column(&text, None)),
                ("", "Computer" | "hostname" | "HostName" | "host" | "host.name")
                | ("host", "name" | "hostname") => host(&text, envelope),
                ("", "HostIP" | "host.ip") | ("host", "ip") => {
                    envelope.address = text.parse().ok().or(envelope.address);
                }
                ("", "ProcessName" | "program" | "process.name") => {
                    envelope.program = Some(text.into_owned());
                }
                ("", "_ItemId" | "_id") => envelope.id = Some(text.into_owned()),
                _ => {}
            }
        }
    }
}

/// A host's name, or its address in the name's place.
pub(super) fn host(text: &str, envelope: &mut Envelope) {
    match text.parse() {
        Ok(address) => envelope.address = Some(address),
        Err(_) => envelope.host = Some(text.to_owned()),
    }
}

/// A string's text as bytes.
fn text(value: &RawValue) -> Option<Cow<'_, [u8]>> {
    let Name(text) = serde_json::from_str(value.get()).ok()?;
    Some(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    })
    .filter(|text| !text.trim_ascii().is_empty())
}

/// A string's text, or a number as it stands.
fn plain(value: &RawValue) -> Option<Cow<'_, str>> {
    match value.get().as_bytes().first()? {
        b'"' => serde_json::from_str(value.get()).ok().map(|Name(text)| text),
        b'0'..=b'9' => Some(Cow::Borrowed(value.get())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn inner(text: &str) -> Option<String> {
        let context = Context::default();
        let clock = Clock { context: &context };
        peel(text.as_bytes(), &clock).map(|peeled| String::from_utf8(peeled.inner.into_owned()).unwrap())
    }

    #[test]
    fn the_carriers_of_products() {
        for (text, expected) in [
            (r#"{"preview":false,"result":{"_raw":"{\"a\":1}"}}"#, r#"{"a":1}"#),
            (r#"{"_source":{"a":1}}"#, r#"{"a":1}"#),
            (r#"{"_raw":"{\"a\":1}"}"#, r#"{"a":1}"#),
            (r#"{"message":"m","event":{"original":"o"}}"#, "o"),
            (r#"{"event.original":"o","message":"m"}"#, "o"),
            (r#"{"_index":"i","_source":{"message":"m"}}"#, "m"),
            (r#"{"message":{"a":1}}"#, r#"{"a":1}"#),
            (r#"{"Message":"m","Computer":"c"}"#, "m"),
        ] {
            assert_eq!(inner(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "{}",
            r#"{"a":1}"#,
            r#"{"message":17}"#,
            r#"{"message":""}"#,
            r#"{"message":"#,
            "[1]",
        ] {
            assert_eq!(inner(text), None, "{text}");
        }
    }

    #[test]
    fn what_the_layer_knows() {
        let text = r#"{"@timestamp":"2026-11-21T09:00:00Z","host":{"name":"h1","ip":"192.0.2.9"},"_id":"x","message":"m"}"#;
        let context = Context::default();
        let clock = Clock { context: &context };
        let envelope = peel(text.as_bytes(), &clock).unwrap().envelope;
        assert_eq!(envelope.host.as_deref(), Some("h1"));
        assert_eq!(envelope.address, Some([192, 0, 2, 9].into()));
        assert_eq!(
            (envelope.id.as_deref(), envelope.time.is_some()),
            (Some("x"), true)
        );
    }
}
