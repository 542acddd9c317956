//! Decompression by magic bytes, never by file name.

use std::fmt;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::GzDecoder;
use liblzma::bufread::XzDecoder;
use liblzma::stream::{CONCATENATED, Stream as XzStream};
use zstd::stream::read::Decoder as ZstdDecoder;

/// A compression that is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// gzip (RFC 1952), any number of members.
    Gzip,
    /// Zstandard (RFC 8878), any number of frames.
    Zstd,
    /// bzip2, any number of streams.
    Bzip2,
    /// xz, any number of streams.
    Xz,
}

impl Compression {
    /// The compression that begins with these bytes.
    ///
    /// ```
    /// use asim_parse::input::Compression;
    /// assert_eq!(Compression::of(&[0x1f, 0x8b, 8, 0]), Some(Compression::Gzip));
    /// assert_eq!(Compression::of(b"#separator"), None);
    /// ```
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            // A frame, or a skippable frame before one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x31,
                0x41,
                0x59,
                0x26,
                0x53,
                0x59,
                ..,
            ] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0x00, ..] => Some(Self::Xz),
            _ => None,
        }
    }

    /// The compression's name as summaries write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }
}

/// Compressed bytes that could not be undone any further; what came before them is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    compression: &'static str,
    problem: String,
}

impl Damaged {
    /// The damage that an I/O error carries, if it is about compressed bytes.
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref::<Self>().cloned()
    }
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.compression, self.problem)
    }
}

impl std::error::Error for Damaged {}

type Source<R> = BufReader<Counted<Chain<Cursor<Vec<u8>>, R>>>;

/// A reader that undoes compression, and passes everything else on.
///
/// Compressed bytes that give very many times as many are no log but an attack on whoever undoes them: beyond
/// 256 MiB, reading ends with an error where there are more than 500 times as many bytes as were read.
pub struct Decompressed<R: Read> {
    stream: Stream<R>,
    compression: Option<Compression>,
    /// So many compressed bytes were read.
    compressed: Arc<AtomicU64>,
    /// So many bytes were given out.
    given: u64,
    /// So many bytes are given out whatever they were compressed to.
    always: u64,
}

/// So many bytes are given out whatever they were compressed to: 256 MiB.
const ALWAYS: u64 = 256 << 20;

/// So many times as many bytes as were read may be given out. Logs come to a tenth of it at most.
const RATIO: u64 = 500;

/// A reader that counts the bytes that are read through it.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(space)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

enum Stream<R: Read> {
    Plain(Chain<Cursor<Vec<u8>>, R>),
    Gzip(Box<Members<R>>),
    Zstd(Box<ZstdDecoder<'static, Source<R>>>),
    Bzip2(Box<MultiBzDecoder<Source<R>>>),
    Xz(Box<XzDecoder<Source<R>>>),
}

/// The longest magic number looked at, in bytes.
const MAGIC: usize = 10;

/// An xz stream may ask for so much memory, in bytes: the most that the format's own presets ask for.
const XZ_MEMORY: u64 = 128 << 20;

/// Compressed bytes are read in pieces of this size.
const PIECE: usize = 64 << 10;

impl<R: Read> Decompressed<R> {
    /// Looks at the first bytes of an input and undoes the compression that they tell of.
    pub fn new(mut input: R) -> io::Result<Self> {
        let mut head = Vec::with_capacity(MAGIC);
        input.by_ref().take(MAGIC as u64).read_to_end(&mut head)?;
        let compression = Compression::of(&head);
        let whole = Cursor::new(head).chain(input);
        let compressed = Arc::new(AtomicU64::new(0));
        let source = |inner| {
            let count = Arc::clone(&compressed);
            BufReader::with_capacity(PIECE, Counted { inner, count })
        };
        let stream = match compression {
            None => Stream::Plain(whole),
            Some(Compression::Gzip) => Stream::Gzip(Box::new(Members::new(source(whole)))),
            Some(Compression::Zstd) => Stream::Zstd(Box::new(ZstdDecoder::with_buffer(source(whole))?)),
            Some(Compression::Bzip2) => Stream::Bzip2(Box::new(MultiBzDecoder::new(source(whole)))),
            Some(Compression::Xz) => {
                let decoder = XzStream::new_stream_decoder(XZ_MEMORY, CONCATENATED)?;
                Stream::Xz(Box::new(XzDecoder::new_stream(source(whole), decoder)))
            }
        };
        Ok(Self {
            stream,
            compression,
            compressed,
            given: 0,
            always: ALWAYS,
        })
    }

    /// Whether more bytes were given out than any log is compressed to.
    fn is_too_much(&self) -> bool {
        let read = self.compressed.load(Ordering::Relaxed);
        self.given > self.always && self.given > read.saturating_mul(RATIO)
    }

    /// The compression that was found.
    pub fn compression(&self) -> Option<Compression> {
        self.compression
    }
}

impl<R: Read> Read for Decompressed<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.stream {
            Stream::Plain(input) => return input.read(space),
            Stream::Gzip(members) => members.read(space),
            Stream::Zstd(frames) => frames.read(space),
            Stream::Bzip2(streams) => streams.read(space),
            Stream::Xz(streams) => streams.read(space),
        };
        let read = read.map_err(|error| damage(error, self.compression))?;
        self.given += read as u64;
        if self.is_too_much() {
            let compression = self.compression.map_or("input", Compression::as_str);
            return Err(io::Error::other(format!(
                "{compression}: gives more than {RATIO} times as many bytes as it has, which no log does"
            )));
        }
        Ok(read)
    }
}

