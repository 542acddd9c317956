//! Which source an input is of.

use std::fmt;

use asim_parse::{Format, Parser, Recognition, Schemas, sniff};

use crate::own_events::OWN_EVENTS;
use crate::registry;

/// The caller's choice of source.
#[derive(Clone, Copy, Default)]
pub enum Source {
    /// The one parser that recognizes the input.
    #[default]
    Auto,
    /// For each record the one parser that claims it: for inputs in which the records of several sources stand.
    AutoRecord,
    /// Events that were written before, as NDJSON or JSON, and else as `Auto`.
    EventsOrAuto,
    /// This parser.
    Parser(&'static dyn Parser),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("Auto"),
            Self::AutoRecord => f.write_str("AutoRecord"),
            Self::EventsOrAuto => f.write_str("EventsOrAuto"),
            Self::Parser(parser) => f.debug_tuple("Parser").field(&parser.manifest().id).finish(),
        }
    }
}

impl Source {
    /// The choice that a name stands for: a parser's id, `auto` or `auto-record`.
    pub fn named(name: &str) -> Result<Self, SourceError> {
        match name {
            "auto" => Ok(Self::Auto),
            "auto-record" => Ok(Self::AutoRecord),
            _ => registry::parser(name)
                .map(Self::Parser)
                .ok_or_else(|| SourceError::Unknown(name.to_owned())),
        }
    }

    /// The parser and format for an input with these first bytes, decompressed.
    ///
    /// With [`Source::Auto`] the parsers whose events are of a wanted schema are asked first, and the others only if
    /// none of them recognizes the input: all its records are then declined.
    ///
    /// # Errors
    ///
    /// With [`Source::Auto`], when no parser or more than one recognizes the input.
    pub fn recognize(self, head: &[u8], schemas: Schemas) -> Result<Recognized, SourceError> {
        match self {
            Self::Parser(parser) => Ok(named(parser, head)),
            Self::Auto => only_one(head, schemas),
            Self::AutoRecord => Ok(each_record(head)),
            Self::EventsOrAuto => match recognized_by(&OWN_EVENTS, head) {
                Some(events) => Ok(events),
                None => only_one(head, schemas),
            },
        }
    }
}

/// A parser that the caller named is taken at their word; only the format is looked for.
fn named(parser: &'static dyn Parser, head: &[u8]) -> Recognized {
    recognized_by(parser, head).unwrap_or_else(|| Recognized {
        parser,
        format: sniff::fallback_format(head, parser.manifest().formats).unwrap_or(Format::Lines),
        enveloped: false,
        evidence: "named by the caller".to_owned(),
    })
}

/// Of several sources, only the layout of the records is looked for.
fn each_record(head: &[u8]) -> Recognized {
    let parser: &'static dyn Parser = registry::auto_record();
    let Recognition { format, evidence } = parser.recognize(head).unwrap_or_else(|| Recognition {
        format: Format::Lines,
        evidence: String::new(),
    });
    Recognized {
        parser,
        format,
        enveloped: true,
        evidence,
    }
}

/// What a parser says of an input: of its records as they stand, or inside the layers around them.
fn recognized_by(parser: &'static dyn Parser, head: &[u8]) -> Option<Recognized> {
    let (Recognition { format, evidence }, enveloped) = asim_parse::recognize(parser, head)?;
    Some(Recognized {
        parser,
        format,
        enveloped,
        evidence,
    })
}

fn only_one(head: &[u8], schemas: Schemas) -> Result<Recognized, SourceError> {
    let wanted = |parser: &dyn Parser| schemas.intersects(parser.manifest().schemas());
    match one_of(head, wanted) {
        Err(SourceError::Unrecognized) => one_of(head, |parser| !wanted(parser)),
        found => found,
    }
}

/// The one parser among some of them that recognizes an input.
fn one_of(head: &[u8], among: impl Fn(&dyn Parser) -> bool) -> Result<Recognized, SourceError> {
    let mut found = registry::parsers()
        .iter()
        .filter(|parser| among(**parser))
        .filter_map(|parser| recognized_by(*parser, head));
    let first = found.next().ok_or(SourceError::Unrecognized)?;
    let mut candidates: Vec<_> = found.map(|other| other.parser.manifest().id).collect();
    if candidates.is_empty() {
        return Ok(first);
    }
    candidates.insert(0, first.parser.manifest().id);
    Err(SourceError::Ambiguous(candidates))
}

/// The parser and format of an input.
#[derive(Clone)]
pub struct Recognized {
    /// The parser.
    pub parser: &'static dyn Parser,
    /// The layout of the records.
    pub format: Format,
    /// Whether they stand inside layers of shippers or exports, which are peeled.
    pub enveloped: bool,
    /// What gave it away, in a few words.
    pub evidence: String,
}

impl fmt::Debug for Recognized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recognized")
            .field("parser", &self.parser.manifest().id)
            .field("format", &self.format)
            .field("enveloped", &self.enveloped)
            .field("evidence", &self.evidence)
            .finish()
    }
}

/// Why no parser was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceError {
    /// No parser has this id.
    Unknown(String),
    /// No parser recognizes the input.
    Unrecognized,
    /// More than one parser recognizes the input: their ids.
    Ambiguous(Vec<&'static str>),
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => {
                let known: Vec<_> = registry::parsers()
                    .iter()
                    .map(|parser| parser.manifest().id)
                    .collect();
                write!(
                    f,
                    "no source `{name}`; there are auto, auto-record, {}",
                    known.join(", ")
                )
            }
            Self::Unrecognized => {
                f.write_str("no source recognizes it; name one with --source if you know it")
            }
            Self::Ambiguous(candidates) => {
                write!(
                    f,
                    "it could be {}; choose with --source, auto-record if records of several sources are mixed in it",
                    candidates.join(" or ")
                )
            }
        }
    }
}

impl std::error::Error for SourceError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_an_id_or_auto() {
        assert!(matches!(Source::named("auto"), Ok(Source::Auto)));
        assert!(
            matches!(Source::named("zeek"), Ok(Source::Parser(parser)) if parser.manifest().id == "zeek")
        );
        let error = Source::named("zeke").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("no source `zeke`; there are auto, "),
            "{error}"
        );
    }

    #[test]
    fn what_no_parser_recognizes_is_an_error_unless_one_was_named() {
        assert_eq!(
            Source::Auto
                .recognize(b"what is this\n", Schemas::ALL)
                .unwrap_err(),
            SourceError::Unrecognized
        );
        let zeek = Source::named("zeek").unwrap();
        assert_eq!(
            zeek.recognize(b"what is this\n", Schemas::ALL).unwrap().format,
            Format::HeaderedLines
        );
        assert_eq!(
            zeek.recognize(b"{\"a\":1}\n", Schemas::ALL).unwrap().format,
            Format::NdJson
        );
    }
}
