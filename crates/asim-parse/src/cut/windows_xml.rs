//! Windows events as XML elements.

use std::ops::Range;

use memchr::memmem;

use super::{Content, Cutter, Dropped, Segment};

/// Cuts at the ends of `Event` elements, whatever their namespace prefix.
///
/// The XML declaration, comments, blanks and the tags of other elements around the events, such as `Events`, belong to
/// no record. Text between events is a record of its own, and a faulty one. An `Event` that begins inside another
/// begins a record: the first one has broken off.
#[derive(Debug, Default)]
pub struct WindowsXmlCutter {
    /// So many bytes were read.
    at: usize,
    /// Where the event or the text under way begins.
    start: Option<usize>,
    /// What is being read.
    within: Within,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Between events.
    #[default]
    Between,
    /// Text between events.
    Text,
    /// The tag of another element between events, in quotes of this kind.
    OtherTag(Option<u8>),
    /// A comment or an instruction between events that ends so.
    Aside(&'static [u8]),
    /// An event.
    Event,
    /// The first tag of an event, in quotes of this kind.
    EventTag(Option<u8>),
    /// A comment, an instruction or literal text in an event that ends so.
    EventAside(&'static [u8]),
}

/// How far one step of reading came.
enum Step {
    /// To the end of this record.
    Record(Range<usize>),
    /// Somewhere else.
    Further,
    /// To the end of the bytes.
    Wait,
}

impl Step {
    fn of(record: Option<Range<usize>>) -> Self {
        record.map_or(Self::Further, Self::Record)
    }
}

/// The name of a tag has at most so many bytes; what is longer is text.
const LONGEST_NAME: usize = 1024;

/// What begins at a `<`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    /// `<Event`, up to behind the name.
    EventStart(usize),
    /// `</Event`, up to behind the name.
    EventEnd(usize),
    /// The start or end of another element, up to behind the name.
    Other(usize),
    /// What ends with these bytes: a comment, an instruction, literal text.
    Aside(usize, &'static [u8]),
    /// No markup.
    None,
    /// More bytes are needed to tell.
    Unknown,
}

/// Asides by their first bytes.
const ASIDES: [(&[u8], &[u8]); 3] = [(b"<?", b"?>"), (b"<!--", b"-->"), (b"<![CDATA[", b"]]>")];

/// What begins with the `<` at `at`.
fn tag(bytes: &[u8], at: usize, at_end: bool) -> Tag {
    let rest = bytes.get(at..).unwrap_or_default();
    if matches!(rest.get(1), Some(b'?' | b'!')) {
        for (first, last) in ASIDES {
            if rest.starts_with(first) {
                return Tag::Aside(at + first.len(), last);
            }
            if first.starts_with(rest) && !at_end {
                return Tag::Unknown;
            }
        }
        return Tag::None;
    }
    let is_end = rest.get(1) == Some(&b'/');
    let name_from = 1 + usize::from(is_end);
    let name = rest.get(name_from..).unwrap_or_default();
    let name = name.get(..LONGEST_NAME).unwrap_or(name);
    let Some(length) = name.iter().position(|byte| !is_name(*byte)) else {
        return if at_end || name.len() == LONGEST_NAME {
            Tag::None
        } else {
            Tag::Unknown
        };
    };
    let ends_name = matches!(name.get(length), Some(b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>'));
    if length == 0 || !ends_name {
        return Tag::None;
    }
    let behind = at + name_from + length;
    let name = name.get(..length).unwrap_or_default();
    let local = memchr::memchr(b':', name).map_or(name, |colon| name.get(colon + 1..).unwrap_or_default());
    match (local == b"Event", is_end) {
        (true, false) => Tag::EventStart(behind),
        (true, true) => Tag::EventEnd(behind),
        (false, _) => Tag::Other(behind),
    }
}

/// Whether a byte can stand in a name.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':') || byte >= 0x80
}

/// Reads on to behind the `>` of a tag; whether the element is empty (`/>`).
fn tag_end(bytes: &[u8], at: &mut usize, quote: &mut Option<u8>) -> Option<bool> {
    loop {
        let rest = bytes.get(*at..).unwrap_or_default();
        let found = match *quote {
            Some(quote) => memchr::memchr(quote, rest),
            None => memchr::memchr3(b'"', b'\'', b'>', rest),
        };
        let Some(place) = found else {
            // The byte before a `>` tells whether the element is empty.
            let keep = usize::from(rest.ends_with(b"/"));
            *at = bytes.len() - keep;
            return None;
        };
        *at += place + 1;
        match (rest.get(place).copied(), *quote) {
            (Some(b'>'), None) => {
                let before = rest.get(..place).unwrap_or_default();
                return Some(before.ends_with(b"/"));
            }
            (byte, None) => *quote = byte,
            (_, Some(_)) => *quote = None,
        }
    }
}

/// Reads on to behind what ends an aside.
fn aside_end(bytes: &[u8], at: &mut usize, last: &[u8], at_end: bool) -> bool {
    let rest = bytes.get(*at..).unwrap_or_default();
    if let Some(place) = memmem::find(rest, last) {
        *at += place + last.len();
        return true;
    }
    // A part of it may be there.
    let keep = if at_end { 0 } else { rest.len().min(last.len() - 1) };
    *at = bytes.len() - keep;
    false
}

impl WindowsXmlCutter {
    /// Reads on to the end of the next record; none if it is not in these bytes.
    fn record(&mut self, bytes: &[u8], at_end: bool) -> Option<Range<usize>> {
        loop {
            match self.within {
                Within::Between | Within::Text => match self.between(bytes, at_end) {
                    Step::Record(record) => return Some(record),
                    Step::Further => {}
                    Step::Wait => return None,
                },
                Within::OtherTag(mut quote) => {
                    let ended = tag_end(bytes, &mut self.at, &mut quote);
                    self.within = Within::OtherTag(quote);
                    ended?;
                    self.within = Within::Between;
                }
                Within::Aside(last) => {
                    if !aside_end(bytes, &mut self.at, last, at_end) {
                        return None;
                    }
                    self.within = Within::Between;
                }
                Within::EventTag(mut quote) => {
                    let ended = tag_end(bytes, &mut self.at, &mut quote);
                    self.within = Within::EventTag(quote);
                    if ended? {
                        return self.end(self.at);
                    }
                    self.within = Within::Event;
                }
                Within::EventAside(last) => {
                    if !aside_end(bytes, &mut self.at, last, at_end) {
                        return None;
                    }
                    self.within = Within::Event;
                }
                Within::Event => match self.inside(bytes, at_end) {
                    Step::Record(record) => return Some(record),
                    Step::Further => {}
                    Step::Wait => return None,
                },
            }
        }
    }

    /// The record that ends at `end`.
    fn end(&mut self, end: usize) -> Option<Range<usize>> {
        self.within = Within::Between;
        self.start.take().map(|start| start..end)
    }

    /// Reads on between events, up to the next markup; the text in front of it is a record.
    fn between(&mut self, bytes: &[u8], at_end: bool) -> Step {
        let rest = bytes.get(self.at..).unwrap_or_default();
        let markup = memchr::memchr(b'<', rest).map(|place| self.at + place);
        if self.within == Within::Between {
            let text = bytes
                .get(self.at..markup.unwrap_or(bytes.len()))
                .unwrap_or_default();
            if let Some(place) = text.iter().position(|byte| !byte.is_ascii_whitespace()) {
                self.start = Some(self.at + place);
                self.within = Within::Text;
            }
        }
        let Some(at) = markup else {
            self.at = bytes.len();
            return Step::Wait;
        };
        self.at = at;
        let next = match tag(bytes, at, at_end) {
            Tag::Unknown => return Step::Wait,
            Tag::None => {
                self.start.get_or_insert(at);
                (self.within, self.at) = (Within::Text, at + 1);
                return Step::Further;
            }
            Tag::EventStart(behind) => {
                self.at = behind;
                Within::EventTag(None)
            }
            Tag::EventEnd(behind) | Tag::Other(behind) => {
                self.at = behind;
                Within::OtherTag(None)
            }
            Tag::Aside(behind, last) => {
                self.at = behind;
                Within::Aside(last)
            }
        };
        let text = self.end(at);
        self.within = next;
        if matches!(next, Within::EventTag(_)) {
            self.start = Some(at);
        }
        Step::of(text)
    }

    /// Reads on in an event, up to its end or to an aside in it.
    fn inside(&mut self, bytes: &[u8], at_end: bool) -> Step {
        let (stop, found) = next_event_tag(bytes, self.at, at_end);
        let before = bytes.get(self.at..stop).unwrap_or_default();
        // Most events have no aside, which a search over the whole event tells fast.
        if let Some(place) = memmem::find(before, b"<!") {
            let at = self.at + place;
            self.at = at;
            match tag(bytes, at, at_end) {
                Tag::Unknown => return Step::Wait,
                Tag::Aside(behind, last) => (self.at, self.within) = (behind, Within::EventAside(last)),
                _ => self.at = at + 2,
            }
            return Step::Further;
        }
        self.at = stop;
        match found {
            Tag::EventStart(behind) => {
                let broken_off = self.end(stop);
                (self.start, self.at, self.within) = (Some(stop), behind, Within::EventTag(None));
                Step::of(broken_off)
            }
            Tag::EventEnd(behind) => {
                // Only blanks can stand in front of the `>`.
                let rest = bytes.get(behind..).unwrap_or_default();
                match rest.iter().position(|byte| !byte.is_ascii_whitespace()) {
                    Some(blanks) if rest.get(blanks) == Some(&b'>') => {
                        self.at = behind + blanks + 1;
                        Step::of(self.end(self.at))
                    }
                    None if !at_end => Step::Wait,
                    _ => {
                        self.at = behind;
                        Step::Further
                    }
                }
            }
            _ => Step::Wait,
        }
    }
}

/// The next start or end of an `Event` element and its place; without one, the place from which to go on later.
fn next_event_tag(bytes: &[u8], from: usize, at_end: bool) -> (usize, Tag) {
    let rest = bytes.get(from..).unwrap_or_default();
    for hit in memmem::find_iter(rest, b"Event") {
        let before = rest.get(..hit).unwrap_or_default();
        let before = if let [name @ .., b':'] = before {
            let is_name = |byte: &u8| is_name(*byte);
            let prefix = name
                .iter()
                .rev()
                .take(LONGEST_NAME)
                .take_while(|byte| is_name(byte))
                .count();
            name.get(..name.len() - prefix).unwrap_or_default()
        } else {
            before
        };
        let ([before @ .., b'<'] | [before @ .., b'<', b'/']) = before else {
            continue;
        };
        let at = from + before.len();
        match tag(bytes, at, at_end) {
            found @ (Tag::EventStart(_) | Tag::EventEnd(_)) => return (at, found),
            Tag::Unknown => return (at, Tag::Unknown),
            _ => {}
        }
    }
    if at_end {
        return (bytes.len(), Tag::None);
    }
    // A tag may have begun.
    let tail = rest.len() - rest.len().min(2 * LONGEST_NAME);
    let begun = memchr::memrchr2(b'<', b'>', rest.get(tail..).unwrap_or_default())
        .map(|place| tail + place)
        .filter(|place| rest.get(*place) == Some(&b'<'));
    (begun.map_or(bytes.len(), |place| from + place), Tag::Unknown)
}

impl Cutter for WindowsXmlCutter {
    fn cut(&mut self, bytes: &[u8], at_end: bool, segments: &mut Vec<Segment>) -> usize {
        let mut spans = Vec::new();
        while let Some(record) = self.record(bytes, at_end) {
            spans.push(record);
        }
        if at_end {
            spans.extend(self.end(bytes.len()));
            self.at = bytes.len();
        }
        let whole = self.start.unwrap_or(self.at);
        self.at -= whole;
        self.start = self.start.map(|start| start - whole);
        if whole > 0 {
            segments.push(Segment {
                range: 0..whole,
                content: Content::Spans(spans),
            });
        }
        whole
    }

    fn droppable(&mut self, _: &[u8]) -> usize {
        std::mem::take(&mut self.at)
    }

    fn drop_record(&mut self, bytes: &[u8], at_end: bool) -> Dropped {
        self.start = Some(0);
        let record = self.record(bytes, at_end);
        let consumed = match &record {
            Some(record) => record.end,
            None if at_end => bytes.len(),
            None => self.at,
        };
        self.at -= consumed.min(self.at);
        self.start = match &record {
            // An event may have begun where this record ended.
            Some(_) => self.start.map(|start| start - consumed),
            None => None,
        };
        if record.is_none() && at_end {
            self.within = Within::Between;
        }
        Dropped {
            consumed,
            complete: record.is_some(),
            trailing: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::test_records::records;
    use super::*;

    fn cut(input: &str, chunk: usize) -> Vec<String> {
        records(&mut WindowsXmlCutter::default(), input.as_bytes(), chunk)
    }

    const NAMED: &str = r#"<Event xmlns="http://schemas.example/event"><System><EventID>22</EventID></System><EventData/></Event>"#;

    #[test]
    fn events_are_told_from_what_stands_around_them_whatever_the_chunk_size() {
        let many = format!("<?xml version=\"1.0\"?>\n<Events>\n{NAMED}{NAMED}\n</Events>\n");
        let cases: [(&str, &[&str]); 19] = [
            ("", &[]),
            (" \n", &[]),
            (NAMED, &[NAMED]),
            (&many, &[NAMED, NAMED]),
            (
                "<e:Events><e:Event><e:EventData></e:EventData></e:Event ></e:Events>",
                &["<e:Event><e:EventData></e:EventData></e:Event >"],
            ),
            (
                "<Event/>\n<Event a='/>' b=\">\" /><Event></Event>",
                &["<Event/>", "<Event a='/>' b=\">\" />", "<Event></Event>"],
            ),
            (
                "<Event><![CDATA[</Event><Event>]]></Event>",
                &["<Event><![CDATA[</Event><Event>]]></Event>"],
            ),
            (
                "<Event><!-- </Event> --></Event>",
                &["<Event><!-- </Event> --></Event>"],
            ),
            ("<Event><!Event></Event>", &["<Event><!Event></Event>"]),
            ("<!-- <Event> --><Event></Event>", &["<Event></Event>"]),
            (
                "<Event><EventEvent></Eventual>Event></Event>",
                &["<Event><EventEvent></Eventual>Event></Event>"],
            ),
            (
                "noise <Event></Event>more noise\n",
                &["noise ", "<Event></Event>", "more noise\n"],
            ),
            (
                "<Event>broken off\n<Event></Event>",
                &["<Event>broken off\n", "<Event></Event>"],
            ),
            ("<Event>broken", &["<Event>broken"]),
            ("<Event", &["<Event"]),
            ("a < b", &["a < b"]),
            (
                "<!DOCTYPE x [<!ENTITY a \"b\">]><Event></Event>",
                &["<!DOCTYPE x [<!ENTITY a \"b\">]>", "<Event></Event>"],
            ),
            ("</Event><Event></Event><Objs a='>'><Obj/>", &["<Event></Event>"]),
            ("<Event></Event x></Event>", &["<Event></Event x></Event>"]),
        ];
        for (input, expected) in cases {
            for chunk in 1..=input.len().max(1) {
                assert_eq!(cut(input, chunk), expected, "{input:?} in chunks of {chunk}");
            }
        }
    }

    #[test]
    fn a_record_too_long_is_dropped_to_its_end() {
        let mut cutter = WindowsXmlCutter::default();
        let input = b"<Event><![CDATA[</Event>]]";
        assert_eq!(cutter.cut(input, false, &mut Vec::new()), 0);
        let gone = cutter.droppable(input);
        let rest = [&input[gone..], b"></Ev"].concat();
        let dropped = cutter.drop_record(&rest, false);
        assert!(!dropped.complete);
        let rest = [&rest[dropped.consumed..], b"ent><Event></Event>"].concat();
        let dropped = cutter.drop_record(&rest, false);
        assert!(dropped.complete);
        assert_eq!(&rest[dropped.consumed..], b"<Event></Event>");
        let mut segments = Vec::new();
        assert_eq!(cutter.cut(b"<Event></Event>", true, &mut segments), 15);
        assert_eq!(segments.len(), 1);
    }

    proptest! {
        /// Neither records nor what stands between them depends on the chunks.
        #[test]
        fn chunks_change_nothing(
            input in "(<Event|</Event|>|<!--|-->|<!\\[CDATA\\[|\\]\\]>|/| |\n|x|\"|'|<EventData>|<e:|<[?]|[?]>|Event){0,40}",
            chunk in 1..20_usize,
        ) {
            prop_assert_eq!(cut(&input, chunk), cut(&input, usize::MAX));
        }

        /// What is no record is markup or blank.
        #[test]
        fn no_text_is_lost(words in proptest::collection::vec("[a-z]{1,5}|<Event>|</Event>|<a>", 0..20), chunk in 1..9_usize) {
            let input = words.concat();
            let kept: String = cut(&input, chunk).concat();
            let text = |text: &str| text.replace("<Event>", "").replace("</Event>", "").replace("<a>", "");
            prop_assert_eq!(text(&kept), text(&input));
        }
    }
}
