//! `asim decode`: the records of a response, or the flags of a message, from a source's text or from events.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Read, Write};
use std::path::Path;

use asimkit::schema::answers::DnsFlagList;
use asimkit::{DnsEvent, decoders};
use serde::Deserialize;

use crate::arguments::{DecodeArguments, What};
use crate::exit::Exit;
use crate::identity;
use crate::input::STANDARD;
use crate::message::say;
use crate::output::{Output, Replace, answer, cannot_write};

/// The longest value, in bytes.
const LONGEST: u64 = 16 << 20;

/// So many values that could not be decoded are named; of the others there is only the number.
const NAMED: u64 = 20;

/// What is written for a value that could not be decoded, so that lines of input and output keep together.
const NOTHING: &str = "null";

/// Decodes one value, or each line of standard input.
///
/// # Errors
///
/// With a message, when the source is missing, or input or output cannot be used.
pub(super) fn run(arguments: &DecodeArguments) -> Result<Exit, String> {
    let decoder = Decoder {
        what: arguments.what,
        source: arguments.source.as_deref(),
    };
    match arguments.value.as_deref() {
        Some(value) if value != STANDARD => one(decoder, value),
        None if io::stdin().is_terminal() => {
            Err("nothing to decode; give a value or pipe values in, one a line".to_owned())
        }
        _ => lines(decoder),
    }
}

fn one(decoder: Decoder<'_>, value: &str) -> Result<Exit, String> {
    match decoder.decode(value) {
        Ok(list) => answer(&format!("{list}\n")).map(|()| Exit::Success),
        Err(Problem::NoSource) => Err(Problem::NoSource.to_string()),
        Err(problem) => {
            answer(&format!("{NOTHING}\n"))?;
            say(&format!("the value: {problem}"));
            Ok(Exit::Rejected)
        }
    }
}

fn lines(decoder: Decoder<'_>) -> Result<Exit, String> {
    let cannot_read = |error: io::Error| format!("standard input: cannot be read: {error}");
    let mut input = BufReader::with_capacity(1 << 16, identity::stream(&io::stdin()).map_err(cannot_read)?);
    let output = Output::open(Path::new(STANDARD), Replace::AtOnce)?;
    let mut output = BufWriter::with_capacity(1 << 16, output);
    let mut line = Vec::new();
    let (mut number, mut failed) = (0_u64, 0_u64);
    let written = loop {
        // What is decoded goes out before the next line is waited for.
        if !input.buffer().contains(&b'\n')
            && let Err(error) = output.flush()
        {
            break Err(error);
        }
        line.clear();
        let read = (&mut input).take(LONGEST + 1).read_until(b'\n', &mut line);
        if read.map_err(cannot_read)? == 0 {
            break output.flush();
        }
        number += 1;
        let whole = line.last() == Some(&b'\n') || line.len() as u64 <= LONGEST;
        let decoded = if whole {
            decoder.decode(&text(&line, number))
        } else {
            input.skip_until(b'\n').map_err(cannot_read)?;
            Err(Problem::TooLong)
        };
        let list = match decoded {
            Ok(list) => list,
            Err(problem @ Problem::NoSource) => {
                // What came before is written; if that fails, this message is still the one that helps.
                let _ = output.flush();
                return Err(format!("line {number}: {problem}"));
            }
            Err(problem) => {
                failed += 1;
                if failed <= NAMED {
                    say(&format!("line {number}: {problem}"));
                }
                NOTHING.to_owned()
            }
        };
        if let Err(error) = writeln!(output, "{list}") {
            break Err(error);
        }
    };
    if failed > NAMED {
        say(&format!("{failed} of {number} values could not be decoded"));
    }
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Success),
        Err(error) => Err(cannot_write("standard output", &error)),
        Ok(()) if failed > 0 => Ok(Exit::Rejected),
        Ok(()) => Ok(Exit::Success),
    }
}

/// A line as text, without its end and a byte order mark; bytes that are not UTF-8 become `\xHH`, as Zeek has them.
fn text(line: &[u8], number: u64) -> Cow<'_, str> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = match line {
        [0xef, 0xbb, 0xbf, rest @ ..] if number == 1 => rest,
        line => line,
    };
    if let Ok(text) = std::str::from_utf8(line) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(line.len() + 8);
    for chunk in line.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    Cow::Owned(text)
}

/// Decodes values.
#[derive(Debug, Clone, Copy)]
struct Decoder<'a> {
    what: What,
    source: Option<&'a str>,
}

/// Why a value is not decoded.
#[derive(Debug)]
enum Problem {
    /// It is no event, and no source is named.
    NoSource,
    /// It is an event that cannot be read.
    Event(String),
    /// It is an event whose response is text in a form without a reader.
    Form,
    /// It is longer than any value.
    TooLong,
    /// It is no text of the source.
    Source(decoders::DecodeError),
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSource => f.write_str("no event; say with --source whose text it is"),
            Self::Event(error) => write!(f, "an event that cannot be read: {error}"),
            Self::Form => f.write_str("an event whose DnsResponseName has no known form"),
            Self::TooLong => write!(f, "longer than {} MiB", LONGEST >> 20),
            Self::Source(error) => error.fmt(f),
        }
    }
}

/// The key by which events are told from other JSON.
#[derive(Deserialize)]
struct Head<'r> {
    #[serde(rename = "EventSchema", borrow)]
    schema: Option<Cow<'r, str>>,
}

impl Decoder<'_> {
    /// The value's JSON list.
    fn decode(self, value: &str) -> Result<String, Problem> {
        if is_event(value) {
            return self.decode_event(value);
        }
        let source = self.source.ok_or(Problem::NoSource)?;
        match self.what {
            What::Response => decoders::response(source, value).map(|answers| answers.to_json()),
            What::Flags => decoders::flags(source, value).map(DnsFlagList::to_json),
        }
        .map_err(Problem::Source)
    }

    fn decode_event(self, value: &str) -> Result<String, Problem> {
        let event: DnsEvent<'_> =
            serde_json::from_str(value).map_err(|error| Problem::Event(error.to_string()))?;
        match (self.what, event.answers()) {
            (What::Flags, _) => Ok(event.flags().to_json()),
            (What::Response, Some(answers)) => Ok(answers.to_json()),
            (What::Response, None) if event.dns_response_name().is_some() => Err(Problem::Form),
            (What::Response, None) => Ok("[]".to_owned()),
        }
    }
}

/// Whether a value is an event, by its key `EventSchema`.
fn is_event(value: &str) -> bool {
    value.trim_start().starts_with('{')
        && value.contains("\"EventSchema\"")
        && serde_json::from_str::<Head<'_>>(value).is_ok_and(|head| head.schema.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_text_without_its_end() {
        for (line, number, expected) in [
            (&b"a\r\n"[..], 1, "a"),
            (b"a", 2, "a"),
            (b"\xef\xbb\xbfa\n", 1, "a"),
            (b"b\xfccher\n", 3, r"b\xfccher"),
            (b"\n", 4, ""),
        ] {
            assert_eq!(text(line, number), expected);
        }
    }

    #[test]
    fn events_are_known_by_their_schema() {
        assert!(is_event(r#" {"EventSchema":"Dns"}"#));
        for value in [
            r#"{"query":"\"EventSchema\""}"#,
            r#"{"EventSchema":null}"#,
            r#"["EventSchema"]"#,
            r#"{"EventSchema""#,
        ] {
            assert!(!is_event(value), "{value}");
        }
    }
}
