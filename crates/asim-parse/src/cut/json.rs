//! JSON values in an array, or one after the other over any number of lines.

use super::{Content, Cutter, Dropped, Segment};

/// Cuts at the ends of JSON values.
///
/// Brackets, commas and blanks between the values belong to no record, so that one array, several arrays and bare
/// objects are all read alike; so do the brackets of Azure's `{"records":[...]}`. A line end inside a string, which JSON forbids, ends the record: what follows a
/// string that was never closed is not swallowed with it.
#[derive(Debug, Default)]
pub struct JsonCutter {
    /// So many bytes were looked at.
    scanned: usize,
    /// Where the value under way begins.
    start: Option<usize>,
    value: Value,
    /// The values stand in the array of a `{"records":[...]}`.
    in_records: bool,
}

/// What stands in front of the values in a message of Azure's event hubs.
enum Records {
    /// So many bytes of it.
    Front(usize),
    /// Maybe; there are too few bytes to tell.
    Open,
    /// Something else.
    No,
}

impl Records {
    /// In front of the values there are at most so many bytes.
    const LONGEST: usize = 64;

    fn of(bytes: &[u8]) -> Self {
        let mut at = 0;
        for token in [b"{".as_slice(), b"\"records\"", b":", b"["] {
            let rest = bytes.get(at..).unwrap_or_default();
            let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let rest = rest.get(blanks..).unwrap_or_default();
            let seen = rest.get(..token.len()).unwrap_or(rest);
            if !token.starts_with(seen) || at + blanks > Self::LONGEST {
                return Self::No;
            }
            if seen.len() < token.len() {
                return Self::Open;
            }
            at += blanks + token.len();
        }
        Self::Front(at)
    }
}

/// How far the value under way has been read.
#[derive(Debug, Default, Clone, Copy)]
struct Value {
    /// At least one byte of it was read.
    begun: bool,
    depth: usize,
    in_string: bool,
    /// The last byte was a backslash in a string.
    escaped: bool,
}

/// Whether an input begins with what stands in front of the values in a message of Azure's event hubs.
pub(crate) fn begins_records(bytes: &[u8]) -> bool {
    matches!(Records::of(bytes), Records::Front(_))
}

/// What ends a value that is neither object nor array nor string.
fn ends_bare(byte: u8) -> bool {
    matches!(byte, b',' | b'\n' | b'{' | b'[' | b']' | b'}')
}

