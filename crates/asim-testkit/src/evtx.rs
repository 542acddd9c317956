//! Windows event log files for tests: events in binary XML, as the event log lays them out.
//!
//! Each event is an instance of a template with typed values, the template is defined at its first use in a chunk, and
//! names are shared within a chunk; checksums and sizes are those that readers check. The layout is described in
//! Microsoft's protocol document MS-EVEN6, section 2.2.12.

use std::collections::HashMap;

use asim_parse::windows::WindowsEvent;

/// The bytes of the file's header.
const FILE_HEADER: usize = 4096;
/// The bytes of a chunk.
const CHUNK: usize = 65536;

const CHUNK_HEADER: usize = 512;
/// Seconds from 1601, where Windows counts from, to 1970.
const EPOCH: i64 = 11_644_473_600;

/// A file with these chunks of events, each the XML of an `Event` element.
pub fn file(chunks: &[&[&str]]) -> Vec<u8> {
    let mut first = 1;
    let mut filled = Vec::new();
    for chunk_events in chunks {
        let events: Vec<_> = chunk_events
            .iter()
            .map(|xml| WindowsEvent::xml(xml.as_bytes()).unwrap())
            .collect();
        filled.push(chunk(&events, first));
        first += events.len() as u64;
    }
    let chunks = filled;
    let mut bytes = vec![0; FILE_HEADER];
    bytes[..8].copy_from_slice(b"ElfFile\0");
    put(
        &mut bytes,
        16,
        &(chunks.len().saturating_sub(1) as u64).to_le_bytes(),
    );
    put(&mut bytes, 24, &first.to_le_bytes());
    put(&mut bytes, 32, &128_u32.to_le_bytes());
    put(&mut bytes, 36, &1_u16.to_le_bytes());
    put(&mut bytes, 38, &3_u16.to_le_bytes());
    put(&mut bytes, 40, &4096_u16.to_le_bytes());
    put(
        &mut bytes,
        42,
        &u16::try_from(chunks.len()).unwrap().to_le_bytes(),
    );
    let checksum = crc32([&bytes[..120]]);
    put(&mut bytes, 124, &checksum.to_le_bytes());
    bytes.extend(chunks.concat());
    bytes
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn chunk(events: &[WindowsEvent<'_>], first: u64) -> Vec<u8> {
    let mut chunk = Chunk {
        bytes: vec![0; CHUNK_HEADER],
        ..Chunk::default()
    };
    let mut last_record = CHUNK_HEADER;
    for event in events {
        last_record = chunk.bytes.len();
        chunk.record(event);
    }
    let free = chunk.bytes.len();
    let mut bytes = chunk.bytes;
    bytes.resize(CHUNK, 0);
    let ids = |event: Option<&WindowsEvent<'_>>| event.and_then(|event| event.record_id).unwrap_or_default();
    bytes[..8].copy_from_slice(b"ElfChnk\0");
    put(&mut bytes, 8, &first.to_le_bytes());
    put(&mut bytes, 16, &(first + events.len() as u64 - 1).to_le_bytes());
    put(&mut bytes, 24, &ids(events.first()).to_le_bytes());
    put(&mut bytes, 32, &ids(events.last()).to_le_bytes());
    put(&mut bytes, 40, &128_u32.to_le_bytes());
    put(&mut bytes, 44, &number(last_record).to_le_bytes());
    put(&mut bytes, 48, &number(free).to_le_bytes());
    let checksum = crc32([&bytes[CHUNK_HEADER..free]]);
    put(&mut bytes, 52, &checksum.to_le_bytes());
    for (slot, offset) in &chunk.name_slots {
        put(&mut bytes, 128 + slot * 4, &offset.to_le_bytes());
    }
    for (slot, offset) in &chunk.template_slots {
        put(&mut bytes, 384 + slot * 4, &offset.to_le_bytes());
    }
    let checksum = crc32([&bytes[..120], &bytes[128..CHUNK_HEADER]]);
    put(&mut bytes, 124, &checksum.to_le_bytes());
    bytes
}

fn number(size: usize) -> u32 {
    u32::try_from(size).unwrap()
}

/// A value of binary XML.
enum Value {
    Null,
    Text(String),
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    Mask(u64),
    Guid([u8; 16]),
    FileTime(u64),
    Sid(Vec<u8>),
}

impl Value {
    fn kind(&self) -> u8 {
        match self {
            Self::Null => 0x00,
            Self::Text(_) => 0x01,
            Self::U8(_) => 0x04,
            Self::U16(_) => 0x06,
            Self::U32(_) => 0x08,
            Self::U64(_) => 0x0a,
            Self::Guid(_) => 0x0f,
            Self::FileTime(_) => 0x11,
            Self::Sid(_) => 0x13,
            Self::Mask(_) => 0x15,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Null => Vec::new(),
            Self::Text(text) => utf16(text),
            Self::U8(value) => vec![*value],
            Self::U16(value) => value.to_le_bytes().to_vec(),
            Self::U32(value) => value.to_le_bytes().to_vec(),
            Self::U64(value) | Self::Mask(value) | Self::FileTime(value) => value.to_le_bytes().to_vec(),
            Self::Guid(value) => value.to_vec(),
            Self::Sid(value) => value.clone(),
        }
    }

    /// A value of the data, of the type that is written so.
    fn of(text: &str) -> Self {
        let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
        if let Some(guid) = guid(text).filter(|_| !upper) {
            Self::Guid(guid)
        } else if let Ok(small) = text.parse::<u32>()
            && small.to_string() == text
        {
            Self::U32(small)
        } else {
            Self::Text(text.to_owned())
        }
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// `{8-4-4-4-12}` as it stands in memory.
fn guid(text: &str) -> Option<[u8; 16]> {
    let digits: String = text.strip_prefix('{')?.strip_suffix('}')?.split('-').collect();
    let mut bytes = u128::from_str_radix(&digits, 16)
        .ok()
        .filter(|_| digits.len() == 32)?
        .to_be_bytes();
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    Some(bytes)
}

/// `S-1-5-18` as it stands in memory.
fn sid(text: &str) -> Option<Vec<u8>> {
    let mut parts = text
        .strip_prefix("S-1-")?
        .split('-')
        .map(|part| part.parse::<u32>().ok());
    let authority = parts.next()??;
    let parts: Vec<u32> = parts.collect::<Option<_>>()?;
    let mut bytes = vec![1, u8::try_from(parts.len()).ok()?, 0, 0];
    bytes.extend(authority.to_be_bytes());
    bytes.extend(parts.iter().flat_map(|part| part.to_le_bytes()));
    Some(bytes)
}

#[derive(Default)]
struct Chunk {
    bytes: Vec<u8>,
    names: HashMap<String, u32>,
    name_slots: HashMap<usize, u32>,
    templates: HashMap<Vec<String>, u32>,
    template_slots: HashMap<usize, u32>,
}

impl Chunk {
    fn record(&mut self, event: &WindowsEvent<'_>) {
        let start = self.bytes.len();
        let time = event
            .time_created
            .map_or(0, |time| time.ticks() + EPOCH * 10_000_000);
        let time = u64::try_from(time).unwrap();
        self.bytes.extend(b"\x2a\x2a\0\0\0\0\0\0");
        self.bytes
            .extend(event.record_id.unwrap_or_default().to_le_bytes());
        self.bytes.extend(time.to_le_bytes());
        self.bytes.extend([0x0f, 1, 1, 0]);
        self.instance(event, time);
        self.bytes.push(0);
        let size = (self.bytes.len() + 4 - start).next_multiple_of(8);
        self.bytes.resize(start + size - 4, 0);
        let size = number(size).to_le_bytes();
        self.bytes.extend(size);
        put(&mut self.bytes, start + 4, &size);
        assert!(self.bytes.len() <= CHUNK, "too many events for one chunk");
    }

    /// An instance of the template for events with these data, and the template itself at its first use.
    fn instance(&mut self, event: &WindowsEvent<'_>, time: u64) {
        let names: Vec<String> = event.data.iter().map(|(name, _)| name.to_string()).collect();
        let number_of =
            |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().unwrap_or("0").parse::<u16>().unwrap();
        let small = |text| u8::try_from(number_of(text)).unwrap();
        let keywords = event.keywords.as_deref().and_then(|text| text.strip_prefix("0x"));
        let keywords = keywords.map_or(0, |digits| u64::from_str_radix(digits, 16).unwrap());
        let text = |text: &Option<std::borrow::Cow<'_, str>>| {
            Value::Text(text.as_deref().unwrap_or_default().to_owned())
        };
        let mut values = vec![
            text(&event.provider),
            event
                .provider_guid
                .as_deref()
                .and_then(guid)
                .map_or(Value::Null, Value::Guid),
            Value::U16(u16::try_from(event.event_id).unwrap()),
            Value::U8(small(&event.version)),
            Value::U8(small(&event.level)),
            Value::U16(number_of(&event.task)),
            Value::U8(small(&event.opcode)),
            Value::Mask(keywords),
            Value::FileTime(time),
            Value::U64(event.record_id.unwrap_or_default()),
            Value::U32(event.process_id.unwrap_or_default()),
            Value::U32(event.thread_id.unwrap_or_default()),
            text(&event.channel),
            text(&event.computer),
            event
                .user_sid
                .as_deref()
                .and_then(sid)
                .map_or(Value::Null, Value::Sid),
        ];
        values.extend(
            event
                .data
                .iter()
                .map(|(_, value)| Value::of(value.as_str().unwrap_or_default())),
        );

        let id = number(0x5e11_0000 + self.templates.len());
        self.bytes.extend([0x0c, 1]);
        if let Some(offset) = self.templates.get(&names) {
            let (id, offset) = (*offset, *offset);
            self.bytes.extend(id.to_le_bytes());
            self.bytes.extend(offset.to_le_bytes());
        } else {
            let offset = number(self.bytes.len() + 8);
            self.bytes.extend(offset.to_le_bytes());
            self.bytes.extend(offset.to_le_bytes());
            let slot = offset as usize % 32;
            let next = self.template_slots.insert(slot, offset).unwrap_or_default();
            self.bytes.extend(next.to_le_bytes());
            self.bytes.extend(id.to_le_bytes());
            self.bytes.extend([0x5e; 12]);
            let size = self.reserve();
            self.template(&names, &values);
            self.fill(size);
            self.templates.insert(names, offset);
        }
        self.bytes.extend(number(values.len()).to_le_bytes());
        for value in &values {
            self.bytes
                .extend(u16::try_from(value.bytes().len()).unwrap().to_le_bytes());
            self.bytes.extend([value.kind(), 0]);
        }
        for value in &values {
            self.bytes.extend(value.bytes());
        }
    }

    fn template(&mut self, names: &[String], values: &[Value]) {
        /// The name of an attribute, or none for the text, and the number of its value.
        type Part = (Option<&'static str>, u16);
        /// The elements of `System` with what they hold.
        const SYSTEM: [(&str, &[Part]); 12] = [
            ("Provider", &[(Some("Name"), 0), (Some("Guid"), 1)]),
            ("EventID", &[(None, 2)]),
            ("Version", &[(None, 3)]),
            ("Level", &[(None, 4)]),
            ("Task", &[(None, 5)]),
            ("Opcode", &[(None, 6)]),
            ("Keywords", &[(None, 7)]),
            ("TimeCreated", &[(Some("SystemTime"), 8)]),
            ("EventRecordID", &[(None, 9)]),
            ("Execution", &[(Some("ProcessID"), 10), (Some("ThreadID"), 11)]),
            ("Channel", &[(None, 12)]),
            ("Computer", &[(None, 13)]),
        ];
        let kind = |place: u16| values[usize::from(place)].kind();
        self.bytes.extend([0x0f, 1, 1, 0]);
        let namespace = "http://schemas.microsoft.com/win/2004/08/events/event";
        let event = self.open("Event", &[("xmlns", Attribute::Text(namespace))]);
        self.bytes.push(2);
        let system = self.open("System", &[]);
        self.bytes.push(2);
        for (name, parts) in SYSTEM
            .into_iter()
            .chain([("Security", [(Some("UserID"), 14)].as_slice())])
        {
            let attributes: Vec<_> = parts
                .iter()
                .filter_map(|(name, place)| Some(((*name)?, Attribute::Value(*place, kind(*place)))))
                .collect();
            let element = self.open(name, &attributes);
            if let [(None, place)] = parts {
                self.bytes.push(2);
                self.substitution(*place, kind(*place));
                self.bytes.push(4);
            } else {
                self.bytes.push(3);
            }
            self.fill(element);
        }
        self.bytes.push(4);
        self.fill(system);
        let data = self.open("EventData", &[]);
        self.bytes.push(2);
        for (place, name) in names.iter().enumerate() {
            let place = u16::try_from(15 + place).unwrap();
            let element = self.open("Data", &[("Name", Attribute::Text(name))]);
            self.bytes.push(2);
            self.substitution(place, kind(place));
            self.bytes.push(4);
            self.fill(element);
        }
        self.bytes.push(4);
        self.fill(data);
        self.bytes.push(4);
        self.fill(event);
        self.bytes.push(0);
    }

    /// Opens an element of a template, and returns where its size is to be filled in.
    fn open(&mut self, name: &str, attributes: &[(&str, Attribute<'_>)]) -> usize {
        self.bytes.push(if attributes.is_empty() { 0x01 } else { 0x41 });
        self.bytes.extend([0xff, 0xff]);
        let size = self.reserve();
        self.name(name);
        if attributes.is_empty() {
            return size;
        }
        let list = self.reserve();
        for (place, (name, attribute)) in attributes.iter().enumerate() {
            self.bytes
                .push(if place + 1 == attributes.len() { 0x06 } else { 0x46 });
            self.name(name);
            match attribute {
                Attribute::Value(place, kind) => self.substitution(*place, *kind),
                Attribute::Text(text) => {
                    self.bytes.extend([0x05, 0x01]);
                    let text = utf16(text);
                    self.bytes
                        .extend(u16::try_from(text.len() / 2).unwrap().to_le_bytes());
                    self.bytes.extend(text);
                }
            }
        }
        self.fill(list);
        size
    }

    fn substitution(&mut self, place: u16, kind: u8) {
        self.bytes.push(0x0e);
        self.bytes.extend(place.to_le_bytes());
        self.bytes.push(kind);
    }

    /// Room for a size, which counts the bytes behind it.
    fn reserve(&mut self) -> usize {
        self.bytes.extend([0; 4]);
        self.bytes.len()
    }

    fn fill(&mut self, reserved: usize) {
        let size = number(self.bytes.len() - reserved).to_le_bytes();
        put(&mut self.bytes, reserved - 4, &size);
    }

    /// A name: the place where it stands in the chunk, and at its first use the name itself.
    fn name(&mut self, name: &str) {
        if let Some(offset) = self.names.get(name) {
            self.bytes.extend(offset.to_le_bytes());
            return;
        }
        let hash = name.encode_utf16().fold(0_u32, |hash, unit| {
            hash.wrapping_mul(65_599).wrapping_add(unit.into())
        });
        let [low, high, ..] = hash.to_le_bytes();
        let offset = number(self.bytes.len() + 4);
        let slot = usize::from(u16::from_le_bytes([low, high])) % 64;
        let next = self.name_slots.insert(slot, offset).unwrap_or_default();
        self.bytes.extend(offset.to_le_bytes());
        self.bytes.extend(next.to_le_bytes());
        self.bytes.extend([low, high]);
        self.bytes
            .extend(u16::try_from(name.encode_utf16().count()).unwrap().to_le_bytes());
        self.bytes.extend(utf16(name));
        self.bytes.extend([0, 0]);
        self.names.insert(name.to_owned(), offset);
    }
}

/// What an attribute of a template holds.
enum Attribute<'t> {
    Text(&'t str),
    /// The value of this place and type.
    Value(u16, u8),
}

/// The checksum of IEEE 802.3, as EVTX has it.
fn crc32<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> u32 {
    let step = |crc: u32| {
        if crc & 1 == 1 {
            crc >> 1 ^ 0xedb8_8320
        } else {
            crc >> 1
        }
    };
    let bytes = pieces.into_iter().flatten();
    !bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_they_stand_in_memory() {
        assert_eq!(crc32([b"123456789".as_slice()]), 0xcbf4_3926);
        assert_eq!(sid("S-1-5-18").unwrap(), [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]);
        let guid = guid("{00112233-4455-6677-8899-aabbccddeeff}").unwrap();
        assert_eq!(guid[..9], [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88]);
    }
}
