//! A rejected record as one line of a reject file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::engine::Reject;

/// The columns of a reject file, in order.
#[derive(Serialize)]
struct Columns<'l> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'l str>,
    record: u64,
    line: u64,
    byte: u64,
    source: &'l str,
    stage: &'l str,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_base64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_truncated: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_length: Option<u64>,
}

impl Reject {
    /// Whether not all bytes of the record were kept.
    pub fn is_truncated(&self) -> bool {
        (self.raw.len() as u64) < self.length
    }

    /// The record's bytes as text, if they are UTF-8; a character cut in half by the truncation does not count.
    fn text(&self) -> Option<&str> {
        match std::str::from_utf8(&self.raw) {
            Ok(text) => Some(text),
            Err(error) if self.is_truncated() && error.error_len().is_none() => {
                std::str::from_utf8(self.raw.get(..error.valid_up_to())?).ok()
            }
            Err(_) => None,
        }
    }

    /// The reject as one JSON object, without a line end.
    ///
    /// `raw` holds the bytes as text; where they are no UTF-8, `raw_base64` holds them in base64 (RFC 4648, section
    /// 4). `raw_truncated` and `raw_length` stand only beside bytes that were not all kept.
    pub fn to_json(&self, file: Option<&str>) -> String {
        let location = self.error.location();
        let text = self.text();
        let columns = Columns {
            file,
            record: location.record,
            line: location.line,
            byte: location.byte,
            source: self.error.parser(),
            stage: self.error.stage().as_str(),
            reason: self.error.fault().to_string(),
            raw: text,
            raw_base64: text.is_none().then(|| STANDARD.encode(&self.raw)),
            raw_truncated: self.is_truncated().then_some(true),
            raw_length: self.is_truncated().then_some(self.length),
        };
        serde_json::to_string(&columns).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Fault, RecordError};
    use crate::location::Location;

    fn reject(raw: &[u8], length: u64) -> Reject {
        let location = Location {
            record: 2,
            line: 10,
            byte: 77,
        };
        let error = RecordError::new("zeek", location, Fault::decode("not JSON"), raw);
        Reject {
            error,
            raw: raw.to_vec(),
            length,
        }
    }

    #[test]
    fn text_stands_as_it_is_and_other_bytes_in_base64() {
        assert_eq!(
            reject(b"{\"a\":", 5).to_json(Some("dns.log")),
            r#"{"file":"dns.log","record":2,"line":10,"byte":77,"source":"zeek","stage":"decode","reason":"not JSON","raw":"{\"a\":"}"#
        );
        assert!(
            reject(b"\xff\x00", 2)
                .to_json(None)
                .ends_with(r#""raw_base64":"/wA="}"#)
        );
    }

    #[test]
    fn a_record_of_which_only_a_part_was_kept_says_so() {
        let json = reject("ab\u{e9}".as_bytes().get(..3).unwrap(), 100).to_json(None);
        assert!(
            json.ends_with(r#""raw":"ab","raw_truncated":true,"raw_length":100}"#),
            "{json}"
        );
    }
}
