//! Reads the list of ASIM's article, written as JSON.

use std::borrow::Cow;

use serde::Deserialize;

use super::presentation::without_final_dot;
use super::{DnsRecord, JsonText, Part, Question};
use crate::{DnsClass, RrType};

/// One object of the list.
#[derive(Deserialize)]
struct Object<'r> {
    #[serde(borrow)]
    part: Option<JsonText<'r>>,
    #[serde(borrow)]
    query: Option<JsonText<'r>>,
    #[serde(rename = "TTL")]
    ttl: Option<f64>,
    #[serde(rename = "Class", borrow)]
    class: Option<JsonText<'r>>,
    #[serde(rename = "Type", borrow)]
    rr_type: Option<JsonText<'r>>,
    #[serde(rename = "Response", borrow)]
    response: Option<JsonText<'r>>,
}

/// Reads the list; none when the text is anything else.
pub(super) fn read<'r>(text: &'r str, _: &Question<'r>) -> Option<Vec<DnsRecord<'r>>> {
    let text = text.trim_ascii();
    if !text.starts_with('[') {
        return None;
    }
    let objects: Vec<Object<'r>> = serde_json::from_str(text).ok()?;
    objects.into_iter().map(record).collect()
}

/// The record of an object; none for an object of another kind.
fn record(object: Object<'_>) -> Option<DnsRecord<'_>> {
    if object.rr_type.is_none() && object.response.is_none() {
        return None;
    }
    let part = match object.part {
        Some(part) => Some(Part::from_name(&part.0)?),
        None => None,
    };
    let class = object
        .class
        .as_ref()
        .and_then(|name| DnsClass::from_name(&name.0));
    let rr_type = object
        .rr_type
        .as_ref()
        .and_then(|name| RrType::from_name(&name.0));
    let is_name = rr_type.is_some_and(|rr_type| NAMES.contains(&rr_type));
    Some(DnsRecord {
        part,
        query: object.query.map(|name| complete(name.0)),
        ttl: object.ttl,
        class_name: object
            .class
            .map(|name| name.0)
            .filter(|name| class.is_none_or(|class| class.text() != *name)),
        class,
        type_name: object
            .rr_type
            .map(|name| name.0)
            .filter(|name| rr_type.is_none_or(|rr_type| rr_type.text() != *name)),
        rr_type,
        response: if is_name {
            object.response.map(|name| complete(name.0))
        } else {
            object.response.map(|text| text.0)
        },
    })
}

/// The types whose data is a name and nothing else.
const NAMES: [RrType; 4] = [RrType::NS, RrType::CNAME, RrType::PTR, RrType::DNAME];

/// The name without its final dot.
fn complete(name: Cow<'_, str>) -> Cow<'_, str> {
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(without_final_dot(name)),
        Cow::Owned(name) => Cow::Owned(without_final_dot(&name).to_owned()),
    }
}
