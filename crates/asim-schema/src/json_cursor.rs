//! Walking through JSON text as most programs write it.

use std::borrow::Cow;

/// Every `i64` takes so many digits.
const DIGITS: usize = 18;

/// A place in JSON text, for readers that know what to expect there.
///
/// Each step passes what stands at the place and returns it, or returns none where the text is something else, or is
/// written in a way that only a whole reader decides: numbers with an exponent or of more digits than surely fit, other
/// blanks than spaces, escapes that are not valid. A step accepts nothing that `serde_json` refuses or understands
/// otherwise. After none the place is undefined, and the whole reader has to begin anew.
///
/// ```
/// use asim_schema::JsonCursor;
///
/// fn read(text: &str) -> Option<(String, i64)> {
///     let mut at = JsonCursor::new(text);
///     at.byte(b'{')?;
///     at.key("query").then(|| at.colon())??;
///     let query = at.text()?.into_owned();
///     at.goes_on(b'}')?.then(|| at.key("qtype"))?.then(|| at.colon())??;
///     let kind = at.integer()?;
///     (!at.goes_on(b'}')? && at.is_at_end()).then_some((query, kind))
/// }
///
/// assert_eq!(read(r#"{"query":"a.example","qtype": 28}"#), Some(("a.example".to_owned(), 28)));
/// assert_eq!(read(r#"{"query":"a.example"}"#), None);
/// ```
#[derive(Debug, Clone)]
pub struct JsonCursor<'d> {
    text: &'d str,
    bytes: &'d [u8],
    at: usize,
}

impl<'d> JsonCursor<'d> {
    /// The start of a text.
    pub fn new(text: &'d str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
        }
    }

    /// Whether nothing is left.
    pub fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// The next byte, which is not passed.
    #[inline]
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn rest(&self) -> &'d [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Passes this byte.
    #[inline]
    pub fn byte(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Passes spaces.
    #[inline]
    pub fn spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// Passes a colon and the spaces around it.
    #[inline]
    pub fn colon(&mut self) -> Option<()> {
        self.spaces();
        self.byte(b':')?;
        self.spaces();
        Some(())
    }

    /// Passes what stands behind a member, and the spaces around it: true for a comma, false for the closing bracket.
    #[inline]
    pub fn goes_on(&mut self, end: u8) -> Option<bool> {
        self.spaces();
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b',' => {
                self.spaces();
                Some(true)
            }
            byte if byte == end => Some(false),
            _ => None,
        }
    }

    /// Passes this text in quotes, if it stands here letter for letter; otherwise nothing is passed.
    #[inline]
    pub fn key(&mut self, name: &str) -> bool {
        let behind = self
            .rest()
            .strip_prefix(b"\"")
            .and_then(|rest| rest.strip_prefix(name.as_bytes()));
        let found = behind.is_some_and(|behind| behind.first() == Some(&b'"'));
        if found {
            self.at += name.len() + 2;
        }
        found
    }

    /// Passes this name in quotes, if it stands here letter for letter; otherwise nothing is passed.
    #[inline]
    pub fn known_key(&mut self, key: &JsonKey) -> bool {
        let Some(word) = self.rest().first_chunk().filter(|_| key.mask != 0) else {
            return self.key(key.name);
        };
        let found = (u128::from_le_bytes(*word) ^ key.quoted) & key.mask == 0;
        if found {
            self.at += key.name.len() + 2;
        }
        found
    }

    /// A text in quotes, its escapes undone.
    #[inline]
    pub fn text(&mut self) -> Option<Cow<'d, str>> {
        self.byte(b'"')?;
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

    /// Passes this word, such as `true`.
    #[inline]
    pub fn word(&mut self, word: &str) -> Option<()> {
        self.rest()
            .starts_with(word.as_bytes())
            .then(|| self.at += word.len())
    }

    /// `true` or `false`.
    #[inline]
    pub fn boolean(&mut self) -> Option<bool> {
        let value = self.peek()? == b't';
        self.word(if value { "true" } else { "false" })?;
        Some(value)
    }

    /// Passes digits; how many there are.
    #[inline]
    fn digits(&mut self) -> usize {
        let start = self.at;
        while digit(self.bytes, self.at).is_some() {
            self.at += 1;
        }
        self.at - start
    }

    /// Passes digits as a number begins with: one zero, or others.
    #[inline]
    fn whole(&mut self) -> Option<usize> {
        let zero = self.peek() == Some(b'0');
        let count = self.digits();
        (count > 0 && !(zero && count > 1)).then_some(count)
    }

    /// A whole number.
    #[inline]
    pub fn integer(&mut self) -> Option<i64> {
        let start = self.at;
        let negative = self.byte(b'-').is_some();
        let zero = self.peek() == Some(b'0');
        // Whole readers take -0 for a real number.
        if self.whole()? > DIGITS || (negative && zero) || matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        self.text.get(start..self.at)?.parse().ok()
    }

    /// A number without a sign and an exponent, in parts.
    #[inline]
    pub fn decimal(&mut self) -> Option<JsonDecimal<'d>> {
        let rest = self.rest();
        let (mut whole, mut count) = (0_u64, 0);
        while let Some(digit) = digit(rest, count) {
            // Of so many digits that it does not fit, the number is none.
            whole = whole.wrapping_mul(10).wrapping_add(digit.into());
            count += 1;
        }
        if count == 0 || count > DIGITS || (count > 1 && rest.first() == Some(&b'0')) {
            return None;
        }
        let mut end = count;
        if rest.get(count) == Some(&b'.') {
            end += 1;
            while digit(rest, end).is_some() {
                end += 1;
            }
            if end == count + 1 {
                return None;
            }
        }
        if matches!(rest.get(end), Some(b'e' | b'E')) {
            return None;
        }
        self.at += end;
        Some(JsonDecimal {
            text: rest.get(..end)?,
            whole,
            fraction: rest.get(count + 1..end).unwrap_or_default(),
        })
    }

    /// The text of a number without an exponent.
    #[inline]
    pub fn number(&mut self) -> Option<&'d str> {
        let start = self.at;
        let _ = self.byte(b'-');
        self.whole()?;
        if self.byte(b'.').is_some() && self.digits() == 0 {
            return None;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            return None;
        }
        self.text.get(start..self.at)
    }

    /// Passes any value that is at most so deep.
    pub fn skip(&mut self, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match self.peek()? {
            b'"' => self.text().map(drop),
            b't' | b'f' => self.boolean().map(drop),
            b'n' => self.word("null"),
            b'{' => self.members(b'}', |at| {
                at.text()?;
                at.colon()?;
                at.skip(depth)
            }),
            b'[' => self.members(b']', |at| at.skip(depth)),
            _ => self.number().map(drop),
        }
    }

    /// Passes an opening bracket, each member by a function, and the closing bracket.
    #[inline]
    pub fn members(&mut self, end: u8, mut member: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.spaces();
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

/// A number without a sign and an exponent, such as `1750000000.25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonDecimal<'d> {
    /// All of it.
    pub text: &'d [u8],
    /// What stands before the point.
    pub whole: u64,
    /// The digits behind the point, at least one; none without a point.
    pub fraction: &'d [u8],
}

