//! Windows events as XML elements.

use std::borrow::Cow;

use memchr::memchr;
use quick_xml::escape;
use quick_xml::events::{BytesRef, BytesStart, Event as Token};
use quick_xml::reader::Reader;

use super::build::Builder;
use super::event::WindowsEvent;
use super::names::Field;
use super::value::DataValue;
use crate::error::Fault;

/// Elements inside each other deeper than in any event are no event.
const DEPTH: usize = 64;

impl<'r> WindowsEvent<'r> {
    /// Reads an `Event` element, whatever prefix its namespace has.
    ///
    /// # Errors
    ///
    /// Text that is not UTF-8, not well-formed, has a document type declaration or entities of its own, or is another
    /// element.
    pub fn xml(bytes: &'r [u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(bytes).map_err(|_| Fault::decode("not UTF-8"))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut builder = Builder::default();
        builder.set_contained();
        read(text, true, &mut builder)?;
        builder.finish(Fault::decode("Event element without an EventID"))
    }
}

/// Reads `EventData` or `UserData` alone, or inside one more element.
pub(super) fn data<'r>(text: &'r str, builder: &mut Builder<'r>) -> Result<(), Fault> {
    read(text, false, builder)
}

/// The child of the event that the reader is inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    System,
    EventData,
    UserData,
    RenderingInfo,
    /// Another one, and whatever is outside of all.
    Other,
}

/// What the text of the element at hand is.
enum Target<'r> {
    Field(Field),
    Datum(Cow<'r, str>),
    Unnamed,
}

fn read<'r>(text: &'r str, whole: bool, builder: &mut Builder<'r>) -> Result<(), Fault> {
    let mut reader = Reader::from_str(text);
    let mut state = State {
        text,
        whole,
        builder,
        prefixed: false,
        depth: 0,
        section: Section::Other,
        section_depth: 0,
        target: None,
        target_depth: 0,
        value: Cow::Borrowed(""),
        closed: false,
    };
    loop {
        let token = reader.read_event().map_err(|error| not_well_formed(&error))?;
        match token {
            Token::Start(tag) => {
                let raw = state.raw(&tag, &reader, 1)?;
                state.start(&tag, raw)?;
            }
            Token::Empty(tag) => {
                let raw = state.raw(&tag, &reader, 2)?;
                state.start(&tag, raw)?;
                state.end();
            }
            Token::End(_) => state.end(),
            Token::Text(text) => state.push(text.into_inner())?,
            Token::CData(text) => state.push(text.into_inner())?,
            Token::GeneralRef(reference) => state.push(resolved(&reference)?)?,
            Token::DocType(_) => return Err(Fault::decode("a document type declaration")),
            Token::Eof => break,
            Token::Comment(_) | Token::PI(_) | Token::Decl(_) => {}
        }
    }
    if state.depth > 0 {
        return Err(Fault::decode("XML broken off"));
    }
    if whole && !state.closed {
        return Err(Fault::decode("not an Event element"));
    }
    Ok(())
}

#[cold]
fn not_well_formed(error: &quick_xml::Error) -> Fault {
    Fault::decode("XML that is not well-formed").with(error.to_string())
}

struct State<'b, 'r> {
    text: &'r str,
    /// Whether the text is an event; else it is the data of one.
    whole: bool,
    builder: &'b mut Builder<'r>,
    /// Whether names may have a prefix: the event or one of its children has one.
    prefixed: bool,
    /// How many elements are open.
    depth: usize,
    section: Section,
    section_depth: usize,
    target: Option<Target<'r>>,
    target_depth: usize,
    value: Cow<'r, str>,
    /// Whether the outermost element has ended.
    closed: bool,
}

