//! UTF-16 by its byte order mark to UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};

/// A reader that turns UTF-16 with a byte order mark into UTF-8 and passes everything else on.
///
/// A surrogate without its other half becomes U+FFFD.
pub struct Utf8<R> {
    inner: R,
    /// What was read to look for the mark, and is still to be given out.
    head: Vec<u8>,
    given: usize,
    transcoder: Option<Box<Transcoder>>,
}

struct Transcoder {
    decoder: Decoder,
    input: Vec<u8>,
    /// What was decoded and not yet given out.
    output: Vec<u8>,
    given: usize,
    ended: bool,
}

/// The input is read in pieces of this size.
const PIECE: usize = 64 << 10;

impl<R: Read> Utf8<R> {
    /// Looks at the first two bytes of an input.
    ///
    /// # Errors
    ///
    /// When these cannot be read.
    pub fn new(mut inner: R) -> io::Result<Self> {
        let mut head = Vec::with_capacity(2);
        inner.by_ref().take(2).read_to_end(&mut head)?;
        let encoding = match *head {
            [0xff, 0xfe] => Some(UTF_16LE),
            [0xfe, 0xff] => Some(UTF_16BE),
            _ => None,
        };
        let transcoder = encoding.map(|encoding| {
            head.clear();
            Box::new(Transcoder {
                decoder: encoding.new_decoder_without_bom_handling(),
                input: vec![0; PIECE],
                output: Vec::with_capacity(3 * PIECE),
                given: 0,
                ended: false,
            })
        });
        Ok(Self {
            inner,
            head,
            given: 0,
            transcoder,
        })
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        if let Some(transcoder) = &mut self.transcoder {
            return transcoder.read(&mut self.inner, space);
        }
        let mut head = self.head.get(self.given..).unwrap_or_default();
        if head.is_empty() {
            return self.inner.read(space);
        }
        let count = head.read(space)?;
        self.given += count;
        Ok(count)
    }
}

impl Transcoder {
    fn read(&mut self, inner: &mut impl Read, space: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut ready = self.output.get(self.given..).unwrap_or_default();
            if !ready.is_empty() || self.ended || space.is_empty() {
                let count = ready.read(space)?;
                self.given += count;
                return Ok(count);
            }
            let read = inner.read(&mut self.input)?;
            self.ended = read == 0;
            let piece = self.input.get(..read).unwrap_or_default();
            self.output.clear();
            self.given = 0;
            let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(3 * PIECE);
            self.output.resize(room, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(piece, &mut self.output, self.ended);
            self.output.truncate(written);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        let mut text = String::new();
        Utf8::new(bytes).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(to_bytes)
            .collect()
    }

    #[test]
    fn both_byte_orders_and_everything_else() {
        let text = "line one\r\nbücher \u{1f4d6}\n".repeat(9000);
        assert_eq!(read(&utf16(&text, u16::to_le_bytes)), text);
        assert_eq!(read(&utf16(&text, u16::to_be_bytes)), text);
        for plain in ["", "a", "ab", "abc", "\u{feff}marked"] {
            assert_eq!(read(plain.as_bytes()), plain);
        }
    }

    #[test]
    fn half_a_character_at_the_end_is_replaced() {
        let mut bytes = utf16("ab", u16::to_le_bytes);
        bytes.push(b'c');
        assert_eq!(read(&bytes), "ab\u{fffd}");
    }
}
