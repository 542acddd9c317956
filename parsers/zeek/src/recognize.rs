//! Telling Zeek's logs from an input's first bytes.

use asim_parse::{Format, Recognition, sniff};
use memchr::memmem;

/// So many lines are looked at.
const LINES: usize = 50;

/// Keys that only Zeek's JSON logs have.
const KEYS: [&[u8]; 3] = [b"\"id.orig_h\"", b"\"id_orig_h\"", b"\"orig_h\""];

pub(crate) fn recognize(head: &[u8]) -> Option<Recognition> {
    let head = sniff::without_mark(head);
    if let Some(format) = sniff::json_format(head) {
        let key = KEYS.iter().find(|key| memmem::find(head, key).is_some())?;
        let evidence = format!("the JSON key {}", key.escape_ascii());
        return Some(Recognition { format, evidence });
    }
    let format = Format::HeaderedLines;
    let mut lines = sniff::lines(head).take(LINES);
    let marked = |line: &[u8]| line.starts_with(b"#separator ") || line.starts_with(b"#fields");
    if let Some(line) = lines.clone().find(|line| marked(line)) {
        let name = line
            .split(|byte| !matches!(byte, b'#' | b'a'..=b'z'))
            .next()
            .unwrap_or_default();
        let evidence = format!("the header line {}", name.escape_ascii());
        return Some(Recognition { format, evidence });
    }
    let row = lines.find(|line| !line.starts_with(b"#"))?;
    is_row(row).then(|| Recognition {
        format,
        evidence: "rows of a Zeek log, its header missing".to_owned(),
    })
}

/// Whether a line looks like a row of any Zeek log: a time, a tab, a connection's id, a tab.
fn is_row(line: &[u8]) -> bool {
    let mut cells = line.split(|byte| *byte == b'\t');
    let (Some(time), Some(uid), Some(_)) = (cells.next(), cells.next(), cells.next()) else {
        return false;
    };
    let is_time = time.len() > 11
        && time.get(10) == Some(&b'.')
        && time.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let is_uid = matches!(uid.first(), Some(b'C' | b'F')) && uid.iter().all(u8::is_ascii_alphanumeric);
    is_time && is_uid && (9..=24).contains(&uid.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(head: &str) -> Option<Format> {
        recognize(head.as_bytes()).map(|recognition| recognition.format)
    }

    #[test]
    fn both_forms_are_told_from_everything_else() {
        let row = "1528913048.491908\tCdit562QT7qBPAreZk\t10.0.0.1\t5353\tudp";
        assert_eq!(format("\u{feff}#separator \\x09\n"), Some(Format::HeaderedLines));
        assert_eq!(
            format("#set_separator\t,\n#fields\tts\n"),
            Some(Format::HeaderedLines)
        );
        assert_eq!(format(row), Some(Format::HeaderedLines));
        assert_eq!(
            format("{\"ts\":1,\"id.orig_h\":\"10.0.0.1\"}\n{"),
            Some(Format::NdJson)
        );
        assert_eq!(
            format("[\n{\"ts\":1,\"id_orig_h\":\"10.0.0.1\"}]"),
            Some(Format::JsonValues)
        );
        for other in [
            "",
            "{\"EventID\":22}",
            "a\tb\tc",
            "# a comment",
            "21-Nov-2026 queries: info: client",
        ] {
            assert_eq!(format(other), None, "{other}");
        }
    }
}