impl<'r> State<'_, 'r> {
    /// What stands between the angle brackets of a tag, borrowed from the record; `behind` bytes close it.
    fn raw(&self, tag: &BytesStart<'_>, reader: &Reader<&[u8]>, behind: usize) -> Result<&'r str, Fault> {
        let end = usize::try_from(reader.buffer_position())
            .ok()
            .and_then(|at| at.checked_sub(behind));
        let range = end.and_then(|end| Some(end.checked_sub(tag.len())?..end));
        let raw = range.and_then(|range| self.text.get(range));
        raw.ok_or_else(|| Fault::decode("XML that is not well-formed"))
    }

    fn start(&mut self, tag: &BytesStart<'r>, raw: &'r str) -> Result<(), Fault> {
        if self.closed || self.depth >= DEPTH {
            return Err(Fault::decode("not an Event element"));
        }
        let name_length = tag.name().as_ref().len();
        let (name, attributes) = raw.split_at_checked(name_length).unwrap_or((raw, ""));
        if self.depth <= 1 {
            self.prefixed |= name.contains(':');
        }
        let name = if self.prefixed {
            name.split_once(':').map_or(name, |(_, name)| name)
        } else {
            name
        };
        self.depth += 1;
        if self.whole && self.depth == 1 {
            return if name == "Event" {
                Ok(())
            } else {
                Err(Fault::decode("not an Event element"))
            };
        }
        if self.target.is_some() {
            // Elements inside a value: their text belongs to it.
            return Ok(());
        }
        if self.section == Section::Other {
            if self.depth <= 2 {
                self.section = section(name);
                self.section_depth = self.depth;
            }
            // The agent of Log Analytics puts the event's time there.
            if name == "DataItem"
                && let Some(time) = attribute(attributes, "time")?
            {
                self.builder
                    .field(Field::TimeCreated, Cow::Borrowed(""), DataValue::Text(time));
            }
            return Ok(());
        }
        let inside = self.depth - self.section_depth;
        let target = match self.section {
            Section::System => system(name, attributes, self.builder)?.map(Target::Field),
            Section::RenderingInfo => (name == "Message").then_some(Target::Field(Field::Message)),
            Section::EventData if name == "Data" => {
                let name = match only_name(attributes) {
                    Some(name) => Some(Cow::Borrowed(name)),
                    None => attribute(attributes, "Name")?,
                };
                Some(name.map_or(Target::Unnamed, Target::Datum))
            }
            Section::EventData => Some(Target::Datum(Cow::Borrowed(name))),
            // The provider's own element stands around its data.
            Section::UserData if inside >= 2 => Some(Target::Datum(Cow::Borrowed(name))),
            Section::UserData | Section::Other => None,
        };
        if target.is_some() {
            self.target = target;
            self.target_depth = self.depth;
            self.value = Cow::Borrowed("");
        }
        Ok(())
    }

    fn end(&mut self) {
        if self.target_depth == self.depth
            && let Some(target) = self.target.take()
        {
            let text = std::mem::take(&mut self.value);
            let value = DataValue::Text(if is_layout(&text) { Cow::Borrowed("") } else { text });
            match target {
                Target::Field(field) => self.builder.field(field, Cow::Borrowed(""), value),
                Target::Datum(name) => self.builder.datum(name, value),
                Target::Unnamed => self.builder.unnamed(value),
            }
        }
        if self.depth == self.section_depth {
            self.section = Section::Other;
        }
        self.depth = self.depth.saturating_sub(1);
        self.closed = self.depth == 0;
    }

    /// Takes text: the value of the element at hand, or blanks between elements.
    fn push(&mut self, text: Cow<'r, str>) -> Result<(), Fault> {
        if self.target.is_none() {
            let outside = self.depth == 0 && !text.trim_ascii().is_empty();
            return if outside {
                Err(Fault::decode("text beside the Event element"))
            } else {
                Ok(())
            };
        }
        if self.value.is_empty() {
            self.value = text;
        } else {
            self.value.to_mut().push_str(&text);
        }
        Ok(())
    }
}

/// Whether a text is nothing but a line end and blanks, which were put there to make the XML readable.
fn is_layout(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.first(), Some(b'\r' | b'\n')) && bytes.iter().all(u8::is_ascii_whitespace)
}

