//! Feeding cutters in chunks, for their tests.

use super::{Content, Cutter, Segment, is_blank, trim_line_end};

/// Feeds an input to a cutter in chunks and shows each segment with its bytes.
///
/// Segments must lie one behind the other without gaps, and at the end nothing may be left.
pub(super) fn in_chunks(
    cutter: &mut dyn Cutter,
    input: &[u8],
    chunk: usize,
    mut show: impl FnMut(&[u8], &Segment),
) {
    let (mut buffer, mut fed) = (Vec::new(), 0);
    loop {
        let next = &input[fed..input.len().min(fed + chunk.max(1))];
        fed += next.len();
        buffer.extend_from_slice(next);
        let mut segments = Vec::new();
        let consumed = cutter.cut(&buffer, fed == input.len(), &mut segments);
        let mut end = 0;
        for segment in &segments {
            assert_eq!(segment.range.start, end, "a gap between segments");
            end = segment.range.end;
            show(&buffer[segment.range.clone()], segment);
        }
        assert_eq!(end, consumed);
        buffer.drain(..consumed);
        if fed == input.len() {
            assert!(buffer.is_empty(), "bytes were left");
            return;
        }
    }
}

/// The records that a cutter finds in an input fed in chunks.
pub(super) fn records(cutter: &mut dyn Cutter, input: &[u8], chunk: usize) -> Vec<String> {
    let mut found = Vec::new();
    in_chunks(cutter, input, chunk, |bytes, segment| {
        let mut add = |bytes: &[u8]| found.push(String::from_utf8_lossy(bytes).into_owned());
        match &segment.content {
            Content::Lines(_) => bytes
                .split_inclusive(|byte| *byte == b'\n')
                .map(trim_line_end)
                .filter(|line| !is_blank(line))
                .for_each(add),
            Content::Spans(spans) | Content::Rows(spans, _) => {
                for span in spans {
                    add(&bytes[span.start - segment.range.start..span.end - segment.range.start]);
                }
            }
            Content::Rejected { fault, .. } => add(format!("rejected: {fault}").as_bytes()),
            Content::EvtxChunk => add(format!("chunk of {}", bytes.len()).as_bytes()),
            Content::Skipped => {}
        }
    });
    found
}