/// A name that is looked for often: with its quotes it is compared as one number.
#[derive(Debug)]
pub struct JsonKey {
    name: &'static str,
    /// The name in quotes, and the bits that count; no bits for a name that is too long.
    quoted: u128,
    mask: u128,
}

impl JsonKey {
    /// The longest name that is compared so.
    const LONGEST: usize = size_of::<u128>() - 2;

    /// The key of a name without escapes.
    pub const fn new(name: &'static str) -> Self {
        let (mut quoted, mut mask, mut at) = (0, 0, 0);
        if name.len() <= Self::LONGEST {
            while at < name.len() + 2 {
                let byte = if at == 0 || at == name.len() + 1 {
                    b'"'
                } else {
                    name.as_bytes()[at - 1]
                };
                quoted |= (byte as u128) << (at * 8);
                mask |= 0xff << (at * 8);
                at += 1;
            }
        }
        Self { name, quoted, mask }
    }

    /// The name.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// The value of the digit that stands there.
#[inline]
fn digit(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = bytes.get(at)?.wrapping_sub(b'0');
    (digit < 10).then_some(digit)
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

    use super::*;

    proptest! {
        #[test]
        fn plain_text_ends_where_it_ends(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
            prop_assert_eq!(plain(&bytes), bytes.iter().position(ends).unwrap_or(bytes.len()));
        }

        #[test]
        fn any_value_that_is_passed_is_json(text in r#"[\[\]{}:," 0-9a-c.\\en-]{0,12}"#) {
            let mut at = JsonCursor::new(&text);
            if at.skip(8).is_some() && at.is_at_end() {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", text);
            }
        }
    }

    #[test]
    fn known_keys_are_found_as_any_key_is() {
        for (text, found) in [
            (r#""rcode":0,"rcode_name":1"#, true),
            (r#""rcode""#, true),
            (r#""rcode_name":"NOERROR""#, false),
            (r#""rcodf":"NOERROR""#, false),
            (r#""rcod"#, false),
            ("", false),
        ] {
            let (mut known, mut any) = (JsonCursor::new(text), JsonCursor::new(text));
            assert_eq!(known.known_key(&JsonKey::new("rcode")), found, "{text}");
            assert_eq!(any.key("rcode"), found, "{text}");
            assert_eq!(known.at, any.at, "{text}");
        }
        let long = JsonKey::new("a_name_that_is_long");
        assert!(JsonCursor::new(r#""a_name_that_is_long":1"#).known_key(&long));
        assert!(!JsonCursor::new(r#""a_name_that_is_lone":1"#).known_key(&long));
    }

    #[test]
    fn numbers() {
        for (text, integer, number) in [
            ("0", Some(0), true),
            ("-12", Some(-12), true),
            ("1.50", None, true),
            ("-0", None, true),
            ("01", None, false),
            ("1.", None, false),
            ("1e2", None, false),
            ("-", None, false),
            ("123456789012345678", Some(123_456_789_012_345_678), true),
            ("1234567890123456789", None, true),
        ] {
            assert_eq!(JsonCursor::new(text).integer(), integer, "{text}");
            assert_eq!(JsonCursor::new(text).number().is_some(), number, "{text}");
            let decimal = JsonCursor::new(text).decimal();
            let is_short = text.find('.').unwrap_or(text.len()) <= DIGITS;
            assert_eq!(
                decimal.is_some(),
                number && is_short && !text.starts_with('-'),
                "{text}"
            );
            let whole = text.split('.').next().and_then(|whole| whole.parse().ok());
            assert!(
                decimal.is_none_or(|decimal| Some(decimal.whole) == whole && decimal.text == text.as_bytes())
            );
        }
    }
}
