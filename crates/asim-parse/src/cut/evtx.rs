//! The chunks of a Windows event log file.

use super::{Content, Cutter, Dropped, Segment};
use crate::error::Fault;

/// The first bytes of an EVTX file.
pub(crate) const FILE_SIGNATURE: &[u8] = b"ElfFile\0";
/// The first bytes of a chunk.
const CHUNK_SIGNATURE: &[u8] = b"ElfChnk\0";
/// The bytes of the file's header.
const FILE_HEADER: usize = 4096;
/// The bytes of a chunk.
pub(crate) const CHUNK: usize = 64 << 10;
/// Where the file's header has the number of chunks, as 16 bits.
const CHUNK_COUNT: std::ops::Range<usize> = 42..44;

/// Cuts an EVTX file at its chunks of 64 KiB.
///
/// Chunks that hold nothing but zero bytes are unused. What is no chunk is one reject, and the chunks behind it are
/// read. A file that was copied while the system wrote it is a file like any other.
#[derive(Debug, Default)]
pub struct EvtxCutter {
    /// The number of chunks that the file's header tells; none before it was read.
    chunks: Option<u64>,
    /// So many chunks were cut.
    cut: u64,
}

impl EvtxCutter {
    fn header(&mut self, bytes: &[u8]) -> Content {
        let count = bytes.get(CHUNK_COUNT).and_then(|count| count.try_into().ok());
        self.chunks = Some(count.map_or(0, u16::from_le_bytes).into());
        if bytes.len() < FILE_HEADER {
            rejected("EVTX file header broken off", bytes)
        } else if bytes.starts_with(FILE_SIGNATURE) {
            Content::Skipped
        } else {
            rejected("not an EVTX file header", bytes)
        }
    }

    fn chunk(&mut self, bytes: &[u8], used: u64) -> Content {
        let number = self.cut;
        self.cut += 1;
        if bytes.iter().all(|byte| *byte == 0) {
            return if number < used {
                rejected("EVTX chunk of zero bytes among the used ones", bytes)
            } else {
                Content::Skipped
            };
        }
        if bytes.starts_with(CHUNK_SIGNATURE) {
            Content::EvtxChunk
        } else {
            rejected("not an EVTX chunk", bytes)
        }
    }
}

fn rejected(class: &'static str, bytes: &[u8]) -> Content {
    Content::Rejected {
        fault: Fault::cut(class),
        length: bytes.len() as u64,
        bytes_beyond: 0,
        lines_beyond: 0,
    }
}

impl Cutter for EvtxCutter {
    fn cut(&mut self, bytes: &[u8], at_end: bool, segments: &mut Vec<Segment>) -> usize {
        let mut at = 0;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let size = if self.chunks.is_none() { FILE_HEADER } else { CHUNK };
            let size = if at_end { size.min(rest.len()) } else { size };
            let Some(piece) = rest.get(..size).filter(|piece| !piece.is_empty()) else {
                return at;
            };
            let content = match self.chunks {
                None => self.header(piece),
                Some(used) => self.chunk(piece, used),
            };
            segments.push(Segment {
                range: at..at + size,
                content,
            });
            at += size;
        }
    }

    /// Nothing is dropped: no chunk is longer than 64 KiB.
    fn droppable(&mut self, _: &[u8]) -> usize {
        0
    }

    fn drop_record(&mut self, bytes: &[u8], _: bool) -> Dropped {
        Dropped {
            consumed: bytes.len(),
            complete: true,
            trailing: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_records::records;
    use super::*;

    fn header(chunks: u16) -> Vec<u8> {
        let mut bytes = vec![0; FILE_HEADER];
        bytes[..8].copy_from_slice(FILE_SIGNATURE);
        bytes[CHUNK_COUNT].copy_from_slice(&chunks.to_le_bytes());
        bytes
    }

    fn chunk(signature: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; CHUNK];
        bytes[..signature.len()].copy_from_slice(signature);
        bytes
    }

    #[test]
    fn chunks_are_told_from_damage_and_from_unused_space() {
        let input = [
            header(3),
            chunk(CHUNK_SIGNATURE),
            chunk(b"damage"),
            chunk(b""),
            chunk(b""),
            chunk(CHUNK_SIGNATURE)[..700].to_vec(),
        ]
        .concat();
        for size in [1000, 4096, 65_536, 70_000, input.len()] {
            assert_eq!(
                records(&mut EvtxCutter::default(), &input, size),
                [
                    "chunk of 65536",
                    "rejected: not an EVTX chunk",
                    "rejected: EVTX chunk of zero bytes among the used ones",
                    "chunk of 700",
                ],
                "chunks of {size}"
            );
        }
    }

    #[test]
    fn half_a_header_is_damage() {
        let cut = |input: &[u8]| records(&mut EvtxCutter::default(), input, 512);
        assert_eq!(cut(b""), [""; 0]);
        assert_eq!(cut(FILE_SIGNATURE), ["rejected: EVTX file header broken off"]);
        assert_eq!(
            cut(&chunk(b"x")[..FILE_HEADER]),
            ["rejected: not an EVTX file header"]
        );
    }
}