impl Value {
    /// Reads on in a value, from `at`; the place behind the value if it ends in these bytes.
    fn end(&mut self, bytes: &[u8], mut at: usize) -> Option<usize> {
        while let Some(&byte) = bytes.get(at) {
            if self.in_string {
                if self.escaped && byte != b'\n' {
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let rest = bytes.get(at..).unwrap_or_default();
                at += memchr::memchr3(b'"', b'\\', b'\n', rest)?;
                match bytes.get(at) {
                    Some(b'\\') => self.escaped = true,
                    Some(b'"') => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => return Some(at),
                }
                at += 1;
                continue;
            }
            if self.depth == 0 && self.begun && ends_bare(byte) {
                return Some(at);
            }
            self.begun = true;
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 1 => self.depth -= 1,
                b'}' | b']' if self.depth == 1 => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
        None
    }
}

/// Whether a byte stands between values.
fn is_between(byte: u8) -> bool {
    matches!(byte, b'[' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n')
}

impl Cutter for JsonCutter {
    fn cut(&mut self, bytes: &[u8], at_end: bool, segments: &mut Vec<Segment>) -> usize {
        let mut spans = Vec::new();
        let mut whole = 0;
        loop {
            let start = if let Some(start) = self.start {
                start
            } else {
                let rest = bytes.get(self.scanned..).unwrap_or_default();
                let between = rest
                    .iter()
                    .position(|byte| !is_between(*byte))
                    .unwrap_or(rest.len());
                self.scanned += between;
                whole = self.scanned;
                if between == rest.len() {
                    break;
                }
                if self.in_records && bytes.get(self.scanned) == Some(&b'}') {
                    self.in_records = false;
                    self.scanned += 1;
                    continue;
                }
                match Records::of(bytes.get(self.scanned..).unwrap_or_default()) {
                    Records::Front(length) => {
                        self.in_records = true;
                        self.scanned += length;
                        continue;
                    }
                    Records::Open if !at_end => break,
                    _ => {}
                }
                self.value = Value::default();
                self.start = Some(self.scanned);
                self.scanned
            };
            // A closing brace that closes nothing is a record of its own, and a faulty one.
            let end = if bytes.get(start) == Some(&b'}') {
                Some(start + 1)
            } else {
                self.value.end(bytes, self.scanned)
            };
            match end {
                Some(end) => {
                    spans.push(start..end);
                    (self.scanned, self.start, whole) = (end, None, end);
                }
                None if at_end => {
                    spans.push(start..bytes.len());
                    (self.scanned, self.start, whole) = (bytes.len(), None, bytes.len());
                }
                None => {
                    self.scanned = bytes.len();
                    break;
                }
            }
        }
        self.scanned -= whole;
        self.start = self.start.map(|start| start - whole);
        if whole > 0 {
            segments.push(Segment {
                range: 0..whole,
                content: Content::Spans(spans),
            });
        }
        whole
    }

    fn droppable(&mut self, bytes: &[u8]) -> usize {
        // What may be in front of the values is short, and told from a value with a few more bytes.
        if self.start.is_some() { bytes.len() } else { 0 }
    }

    fn drop_record(&mut self, bytes: &[u8], _: bool) -> Dropped {
        (self.scanned, self.start) = (0, None);
        let end = self.value.end(bytes, 0);
        Dropped {
            consumed: end.unwrap_or(bytes.len()),
            complete: end.is_some(),
            trailing: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_records::records;
    use super::*;

    fn values(input: &str, chunk: usize) -> Vec<String> {
        records(&mut JsonCutter::default(), input.as_bytes(), chunk)
    }

    #[test]
    fn arrays_and_bare_objects_in_chunks_of_any_size() {
        let cases: [(&str, &[&str]); 13] = [
            ("[{\"a\":1},\n {\"b\":[{}]}]", &["{\"a\":1}", "{\"b\":[{}]}"]),
            (
                "{\"a\":\n1}{\"b\":2}\n\n{\"c\":3}",
                &["{\"a\":\n1}", "{\"b\":2}", "{\"c\":3}"],
            ),
            (
                "[{\"a\":\"}]\\\"[\\\\\"},{}][{}]",
                &["{\"a\":\"}]\\\"[\\\\\"}", "{}", "{}"],
            ),
            ("", &[]),
            (" [ ] ", &[]),
            ("[1, \"x,y\", null]", &["1", "\"x,y\"", "null"]),
            (
                "{\"records\": [{\"a\":1},\n{\"b\":2}]}\n{ \"records\":[{\"c\":3}]}",
                &["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"],
            ),
            ("{\"records\":[]}{\"a\":1}}", &["{\"a\":1}", "}"]),
            ("{\"records\":{}}", &["{\"records\":{}}"]),
            ("{\"rec", &["{\"rec"]),
            ("noise {\"a\":1}", &["noise ", "{\"a\":1}"]),
            ("{\"a\":\"open\n{\"b\":1}", &["{\"a\":\"open", "{\"b\":1}"]),
            ("}{\"a\":1}{\"cut", &["}", "{\"a\":1}", "{\"cut"]),
        ];
        for (input, expected) in cases {
            for chunk in 1..=input.len().max(1) {
                assert_eq!(values(input, chunk), expected, "{input:?} in chunks of {chunk}");
            }
        }
    }

    #[test]
    fn a_record_too_long_is_dropped_to_its_end() {
        let mut cutter = JsonCutter::default();
        assert_eq!(cutter.cut(b"{\"a\":\"xxxx", false, &mut Vec::new()), 0);
        assert_eq!(
            cutter.drop_record(b"xx}\\\"", false),
            Dropped {
                consumed: 5,
                complete: false,
                trailing: 0
            }
        );
        assert_eq!(
            cutter.drop_record(b"\"},{\"b\":1}", false),
            Dropped {
                consumed: 2,
                complete: true,
                trailing: 0
            }
        );
    }
}
