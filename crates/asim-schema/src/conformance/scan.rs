//! A reader for records as most programs write them. What it does not know it leaves to the whole reader.
//!
//! It takes one object whose keys are columns of the schema, with text, whole numbers, `true`, `false`, `null`,
//! and objects and lists that are not deep. It accepts nothing that the whole reader refuses or understands otherwise,
//! so that no verdict depends on which of them has read a record; a law below holds that.

use std::borrow::Cow;

use super::record::{Names, Record, Scalar};
use super::rules::RuleSet;

/// The whole reader has a limit too, which is far behind this one.
const DEPTH: usize = 8;

/// Every `i64` takes so many digits.
const DIGITS: usize = 18;

/// Reads a record; none where the whole reader has to begin anew.
pub(super) fn read<'d>(
    text: &'d str,
    rules: &RuleSet,
    names: &mut Names,
    record: &mut Record<'d>,
) -> Option<()> {
    let mut at = Cursor {
        text,
        bytes: text.as_bytes(),
        at: 0,
    };
    at.byte(b'{')?;
    at.blanks();
    let mut before = rules.columns.len();
    loop {
        at.byte(b'"')?;
        let place = at.key(rules, names, before)?;
        at.colon()?;
        let value = at.value()?;
        record.set(place, value);
        before = place;
        if !at.goes_on(b'}')? {
            break;
        }
    }
    (at.at == at.bytes.len()).then_some(())
}

/// A place in a record.
struct Cursor<'d> {
    text: &'d str,
    bytes: &'d [u8],
    at: usize,
}

impl<'d> Cursor<'d> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn rest(&self) -> &'d [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Passes this byte.
    #[inline]
    fn byte(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    #[inline]
    fn blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    #[inline]
    fn colon(&mut self) -> Option<()> {
        self.blanks();
        self.byte(b':')?;
        self.blanks();
        Some(())
    }

    /// Whether a comma stands here, and not the end of the list.
    #[inline]
    fn goes_on(&mut self, end: u8) -> Option<bool> {
        self.blanks();
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b',' => {
                self.blanks();
                Some(true)
            }
            byte if byte == end => Some(false),
            _ => None,
        }
    }

    /// The column whose name stands here, behind its opening quote; another name is none.
    #[inline]
    fn key(&mut self, rules: &RuleSet, names: &mut Names, before: usize) -> Option<usize> {
        if let Some(place) = names.guess(before)
            && let Some(column) = rules.column(place)
            && let Some(behind) = self.rest().strip_prefix(column.name.as_bytes())
            && behind.first() == Some(&b'"')
        {
            self.at += column.name.len() + 1;
            return Some(place);
        }
        names.find(rules, before, &self.string()?)
    }

    /// The text up to the closing quote.
    #[inline]
    fn string(&mut self) -> Option<Cow<'d, str>> {
        let start = self.at;
        self.at += plain(self.rest());
        if self.peek()? != b'"' {
            return self.escaped(start);
        }
        let text = self.text.get(start..self.at)?;
        self.at += 1;
        Some(Cow::Borrowed(text))
    }

    /// The same where it has escapes.
    fn escaped(&mut self, start: usize) -> Option<Cow<'d, str>> {
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => return None,
            }
            self.at += plain(self.rest());
        }
        self.at += 1;
        let quoted = self.text.get(start.checked_sub(1)?..self.at)?;
        serde_json::from_str(quoted).ok().map(Cow::Owned)
    }

    /// The value that stands here.
    #[inline]
    fn value(&mut self) -> Option<Scalar<'d>> {
        Some(match self.peek()? {
            b'"' => {
                self.at += 1;
                Scalar::Text(self.string()?)
            }
            b'-' | b'0'..=b'9' => Scalar::Integer(self.integer()?),
            b'{' => {
                self.skip(DEPTH)?;
                Scalar::Object
            }
            b'[' => {
                self.skip(DEPTH)?;
                Scalar::Array
            }
            b't' => self.word("true").map(|()| Scalar::Boolean(true))?,
            b'f' => self.word("false").map(|()| Scalar::Boolean(false))?,
            b'n' => self.word("null").map(|()| Scalar::Empty)?,
            _ => return None,
        })
    }

    #[inline]
    fn word(&mut self, word: &str) -> Option<()> {
        self.rest()
            .starts_with(word.as_bytes())
            .then(|| self.at += word.len())
    }

    /// Passes digits as JSON has them before the point; how many there are.
    #[inline]
    fn digits(&mut self) -> Option<usize> {
        let count = self
            .rest()
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let padded = count > 1 && self.peek() == Some(b'0');
        self.at += count;
        (count > 0 && !padded).then_some(count)
    }

    /// A whole number that surely fits.
    #[inline]
    fn integer(&mut self) -> Option<i64> {
        let start = self.at;
        let negative = self.byte(b'-').is_some();
        let first = self.at;
        if self.digits()? > DIGITS || matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        // The whole reader takes -0 for a real number.
        if negative && self.bytes.get(first) == Some(&b'0') {
            return None;
        }
        self.text.get(start..self.at)?.parse().ok()
    }

    /// Passes a value inside an object or a list.
    fn skip(&mut self, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match self.peek()? {
            b'"' => {
                self.at += 1;
                self.string().map(drop)
            }
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            b'{' => self.list(b'}', |at| {
                at.byte(b'"')?;
                at.string()?;
                at.colon()?;
                at.skip(depth)
            }),
            b'[' => self.list(b']', |at| at.skip(depth)),
            _ => {
                let _ = self.byte(b'-');
                self.digits()?;
                if self.byte(b'.').is_some() {
                    let count = self
                        .rest()
                        .iter()
                        .take_while(|byte| byte.is_ascii_digit())
                        .count();
                    self.at += count;
                    (count > 0).then_some(())?;
                }
                (!matches!(self.peek(), Some(b'e' | b'E'))).then_some(())
            }
        }
    }

    /// Passes what stands between a bracket and its end.
    fn list(&mut self, end: u8, mut member: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.blanks();
        if self.byte(end).is_some() {
            return Some(());
        }
        loop {
            member(self)?;
            if !self.goes_on(end)? {
                return Some(());
            }
        }
    }
}

