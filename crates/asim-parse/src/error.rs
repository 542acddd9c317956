//! The one error of a record that could not be turned into an event.

use std::borrow::Cow;
use std::fmt;

use crate::location::Location;

/// The step at which a record was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Its end could not be found, or the input broke off.
    Cut,
    /// Its bytes are not what its format demands.
    Decode,
    /// It is well-formed, but what an event must have cannot be had from it.
    Map,
}

impl Stage {
    /// The stage's name as summaries and reject files write it: `cut`, `decode` or `map`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Decode => "decode",
            Self::Map => "map",
        }
    }
}

/// What is wrong with a record.
///
/// `class` is one of a fixed set of texts, so that reasons can be counted; `detail` is about this one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The step that found it.
    pub stage: Stage,
    /// The kind of fault in a few words, the same text for every record with it.
    pub class: &'static str,
    /// What exactly was found, for this record.
    pub detail: Option<Cow<'static, str>>,
}

impl Fault {
    /// A fault found while finding the record's end.
    pub const fn cut(class: &'static str) -> Self {
        Self {
            stage: Stage::Cut,
            class,
            detail: None,
        }
    }

    /// A fault found while reading the record's bytes as its format.
    pub const fn decode(class: &'static str) -> Self {
        Self {
            stage: Stage::Decode,
            class,
            detail: None,
        }
    }

    /// A fault found while making an event of a well-formed record.
    pub const fn map(class: &'static str) -> Self {
        Self {
            stage: Stage::Map,
            class,
            detail: None,
        }
    }

    /// The same fault with what exactly was found.
    #[must_use]
    pub fn with(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.detail {
            None => f.write_str(self.class),
            Some(detail) => write!(f, "{}: {detail}", self.class),
        }
    }
}

/// A record that was refused: where it stands, which parser refused it, and why.
///
/// It is one pointer wide, so that a `Result` with it stays small.
#[derive(Debug, Clone)]
pub struct RecordError(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    location: Location,
    parser: &'static str,
    fault: Fault,
    excerpt: String,
}

/// So many bytes of a record are shown in an error.
const EXCERPT: usize = 80;

impl RecordError {
    /// An error about the record with these bytes at this place.
    pub fn new(parser: &'static str, location: Location, fault: Fault, raw: &[u8]) -> Self {
        let shown = raw.get(..EXCERPT).unwrap_or(raw);
        let mut excerpt = shown.escape_ascii().to_string();
        if shown.len() < raw.len() {
            excerpt.push('…');
        }
        Self(Box::new(Inner {
            location,
            parser,
            fault,
            excerpt,
        }))
    }

    /// Where the record stands.
    pub fn location(&self) -> Location {
        self.0.location
    }

    /// The id of the parser that refused it.
    pub fn parser(&self) -> &'static str {
        self.0.parser
    }

    /// The step that refused it.
    pub fn stage(&self) -> Stage {
        self.0.fault.stage
    }

    /// Why it was refused.
    pub fn fault(&self) -> &Fault {
        &self.0.fault
    }

    /// The record's first 80 bytes, everything but printable ASCII escaped.
    pub fn excerpt(&self) -> &str {
        &self.0.excerpt
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            location,
            parser,
            fault,
            excerpt,
        } = &*self.0;
        write!(
            f,
            "{location}: {parser} {}: {fault}: {excerpt}",
            fault.stage.as_str()
        )
    }
}

impl std::error::Error for RecordError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_pointer_wide_and_says_where_and_why() {
        assert_eq!(size_of::<RecordError>(), size_of::<usize>());
        let location = Location {
            record: 3,
            line: 9,
            byte: 412,
        };
        let error = RecordError::new(
            "zeek",
            location,
            Fault::decode("not JSON").with("at column 7"),
            b"{\"a\":\x00",
        );
        assert_eq!(
            error.to_string(),
            r#"record 3, line 9, byte 412: zeek decode: not JSON: at column 7: {\"a\":\x00"#
        );
    }

    #[test]
    fn a_long_record_is_shown_in_part() {
        let error = RecordError::new("zeek", Location::default(), Fault::cut("too long"), &[b'x'; 200]);
        assert_eq!(error.excerpt(), format!("{}…", "x".repeat(80)));
    }
}
