//! What a program for Sysmon's event 22 costs that is written by hand for one file of one form: it reads the whole file
//! into memory, walks through it once with quick-xml, and takes the same fields as the parser, for nobody.
//!
//! ```text
//! sysmon-limit FILE.xml
//! ```
//!
//! It checks nothing, maps nothing and writes nothing but one line: it is the yardstick, not a parser.

use std::borrow::Cow;
use std::hint::black_box;

use quick_xml::escape::unescape;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// The fields that the parser reads.
#[derive(Default)]
struct Fields<'f> {
    provider: Option<Cow<'f, str>>,
    event_id: Option<Cow<'f, str>>,
    time_created: Option<Cow<'f, str>>,
    record_id: Option<Cow<'f, str>>,
    channel: Option<Cow<'f, str>>,
    computer: Option<Cow<'f, str>>,
    rule_name: Option<Cow<'f, str>>,
    utc_time: Option<Cow<'f, str>>,
    process_guid: Option<Cow<'f, str>>,
    process_id: Option<Cow<'f, str>>,
    query_name: Option<Cow<'f, str>>,
    query_status: Option<Cow<'f, str>>,
    query_results: Option<Cow<'f, str>>,
    image: Option<Cow<'f, str>>,
    user: Option<Cow<'f, str>>,
}

#[derive(Clone, Copy)]
enum Place {
    None,
    EventId,
    RecordId,
    Channel,
    Computer,
    RuleName,
    UtcTime,
    ProcessGuid,
    ProcessId,
    QueryName,
    QueryStatus,
    QueryResults,
    Image,
    User,
}

impl<'f> Fields<'f> {
    fn place(&mut self, place: Place) -> Option<&mut Option<Cow<'f, str>>> {
        Some(match place {
            Place::None => return None,
            Place::EventId => &mut self.event_id,
            Place::RecordId => &mut self.record_id,
            Place::Channel => &mut self.channel,
            Place::Computer => &mut self.computer,
            Place::RuleName => &mut self.rule_name,
            Place::UtcTime => &mut self.utc_time,
            Place::ProcessGuid => &mut self.process_guid,
            Place::ProcessId => &mut self.process_id,
            Place::QueryName => &mut self.query_name,
            Place::QueryStatus => &mut self.query_status,
            Place::QueryResults => &mut self.query_results,
            Place::Image => &mut self.image,
            Place::User => &mut self.user,
        })
    }
}

/// The value of an attribute, owned: quick-xml lends it for as long as the tag alone.
fn attribute(tag: &quick_xml::events::BytesStart<'_>, name: &str) -> Option<Cow<'static, str>> {
    let attribute = tag.try_get_attribute(name).ok()??;
    Some(Cow::Owned(unescape(&attribute.value).ok()?.into_owned()))
}

fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let text = std::fs::read_to_string(path).expect("a file in UTF-8");
    let mut reader = Reader::from_str(&text);
    let (mut fields, mut place, mut count) = (Fields::default(), Place::None, 0_u64);
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) | Event::Empty(tag) => {
                place = match tag.local_name().as_ref() {
                    "Event" => {
                        fields = Fields::default();
                        Place::None
                    }
                    "Provider" => {
                        fields.provider = attribute(&tag, "Name");
                        Place::None
                    }
                    "TimeCreated" => {
                        fields.time_created = attribute(&tag, "SystemTime");
                        Place::None
                    }
                    "EventID" => Place::EventId,
                    "EventRecordID" => Place::RecordId,
                    "Channel" => Place::Channel,
                    "Computer" => Place::Computer,
                    "Data" => {
                        let name = tag.try_get_attribute("Name").expect("attributes");
                        match name.as_ref().map(|name| &*name.value) {
                            Some("RuleName") => Place::RuleName,
                            Some("UtcTime") => Place::UtcTime,
                            Some("ProcessGuid") => Place::ProcessGuid,
                            Some("ProcessId") => Place::ProcessId,
                            Some("QueryName") => Place::QueryName,
                            Some("QueryStatus") => Place::QueryStatus,
                            Some("QueryResults") => Place::QueryResults,
                            Some("Image") => Place::Image,
                            Some("User") => Place::User,
                            _ => Place::None,
                        }
                    }
                    _ => Place::None,
                };
            }
            Event::Text(text) => push(&mut fields, place, text.into_inner()),
            Event::GeneralRef(reference) => {
                let text = match reference.resolve_char_ref().expect("a character") {
                    Some(character) => Cow::Owned(character.to_string()),
                    None => Cow::Borrowed(
                        quick_xml::escape::resolve_xml_entity(reference.as_ref()).unwrap_or_default(),
                    ),
                };
                push(&mut fields, place, text);
            }
            Event::End(tag) => {
                place = Place::None;
                if tag.local_name().as_ref() == "Event" {
                    black_box(&fields);
                    count += 1;
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    println!("{count}");
}

fn push<'f>(fields: &mut Fields<'f>, place: Place, text: Cow<'f, str>) {
    if let Some(value) = fields.place(place) {
        match value {
            Some(before) => before.to_mut().push_str(&text),
            None => *value = Some(text),
        }
    }
}