/// Tells damaged bytes from an input that cannot be read.
fn damage(error: io::Error, compression: Option<Compression>) -> io::Error {
    // What the operating system reports has a code; what a decoder reports has none.
    if error.kind() == io::ErrorKind::Interrupted || error.raw_os_error().is_some() {
        return error;
    }
    let compression = compression.map_or("input", Compression::as_str);
    io::Error::new(
        io::ErrorKind::InvalidData,
        Damaged {
            compression,
            problem: error.to_string(),
        },
    )
}

/// The members of a gzip file, one after the other.
///
/// Zero bytes behind a member are padding, as tape drives and block devices write it; anything else is damage.
struct Members<R: Read> {
    member: Option<GzDecoder<Source<R>>>,
}

impl<R: Read> Members<R> {
    fn new(input: Source<R>) -> Self {
        Self {
            member: Some(GzDecoder::new(input)),
        }
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(space)?;
            if read > 0 || space.is_empty() {
                return Ok(read);
            }
            let Some(mut input) = self.member.take().map(GzDecoder::into_inner) else {
                break;
            };
            loop {
                let next = input.fill_buf()?;
                match next.first() {
                    None => return Ok(0),
                    Some(0) => {
                        let zeros = next.iter().take_while(|byte| **byte == 0).count();
                        input.consume(zeros);
                    }
                    Some(0x1f) => break,
                    Some(_) => return Err(io::Error::other("bytes behind the last member that are none")),
                }
            }
            self.member = Some(GzDecoder::new(input));
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> (String, Option<Damaged>) {
        let (mut text, mut space) = (Vec::new(), [0; 7]);
        let mut input = Decompressed::new(bytes).unwrap();
        loop {
            match input.read(&mut space) {
                Ok(0) => return (String::from_utf8(text).unwrap(), None),
                Ok(count) => text.extend_from_slice(&space[..count]),
                Err(error) => return (String::from_utf8(text).unwrap(), Damaged::of(&error)),
            }
        }
    }

    #[test]
    fn plain_and_short_inputs_pass_through() {
        for text in ["", "a", "abc", "#separator \\x09\n"] {
            assert_eq!(read(text.as_bytes()), (text.to_owned(), None));
        }
    }

    #[test]
    fn members_follow_one_another_with_padding_between_and_behind() {
        let mut bytes = [gzip("one\n"), vec![0; 70], gzip(""), gzip("two\n")].concat();
        assert_eq!(read(&bytes), ("one\ntwo\n".to_owned(), None));
        bytes.extend([0; 512]);
        assert_eq!(read(&bytes), ("one\ntwo\n".to_owned(), None));
    }

    #[test]
    fn what_comes_before_the_damage_is_kept() {
        let whole = gzip(&"a line of text that repeats\n".repeat(500));
        let (text, damaged) = read(&whole[..whole.len() - 9]);
        assert!(text.starts_with("a line of text"), "{text:?}");
        assert!(damaged.unwrap().to_string().starts_with("gzip: "));

        let (text, damaged) = read(&[gzip("one\n"), b"garbage".to_vec()].concat());
        assert_eq!(text, "one\n");
        assert_eq!(
            damaged.unwrap().to_string(),
            "gzip: bytes behind the last member that are none"
        );
    }

    #[test]
    fn a_bomb_is_one_error_that_is_no_damage() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 4 << 20]).unwrap();
        let bomb = encoder.finish().unwrap();
        let read_all = |always: u64| {
            let mut input = Decompressed::new(bomb.as_slice()).unwrap();
            input.always = always;
            let (mut bytes, mut count) = ([0; 4096], 0);
            loop {
                match input.read(&mut bytes) {
                    Ok(0) => return Ok(count),
                    Ok(read) => count += read,
                    Err(error) => return Err((count, error)),
                }
            }
        };
        assert_eq!(read_all(4 << 20).unwrap(), 4 << 20);
        let (count, error) = read_all(1 << 20).unwrap_err();
        assert!(count >= 1 << 20 && Damaged::of(&error).is_none(), "{count}");
        assert_eq!(
            error.to_string(),
            "gzip: gives more than 500 times as many bytes as it has, which no log does"
        );
    }

    #[test]
    fn bzip2_and_xz_streams_follow_one_another() {
        let mut bzip2 = Vec::new();
        for text in ["one\n", "two\n"] {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            encoder.write_all(text.as_bytes()).unwrap();
            bzip2.extend(encoder.finish().unwrap());
        }
        let mut xz = Vec::new();
        for text in ["one\n", "two\n"] {
            let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
            encoder.write_all(text.as_bytes()).unwrap();
            xz.extend(encoder.finish().unwrap());
        }
        for bytes in [bzip2, xz] {
            assert_eq!(read(&bytes), ("one\ntwo\n".to_owned(), None));
            let (_, damaged) = read(&bytes[..bytes.len() - 5]);
            assert!(damaged.is_some());
        }
    }

    #[test]
    fn zstd_frames_follow_one_another() {
        let bytes = [
            zstd::encode_all("one\n".as_bytes(), 1).unwrap(),
            zstd::encode_all("two\n".as_bytes(), 1).unwrap(),
        ];
        assert_eq!(read(&bytes.concat()), ("one\ntwo\n".to_owned(), None));
        let cut = bytes.concat();
        let (text, damaged) = read(&cut[..cut.len() - 3]);
        assert!(text.starts_with("one\n"), "{text:?}");
        assert!(damaged.is_some());
    }
}