/// How many bytes stand before the first quote, backslash or control character.
///
/// Eight bytes at a time: of the bytes that a carry may touch, none is before the first hit.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    let below = |word: u64, byte: u8| word.wrapping_sub(ONES * u64::from(byte)) & !word & TOPS;
    let is = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let mut rest = bytes;
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*chunk);
        let hits = is(word, b'"') | is(word, b'\\') | below(word, 0x20);
        if hits != 0 {
            return bytes.len() - rest.len() + hits.trailing_zeros() as usize / 8;
        }
        rest = behind;
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    bytes.len() - rest.len() + rest.iter().position(ends).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use serde::de::DeserializeSeed;

    use super::*;
    use crate::conformance::record::{Members, Others};

    #[test]
    fn what_it_leaves_to_the_whole_reader() {
        let rules = RuleSet::dns();
        for (text, expected) in [
            (r#"{"EventCount":1,"Dvc":"a"}"#, true),
            (r#"{ "EventCount": 1, "Dvc": null }"#, true),
            (r#"{"AdditionalFields":{"a":[1.5,{"b":-2}],"c":{}}}"#, true),
            (r#"{"Dvc":"a\n\"\u00fc"}"#, true),
            (r#"{"Dvc":"a\x"}"#, false),
            (r#"{"Dvc":"\ud800"}"#, false),
            (r#"{"Dvc":"a\"}"#, false),
            (r#"{"Device":"a"}"#, false),
            (r#"{"EventCount":1.0}"#, false),
            (r#"{"EventCount":-0}"#, false),
            (r#"{"EventCount":01}"#, false),
            (r#"{"EventCount":1e2}"#, false),
            (r#"{"EventCount":1234567890123456789}"#, false),
            (r#"{"EventCount":1}x"#, false),
            (r#"{"EventCount":1,}"#, false),
            (r#"{"AdditionalFields":{"a":1.}}"#, false),
            (r#"{"AdditionalFields":[1,]}"#, false),
            ("{\"Dvc\":\"a\tb\"}", false),
            ("{}", false),
            ("", false),
        ] {
            let mut record = Record::new(rules.columns.len());
            record.begin();
            let mut names = Names::new(rules.columns.len());
            assert_eq!(
                read(text, &rules, &mut names, &mut record).is_some(),
                expected,
                "{text}"
            );
        }
    }

    /// What a record holds after the whole reader; none where that refuses it.
    fn whole<'d>(text: &'d str, rules: &RuleSet) -> Option<Record<'d>> {
        let mut record = Record::new(rules.columns.len());
        record.begin();
        let members = Members {
            rules,
            names: &mut Names::new(rules.columns.len()),
            others: &mut Others::default(),
            record: &mut record,
        };
        let mut json = serde_json::Deserializer::from_str(text);
        members.deserialize(&mut json).and_then(|()| json.end()).ok()?;
        Some(record)
    }

    /// A record with what makes readers differ: escapes, odd numbers, blanks, nesting, names twice.
    fn record_text() -> impl Strategy<Value = String> {
        let value = prop::sample::select(
            [
                r#""a""#,
                r#""""#,
                r#""a\\b""#,
                r#""a\"b""#,
                r#""\u00fc\ud83d\ude00""#,
                r#""\ud800""#,
                r#""\x""#,
                "\"\t\"",
                "0",
                "-0",
                "-1",
                "01",
                "1.5",
                "1e3",
                "1.",
                ".5",
                "+1",
                "123456789012345678",
                "9223372036854775808",
                "true",
                "false",
                "null",
                "nul",
                "{}",
                r#"{"a":[1,{"b":"c"}]}"#,
                r#"{"a":-1.25,"b":"\n"}"#,
                "[]",
                "[1,]",
                "[[[[[[[[[[1]]]]]]]]]]",
                "\"\u{fc}\"",
                "",
            ]
            .as_slice(),
        );
        let name = prop::sample::select(
            [
                "EventCount",
                "Dvc",
                "DnsQuery",
                "AdditionalFields",
                "EventCount",
                "Other",
                "",
                "D\\u0076c",
            ]
            .as_slice(),
        );
        let gap = || prop::sample::select(["", "", "", " ", "\t", ",", "\\"].as_slice());
        let member = (name, gap(), value, gap())
            .prop_map(|(name, before, value, behind)| format!("\"{name}\":{before}{value}{behind}"));
        (prop::collection::vec(member, 0..6), gap())
            .prop_map(|(members, end)| format!("{{{}}}{end}", members.join(",")))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn it_reads_what_the_whole_reader_reads(text in record_text()) {
            let rules = RuleSet::dns();
            let mut record = Record::new(rules.columns.len());
            record.begin();
            if read(&text, &rules, &mut Names::new(rules.columns.len()), &mut record).is_some() {
                let whole = whole(&text, &rules);
                prop_assert!(whole.is_some(), "{}", text);
                let whole = whole.unwrap();
                prop_assert_eq!(&record.present, &whole.present);
                prop_assert_eq!(&record.again, &whole.again);
                for place in &record.present {
                    let value = |record: &Record<'_>| record.slot(*place).map(|slot| format!("{:?}", slot.value));
                    prop_assert_eq!(value(&record), value(&whole), "{}", text);
                }
            }
        }

        #[test]
        fn plain_text_ends_where_it_ends(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
            prop_assert_eq!(plain(&bytes), bytes.iter().position(ends).unwrap_or(bytes.len()));
        }
    }
}