fn section(name: &str) -> Section {
    match name {
        "System" => Section::System,
        "EventData" => Section::EventData,
        "UserData" => Section::UserData,
        "RenderingInfo" => Section::RenderingInfo,
        _ => Section::Other,
    }
}

/// An element of `System`: takes its attributes, and tells what its text is.
fn system<'r>(name: &str, attributes: &'r str, builder: &mut Builder<'r>) -> Result<Option<Field>, Fault> {
    let mut take = |name: &str, field: Field| -> Result<(), Fault> {
        if let Some(text) = attribute(attributes, name)? {
            builder.field(field, Cow::Borrowed(""), DataValue::Text(text));
        }
        Ok(())
    };
    match name {
        "Provider" => {
            take("Name", Field::Provider)?;
            take("Guid", Field::ProviderGuid)?;
        }
        "TimeCreated" => take("SystemTime", Field::TimeCreated)?,
        "Correlation" => take("ActivityID", Field::ActivityId)?,
        "Execution" => {
            take("ProcessID", Field::ProcessId)?;
            take("ThreadID", Field::ThreadId)?;
        }
        "Security" => take("UserID", Field::UserSid)?,
        _ => {}
    }
    Ok(match name {
        "EventID" => Some(Field::EventId),
        "Version" => Some(Field::Version),
        "Level" => Some(Field::Level),
        "Task" => Some(Field::Task),
        "Opcode" => Some(Field::Opcode),
        "Keywords" => Some(Field::Keywords),
        "EventRecordID" => Some(Field::RecordId),
        "Channel" => Some(Field::Channel),
        "Computer" => Some(Field::Computer),
        _ => None,
    })
}

/// The value of `Name` where it is the only attribute and has no escapes, as the event log writes it.
fn only_name(attributes: &str) -> Option<&str> {
    let value = attributes.strip_prefix(" Name=")?;
    let (quote, value) = value.as_bytes().split_first()?;
    let (last, name) = value.split_last()?;
    let is_plain = matches!(quote, b'\'' | b'"')
        && last == quote
        && !name.iter().any(|byte| byte == quote || *byte == b'&');
    let length = name.len();
    is_plain.then(|| attributes.get(attributes.len() - length - 1..attributes.len() - 1))?
}

/// The value of an attribute; none if there is no such attribute.
fn attribute<'r>(attributes: &'r str, name: &str) -> Result<Option<Cow<'r, str>>, Fault> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_ascii_start();
        let Some((own, behind)) = split(rest, b'=') else {
            let blank = rest.is_empty();
            return if blank {
                Ok(None)
            } else {
                Err(Fault::decode("an attribute without a value"))
            };
        };
        let behind = behind.trim_ascii_start();
        let quote = match behind.as_bytes().first() {
            Some(quote @ (b'\'' | b'"')) => *quote,
            _ => return Err(Fault::decode("an attribute without a value")),
        };
        let value = behind.get(1..).and_then(|behind| split(behind, quote));
        let Some((value, behind)) = value else {
            return Err(Fault::decode("an attribute without a value"));
        };
        if own.trim_ascii_end() == name {
            let text = escape::unescape(value)
                .map_err(|error| Fault::decode("an entity that XML does not know").with(error.to_string()))?;
            return Ok(Some(text));
        }
        rest = behind;
    }
}

/// What stands before the first of an ASCII sign, and behind it.
fn split(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = memchr(sign, text.as_bytes())?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The text of a character reference, or of one of XML's own five entities.
fn resolved<'r>(reference: &BytesRef<'r>) -> Result<Cow<'r, str>, Fault> {
    let unknown = || Fault::decode("an entity that XML does not know");
    if let Some(character) = reference.resolve_char_ref().map_err(|_| unknown())? {
        return Ok(Cow::Owned(character.to_string()));
    }
    let name: &str = reference.as_ref();
    escape::resolve_xml_entity(name)
        .map(Cow::Borrowed)
        .ok_or_else(|| unknown().with(format!("&{name};")))
}
