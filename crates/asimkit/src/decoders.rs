//! The decoders of sources: what ASIM's auxiliary functions do, over text that was not parsed yet.
//!
//! An event has both already: [`DnsEvent::answers`](crate::DnsEvent::answers) and
//! [`DnsEvent::flags`](crate::DnsEvent::flags), which know the question and what was seen of the messages. The functions
//! here are for text alone: a cell of a log, or a column of another product that holds it.

use std::fmt;

use asim_schema::answers::{Answers, DnsFlagList};

/// The decoders of one source.
struct Decoder {
    source: &'static str,
    response: for<'r> fn(&'r str) -> Option<Answers<'r>>,
    flags: fn(&str) -> Option<DnsFlagList>,
}

/// All decoders, sorted by the ids of their sources.
static DECODERS: &[Decoder] = &[
    Decoder {
        source: "bind",
        response: |text| asim_parser_bind::decode_response(text, None),
        flags: asim_parser_bind::decode_flags,
    },
    Decoder {
        source: "microsoft-dns",
        response: asim_parser_microsoft_dns::decode_response,
        flags: asim_parser_microsoft_dns::decode_flags,
    },
    Decoder {
        source: "sysmon",
        response: |text| asim_parser_sysmon::decode_response(text, None),
        flags: asim_parser_sysmon::decode_flags,
    },
    Decoder {
        source: "zeek",
        response: |text| asim_parser_zeek::decode_response(text, None),
        flags: asim_parser_zeek::decode_flags,
    },
];

/// The ids of the sources that have decoders, sorted.
///
/// ```
/// assert!(asimkit::decoders::sources().any(|id| id == "zeek"));
/// ```
pub fn sources() -> impl Iterator<Item = &'static str> {
    DECODERS.iter().map(|decoder| decoder.source)
}

/// The records of a response in a source's own text.
///
/// ```
/// let answers = asimkit::decoders::response("zeek", "192.0.2.1\t1782.000000")?;
/// assert_eq!(answers.to_json(), r#"[{"part":"answer","TTL":1782,"Type":"A","Response":"192.0.2.1"}]"#);
/// # Ok::<(), asimkit::decoders::DecodeError>(())
/// ```
///
/// # Errors
///
/// When no source has this id, or the text is none of its forms.
pub fn response<'r>(source: &str, text: &'r str) -> Result<Answers<'r>, DecodeError> {
    (named(source)?.response)(text).ok_or(DecodeError::Response)
}

/// The flags in a source's own text.
///
/// ```
/// let flags = asimkit::decoders::flags("zeek", "T F T T 0")?;
/// assert_eq!(flags.to_json(), "[false,true,false,true,true,false,false]");
/// # Ok::<(), asimkit::decoders::DecodeError>(())
/// ```
///
/// # Errors
///
/// When no source has this id, or the text is none of its forms.
pub fn flags(source: &str, text: &str) -> Result<DnsFlagList, DecodeError> {
    (named(source)?.flags)(text).ok_or(DecodeError::Flags)
}

fn named(source: &str) -> Result<&'static Decoder, DecodeError> {
    let found = DECODERS.iter().find(|decoder| decoder.source == source);
    found.ok_or_else(|| DecodeError::UnknownSource(source.to_owned()))
}

/// Why a text was not decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// No source with decoders has this id.
    UnknownSource(String),
    /// The text is no response in a form of the source.
    Response,
    /// The text tells of no flags in a form of the source.
    Flags,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSource(source) => {
                let known: Vec<_> = sources().collect();
                write!(f, "no decoders for `{source}`; there are {}", known.join(", "))
            }
            Self::Response => f.write_str("no response in a form of this source"),
            Self::Flags => f.write_str("no flags in a form of this source"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The examples of the guide.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/decoders.md")]
struct Guide;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;

    #[test]
    fn every_decoder_has_its_parser() {
        assert!(sources().is_sorted());
        for source in sources() {
            assert!(registry::parser(source).is_some(), "{source}");
        }
    }

    #[test]
    fn errors_say_what_there_is() {
        let error = flags("zeke", "AA").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("no decoders for `zeke`; there are ")
        );
        assert!(error.to_string().ends_with("zeek"));
        assert_eq!(flags("zeek", "XX"), Err(DecodeError::Flags));
        assert_eq!(response("zeek", "{"), Err(DecodeError::Response));
    }
}
