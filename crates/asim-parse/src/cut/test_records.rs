//! Feeding cutters in chunks, for their tests.

use asim_schema::Timestamp;

use super::{Content, Cutter, Joins, Member, Part, Segment, is_blank, trim_line_end};

/// Records of three signs: the activity, the part (`m`ain, `l`ast, `e`nd, `w`hole, or `f`urther), and the time, of
/// which one unit is too far away.
pub(super) struct Lettered;

impl Joins for Lettered {
    fn member<'t>(&self, text: &'t [u8]) -> Option<Member<'t>> {
        let [activity, part, time] = text else { return None };
        Some(Member {
            origin: b"",
            activity: std::slice::from_ref(activity),
            time: Timestamp::from_ticks(i64::from(time.checked_sub(b'0')?)).filter(|_| *time <= b'9')?,
            part: match part {
                b'm' => Part::Main,
                b'l' => Part::Last,
                b'e' => Part::End,
                b'w' => Part::Whole,
                b'f' => Part::Further,
                _ => return None,
            },
        })
    }

    fn window(&self) -> i64 {
        2
    }
}

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
            // Their records may stand in other runs.
            Content::Groups(_) => panic!("groups are not for this"),
            Content::Rejected { fault, .. } => add(format!("rejected: {fault}").as_bytes()),
            Content::EvtxChunk => add(format!("chunk of {}", bytes.len()).as_bytes()),
            Content::Skipped => {}
        }
    });
    found
}
