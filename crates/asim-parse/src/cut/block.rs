//! What the cutter hands to a worker.

use super::Segment;

/// Consecutive bytes of an input that hold whole records.
#[derive(Debug, Default)]
pub struct Block {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where the first of them stands in the input, after decompression.
    pub offset: u64,
    /// The runs that they are made of, in order, without gaps.
    pub segments: Vec<Segment>,
}
